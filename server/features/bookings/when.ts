/** What is to be booked, as instants. Everything here follows the zone of the location, and nothing asks a clock. */
import { bookingMaxDays, type When } from '#contract/bookings.ts'
import type { CheckInPolicy } from '#contract/spaces.ts'
import { dayAfter, dayIn, instantIn, iso, startOfDay } from '#server/kernel/local-time.ts'
import { Refusal } from '#server/kernel/refusal.ts'

/** [startsAt, endsAt), and the day it begins on in the location's calendar. */
export interface Span { readonly startsAt: string; readonly endsAt: string; readonly wholeDay: boolean; readonly day: string }
export interface Window { readonly opensAt: string; readonly closesAt: string }

const minuteMs = 60_000
/** [start of the first, start of the day after the last): 23, 24 or 25 hours for one day. */
export const wholeDays = (day: string, untilDay: string, zone: string): Span => ({ startsAt: startOfDay(zone, day), endsAt: startOfDay(zone, dayAfter(untilDay)), wholeDay: true, day })

/** @throws Refusal `invalid`: no such day, ends before it starts, or too long */
export function spanOf(when: When, zone: string): Span {
  const span = 'day' in when ? readDays(when, zone) : { ...when, wholeDay: false, day: dayIn(zone, Date.parse(when.startsAt)) }
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
  const closesMs = span.wholeDay ? Date.parse(instantIn(zone, span.day, policy.wholeDayUntil)) : startMs + afterMs
  return { opensAt: iso(opensMs), closesAt: iso(Math.min(Math.max(closesMs, madeAtMs + afterMs), Date.parse(span.endsAt))) }
}
