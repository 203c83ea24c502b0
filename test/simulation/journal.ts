/**
 * One node's connection to the simulated database, with everything that can go wrong between the two. It answers like
 * server/db/journal.ts: `Away` when nothing was sent, `OutcomeUnknown` when the line broke with a write on its way.
 */
import { Away, OutcomeUnknown, type Batch, type Journal, type Known, type NewRow } from '#server/kernel/sequencer.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { gather } from '#server/kernel/gather.ts'
import type { ReadRequest, ReadResult } from '#server/kernel/topics.ts'
import type { Chance } from '#drills/chance.ts'
import { HistoryReplaced, type Database, type SimTx } from './database.ts'
import type { Scheduler } from './scheduler.ts'

/** Probabilities per call. */
export interface Faults {
  /** Not even sent. */
  away: number
  /** The line breaks: the statement may have arrived or not, and its answer never comes. */
  broken: number
  /** Takes up to `slowMs` instead of a few. */
  slow: number
  slowMs: number
}
export const calm: Faults = { away: 0, broken: 0, slow: 0, slowMs: 0 }

export interface SimJournal extends Journal<SimTx> {
  readonly epoch: string
  read(request: ReadRequest): Promise<ReadResult>
  /** These were committed. */
  committed(rows: readonly NewRow[]): void
  /** Replaces the epoch `old` (unless somebody did) and takes the new one. */
  restart(old: string): Promise<void>
  /** The node died: nothing is answered any more, open transactions are rolled back. */
  kill(): void
}

interface Options {
  database: Database
  time: Scheduler
  chance: Chance
  /** Asked at each call. */
  faults: () => Faults
  onRestart: () => void
  defects?: JournalDefects
}

/** Defects put in on purpose. */
export interface JournalDefects {
  /** What a refused guard wrote stays. */
  keepsRefused?: boolean
  /** Reads do not look at the epoch. */
  readsBlindly?: boolean
}

export function simJournal({ database, time, chance, faults, onRestart, defects = {} }: Options): SimJournal {
  let epoch = database.epoch
  let isDead = false
  let life = database.life
  let last: NewRow | undefined   // the newest that is known to be committed
  const open = new Set<symbol>()
  const never = new Promise<never>(() => {})

  const pauseMs = (): number => {
    const f = faults()
    return chance.is(f.slow) ? chance.between(0, f.slowMs) : chance.between(0.2, 3)
  }

  /** `work` is what the server does, whether or not anybody still waits for it; `gone` is called when it never gets there. */
  async function call<T>(work: (isVoid: () => boolean) => Promise<T>, isWrite: boolean, gone: () => void = () => {}): Promise<T> {
    if (isDead) return never
    if (database.isDown || chance.is(faults().away)) {
      gone()
      await time.sleep(chance.between(0.1, 5))
      throw new Away('cannot be reached')
    }
    const { life } = database
    const isVoid = (): boolean => database.life !== life
    const answer = Promise.withResolvers<T>()
    const settle = (fn: () => void): void => { database.underWay.delete(broke); if (!isDead) fn() }
    const broke = (): void => settle(() => answer.reject(isWrite ? new OutcomeUnknown('the line broke') : new Away('the line broke')))
    database.underWay.add(broke)
    const arrive = async (): Promise<void> => {
      await time.sleep(pauseMs())
      if (isVoid()) return
      try {
        const result = await work(isVoid)
        await time.sleep(pauseMs())
        if (!isVoid()) settle(() => answer.resolve(result))
      } catch (error) {
        await time.sleep(pauseMs())
        if (!isVoid()) settle(() => answer.reject(error as Error))
      }
    }
    if (!chance.is(faults().broken)) { void arrive(); return answer.promise }
    if (chance.is(0.6)) void arrive(); else gone()
    time.after(chance.between(0, 12), broke)
    return answer.promise
  }

  const reading = <T>(read: () => T): Promise<T> => call(() => Promise.resolve(read()), false)

  const about = (requests: readonly ReadRequest[]) => ({ heads: requests.map((r) => database.head(r.account, r.topic)), now: database.epoch })
  function take(now: string): void { if (now !== epoch) { epoch = now; onRestart() } }
  const adopt = async (): Promise<void> => take(await reading(() => database.epoch))
  async function translated<T>(work: Promise<T>): Promise<T> {
    try { return await work } catch (error) {
      if (!(error instanceof HistoryReplaced)) throw error
      await adopt()
      throw new Away('The database cannot write now', { cause: error })
    }
  }

  /** The first use of a new line, like server/db/journal.ts: is our newest commit still there? Then everything is to be read again. */
  async function connected(): Promise<void> {
    if (life === database.life || database.isDown) return
    const { life: now } = database
    const { id } = last ?? {}
    if (last && !(await reading(() => database.find(last!.account, id!)))) {
      last = undefined
      await reading(() => database.newEpoch(epoch, chance.uuid()))
      await adopt()
    }
    life = now
    throw new Away('The writer has another connection')
  }

  async function append(rows: readonly NewRow[]): Promise<readonly string[]> {
    const by = Symbol('append'), expected = epoch   // of when these were numbered
    await connected()
    return translated(call(async (isVoid) => {
      await database.lock(by)
      try {
        await time.sleep(pauseMs())   // a statement in progress: others cannot see what it stores, nor store beside it
        if (isVoid()) return []
        const { fit, clashed } = database.judge(rows, expected)
        database.commit(fit, new Map())
        return clashed
      } finally { database.unlock(by) }
    }, true))
  }

  async function transaction(fn: (batch: Batch<SimTx>) => Promise<boolean>): Promise<void> {
    await connected()
    const by = Symbol('transaction')
    let state = new Map<string, string>()
    let stored: readonly NewRow[] = []
    const end = (): void => { open.delete(by); database.unlock(by) }
    const isOpen = (): boolean => open.has(by)
    open.add(by)
    const lock = async (): Promise<void> => { if (isOpen()) await database.lock(by) }
    let commit: boolean
    try {
      commit = await fn({
        async guard(run) {
          await call(lock, true)
          const before = new Map(state)
          try {
            const result = await run({ get: (key) => state.get(key) ?? database.get(key), set: (key, value) => { state.set(key, value) } })
            await call(() => Promise.resolve(), true)
            return result
          } catch (error) {
            if (!defects.keepsRefused) state = before
            throw error
          }
        },
        append(rows) {
          const expected = epoch
          return translated(call(async () => {
            await lock()
            if (!isOpen()) return []
            const { fit, clashed } = database.judge(rows, expected)
            stored = fit
            return clashed
          }, true))
        },
      })
    } catch (error) {
      end()
      throw error
    }
    // From here on it is the server's: a broken line or the death of the node does not undo a COMMIT that gets there.
    open.delete(by)
    await call(async (isVoid) => {
      if (commit) {
        await database.lock(by)
        await time.sleep(pauseMs())
        if (isVoid()) return
        database.commit(stored, state)
      }
      end()
    }, true, end)
  }

  const refused = async <T>(work: Promise<T>): Promise<T> => {
    try { return await work } catch (error) { throw error instanceof Away ? new Refusal('unavailable') : error }
  }
  const read = gather<ReadRequest, ReadResult>({
    maxItems: 500,
    async run(requests) {
      // Two statements, two snapshots: the head may be ahead of the rows. The epoch is read last, so rows of a new history never pass for the old one's.
      const { rows, ...first } = await refused(reading(() => ({ rows: requests.map((r) => database.range(r)), ...about(requests) })))
      const { heads, now } = chance.is(0.3) ? await refused(reading(() => about(requests))) : first
      if (!defects.readsBlindly) take(now)
      return requests.map((_, i) => ({ rows: rows[i]!, head: Math.max(heads[i]!, rows[i]!.at(-1)?.offset ?? 0) }))
    },
  })

  return {
    get epoch() { return epoch },
    append, transaction, read,
    async heads(keys) {
      await connected()
      return reading(() => keys.map((k) => database.head(k.account, k.topic)))
    },
    committed(rows) { last = rows.at(-1) ?? last },
    find: (ids) => reading(() => ids.map(({ account, id }) => database.find(account, id)).filter((k): k is Known => k !== undefined)),
    async restart(old) {
      if (old === epoch) await reading(() => database.newEpoch(old, chance.uuid()))
      await adopt()
    },
    kill() {
      isDead = true
      for (const by of open) database.unlock(by)
      open.clear()
    },
  }
}
