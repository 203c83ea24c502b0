/** Local time to instants. Everything here follows the zone of the location, and nothing asks a clock. */
import { Temporal } from 'temporal-polyfill'
import { bookingMaxDays, type When } from '#contract/bookings.ts'
import type { CheckInPolicy } from '#contract/spaces.ts'
import { Refusal } from '#server/kernel/refusal.ts'

/** [startsAt, endsAt), and the day it begins on in the location's calendar. */
export interface Span { readonly startsAt: string; readonly endsAt: string; readonly wholeDay: boolean; readonly day: string }
export interface Window { readonly opensAt: string; readonly closesAt: string }

const minuteMs = 60_000
export const iso = (ms: number): string => new Date(ms).toISOString()

/** The first instant of a local day: not always midnight, since some zones change their clocks at that hour. */
export const startOfDay = (day: string, zone: string): string => iso(Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds)
export const dayAfter = (day: string, days = 1): string => Temporal.PlainDate.from(day).add({ days }).toString()
export const dayOf = (at: string, zone: string): string => Temporal.Instant.from(at).toZonedDateTimeISO(zone).toPlainDate().toString()
/** A time that clocks skip is as much later, one that comes twice is the first. */
export const instantOf = (day: string, time: string, zone: string): string => iso(Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds)

/** [start of the first, start of the day after the last): 23, 24 or 25 hours for one day. */
export const wholeDays = (day: string, untilDay: string, zone: string): Span => ({ startsAt: startOfDay(day, zone), endsAt: startOfDay(dayAfter(untilDay), zone), wholeDay: true, day })

/** @throws Refusal `invalid`: no such day, ends before it starts, or too long */
export function spanOf(when: When, zone: string): Span {
  const span = 'day' in when ? readDays(when, zone) : { ...when, wholeDay: false, day: dayOf(when.startsAt, zone) }
  const lengthMs = Date.parse(span.endsAt) - Date.parse(span.startsAt)
  if (!(lengthMs > 0)) throw new Refusal('invalid', 'body/when: it ends before it starts.')
  if (lengthMs > (bookingMaxDays * 24 + 1) * 60 * minuteMs) throw new Refusal('invalid', `body/when: it is longer than ${bookingMaxDays} days.`)
  return span
}

function readDays({ day, untilDay = day }: { day: string; untilDay?: string }, zone: string): Span {
  try {
    return wholeDays(day, untilDay, zone)
  } catch {
    throw new Refusal('invalid', `body/when: there is no such day as ${day} or ${untilDay}.`)
  }
}

/** Contract `CheckInPolicy` says the rule; never beyond the end. */
export function windowOf(policy: CheckInPolicy | null, span: Span, zone: string, madeAtMs: number): Window | null {
  if (!policy) return null
  const startMs = Date.parse(span.startsAt), afterMs = policy.releasesAfterMinutes * minuteMs
  const opensMs = span.wholeDay ? startMs : startMs - policy.opensBeforeMinutes * minuteMs
  const closesMs = span.wholeDay ? Date.parse(instantOf(span.day, policy.wholeDayUntil, zone)) : startMs + afterMs
  return { opensAt: iso(opensMs), closesAt: iso(Math.min(Math.max(closesMs, madeAtMs + afterMs), Date.parse(span.endsAt))) }
}
