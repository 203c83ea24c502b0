/** Which pages may call what. A bearer token is carried by the page itself, a cookie by the browser for any page: hence two rules. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Refusal } from '#server/kernel/refusal.ts'

/** Answers the preflight of `url`. Call it once more for each route that is not made by `route()` and set `config.anyOrigin` there. */
export function allowAnyOrigin(app: FastifyInstance, url: string): void {
  if (app.hasRoute({ method: 'OPTIONS', url })) return
  app.route({
    method: 'OPTIONS', url, config: { anyOrigin: true }, schema: { hide: true },
    handler: (_request, reply) => reply.code(204).headers({
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-max-age': '86400',
    }).send(),
  })
}

/**
 * Refuses a request with cookies that another page sent. Browsers send Origin with every POST and DELETE; a program without
 * one is no browser and carries no one's cookie by accident.
 * @throws Refusal `forbidden`
 */
export function refuseOtherOrigin(request: FastifyRequest, publicUrl: string | undefined): void {
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  if (origin === undefined ? site === undefined || site === 'same-origin' || site === 'none' : origin === publicUrl || hostOf(origin) === request.host) return
  throw new Refusal('forbidden', 'This request came from a page of another site.')
}

/** `host[:port]` of an origin; undefined for `null` and what is no address. */
export const hostOf = (origin: string): string | undefined => URL.canParse(origin) ? new URL(origin).host || undefined : undefined
