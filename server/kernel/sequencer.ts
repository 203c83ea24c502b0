/**
 * Accept: commands become numbered entries, committed in batches, each at most once (spec AC, OR).
 *
 *   accept() ──► queue ──► guards ──► numbering ──► one COMMIT ──► answers, then publish
 *                  ▲                                   │
 *                  └── clash (another writer), unknown outcome: look ids up, refresh heads, in front again
 *
 * Natural batching: a batch leaves when the one before has come back; there is no timer. At 1 in flight per node p50 is one
 * commit; a second batch in flight made p99 worse (resilience study: 18 → 341 ms), so there is one.
 *
 * Offsets are assigned in memory and fenced by the journal's key. Two writers may race for one offset: the loser's rows of
 * that topic are all left out, so a topic never has a hole and a sender's order never turns.
 *
 * Everything from outside comes in as an argument: the simulator drives this file with a journal that crashes, lies dead,
 * loses answers and has a second writer.
 */
import { hash } from 'node:crypto'
import { ByAccount } from './by-account.ts'
import { Refusal } from './refusal.ts'
import { keyOf, type Draft, type Row } from './entry-row.ts'

/** `writer` and `n`: its place in commit order, which the journal gives it when it is sent. */
export interface NewRow extends Row { readonly body: string; readonly digest: string; writer: number; n: number }
/** What is known of a command id: enough to tell a repeat from a reused id. `digest` is null when the entry was redacted. */
export interface Known { readonly id: string; readonly account: string; readonly topic: string; readonly offset: number; readonly at: string; readonly actor: string; readonly digest: string | null }

/** Inside one transaction. */
export interface Batch<Tx> {
  /** Runs a guard under its own savepoint. @throws what the guard throws, with the guard's writes undone. */
  guard<R>(fn: (tx: Tx) => Promise<R>): Promise<R>
  /** Stores rows (sorted by topic), all or none per topic. Returns the keys of topics that clashed. */
  append(rows: readonly NewRow[]): Promise<readonly string[]>
}
export interface Journal<Tx> {
  /** Commits when `fn` resolves true; rolls back when it resolves false or throws. @throws OutcomeUnknown when the connection was lost with a commit on its way; Away when nothing was sent. Anything else: the batch was rejected whole. */
  transaction(fn: (batch: Batch<Tx>) => Promise<boolean>): Promise<void>
  /** The same for rows without guards: one statement, one round trip. */
  append(rows: readonly NewRow[]): Promise<readonly string[]>
  heads(keys: readonly { account: string; topic: string }[]): Promise<readonly number[]>
  /** `write`: before these are written; `resume`: somebody comes back and asks what became of them. */
  find(ids: readonly { account: string; id: string }[], of: 'write' | 'resume'): Promise<readonly Known[]>
}
/** The commit may or may not have happened. */
export class OutcomeUnknown extends Error {}
/** The journal cannot be reached; nothing was sent. */
export class Away extends Error {}
/** The journal did not take it in time: whoever has a spool keeps it there. It may be stored all the same; the id makes that harmless. */
export class HandedOver extends Refusal {
  constructor() { super('unavailable', undefined, 2000) }
}

export interface Stored { readonly id: string; readonly topic: string; readonly offset: number; readonly at: string; /** True when this id was stored before. */ readonly repeat: boolean }
export type Accept<Tx> = (draft: Draft<Tx>) => Promise<Stored>

export interface Options<Tx> {
  journal: Journal<Tx>
  now: () => number
  sleep: (ms: number) => Promise<void>
  random: () => number
  /** Called after each commit, with the rows in commit order, before their answers. */
  publish: (rows: readonly NewRow[]) => void
  /** An entry was found to be stored that was not published here: by another node, or by a commit whose outcome nobody heard. Called before its answer. */
  found?: (known: Known) => void
  /** Ties a guard to the caller's async context (statement counting, tracing); the loop itself runs in that of whoever woke it. */
  bind?: <A extends unknown[], R>(fn: (...args: A) => R) => (...args: A) => R
  /** A failure that is nobody's refusal. */
  report?: (error: unknown, what: string) => void
  maxRows?: number
  /** How long a command may wait for a database that is away. */
  patienceMs?: number
  /** Rows of heads remembered. */
  maxHeads?: number
}

interface Waiting<Tx> {
  readonly draft: Draft<Tx>; readonly json: string; readonly digest: string; readonly sinceMs: number
  tries: number
  /** Answered, refused or handed over: the id may belong to a successor by now. */
  isOver: boolean
  readonly promise: Promise<Stored>; readonly resolve: (stored: Stored) => void; readonly reject: (error: unknown) => void
}
/** Of a topic: its name, the same text for all its rows (each command brings a copy of its own), and its newest offset. */
interface Head { readonly topic: string; offset: number }
/** The rows of one topic in a batch. `head`: of its last one. */
interface Group<Tx> { readonly account: string; readonly topic: string; head: number; readonly rows: NewRow[]; readonly of: Waiting<Tx>[] }
/** What a batch becomes. `of[i]` is whose `rows[i]` is. */
interface Attempt<Tx> { groups: readonly Group<Tx>[]; readonly rows: NewRow[]; readonly of: Waiting<Tx>[]; clashed: readonly string[]; readonly refused: Map<Waiting<Tx>, unknown> }

export interface Sequencer<Tx> {
  accept: Accept<Tx>
  /** What is stored of these ids, by this very actor. */
  settled(account: string, actor: string, ids: readonly string[]): Promise<Known[]>
  readonly queued: number
  /** When the journal took something last. */
  readonly storedMs: number
  /** Since when the oldest of these commands has been waiting. */
  waitingSinceMs(which: (draft: Draft<Tx>) => boolean): number | undefined
  /** These get no answer from here any more but `HandedOver`, and `tell` is told of each at once, in the order they came; what else waits on their topics is refused, or it would overtake them. What is done again from the spool stays: it came before all of them. */
  handOver(which: (draft: Draft<Tx>) => boolean, tell: (draft: Draft<Tx>) => void): void
  /** Resolves when nothing is waiting or on its way. */
  idle(): Promise<void>
  /** Forgets all heads: the history was replaced. */
  forget(): void
}

const unknownText = 'The database went away while this was being stored. Repeat it with the same id; it will be stored once.'

export const digestOf = (d: { actor: string; topic: string; type: string; body: object }, body = JSON.stringify(d.body)): string =>
  hash('sha256', `${d.actor}\n${d.topic}\n${d.type}\n${body}`).slice(0, 32)

export function sequencer<Tx>(o: Options<Tx>): Sequencer<Tx> {
  const { journal, now, maxRows = 512, patienceMs = 10_000, maxHeads = 200_000 } = o
  let queue: Waiting<Tx>[] = []
  const byId = new ByAccount<Waiting<Tx>>()
  const heads = new ByAccount<Head>()
  let running = false
  let lastAtMs = 0
  let storedMs = -Infinity
  let quiet: (() => void)[] = []
  let history = 0   // counts `forget`: what was learned in an earlier one is void

  function accept(draft: Draft<Tx>): Promise<Stored> {
    const json = JSON.stringify(draft.body)
    const digest = digestOf(draft, json)
    const before = byId.get(draft.account, draft.id)
    if (before) {
      // Which of the two the id belongs to, the journal says: the one in the queue may be the impostor.
      if (before.digest !== digest) return before.promise.then(() => accept(draft), () => accept(draft))
      return before.promise.then((s) => ({ ...s, repeat: true }))
    }
    const { promise, resolve, reject } = Promise.withResolvers<Stored>()
    const waiting: Waiting<Tx> = { draft: draft.guard && o.bind ? { ...draft, guard: o.bind(draft.guard) } : draft, json, digest, sinceMs: now(), tries: 0, isOver: false, promise, resolve, reject }
    byId.set(draft.account, draft.id, waiting)
    queue.push(waiting)
    if (!running) { running = true; void run() }
    return promise
  }

  const unsettled = (w: Waiting<Tx>): boolean => !w.isOver
  function over(w: Waiting<Tx>): void {
    if (w.isOver) return
    w.isOver = true
    byId.delete(w.draft.account, w.draft.id)
  }
  function answer(w: Waiting<Tx>, stored: Stored): void { over(w); w.resolve(stored) }
  function fail(w: Waiting<Tx>, error: unknown): void { over(w); w.reject(error) }

  async function run(): Promise<void> {
    let failures = 0
    await Promise.resolve()   // let the commands of one tick travel together
    while (queue.length > 0) {
      const batch = nextBatch()
      try {
        await commit(batch)
        failures = 0
      } catch (error) {
        if (!(error instanceof Away)) o.report?.(error, 'commit')
        heads.clear()   // who comes back may be another: a standby that lagged, a restored backup
        queue = [...new Set([...batch.filter(unsettled), ...queue])]   // a half of the batch may stand in the queue again already
        giveUpOld()
        failures++
        // Full jitter, short: the supervisor has the database back in 150 ms, and 2 s is as long as anyone should wait for a retry.
        await o.sleep(20 + o.random() * Math.min(2000, 50 * 2 ** Math.min(failures, 6)))
      }
    }
    running = false
    const waiters = quiet; quiet = []
    for (const done of waiters) done()
  }

  /** From the front of the queue; one that looks back begins a batch of its own. */
  function nextBatch(): Waiting<Tx>[] {
    let size = Math.min(queue.length, maxRows)
    for (let i = 1; i < size; i++) if (queue[i]!.draft.looksBack) size = i
    const batch = size === queue.length ? queue : queue.slice(0, size)
    queue = size === queue.length ? [] : queue.slice(size)
    return batch
  }

  /** What stands behind one that is given up goes with it: its sender's order must not turn when it comes again. */
  function giveUpOld(): void {
    const oldestMs = now() - patienceMs
    const given = new Set<string>()
    queue = queue.filter((w) => {
      const lane = `${keyOf(w.draft)} ${w.draft.actor}`
      if (w.sinceMs > oldestMs && !given.has(lane)) return true
      given.add(lane)
      fail(w, new Refusal('unavailable', w.tries > 0 ? unknownText : undefined, 2000))
      return false
    })
  }

  /** Settles every member of the batch or puts it in front again. @throws when the journal is away: all that is unsettled must be tried again. */
  async function commit(batch: Waiting<Tx>[]): Promise<void> {
    const attempt: Attempt<Tx> = { groups: [], rows: [], of: [], clashed: [], refused: new Map() }
    const begun = history
    const check = (or: typeof Away | typeof OutcomeUnknown): void => { if (history !== begun) throw new or('The history was replaced meanwhile') }
    try {
      if (batch.some((w) => w.tries > 0 || w.draft.guard)) batch = await withoutStored(batch)
      if (batch.length === 0) return
      await learnHeads(batch)
      check(Away)
      const at = instant()
      const numbers = numbering(at)
      for (const w of batch) w.tries++
      if (batch.some((w) => w.draft.guard)) {
        await journal.transaction(async (tx) => {
          for (const w of batch) {
            const { guard } = w.draft
            if (!guard) { numbers.next(w); continue }
            // A refused guard uses up no number: its offset goes to the next of the topic.
            try { numbers.next(w, await tx.guard((t) => guard(t, { at: w.draft.at ?? at, offset: numbers.offset(w) }))) }
            catch (error) { if (error instanceof Away || error instanceof OutcomeUnknown) throw error; attempt.refused.set(w, error) }
          }
          check(Away)
          numbers.into(attempt)
          if (attempt.rows.length > 0) attempt.clashed = await tx.append(attempt.rows)
          // A guard's writes must not outlive an entry that was left out: with guards it is all or nothing.
          return attempt.clashed.length === 0
        })
        if (attempt.clashed.length > 0) { again(batch, attempt); return }
      } else {
        for (const w of batch) numbers.next(w)
        numbers.into(attempt)
        attempt.clashed = await journal.append(attempt.rows)
      }
      check(OutcomeUnknown)   // these offsets belong to a history that is gone
    } catch (error) {
      if (error instanceof Away) throw error
      for (const { draft } of batch) heads.delete(draft.account, draft.topic)
      if (error instanceof OutcomeUnknown) throw error   // tries > 0: the next round looks the ids up before it numbers anything
      await isolate(batch, error)
      return
    }
    settle(attempt)
    // Refusals are told only now: one may rest on another guard of this batch, which a rollback would have undone.
    if (attempt.refused.size > 0) await refuse(attempt.refused)
  }

  /** A guard may have refused because this very command is stored: it came over another node after we had looked. */
  async function refuse(refused: ReadonlyMap<Waiting<Tx>, unknown>): Promise<void> {
    for (const w of await withoutStored([...refused.keys()])) fail(w, refused.get(w))
  }

  function settle(attempt: Attempt<Tx>): void {
    const { groups, rows, of, clashed } = attempt
    storedMs = now()
    const isStored = (place: { account: string; topic: string }): boolean => clashed.length === 0 || !clashed.includes(keyOf(place))
    for (const g of groups) if (isStored(g)) learn(g.account, g.topic, g.head)
    const stored = clashed.length === 0 ? rows : rows.filter(isStored)
    if (stored.length > 0) o.publish(stored)
    for (let i = 0; i < rows.length; i++) {
      const { id, topic, offset, at } = rows[i]!
      if (isStored(rows[i]!)) answer(of[i]!, { id, topic, offset, at, repeat: false })
    }
    if (clashed.length > 0) again(of.filter((w) => !isStored(w.draft)), attempt)
  }

  /** In front of the queue, in their own order; `tries > 0` makes the next round look their ids up first: a clash may be a repeat. Of one that was handed over meanwhile the successor may stand in the queue already. */
  function again(of: readonly Waiting<Tx>[], { groups, clashed }: Attempt<Tx>): void {
    for (const g of groups) if (clashed.includes(keyOf(g))) heads.delete(g.account, g.topic)
    queue = [...of.filter(unsettled), ...queue]
  }

  /**
   * The database refused the batch whole: halve it until the bad row stands alone; the others never notice. The second half
   * goes back into the queue, behind what may come back there from the first: a sender's order must not turn.
   */
  async function isolate(batch: Waiting<Tx>[], error: unknown): Promise<void> {
    if (batch.length === 1) { o.report?.(error, 'row'); fail(batch[0]!, error instanceof Refusal ? error : new Refusal('internal')); return }
    const middle = batch.length >> 1
    queue = [...batch.slice(middle).filter(unsettled), ...queue]
    await commit(batch.slice(0, middle))
  }

  async function withoutStored(batch: Waiting<Tx>[]): Promise<Waiting<Tx>[]> {
    const known = new Map((await journal.find(batch.map((w) => w.draft), 'write')).map((k) => [`${k.account} ${k.id}`, k]))
    return batch.filter((w) => {
      const k = known.get(`${w.draft.account} ${w.draft.id}`)
      if (!k) return true
      if (k.actor !== w.draft.actor || k.topic !== w.draft.topic || (k.digest !== null && k.digest !== w.digest)) fail(w, new Refusal('id_reused'))
      else {
        o.found?.(k)
        answer(w, { id: k.id, topic: k.topic, offset: k.offset, at: k.at, repeat: true })
      }
      return false
    })
  }

  function learn(account: string, topic: string, offset: number): void {
    const head = heads.get(account, topic)
    if (head) head.offset = offset
    else heads.set(account, topic, { topic, offset })
  }

  async function learnHeads(batch: readonly Waiting<Tx>[]): Promise<void> {
    if (heads.size > maxHeads) heads.clear()
    const unknown = new ByAccount<Draft<Tx>>()
    for (const { draft } of batch) if (!heads.has(draft.account, draft.topic)) unknown.set(draft.account, draft.topic, draft)
    if (unknown.size === 0) return
    const begun = history
    const asked = [...unknown.values()]
    const found = await journal.heads(asked)
    if (history === begun) asked.forEach(({ account, topic }, i) => learn(account, topic, found[i]!))
  }

  /** Gives out offsets topic by topic, in arrival order. */
  function numbering(at: string) {
    const groups = new ByAccount<Group<Tx>>()
    const group = ({ draft: { account, topic } }: Waiting<Tx>): Group<Tx> => {
      let g = groups.get(account, topic)
      if (!g) {
        const head = heads.get(account, topic) ?? { topic, offset: 0 }
        groups.set(account, head.topic, g = { account, topic: head.topic, head: head.offset, rows: [], of: [] })
      }
      return g
    }
    // An object, and not a function with properties: V8 kept those of each batch, with all that hung on them, until a large collection.
    return {
      next(w: Waiting<Tx>, body?: object | void): void {
        const g = group(w)
        const { account, id, type, actor } = w.draft
        g.rows.push({ account, topic: g.topic, offset: ++g.head, id, type, actor, at: w.draft.at ?? at, body: body ? JSON.stringify(body) : w.json, digest: w.digest, writer: 0, n: 0 })
        g.of.push(w)
      },
      offset: (w: Waiting<Tx>): number => group(w).head + 1,
      /** Sorted by topic, so that two writers lock in one order. */
      into(attempt: Attempt<Tx>): void {
        attempt.groups = [...groups.values()].sort((a, b) => a.account < b.account ? -1 : a.account > b.account ? 1 : a.topic < b.topic ? -1 : 1)
        for (const g of attempt.groups) {
          attempt.rows.push(...g.rows)
          attempt.of.push(...g.of)
        }
      },
    }
  }

  /** Never goes back, whatever the machine's clock does. */
  function instant(): string {
    lastAtMs = Math.max(lastAtMs, now())
    return new Date(lastAtMs).toISOString()
  }

  return {
    accept,
    async settled(account, actor, ids) {
      if (ids.length === 0) return []
      return (await journal.find(ids.map((id) => ({ account, id })), 'resume')).filter((k) => k.actor === actor)
    },
    get queued() { return byId.size },
    get storedMs() { return storedMs },
    waitingSinceMs(which) {
      let sinceMs: number | undefined
      for (const w of byId.values()) if (which(w.draft)) sinceMs = Math.min(sinceMs ?? Infinity, w.sinceMs)
      return sinceMs
    },
    handOver(which, tell) {
      const all = [...byId.values()]
      const topics = new Set(all.filter((w) => which(w.draft)).map((w) => keyOf(w.draft)))
      if (topics.size === 0) return
      const goes = (w: Waiting<Tx>): boolean => topics.has(keyOf(w.draft)) && (w.draft.at === undefined || which(w.draft))
      queue = queue.filter((w) => !goes(w))
      for (const w of all) {
        if (!goes(w)) continue
        const isHandedOver = which(w.draft)
        if (isHandedOver) tell(w.draft)
        fail(w, isHandedOver ? new HandedOver() : new Refusal('unavailable', w.tries > 0 ? unknownText : undefined, 2000))
      }
    },
    idle: () => running ? new Promise((done) => quiet.push(done)) : Promise.resolve(),
    forget: () => { history++; heads.clear() },
  }
}
