import { Type, type Static } from 'typebox'
import { Ack } from './commands.ts'
import { commandBodies } from './commands.ts'
import { endpoint } from './endpoint.ts'
import { ChannelRef, Entry, Nullable, Text } from './entries.ts'
import { Id, Instant } from './ids.ts'
import { Contact } from './contacts.ts'

const closed = { additionalProperties: false } as const
const conversation = Type.Object({ conversation: Id })
const status = Type.Union([Type.Literal('open'), Type.Literal('snoozed'), Type.Literal('closed')])

/** What all entries up to `head` add up to: fold them and you get this (rule CV1). */
export const Conversation = Type.Object({
  id: Id, inbox: Id, contact: Id, status, snoozedUntil: Nullable(Instant), assignee: Nullable(Id), team: Nullable(Id),
  labels: Type.Array(Type.String()), openedAt: Instant, page: Nullable(Type.String()), channel: Nullable(ChannelRef), optedOut: Type.Boolean(), head: Type.Integer(),
})
export type Conversation = Static<typeof Conversation>

/** A line of the inbox list; the same for every agent. Each agent's unread count = how many of `recentInbound` lie above the own read mark. */
export const ConversationRow = Type.Object({
  ...Conversation.properties,
  contactName: Type.String(), lastAt: Instant, lastText: Type.String({ description: 'First 140 characters of the newest message.' }),
  lastActor: Nullable(Type.String()),
  recentInbound: Type.Array(Type.Integer(), { description: 'Offsets of the newest contact messages, at most 20.' }),
  waitingSince: Nullable(Instant),
})
export type ConversationRow = Static<typeof ConversationRow>

export const Counts = Type.Object({ open: Type.Integer(), unassigned: Type.Integer(), byAssignee: Type.Record(Type.String(), Type.Integer()) })
export type Counts = Static<typeof Counts>
/** Body of the view `inbox:<id>`: rows that changed (upsert by id) and the counts. */
export const InboxView = Type.Object({ rows: Type.Array(ConversationRow), counts: Counts })
export type InboxView = Static<typeof InboxView>

export const listConversations = endpoint({
  method: 'GET', path: '/conversations', access: 'agent', statements: 2,
  summary: 'List conversations, newest activity first. `cursor` is the `next` of the page before.',
  query: Type.Object({
    inbox: Type.Optional(Id), status: Type.Optional(status), assignee: Type.Optional(Type.Union([Id, Type.Literal('none'), Type.Literal('me')])),
    contact: Type.Optional(Id), search: Type.Optional(Type.String({ maxLength: 100 })),
    cursor: Type.Optional(Type.String({ maxLength: 200 })), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  }, closed),
  returns: Type.Object({ conversations: Type.Array(ConversationRow), marks: Type.Record(Type.String(), Type.Integer(), { description: 'Own read marks by conversation.' }), counts: Counts, next: Nullable(Type.String()) }),
  errors: ['not_found', 'invalid'],
})
export const getConversation = endpoint({
  method: 'GET', path: '/conversations/:conversation', access: 'visitor', statements: 2, params: conversation,
  summary: 'One conversation with its contact. Visitors see their own only.',
  returns: Type.Object({ conversation: Conversation, contact: Contact, people: Type.Array(Type.Object({ id: Id, name: Type.String() })) }), errors: ['not_found'],
})
export const listEntries = endpoint({
  method: 'GET', path: '/conversations/:conversation/entries', access: 'visitor', statements: 3, params: conversation,
  summary: 'The journal of a conversation, in order. `after` reads forwards, `before` backwards (both exclusive); entries are always ascending.',
  query: Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0 })), before: Type.Optional(Type.Integer({ minimum: 1 })), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })) }, closed),
  returns: Type.Object({ epoch: Id, head: Type.Integer(), entries: Type.Array(Entry) }), errors: ['not_found'],
})

const withId = <T extends Type.TObject>(of: T) => Type.Object({ id: Id, ...of.properties }, closed) as Type.TObject<{ id: typeof Id } & T['properties']>
export const openConversation = endpoint({
  method: 'POST', path: '/conversations', access: 'visitor', statements: 6, summary: 'Open a conversation. `conversation` is its id, `id` the command’s; both are made by the caller. Agents name the contact.',
  body: Type.Object({ id: Id, conversation: Id, ...commandBodies['conversation.open'].properties }, closed), returns: Ack,
  errors: ['not_found', 'id_reused', 'unavailable', 'overloaded', 'forbidden', 'taken'],
})
const commandErrors = ['not_found', 'id_reused', 'unavailable', 'overloaded', 'forbidden', 'invalid', 'rate_limited'] as const
export const sendMessage = endpoint({
  method: 'POST', path: '/conversations/:conversation/messages', access: 'visitor', statements: 8, params: conversation, summary: 'Send a message. Idempotent by `id`.',
  body: withId(commandBodies['message.send']), returns: Ack, errors: [...commandErrors, 'blank_message', 'nul_character', 'too_long', 'opted_out', 'unsupported_type'],
})
export const editMessage = endpoint({
  method: 'PATCH', path: '/conversations/:conversation/messages/:message', access: 'visitor', statements: 5, params: Type.Object({ conversation: Id, message: Id }),
  summary: 'Change the text of an own message; the journal keeps the trace.', body: Type.Object({ id: Id, text: Text }, closed), returns: Ack,
  errors: [...commandErrors, 'blank_message', 'nul_character', 'too_long', 'not_yours', 'gone', 'left_already'],
})
export const editNote = endpoint({
  method: 'PATCH', path: '/conversations/:conversation/notes/:note', access: 'agent', statements: 5, params: Type.Object({ conversation: Id, note: Id }),
  summary: 'Change the text of an own note.', body: Type.Object({ id: Id, text: Text }, closed), returns: Ack,
  errors: [...commandErrors, 'blank_message', 'nul_character', 'too_long', 'not_yours', 'gone'],
})
export const deleteMessage = endpoint({
  method: 'DELETE', path: '/conversations/:conversation/messages/:message', access: 'visitor', statements: 8, params: Type.Object({ conversation: Id, message: Id }),
  summary: 'Delete a message or note: its text and attachments are gone from journal, lists and blobs; a trace stays.', query: Type.Object({ id: Id }, closed), returns: Ack,
  errors: [...commandErrors, 'not_yours', 'gone'],
})
export const addNote = endpoint({
  method: 'POST', path: '/conversations/:conversation/notes', access: 'agent', statements: 4, params: conversation, summary: 'Add a private note.',
  body: withId(commandBodies['note.add']), returns: Ack, errors: [...commandErrors, 'blank_message', 'nul_character', 'too_long'],
})
export const assignConversation = endpoint({
  method: 'PUT', path: '/conversations/:conversation/assignment', access: 'agent', statements: 6, params: conversation, summary: 'Assign, transfer (with a note) or unassign.',
  body: withId(commandBodies['conversation.assign']), returns: Ack, errors: [...commandErrors, 'assigned_elsewhere'],
})
export const closeConversation = endpoint({
  method: 'PUT', path: '/conversations/:conversation/closure', access: 'agent', statements: 6, params: conversation, summary: 'Close.',
  body: Type.Object({ id: Id }, closed), returns: Ack, errors: [...commandErrors, 'already_closed'],
})
export const reopenConversation = endpoint({
  method: 'DELETE', path: '/conversations/:conversation/closure', access: 'agent', statements: 6, params: conversation, summary: 'Reopen, or wake from snooze.',
  query: Type.Object({ id: Id }, closed), returns: Ack, errors: [...commandErrors, 'already_open'],
})
export const snoozeConversation = endpoint({
  method: 'PUT', path: '/conversations/:conversation/snooze', access: 'agent', statements: 6, params: conversation, summary: 'Snooze until an instant; a message of the contact wakes it earlier.',
  body: withId(commandBodies['conversation.snooze']), returns: Ack, errors: commandErrors,
})
export const labelConversation = endpoint({
  method: 'PUT', path: '/conversations/:conversation/labels', access: 'agent', statements: 6, params: conversation, summary: 'Set the labels.',
  body: withId(commandBodies['conversation.label']), returns: Ack, errors: commandErrors,
})
export const sendTranscript = endpoint({
  method: 'POST', path: '/conversations/:conversation/transcripts', access: 'visitor', statements: 6, params: conversation,
  summary: 'Send the transcript by e-mail. Idempotent by `id`. A visitor gets no notes. `leaves`: false where no mail server is set; then it is kept with the mail that would have left.',
  body: Type.Object({ id: Id, to: Type.String({ format: 'email', maxLength: 254 }) }, closed), returns: Type.Object({ delivery: Id, leaves: Type.Boolean() }), errors: ['not_found', 'invalid', 'unavailable', 'rate_limited'],
})
