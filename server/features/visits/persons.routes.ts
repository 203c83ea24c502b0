import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/persons.ts'
import { route } from '#server/http/route.ts'
import type { Persons } from './persons.ts'

export function personRoutes(app: FastifyInstance, { persons }: { persons: Persons }): void {
  route(app, contract.findPerson)(({ session, query }) => persons.find(session.account, query))
  route(app, contract.exportPerson)(({ session, query }) => persons.export(session.account, query))
  route(app, contract.erasePerson)(({ session, body }) => persons.erase(session, body))
}
