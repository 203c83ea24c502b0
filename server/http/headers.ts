import type { FastifyReply, FastifyRequest } from 'fastify'

// 'unsafe-inline' for styles only: components position themselves with style elements. Scripts come from files of ours alone.
const pagePolicy = [
  `default-src 'self'`, `img-src 'self' data: blob:`, `style-src 'self' 'unsafe-inline'`,
  `object-src 'none'`, `base-uri 'none'`, `form-action 'self'`, `frame-ancestors 'none'`,
].join('; ')

/** A route that has set one of these itself keeps its own. */
export async function pageHeaders(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const set = (name: string, value: string): void => { if (!reply.hasHeader(name)) reply.header(name, value) }
  set('x-content-type-options', 'nosniff')
  // Not no-referrer: with it browsers send `Origin: null` even to ourselves, and the check of cookies would refuse.
  set('referrer-policy', 'same-origin')
  if (String(reply.getHeader('content-type') ?? '').startsWith('text/html')) {
    set('content-security-policy', pagePolicy)
    set('x-frame-options', 'DENY')
  }
  if (request.routeOptions.config.endpoint) set('cache-control', 'no-store')
  if (request.routeOptions.config.anyOrigin) {
    set('access-control-allow-origin', '*')
    set('access-control-expose-headers', 'retry-after')
  }
}
