import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/pushes.ts'
import { route } from '#server/http/route.ts'
import type { Pushes } from './pushes.ts'

export function pushRoutes(app: FastifyInstance, { pushes }: { pushes: Pushes }): void {
  route(app, contract.getPushKey)(async () => ({ key: pushes.key }))
  route(app, contract.listPushSubscriptions)(async ({ session }) => ({ subscriptions: await pushes.list(session) }))
  route(app, contract.savePushSubscription)(({ session, params, body }) => pushes.save(session, params.subscription, body))
  route(app, contract.deletePushSubscription)(async ({ session, params }) => {
    await pushes.remove(session, params.subscription)
    return {}
  })
}
