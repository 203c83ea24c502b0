import { Type, type Static } from 'typebox'
import { Ack } from './commands.ts'
import { endpoint } from './endpoint.ts'
import { entryBodies, Nullable } from './entries.ts'
import { Id, Instant } from './ids.ts'

const closed = { additionalProperties: false } as const

/** A person outside, on any channel. */
export const Contact = Type.Object({
  id: Id, name: Type.String(), email: Nullable(Type.String()), phone: Nullable(Type.String()), notes: Type.String(),
  attributes: Type.Record(Type.String(), Type.String()), firstSeenAt: Instant, head: Type.Integer(),
})
export type Contact = Static<typeof Contact>

export const listContacts = endpoint({
  method: 'GET', path: '/contacts', access: 'agent', statements: 1, summary: 'List contacts by name; `search` matches name, e-mail and phone.',
  query: Type.Object({ search: Type.Optional(Type.String({ maxLength: 100 })), cursor: Type.Optional(Type.String({ maxLength: 300 })), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) }, closed),
  returns: Type.Object({ contacts: Type.Array(Contact), next: Nullable(Type.String()) }), errors: ['invalid'],
})
export const getContact = endpoint({ method: 'GET', path: '/contacts/:contact', access: 'agent', statements: 1, summary: 'One contact.', params: Type.Object({ contact: Id }), returns: Contact, errors: ['not_found'] })
export const changeContact = endpoint({
  method: 'PATCH', path: '/contacts/:contact', access: 'agent', statements: 6, summary: 'Change what is known of a contact; only the given fields change.', params: Type.Object({ contact: Id }),
  body: Type.Object({ id: Id, ...entryBodies['contact.changed'].properties }, closed), returns: Ack, errors: ['not_found', 'id_reused', 'invalid', 'unavailable', 'overloaded'],
})
export const createContact = endpoint({
  method: 'POST', path: '/contacts', access: 'agent', statements: 2, summary: 'Create a contact with an id made by the caller.',
  body: Type.Object({ id: Id, name: Type.String({ maxLength: 200 }), email: Type.Optional(Nullable(Type.String({ maxLength: 254 }))), phone: Type.Optional(Nullable(Type.String({ maxLength: 40 }))) }, closed), returns: Contact, errors: ['id_reused', 'invalid', 'unavailable'],
})
/** Erasure: the contact's personal fields, all message bodies of the own conversations and their blobs are gone; ids and offsets stay. */
export const eraseContact = endpoint({
  method: 'DELETE', path: '/contacts/:contact', access: 'admin', statements: 14, summary: 'Erase a person on request.', params: Type.Object({ contact: Id }),
  returns: Type.Object({ erasedEntries: Type.Integer(), erasedBlobs: Type.Integer() }), errors: ['not_found', 'unavailable'],
})
