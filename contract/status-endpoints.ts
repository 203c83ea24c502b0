/** Writing the status page from inside: administrators of the operator's account, which is the first one of the house. Other administrators read what concerns their account, and answer their own conversations. */
import { Type, type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Nullable } from './entries.ts'
import { Id, Instant } from './ids.ts'
import { Affected, Audience, Incident, IncidentState, Level, Maintenance, Outage, Proposal, Slug, StatusComponent, StatusPage, StatusReply, Subscriber, incidentFields, textMax } from './status.ts'

const closed = { additionalProperties: false } as const
const Text = Type.String({ maxLength: textMax })
const Title = incidentFields.title
const refusals = ['invalid', 'not_found', 'forbidden', 'taken', 'wrong_status', 'not_clean', 'storage_full', 'unavailable'] as const

/** `isOperator`: may write. Newest first; incidents that are over, the last 100. `page`: where its own process answers; null when none does. */
export const StatusBoard = Type.Object({
  isOperator: Type.Boolean(), overall: Level, settings: StatusPage, components: Type.Array(StatusComponent), incidents: Type.Array(Type.Object({ ...Incident.properties, cleanAt: Nullable(Instant) })), maintenances: Type.Array(Maintenance),
  subscribers: Type.Array(Type.Object({ id: Slug, kind: Subscriber.properties.kind, to: Type.String(), components: Type.Array(Slug), confirmed: Type.Boolean() })), proposals: Type.Array(Proposal), outages: Type.Array(Outage), replies: Type.Array(StatusReply), page: Nullable(Type.String()),
})
export type StatusBoard = Static<typeof StatusBoard>
export const getStatus = endpoint({ method: 'GET', path: '/status', access: 'admin', statements: 1, summary: 'All of the status page, as far as it concerns the caller.', returns: StatusBoard, errors: refusals })

const atIncident = Type.Object({ incident: Slug })
export const openStatusIncident = endpoint({ method: 'POST', path: '/status/incidents', access: 'admin', statements: 1, summary: 'Open an incident. Repeated with the same id it is the same.',
  body: Type.Object({ id: Type.Optional(Slug), title: Title, text: Text, state: Type.Optional(IncidentState), affected: incidentFields.affected, audience: Type.Optional(incidentFields.audience), accounts: Type.Optional(incidentFields.accounts), nextUpdateAt: Type.Optional(Nullable(Instant)), impact: Type.Optional(incidentFields.impact), recurrenceOf: Type.Optional(incidentFields.recurrenceOf) }, closed),
  returns: Incident, errors: refusals })
export const updateStatusIncident = endpoint({ method: 'POST', path: '/status/incidents/:incident/updates', access: 'admin', statements: 1, summary: 'News of an incident, with or without another state.', params: atIncident,
  body: Type.Object({ id: Type.Optional(Id), text: Type.String({ maxLength: textMax, pattern: '\\S' }), state: Type.Optional(IncidentState), nextUpdateAt: Type.Optional(Nullable(Instant)), affected: Type.Optional(Type.Array(Affected, { maxItems: 100 })), impactTo: Type.Optional(Instant) }, closed), returns: Incident, errors: refusals })
export const resolveStatusIncident = endpoint({ method: 'POST', path: '/status/incidents/:incident/resolution', access: 'admin', statements: 1, summary: 'It is resolved: after a clean window of monitoring, or openly before it, with a reason that everybody reads.', params: atIncident,
  body: Type.Object({ id: Type.Optional(Id), text: Text, early: Type.Optional(Type.String({ maxLength: 1000, pattern: '\\S' })), impactTo: Type.Optional(Instant) }, closed), returns: Incident, errors: refusals })
export const editStatusIncident = endpoint({ method: 'PATCH', path: '/status/incidents/:incident', access: 'admin', statements: 1, summary: 'Change what is no news: title, audience, impact, cause, timeline, remediation, post-mortem.', params: atIncident,
  body: Type.Partial(Type.Object(incidentFields, closed)), returns: Incident, errors: refusals })
export const draftStatusPostmortem = endpoint({ method: 'GET', path: '/status/incidents/:incident/draft', access: 'admin', statements: 1, summary: 'A post-mortem drafted from the record.', params: atIncident, returns: Type.Object({ text: Type.String() }), errors: refusals })

export const saveStatusComponent = endpoint({ method: 'PUT', path: '/status/components/:component', access: 'admin', statements: 1, summary: 'Make or change a component.', params: Type.Object({ component: Slug }), body: Type.Omit(StatusComponent, ['id']), returns: StatusComponent, errors: refusals })
export const saveStatusMaintenance = endpoint({ method: 'PUT', path: '/status/maintenances/:maintenance', access: 'admin', statements: 1, summary: 'Announce a maintenance, or another time for it.', params: Type.Object({ maintenance: Slug }),
  body: Type.Object({ title: Title, text: Text, from: Instant, to: Instant, components: Type.Array(Slug, { maxItems: 100 }), audience: Type.Optional(Type.Array(Audience, { maxItems: 3 })) }, closed), returns: Maintenance, errors: refusals })
export const updateStatusMaintenance = endpoint({ method: 'POST', path: '/status/maintenances/:maintenance/updates', access: 'admin', statements: 1, summary: 'News of a maintenance; it is over, or does not take place.', params: Type.Object({ maintenance: Slug }),
  body: Type.Object({ text: Text, end: Type.Optional(Type.Boolean()), cancel: Type.Optional(Type.Boolean()) }, closed), returns: Maintenance, errors: refusals })

/** `secret`: of a webhook, shown once. */
export const addStatusSubscriber = endpoint({ method: 'POST', path: '/status/subscribers', access: 'admin', statements: 1, summary: 'Tell an e-mail address or a webhook from now on.',
  body: Type.Object({ kind: Subscriber.properties.kind, to: Type.String({ minLength: 3, maxLength: 500 }), components: Type.Optional(Type.Array(Slug, { maxItems: 100 })) }, closed), returns: Type.Object({ id: Slug, secret: Nullable(Type.String()) }), errors: refusals })
export const removeStatusSubscriber = endpoint({ method: 'DELETE', path: '/status/subscribers/:subscriber', access: 'admin', statements: 1, summary: 'Tell somebody no more.', params: Type.Object({ subscriber: Slug }), returns: Type.Object({}), errors: refusals })
export const decideStatusProposal = endpoint({ method: 'POST', path: '/status/proposals/:proposal/decision', access: 'admin', statements: 1, summary: 'Publish what a watchdog proposes, or dismiss it.', params: Type.Object({ proposal: Slug }),
  body: Type.Object({ how: Type.Enum(['publish', 'dismiss']), title: Type.Optional(Title), text: Type.Optional(Text) }, closed), returns: Type.Object({ incident: Nullable(Slug) }), errors: refusals })
export const saveStatusPage = endpoint({ method: 'PUT', path: '/status/page', access: 'admin', statements: 1, summary: 'Name and public address of the page, and how it behaves.', body: StatusPage, returns: StatusPage, errors: refusals })

/** Every open conversation of the caller's account that was active since the impact began gets it once, whatever is repeated. */
export const replyToAffected = endpoint({ method: 'POST', path: '/status/incidents/:incident/replies', access: 'admin', statements: 2, summary: 'One message to all open conversations that an incident touched.', params: atIncident,
  body: Type.Object({ id: Id, text: StatusReply.properties.text }, closed), returns: StatusReply, errors: refusals })
export const countAffected = endpoint({ method: 'GET', path: '/status/incidents/:incident/affected', access: 'admin', statements: 2, summary: 'How many open conversations of the caller’s account an incident touched.', params: atIncident, returns: Type.Object({ conversations: Type.Integer() }), errors: refusals })
