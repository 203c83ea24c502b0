/** What features plug into the sockets: who one is, topics that may be joined, commands that may be sent, views that may be watched. `server/app/app.ts` lists them all. */
import type { Ack, CommandType } from '#contract/commands.ts'
import type { Session } from '#server/kernel/session.ts'
import type { Stored } from '#server/kernel/sequencer.ts'

export interface TopicKind {
  /** `conversation` for `conversation:<id>`. */
  readonly kind: string
  /** For each id, whether this session may follow it. One read for all; what is absent is false. @throws Refusal `unavailable` */
  mayJoin(session: Session, ids: readonly string[]): Promise<readonly boolean[]>
}

export interface CommandCall { readonly id: string; readonly type: string; readonly topic: string; readonly body: unknown }
/** Authorises, validates what the schema cannot, and accepts. The body has passed the contract's schema. @throws Refusal, at once or later */
export type CommandHandler = (session: Session, command: CommandCall) => Promise<Stored>
export type CommandHandlers = { readonly [T in CommandType]: CommandHandler }

/** On this node's disk, and on its way into the journal. */
export interface KeptAnswer { readonly id: string; readonly topic: string; readonly at: string; readonly isKept: true }
export type Answer = Stored | KeptAnswer
/** The handlers as people reach them: with the spool behind them. */
export type CommandDoor = { readonly [T in CommandType]: (session: Session, command: CommandCall) => Promise<Answer> }

export interface ViewKind {
  /** `inbox` for `inbox:<id>`; `people` for the view of that name. */
  readonly kind: string
  /** The whole body for one who begins to watch. @throws Refusal */
  open(session: Session, id: string | undefined): Promise<unknown>
}

export interface Plugs {
  readonly topics: readonly TopicKind[]
  readonly commands: CommandDoor
  readonly views: readonly ViewKind[]
  authenticate(token: string): Session | Promise<Session>
  /** Whether a page of this origin may connect as this session; `host` is the one it asked. */
  mayConnect(session: Session, origin: string | undefined, host: string | undefined): Promise<boolean>
  /** How long an expired ticket is honoured now. */
  graceMs?(): number
  /** Who of an account is there changed. */
  onPresence(account: string): void
}

export const ackOf = (answer: Answer): Ack => 'isKept' in answer ? { id: answer.id, state: 'kept', topic: answer.topic, at: answer.at } : { id: answer.id, state: 'stored', topic: answer.topic, offset: answer.offset, at: answer.at }

export const splitName = (name: string): { kind: string; id: string | undefined } => {
  const at = name.indexOf(':')
  return at < 0 ? { kind: name, id: undefined } : { kind: name.slice(0, at), id: name.slice(at + 1) }
}
