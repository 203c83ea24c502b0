/** I13 No two bookings of a space overlap; what was confirmed is there as it was asked for; what was refused for good or never asked for is not. */
import type { BookingEvent, History } from './history.ts'
import type { Violation } from './violation.ts'

export function checkBookings({ events, bookings = [] }: Pick<History, 'events' | 'bookings'>): Violation[] {
  const violations: Violation[] = []
  const found = (what: string, id: string, by?: string): void => { violations.push({ rule: 'I13', what, id, ...(by !== undefined && { by }) }) }
  const asked = new Map<string, Extract<BookingEvent, { type: 'booking' }>>()
  const stored = new Map(bookings.map((b) => [b.id, b]))
  if (stored.size < bookings.length) found('a booking is there twice', '')
  for (const e of events) {
    if (e.type === 'booking') asked.set(e.id, e)
    else if (e.type === 'booked' && !stored.has(e.id)) found('confirmed, and not there', e.id, e.by)
    else if (e.type === 'not_booked' && e.isFinal && stored.has(e.id)) found(`refused (${e.code}), and there`, e.id, e.by)
  }
  // A sweep along each space's time.
  for (const [space, own] of Map.groupBy(bookings, (b) => b.space)) {
    let untilMs = -Infinity
    for (const b of own.toSorted((x, y) => x.fromMs - y.fromMs || x.untilMs - y.untilMs)) {
      if (b.fromMs < untilMs) found(`begins before another of space ${space} has ended`, b.id)
      untilMs = Math.max(untilMs, b.untilMs)
      const a = asked.get(b.id)
      if (!a || a.space !== b.space || a.fromMs !== b.fromMs || a.untilMs !== b.untilMs) found(a ? 'something else than was asked for' : 'nobody asked for this', b.id)
    }
  }
  return violations
}
