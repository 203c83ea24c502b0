import type { FastifyInstance } from 'fastify'
import { listKeptRefusals, resolveKeptRefusal } from '#contract/kept.ts'
import { route } from '#server/http/route.ts'
import type { Kept } from './kept.ts'

export function keptRoutes(app: FastifyInstance, kept: Pick<Kept, 'refusals' | 'resolve'>): void {
  route(app, listKeptRefusals)(async ({ session }) => ({ refusals: await kept.refusals(session.account) }))
  route(app, resolveKeptRefusal)(({ session, params, body }) => kept.resolve(session.account, params.refusal, body.how))
}
