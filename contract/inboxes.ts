import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Nullable, Text } from './entries.ts'
import { Id } from './ids.ts'

const closed = { additionalProperties: false } as const
const Name = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })

/** Where conversations of one web site arrive. `origins`: pages that may open the messenger; empty = any (said so in the settings). */
export const Inbox = Type.Object({
  id: Id, name: Name, greeting: Type.String({ maxLength: 500 }), replyTime: Type.String({ maxLength: 60 }), origins: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 50 }),
  side: Type.Union([Type.Literal('right'), Type.Literal('left')]), offsetPx: Type.Integer({ minimum: 0, maximum: 400 }),
  language: Type.String({ maxLength: 20, description: '`auto` = the browser’s, else a language tag.' }),
})
export type Inbox = Static<typeof Inbox>
export const listInboxes = endpoint({ method: 'GET', path: '/inboxes', access: 'agent', statements: 1, summary: 'Inboxes of the account.', returns: Type.Object({ inboxes: Type.Array(Inbox) }) })
export const saveInbox = endpoint({ method: 'PUT', path: '/inboxes/:inbox', access: 'admin', statements: 4, summary: 'Create or change an inbox.', params: Type.Object({ inbox: Id }),
  body: Type.Object({ name: Name, greeting: Type.Optional(Inbox.properties.greeting), replyTime: Type.Optional(Inbox.properties.replyTime), origins: Type.Optional(Inbox.properties.origins), side: Type.Optional(Inbox.properties.side), offsetPx: Type.Optional(Inbox.properties.offsetPx), language: Type.Optional(Inbox.properties.language) }, closed),
  returns: Inbox, errors: ['invalid', 'not_found', 'unavailable'] })

/** Canned answers are inserted by `/shortcut`. `{{contact.name}}` and `{{agent.name}}` are filled in. */
export const Canned = Type.Object({ id: Id, shortcut: Type.String({ pattern: '^[\\p{L}\\p{N}_-]{1,40}$' }), text: Text })
export type Canned = Static<typeof Canned>
export const listCanned = endpoint({ method: 'GET', path: '/canned', access: 'agent', statements: 1, summary: 'Canned answers.', returns: Type.Object({ canned: Type.Array(Canned) }) })
export const saveCanned = endpoint({ method: 'PUT', path: '/canned/:canned', access: 'agent', statements: 4, summary: 'Create or change a canned answer.', params: Type.Object({ canned: Id }),
  body: Type.Object({ shortcut: Canned.properties.shortcut, text: Text }, closed), returns: Canned, errors: ['taken', 'invalid', 'not_found', 'unavailable'] })
export const deleteCanned = endpoint({ method: 'DELETE', path: '/canned/:canned', access: 'agent', statements: 4, summary: 'Delete a canned answer.', params: Type.Object({ canned: Id }), returns: Type.Object({}), errors: ['not_found', 'unavailable'] })

/** Invites a visitor to chat: on pages whose address contains `address`, after `afterSeconds` there. Withdrawn (`active: false`) it disappears from every page with an open socket. */
export const Invitation = Type.Object({ id: Id, inbox: Id, address: Type.String({ maxLength: 500 }), afterSeconds: Type.Integer({ minimum: 0, maximum: 3600 }), text: Type.String({ minLength: 1, maxLength: 300 }), active: Type.Boolean() })
export type Invitation = Static<typeof Invitation>
export const listInvitations = endpoint({ method: 'GET', path: '/invitations', access: 'agent', statements: 1, summary: 'Invitation rules.', returns: Type.Object({ invitations: Type.Array(Invitation) }) })
export const saveInvitation = endpoint({ method: 'PUT', path: '/invitations/:invitation', access: 'agent', statements: 4, summary: 'Set, change or withdraw an invitation rule.', params: Type.Object({ invitation: Id }),
  body: Type.Object({ inbox: Id, address: Invitation.properties.address, afterSeconds: Invitation.properties.afterSeconds, text: Invitation.properties.text, active: Type.Boolean() }, closed), returns: Invitation, errors: ['not_found', 'invalid', 'unavailable'] })

/** Body of the view `door:<inbox>`, which the messenger watches: everything it needs before a conversation. */
export const Door = Type.Object({
  inbox: Inbox, account: Type.String(), online: Type.Array(Type.Object({ id: Id, name: Type.String() })),
  invitations: Type.Array(Type.Object({ id: Id, address: Type.String(), afterSeconds: Type.Integer(), text: Type.String() })),
})
export type Door = Static<typeof Door>
/** For pages without a socket: asked before an invitation is shown. Who gets no answer does not invite. */
export const mayInvite = endpoint({ method: 'GET', path: '/inboxes/:inbox/inviting', access: 'public', statements: 0, summary: 'Whether pages may invite to chat now.', params: Type.Object({ inbox: Id }), returns: Type.Object({ allowed: Type.Boolean() }) })
/** Visitor's session: the device makes contact id and secret (32 random bytes, base64url) once and keeps both; the server stores the secret's hash. */
export const openVisitorSession = endpoint({
  method: 'POST', path: '/inboxes/:inbox/visitor-sessions', access: 'public', statements: 6, params: Type.Object({ inbox: Id }),
  summary: 'A visitor’s ticket, with the door and the own conversations. Creates the contact on first use.',
  body: Type.Object({ contact: Id, secret: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }), name: Type.Optional(Type.String({ maxLength: 200 })), email: Type.Optional(Type.String({ maxLength: 254 })), page: Type.Optional(Type.String({ maxLength: 2000 })), language: Type.Optional(Type.String({ maxLength: 20 })) }, closed),
  returns: Type.Object({ ticket: Type.String(), expiresAt: Type.String(), door: Door, conversations: Type.Array(Type.Object({ id: Id, status: Type.String(), lastAt: Type.String(), assignee: Nullable(Id) })) }),
  errors: ['not_found', 'wrong_origin', 'forbidden', 'rate_limited', 'unavailable'],
})
