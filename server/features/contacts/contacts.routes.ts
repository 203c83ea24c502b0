import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/contacts.ts'
import { route } from '#server/http/route.ts'
import type { Contacts } from './contacts.ts'

export function contactRoutes(app: FastifyInstance, { contacts }: { contacts: Contacts }): void {
  route(app, contract.listContacts)(({ session, query }) => contacts.list(session.account, query))
  route(app, contract.getContact)(({ session, params }) => contacts.get(session.account, params.contact))
  route(app, contract.createContact)(({ session, body }) => contacts.create(session.account, body))
  route(app, contract.changeContact)(({ session, params, body: { id, ...to } }) => contacts.change(session, params.contact, id, to))
}
