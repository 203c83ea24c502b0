/**
 * Topics as this node knows them: rings of the newest entries, who follows, and resume (spec RS).
 *
 *   join(topic, offset):   attach live ── buffer ──────────────┐
 *                          read what is missed (ring, else one  ├─► splice on offset: no gap, no duplicate
 *                          gathered read of the journal) ───────┘
 *
 * A topic is held in memory while somebody follows it, and a while longer for those who come back.
 * Terminology. ring: the newest entries of a topic, at most 256 and 15 minutes old, 64 MB over all topics. follower: one
 * connection's interest in one topic.
 */
import { ByAccount } from './by-account.ts'
import type { Row } from './entry-row.ts'

/** `isTrusted`: whoever is ahead of the journal with it may prove that the journal went back in time. */
export interface Position { readonly epoch?: string | undefined; readonly offset?: number | undefined; readonly isTrusted?: boolean }
export interface Follower {
  /** Called once per join, before any `entries` of that join: in the same tick as the splice, or a commit could slip in between. */
  joined(topic: string, result: JoinResult): void
  entries(topic: string, rows: readonly Row[]): void
  /** What was joined is void: join again. */
  rejoin(topic: string): void
}
/** `resumed`: rows continue the position. `fresh`: the newest rows, the client forgets what it had. */
export interface JoinResult { readonly how: 'resumed' | 'fresh'; readonly head: number; readonly rows: readonly Row[] }

export interface ReadRequest { readonly account: string; readonly topic: string; /** Rows with a larger offset … */ readonly after: number | null; /** … or, when null, the newest. */ readonly limit: number }
export interface ReadResult { readonly head: number; readonly rows: readonly Row[] }

export interface Options {
  now: () => number
  epoch: () => string
  /** One read for many topics; the caller gathers what asks at the same time. Rows ascending. */
  read: (request: ReadRequest) => Promise<ReadResult>
  /** A trusted client or this node knows more than the journal: the database went back in time. */
  ahead: (account: string, topic: string, offset: number, head: number) => Promise<void>
  ringRows?: number; ringAgeMs?: number; ringsBytes?: number
  /** A follower that missed more than this starts afresh. */
  resumeRows?: number; tailRows?: number
  /** A sweep asks the journal for this many topics; the next one goes on from there. */
  sweepTopics?: number
}

interface Live {
  readonly account: string; readonly topic: string
  /** Undefined until the first read is back: before it nothing can be said to continue anything. */
  head: number | undefined
  ring: Row[]; bytes: number; touchedMs: number
  readonly followers: Map<Follower, Following>
  announced: number; filling: boolean
  /** Reads under way, and what was redacted since they began: they may bring it back. */
  reads: number; gone: ((row: Row) => boolean)[]
}
/** `at`: the last offset handed over, never behind the topic's head. `buffer`: while its join reads. */
interface Following { at: number; buffer: Row[] | null }

export interface Topics {
  /** A later join of the same follower and topic voids an earlier one that is not over. @throws what the read throws; the follower is then not attached. */
  join(account: string, topic: string, follower: Follower, position: Position): Promise<void>
  leave(account: string, topic: string, follower: Follower): void
  /** Rows in commit order, from this node's writer or, as a hint, from another's. */
  publish(rows: readonly Row[]): void
  /** A hint without rows: the topic's head is (at least) this. */
  hint(account: string, topic: string, head: number): void
  head(account: string, topic: string): number | undefined
  /** Bodies are gone for good; later resumes must not bring them back. */
  redact(account: string, topic: string, isGone: (row: Row) => boolean): void
  /** Empties a topic's ring: later resumes read the journal. */
  forget(account: string, topic: string): void
  /** The history was replaced: everybody joins again. */
  restart(): void
  /**
   * Drops what nobody follows and nobody came back for, and asks the journal whether followed topics went on without this node:
   * a hint was lost, or nobody heard the outcome of a commit. Call every few seconds.
   */
  sweep(): void
  readonly stats: { topics: number; ringBytes: number; rows: number }
}

/** Of all rings together, unless told otherwise. */
export const ringsBytesMax = 64 * 1024 * 1024
const claimEveryMs = 60_000
const sizeBytes = (row: Row): number => 200 + (row.body?.length ?? 0)

export function topics(o: Options): Topics {
  const { ringRows = 256, ringAgeMs = 15 * 60_000, ringsBytes = ringsBytesMax, resumeRows = 1000, tailRows = 50, sweepTopics = 500 } = o
  const live = new ByAccount<Live>()
  let totalBytes = 0
  let unchecked = live.values()   // of this round of sweeps
  let claimedMs = -Infinity

  function push(t: Live, row: Row): void {
    t.ring.push(row); t.bytes += sizeBytes(row); totalBytes += sizeBytes(row)
    // Trimmed in strides: shifting one by one would copy the ring for each message.
    if (t.ring.length >= ringRows + 64) cut(t, t.ring.length - ringRows)
    if (totalBytes > ringsBytes) shrink()
  }
  function cut(t: Live, count: number): void {
    for (const row of t.ring.splice(0, count)) { t.bytes -= sizeBytes(row); totalBytes -= sizeBytes(row) }
  }
  /** The longest untouched rings go first; their followers lose nothing, a resume just reads the journal. */
  function shrink(): void {
    for (const t of [...live.values()].sort((a, b) => a.touchedMs - b.touchedMs)) {
      if (totalBytes <= ringsBytes * 0.8) return
      cut(t, t.ring.length)
    }
  }

  const isLive = (t: Live): boolean => live.get(t.account, t.topic) === t

  /** Of a live topic: takes in what continues it, and hands it to everybody who has not got it from a read of their own. */
  function take(t: Live, rows: readonly Row[]): void {
    const fresh = rows[0] && rows[0].offset > t.head! ? rows : rows.filter((r) => r.offset > t.head!)
    if (fresh.length === 0) return
    t.head = fresh.at(-1)!.offset
    for (const row of fresh) push(t, row)
    for (const [follower, f] of t.followers) {
      if (f.buffer) { f.buffer.push(...fresh); continue }
      // The same array for all who need all of it: the frame is then made once.
      const unseen = f.at < fresh[0]!.offset ? fresh : fresh.filter((r) => r.offset > f.at)
      if (unseen.length === 0) continue
      f.at = t.head
      follower.entries(t.topic, unseen)
    }
  }

  function announce(t: Live, head: number): void {
    t.announced = Math.max(t.announced, head)
    if (t.head !== undefined && t.announced > t.head) void fill(t)
  }

  async function read(t: Live, request: Pick<ReadRequest, 'after' | 'limit'>): Promise<ReadResult> {
    t.reads++
    try {
      const result = await o.read({ account: t.account, topic: t.topic, ...request })
      return t.gone.length === 0 ? result : { ...result, rows: result.rows.map((r) => t.gone.some((isGone) => isGone(r)) ? { ...r, body: null } : r) }
    } finally {
      if (--t.reads === 0) t.gone = []
    }
  }

  /** Brings in what the journal has beyond our head. */
  async function fill(t: Live): Promise<void> {
    if (t.filling) return
    t.filling = true
    try {
      for (let isOver = false; !isOver;) {
        const { announced } = t, had = t.head!
        const { rows, head } = await read(t, { after: had, limit: resumeRows })
        if (!isLive(t)) return
        if (head < had) return await goneBack(t, head, had)
        take(t, rows)
        // That was all there is, unless more was announced while we read. What is still missing then was a wrong hint.
        isOver = rows.length < resumeRows && (t.announced <= t.head! || t.announced === announced)
      }
    } catch { /* The next hint or sweep asks again. */ } finally { t.filling = false }
  }

  async function join(account: string, topic: string, follower: Follower, position: Position): Promise<void> {
    let t = live.get(account, topic)
    if (!t) { t = { account, topic, head: undefined, ring: [], bytes: 0, touchedMs: 0, followers: new Map(), announced: 0, filling: false, reads: 0, gone: [] }; live.set(account, topic, t) }
    t.touchedMs = o.now()
    const mine: Following = { at: 0, buffer: [] }
    t.followers.set(follower, mine)
    try {
      const after = position.offset !== undefined && position.epoch === o.epoch() ? position.offset : null
      // What is announced and not here yet, somebody may have been told already: then the ring is not enough.
      for (let rows = t.head === undefined || t.announced > t.head ? undefined : fromRing(t, t.head, after), how: JoinResult['how'] = after === null ? 'fresh' : 'resumed'; ; rows = undefined) {
        if (!rows) ({ rows, how } = await readFor(t, after, position.isTrusted === true))
        if (t.followers.get(follower) !== mine) return   // left, or told to join again, in the meantime
        // What was published while we read stands in the buffer, possibly also in `rows`: the offset decides.
        const last = rows.at(-1)?.offset ?? (how === 'resumed' ? after! : 0)
        const later = mine.buffer!.filter((r) => r.offset > last)
        // Another join's read may have set the head while ours was older: what lies between is in neither. Then read again.
        if (later.length > 0 ? later[0]!.offset > last + 1 : last < (t.head ?? 0)) continue
        mine.at = later.at(-1)?.offset ?? last
        mine.buffer = null
        return follower.joined(topic, { how, head: mine.at, rows: [...rows, ...later] })
      }
    } catch (error) {
      if (t.followers.get(follower) === mine) detach(t, follower)
      throw error
    }
  }

  async function readFor(t: Live, after: number | null, isTrusted: boolean): Promise<{ rows: readonly Row[]; how: JoinResult['how'] }> {
    const had = t.head ?? 0
    let how: JoinResult['how'] = after === null ? 'fresh' : 'resumed'
    let result = await read(t, { after, limit: after === null ? tailRows : resumeRows + 1 })
    const { head } = result
    if (isLive(t)) {   // else the read itself has found another history
      if (head < had) await goneBack(t, head, had)
      else if (after !== null && head < after && isTrusted) await claimed(t, head, after)
    }
    if (after !== null && (head < Math.max(had, after) || result.rows.length > resumeRows)) { how = 'fresh'; result = await read(t, { after: null, limit: tailRows }) }
    learn(t, result.rows, result.rows.at(-1)?.offset ?? (how === 'resumed' ? after! : 0))
    return { rows: result.rows, how }
  }

  /** This node knows more than the journal. */
  async function goneBack(t: Live, head: number, had: number): Promise<void> {
    await o.ahead(t.account, t.topic, had, head)
    renounce(t)   // unless `ahead` has restarted everything
  }
  /** A client says that it knows more. It may be wrong about it, and everybody starts afresh for it: seldom, then. */
  async function claimed(t: Live, head: number, asked: number): Promise<void> {
    if (o.now() - claimedMs < claimEveryMs) return
    await o.ahead(t.account, t.topic, asked, head)
    claimedMs = o.now()
  }

  /** What a join read is news to the topic too. Only rows count: the head was read a moment later, it may be ahead of them. */
  function learn(t: Live, rows: readonly Row[], head: number): void {
    if (!isLive(t)) return
    if (t.head === undefined) {
      t.head = head
      for (const row of rows) push(t, row)
      announce(t, 0)
    } else if (head > t.head) {
      if (rows[0] && rows[0].offset <= t.head + 1) take(t, rows); else announce(t, head)
    }
  }

  /** The rows after `after` (or the newest) when the ring holds them all, else undefined. */
  function fromRing(t: Live, head: number, after: number | null): readonly Row[] | undefined {
    if (after === null) return t.ring.length >= Math.min(tailRows, head) ? t.ring.slice(-tailRows) : undefined
    if (after === head) return []
    if (after > head) return undefined
    const first = t.ring[0]?.offset
    return first !== undefined && first <= after + 1 ? t.ring.slice(after + 1 - first) : undefined
  }

  /** What we have of the topic is void. */
  function renounce(t: Live): void {
    if (!isLive(t)) return
    live.delete(t.account, t.topic)
    cut(t, t.ring.length)
    const followers = [...t.followers.keys()]
    t.followers.clear()
    for (const follower of followers) follower.rejoin(t.topic)
  }
  function detach(t: Live, follower: Follower): void {
    if (t.followers.delete(follower)) t.touchedMs = o.now()
  }
  function leave(account: string, topic: string, follower: Follower): void {
    const t = live.get(account, topic)
    if (t) detach(t, follower)
  }

  return {
    join, leave,
    publish(rows) {
      for (let i = 0, end; i < rows.length; i = end) {
        const { account, topic } = rows[i]!
        for (end = i + 1; end < rows.length && rows[end]!.topic === topic && rows[end]!.account === account;) end++
        const t = live.get(account, topic)
        if (!t) continue
        const had = t.head ?? 0
        let first = i
        while (first < end && rows[first]!.offset <= had) first++
        if (first === end) continue
        if (t.head !== undefined && rows[first]!.offset === had + 1) take(t, rows.slice(first, end))
        else announce(t, rows[end - 1]!.offset)
      }
    },
    hint(account, topic, head) { const t = live.get(account, topic); if (t) announce(t, head) },
    head: (account, topic) => live.get(account, topic)?.head,
    redact(account, topic, isGone) {
      const t = live.get(account, topic)
      if (!t) return
      const without = (r: Row): Row => isGone(r) ? { ...r, body: null } : r
      if (t.reads > 0) t.gone.push(isGone)
      for (const f of t.followers.values()) if (f.buffer) f.buffer = f.buffer.map(without)
      const ring = t.ring.map(without)
      cut(t, t.ring.length)
      for (const row of ring) push(t, row)
    },
    forget(account, topic) {
      const t = live.get(account, topic)
      if (!t) return
      if (t.reads > 0) renounce(t)   // a read under way may hold what is to be forgotten
      else cut(t, t.ring.length)
    },
    restart() {
      const all = [...live.values()]   // a follower may join again at once
      for (const t of all) renounce(t)
    },
    sweep() {
      const oldestMs = o.now() - ringAgeMs
      for (const t of live.values()) {
        if (t.followers.size === 0 && t.touchedMs < oldestMs) { cut(t, t.ring.length); live.delete(t.account, t.topic); continue }
        const fresh = t.ring.findIndex((r) => Date.parse(r.at) >= oldestMs)
        if (fresh !== 0 && t.ring.length > 0) cut(t, fresh < 0 ? t.ring.length : fresh)
        if (t.head !== undefined && t.announced > t.head) void fill(t)
      }
      // One read's worth at a time: ten thousand at once would hold up the event loop for 40 ms.
      for (let left = sweepTopics; left > 0; left--) {
        const { value: t, done } = unchecked.next()
        if (done) { unchecked = live.values(); break }
        if (t.followers.size > 0 && t.head !== undefined) void fill(t)
      }
    },
    get stats() { let rows = 0; for (const t of live.values()) rows += t.ring.length; return { topics: live.size, ringBytes: totalBytes, rows } },
  }
}
