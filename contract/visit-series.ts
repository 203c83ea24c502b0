/**
 * Visits that repeat: one person, one rule, an ordinary visit on each of its days. The rule is an RFC 5545 RRULE in whole days,
 * read by the location's own clock: nine in the morning stays nine in the morning when the clocks change. Its visits are in the
 * book for twelve months ahead; what comes later follows by itself.
 */
import { Type, type Static } from 'typebox'
import { Ack } from './commands.ts'
import { endpoint } from './endpoint.ts'
import { Nullable } from './entries.ts'
import { clockPattern, Id, Instant } from './ids.ts'
import { Day } from './visit-entries.ts'
import { Visit, visitFields } from './visits.ts'

const closed = { additionalProperties: false } as const
const LocalTime = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT(?:[01]\\d|2[0-3]):[0-5]\\d$', description: 'Local time of the location, `2026-12-01T09:00`. No time zone: the location has one.' })
const Clock = Type.String({ pattern: clockPattern, description: 'Local time of the location, `17:30`.' })
const Rule = Type.String({ minLength: 1, maxLength: 300, description: 'RRULE of RFC 5545, daily or rarer: `FREQ=WEEKLY;BYDAY=TU`.' })
const Except = Type.Array(Day, { maxItems: 366, description: 'Days of the rule on which nobody comes (EXDATE).' })

const person = { visitorType: Nullable(Id), host: Nullable(Id), name: visitFields.name, company: visitFields.company, email: visitFields.email, phone: visitFields.phone, language: visitFields.language, note: visitFields.note, fields: visitFields.fields }
export const VisitSeries = Type.Object({
  id: Id, location: Id, ...person, name: Type.String(), email: Nullable(Type.String()), phone: Nullable(Type.String()),
  rule: Type.String(),
  /** From when the rule is counted. Past visits stay as they were. */
  startsAt: LocalTime, leavesAt: Nullable(Clock), except: Except,
  /** The last day on which it may occur, once that is known: it was ended, or the rule has an end. */
  endsOn: Nullable(Day),
  /** Visits stand in the book up to this day. */
  filledTo: Day,
  group: Nullable(Id), code: Type.String(), isErased: Type.Boolean(),
})
export type VisitSeries = Static<typeof VisitSeries>

const scheduled = { location: Id, rule: Rule, startsAt: LocalTime, leavesAt: Type.Optional(Nullable(Clock)), except: Type.Optional(Except) }
/** What the days would be, before anything is made. */
export const previewSeries = endpoint({
  method: 'GET', path: '/visit-series/preview', access: 'agent', statements: 1, summary: 'The next days of a rule, or in words why it is none.',
  query: Type.Object({ location: Id, rule: Rule, startsAt: LocalTime, limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })) }, closed),
  /** `isWhole`: the rule has no further days. */
  returns: Type.Object({ dates: Type.Array(Type.Object({ day: Day, at: Instant })), isWhole: Type.Boolean() }), errors: ['invalid', 'not_found'],
})
/** `group`: several series whose people come together; each day is a group of its own. `invite`: one mail for all days. */
export const createSeries = endpoint({
  method: 'POST', path: '/visit-series', access: 'agent', statements: 16, summary: 'Expect a visitor again and again. The id is made by the caller; a repeat makes no second series.',
  body: Type.Object({
    id: Id, ...scheduled, name: person.name, visitorType: Type.Optional(person.visitorType), host: Type.Optional(person.host), company: Type.Optional(person.company), email: Type.Optional(person.email),
    phone: Type.Optional(person.phone), language: Type.Optional(person.language), note: Type.Optional(person.note), fields: Type.Optional(person.fields), group: Type.Optional(Nullable(Id)), invite: Type.Optional(Type.Boolean()),
  }, closed),
  /** `visits`: those of the next weeks; the book has the others. */
  returns: Type.Object({ series: VisitSeries, visits: Type.Array(Visit) }), errors: ['not_found', 'id_reused', 'invalid', 'watchlisted', 'unavailable', 'overloaded'],
})
const atSeries = { params: Type.Object({ series: Id }) }
export const getSeries = endpoint({ method: 'GET', path: '/visit-series/:series', access: 'agent', statements: 1, summary: 'A series of visits.', ...atSeries, returns: VisitSeries, errors: ['not_found'] })
const From = Type.Optional(Day)
/**
 * From a day on, today unless said otherwise. What was changed on one visit by itself stays; a visit moved to another time
 * stays there. With a new `rule`, days that are no longer meant are cancelled.
 */
export const changeSeries = endpoint({
  method: 'PATCH', path: '/visit-series/:series', access: 'agent', statements: 14, summary: 'Change this and the following visits, or all that are to come.', ...atSeries,
  body: Type.Object({
    id: Id, from: From, rule: Type.Optional(Rule), at: Type.Optional(Clock), leavesAt: Type.Optional(Nullable(Clock)), visitorType: Type.Optional(person.visitorType), host: Type.Optional(person.host), name: Type.Optional(person.name),
    company: Type.Optional(person.company), email: Type.Optional(person.email), phone: Type.Optional(person.phone), language: Type.Optional(person.language), note: Type.Optional(person.note), fields: Type.Optional(person.fields),
  }, closed),
  returns: Ack, errors: ['not_found', 'id_reused', 'invalid', 'gone', 'unavailable', 'overloaded'],
})
/** Who is here, or was, stays in the book. */
export const cancelSeries = endpoint({
  method: 'POST', path: '/visit-series/:series/cancellation', access: 'agent', statements: 12, summary: 'Cancel this and the following visits, or all that are to come.', ...atSeries,
  body: Type.Object({ id: Id, from: From }, closed), returns: Ack, errors: ['not_found', 'id_reused', 'invalid', 'gone', 'unavailable', 'overloaded'],
})
