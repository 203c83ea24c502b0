/** RFC 9457 problem details, from the one error catalogue. */
import { Type } from 'typebox'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { AnyEndpoint } from '#contract/api.ts'
import { Conflict } from '#contract/bookings.ts'
import { errorCodes, errorKinds, type ErrorCode } from '#contract/errors.ts'
import { Refusal } from '#server/kernel/refusal.ts'

export const Problem = Type.Object({
  type: Type.String({ description: 'Where the code is explained.' }), title: Type.String(), status: Type.Integer(),
  detail: Type.String({ description: 'A sentence for people about this very case.' }),
  code: Type.Enum(errorCodes), retry: Type.Enum(['never', 'now', 'after', 'renew']),
  retryAfterMs: Type.Optional(Type.Integer()),
  conflicts: Type.Optional(Type.Array(Conflict, { description: 'With `space_taken` and `space_closed`: what stands in the way.' })),
})

/** What an endpoint lists, and what any endpoint of its kind may answer. */
export function codesOf(e: AnyEndpoint): ErrorCode[] {
  const authenticated: ErrorCode[] = e.access === 'public' ? [] : ['unauthenticated', 'forbidden']
  const stored: ErrorCode[] = e.statements > 0 ? ['unavailable', 'overloaded'] : []
  return [...new Set<ErrorCode>([...e.errors, 'invalid', ...authenticated, ...stored, 'internal'])]
}

export const problemOf = (refusal: Refusal) => {
  const kind = errorKinds[refusal.code]
  return {
    type: `/api#${refusal.code}`, title: kind.text, status: kind.status, detail: refusal.message, code: refusal.code, retry: kind.retry,
    ...(refusal.retryAfterMs !== undefined && { retryAfterMs: refusal.retryAfterMs }), ...(refusal.conflicts && { conflicts: refusal.conflicts }),
  }
}

/** Sent as text: a serialiser for each status of each endpoint took seconds of every start. */
export function sendProblem(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const problem = problemOf(refusal)
  if (refusal.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(refusal.retryAfterMs / 1000))
  return reply.code(problem.status).type('application/problem+json').serializer(String).send(JSON.stringify(problem))
}

/** What Fastify itself refuses before a handler is reached, in our words. */
const fastifyCodes: Record<string, { code: ErrorCode; detail?: string }> = {
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'invalid', detail: 'The body is not JSON.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'invalid', detail: 'The body is empty, but its content type says JSON.' },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'too_large' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported_type', detail: 'Bodies are JSON: send content-type: application/json.' },
  FST_ERR_BAD_URL: { code: 'invalid', detail: 'The address is not well formed.' },
}

/** The one place where an error becomes an answer. Never logs the address as called: it may hold the secret of a link. */
export function onError(error: FastifyError | Refusal, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Refusal) return sendProblem(reply, error)
  const known = fastifyCodes[error.code]
  if (known) return sendProblem(reply, new Refusal(known.code, known.detail))
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) return sendProblem(reply, new Refusal('invalid', error.message))
  request.log.error({ err: error, requestId: request.id, method: request.method, route: request.routeOptions.url }, 'a request failed')
  return sendProblem(reply, new Refusal('internal', `${errorKinds.internal.text} Quote ${request.id} when you ask about it.`))
}
