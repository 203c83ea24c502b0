/** What was kept in the spool while the database was away, and could not be applied afterwards. It waits for a person, and blocks nothing. */
import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Nullable } from './entries.ts'
import { errorCodes } from './errors.ts'
import { Actor, Id, Instant } from './ids.ts'

const closed = { additionalProperties: false } as const
/** `type`: of the command, or of the kiosk's operation; `arrival` and `departure` of a visit. `topic`: the conversation or visit. `text`: what somebody wrote. `code` and `reason`: why not. */
export const KeptRefusal = Type.Object({
  id: Id, kind: Type.Union([Type.Literal('command'), Type.Literal('visit'), Type.Literal('operation')]), type: Type.String(), topic: Type.String(), actor: Actor,
  keptAt: Instant, refusedAt: Instant, code: Type.Enum([...errorCodes]), reason: Type.String(), text: Nullable(Type.String()),
})
export type KeptRefusal = Static<typeof KeptRefusal>
export const listKeptRefusals = endpoint({ method: 'GET', path: '/kept-refusals', access: 'agent', statements: 1, summary: 'What was kept while the database was away and could not be applied afterwards.', returns: Type.Object({ refusals: Type.Array(KeptRefusal) }), errors: [] })
export const resolveKeptRefusal = endpoint({
  method: 'POST', path: '/kept-refusals/:refusal/resolution', access: 'agent', statements: 24, summary: 'Try it again, as whoever asked for it, or dismiss it.', params: Type.Object({ refusal: Id }),
  body: Type.Object({ how: Type.Union([Type.Literal('retry'), Type.Literal('dismiss')]) }, closed),
  returns: Type.Object({ state: Type.Union([Type.Literal('applied'), Type.Literal('open'), Type.Literal('dismissed')]), code: Nullable(Type.Enum([...errorCodes])), reason: Nullable(Type.String()) }), errors: ['not_found', 'unavailable', 'overloaded'],
})
