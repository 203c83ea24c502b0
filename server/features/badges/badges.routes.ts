import type { FastifyInstance } from 'fastify'
import { getBadge } from '#contract/badges.ts'
import { route } from '#server/http/route.ts'
import type { Badges } from './badges.ts'

export function badgeRoutes(app: FastifyInstance, { badges }: { badges: Badges }): void {
  route(app, getBadge)(async ({ session, params, query: { size = '62x100', language = 'en' }, reply }) => {
    const pdf = await badges.draw(session.account, params.visit, size, language)
    return reply.headers({ 'content-type': 'application/pdf', 'content-disposition': `inline; filename="badge-${size}.pdf"` }).send(pdf) as unknown as Blob
  })
}
