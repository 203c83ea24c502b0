/** The journal in PostgreSQL: one connection that writes (DESIGN §4, accept) and gathered reads for everybody else. */
import type pg from 'pg'
import { Away, OutcomeUnknown, type Journal, type Known, type NewRow } from '#server/kernel/sequencer.ts'
import { keyOf } from '#server/kernel/entry-row.ts'
import type { ReadRequest, ReadResult } from '#server/kernel/topics.ts'
import { gather } from '#server/kernel/gather.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { codeOf, isAway } from './connection.ts'
import { arrayWriter } from './binary-arrays.ts'
import type { Db, Tx } from './db.ts'
import { handleOn, statements as counting } from './handle.ts'
import { ofTheHouse } from './on-behalf.ts'
import type { Lease } from './pool.ts'
import type { Sql } from './sql.ts'
import * as statements from './journal.sql.ts'

export interface PostgresJournal extends Journal<Tx> {
  readonly epoch: string
  /** One read for all topics that ask at the same time. */
  read(request: ReadRequest): Promise<ReadResult>
  /** Resolves when the writer's connection has answered; what it runs comes first. */
  ping(): Promise<unknown>
  /** Replaces the epoch `old` (unless somebody did) and takes the new one. */
  restart(old: string): Promise<void>
  close(): void
}

/** `own`: for what the writer itself must know before it writes; it finds out for everybody whether the database answers, so it is never refused by a guess. */
interface Options { db: Db; own?: Db; lease: (label: string, waitMs: number) => Promise<Lease>; node: string; epoch: string; onRestart: () => void; writeTimeoutMs?: number; isGatherOff?: boolean }

// Trouble of the database, not of the row: nothing was stored, and the same rows may pass later.
const troubles = /^(?:53|57|58|25006|40001|40P01|55P03|LG001|XX)/

export function postgresJournal({ db, own = db, lease, node, onRestart, writeTimeoutMs = 15_000, isGatherOff, ...options }: Options): PostgresJournal {
  const arrays = arrayWriter()   // one batch is under way at a time
  let held: Lease | undefined
  let writer: number | undefined
  let epoch = options.epoch
  let nextN = 1
  let wasConnected = false
  let last: { writer: number; n: number } | undefined   // the newest entry that is known to be committed

  /** @throws Away also when the line is a new one: what was learned over the old one has to be read again before anything is numbered. */
  async function connected(): Promise<Lease> {
    if (held) return held
    let mine: Lease | undefined
    try {
      mine = await lease('writer', 3000)
      mine.client.once('end', () => { if (held === mine) held = undefined })
      await verify(mine.tx)
      if (writer === undefined) {
        writer = (await mine.tx.one(statements.newWriter(node))).id
        nextN = 1
      }
    } catch (error) {
      mine?.destroy()
      throw error instanceof Refusal || isAway(error) || troubles.test(codeOf(error)) ? new Away('The writer has no connection', { cause: error }) : error
    }
    held = mine
    if (wasConnected) throw new Away('The writer has another connection')
    wasConnected = true
    return mine
  }

  /** A failover to a standby that lagged, or a backup put back by hand: the newest commits are gone, ours among them, and nobody made a new epoch. */
  async function verify(tx: Tx): Promise<void> {
    if (!last || await tx.maybe(statements.committed(last.writer, last.n))) return
    last = undefined
    await tx.run(statements.newEpoch(epoch))
    take((await tx.one(statements.epoch())).epoch)
  }

  /** A write that neither comes back nor fails is ended with its connection: a frozen database must not freeze the queue. */
  async function guarded<T>(fn: (client: pg.Client, nameOf: Lease['nameOf']) => Promise<T>): Promise<T> {
    const mine = await connected()
    const timer = setTimeout(() => drop(mine), writeTimeoutMs)
    try {
      return await fn(mine.client, mine.nameOf)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'LG001') await adopt().catch(() => {})   // if not now, then at the next try
      if (troubles.test(code) && !isAway(error)) throw new Away('The database cannot write now', { cause: error })
      if (isAway(error) || held !== mine || error instanceof Refusal && error.code === 'unavailable') {
        drop(mine)
        writer = undefined   // its next numbers may be stored without our knowing: a new writer's cursor cannot pass over them
        throw new OutcomeUnknown('The connection was lost during a commit', { cause: error })
      }
      // A data exception is the row's fault and stays so: U+0000 in a label, say.
      throw code.startsWith('22') ? new Refusal('invalid', 'It holds a character that cannot be kept.') : error
    } finally {
      clearTimeout(timer)
    }
  }
  function drop(mine: Lease): void {
    if (held === mine) held = undefined
    mine.destroy()
  }

  /** @param numberedIn the epoch in which their offsets were given out: when another one was heard of since, they must not be stored in that */
  async function appendOn(client: pg.Client, rows: readonly NewRow[], numberedIn: string): Promise<readonly string[]> {
    const firstN = nextN
    for (const row of rows) { row.writer = writer!; row.n = nextN++ }   // of a topic that clashes the numbers stay unused
    const wereKept = rows.some((r) => r.at !== rows[0]!.at)
    const statement = (wereKept ? statements.appendKept : statements.append)(arrays, rows, { writer: writer!, firstN, epoch: numberedIn })
    const { rows: clashed } = await client.query<{ account_id: string; topic: string }>({ name: wereKept ? 'append kept' : 'append', text: statement.text, values: statement.values as unknown[] })
    return clashed.map((c) => `${c.account_id} ${c.topic}`)
  }
  function committed(rows: readonly NewRow[], clashed: readonly string[]): void {
    last = (clashed.length === 0 ? rows.at(-1) : rows.findLast((r) => !clashed.includes(keyOf(r)))) ?? last
  }

  // Shared work is nobody's: it must not count as the statements of the request that happened to wake it.
  const readAll = <R>(label: string, statement: Sql<R>, from = own): Promise<R[]> => ofTheHouse(() => counting.exit(() => from.read(label, 5000, (tx) => tx.all(statement))))
  const awayIfRefused = async <T>(reading: Promise<T>): Promise<T> => {
    try { return await reading } catch (error) { throw error instanceof Refusal ? new Away('The journal cannot be read now', { cause: error }) : error }
  }

  function take(now: string): void {
    if (now === epoch) return
    epoch = now
    onRestart()
  }
  async function adopt(): Promise<void> {
    const [row] = await readAll('epoch', statements.epoch())
    if (row) take(row.epoch)
  }

  const read = gather<ReadRequest, ReadResult>({
    maxItems: 500, isOff: isGatherOff,
    async run(requests) {
      const found = await db.read('ranges', 10_000, (tx) => tx.all(statements.ranges(requests)))
      // Of the same moment as the rows: what a restore put into a topic must not pass for a continuation of what was there before.
      if (found[0]) take(found[0].epoch)
      const byRequest = Map.groupBy(found, (r) => r.ord)
      return requests.map((_, i) => {
        const own = byRequest.get(i + 1)!
        return { head: own[0]!.head, rows: own.flatMap((r) => { if (r.id === null) return []; const { ord: _ord, head: _head, epoch: _epoch, ...row } = r; return [row] }) }
      })
    },
  })

  /** One read for all who ask at the same time. */
  const finder = (from: Db) => gather<readonly { account: string; id: string }[], Known[]>({
    maxItems: 200, isOff: isGatherOff,
    async run(asked) {
      const found = Map.groupBy(await readAll('find', statements.find(asked.flat()), from), (k) => `${k.account} ${k.id}`)
      return asked.map((ids) => ids.flatMap(({ account, id }) => found.get(`${account} ${id}`) ?? []))
    },
  })
  const find = { write: finder(own), resume: finder(db) }

  return {
    get epoch() { return epoch },
    read,
    append(rows) {
      const numberedIn = epoch   // now, and not when there is a connection
      return guarded(async (client) => {
        const clashed = await appendOn(client, rows, numberedIn)
        committed(rows, clashed)
        return clashed
      })
    },
    heads: async (keys) => {
      await connected()
      return (await awayIfRefused(readAll('heads', statements.heads(keys)))).map((r) => r.head)
    },
    find: (ids, of) => awayIfRefused(find[of](ids)),
    transaction: (fn) => guarded(async (client, nameOf) => {
      const handle = handleOn(client, () => 1000, nameOf)
      // Not waited for, here and below: they travel with the next statement, which fails if they do.
      const sent = (text: string): void => { client.query(text).catch(() => {}) }
      sent('begin')
      let appended: readonly NewRow[] = []
      try {
        const commit = await fn({
          async guard(run) {
            sent('savepoint guard')
            try {
              const result = await run(handle.tx)
              sent('release savepoint guard')
              return result
            } catch (error) {
              await client.query('rollback to savepoint guard')
              throw error
            }
          },
          append: (rows) => appendOn(client, appended = rows, epoch),
        })
        await client.query(commit ? 'commit' : 'rollback')
        if (commit) committed(appended, [])
      } catch (error) {
        await client.query('rollback').catch(() => {})
        throw error
      } finally {
        handle.revoke(new Error('A guard kept its handle after the commit'))
      }
    }),
    async restart(old) {
      if (old === epoch) await db.tx('new epoch', 5000, (tx) => tx.run(statements.newEpoch(old)))
      await adopt()
    },
    ping: () => held ? held.client.query('select 1') : db.read('ping', 1_000, (tx) => tx.all(statements.epoch())),
    close() { if (held) drop(held) },
  }
}
