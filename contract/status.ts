/**
 * The status page: what works, what does not, since when, for whom, and what is done about it. It is kept in files beside the
 * database and served by a process of its own, so that it can be read and written when everything else is down (rules SG).
 */
import { Type, type Static } from 'typebox'
import { Nullable } from './entries.ts'
import { Instant } from './ids.ts'
import { audiences, incidentStates, levels, remediationStates } from './status-words.ts'

export { audiences, incidentStates, levels, remediationStates }

const closed = { additionalProperties: false } as const
/** Addresses say it, and people type it. */
export const Slug = Type.String({ pattern: '^[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?$', description: 'Small letters, digits, and in between `.`, `_` and `-`; at most 100.' })
export const textMax = 20_000
const Title = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })
const Text = Type.String({ maxLength: textMax })
const Who = Type.String({ maxLength: 200 })

export const Level = Type.Enum([...levels])
export type Level = Static<typeof Level>
export const IncidentState = Type.Enum([...incidentStates])
export type IncidentState = Static<typeof IncidentState>
export const Audience = Type.Enum([...audiences])
export type Audience = Static<typeof Audience>

/** `upstream`: a provider that we depend on and cannot mend, with its own status page. `retired`: only history names it. `watched`: Lodge's own process carries it, so the page says by itself when that does not answer. */
export const StatusComponent = Type.Object({
  id: Slug, name: Title, group: Type.String({ maxLength: 100 }), text: Type.String({ maxLength: 500 }), place: Type.Integer({ minimum: 0, maximum: 100_000 }),
  upstream: Nullable(Type.Object({ provider: Title, page: Nullable(Type.String({ maxLength: 500, pattern: '^https?://' })) }, closed)), watched: Type.Boolean(), retired: Type.Boolean(),
}, closed)
export type StatusComponent = Static<typeof StatusComponent>

export const Affected = Type.Object({ component: Slug, level: Level }, closed)
export type Affected = Static<typeof Affected>
/** When people felt it, which is not when it was written about. `to` null: still. */
export const Impact = Type.Object({ from: Instant, to: Nullable(Instant) }, closed)
export type Impact = Static<typeof Impact>
/** `state` null: news without a change of state. */
export const StatusUpdate = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }), at: Instant, state: Nullable(IncidentState), text: Text, by: Who }, closed)
export type StatusUpdate = Static<typeof StatusUpdate>
export const TimelineLine = Type.Object({ at: Instant, text: Text }, closed)
export const Remediation = Type.Object({ text: Text, state: Type.Enum([...remediationStates]) }, closed)
export type Remediation = Static<typeof Remediation>
export const Evidence = Type.Object({ at: Instant, text: Text }, closed)
export type Evidence = Static<typeof Evidence>
/** `published` null: a draft that only the operator sees. */
export const Postmortem = Type.Object({ text: Type.String({ maxLength: 100_000 }), published: Nullable(Instant) }, closed)

/** Fields that a person may set at any time. `accounts`: ids; empty = all. `audience`: empty = everybody. `cleanMinutes`: how long it must be quiet while monitored before it may be called resolved. */
export const incidentFields = {
  title: Title, affected: Type.Array(Affected, { maxItems: 100 }), audience: Type.Array(Audience, { maxItems: 3 }), accounts: Type.Array(Type.String({ maxLength: 100 }), { maxItems: 10_000 }),
  impact: Type.Array(Impact, { maxItems: 50 }), recurrenceOf: Type.Array(Slug, { maxItems: 20 }), nextUpdateAt: Nullable(Instant), cleanMinutes: Type.Integer({ minimum: 0, maximum: 10_080 }),
  cause: Type.String({ maxLength: textMax }), timeline: Type.Array(TimelineLine, { maxItems: 500 }), remediation: Type.Array(Remediation, { maxItems: 100 }), postmortem: Nullable(Postmortem),
}
/** `quietSince`: of the monitoring, when it last became quiet. `early`: the reason why it was called resolved before its time, for all to read. `source`: what it was imported from, whole. */
export const Incident = Type.Object({
  id: Slug, ...incidentFields, state: IncidentState, openedAt: Instant, quietSince: Nullable(Instant), updates: Type.Array(StatusUpdate), resolvedAt: Nullable(Instant),
  early: Nullable(Type.String({ maxLength: 1000 })), evidence: Type.Array(Evidence), source: Type.Unknown(),
}, closed)
export type Incident = Static<typeof Incident>
export type IncidentFields = Pick<Incident, keyof typeof incidentFields>

/** Counted down to `from`, and then to `to`. `endedAt`: over before or after its time; `cancelled`: did not take place. */
export const Maintenance = Type.Object({
  id: Slug, title: Title, text: Text, from: Instant, to: Instant, components: Type.Array(Slug, { maxItems: 100 }), audience: Type.Array(Audience, { maxItems: 3 }),
  updates: Type.Array(StatusUpdate), announcedAt: Instant, endedAt: Nullable(Instant), cancelled: Type.Boolean(),
}, closed)
export type Maintenance = Static<typeof Maintenance>

/** `components`: empty = all. `key`: what proves the subscriber in links; of a webhook the secret that it is signed with (`whsec_…`). `confirmed`: an address that asked for itself gets nothing before. */
export const Subscriber = Type.Object({
  id: Slug, kind: Type.Enum(['email', 'webhook']), to: Type.String({ minLength: 3, maxLength: 500 }), components: Type.Array(Slug, { maxItems: 100 }), key: Type.String({ maxLength: 100 }),
  confirmed: Type.Boolean(), language: Type.String({ maxLength: 35 }), since: Instant,
}, closed)
export type Subscriber = Static<typeof Subscriber>

/** What a watchdog believes is wrong. The same belief again adds evidence to it. */
export const Proposal = Type.Object({
  id: Slug, title: Title, affected: Type.Array(Affected, { minItems: 1, maxItems: 100 }), evidence: Type.Array(Evidence), by: Who, at: Instant, lastAt: Instant, times: Type.Integer(),
  state: Type.Enum(['open', 'published', 'dismissed']), incident: Nullable(Slug),
}, closed)
export type Proposal = Static<typeof Proposal>

/** A time in which Lodge itself did not answer, or said that it is not ready. Written by the page's own process. */
export const Outage = Type.Object({ id: Slug, from: Instant, to: Nullable(Instant), level: Level, reasons: Type.Array(Type.String({ maxLength: 500 }), { maxItems: 20 }) }, closed)
export type Outage = Static<typeof Outage>

/** One message to all conversations that an incident touched. `account`: whose. `before`: conversations that were active by then. */
export const StatusReply = Type.Object({
  id: Slug, incident: Slug, account: Type.String(), by: Who, text: Type.String({ minLength: 1, maxLength: 16_000 }), after: Instant, before: Instant,
  total: Nullable(Type.Integer()), sent: Type.Integer(), failed: Type.Integer(), endedAt: Nullable(Instant),
}, closed)
export type StatusReply = Static<typeof StatusReply>

/** `auto`: what a watchdog proposes is published at once. `url`: where the page stands for the public. */
export const StatusPage = Type.Object({ name: Title, url: Nullable(Type.String({ maxLength: 500, pattern: '^https?://' })), auto: Type.Boolean(), cleanMinutes: Type.Integer({ minimum: 0, maximum: 10_080 }) }, closed)
export type StatusPage = Static<typeof StatusPage>

/** All there is, as it is exported and imported. */
export const StatusExport = Type.Object({
  lodge: Type.Literal('status'), version: Type.Literal(1), page: StatusPage, components: Type.Array(StatusComponent), incidents: Type.Array(Incident), maintenances: Type.Array(Maintenance),
  subscribers: Type.Array(Subscriber), proposals: Type.Array(Proposal), outages: Type.Array(Outage), replies: Type.Array(StatusReply),
}, closed)
export type StatusExport = Static<typeof StatusExport>

/**
 * Which components a screen of visitors depends on. An incident of others is none of its business; one of components that are not
 * listed here at all is: the operator's own, a provider.
 */
export const screenComponents: Readonly<Record<'messenger' | 'kiosk', readonly string[]>> = { messenger: ['messenger', 'inbox'], kiosk: ['kiosk', 'visits'] }
export type VisitorScreen = keyof typeof screenComponents
export const otherScreens: readonly string[] = ['sms', 'rules', 'bookings', 'panels', 'sign-in', 'api', 'reports']
/** What a screen says above everything else. Proposals are shown to those who can publish them. `more`: where it can be read about, if the page stands anywhere. */
export const StatusBanner = Type.Object({
  items: Type.Array(Type.Object({ id: Slug, kind: Type.Enum(['incident', 'maintenance', 'proposal']), title: Title, level: Level, state: Nullable(IncidentState), text: Text, nextUpdateAt: Nullable(Instant), from: Nullable(Instant), to: Nullable(Instant), components: Type.Array(Type.Object({ id: Slug, name: Type.String() })) })),
  more: Nullable(Type.String()),
})
export type StatusBanner = Static<typeof StatusBanner>
