import { Type } from 'typebox'
import { Id, Instant } from './ids.ts'

const closed = { additionalProperties: false } as const

/**
 * Bodies of entries in `bookings:<location>`. They carry no names: who booked stands in the booking alone. An entry follows its
 * booking within moments, and is never lost; entries of one booking stand in the order of its changes.
 */
export const bookingEntryBodies = {
  'booking.made': Type.Object({ booking: Id, space: Id, startsAt: Instant, endsAt: Instant }, closed),
  /** Another time or another space. */
  'booking.moved': Type.Object({ booking: Id, space: Id, startsAt: Instant, endsAt: Instant, fromSpace: Id }, closed),
  /** `fields`: which were changed, not to what. */
  'booking.changed': Type.Object({ booking: Id, space: Id, fields: Type.Array(Type.String()) }, closed),
  'booking.checked_in': Type.Object({ booking: Id, space: Id, at: Instant }, closed),
  /** Nobody came within the check-in window: it is cancelled, with `no_show` as reason. */
  'booking.released': Type.Object({ booking: Id, space: Id }, closed),
  'booking.cancelled': Type.Object({ booking: Id, space: Id, reason: Type.String() }, closed),
  /** Ended before its time; the rest is free again. */
  'booking.ended': Type.Object({ booking: Id, space: Id, at: Instant }, closed),
  /** One entry for all occurrences; `booked` of them are on this space, the last ends at `endsAt`. */
  'booking_series.made': Type.Object({ series: Id, space: Id, booked: Type.Integer(), startsAt: Instant, endsAt: Instant }, closed),
  /** The horizon moved on, and with it the series. */
  'booking_series.extended': Type.Object({ series: Id, space: Id, booked: Type.Integer(), endsAt: Instant }, closed),
  /** From `fromAt` on; `cancelled` bookings were to come. */
  'booking_series.cancelled': Type.Object({ series: Id, space: Id, fromAt: Instant, cancelled: Type.Integer() }, closed),
  /** `floor` and `space` are null when the whole location is closed. */
  'closure.made': Type.Object({ closure: Id, floor: Type.Union([Id, Type.Null()]), space: Type.Union([Id, Type.Null()]), startsAt: Instant, endsAt: Instant, cancelled: Type.Integer() }, closed),
  'closure.lifted': Type.Object({ closure: Id }, closed),
} as const
