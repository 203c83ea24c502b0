import type { FastifyInstance } from 'fastify'
import { getAbout, type About } from '#contract/about.ts'
import { route } from '#server/http/route.ts'
import { mayNotScrape, mayScrape } from '#server/http/scrape.ts'
import { reasonsNotReady, type Metrics, type Watched } from './health.ts'

interface Options { watched: Watched; metrics: Metrics; metricsToken: string | undefined; about: () => About; now: () => number }

export function healthRoutes(app: FastifyInstance, { watched, metrics, metricsToken, about, now }: Options): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ alive: true }))
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const reasons = reasonsNotReady(watched, now())
    return reply.code(reasons.length > 0 ? 503 : 200).send({ ready: reasons.length === 0, reasons })
  })
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (!mayScrape(request, metricsToken)) return reply.code(403).send(mayNotScrape)
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
  route(app, getAbout)(async () => about())
}
