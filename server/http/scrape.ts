import { timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'

export const mayNotScrape = 'Metrics are given to this machine, or to whoever sends the token set as METRICS_TOKEN.\n'

/** Loopback by the socket's own address: a forwarded header proves nothing, and a proxy on this machine forwards strangers. */
export function mayScrape(request: FastifyRequest, token: string | undefined): boolean {
  if (token) {
    const given = Buffer.from(request.headers.authorization ?? ''), wanted = Buffer.from(`Bearer ${token}`)
    return given.length === wanted.length && timingSafeEqual(given, wanted)
  }
  const address = request.socket.remoteAddress ?? ''
  return (address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.')) && !request.headers['x-forwarded-for'] && !request.headers.forwarded
}
