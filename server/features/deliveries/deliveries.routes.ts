import type { FastifyInstance } from 'fastify'
import { listDeliveries, retryDelivery } from '#contract/deliveries.ts'
import { route } from '#server/http/route.ts'
import type { Deliveries } from './deliveries.ts'

export function deliveryRoutes(app: FastifyInstance, { deliveries }: { deliveries: Deliveries }): void {
  route(app, listDeliveries)(async ({ session, query }) => ({ ...await deliveries.list(session, query), smtp: deliveries.sends }))
  route(app, retryDelivery)(({ session, params }) => deliveries.retry(session, params.delivery))
}
