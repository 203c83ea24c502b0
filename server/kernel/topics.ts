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
import { keyOf, type Row } from './entry-row.ts'

export interface Position { readonly epoch?: string | undefined; readonly offset?: number | undefined }
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
  /** A client knows more than the journal: the database went back in time. */
  ahead: (account: string, topic: string, offset: number, head: number) => Promise<void>
  ringRows?: number; ringAgeMs?: number; ringsBytes?: number
  /** A follower that missed more than this starts afresh. */
  resumeRows?: number; tailRows?: number
}

interface Live { readonly account: string; readonly topic: string; head: number; ring: Row[]; bytes: number; touchedMs: number; followers: Map<Follower, Row[] | null>; announced: number; filling: boolean }

export interface Topics {
  /** One join of a follower and topic at a time. @throws what the read throws; the follower is then not attached. */
  join(account: string, topic: string, follower: Follower, position: Position): Promise<void>
  leave(account: string, topic: string, follower: Follower): void
  /** Rows in commit order, from this node's writer or, as a hint, from another's. */
  publish(rows: readonly Row[]): void
  /** A hint without rows: the topic's head is (at least) this. */
  hint(account: string, topic: string, head: number): void
  head(account: string, topic: string): number | undefined
  /** Bodies are gone for good; later resumes must not bring them back. */
  redact(account: string, topic: string, isGone: (row: Row) => boolean): void
  /** The history was replaced: everybody joins again. */
  restart(): void
  /** Drops what nobody follows and nobody came back for. Call every few seconds. */
  sweep(): void
  readonly stats: { topics: number; ringBytes: number; rows: number }
}

const sizeBytes = (row: Row): number => 200 + (row.body?.length ?? 0)

export function topics(o: Options): Topics {
  const { ringRows = 256, ringAgeMs = 15 * 60_000, ringsBytes = 64 * 1024 * 1024, resumeRows = 1000, tailRows = 50 } = o
  const live = new Map<string, Live>()
  let totalBytes = 0

  function push(t: Live, row: Row): void {
    t.head = row.offset
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

  function deliver(t: Live, rows: readonly Row[]): void {
    for (const [follower, buffer] of t.followers) if (buffer) buffer.push(...rows); else follower.entries(t.topic, rows)
  }

  /** Entries are missing between what we have and what was announced: one read, then on. */
  async function fill(t: Live): Promise<void> {
    if (t.filling) return
    t.filling = true
    try {
      while (t.announced > t.head) {
        const { rows } = await o.read({ account: t.account, topic: t.topic, after: t.head, limit: resumeRows })
        const missing = rows.filter((r) => r.offset > t.head)
        if (missing.length === 0) return
        for (const row of missing) push(t, row)
        deliver(t, missing)
      }
    } catch { /* The next hint or heartbeat asks again. */ } finally { t.filling = false }
  }

  async function join(account: string, topic: string, follower: Follower, position: Position): Promise<void> {
    const key = keyOf({ account, topic })
    let t = live.get(key)
    const known = t !== undefined
    if (!t) { t = { account, topic, head: 0, ring: [], bytes: 0, touchedMs: o.now(), followers: new Map(), announced: 0, filling: false }; live.set(key, t) }
    t.touchedMs = o.now()
    const buffer: Row[] = []
    t.followers.set(follower, buffer)
    const mayResume = position.offset !== undefined && position.epoch === o.epoch()
    try {
      let rows: readonly Row[] | undefined
      let how: JoinResult['how'] = mayResume ? 'resumed' : 'fresh'
      const after = mayResume ? position.offset! : null
      if (known && t.head > 0) rows = fromRing(t, after)
      if (!rows) {
        let result = await o.read({ account, topic, after, limit: after === null ? tailRows : resumeRows + 1 })
        if (after !== null && result.head < after) { await o.ahead(account, topic, after, result.head); how = 'fresh'; result = await o.read({ account, topic, after: null, limit: tailRows }) }
        else if (after !== null && result.rows.length > resumeRows) { how = 'fresh'; result = await o.read({ account, topic, after: null, limit: tailRows }) }
        rows = result.rows
        if (t.head < result.head && t.ring.length === 0) { for (const row of rows) push(t, row); t.head = Math.max(t.head, result.head) }
      }
      // What was published while we read stands in the buffer, possibly also in `rows`: the offset decides.
      const last = rows.at(-1)?.offset ?? (after ?? t.head)
      const spliced = [...rows, ...buffer.filter((r) => r.offset > last)]
      if (t.followers.get(follower) !== buffer) return   // left, or told to join again, in the meantime
      t.followers.set(follower, null)
      follower.joined(topic, { how, head: spliced.at(-1)?.offset ?? last, rows: spliced })
    } catch (error) {
      leave(account, topic, follower)
      throw error
    }
  }

  /** The rows after `after` (or the newest) when the ring holds them all, else undefined. */
  function fromRing(t: Live, after: number | null): readonly Row[] | undefined {
    if (after === null) return t.ring.length >= Math.min(tailRows, t.head) ? t.ring.slice(-tailRows) : undefined
    if (after === t.head) return []
    if (after > t.head) return undefined
    const first = t.ring[0]?.offset
    return first !== undefined && first <= after + 1 ? t.ring.slice(after + 1 - first) : undefined
  }

  function leave(account: string, topic: string, follower: Follower): void {
    const t = live.get(keyOf({ account, topic }))
    if (t?.followers.delete(follower)) t.touchedMs = o.now()
  }

  return {
    join, leave,
    publish(rows) {
      for (let i = 0; i < rows.length;) {
        const key = keyOf(rows[i]!)
        let end = i + 1
        while (end < rows.length && rows[end]!.topic === rows[i]!.topic && rows[end]!.account === rows[i]!.account) end++
        const t = live.get(key)
        if (t) {
          const fresh = rows.slice(i, end).filter((r) => r.offset > t.head)
          if (fresh.length > 0 && t.head > 0 && fresh[0]!.offset !== t.head + 1) { t.announced = Math.max(t.announced, fresh.at(-1)!.offset); void fill(t) }
          else if (fresh.length > 0) { for (const row of fresh) push(t, row); deliver(t, fresh) }
        }
        i = end
      }
    },
    hint(account, topic, head) { const t = live.get(keyOf({ account, topic })); if (t && t.head > 0 && head > t.head) { t.announced = head; void fill(t) } },
    head: (account, topic) => live.get(keyOf({ account, topic }))?.head,
    redact(account, topic, isGone) {
      const t = live.get(keyOf({ account, topic }))
      if (t) t.ring = t.ring.map((r) => isGone(r) ? { ...r, body: null } : r)
    },
    restart() {
      const all = [...live.values()]
      live.clear(); totalBytes = 0
      for (const t of all) { const followers = [...t.followers.keys()]; t.followers.clear(); for (const f of followers) f.rejoin(t.topic) }
    },
    sweep() {
      const oldestMs = o.now() - ringAgeMs
      for (const [key, t] of live) {
        if (t.followers.size === 0 && t.touchedMs < oldestMs) { cut(t, t.ring.length); live.delete(key); continue }
        const fresh = t.ring.findIndex((r) => Date.parse(r.at) >= oldestMs)
        if (fresh !== 0 && t.ring.length > 0) cut(t, fresh < 0 ? t.ring.length : fresh)
      }
    },
    get stats() { let rows = 0; for (const t of live.values()) rows += t.ring.length; return { topics: live.size, ringBytes: totalBytes, rows } },
  }
}
