/**
 * Delivered and read marks: cumulative offsets per reader, not in the journal. Kept in memory while a topic is followed,
 * written in batches; what a crash loses is at most half a second of marks, which clients repeat with their next one.
 */
import type { Marks } from '#contract/frames.ts'
import type { Db } from '#server/db/db.ts'
import { ofTheHouse } from '#server/db/on-behalf.ts'
import { sql } from '#server/db/sql.ts'
import { gather } from '#server/kernel/gather.ts'

interface Mark { delivered: number; read: number }
type Readers = Map<string, Mark>

export interface MarkBook {
  of(account: string, topic: string, reader: string): Promise<Marks>
  /** @returns true when something moved; marks never go back. */
  move(account: string, topic: string, reader: string, mark: Partial<Mark>): Promise<boolean>
  now(account: string, topic: string, reader: string): Marks | undefined
  flush(): Promise<void>
  stop(): Promise<void>
}

const none: Mark = { delivered: 0, read: 0 }

export function markBook({ db, keep = db, log, maxTopics = 50_000, flushMs = 500, isGatherOff }: { db: Db; /** For writing. */ keep?: Db; log: { warn(o: object, m: string): void }; maxTopics?: number; flushMs?: number; isGatherOff?: boolean }): MarkBook {
  const books = new Map<string, Readers>()
  let dirty = new Map<string, { account: string; topic: string; reader: string; mark: Mark }>()

  const load = gather<{ account: string; topic: string }, Readers>({
    maxItems: 1000, isOff: isGatherOff,
    async run(keys) {
      const rows = await ofTheHouse(() => db.read('marks', 5000, (tx) => tx.all(sql<{ account: string; topic: string; reader: string; delivered: number; read: number }>`
        select m.account_id as account, m.topic, m.reader, m.delivered, m.read
        from unnest(${keys.map((k) => k.account)}::uuid[], ${keys.map((k) => k.topic)}::text[]) as k (account_id, topic)
        join marks m on m.account_id = k.account_id and m.topic = k.topic`)))
      const found = Map.groupBy(rows, (r) => `${r.account} ${r.topic}`)
      return keys.map((k) => new Map((found.get(`${k.account} ${k.topic}`) ?? []).map((r) => [r.reader, { delivered: r.delivered, read: r.read }])))
    },
  })

  async function readers(account: string, topic: string): Promise<Readers> {
    const key = `${account} ${topic}`
    const known = books.get(key)
    if (known) return known
    const loaded = await load({ account, topic })
    const raced = books.get(key)
    if (raced) return raced
    if (books.size >= maxTopics) for (const old of [...books.keys()].slice(0, maxTopics / 10)) books.delete(old)
    books.set(key, loaded)
    return loaded
  }

  function summary(of: Readers, reader: string): Marks {
    const contact = { ...none }, agent = { ...none }
    for (const [who, m] of of) {
      const side = who.startsWith('contact:') ? contact : agent
      side.delivered = Math.max(side.delivered, m.delivered, m.read)
      side.read = Math.max(side.read, m.read)
    }
    return { contact, agent, mine: of.get(reader)?.read ?? 0 }
  }

  async function flush(): Promise<void> {
    const batch = [...dirty.values()]
    if (batch.length === 0) return
    dirty = new Map()
    try {
      await keep.read('keep marks', 5000, (tx) => tx.run(sql`
        insert into marks as m (account_id, topic, reader, delivered, read)
        select * from unnest(${batch.map((b) => b.account)}::uuid[], ${batch.map((b) => b.topic)}::text[], ${batch.map((b) => b.reader)}::text[], ${batch.map((b) => b.mark.delivered)}::bigint[], ${batch.map((b) => b.mark.read)}::bigint[])
        on conflict (account_id, topic, reader) do update set delivered = greatest(m.delivered, excluded.delivered), read = greatest(m.read, excluded.read)`))
    } catch (error) {
      for (const b of batch) { const key = `${b.account} ${b.topic} ${b.reader}`; if (!dirty.has(key)) dirty.set(key, b) }
      log.warn({ err: error, marks: batch.length }, 'Marks could not be kept and will be tried again')
    }
  }
  let flushing = Promise.resolve()
  const timer = setInterval(() => { flushing = flushing.then(flush) }, flushMs)

  return {
    of: async (account, topic, reader) => summary(await readers(account, topic), reader),
    async move(account, topic, reader, mark) {
      const all = await readers(account, topic)
      const old = all.get(reader) ?? none
      const next = { read: Math.max(old.read, mark.read ?? 0), delivered: Math.max(old.delivered, mark.delivered ?? 0, mark.read ?? 0) }
      if (next.read === old.read && next.delivered === old.delivered) return false
      all.set(reader, next)
      dirty.set(`${account} ${topic} ${reader}`, { account, topic, reader, mark: next })
      return true
    },
    now: (account, topic, reader) => { const all = books.get(`${account} ${topic}`); return all && summary(all, reader) },
    flush: () => (flushing = flushing.then(flush)),
    async stop() { clearInterval(timer); await (flushing = flushing.then(flush)) },
  }
}
