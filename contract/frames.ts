/**
 * The socket protocol. Each WebSocket message is one JSON array of frames (several frames of one tick travel together).
 * The rules are in docs/spec.md: PR (protocol), RS (resume), CC (close codes).
 *
 * Terminology. topic: an ordered stream of journal entries, joined with a position (epoch, offset). view: a summary, watched
 * without a position; each push replaces or patches what the screen has. epoch: identity of the journal's history.
 *
 * Version history: 1 = first.
 */
import { Type, type Static } from 'typebox'
import type { Ack, CommandType } from './commands.ts'
import type { Entry, EntryBody } from './entries.ts'
import type { ErrorCode } from './errors.ts'
import { Id } from './ids.ts'

export { protocolVersion, socketPath, closeCodes, type CloseCode } from './protocol.ts'

const closed = { additionalProperties: false } as const
const Name = Type.String({ maxLength: 100 })
export const Join = Type.Object({ topic: Name, epoch: Type.Optional(Id), offset: Type.Optional(Type.Integer({ minimum: 0 })) }, closed)
export type Join = Static<typeof Join>

/** Client → server, by `type`. */
export const clientFrames = {
  /** First frame of a connection. `inflight`: ids of commands without an answer; `welcome` tells which are stored. */
  hello: Type.Object({
    type: Type.Literal('hello'), version: Type.Integer(), token: Type.String({ maxLength: 4000 }), app: Type.Optional(Type.String({ maxLength: 60 })),
    joins: Type.Array(Join, { maxItems: 500 }), views: Type.Array(Name, { maxItems: 100 }), inflight: Type.Array(Id, { maxItems: 1000 }),
  }, closed),
  /** Of this client's commands in a topic that it follows the entry is acknowledgement enough (PR11). A frame of its own: a `hello` with a field that an older server does not know would close the socket. */
  terse: Type.Object({ type: Type.Literal('terse') }, closed),
  join: Type.Object({ type: Type.Literal('join'), ...Join.properties }, closed),
  leave: Type.Object({ type: Type.Literal('leave'), topic: Name }, closed),
  watch: Type.Object({ type: Type.Literal('watch'), view: Name }, closed),
  unwatch: Type.Object({ type: Type.Literal('unwatch'), view: Name }, closed),
  command: Type.Object({ type: Type.Literal('command'), id: Id, command: Type.String({ maxLength: 60 }), topic: Name, body: Type.Object({}) }, closed),
  /** Cumulative: everything up to `offset` was delivered to, or read by, this side. */
  mark: Type.Object({ type: Type.Literal('mark'), topic: Name, delivered: Type.Optional(Type.Integer({ minimum: 0 })), read: Type.Optional(Type.Integer({ minimum: 0 })) }, closed),
  /** A hint, lost without harm. */
  typing: Type.Object({ type: Type.Literal('typing'), topic: Name }, closed),
  presence: Type.Object({ type: Type.Literal('presence'), state: Type.Union([Type.Literal('online'), Type.Literal('away')]) }, closed),
  renew: Type.Object({ type: Type.Literal('renew'), token: Type.String({ maxLength: 4000 }) }, closed),
  /** The answer to a server's `beat`; anything else the client sends counts as well. */
  beat: Type.Object({ type: Type.Literal('beat') }, closed),
} as const
export type ClientFrame = { [K in keyof typeof clientFrames]: Static<(typeof clientFrames)[K]> }[keyof typeof clientFrames]

/** `resumed`: `entries` continue the client's position without gap. `fresh`: forget what you have; `entries` are the newest ones, the first at `entries[0].offset`, the last at `head`. */
export type Joined =
  | { topic: string; how: 'resumed' | 'fresh'; epoch: string; head: number; entries: readonly Entry[]; marks: Marks }
  | { topic: string; how: 'refused'; code: ErrorCode }
/** Highest offsets per side; `agent` is the highest of any user. `mine` is the reader's own read mark. */
export interface Marks { contact: { delivered: number; read: number }; agent: { delivered: number; read: number }; mine: number }

/** A message or note on a node's disk, and not in the journal yet. */
export interface KeptEntry { id: string; type: 'message.sent' | 'note.added'; actor: string; at: string; body: EntryBody<'note.added'> }

/** Server → client. */
export type ServerFrame =
  | { type: 'welcome'; version: number; connection: string; node: string; build: string; epoch: string; now: string; heartbeatMs: number; windowMs: number
      joined: readonly Joined[]; settled: readonly Ack[]; unknown: readonly string[] }
  | ({ type: 'joined' } & Joined)
  | { type: 'entries'; topic: string; entries: readonly Entry[] }
  /**
   * What a topic's followers may see of commands that this node keeps while the database is away: provisional, without an offset. Each is
   * replaced by the entry of the same id, or is among `gone`. `whole`: these are all. The topic stands in `of`, so that clients that do not know this frame leave it out.
   */
  | { type: 'kept'; of: string; entries: readonly KeptEntry[]; gone?: readonly string[]; whole?: true }
  /** The server cannot continue this topic for this client (too slow a reader, history replaced): join it again. */
  | { type: 'rejoin'; topic: string }
  | ({ type: 'ack' } & Ack)
  /** With `retryAfterMs` exactly when the same command may be repeated by then; `unauthenticated` asks for `renew` first. All others are final. */
  | { type: 'refused'; id: string; code: ErrorCode; message: string; retryAfterMs?: number }
  | ({ type: 'marks'; topic: string } & Marks)
  | { type: 'typing'; topic: string; actor: string }
  | { type: 'view'; view: string; version: number; body: unknown }
  | { type: 'beat'; heads: Record<string, number>; windowMs: number; build: string }
  /** Come back after `afterMs`; a close follows. */
  | { type: 'wait'; afterMs: number; because: 'draining' | 'overloaded' }
  | { type: 'error'; code: ErrorCode; message: string }
export type ServerFrameOf<T extends ServerFrame['type']> = Extract<ServerFrame, { type: T }>

export type { CommandType }
