/** All connections of this node: who follows what, views, typing, heartbeats, revocation, drain. */
import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import { heartbeatMs, silenceMs } from '#contract/limits.ts'
import { protocolVersion, type KeptEntry, type Marks, type ServerFrameOf } from '#contract/frames.ts'
import type { ErrorCode } from '#contract/errors.ts'
import type { Ack } from '#contract/commands.ts'
import { contactJson, insideJson, isInsideOnly, type Row } from '#server/kernel/entry-row.ts'
import { insideTypes } from '#contract/entries.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Sequencer } from '#server/kernel/sequencer.ts'
import { isInside, type Session } from '#server/kernel/session.ts'
import type { Topics } from '#server/kernel/topics.ts'
import type { Admission } from '#server/kernel/admission.ts'
import { windowMs } from '#server/kernel/resume-rate.ts'
import { Connection, type Origin } from './connection.ts'
import type { MarkBook } from './marks.ts'
import { splitName, type Plugs } from './plugs.ts'

export interface HubOptions {
  node: string
  build: string
  now: () => number
  /** Names a connection, and by that chooses when its beats go out: a simulation must be able to say it. */
  newId?: () => string
  epoch: () => string
  topics: Topics
  marks: MarkBook
  settled: Sequencer<unknown>['settled']
  /** What is kept of a topic in the spool, oldest first. */
  kept?: (account: string, topic: string) => readonly KeptEntry[]
  isAway?: () => boolean
  /** Topics that nobody follows are not joined now, and `storageIsBack` follows soon. */
  isCatchingUp?: () => boolean
  log: { error(o: object, m: string): void }
  commandsPerSecond?: number
  commandBurst?: number
  /** Without it everybody begins at once. */
  admission?: Admission
  /** Only in drills: clients are told no window and get no slots. */
  isWindowOff?: boolean
  /** Under pressure, or by an operator: typing and presence are left out. They are hints. */
  dropsHints?: () => boolean
}

const bufferedMaxBytes = 256 * 1024 * 1024
/** So often a part of the connections hears a beat: eight thousand at once stopped the loop for 120 ms, and their answers a second time. */
const beatEveryMs = 250
/** Sockets written per turn of the loop: one message to 5,000 at once blocked it for 50–70 ms. */
const fanOutChunk = 500
const named = /^[0-9a-f]{12}$/
const ownScreen = /^(?:console|panel) ([0-9a-f]{12})$/
/** Between two such chunks of people who ask again: a gathered read for each. */
const backEveryMs = 100
/** Resumes per second that a node is trusted with where nothing measures them. */
const firstResumesPerSecond = 500

export class Hub {
  readonly commandsPerSecond: number
  readonly commandBurst: number
  readonly topics: Topics
  readonly #o: HubOptions
  /** Before the first socket. */
  #plugs!: Plugs
  readonly #all = new Set<Connection>()
  readonly #following = new Map<string, Set<Connection>>()
  readonly #watching = new Map<string, Set<Connection>>()
  readonly #awaiting = new Map<string, Set<Connection>>()
  readonly #versions = new Map<string, number>()
  /** Those that have something to say; each comes with the first frame that waits there. */
  readonly #dirty: Connection[] = []
  #flushing = false
  #cached: { rows: readonly Row[]; inside?: string; contact?: string } | undefined
  #beatTimer: NodeJS.Timeout
  /** Of whom each quarter of a second takes one. */
  readonly #slots = Array.from({ length: heartbeatMs / beatEveryMs }, () => new Set<Connection>())
  #slot = 0
  /** Of those whose turn has come in this round. */
  #bufferedBytes = 0
  #draining = false
  /** Topics that were joined with a `hello`, since the start. */
  resumedTopics = 0

  constructor(o: HubOptions) {
    this.#o = o
    this.topics = o.topics
    this.commandsPerSecond = o.commandsPerSecond ?? 20
    this.commandBurst = o.commandBurst ?? 40
    this.#beatTimer = setInterval(() => this.#beat(), beatEveryMs)
  }

  /** Features need the hub to be told of its sockets, and the hub needs them: it is made first, and has its plugs before it is opened to anybody. */
  plug(plugs: Plugs): void { this.#plugs = plugs }
  get commands(): Plugs['commands'] { return this.#plugs.commands }
  get size(): number { return this.#all.size }
  get isDraining(): boolean { return this.#draining }
  now(): number { return this.#o.now() }
  epoch(): string { return this.#o.epoch() }
  report(error: unknown, what: string): void { this.#o.log.error({ err: error, what }, 'A frame failed') }

  open(ws: WebSocket, from: Origin): void {
    const c = new Connection(ws, this, (this.#o.newId ?? randomUUID)(), from)
    if (this.#draining) return this.#sendAway(c, Math.random())
    this.#all.add(c)
    this.#slotOf(c).add(c)
    // A socket that never says hello holds a place for nothing.
    setTimeout(() => { if (!c.session) c.close(4001) }, 10_000).unref()
  }
  gone(c: Connection): void {
    if (!this.#all.delete(c)) return
    this.#slotOf(c).delete(c)
    c.leaveAll()
    for (const view of c.watched) this.unwatch(c, view)
    for (const id of c.awaited) remove(this.#awaiting, keyFor(c, id), c)
    this.presenceChanged(c)
  }

  /** Open screens that are still of another build (P12): how many, and for how long the slowest has known. Undefined where builds have no names. Messengers stand in pages of others, and change with these. */
  olderScreens(): { open: number; forMs: number } | undefined {
    if (!named.test(this.#o.build)) return undefined
    let open = 0, sinceMs = this.now()
    for (const c of this.#all) {
      const [, build] = ownScreen.exec(c.app) ?? []
      if (build === undefined || build === this.#o.build) continue
      open++
      sinceMs = Math.min(sinceMs, c.openedMs)
    }
    return { open, forMs: this.now() - sinceMs }
  }

  // --- session

  authenticate(token: string): Session | Promise<Session> { return this.#plugs.authenticate(token) }
  mayConnect(session: Session, from: Origin): Promise<boolean> { return this.#plugs.mayConnect(session, from.origin, from.host) }
  greeted(c: Connection): void { this.presenceChanged(c) }
  welcome(c: Connection): object {
    return { type: 'welcome', version: protocolVersion, connection: c.id, node: this.#o.node, build: this.#o.build, epoch: this.epoch(), now: new Date(this.now()).toISOString(), heartbeatMs, windowMs: this.windowMs(isInside(c.session!)) }
  }
  async settled(session: Session, ids: readonly string[]): Promise<Ack[]> {
    try { return (await this.#o.settled(session.account, session.actor, ids)).map(({ id, topic, offset, at }) => ({ id, state: 'stored', topic, offset, at })) }
    catch { return [] }   // the client sends what it does not find here again; the id makes that harmless
  }
  /** How long such clients spread their return when this node dies: everybody at half the measured resume rate, agents first (P5). 0 = they are told none. */
  windowMs(isAgent: boolean): number {
    return this.#o.isWindowOff ? 0 : windowMs(this.#all.size, this.#o.admission?.measuredPerSecond ?? firstResumesPerSecond, isAgent)
  }
  /** Does the last part of a handshake in its turn. */
  finish(end: () => void): void { if (this.#o.admission) this.#o.admission.finish(end); else end() }
  /** Lets a handshake begin when its turn comes, or says after how long its client is to come back. */
  admit(lane: 'agent' | 'resume' | 'fresh', begin: () => Promise<unknown> | undefined, sendAway: (afterMs: number) => void): void {
    if (this.#o.admission) this.#o.admission.hello(lane, begin, sendAway)
    else void begin()
  }
  /** Sessions were revoked: their sockets end now. When it names a person, whose rights changed, renewing tells whether there is a way back. */
  revoke(account: string, subject: string): void {
    for (const c of this.#all) {
      if (c.session?.account !== account) continue   // ids are the account's own
      if (c.session.subject === subject) c.close(4503)
      else if (c.session.actor === subject) c.close(4002)
    }
  }

  // --- topics

  async mayJoin(session: Session, names: readonly string[]): Promise<('yes' | ErrorCode)[]> {
    const isCatchingUp = this.#o.isCatchingUp?.() === true
    const verdicts: ('yes' | ErrorCode)[] = names.map((name) => isCatchingUp && this.topics.head(session.account, name) === undefined ? 'unavailable' : 'not_found')
    for (const { kind, mayJoin } of this.#plugs.topics) {
      const asked = names.flatMap((name, i) => { const of = splitName(name); return of.kind === kind && verdicts[i] !== 'unavailable' ? [{ i, id: of.id ?? '' }] : [] })
      if (asked.length === 0) continue
      try {
        const allowed = await mayJoin(session, asked.map((a) => a.id))
        asked.forEach((a, j) => { if (allowed[j]) verdicts[a.i] = 'yes' })
      } catch (error) {
        if (!(error instanceof Refusal)) this.report(error, 'mayJoin')
        for (const a of asked) verdicts[a.i] = error instanceof Refusal ? error.code : 'internal'
      }
    }
    return verdicts
  }
  follows(c: Connection, topic: string): void { add(this.#following, keyFor(c, topic), c) }
  unfollows(c: Connection, topic: string): void { remove(this.#following, keyFor(c, topic), c) }
  /** Serialised once per batch and side, shared by all sockets. */
  entriesFrame(topic: string, rows: readonly Row[], inside: boolean): string {
    if (this.#cached?.rows !== rows) this.#cached = { rows }
    const side = inside || !rows.some(isInsideOnly) ? 'inside' : 'contact'   // most entries look the same to both
    return this.#cached[side] ??= `{"type":"entries","topic":"${topic}","entries":[${rows.map(side === 'inside' ? insideJson : contactJson).join(',')}]}`
  }

  // --- what is kept while the database is away

  /** This command of the connection was answered with `kept`: it hears what becomes of it. */
  awaitsStored(c: Connection, id: string): void {
    if (!this.#all.has(c)) return
    c.awaited.add(id)
    add(this.#awaiting, keyFor(c, id), c)
  }
  settledKept(account: string, id: string, tell: (c: Connection) => void): void {
    const key = `${account} ${id}`
    const waiting = this.#awaiting.get(key)
    if (!waiting) return
    this.#awaiting.delete(key)
    for (const c of waiting) { c.awaited.delete(id); tell(c) }
  }
  /** To the followers of a topic, as far as each may see it. */
  keptChanged(account: string, topic: string, entries: readonly KeptEntry[], gone: readonly string[] = []): void {
    for (const c of this.#following.get(`${account} ${topic}`) ?? []) {
      const seen = isInside(c.session!) ? entries : entries.filter(({ type }) => !insideTypes.has(type))
      if (seen.length > 0 || gone.length > 0) c.send({ type: 'kept', of: topic, entries: seen, ...(gone.length > 0 && { gone }) })
    }
  }
  /** For one who begins to follow; undefined when nothing is kept, as almost always. */
  keptFrame(session: Session, topic: string): string | undefined {
    const kept = this.#o.kept?.(session.account, topic) ?? []
    if (kept.length === 0) return undefined
    const entries = isInside(session) ? kept : kept.filter(({ type }) => !insideTypes.has(type))
    return JSON.stringify({ type: 'kept', of: topic, entries, whole: true } satisfies ServerFrameOf<'kept'>)
  }

  /** Tells those who asked in vain while the database was away to ask again, some at a time. */
  async storageIsBack(): Promise<void> {
    const owed = [...this.#all].filter((c) => c.isOwed)
    for (let i = 0; i < owed.length; i += fanOutChunk) {
      for (const c of owed.slice(i, i + fanOutChunk)) if (this.#all.has(c)) c.storageIsBack()
      await new Promise((resolve) => setTimeout(resolve, backEveryMs).unref())
    }
  }

  // --- marks and typing

  marksOf(session: Session, topic: string): Promise<Marks> { return this.#o.marks.of(session.account, topic, session.actor) }
  async mark(c: Connection, topic: string, mark: { delivered?: number; read?: number }): Promise<void> {
    const { account, actor } = c.session!
    const head = this.topics.head(account, topic) ?? 0
    const capped = Object.fromEntries(Object.entries(mark).map(([k, v]) => [k, Math.min(v, head)]))   // nobody has read what is not there
    if (!(await this.#o.marks.move(account, topic, actor, capped))) return
    for (const other of this.#following.get(`${account} ${topic}`) ?? []) {
      const marks = this.#o.marks.now(account, topic, other.session!.actor)
      if (marks) other.send({ type: 'marks', topic, ...marks })
    }
  }
  typing(c: Connection, topic: string): void {
    if (this.#o.dropsHints?.()) return
    const { account, actor } = c.session!
    for (const other of this.#following.get(`${account} ${topic}`) ?? []) if (other.session!.actor !== actor) other.send({ type: 'typing', topic, actor })
  }

  // --- views

  async openView(c: Connection, name: string): Promise<string> {
    const { kind, id } = splitName(name)
    const view = this.#plugs.views.find((v) => v.kind === kind)
    if (!view) throw new Refusal('not_found')
    const key = keyFor(c, name)
    add(this.#watching, key, c)
    const body = await view.open(c.session!, id)
    return JSON.stringify({ type: 'view', view: name, version: this.#versions.get(key) ?? 0, body })
  }
  unwatch(c: Connection, name: string): void { if (c.session) remove(this.#watching, keyFor(c, name), c) }
  isWatched(account: string, name: string): boolean { return this.#watching.has(`${account} ${name}`) }
  /** The views of a kind that somebody watches, of this account or of all. */
  watched(account: string | undefined, kind: string): { account: string; name: string; id: string | undefined }[] {
    const found: { account: string; name: string; id: string | undefined }[] = []
    for (const key of this.#watching.keys()) {
      const [of, name] = key.split(' ', 2) as [string, string]
      if (account !== undefined && of !== account) continue
      const { kind: its, id } = splitName(name)
      if (its === kind) found.push({ account: of, name, id })
    }
    return found
  }
  /** To everybody who watches; what it holds must be the same for all of them. */
  push(account: string, name: string, body: unknown): void {
    const key = `${account} ${name}`
    const version = (this.#versions.get(key) ?? 0) + 1
    this.#versions.set(key, version)
    const watchers = this.#watching.get(key)
    if (!watchers) return
    const text = JSON.stringify({ type: 'view', view: name, version, body })
    for (const c of watchers) c.sendText(text)
  }

  // --- presence: belongs to this node, lives as long as the socket

  presenceChanged(c: Connection): void { if (!this.#o.dropsHints?.() && c.session?.actor.startsWith('user:')) this.#plugs.onPresence(c.session.account) }
  /** Users with an open socket; online in one tab is online. */
  present(account: string): Record<string, 'online' | 'away'> {
    const found: Record<string, 'online' | 'away'> = {}
    for (const c of this.#all) {
      if (c.session?.account !== account || !c.session.actor.startsWith('user:')) continue
      const id = c.session.actor.slice(5)
      if (found[id] !== 'online') found[id] = c.presence
    }
    return found
  }

  // --- out

  flushSoon(c: Connection): void {
    this.#dirty.push(c)
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => this.#flush())
  }
  #flush(): void {
    for (const c of this.#dirty.splice(0, fanOutChunk)) c.flush()
    if (this.#dirty.length > 0) setImmediate(() => this.#flush())
    else this.#flushing = false
  }

  /** Its id is random. */
  #slotOf(c: Connection): Set<Connection> { return this.#slots[Number.parseInt(c.id.slice(0, 8), 16) % this.#slots.length]! }
  /** One slot; everybody's turn comes once in `heartbeatMs`, also of who has just come. */
  #beat(): void {
    const windows = { agentsMs: this.windowMs(true), visitorsMs: this.windowMs(false) }
    for (const c of this.#slots[this.#slot]!) {
      this.#bufferedBytes += c.bufferedBytes
      this.#tellHeads(c, windows)
    }
    this.#slot = (this.#slot + 1) % this.#slots.length
    if (this.#slot > 0) return
    if (this.#bufferedBytes > bufferedMaxBytes) this.#closeSlowest(this.#bufferedBytes)
    this.#bufferedBytes = 0
    // What is in memory is all there is to resume from while the database is away, however old it gets.
    if (!this.#o.isAway?.()) this.topics.sweep()
  }
  #tellHeads(c: Connection, { agentsMs, visitorsMs }: { agentsMs: number; visitorsMs: number }): void {
    const now = this.now()
    if (now - c.heardMs > silenceMs) { c.close(4001); return }
    if (!c.session) return
    if (now > c.session.expiresAtMs + (this.#plugs.graceMs?.() ?? 0)) { c.close(4002); return }
    const heads: Record<string, number> = {}
    for (const [topic, state] of c.joined) if (state === 'live') heads[topic] = this.topics.head(c.session.account, topic) ?? 0
    c.send({ type: 'beat', heads, windowMs: isInside(c.session) ? agentsMs : visitorsMs, build: this.#o.build })
  }
  #closeSlowest(bufferedBytes: number): void {
    for (const c of [...this.#all].sort((a, b) => b.bufferedBytes - a.bufferedBytes)) {
      if (bufferedBytes <= bufferedMaxBytes) return
      bufferedBytes -= c.bufferedBytes
      c.close(4000)
    }
  }

  // --- end

  /** `at`: its place in the window, 0–1. */
  #sendAway(c: Connection, at: number): void {
    if (this.#o.isWindowOff) return c.close(1001)
    c.later(500 + Math.round(at * this.windowMs(c.session !== undefined && isInside(c.session))), 'draining')
  }
  /** Sends everybody away, each with a slot of its own; resolves when all are gone or `forMs` is over. */
  async drain(forMs: number): Promise<void> {
    this.#draining = true
    const connections = [...this.#all]
    connections.forEach((c, i) => this.#sendAway(c, i / connections.length))
    for (const until = Date.now() + forMs; this.#all.size > 0 && Date.now() < until;) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  close(): void {
    clearInterval(this.#beatTimer)
    for (const c of this.#all) c.terminate()
  }
}

const keyFor = (c: Connection, name: string): string => `${c.session!.account} ${name}`
function add(to: Map<string, Set<Connection>>, key: string, c: Connection): void {
  const set = to.get(key)
  if (set) set.add(c); else to.set(key, new Set([c]))
}
function remove(from: Map<string, Set<Connection>>, key: string, c: Connection): void {
  const set = from.get(key)
  if (set?.delete(c) && set.size === 0) from.delete(key)
}
