import type { FastifyInstance } from 'fastify'
import { pairPanel } from '#contract/bookings.ts'
import * as contract from '#contract/spaces.ts'
import { route } from '#server/http/route.ts'
import type { Panels } from './panels.ts'
import type { Spaces } from './spaces.ts'

/** As base64, with the rest of the request. */
const bodyMaxBytes = Math.ceil(contract.planMaxBytes / 3) * 4 + 4096

export function spaceRoutes(app: FastifyInstance, { spaces, panels }: { spaces: Spaces; panels: Panels }): void {
  route(app, contract.listFloors)(async ({ session, query }) => ({ floors: await spaces.listFloors(session.account, query.location) }))
  route(app, contract.saveFloor)(({ session, params, body }) => spaces.saveFloor(session, params.floor, body))
  route(app, contract.saveFloorPlan, { bodyMaxBytes })(({ session, params, body }) => spaces.savePlan(session, params.floor, body.base64))
  route(app, contract.removeFloorPlan)(({ session, params }) => spaces.removePlan(session, params.floor))
  route(app, contract.getFloorPlan)(({ session, params }) => spaces.plan(session.account, params.floor))
  route(app, contract.listSpaces)(async ({ session, query }) => ({ spaces: await spaces.list(session.account, query) }))
  route(app, contract.saveSpace)(({ session, params, body }) => spaces.save(session, params.space, body))
  route(app, contract.placeSpace)(({ session, params, body }) => spaces.place(session, params.space, body.position))
  route(app, contract.pairSpacePanel)(({ session, params }) => panels.invite(session, params.space))
  route(app, contract.unpairSpacePanel)(async ({ session, params }) => {
    await panels.unpair(session, params.space)
    return {}
  })
  route(app, pairPanel, { rate: 'links' })(({ body }) => panels.pair(body.code))
}
