/** Mails about bookings: to their person, when somebody else or nobody did something. */
import ical, { ICalCalendarMethod } from 'ical-generator'
import { en, type Words } from './en.ts'
import type { Mail } from './deliveries.ts'
import { laidOut } from './layout.ts'

export interface BookingNotice {
  id: string; to: string; what: 'booked' | 'moved' | 'cancelled' | 'closed' | 'released'; name: string; by: string | null; booking: string; title: string; spaceName: string; zone: string
  startsAt: string; endsAt: string; wholeDay: boolean; checkInUrl: string; url: string
}

export function bookingMail(b: BookingNotice, words: Words = en): Mail {
  const say = words.booking
  const locale = words.language === 'en' ? 'en-GB' : words.language
  const format = (style: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(locale, { ...style, timeZone: b.zone })
  const [start, end] = [new Date(b.startsAt), new Date(b.endsAt)]
  const day = format({ dateStyle: 'medium' }).format(start)
  // The last moment of whole days is midnight, which belongs to the day after.
  const when = b.wholeDay ? format({ dateStyle: 'full' }).formatRange(start, new Date(end.getTime() - 1)) : `${format({ dateStyle: 'full', timeStyle: 'short' }).formatRange(start, end)} (${b.zone})`
  const isOn = b.what === 'booked' || b.what === 'moved'
  return {
    id: b.id, to: b.to, kind: 'notice', subject: say.subject({ what: b.what, space: b.spaceName, when: day }),
    ...(isOn && { files: [{ name: 'booking.ics', mediaType: 'text/calendar; method=PUBLISH; charset=utf-8', base64: Buffer.from(calendarOf(b)).toString('base64') }] }),
    ...laidOut([
      { kind: 'text', text: say.greeting(b.name) },
      { kind: 'text', text: say.body({ what: b.what, by: b.by ?? '', space: b.spaceName, when }) },
      ...(b.title ? [{ kind: 'text', text: say.about(b.title) } as const] : []),
      isOn ? { kind: 'link', label: say.checkIn, url: b.checkInUrl } : { kind: 'link', label: say.another, url: b.url },
    ], words),
  }
}

/** One UID per booking: the same as in the person's feed. */
function calendarOf(b: BookingNotice): string {
  const calendar = ical({ prodId: { company: 'Lodge', product: 'bookings' }, method: ICalCalendarMethod.PUBLISH })
  calendar.createEvent({ id: `${b.booking}@lodge`, start: new Date(b.startsAt), end: new Date(b.endsAt), summary: b.title || b.spaceName, location: b.spaceName, url: b.url })
  return calendar.toString()
}
