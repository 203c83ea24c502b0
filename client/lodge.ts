import type { Ack, Command, CommandBody, CommandType } from '#contract/commands.ts'
import type { Entry } from '#contract/entries.ts'
import type { Marks } from '#contract/frames.ts'
import type { Call } from './call.ts'
import type { Clock } from './clock.ts'
import type { OutboxStore } from './outbox-store.ts'

export { newId } from './id.ts'
export type { Outcome } from './call.ts'

export interface Ticket { ticket: string; expiresAt: string }
/** Thrown by `ticket` when there will be no other: signed out, deactivated, link used up. Any other error is taken for a bad line and tried again. */
export class TicketDenied extends Error {
  override readonly name = 'TicketDenied'
}

export interface Options {
  /** Without a trailing slash. */
  url: string
  /** Asked at start, at half of a ticket's life and whenever the server wants a new one. */
  ticket: () => Promise<Ticket>
  app: string
  /** Where unsent commands are kept; memory unless given. */
  outbox?: OutboxStore
  fetch?: typeof fetch
  WebSocket?: SocketClass
  clock?: Clock
  random?: () => number
}

/** What is needed of a WebSocket; the browser's, Node's and that of `ws` all have it. */
export type SocketClass = new (url: string) => Socket
export interface Socket {
  send(text: string): void
  close(code?: number, reason?: string): void
  addEventListener(type: 'open' | 'error', fn: () => void): void
  addEventListener(type: 'message', fn: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', fn: (event: { code: number }) => void): void
}

/** The same object until something changes. */
export interface Status {
  readonly state: 'connecting' | 'open' | 'waiting' | 'ended'
  /** Since when it is in this state. */
  readonly sinceMs: number
  /** While waiting: when it tries again. */
  readonly retryAtMs?: number
  /** Why the server asked for patience, if it did. */
  readonly because?: 'draining' | 'overloaded'
  /** Own commands without `stored`. */
  readonly pending: number
  /** Own commands that were refused and wait for a person. */
  readonly failed: number
  /** `failing`: the device could not keep the newest command (storage full or broken); it is sent all the same, but would not survive a reload. */
  readonly storage: 'working' | 'failing'
  /** Of the server spoken to last. Another one than at start = load the new client at rest. */
  readonly build?: string
  /** After the end: a close code that forbids to come back, or 4503 when the ticket was denied. */
  readonly code?: number
}

export type NewCommand = { [T in CommandType]: { id?: string; type: T; topic: string; body: CommandBody<T> } }[CommandType]
export interface Pending {
  readonly id: string
  /** Resolves at `stored` (never at `kept`); rejects with `Refused`. */
  readonly stored: Promise<Ack>
}
/** `discarded` = by `outbox.discard`; `closed` = by `close`, the command stays in the store. Else a code of contract/errors.ts. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export type PendingCommand = Command & {
  readonly madeAt: string
  readonly state: 'pending' | 'kept' | 'failed'
  readonly code?: string
  readonly message?: string
}
export interface OutboxView {
  /** In the order of making; the same array until something changes. */
  list(topic?: string): readonly PendingCommand[]
  onChange(fn: () => void): () => void
  /** Sends a failed command again, after all others of its topic. */
  retry(id: string): void
  /** Forgets a command. One that is under way may be stored all the same. */
  discard(id: string): void
}

export interface Fresh { readonly epoch: string; readonly head: number; readonly entries: readonly Entry[]; readonly marks: Marks }
/** Everything between two calls of `fresh` comes exactly once and in order. Several entries at once come in one call. */
export interface Observer {
  /** Forget what you have: these are the newest entries, the last one at `head`. Earlier ones come over HTTP. */
  fresh(state: Fresh): void
  entries(entries: readonly Entry[]): void
  marks?(marks: Marks): void
  typing?(actor: string): void
  /** For good: not found or not allowed. What can pass by itself is tried again without a word. */
  refused?(code: string): void
}
export interface Position { readonly epoch: string; readonly offset: number }

export interface Lodge {
  readonly status: Status
  /** Called at once and at every change; the result ends it. */
  onStatus(fn: (status: Status) => void): () => void
  /** Typed HTTP with the ticket as bearer; renews it once at a 401. Never throws. */
  call: Call
  /** Durable in the outbox first, then sent; in order per topic, across reconnects and reloads. */
  send(command: NewCommand): Pending
  /** Counted: the topic is left when the last observer has gone. `from` = what the observer has already (a cache): it is continued without `fresh` if the server can. */
  join(topic: string, observer: Observer, from?: Position): () => void
  /** `fresh`: first push since (re)connecting, so earlier ones may be missing: read the list again if the body is a patch. */
  watch(view: string, fn: (body: unknown, version: number, about: { fresh: boolean }) => void): () => void
  /** Cumulative; sent again after a reconnect if the server has not got it. */
  mark(topic: string, marks: { delivered?: number; read?: number }): void
  /** May be called at every key; goes out at most every 3 s. */
  typing(topic: string): void
  /** Remembered and told again after every reconnect. */
  presence(state: 'online' | 'away'): void
  readonly outbox: OutboxView
  /** Tries at once instead of at `retryAtMs` (a person asked, or the network is back). Ignored while the server asked for patience and within 2 s of the last try. */
  retryNow(): void
  /** Ends everything; unsent commands stay in the store. */
  close(): void
}

export function connect(_options: Options): Lodge {
  throw new Error('Not written yet')
}
