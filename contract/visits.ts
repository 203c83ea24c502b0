/**
 * The visitors' book. A visit is expected, checked in, checked out; or waits for approval, is refused, cancelled, or nobody came.
 * Every change is an entry of the topic `visits:<location>`, and carries no names: what tells who it was stands in the visit alone.
 */
import { Type, type Static } from 'typebox'
import { Ack } from './commands.ts'
import { endpoint } from './endpoint.ts'
import { Entry, Nullable } from './entries.ts'
import { Id, Instant } from './ids.ts'
import { Day } from './visit-entries.ts'

const closed = { additionalProperties: false } as const
const status = ['expected', 'waiting', 'checked_in', 'checked_out', 'no_show', 'cancelled', 'refused'] as const
export type VisitStatus = (typeof status)[number]
export const VisitStatus = Type.Enum([...status])

/**
 * What a person should look at. `after_cancellation`: arrived although cancelled. `after_refusal`: likewise. `clock`: the kiosk's clock was more than two minutes off; the
 * time is corrected. `late`: the kiosk's news of it came more than five minutes after it happened. `watchlist`: a name, domain or phone on the
 * watchlist, of which `watchlist_late` says that the person was let in before it was noticed. `unasked`: checked in without the approval the location asks for.
 */
const flags = ['after_cancellation', 'after_refusal', 'clock', 'late', 'watchlist', 'watchlist_late', 'unasked'] as const
export type VisitFlag = (typeof flags)[number]

const who = {
  name: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }), company: Type.String({ maxLength: 200 }),
  email: Nullable(Type.String({ maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' })), phone: Nullable(Type.String({ maxLength: 40 })),
  language: Type.String({ maxLength: 20 }),
}
const Fields = Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 500 }))
/** What is known of a visitor, as callers give it. */
export const visitFields = { ...who, note: Type.String({ maxLength: 1000 }), fields: Fields }

export const Visit = Type.Object({
  id: Id, location: Id, visitorType: Nullable(Id), day: Day, status: VisitStatus,
  name: Type.String(), company: who.company, email: Nullable(Type.String()), phone: Nullable(Type.String()), language: who.language, fields: Fields,
  host: Nullable(Id), note: Type.String({ maxLength: 1000 }),
  expectedAt: Nullable(Instant), leavingAt: Nullable(Instant),
  arrivedAt: Nullable(Instant), leftAt: Nullable(Instant),
  /** Who said that the person left: `automatic` is a guess after hours. */
  leftBy: Nullable(Type.Union([Type.Literal('kiosk'), Type.Literal('link'), Type.Literal('desk'), Type.Literal('automatic')])),
  /** When somebody or something last saw the person here. */
  confirmedAt: Nullable(Instant),
  flags: Type.Array(Type.Enum([...flags])),
  /** Why it was refused. */
  reason: Nullable(Type.String()),
  group: Nullable(Id), series: Nullable(Id),
  /** What the QR code of the invitation says. */
  code: Type.String(),
  hasPhoto: Type.Boolean(), signed: Nullable(Type.Object({ version: Type.Integer(), at: Instant })),
  /** The host's own notice of the arrival left this house. */
  told: Type.Boolean(),
  isErased: Type.Boolean(), head: Type.Integer(),
})
export type Visit = Static<typeof Visit>

export const listVisits = endpoint({
  method: 'GET', path: '/visits', access: 'agent', statements: 2, summary: 'Visits of a location by day, or found by name, company, e-mail or code over all time.',
  query: Type.Object({
    location: Type.Optional(Id), day: Type.Optional(Day), from: Type.Optional(Day), to: Type.Optional(Day), status: Type.Optional(VisitStatus),
    search: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })), cursor: Type.Optional(Type.String({ maxLength: 300 })), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  }, closed),
  returns: Type.Object({ visits: Type.Array(Visit), next: Nullable(Type.String()) }), errors: ['invalid'],
})
export const getVisit = endpoint({ method: 'GET', path: '/visits/:visit', access: 'agent', statements: 1, summary: 'One visit.', params: Type.Object({ visit: Id }), returns: Visit, errors: ['not_found'] })
export const listVisitLog = endpoint({ method: 'GET', path: '/visits/:visit/log', access: 'agent', statements: 2, summary: 'Every change of a visit, oldest first.', params: Type.Object({ visit: Id }), returns: Type.Object({ entries: Type.Array(Entry) }), errors: ['not_found'] })
/** What the kiosk took. Never part of a visit or a list: it is fetched only by whoever looks at it. */
export const getVisitImage = endpoint({
  method: 'GET', path: '/visits/:visit/images/:kind', access: 'agent', statements: 1, summary: 'The photo or the signature of a visit.',
  params: Type.Object({ visit: Id, kind: Type.Union([Type.Literal('photo'), Type.Literal('signature')]) }),
  returns: Type.Object({ mediaType: Type.String(), base64: Type.String() }), errors: ['not_found'],
})

const NewVisit = {
  location: Id, visitorType: Type.Optional(Nullable(Id)), expectedAt: Instant, leavingAt: Type.Optional(Nullable(Instant)), host: Type.Optional(Nullable(Id)),
  name: who.name, company: Type.Optional(who.company), email: Type.Optional(who.email), phone: Type.Optional(who.phone), language: Type.Optional(who.language),
  note: Type.Optional(Type.String({ maxLength: 1000 })), fields: Type.Optional(Fields), group: Type.Optional(Nullable(Id)),
}
/** `invite`: send an e-mail with the code, the calendar entry and the page where the visitor fills in beforehand. `source`: for the log of the visit. */
export const createVisit = endpoint({
  method: 'POST', path: '/visits', access: 'agent', statements: 14, summary: 'Expect a visitor. The visit’s id is made by the caller; a repeat makes no second visit.',
  body: Type.Object({ id: Id, ...NewVisit, invite: Type.Optional(Type.Boolean()), source: Type.Optional(Type.Union([Type.Literal('desk'), Type.Literal('import')])) }, closed), returns: Visit, errors: ['not_found', 'id_reused', 'invalid', 'watchlisted', 'unavailable', 'overloaded'],
})
export const changeVisit = endpoint({
  method: 'PATCH', path: '/visits/:visit', access: 'agent', statements: 12, summary: 'Change a visit; only the given fields change.', params: Type.Object({ visit: Id }),
  body: Type.Object({ id: Id, visitorType: Type.Optional(Nullable(Id)), expectedAt: Type.Optional(Instant), leavingAt: Type.Optional(Nullable(Instant)), host: Type.Optional(Nullable(Id)), name: Type.Optional(who.name), company: Type.Optional(who.company), email: Type.Optional(who.email), phone: Type.Optional(who.phone), language: Type.Optional(who.language), note: Type.Optional(NewVisit.note), fields: Type.Optional(Fields) }, closed),
  returns: Ack, errors: ['not_found', 'id_reused', 'invalid', 'gone', 'unavailable', 'overloaded'],
})

const verb = { params: Type.Object({ visit: Id }), returns: Ack, errors: ['not_found', 'id_reused', 'invalid', 'gone', 'wrong_status', 'unavailable', 'overloaded'] } as const
/** `at`: when it happened, if not now. */
export const checkInVisit = endpoint({ method: 'POST', path: '/visits/:visit/arrival', access: 'agent', statements: 16, summary: 'Check a visitor in. Twice is once, at the earlier time.', ...verb, body: Type.Object({ id: Id, at: Type.Optional(Instant) }, closed) })
export const checkOutVisit = endpoint({ method: 'POST', path: '/visits/:visit/departure', access: 'agent', statements: 12, summary: 'Check a visitor out.', ...verb, body: Type.Object({ id: Id, at: Type.Optional(Instant) }, closed) })
/** For roll-calls: this person was seen here, now or at `at`. Several wardens' ticks are one, the latest. */
export const confirmVisit = endpoint({ method: 'POST', path: '/visits/:visit/sightings', access: 'agent', statements: 12, summary: 'Somebody saw the visitor here.', ...verb, body: Type.Object({ id: Id, at: Type.Optional(Instant) }, closed) })
export const decideVisit = endpoint({ method: 'POST', path: '/visits/:visit/decision', access: 'agent', statements: 16, summary: 'Let a waiting visitor in, or say why not.', ...verb,
  body: Type.Object({ id: Id, approved: Type.Boolean(), reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })) }, closed) })
export const cancelVisit = endpoint({ method: 'POST', path: '/visits/:visit/cancellation', access: 'agent', statements: 12, summary: 'Cancel an expected visit.', ...verb, body: Type.Object({ id: Id }, closed) })
/** Only until its day is over. The invitation’s code works again. */
export const restoreVisit = endpoint({ method: 'DELETE', path: '/visits/:visit/cancellation', access: 'agent', statements: 12, summary: 'Expect a cancelled visitor after all.', ...verb, query: Type.Object({ id: Id }, closed) })
/** Name and all else that tells who it was, photo and signature included, are gone; that somebody came, and when, stays. */
export const eraseVisit = endpoint({ method: 'DELETE', path: '/visits/:visit', access: 'admin', statements: 12, summary: 'Erase the person of a visit.', params: Type.Object({ visit: Id }), query: Type.Object({ id: Id }, closed), returns: Ack, errors: ['not_found', 'id_reused', 'unavailable', 'overloaded'] })

/** What a person with the invitation's code may see and do. */
export const Invited = Type.Object({
  name: Type.String(), company: Type.String(), email: Nullable(Type.String()), phone: Nullable(Type.String()), fields: Fields, status: VisitStatus,
  expectedAt: Nullable(Instant), leavingAt: Nullable(Instant), host: Nullable(Type.String()), location: Type.String(), address: Type.String(), zone: Type.String(), account: Type.String(),
  asks: Type.Array(Type.Object({ key: Type.String(), label: Type.String(), required: Type.Boolean() })), code: Type.String(),
})
export type Invited = Static<typeof Invited>
const Code = Type.Object({ code: Type.String({ pattern: '^[A-Za-z0-9]{20}$' }) })
export const getInvited = endpoint({ method: 'GET', path: '/invited/:code', access: 'public', statements: 1, summary: 'The visit of an invitation’s code.', params: Code, returns: Invited, errors: ['not_found', 'rate_limited'] })
export const fillInvited = endpoint({ method: 'PUT', path: '/invited/:code', access: 'public', statements: 12, summary: 'What the visitor fills in beforehand.', params: Code,
  body: Type.Object({ id: Id, name: Type.Optional(who.name), company: Type.Optional(who.company), phone: Type.Optional(who.phone), fields: Type.Optional(Fields) }, closed), returns: Invited, errors: ['not_found', 'gone', 'invalid', 'rate_limited', 'unavailable', 'overloaded'] })
export const leaveInvited = endpoint({ method: 'POST', path: '/invited/:code/departure', access: 'public', statements: 12, summary: 'The visitor leaves, by link.', params: Code, body: Type.Object({ id: Id }, closed), returns: Invited, errors: ['not_found', 'wrong_status', 'rate_limited', 'unavailable', 'overloaded'] })
