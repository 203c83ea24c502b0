import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/kiosks.ts'
import { idOf } from '#contract/ids.ts'
import { route } from '#server/http/route.ts'
import type { Session } from '#server/kernel/session.ts'
import type { kioskBeats } from './beats.ts'
import type { Kiosks } from './kiosks.ts'
import type { Operations } from './operations.ts'
import type { kioskSnapshots } from './snapshot.ts'

interface Options { kiosks: Kiosks; operations: Operations; beat: ReturnType<typeof kioskBeats>; snapshot: ReturnType<typeof kioskSnapshots> }
/** Fifty operations with a photo and a signature each. */
const bodyMaxBytes = 16 * 1024 * 1024

export function kioskRoutes(app: FastifyInstance, { kiosks, operations, beat, snapshot }: Options): void {
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
  route(app, contract.getKioskVisit)(({ session, params }) => kiosks.told(session.account, own(session).kiosk, params.visit))

  route(app, contract.listQuarantine)(async ({ session }) => ({ operations: await operations.quarantine(session.account) }))
  route(app, contract.resolveOperation)(({ session, params, body }) => operations.resolve(session, params.operation, body))
}
