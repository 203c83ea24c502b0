import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { getAbout, type About } from '#contract/about.ts'
import { route } from '#server/http/route.ts'
import { reasonsNotReady, type Metrics, type Watched } from './health.ts'

interface Options { watched: Watched; metrics: Metrics; metricsToken: string | undefined; about: () => About; now: () => number }

export function healthRoutes(app: FastifyInstance, { watched, metrics, metricsToken, about, now }: Options): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ alive: true }))
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const reasons = reasonsNotReady(watched, now())
    return reply.code(reasons.length > 0 ? 503 : 200).send({ ready: reasons.length === 0, reasons })
  })
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (!mayScrape(request, metricsToken)) return reply.code(403).send('Metrics are given to this machine, or to whoever sends the token set as METRICS_TOKEN.\n')
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
  route(app, getAbout)(async () => about())
}

/** Loopback by the socket's own address: a forwarded header proves nothing, and a proxy on this machine forwards strangers. */
function mayScrape(request: FastifyRequest, token: string | undefined): boolean {
  if (token) {
    const given = Buffer.from(request.headers.authorization ?? ''), wanted = Buffer.from(`Bearer ${token}`)
    return given.length === wanted.length && timingSafeEqual(given, wanted)
  }
  const address = request.socket.remoteAddress ?? ''
  return (address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.')) && !request.headers['x-forwarded-for'] && !request.headers.forwarded
}
