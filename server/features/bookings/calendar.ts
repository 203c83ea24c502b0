/** Bookings as a calendar that other programs subscribe to. */
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import type { Booking } from '#contract/bookings.ts'
import { dayIn } from '#server/kernel/local-time.ts'

export interface CalendarOf { name: string; isOfSpace: boolean; bookings: readonly Booking[]; url: string }

/** One UID per booking: what is moved moves in the calendar too. Whole days are days, not hours, and end with the day after the last; times are in UTC, which no calendar can misread. */
export function calendarOf({ name, isOfSpace, bookings, url }: CalendarOf): string {
  const calendar = ical({ name, prodId: { company: 'Lodge', product: 'bookings' }, method: ICalCalendarMethod.PUBLISH, ttl: 15 * 60 })
  for (const b of bookings) {
    const who = b.user?.name ?? ''
    const summary = isOfSpace ? [b.title, who].filter(Boolean).join(', ') || b.spaceName : b.title || b.spaceName
    const days = b.wholeDay ? { start: dateOf(b.day), end: dateOf(dayIn(b.zone, Date.parse(b.endsAt))), allDay: true } : { start: new Date(b.startsAt), end: new Date(b.endsAt) }
    calendar.createEvent({ id: `${b.id}@lodge`, ...days, summary, location: b.spaceName, status: ICalEventStatus.CONFIRMED, url: `${url}/spaces?booking=${b.id}`, stamp: new Date(b.createdAt) })
  }
  return calendar.toString()
}

/** ical-generator writes an all-day date in the local time of this machine, or in UTC when there is no time zone: tests hold it to the day. */
const dateOf = (day: string): Date => { const [y, m, d] = day.split('-').map(Number); return new Date(y!, m! - 1, d) }
