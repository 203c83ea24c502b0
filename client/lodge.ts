/**
 * Everything a screen, a script or a test needs of Lodge: one socket that comes back by itself, an outbox that forgets nothing,
 * topics without gap, duplicate or reorder, and typed HTTP.
 */
import type { ClientFrame, ServerFrame } from '#contract/frames.ts'
import { caller, type Call } from './call.ts'
import { systemClock, type Clock } from './clock.ts'
import { connection, type Connection, type Report, type SocketClass } from './connection.ts'
import { memoryOutbox } from './outbox-memory.ts'
import { outbox as openOutbox, type NewCommand, type OutboxView, type Pending } from './outbox.ts'
import type { OutboxStore } from './outbox-store.ts'
import type { Position } from './positions.ts'
import { tell } from './tell.ts'
import { tickets as holdTickets, type Ticket } from './tickets.ts'
import { topics as joinTopics, type Observer } from './topics.ts'
import { views as watchViews, type Watcher } from './views.ts'

export type { Outcome } from './call.ts'
export { newId } from './id.ts'
export { Refused, type NewCommand, type OutboxView, type Pending, type PendingCommand } from './outbox.ts'
export type { OutboxStore } from './outbox-store.ts'
export type { Position } from './positions.ts'
export { TicketDenied, type Ticket } from './tickets.ts'
export type { Fresh, Observer } from './topics.ts'

export interface Options {
  /** Without a trailing slash. */
  url: string
  /** Asked at start, at half of a ticket's life and when the server wants a new one. A thrown `TicketDenied` ends the connection for good. */
  ticket: () => Promise<Ticket>
  app: string
  /** Where unsent commands are kept; memory unless given. */
  outbox?: OutboxStore
  fetch?: typeof fetch
  WebSocket?: SocketClass
  clock?: Clock
  random?: () => number
}

/** The same object until something changes. */
export interface Status extends Report {
  /** Own commands without `stored`. */
  readonly pending: number
  /** Own commands that were refused and wait for a person. */
  readonly failed: number
  /** `failing`: the device could not keep the newest command (full or broken); it is sent all the same, but would not survive a reload. */
  readonly storage: 'working' | 'failing'
  /** Of the server spoken to last. Another one than at start = load the new client at rest. */
  readonly build?: string
}

export interface Lodge {
  readonly status: Status
  /** Called at once and at every change; the result ends it. */
  onStatus(fn: (status: Status) => void): () => void
  /** Typed HTTP with the ticket as bearer; renews it once at a 401. Never throws. */
  call: Call
  /** Durable in the outbox first, then sent; in order per topic, across reconnects and reloads. */
  send(command: NewCommand): Pending
  /**
   * Counted: the topic is left when the last observer has gone.
   * `from` = what the observer has already (a cache): it is continued without `fresh` if the server can.
   */
  join(topic: string, observer: Observer, from?: Position): () => void
  /** Counted like `join`. */
  watch(view: string, fn: Watcher): () => void
  /** Cumulative; told again after a reconnect if the server has not got it. */
  mark(topic: string, marks: { delivered?: number; read?: number }): void
  /** May be called at every key; goes out at most every 3 s. */
  typing(topic: string): void
  /** Remembered and told again after every reconnect. */
  presence(state: 'online' | 'away'): void
  readonly outbox: OutboxView
  /**
   * Tries at once instead of at `retryAtMs`: a person asked, or the network is back.
   * Ignored while the server asked for patience and within 2 s of the last try.
   */
  retryNow(): void
  /** Ends everything; unsent commands stay in the store. */
  close(): void
}

const typingEveryMs = 3_000

export function connect(options: Options): Lodge {
  const { url, app, ticket, outbox: store = memoryOutbox(), clock = systemClock, random = Math.random } = options
  const listeners = new Set<(status: Status) => void>()
  const marks = new Map<string, { delivered: number; read: number }>()
  const typed = new Map<string, number>()
  let report: Report = { state: 'connecting', sinceMs: clock.now() }
  let build: string | undefined
  let status: Status | undefined
  let presence: 'online' | 'away' | undefined
  let isTelling = false
  // Assigned last: everything else is there when its first frame comes.
  let link: Connection | undefined

  const send = (frame: ClientFrame): 'sent' | 'down' | 'too_large' => link?.send(frame) ?? 'down'
  const tickets = holdTickets({ ask: ticket, clock, denied: () => link?.end(4503) })
  const topics = joinTopics({ clock, random, send, epoch: (epoch) => outbox.seen(epoch), shorter: (topic) => outbox.offerAgain(topic), isExpected: (topic) => outbox.has(topic) })
  const views = watchViews({ send })
  const outbox = openOutbox({
    store, clock, random, changed,
    send: ({ id, type, topic, body }) => send({ type: 'command', id, command: type, topic, body }),
    renew: () => link?.renew() ?? Promise.resolve(),
  })

  function current(): Status {
    if (status) return status
    const { pending, failed, isFailing } = outbox.counts()
    status = { ...report, pending, failed, storage: isFailing ? 'failing' : 'working', ...(build !== undefined && { build }) }
    return status
  }
  /** Told once per turn of the event loop, however much changed. */
  function changed(): void {
    status = undefined
    if (isTelling || listeners.size === 0) return
    isTelling = true
    queueMicrotask(() => {
      isTelling = false
      for (const fn of listeners) tell(fn, current())
    })
  }

  function receive(frames: readonly ServerFrame[]): void {
    for (const frame of frames) {
      topics.handle(frame)
      views.handle(frame)
    }
    // Entries first: a command that leaves the outbox stands in the thread by then, and does not vanish for a moment.
    topics.deliver()
    for (const frame of frames) {
      if (frame.type === 'welcome') {
        learn(frame.build)
        outbox.welcomed(frame)
        if (presence) send({ type: 'presence', state: presence })
        for (const [topic, { delivered, read }] of marks) catchUp(topic, delivered, read)
      } else if (frame.type === 'beat') {
        learn(frame.build)
        outbox.beat()
      } else if (frame.type === 'entries' || frame.type === 'joined' && frame.how !== 'refused') {
        outbox.heard(frame.entries)
      } else if (frame.type === 'ack') {
        outbox.acked(frame)
        if (frame.state === 'stored') topics.exists(frame.topic)
      } else if (frame.type === 'refused') {
        outbox.refused(frame)
      }
    }
  }
  function learn(name: string): void {
    if (build === name) return
    build = name
    changed()
  }
  /** Marks that the old connection may have lost. Which side is ours is not known here: once too often does no harm. */
  function catchUp(topic: string, delivered: number, read: number): void {
    const known = topics.marks(topic)
    if (known && read <= known.mine && delivered <= Math.min(known.contact.delivered, known.agent.delivered)) return
    send({ type: 'mark', topic, delivered, read })
  }

  link = connection({
    url, app, tickets, clock, random, receive,
    WebSocket: options.WebSocket ?? WebSocket,
    hello: () => ({ joins: topics.hello(), views: views.hello(), inflight: outbox.inflight() }),
    lost() {
      topics.lost()
      views.lost()
      outbox.lost()
    },
    changed(next) {
      report = next
      changed()
    },
  })
  return {
    get status() { return current() },
    onStatus(fn) {
      const listener = (next: Status): void => fn(next)
      listeners.add(listener)
      tell(listener, current())
      return () => { listeners.delete(listener) }
    },
    call: caller({ url, bearer: (renew) => tickets.get(renew), now: () => clock.now(), random, ...(options.fetch && { fetch: options.fetch }) }),
    send: (command) => outbox.add(command),
    join: (topic, observer, from) => topics.join(topic, observer, from),
    watch: (view, fn) => views.watch(view, fn),
    mark(topic, { delivered = 0, read = 0 }) {
      const old = marks.get(topic) ?? { delivered: 0, read: 0 }
      const next = { delivered: Math.max(old.delivered, delivered, read), read: Math.max(old.read, read) }
      if (next.delivered === old.delivered && next.read === old.read) return
      marks.set(topic, next)
      send({ type: 'mark', topic, ...next })
    },
    typing(topic) {
      if (clock.now() - (typed.get(topic) ?? -Infinity) < typingEveryMs) return
      if (send({ type: 'typing', topic }) === 'sent') typed.set(topic, clock.now())
    },
    presence(state) {
      presence = state
      send({ type: 'presence', state })
    },
    outbox: outbox.view,
    retryNow: () => link.retryNow(),
    close() {
      link.end(1000)
      topics.close()
      outbox.close()
    },
  }
}
