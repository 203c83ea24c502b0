import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/kiosks.ts'
import { idOf } from '#contract/ids.ts'
import type { Db } from '#server/db/db.ts'
import { route } from '#server/http/route.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Accept } from '#server/kernel/sequencer.ts'
import type { Session } from '#server/kernel/session.ts'
import type { Tx } from '#server/db/db.ts'
import type { kioskBeats } from './beats.ts'
import type { Kiosks } from './kiosks.ts'
import * as statements from './kiosks.sql.ts'
import type { Operations } from './operations.ts'
import type { kioskSnapshots } from './snapshot.ts'
import type { Watchlist } from './watchlist.ts'

interface Options {
  db: Db; accept: Accept<Tx>
  kiosks: Kiosks; operations: Operations; watchlist: Watchlist
  beat: ReturnType<typeof kioskBeats>; snapshot: ReturnType<typeof kioskSnapshots>
  isThere: (account: string, user: string) => boolean
}
/** Fifty operations with a photo and a signature each. */
const bodyMaxBytes = 16 * 1024 * 1024

export function kioskRoutes(app: FastifyInstance, { db, accept, kiosks, operations, watchlist, beat, snapshot, isThere }: Options): void {
  const own = ({ account, actor }: Session) => ({ account, kiosk: idOf(actor)! })

  route(app, contract.listKiosks)(async ({ session }) => ({ kiosks: await kiosks.list(session.account) }))
  route(app, contract.saveKiosk)(({ session, params, body }) => kiosks.save(session, params.kiosk, body))
  route(app, contract.unpairKiosk)(async ({ session, params, query }) => {
    await kiosks.unpair(session, params.kiosk, query.evenUnsent === true)
    return {}
  })
  route(app, contract.pairKiosk, { rate: 'links' })(({ body }) => kiosks.pair(body.code))

  route(app, contract.sendOperations, { bodyMaxBytes })(async ({ session, body }) => ({ lodge: 'operations', results: await operations.take({ ...own(session), log: body.log }, body.operations) }))
  route(app, contract.beatKiosk)(({ session, body }) => beat(session.account, own(session).kiosk, body))
  route(app, contract.getSnapshot)(({ session }) => snapshot(session.account, own(session).kiosk))
  route(app, contract.getKioskVisit)(async ({ session, params }) => {
    const found = await db.read('told', 3_000, async (tx) => tx.maybe(statements.toldOf(session.account, params.visit, (await tx.one(statements.placeOfKiosk(session.account, own(session).kiosk))).location)))
    if (!found) throw new Refusal('not_found')
    return { status: found.status, reason: found.reason, told: found.told || (found.host !== null && isThere(session.account, found.host)) }
  })

  route(app, contract.listQuarantine)(async ({ session }) => ({ operations: await db.read('quarantine', 3_000, (tx) => tx.all(statements.selectQuarantine(session.account))) }))
  route(app, contract.resolveOperation)(async ({ session: { account, actor }, params: { operation }, body: { id, how } }) => {
    const found = await db.read('get operation', 3_000, (tx) => tx.maybe(statements.selectOperation(account, operation)))
    if (!found) throw new Refusal('not_found')
    const resolved = (as: 'applied' | 'dismissed', guard: (tx: Tx) => Promise<void>) =>
      accept({ account, topic: `visits:${found.location}`, id, type: 'operation.resolved', actor, body: { operation, how: as }, guard })
    if (how === 'dismiss') {
      await resolved('dismissed', async (tx) => { await tx.run(statements.dismissOperation(account, operation)) })
      return { state: 'dismissed', reason: null }
    }
    const { state, reason } = await operations.retry(account, operation)
    if (state !== 'applied') return { state: 'quarantined', reason }
    await resolved('applied', async () => {})
    return { state, reason: null }
  })

  route(app, contract.listWatched)(async ({ session }) => ({ watched: await watchlist.list(session.account) }))
  route(app, contract.saveWatched)(({ session, params, body }) => watchlist.save(session, params.watched, body))
  route(app, contract.deleteWatched)(async ({ session, params }) => {
    await watchlist.remove(session, params.watched)
    return {}
  })
}
