import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/visits.ts'
import { readVisitFile, visitFileMaxChars } from '#contract/visit-imports.ts'
import { deleteWatched, listMatches, listWatched, saveWatched } from '#contract/watchlist.ts'
import type { Db } from '#server/db/db.ts'
import { route } from '#server/http/route.ts'
import type { Invited } from './invited.ts'
import { listVisits, visitImage, visitLog } from './reading.ts'
import type { visitFiles } from './visit-file.ts'
import type { Visits } from './visits.ts'
import type { Watchlist } from './watchlist.ts'

interface Options { db: Db; visits: Visits; invited: Invited; watchlist: Watchlist; readFile: ReturnType<typeof visitFiles> }

export function visitRoutes(app: FastifyInstance, { db, visits, invited, watchlist, readFile }: Options): void {
  route(app, contract.listVisits)(({ session, query }) => listVisits(db, session.account, query))
  route(app, contract.getVisit)(({ session, params }) => visits.get(session.account, params.visit))
  route(app, contract.listVisitLog)(async ({ session, params }) => ({ entries: await visitLog(db, session.account, params.visit) }))
  route(app, contract.getVisitImage)(({ session, params }) => visitImage(db, session.account, params.visit, params.kind))
  route(app, contract.createVisit)(({ session, body: { source, ...given } }) => visits.expect(session, given, source))
  route(app, contract.changeVisit)(({ session, params, body: { id, ...to } }) => visits.change(session, params.visit, id, to))
  route(app, contract.checkInVisit)(({ session, params, body }) => visits.checkIn(session, params.visit, body.id, body.at))
  route(app, contract.checkOutVisit)(({ session, params, body }) => visits.checkOut(session, params.visit, body.id, body.at))
  route(app, contract.confirmVisit)(({ session, params, body }) => visits.confirm(session, params.visit, body.id, body.at))
  route(app, contract.decideVisit)(({ session, params, body: { id, ...decision } }) => visits.decide(session, params.visit, id, decision))
  route(app, contract.cancelVisit)(({ session, params, body }) => visits.cancel(session, params.visit, body.id))
  route(app, contract.restoreVisit)(({ session, params, query }) => visits.restore(session, params.visit, query.id))
  route(app, contract.eraseVisit)(({ session, params, query }) => visits.erase(session, params.visit, query.id))
  route(app, contract.getInvited, { rate: 'visitors' })(({ params }) => invited.get(params.code))
  route(app, contract.fillInvited, { rate: 'visitors' })(({ params, body: { id, ...said } }) => invited.fill(params.code, id, said))
  route(app, contract.leaveInvited, { rate: 'visitors' })(({ params, body }) => invited.leave(params.code, body.id))

  route(app, listWatched)(async ({ session }) => ({ watched: await watchlist.list(session.account) }))
  route(app, readVisitFile, { bodyMaxBytes: 4 * visitFileMaxChars })(({ session, body }) => readFile(session.account, body))
  route(app, listMatches)(async ({ session, params }) => ({ watched: await watchlist.matches(session.account, params.visit) }))
  route(app, saveWatched)(({ session, params, body }) => watchlist.save(session, params.watched, body))
  route(app, deleteWatched)(async ({ session, params }) => {
    await watchlist.remove(session, params.watched)
    return {}
  })
}
