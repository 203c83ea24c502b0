/** RFC 9457 problem details, from the one error catalogue. */
import { Type } from 'typebox'
import { errorKinds, type ErrorCode } from '#contract/errors.ts'
import type { Refusal } from '#server/kernel/refusal.ts'

export const problemSchema = (codes: readonly ErrorCode[]) => Type.Object({
  type: Type.String(), title: Type.String(), status: Type.Integer(), detail: Type.String(),
  code: Type.Union(codes.map((c) => Type.Literal(c))), retry: Type.String(), retryAfterMs: Type.Optional(Type.Integer()),
}, { description: 'Refused' })

export const problemOf = (refusal: Refusal) => {
  const kind = errorKinds[refusal.code]
  return {
    type: `/api#${refusal.code}`, title: kind.text, status: kind.status, detail: refusal.message, code: refusal.code, retry: kind.retry,
    ...(refusal.retryAfterMs !== undefined && { retryAfterMs: refusal.retryAfterMs }),
  }
}
