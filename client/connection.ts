/**
 * One socket at most, and the truth about it.
 *
 *   connecting ──welcome──► open ──lost──► waiting ──► connecting …        any ──a close code of 45xx, no ticket──► ended
 *
 * Lost is what closed, what fell silent, and what did not get as far as `welcome`. A socket given up is never listened to
 * again, whatever it still says: its successor has resumed from what was heard before.
 */
import type { ClientFrame, ServerFrame, ServerFrameOf } from '#contract/frames.ts'
import { frameMaxBytes, silenceMs } from '#contract/limits.ts'
import { protocolVersion, socketPath } from '#contract/protocol.ts'
import { jitterMs, reconnectDelayMs } from './backoff.ts'
import type { Clock } from './clock.ts'
import type { Tickets } from './tickets.ts'

/** What is needed of a WebSocket; the browser's, Node's and that of `ws` all have it. */
export type SocketClass = new (url: string) => Socket
export interface Socket {
  send(text: string): void
  close(code?: number, reason?: string): void
  addEventListener(type: 'open' | 'error', fn: () => void): void
  addEventListener(type: 'message', fn: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', fn: (event: { code: number }) => void): void
}

export interface Report {
  readonly state: 'connecting' | 'open' | 'waiting' | 'ended'
  /** Since when it is in this state. */
  readonly sinceMs: number
  /** While waiting: when it tries again. */
  readonly retryAtMs?: number
  /** While waiting: why the server asked for patience, if it did. */
  readonly because?: 'draining' | 'overloaded'
  /** After the end: a close code that forbids to come back, or 4503 when the ticket was denied. */
  readonly code?: number
}
interface Options {
  url: string
  app: string
  tickets: Tickets
  WebSocket: SocketClass
  clock: Clock
  random: () => number
  hello: () => Pick<Extract<ClientFrame, { type: 'hello' }>, 'joins' | 'views' | 'inflight'>
  /** The frames of one message, in order; the first ones of a connection begin with `welcome`. */
  receive: (frames: readonly ServerFrame[]) => void
  /** The open connection is gone: what was asked on it and not answered is to be asked again after the next `welcome`. */
  lost: () => void
  changed: (report: Report) => void
}
export interface Connection {
  /** Frames of one turn of the event loop travel together. `down`: not open, nothing happened. */
  send(frame: ClientFrame): 'sent' | 'down' | 'too_large'
  /** Gets a new ticket and shows it to the server. @throws what `ticket` throws */
  renew(): Promise<void>
  retryNow(): void
  end(code: number): void
}

const impatienceMs = 2_000
/** Characters per message at which the next one begins; with three bytes to a character still below the limit. */
const messageChars = 32_000

export function connection(o: Options): Connection {
  const { clock, random, tickets } = o
  let report: Report = { state: 'connecting', sinceMs: clock.now() }
  let socket: Socket | undefined
  let round = 0 // of dialling: what belongs to an older one is ignored
  let tries = 0
  let triedMs = 0
  let lostMs = clock.now()
  let windowMs: number | undefined
  let patience: { untilMs: number; because: 'draining' | 'overloaded' } | undefined
  let isTicketStale = false
  let hasRenewed = false
  let heardMs = 0
  let out: string[] = []
  const timers: Record<'dial' | 'silence' | 'renewal', () => void> = { dial: () => {}, silence: () => {}, renewal: () => {} }

  function become(next: Omit<Report, 'sinceMs'>): void {
    report = { ...next, sinceMs: clock.now() }
    o.changed(report)
  }

  function dial(): void {
    const mine = ++round
    triedMs = heardMs = clock.now()
    become({ state: 'connecting' })
    listen(silenceMs)
    tickets.get(isTicketStale).then(
      (token) => { if (mine === round) open(token, mine) },
      () => { if (mine === round) lose() },
    )
  }

  function open(token: string, mine: number): void {
    isTicketStale = false
    let own: Socket
    try {
      own = socket = new o.WebSocket(o.url.replace(/^http/, 'ws') + socketPath)
    } catch {
      return lose()
    }
    own.addEventListener('open', () => {
      if (mine === round) own.send(JSON.stringify([{ type: 'hello', version: protocolVersion, token, app: o.app, ...o.hello() }, { type: 'terse' }] satisfies ClientFrame[]))
    })
    own.addEventListener('message', ({ data }) => { if (mine === round) hear(data) })
    own.addEventListener('close', ({ code }) => { if (mine === round) lose(code) })
    // A close follows; without a listener `ws` would throw.
    own.addEventListener('error', () => {})
  }

  function hear(data: unknown): void {
    heardMs = clock.now()
    let frames: ServerFrame[]
    try {
      frames = [...JSON.parse(String(data)) as ServerFrame[]]
    } catch {
      return drop()
    }
    for (const frame of frames) {
      if (frame.type === 'welcome') welcome(frame)
      else if (frame.type === 'beat') { windowMs = frame.windowMs; send({ type: 'beat' }) }
      else if (frame.type === 'wait') patience = { untilMs: clock.now() + frame.afterMs, because: frame.because }
    }
    o.receive(frames)
  }

  function welcome(frame: ServerFrameOf<'welcome'>): void {
    tries = 0
    hasRenewed = false
    windowMs = frame.windowMs
    become({ state: 'open' })
    listen(frame.heartbeatMs * 2.5)
    // Whoever comes back with an older ticket renews it within the window as well: renewing costs the server more than resuming.
    renewAfter(Math.max(tickets.dueMs(), random() * windowMs))
  }

  function listen(limitMs: number): void {
    timers.silence()
    const check = (): void => {
      const leftMs = heardMs + limitMs - clock.now()
      if (leftMs > 0) timers.silence = clock.after(leftMs, check)
      else drop()
    }
    timers.silence = clock.after(limitMs, check)
  }

  function renewAfter(ms: number): void {
    timers.renewal()
    timers.renewal = clock.after(ms, () => {
      const mine = round
      renew().catch(() => { if (mine === round && report.state === 'open') renewAfter(10_000 + jitterMs(20, 20_000, random)) })
    })
  }

  async function renew(): Promise<void> {
    const token = await tickets.get(true)
    if (send({ type: 'renew', token }) === 'sent') renewAfter(tickets.dueMs())
  }

  /** Gives the socket up from this side. A dead line may take minutes to report its close, so nobody waits for it. */
  function drop(): void {
    try {
      socket?.close(4001)
    } catch { /* Not even open. */ }
    lose(4001)
  }

  function lose(code?: number): void {
    const wasOpen = report.state === 'open'
    shut()
    if (code !== undefined && code >= 4500 && code < 5000) return end(code)
    if (wasOpen) { lostMs = clock.now(); o.lost() }
    const waited = patience
    patience = undefined
    isTicketStale ||= code === 4002
    const delayMs = waited ? Math.max(0, waited.untilMs - clock.now())
      : code === 4002 && !hasRenewed ? 0
        : reconnectDelayMs({ tries: tries++, windowMs, lostForMs: clock.now() - lostMs, random })
    hasRenewed ||= code === 4002
    become({ state: 'waiting', retryAtMs: clock.now() + delayMs, ...(waited && { because: waited.because }) })
    timers.dial = clock.after(delayMs, dial)
  }

  function shut(): void {
    round++
    socket = undefined
    out = []
    for (const cancel of Object.values(timers)) cancel()
  }

  function end(code: number): void {
    if (report.state === 'ended') return
    const old = socket
    const wasOpen = report.state === 'open'
    shut()
    try {
      old?.close(1000)
    } catch { /* Not even open. */ }
    if (wasOpen) o.lost()
    become({ state: 'ended', code })
  }

  function send(frame: ClientFrame): 'sent' | 'down' | 'too_large' {
    if (report.state !== 'open') return 'down'
    const text = JSON.stringify(frame)
    if (text.length * 3 + 2 > frameMaxBytes && new TextEncoder().encode(text).length + 2 > frameMaxBytes) return 'too_large'
    if (out.push(text) === 1) queueMicrotask(flush)
    return 'sent'
  }

  function flush(): void {
    const frames = out
    out = []
    for (let first = 0; first < frames.length;) {
      let end = first, chars = 0
      do chars += frames[end++]!.length
      while (end < frames.length && chars + frames[end]!.length < messageChars)
      try {
        socket?.send(`[${frames.slice(first, end).join(',')}]`)
      } catch { /* Closing: what was not answered is asked again. */ }
      first = end
    }
  }

  dial()
  return {
    send, renew, end,
    retryNow() {
      if (report.state !== 'waiting' || report.because || clock.now() - triedMs < impatienceMs) return
      timers.dial()
      dial()
    },
  }
}
