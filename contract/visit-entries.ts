import { Type } from 'typebox'
import { Id, Instant } from './ids.ts'

const closed = { additionalProperties: false } as const
/** One that the calendar has: the 30th of February is refused at the border, where the database would only fail over it. */
export const Day = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$', format: 'date', description: 'A day of the location’s own calendar.' })

/** Bodies of entries in `visits:<location>`. */
export const visitEntryBodies = {
  'visit.expected': Type.Object({ visit: Id, day: Day, source: Type.Union([Type.Literal('desk'), Type.Literal('import')]) }, closed),
  /** `fields`: which were changed, not to what. */
  'visit.changed': Type.Object({ visit: Id, fields: Type.Array(Type.String()) }, closed),
  'visit.waiting': Type.Object({ visit: Id, since: Instant, operation: Type.Optional(Id) }, closed),
  'visit.approved': Type.Object({ visit: Id }, closed),
  /** Why, the visit says. */
  'visit.refused': Type.Object({ visit: Id }, closed),
  /** `operation`: the kiosk's, if it came from one. Several for one visit say that several kiosks, or people, saw the arrival. */
  'visit.checked_in': Type.Object({ visit: Id, arrivedAt: Instant, flags: Type.Array(Type.String()), operation: Type.Optional(Id) }, closed),
  'visit.checked_out': Type.Object({ visit: Id, leftAt: Instant, leftBy: Type.String(), operation: Type.Optional(Id) }, closed),
  'visit.seen': Type.Object({ visit: Id, at: Instant }, closed),
  'visit.cancelled': Type.Object({ visit: Id }, closed),
  /** A cancellation was taken back. */
  'visit.restored': Type.Object({ visit: Id }, closed),
  'visit.no_show': Type.Object({ visit: Id }, closed),
  'visit.erased': Type.Object({ visit: Id }, closed),
  /** As many visits as the rule has days in the coming twelve months. */
  'series.expected': Type.Object({ series: Id, visits: Type.Integer({ minimum: 0 }) }, closed),
  /** Time went on, and further days of the rule with it. */
  'series.extended': Type.Object({ series: Id, visits: Type.Integer({ minimum: 0 }) }, closed),
  /** The visits from this day on. `fields`: which were changed, not to what. */
  'series.changed': Type.Object({ series: Id, from: Day, fields: Type.Array(Type.String()) }, closed),
  'series.cancelled': Type.Object({ series: Id, from: Day }, closed),
  /** On request, all at once: who did it, and of how many. */
  'person.erased': Type.Object({ visits: Type.Array(Id), series: Type.Array(Id) }, closed),
  /** A kiosk's operation could not be applied and waits for reception. */
  'operation.quarantined': Type.Object({ operation: Id, kiosk: Id, reason: Type.String({ maxLength: 500 }) }, closed),
  'operation.resolved': Type.Object({ operation: Id, how: Type.Union([Type.Literal('applied'), Type.Literal('dismissed')]) }, closed),
} as const
