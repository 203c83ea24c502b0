/**
 * `route(app, endpoint)(handler)`: two calls on purpose. In one call TypeScript infers the result type from schema and
 * handler both, and a handler that forgets a required field compiles.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AnyEndpoint } from '#contract/api.ts'
import type { ErrorCode } from '#contract/errors.ts'
import { Bytes, type Endpoint } from '#contract/endpoint.ts'
import type { Session } from '#server/kernel/session.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { allowAnyOrigin } from './origin.ts'

export interface RouteOptions {
  /** Pages of other sites may call it, with a bearer token. Set for every endpoint a visitor's ticket may call. */
  anyOrigin?: boolean
  /** It reads or sets the session cookie, so a request from another origin is refused. */
  cookie?: boolean
  /** Which of the rates per address it counts against. */
  rate?: RateName
  /** Above the server's usual limit. */
  bodyMaxBytes?: number
}
/** Per address, in memory; figures in `rates.ts`. */
export type RateName = 'session' | 'links' | 'visitors'

declare module 'fastify' {
  interface FastifyContextConfig extends RouteOptions { endpoint?: AnyEndpoint }
  interface FastifyRequest { session: Session | undefined }
  interface FastifyInstance {
    /** Runs a handler on behalf of its account and holds it to its endpoint: how many statements it issued and, when strict, what it returned. */
    observed: (endpoint: AnyEndpoint, session: Session | undefined, handler: () => Promise<unknown>) => Promise<unknown>
  }
}

interface Input<P, Q, B, C extends ErrorCode> {
  params: P; query: Q; body: B
  /** Set unless the endpoint's access is `public`. */
  session: Session
  request: FastifyRequest; reply: FastifyReply
  refuse: (code: C, detail?: string) => never
}
export type Handler<P, Q, B, R, C extends ErrorCode> = (input: Input<P, Q, B, C>) => Promise<R>

export const route = <P, Q, B, R, C extends ErrorCode>(app: FastifyInstance, e: Endpoint<P, Q, B, R, C>, options: RouteOptions = {}) =>
  (handler: Handler<P, Q, B, R, C>): void => {
    const endpoint = e as unknown as AnyEndpoint
    const url = `/api/v1${e.path}`
    const anyOrigin = options.anyOrigin ?? e.access === 'visitor'
    if (anyOrigin) allowAnyOrigin(app, url)
    app.route({
      method: e.method, url, ...(options.bodyMaxBytes !== undefined && { bodyLimit: options.bodyMaxBytes }),
      config: { ...options, endpoint, anyOrigin },
      schema: {
        summary: e.summary, params: e.params, querystring: e.query, ...(e.body && e.body !== Bytes && { body: e.body }),
        response: { 200: e.returns },
      },
      handler: (request, reply) => app.observed(endpoint, request.session, () => handler({
        params: request.params as P, query: request.query as Q, body: request.body as B, session: request.session as Session, request, reply,
        refuse: (code, detail) => { throw new Refusal(code, detail) },
      })),
    })
  }
