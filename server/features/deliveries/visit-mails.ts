/** Mails about visits: the visitor's invitation with code and calendar entry, and the host's notice of an arrival. */
import ical, { ICalCalendarMethod } from 'ical-generator'
import encodeQr from 'qr'
import { Temporal } from 'temporal-polyfill'
import { tzlib_get_ical_block } from 'timezones-ical-library'
import { en, type Words } from './en.ts'
import type { Mail, Push } from './deliveries.ts'
import { laidOut } from './layout.ts'

interface For { id: string; to: string }

/** `time 24 Nov 2026, 09:12 (Europe/Berlin)`: in the zone of the place, which is said. */
const inZone = (at: Date, zone: string, words: Words, style: Intl.DateTimeFormatOptions): string => at.toLocaleString(words.language === 'en' ? 'en-GB' : words.language, { ...style, timeZone: zone })

export interface VisitInvitation extends For { visit: string; name: string; host: string | null; account: string; location: string; address: string; zone: string; at: string; until: string | null; code: string; url: string; from: { name: string; email: string } | null
  /** `rule`: RRULE, `except`: instants it leaves out, `dates`: the first ones, as instants. */
  repeats: { rule: string; dates: string[]; except: string[] } | null
}

export function visitInvitationMail(v: VisitInvitation, words: Words = en): Mail {
  const say = words.visit
  const when = `${inZone(new Date(v.at), v.zone, words, { dateStyle: 'full', timeStyle: 'short' })} (${v.zone})`
  return {
    id: v.id, to: v.to, kind: 'invitation', subject: say.subject({ location: v.location, day: inZone(new Date(v.at), v.zone, words, { dateStyle: 'medium' }) }),
    files: [
      { name: 'code.gif', mediaType: 'image/gif', cid: 'code', base64: Buffer.from(encodeQr(v.code, 'gif', { scale: 8 })).toString('base64') },
      { name: 'visit.ics', mediaType: 'text/calendar; method=REQUEST; charset=utf-8', base64: Buffer.from(calendarOf(v, words)).toString('base64') },
    ],
    ...laidOut([
      { kind: 'text', text: say.greeting(v.name) },
      { kind: 'text', text: say.body({ host: v.host ?? '', location: v.location, when }) },
      ...(v.repeats ? [{ kind: 'text', text: say.repeats(v.repeats.dates.map((at) => inZone(new Date(at), v.zone, words, { dateStyle: 'medium', timeStyle: 'short' }))) } as const] : []),
      ...(v.address ? [{ kind: 'text', text: say.address(v.address) } as const] : []),
      { kind: 'text', text: say.code },
      { kind: 'image', cid: 'code', alt: say.codeInWords(v.code) },
      { kind: 'link', label: say.button, url: v.url },
      { kind: 'quiet', text: say.otherwise },
    ], words),
  }
}

/**
 * One UID per visit or series: a changed one moves the entry instead of making a second. What repeats is told in the zone's local
 * time, with the zone's own rules, so that it keeps its hour when the clocks change.
 */
function calendarOf(v: VisitInvitation, words: Words): string {
  const calendar = ical({ prodId: { company: 'Lodge', product: 'visits' }, method: ICalCalendarMethod.REQUEST })
  const start = Temporal.Instant.from(v.at)
  if (v.repeats) calendar.timezone({ name: null, generator: zoneBlock })
  calendar.createEvent({
    ...(v.repeats && { timezone: v.zone, repeating: repeating(v.repeats, v.zone) }),
    id: `${v.visit}@lodge`, start, end: v.until ? Temporal.Instant.from(v.until) : start.add({ hours: 1 }), summary: words.visit.event({ account: v.account }),
    location: [v.location, v.address].filter(Boolean).join(', '), url: v.url, ...(v.from && { organizer: v.from }),
    attendees: [{ name: v.name, email: v.to, rsvp: false }],
  })
  return calendar.toString()
}

export interface ArrivalNotice extends For { visitor: string; group: 'first' | 'last' | undefined; at: string; isLate: boolean; zone: string; location: string; url: string }

export function arrivalMail({ id, to, url, ...arrived }: ArrivalNotice, words: Words = en): Mail {
  const { title, sentence } = arrivalWords(arrived, words)
  return { id, to, kind: 'notice', subject: title, ...laidOut([{ kind: 'text', text: sentence }, { kind: 'link', label: words.notice.arrived.button, url }], words) }
}
/** The same news on a locked screen. */
export function arrivalPush({ id, visit, ...arrived }: Omit<ArrivalNotice, 'to' | 'url'> & { visit: string }, words: Words = en): Omit<Push, 'subscription' | 'to'> {
  const { title, sentence } = arrivalWords(arrived, words)
  return { id, kind: 'notice', subject: title, text: sentence, path: `/visits/${visit}` }
}
function arrivalWords({ visitor, group, at, isLate, zone, location }: Pick<ArrivalNotice, 'visitor' | 'group' | 'at' | 'isLate' | 'zone' | 'location'>, words: Words): { title: string; sentence: string } {
  const say = words.notice.arrived
  const time = `${inZone(new Date(at), zone, words, isLate ? { dateStyle: 'medium', timeStyle: 'short' } : { timeStyle: 'short' })} (${zone})`
  return { title: say.subject({ visitor, group }), sentence: (isLate ? say.late : say.body)({ visitor, location, time }) }
}

/** The library knows many zones by the name of another that has the same rules. */
const zoneBlock = (zone: string): string | null => tzlib_get_ical_block(zone)[0]?.replace(/^(TZID|X-LIC-LOCATION):.*$/gm, (_, name: string) => `${name}:${zone}`) ?? null
const repeating = ({ rule, except }: { rule: string; except: readonly string[] }, zone: string): string =>
  [`RRULE:${rule}`, ...(except.length > 0 ? [`EXDATE;TZID=${zone}:${except.map((at) => localStamp(at, zone)).join(',')}`] : [])].join('\r\n')
/** `20261201T090000` */
const localStamp = (at: string, zone: string): string => new Date(at).toLocaleString('sv', { timeZone: zone }).replace(/[-:]/g, '').replace(' ', 'T')
