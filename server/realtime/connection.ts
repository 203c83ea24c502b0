/** One socket: frames in, frames out (spec PR, RS). It knows its session; what the session may do, the plugs decide. */
import type { WebSocket } from 'ws'
import { Compile } from 'typebox/compile'
import { commandBodies, type CommandType } from '#contract/commands.ts'
import { clientFrames, protocolVersion, type CloseCode, type Join, type ClientFrame, type ServerFrame } from '#contract/frames.ts'
import { errorKinds, type ErrorCode } from '#contract/errors.ts'
import { onBehalfOf } from '#server/db/on-behalf.ts'
import { contactJson, insideJson, type Row } from '#server/kernel/entry-row.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { isInside, type Session } from '#server/kernel/session.ts'
import { refuseBrokenText } from '#server/kernel/text.ts'
import type { Follower, JoinResult } from '#server/kernel/topics.ts'
import type { Hub } from './hub.ts'
import { ackOf, splitName, type Answer } from './plugs.ts'

const frameChecks = Object.fromEntries(Object.entries(clientFrames).map(([type, schema]) => [type, Compile(schema)]))
const bodyChecks = Object.fromEntries(Object.entries(commandBodies).map(([type, schema]) => [type, Compile(schema)]))

const pullBytes = 1024 * 1024
const closeBytes = 4 * 1024 * 1024
/** No more is read from a socket while so many of its frames wait. */
const waitingMax = 1_000
const typingEveryMs = 1_000
/** More than a `hello` may bring. */
const owedMax = 1_000

/** Where a socket comes from: the page's origin, and the host it asked for. */
export interface Origin { readonly origin: string | undefined; readonly host: string | undefined }

export class Connection {
  readonly id: string
  readonly from: Origin
  session: Session | undefined
  app = ''
  heardMs: number
  readonly openedMs: number
  presence: 'online' | 'away' = 'online'
  readonly joined = new Map<string, 'joining' | 'live'>()
  readonly watched = new Set<string>()
  /** Topics and views that were refused because the database was away: asked again when it is back, and not when the client's patience allows. */
  #owed: { readonly topics: Set<string>; readonly views: Set<string> } | undefined
  /** Own commands that are kept in the spool. */
  readonly awaited = new Set<string>()
  #ws: WebSocket
  #hub: Hub
  /** The frames that wait for the end of the tick, with commas between them. A string: of an array's parts each byte was copied twice. */
  #out = ''
  /** Until `welcome` is out nothing else may be. */
  #isHeld = true
  #isGreeted = false
  #isTerse = false
  /** The socket is gone: what still waits must not attach anything to it, nobody would take it off again. */
  #isGone = false
  #handling: Promise<void> = Promise.resolve()
  /** Frames whose turn in `#handling` has not come. */
  #waiting = 0
  /** By topic, when the last one was passed on. */
  readonly #typedMs = new Map<string, number>()
  #onJoined = new Map<string, (result: JoinResult) => void>()
  #follower: Follower = {
    joined: (topic, result) => this.#onJoined.get(topic)?.(result),
    entries: (topic, rows) => this.#entries(topic, rows),
    rejoin: (topic) => this.#rejoin(topic),
  }
  #tokens: number
  #tokensMs: number

  constructor(ws: WebSocket, hub: Hub, id: string, from: Origin) {
    this.#ws = ws; this.#hub = hub
    this.id = id; this.from = from
    this.heardMs = this.openedMs = hub.now()
    this.#tokens = hub.commandBurst; this.#tokensMs = this.heardMs
    ws.on('message', (data, isBinary) => { if (isBinary) this.close(4501); else this.#heard((data as Buffer).toString()) })
    ws.on('error', () => {})   // a close follows
    ws.on('close', () => hub.gone(this))
  }

  get bufferedBytes(): number { return this.#ws.bufferedAmount }

  #heard(text: string): void {
    if (this.session) onBehalfOf(this.session.account, () => this.#hear(text))
    else this.#hear(text)
  }
  #hear(text: string): void {
    this.heardMs = this.#hub.now()
    let frames: unknown
    try { frames = JSON.parse(text) } catch { return this.close(4501) }
    if (!Array.isArray(frames)) return this.close(4501)
    for (const frame of frames as unknown[]) {
      const type = frame && typeof frame === 'object' && 'type' in frame && typeof frame.type === 'string' ? frame.type : ''
      const check = frameChecks[type]
      if (!check && type !== '') continue   // of a newer client, during an upgrade: what we do not know we leave out
      if (!check?.Check(frame)) return this.close(4501)
      const known = frame as ClientFrame
      if (known.type === 'command') { this.#command(known); continue }
      if (known.type === 'hello' ? this.#isGreeted : !this.#isGreeted) return this.close(4501)
      if (known.type === 'hello') this.#isGreeted = true
      if (++this.#waiting === waitingMax) this.#ws.pause()
      // One after the other: a join of a topic must be over before the next one of it begins.
      this.#handling = this.#handling.then(() => this.#handle(known)).catch((error: unknown) => this.#hub.report(error, type))
    }
  }

  async #handle(frame: Exclude<ClientFrame, { type: 'command' }>): Promise<void> {
    if (--this.#waiting === waitingMax / 2 && this.#ws.isPaused) this.#ws.resume()
    if (this.#isGone) return
    switch (frame.type) {
      case 'hello': return this.#hello(frame)
      case 'join': return this.#join(frame)
      case 'leave': return this.#leave(frame.topic)
      case 'watch': return this.#watch(frame.view)
      case 'unwatch': this.watched.delete(frame.view); this.#owed?.views.delete(frame.view); this.#hub.unwatch(this, frame.view); return
      case 'mark': if (this.session && this.joined.get(frame.topic) === 'live') await this.#hub.mark(this, frame.topic, { ...(frame.delivered !== undefined && { delivered: frame.delivered }), ...(frame.read !== undefined && { read: frame.read }) }); return
      case 'typing': return this.#typing(frame.topic)
      case 'presence': this.presence = frame.state; this.#hub.presenceChanged(this); return
      case 'renew': return this.#renew(frame.token)
      case 'beat': return
      case 'terse': this.#isTerse = true; return
      default: frame satisfies never
    }
  }

  async #hello(frame: Extract<ClientFrame, { type: 'hello' }>): Promise<void> {
    if (frame.version !== protocolVersion) return this.close(4500)
    try { this.session = await this.#hub.authenticate(frame.token) }
    catch (error) {
      if (error instanceof Refusal && error.code === 'unauthenticated') return this.close(4002)
      return this.later(1000)
    }
    const { session } = this
    const lane = isInside(session) ? 'agent' : frame.inflight.length > 0 || frame.joins.some((j) => j.offset !== undefined) ? 'resume' : 'fresh'
    const greeted = Promise.withResolvers<void>()
    this.#hub.admit(lane, () => {
      if (this.#isGone) { greeted.resolve(); return undefined }
      return this.#greet(frame, session).then(greeted.resolve, greeted.reject)
    }, (afterMs) => { this.later(afterMs); greeted.resolve() })
    return greeted.promise
  }

  /** The costly half of `hello`, when its turn has come. */
  async #greet(frame: Extract<ClientFrame, { type: 'hello' }>, session: Session): Promise<void> {
    if (!(await this.#hub.mayConnect(session, this.from))) return this.close(4502)
    if (this.#isGone) return
    this.app = frame.app ?? ''
    this.#hub.greeted(this)
    const epoch = this.#hub.epoch()
    const [found, joined] = await Promise.all([this.#hub.settled(session, frame.inflight), this.#joinAll(frame.joins)])
    this.#hub.resumedTopics += joined.length
    await new Promise<void>((resolve) => this.#hub.finish(() => {
      const settled = epoch === this.#hub.epoch() ? found : []   // found in a history that was replaced meanwhile: the client must offer it again
      const known = new Set(settled.map((s) => s.id))
      this.#isHeld = false
      const meanwhile = this.#out
      this.#out = JSON.stringify(this.#hub.welcome(this)).slice(0, -1)
        + `,"joined":[${joined.filter(Boolean).join(',')}],"settled":${JSON.stringify(settled)},"unknown":${JSON.stringify(frame.inflight.filter((id) => !known.has(id)))}}`
      if (meanwhile !== '') this.#out += `,${meanwhile}`
      this.flush()
      resolve()
    }))
    for (const view of frame.views) await this.#watch(view)
  }

  async #renew(token: string): Promise<void> {
    try {
      const next = await this.#hub.authenticate(token)
      if (next.account !== this.session?.account || next.actor !== this.session.actor) return this.close(4002)
      this.session = next
    } catch (error) { if (error instanceof Refusal && error.code === 'unauthenticated') this.close(4002) }
  }

  // --- topics

  async #joinAll(joins: readonly Join[]): Promise<string[]> {
    const session = this.session!
    const allowed = await this.#hub.mayJoin(session, joins.map((j) => j.topic))
    return Promise.all(joins.map(async (join, i) => {
      const verdict = allowed[i]!
      if (verdict !== 'yes') return this.#notJoined(join.topic, verdict)
      return this.#joinOne(join)
    }))
  }

  /** @returns the result's text for `welcome`; empty when it went out as a frame of its own, or the join was void before it was over. The join's result is taken in the tick of the splice (see Follower.joined). */
  async #joinOne(join: Join): Promise<string> {
    const session = this.session!, { topic } = join
    if (this.joined.get(topic) === 'joining') return JSON.stringify({ topic, how: 'refused', code: 'overloaded' })
    this.joined.set(topic, 'joining')
    try {
      const marks = await this.#hub.marksOf(session, topic)
      if (this.#isGone) return ''
      let text = ''
      this.#onJoined.set(topic, (result) => {
        text = `{"topic":"${topic}","how":"${result.how}","epoch":"${this.#hub.epoch()}","head":${result.head},"entries":[${this.#json(result.rows).join(',')}],"marks":${JSON.stringify(marks)}}`
        this.joined.set(topic, 'live')
        this.#owed?.topics.delete(topic)
        this.#hub.follows(this, topic)
        if (!this.#isHeld) { this.#send(`{"type":"joined",${text.slice(1)}`); text = '' }
        const kept = this.#hub.keptFrame(session, topic)
        if (kept) this.#send(kept)
      })
      await this.#hub.topics.join(session.account, topic, this.#follower, { epoch: join.epoch, offset: join.offset, isTrusted: isInside(session) })
      return text
    } catch (error) {
      this.#leave(topic)
      if (!(error instanceof Refusal)) this.#hub.report(error, 'join')
      return this.#notJoined(topic, error instanceof Refusal ? error.code : 'internal')
    } finally {
      this.#onJoined.delete(topic)
    }
  }

  #notJoined(topic: string, code: ErrorCode): string {
    if (code === 'unavailable') this.#owe('topics', topic)
    return JSON.stringify({ topic, how: 'refused', code })
  }
  #owe(kind: 'topics' | 'views', name: string): void {
    const owed = this.#owed ??= { topics: new Set(), views: new Set() }
    owed[kind].add(name)
    if (owed.topics.size + owed.views.size > owedMax) this.later(1_000)
  }
  get isOwed(): boolean { return this.#owed !== undefined }
  /** The database answers again. */
  storageIsBack(): void {
    const owed = this.#owed
    this.#owed = undefined
    for (const topic of owed?.topics ?? []) this.#send(`{"type":"rejoin","topic":"${topic}"}`)
    for (const view of owed?.views ?? []) void this.#watch(view)
  }

  async #join(join: Join): Promise<void> {
    const [refused] = await this.#joinAll([join])
    if (refused) this.#send(`{"type":"joined",${refused.slice(1)}`)
  }

  #leave(topic: string): void {
    this.#owed?.topics.delete(topic)
    if (!this.session || !this.joined.delete(topic)) return
    this.#hub.topics.leave(this.session.account, topic, this.#follower)
    this.#hub.unfollows(this, topic)
  }

  #entries(topic: string, rows: readonly Row[]): void {
    if (this.bufferedBytes > pullBytes) return this.#rejoin(topic)   // a slow reader pulls what it missed when it is ready
    this.#send(this.#hub.entriesFrame(topic, rows, isInside(this.session!)))
  }
  #rejoin(topic: string): void {
    this.#leave(topic)
    this.#send(`{"type":"rejoin","topic":"${topic}"}`)
  }

  /** Leaves all topics: the socket is gone. */
  leaveAll(): void {
    this.#isGone = true
    for (const topic of this.joined.keys()) this.#leave(topic)
  }

  #json(rows: readonly Row[]): string[] { return rows.map(isInside(this.session!) ? insideJson : contactJson) }

  /** A hint goes to everybody who follows: a thousand in one message would be a thousand for each of them. */
  #typing(topic: string): void {
    const now = this.#hub.now()
    if (this.joined.get(topic) !== 'live' || now - (this.#typedMs.get(topic) ?? -Infinity) < typingEveryMs) return
    if (this.#typedMs.size >= 100) this.#typedMs.clear()
    this.#typedMs.set(topic, now)
    this.#hub.typing(this, topic)
  }

  // --- views

  async #watch(view: string): Promise<void> {
    if (!this.session || this.#isGone || this.watched.has(view)) return
    this.watched.add(view)
    try { this.#send(await this.#hub.openView(this, view)) }
    catch (error) {
      this.watched.delete(view); this.#hub.unwatch(this, view)
      if (error instanceof Refusal && error.code === 'unavailable') this.#owe('views', view)
      if (!(error instanceof Refusal)) this.#hub.report(error, `watch ${splitName(view).kind}`)
      this.send({ type: 'error', code: error instanceof Refusal ? error.code : 'internal', message: `The view ${splitName(view).kind} cannot be watched now.` })
    }
  }

  // --- commands

  #command(frame: Extract<ClientFrame, { type: 'command' }>): void {
    if (!this.session) return this.close(4501)
    const check = bodyChecks[frame.command]
    if (!check) return this.#refuse(frame.id, new Refusal('invalid', `There is no command "${frame.command}".`))
    if (!check.Check(frame.body)) {
      const first = check.Errors(frame.body)[0]
      const code = first?.keyword === 'maxLength' && first.instancePath === '/text' ? 'too_long' : 'invalid'
      return this.#refuse(frame.id, new Refusal(code, code === 'too_long' ? undefined : `body${first?.instancePath ?? ''} ${first?.message ?? 'is not of the right form'}`))
    }
    try { refuseBrokenText(frame.body) } catch (error) { return this.#refuse(frame.id, error) }
    const waitMs = this.#spend()
    if (waitMs > 0) return this.#refuse(frame.id, new Refusal('rate_limited', undefined, waitMs))
    this.#hub.commands[frame.command as CommandType](this.session, { id: frame.id, type: frame.command, topic: frame.topic, body: frame.body })
      .then((answer) => this.#ack(answer), (error: unknown) => this.#refuse(frame.id, error))
  }
  #ack(answer: Answer): void {
    if ('isKept' in answer) { this.#hub.awaitsStored(this, answer.id); return this.send({ type: 'ack', ...ackOf(answer) }) }
    const { id, topic, offset, at, repeat } = answer
    // Its entry has just gone out on this very line (PR11). Of a repeat it went out once, and perhaps on another line.
    if (this.#isTerse && !repeat && this.joined.get(topic) === 'live') return
    this.#send(`{"type":"ack","id":"${id}","state":"stored","topic":"${topic}","offset":${offset},"at":"${at}"}`)
  }
  /** @param error what a verb threw */
  refuse(id: string, error: unknown): void { this.#refuse(id, error) }
  #refuse(id: string, error: unknown): void {
    if (!(error instanceof Refusal)) this.#hub.report(error, 'command')
    const refusal = error instanceof Refusal ? error : new Refusal('internal')
    this.send({ type: 'refused', id, code: refusal.code, message: refusal.message,
      ...(refusal.retryAfterMs !== undefined ? { retryAfterMs: refusal.retryAfterMs } : errorKinds[refusal.code].retry === 'after' && { retryAfterMs: 1000 }) })
  }
  /** A token bucket per connection. @returns 0, or how long to wait. */
  #spend(): number {
    const now = this.#hub.now()
    this.#tokens = Math.min(this.#hub.commandBurst, this.#tokens + (now - this.#tokensMs) * this.#hub.commandsPerSecond / 1000)
    this.#tokensMs = now
    if (this.#tokens < 1) return Math.ceil((1 - this.#tokens) * 1000 / this.#hub.commandsPerSecond)
    this.#tokens--
    return 0
  }

  // --- out

  send(frame: ServerFrame): void { this.#send(JSON.stringify(frame)) }
  sendText(frame: string): void { this.#send(frame) }
  #send(frame: string): void {
    const isFirst = this.#out === ''
    this.#out = isFirst ? frame : `${this.#out},${frame}`
    if (isFirst && !this.#isHeld) this.#hub.flushSoon(this)   // else the hub is going to, or a `welcome` is
  }
  /** Everything of this tick leaves as one message. */
  flush(): void {
    if (this.#isHeld || this.#out === '' || this.#ws.readyState !== this.#ws.OPEN) return
    const text = `[${this.#out}]`
    this.#out = ''
    this.#ws.send(text)
    if (this.#ws.bufferedAmount > closeBytes) this.close(4000)
  }
  /** Tells the client when to come back; browsers cannot read the status of a failed upgrade, so this goes over the socket. */
  later(afterMs: number, because: 'draining' | 'overloaded' = 'overloaded'): void {
    this.#isHeld = false
    this.#out = JSON.stringify({ type: 'wait', afterMs, because } satisfies ServerFrame)
    this.flush()
    this.close(1013)
  }
  close(code: CloseCode): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return
    this.#ws.close(code)
    // A peer that is gone never answers the closing handshake.
    setTimeout(() => this.#ws.terminate(), 2000).unref()
  }
  terminate(): void { this.#ws.terminate() }
}
