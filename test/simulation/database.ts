/**
 * The database of the simulation: what survives every node. Its journal behaves as migrations/0003 says: a batch is stored all
 * or none per topic, offsets and (account, id) are unique, every write checks the epoch, one bad row rejects the statement.
 *
 * One lock stands for all row and key locks: whoever writes holds it from the first write to the commit, and others read what
 * was committed before. Real locks are finer; what this one orders, they order too wherever two writers meet.
 */
import { keyOf } from '#server/kernel/entry-row.ts'
import type { Known, NewRow } from '#server/kernel/sequencer.ts'
import type { ReadRequest } from '#server/kernel/topics.ts'

/** What a guard may touch: committed with its entry, or undone with it. */
export interface SimTx {
  get(key: string): string | undefined
  set(key: string, value: string): void
}

export interface Content {
  readonly epoch: string
  readonly topics: ReadonlyMap<string, readonly NewRow[]>
  readonly state: ReadonlyMap<string, string>
  /** Of a history that was replaced: when. */
  readonly untilMs?: number
  /** And its content was not. */
  readonly isContinued?: true
}

/** What one transaction changed, so that a restore can go back to between any two. */
interface Commit { rows: readonly NewRow[]; state: ReadonlyMap<string, string> }

/** Defects put in on purpose. */
export interface DatabaseDefects {
  /** The table lacks its unique (account, id). */
  doublesIds?: boolean
  /** Writes are not fenced by the epoch. */
  ignoresEpoch?: boolean
  /** A topic's rows are stored as far as they fit. */
  storesParts?: boolean
}

export class Poisoned extends Error {}
export class HistoryReplaced extends Error {}

export class Database {
  isDown = false
  /** Counts crashes: what a statement of an earlier life still wants to do is void. */
  life = 0
  epoch: string
  /** Histories that a restore has ended, as they were then. */
  readonly ended: Content[] = []
  #commits: Commit[] = []
  #topics = new Map<string, NewRow[]>()
  #ids = new Map<string, NewRow>()
  #state = new Map<string, string>()
  /** Statements under way; each is told when the server dies. */
  readonly underWay = new Set<() => void>()
  #holder: symbol | undefined
  #waiting: { by: symbol; go: () => void }[] = []

  readonly #now: () => number
  readonly #defects: DatabaseDefects

  constructor(epoch: string, now: () => number, defects: DatabaseDefects = {}) {
    this.epoch = epoch
    this.#now = now
    this.#defects = defects
  }

  get content(): Content { return { epoch: this.epoch, topics: new Map([...this.#topics].map(([key, rows]) => [key, [...rows]])), state: new Map(this.#state) } }
  get commits(): number { return this.#commits.length }

  // --- the lock

  lock(by: symbol): Promise<void> {
    if (this.#holder === undefined || this.#holder === by) { this.#holder = by; return Promise.resolve() }
    return new Promise((go) => { this.#waiting.push({ by, go }) })
  }
  unlock(by: symbol): void {
    this.#waiting = this.#waiting.filter((w) => w.by !== by)
    if (this.#holder !== by) return
    const next = this.#waiting.shift()
    this.#holder = next?.by
    next?.go()
  }

  // --- statements; of writers, only with the lock held

  get(key: string): string | undefined { return this.#state.get(key) }
  head(account: string, topic: string): number { return this.#topics.get(keyOf({ account, topic }))?.at(-1)?.offset ?? 0 }
  find(account: string, id: string): Known | undefined {
    const row = this.#ids.get(`${account} ${id}`)
    return row && { id, account, topic: row.topic, offset: row.offset, at: row.at, actor: row.actor, digest: row.digest }
  }
  range({ account, topic, after, limit }: ReadRequest): NewRow[] {
    const rows = this.#topics.get(keyOf({ account, topic })) ?? []
    return after === null ? rows.slice(-limit) : rows.filter((r) => r.offset > after).slice(0, limit)
  }

  /** Sorts rows into those to store and the topics that clash. @throws Poisoned, HistoryReplaced */
  judge(rows: readonly NewRow[], epoch: string): { fit: readonly NewRow[]; clashed: readonly string[] } {
    if (epoch !== this.epoch && !this.#defects.ignoresEpoch) throw new HistoryReplaced('the history of this journal was replaced')
    if (rows.some((r) => r.body.includes('poison'))) throw new Poisoned('a row that no database takes')
    const isTaken = (row: NewRow): boolean => this.#topics.get(keyOf(row))?.some((r) => r.offset === row.offset) === true
      || !this.#defects.doublesIds && (this.#ids.has(`${row.account} ${row.id}`) || rows.some((other) => other !== row && other.id === row.id && other.account === row.account))
    const bad = rows.filter(isTaken)
    const clashed = new Set(bad.map(keyOf))
    return { fit: rows.filter((r) => this.#defects.storesParts ? !bad.includes(r) : !clashed.has(keyOf(r))), clashed: [...clashed] }
  }

  commit(rows: readonly NewRow[], state: ReadonlyMap<string, string>): void {
    if (rows.length === 0 && state.size === 0) return
    this.#commits.push({ rows, state })
    this.#apply(rows, state)
  }
  #apply(rows: readonly NewRow[], state: ReadonlyMap<string, string>): void {
    for (const row of rows) {
      const key = keyOf(row)
      const topic = this.#topics.get(key)
      if (topic) topic.push(row); else this.#topics.set(key, [row])
      this.#ids.set(`${row.account} ${row.id}`, row)
    }
    for (const [key, value] of state) this.#state.set(key, value)
  }

  // --- disasters

  /** Everything that was not committed is gone; connections too. */
  crash(): void {
    this.life++
    this.isDown = true
    this.#holder = undefined
    this.#waiting = []
    const broken = [...this.underWay]
    for (const tell of broken) tell()
  }
  /** An earlier state, as from a backup, with the epoch that a restore gives it. */
  restore(commits: number, epoch: string): void {
    this.ended.push({ ...this.content, untilMs: this.#now() })
    const kept = this.#commits.slice(0, commits)
    this.#commits = kept
    this.#topics = new Map(); this.#ids = new Map(); this.#state = new Map()
    for (const { rows, state } of kept) this.#apply(rows, state)
    this.epoch = epoch
  }
  newEpoch(old: string, epoch: string): void {
    if (this.epoch !== old) return
    // Takes no lock that writers hold, as in PostgreSQL: a transaction that has checked the old epoch may commit after this.
    this.ended.push({ ...this.content, untilMs: this.#now(), isContinued: true })
    this.epoch = epoch
  }
}
