/**
 * Who is told when something is wrong with this house. It is kept in a file beside the database, and sent without it (rules AL).
 *
 * Terminology. finding: what a watchdog sees. alert: a finding that stood long enough to wake somebody. duty: who is on call for a
 * component, in which order. way: how a person is reached.
 */
import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Nullable } from './entries.ts'
import { Id, Instant } from './ids.ts'

const closed = { additionalProperties: false } as const
/** What a duty may be for; `*` is whatever nobody else is on call for. */
export const alertComponents = ['*', 'delivery', 'database', 'spool', 'sockets', 'bookings', 'reports', 'channels', 'kiosks', 'machine'] as const

/** `sms`: over a channel of the house's own account. `webhook`: posted as JSON, signed like what rules post (standardwebhooks.com). */
export const Way = Type.Object({ kind: Type.Enum(['email', 'sms', 'webhook']), to: Type.String({ minLength: 3, maxLength: 500 }) }, closed)
export type Way = Static<typeof Way>
export const OnCallPerson = Type.Object({ id: Id, name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }), ways: Type.Array(Way, { minItems: 1, maxItems: 5 }) }, closed)
export type OnCallPerson = Static<typeof OnCallPerson>
/** The first is told at once, the next when nobody has acknowledged it for `escalateAfterMinutes`, and so on. */
export const Duty = Type.Object({ component: Type.Enum([...alertComponents]), people: Type.Array(Id, { minItems: 1, maxItems: 10 }) }, closed)
export const OnCall = Type.Object({
  people: Type.Array(OnCallPerson, { maxItems: 50 }), duties: Type.Array(Duty, { maxItems: alertComponents.length }), escalateAfterMinutes: Type.Integer({ minimum: 1, maximum: 240 }),
}, closed)
export type OnCall = Static<typeof OnCall>

/** `canSend`: which ways lead anywhere. `secrets`: of each webhook what it is signed with. */
export const OnCallShown = Type.Object({ onCall: OnCall, canSend: Type.Object({ email: Type.Boolean(), sms: Type.Boolean() }), secrets: Type.Array(Type.Object({ to: Type.String(), secret: Type.String() })) })
export type OnCallShown = Static<typeof OnCallShown>
export const Alert = Type.Object({
  id: Type.String(), finding: Type.String(), component: Type.String(), severity: Type.Enum(['warning', 'critical']), evidence: Type.String(), whatToDo: Type.String(),
  raisedAt: Instant, clearedAt: Nullable(Instant), acknowledged: Nullable(Type.Object({ by: Type.String(), at: Instant })),
  /** Names of those who were told. */
  told: Type.Array(Type.String()),
})
export type Alert = Static<typeof Alert>

export const getOnCall = endpoint({ method: 'GET', path: '/operations/on-call', access: 'admin', statements: 1, summary: 'Who is on call. Only for administrators of the account that runs the house.', returns: OnCallShown, errors: ['forbidden', 'unavailable'] })
export const saveOnCall = endpoint({ method: 'PUT', path: '/operations/on-call', access: 'admin', statements: 1, summary: 'Say who is on call.', body: OnCall, returns: OnCallShown, errors: ['forbidden', 'invalid', 'unavailable', 'storage_full'] })
export const tryOnCall = endpoint({
  method: 'POST', path: '/operations/on-call/:person/trial', access: 'admin', statements: 1, summary: 'Send a trial to one person, over all ways.', params: Type.Object({ person: Id }),
  returns: Type.Object({ ways: Type.Array(Type.Object({ kind: Type.String(), to: Type.String(), sent: Type.Boolean(), why: Nullable(Type.String()) })) }), errors: ['forbidden', 'not_found', 'unavailable'],
})
export const listAlerts = endpoint({ method: 'GET', path: '/operations/alerts', access: 'admin', statements: 1, summary: 'Alerts that stand, and the last ones that do not.', returns: Type.Object({ alerts: Type.Array(Alert) }), errors: ['forbidden', 'unavailable'] })
export const acknowledgeAlert = endpoint({
  method: 'POST', path: '/operations/alerts/:alert/acknowledgement', access: 'admin', statements: 2, summary: 'Somebody looks after it: nobody else is woken.', params: Type.Object({ alert: Type.String({ maxLength: 60 }) }),
  returns: Alert, errors: ['forbidden', 'not_found', 'unavailable'],
})
