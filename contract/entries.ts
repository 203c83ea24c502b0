/** What stands in the journal. An entry type is past tense; its body is validated by the schema here on the way in and, in tests, on the way out. */
import { Type, type Static } from 'typebox'
import { Actor, Id, Instant } from './ids.ts'
import { attachmentsMax, blobMaxBytes, messageMaxChars } from './limits.ts'
import { bookingEntryBodies } from './space-entries.ts'
import { visitEntryBodies } from './visit-entries.ts'

const closed = { additionalProperties: false } as const
export const Text = Type.String({ maxLength: messageMaxChars })
export const Nullable = <T extends Type.TSchema>(of: T) => Type.Union([of, Type.Null()])

export const Attachment = Type.Object({
  blob: Id,
  name: Type.String({ maxLength: 255 }),
  mediaType: Type.String({ maxLength: 127 }),
  sizeBytes: Type.Integer({ minimum: 0, maximum: blobMaxBytes }),
  widthPx: Type.Optional(Type.Integer({ minimum: 1 })),
  heightPx: Type.Optional(Type.Integer({ minimum: 1 })),
}, closed)
export type Attachment = Static<typeof Attachment>
const Attachments = Type.Optional(Type.Array(Attachment, { maxItems: attachmentsMax }))

/** Over which channel a conversation runs; none: the web. */
export const ChannelRef = Type.Object({ id: Id, kind: Type.Enum(['sms']) }, closed)
export type ChannelRef = Static<typeof ChannelRef>

/** Why a message did not arrive, or why nobody knows. `detail` has the carrier's own words, to be quoted. */
export const deliveryReasons = ['refused', 'undeliverable', 'expired', 'given_up', 'opted_out', 'no_answer', 'no_report'] as const

/** Bodies by entry type. */
export const entryBodies = {
  'conversation.opened': Type.Object({ inbox: Id, contact: Id, page: Type.Optional(Type.String({ maxLength: 2000 })), invitation: Type.Optional(Id), channel: Type.Optional(ChannelRef) }, closed),
  'message.sent': Type.Object({ text: Text, attachments: Attachments }, closed),
  'note.added': Type.Object({ text: Text, attachments: Attachments, mentions: Type.Optional(Type.Array(Id, { maxItems: 20 })) }, closed),
  'message.edited': Type.Object({ message: Id, text: Text }, closed),
  'note.edited': Type.Object({ message: Id, text: Text }, closed),
  /** The body of the named entry is gone from journal, projections and blobs; its id and offset stay. */
  'message.deleted': Type.Object({ message: Id }, closed),
  /** What became of a message that left over a channel. `sent`: the carrier has all parts. `unknown`: it may or may not arrive. */
  'message.reported': Type.Object({
    message: Id, state: Type.Enum(['waiting', 'sent', 'delivered', 'failed', 'unknown']), parts: Type.Integer(), delivered: Type.Integer(),
    reason: Type.Optional(Type.Enum([...deliveryReasons])), detail: Type.Optional(Type.String({ maxLength: 300 })),
  }, closed),
  /** The contact said STOP (`word`): nothing more goes to this number, until it says START. */
  'conversation.opted_out': Type.Object({ word: Type.String({ maxLength: 40 }) }, closed),
  'conversation.opted_in': Type.Object({ word: Type.String({ maxLength: 40 }) }, closed),
  'conversation.assigned': Type.Object({ assignee: Nullable(Id), team: Nullable(Id), note: Type.Optional(Text) }, closed),
  'conversation.closed': Type.Object({}, closed),
  'conversation.reopened': Type.Object({ because: Type.Optional(Type.Literal('snooze_over')) }, closed),
  'conversation.snoozed': Type.Object({ until: Instant }, closed),
  'conversation.labelled': Type.Object({ labels: Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { maxItems: 20 }) }, closed),
  'contact.changed': Type.Object({
    name: Type.Optional(Type.String({ maxLength: 200 })), email: Type.Optional(Nullable(Type.String({ maxLength: 254 }))),
    phone: Type.Optional(Nullable(Type.String({ maxLength: 40 }))), notes: Type.Optional(Text),
    attributes: Type.Optional(Type.Record(Type.String({ maxLength: 50 }), Type.String({ maxLength: 500 }))),
  }, closed),
  /** A person was erased on request: all texts and attachments of the conversation up to here are gone. */
  'conversation.erased': Type.Object({}, closed),
  'contact.erased': Type.Object({}, closed),
  /** Something of the account's settings changed: `what` names the list to read again. */
  'settings.changed': Type.Object({ what: Type.Union([Type.Literal('inboxes'), Type.Literal('people'), Type.Literal('teams'), Type.Literal('canned'), Type.Literal('invitations'), Type.Literal('places'), Type.Literal('kiosks'), Type.Literal('watchlist'), Type.Literal('channels'), Type.Literal('spaces'), Type.Literal('rules')]), id: Type.Optional(Id) }, closed),
  /** Goes the whole way once a minute, so that it is known whether messages arrive. Nobody sees it. */
  'canary.sent': Type.Object({ node: Type.String({ maxLength: 100 }) }, closed),
  ...visitEntryBodies,
  ...bookingEntryBodies,
} as const

export type EntryType = keyof typeof entryBodies
export type EntryBody<T extends EntryType> = Static<(typeof entryBodies)[T]>
export const entryTypes = Object.keys(entryBodies) as EntryType[]

/** Types that stay inside the house: a contact sees such an entry as `hidden`, at the same offset, without actor or body. */
export const insideTypes: ReadonlySet<string> = new Set<EntryType>(['note.added', 'note.edited', 'conversation.assigned', 'conversation.snoozed', 'conversation.labelled', 'contact.changed', 'message.reported', 'conversation.opted_out', 'conversation.opted_in'])

/** `body` is null when it was redacted. `offset` is 1, 2, 3 … within the topic. */
export const Entry = Type.Object({
  topic: Type.String(), offset: Type.Integer({ minimum: 1 }), id: Id, type: Type.String(), actor: Actor, at: Instant, body: Nullable(Type.Object({}, { additionalProperties: true })),
})
export type Entry = { [T in EntryType | 'hidden']: { topic: string; offset: number; id: string; type: T; actor: string; at: string; body: T extends EntryType ? EntryBody<T> | null : null } }[EntryType | 'hidden']
