import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/contacts.ts'
import { route } from '#server/http/route.ts'
import type { Contacts } from './contacts.ts'
import type { contactErasure } from './erasure.ts'

export function contactRoutes(app: FastifyInstance, { contacts, erase }: { contacts: Contacts; erase: ReturnType<typeof contactErasure> }): void {
  route(app, contract.listContacts)(({ session, query }) => contacts.list(session, query))
  route(app, contract.getContact)(({ session, params }) => contacts.get(session, params.contact))
  route(app, contract.createContact)(({ session, body }) => contacts.create(session, body))
  route(app, contract.changeContact)(({ session, params, body: { id, ...to } }) => contacts.change(session, params.contact, id, to))
  route(app, contract.eraseContact)(({ session, params }) => erase(session, params.contact))
}
