/**
 * Subscribers inside (projections, webhooks, automations): one cursor over everything that was committed.
 *
 * An entry carries (writer, n), n in that writer's commit order. A subscriber keeps one cursor per writer and moves it in the
 * transaction of its effect: an effect happens once, and nothing is skipped, whatever ends the process. A sequence over all
 * writers would be no cursor: numbers are given out in another order than commits happen.
 *
 * Live entries come from memory. After a start, when a subscriber fell behind the memory, and once a minute they are read from
 * the journal: other nodes write too, and after a commit whose outcome nobody heard this node goes on as another writer.
 */
import type { Entry, EntryType } from '#contract/entries.ts'
import type { Db, Tx } from './db.ts'
import { sql } from './sql.ts'

/** A committed entry with its account and place in commit order. `body` is null when it was redacted before it was read. */
export type Fed = { [T in EntryType]: Extract<Entry, { type: T }> & { account: string; n: number } }[EntryType]
export interface FedRow { readonly account: string; readonly topic: string; readonly offset: number; readonly id: string; readonly type: string; readonly actor: string; readonly at: string; readonly body: string | null; readonly writer: number; readonly n: number }

export interface Subscriber {
  readonly name: string
  /** How late it may be while much is going on, ms: what it does for many entries at once costs hardly more than for a few. 250 unless said. */
  readonly mayLagMs?: number
  /** Entries of other types it is not given; while none of these comes, its cursor moves only now and then. All types unless said. */
  readonly only?: readonly EntryType[]
  /** Runs in the transaction that moves the cursor. Entries of one writer in commit order, at most `maxEntries`. Returns what to do after the commit. */
  handle(tx: Tx, entries: readonly Fed[]): Promise<(() => void) | void>
}

interface Options {
  db: Db
  log: { error(o: object, msg: string): void }
  now: () => number
  sleep: (ms: number) => Promise<void>
  memoryRows?: number; maxEntries?: number; pauseMs?: number; rereadMs?: number
}

/** What nobody has to do is read again after a start: so much of it at most. */
const idleCursorMs = 5_000

export interface Feed {
  /** Rows that this node has committed, in order, of one writer at a time. */
  committed(rows: readonly FedRow[]): void
  subscribe(subscriber: Subscriber): void
  /** Waits until every subscriber has seen what is committed now. For tests and for a clean stop. */
  settled(): Promise<void>
  /** What the slowest subscriber has not seen: how many entries, and how old the oldest is. */
  lag(): { entries: number; ageMs: number }
  stop(): Promise<void>
}

interface Follow { readonly subscriber: Subscriber; seenN: number; isCaughtUp: boolean; readMs: number; wake: () => void; hurry: () => void; movedMs: number; done: Promise<void> }

/** Made when it is handed over: the memory holds the rows that the rings hold too, since what lives for seconds is what collections cost. The body is parsed when somebody looks at it: of a busy conversation only the newest words are. */
class FromRow {
  readonly account: string; readonly topic: string; readonly offset: number; readonly id: string; readonly type: string; readonly actor: string; readonly at: string; readonly n: number
  readonly #body: string | null
  constructor({ account, topic, offset, id, type, actor, at, n, body }: FedRow) {
    this.account = account; this.topic = topic; this.offset = offset; this.id = id; this.type = type; this.actor = actor; this.at = at; this.n = n
    this.#body = body
  }
  static of(row: FedRow): Fed { return new FromRow(row) as Fed }
  get body(): unknown { return this.#body === null ? null : JSON.parse(this.#body) as unknown }
}

export function feed({ db, log, now, sleep, memoryRows = 30_000, maxEntries = 10_000, pauseMs = 50, rereadMs = 60_000 }: Options): Feed {
  let writer: number | undefined   // whose rows the memory holds
  let memory: FedRow[] = []
  let droppedN = 0   // memory holds everything of this writer above this
  let lastN = 0
  let stopped = false
  let waiting = 0   // for all to have seen everything
  const follows: Follow[] = []

  async function run(f: Follow): Promise<void> {
    let hasFailed = false
    while (!stopped) {
      try {
        if (!f.isCaughtUp || f.seenN < droppedN || now() - f.readMs > rereadMs) await readPage(f)
        else if (writer !== undefined && f.seenN < lastN) {
          const first = after(f.seenN)
          const rows = memory.slice(first, first + maxEntries)
          const startMs = now()
          if (wanted(f, rows).length > 0 || now() - f.movedMs > idleCursorMs) await pass(f, writer, rows)
          else f.seenN = rows.at(-1)!.n
          // A projection is one statement per batch: a pause makes the batch worth it, and leaves most of the time to those who wait.
          if (!stopped && rows.length < maxEntries) await Promise.race([sleep(restMs(f, now() - startMs)), new Promise<void>((resolve) => { f.hurry = resolve })])
        } else await new Promise<void>((resolve) => { f.wake = resolve })
        hasFailed = false
      } catch (error) {
        // Once: while the database is away it is the same twice a second.
        if (!hasFailed) log.error({ err: error, subscriber: f.subscriber.name }, 'A subscriber failed and tries again until it succeeds')
        hasFailed = true
        if (!stopped) await sleep(500)
      }
    }
  }

  const wanted = ({ subscriber: { only } }: Follow, rows: readonly FedRow[]): readonly FedRow[] => only ? rows.filter((r) => only.includes(r.type as EntryType)) : rows

  function restMs({ subscriber: { mayLagMs = 250 } }: Follow, tookMs: number): number {
    return waiting > 0 ? 0 : Math.min(mayLagMs, Math.max(pauseMs, tookMs * mayLagMs / 25))
  }

  /** The place in memory, which is in order, of the first row that comes after `n`. */
  function after(n: number): number {
    let from = 0, to = memory.length
    while (from < to) {
      const middle = (from + to) >> 1
      if (memory[middle]!.n > n) to = middle; else from = middle + 1
    }
    return from
  }

  /** What earlier starts, other nodes, or a memory that was too short left unseen. */
  async function readPage(f: Follow): Promise<void> {
    const asked = writer
    f.readMs = now()
    const rows = await db.read(`feed ${f.subscriber.name}`, 30_000, (tx) => tx.all(sql<FedRow>`
      select j.account_id as account, j.topic, j."offset", j.id, j.type, j.actor, j.at, j.body::text as body, j.n, j.writer
      from writers w cross join lateral (
        select * from journal where writer = w.id and n > coalesce((select c.n from cursors c where c.subscriber = ${f.subscriber.name} and c.writer = w.id), 0)
        order by n limit ${maxEntries}
      ) j order by w.id, j.n limit ${maxEntries}`))
    for (const [id, of] of Map.groupBy(rows, (r) => r.writer)) await pass(f, id, of)
    f.isCaughtUp = rows.length < maxEntries && asked === writer
  }

  async function pass(f: Follow, writerId: number, rows: readonly FedRow[]): Promise<void> {
    const then = await db.tx(`subscriber ${f.subscriber.name}`, 30_000, async (tx) => {
      const cursor = await tx.maybe(sql<{ n: number }>`select n from cursors where subscriber = ${f.subscriber.name} and writer = ${writerId} for update`)
      const seenN = cursor?.n ?? 0
      const unseen = rows[0]!.n > seenN ? rows : rows.filter((r) => r.n > seenN)
      if (unseen.length === 0) return undefined
      const given = wanted(f, unseen)
      const told = given.length > 0 ? await f.subscriber.handle(tx, given.map(FromRow.of)) : undefined
      await tx.run(sql`insert into cursors (subscriber, writer, n) values (${f.subscriber.name}, ${writerId}, ${rows.at(-1)!.n})
        on conflict (subscriber, writer) do update set n = excluded.n`)
      return told
    })
    f.movedMs = now()
    if (writerId === writer) f.seenN = Math.max(f.seenN, rows.at(-1)!.n)
    then?.()
  }

  return {
    committed(rows) {
      if (rows[0] && rows[0].writer !== writer) {
        writer = rows[0].writer; memory = []; droppedN = 0; lastN = 0
        for (const f of follows) { f.seenN = 0; f.isCaughtUp = false }
      }
      for (const row of rows) memory.push(row)
      lastN = rows.at(-1)?.n ?? lastN
      if (memory.length > memoryRows * 1.5) { droppedN = memory[memory.length - memoryRows - 1]!.n; memory = memory.slice(-memoryRows) }
      for (const f of follows) {
        f.wake()
        // Whoever rests for too long has to read again from the journal what stood here.
        if (lastN - f.seenN > memoryRows / 2) f.hurry()
      }
    },
    subscribe(subscriber) {
      const f: Follow = { subscriber, seenN: 0, isCaughtUp: false, readMs: 0, wake: () => {}, hurry: () => {}, movedMs: 0, done: Promise.resolve() }
      f.done = run(f)
      follows.push(f)
    },
    async settled() {
      waiting++
      for (const f of follows) f.hurry()
      try { while (!stopped && follows.some((f) => !f.isCaughtUp || f.seenN < lastN)) await sleep(5) } finally { waiting-- }
    },
    lag() {
      const slowest = Math.min(lastN, ...follows.map((f) => f.seenN))
      const oldest = memory[after(slowest)]
      return { entries: lastN - slowest, ageMs: oldest ? Math.max(0, now() - Date.parse(oldest.at)) : 0 }
    },
    async stop() { stopped = true; for (const f of follows) { f.wake(); f.hurry() } await Promise.all(follows.map((f) => f.done)) },
  }
}
