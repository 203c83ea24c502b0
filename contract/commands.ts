/**
 * What may be asked over the socket (and, noun by noun, over HTTP). A command has an id made by the client; the entry it
 * leads to has the same id. A repeat returns the first result, from whichever node and for ever.
 */
import { Type, type Static } from 'typebox'
import { entryBodies, Nullable, Text } from './entries.ts'
import { Id, Instant } from './ids.ts'

const closed = { additionalProperties: false } as const

/** Bodies by command type. The topic of every command here is `conversation:<id>`. */
export const commandBodies = {
  /** The conversation's id is the id in the topic and is made by the client, so a retried first message makes one conversation. */
  'conversation.open': Type.Object({ inbox: Id, contact: Type.Optional(Id), page: Type.Optional(Type.String({ maxLength: 2000 })), invitation: Type.Optional(Id) }, closed),
  'message.send': entryBodies['message.sent'],
  'note.add': entryBodies['note.added'],
  'message.edit': Type.Object({ message: Id, text: Text }, closed),
  'note.edit': Type.Object({ message: Id, text: Text }, closed),
  /** Also deletes a note. */
  'message.delete': Type.Object({ message: Id }, closed),
  /** `expect`: the assignee the caller saw; when another is assigned by now the command is refused with `assigned_elsewhere`. */
  'conversation.assign': Type.Object({ assignee: Nullable(Id), team: Type.Optional(Nullable(Id)), note: Type.Optional(Text), expect: Type.Optional(Nullable(Id)) }, closed),
  'conversation.close': Type.Object({}, closed),
  'conversation.reopen': Type.Object({}, closed),
  'conversation.snooze': Type.Object({ until: Instant }, closed),
  'conversation.label': entryBodies['conversation.labelled'],
} as const

export type CommandType = keyof typeof commandBodies
export type CommandBody<T extends CommandType> = Static<(typeof commandBodies)[T]>
export type Command = { [T in CommandType]: { id: string; type: T; topic: string; body: CommandBody<T> } }[CommandType]

/** The answer to an accepted command. `stored` = committed. `kept` = on this server's disk while the database is away, and on its way; keep it until it is stored. */
export const Ack = Type.Object({ id: Id, state: Type.Union([Type.Literal('stored'), Type.Literal('kept')]), topic: Type.String(), offset: Type.Optional(Type.Integer()), at: Instant })
export type Ack = Static<typeof Ack>
