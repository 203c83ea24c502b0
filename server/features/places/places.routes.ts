import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/places.ts'
import { route } from '#server/http/route.ts'
import type { Places } from './places.ts'

export function placeRoutes(app: FastifyInstance, { places }: { places: Places }): void {
  route(app, contract.listLocations)(async ({ session }) => ({ locations: await places.listLocations(session.account) }))
  route(app, contract.saveLocation)(({ session, params, body }) => places.saveLocation(session, params.location, body))
  route(app, contract.listVisitorTypes)(async ({ session }) => ({ visitorTypes: await places.listVisitorTypes(session.account) }))
  route(app, contract.saveVisitorType)(({ session, params, body }) => places.saveVisitorType(session, params.visitorType, body))
  route(app, contract.listHosts)(async ({ session }) => ({ hosts: await places.listHosts(session.account) }))
  route(app, contract.saveHost)(({ session, params, body }) => places.saveHost(session, params.user, body))
}
