/**
 * `route(app, endpoint)(handler)`: two calls on purpose. In one call TypeScript infers the result type from schema and
 * handler both, and a handler that forgets a required field compiles.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { errorKinds, type ErrorCode } from '#contract/errors.ts'
import type { Endpoint } from '#contract/endpoint.ts'
import type { Session } from '#server/kernel/session.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { problemSchema } from './problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig { endpoint?: Endpoint<unknown, unknown, unknown, unknown, string> }
  interface FastifyRequest { session: Session | undefined }
}

interface Input<P, Q, B, C extends ErrorCode> {
  params: P; query: Q; body: B
  /** Set unless the endpoint's access is `public`. */
  session: Session
  request: FastifyRequest; reply: FastifyReply
  refuse: (code: C, detail?: string) => never
}
export type Handler<P, Q, B, R, C extends ErrorCode> = (input: Input<P, Q, B, C>) => Promise<R>

export const route = <P, Q, B, R, C extends ErrorCode>(app: FastifyInstance, e: Endpoint<P, Q, B, R, C>) =>
  (handler: Handler<P, Q, B, R, C>): void => {
    const byStatus = Map.groupBy<number, ErrorCode>([...e.errors, 'invalid', 'unauthenticated', 'forbidden', 'internal'], (code) => errorKinds[code].status)
    const problems = Object.fromEntries([...byStatus].map(([status, codes]) => [status, problemSchema([...new Set(codes)])]))
    app.route({
      method: e.method, url: `/api/v1${e.path}`,
      config: { endpoint: e as Endpoint<unknown, unknown, unknown, unknown, string> },
      schema: { summary: e.summary, params: e.params, querystring: e.query, ...(e.body && { body: e.body }), response: { 200: e.returns, ...problems } },
      handler: (request, reply) => handler({
        params: request.params as P, query: request.query as Q, body: request.body as B, session: request.session as Session, request, reply,
        refuse: (code, detail) => { throw new Refusal(code, detail) },
      }),
    })
  }
