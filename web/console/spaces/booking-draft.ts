/** What is being filled in about a booking, and what it asks of the server. Pure. */
import type { Booking, Recurrence, When } from '#contract/bookings.ts'
import type { Location } from '#contract/places.ts'
import type { Space } from '#contract/spaces.ts'
import { noRepeat, ruleOf, type Repeat } from '../repeat/repeat.ts'
import { dayIn, instantIn, localIn } from '../visits/zone.ts'
import { hourMs, minuteMs, spanOf, stepMinutes, type DaySpan } from './day.ts'

export interface BookingDraft {
  readonly space: string
  readonly wholeDay: boolean
  readonly day: string
  readonly untilDay: string
  /** Local, `HH:MM`; `until` of 00:00 is the end of the day. */
  readonly from: string
  readonly until: string
  readonly user: string
  readonly title: string
  readonly repeat: Repeat
}
export interface Asked { readonly fromMs: number; readonly untilMs: number; readonly isWholeDay: boolean }

/** What nobody ends holds a space for good: unless told otherwise, a series of bookings has an end. */
const repeat: Repeat = { ...noRepeat, ends: 'after' }
const clockOf = (zone: string, ms: number): string => localIn(zone, ms).slice(11)

/** A room is had for an hour, a desk for the rest of the working day, unless more was said. */
export function newDraft(space: Space, site: Location, day: string, asked: Asked | undefined, me: string): BookingDraft {
  const quarterMs = stepMinutes * minuteMs
  const fromMs = Math.floor((asked?.fromMs ?? Date.now()) / quarterMs) * quarterMs
  const closesMs = Date.parse(instantIn(site.zone, `${day}T${site.closesAt}`))
  const usualMs = space.kind !== 'room' && closesMs > fromMs + hourMs ? closesMs : fromMs + hourMs
  const untilMs = Math.min(spanOf(site.zone, day).endMs, asked && !asked.isWholeDay && asked.untilMs > asked.fromMs ? Math.floor(asked.untilMs / quarterMs) * quarterMs : usualMs)
  return {
    space: space.id, wholeDay: asked?.isWholeDay ?? false, day, untilDay: day, from: clockOf(site.zone, fromMs), until: clockOf(site.zone, untilMs),
    user: me, title: '', repeat,
  }
}

export function draftOf(booking: Booking, me: string): BookingDraft {
  const { zone, startsAt, endsAt, day } = booking
  return {
    space: booking.space, wholeDay: booking.wholeDay, day, untilDay: booking.wholeDay ? dayIn(zone, Date.parse(endsAt) - minuteMs) : day,
    from: clockOf(zone, Date.parse(startsAt)), until: clockOf(zone, Date.parse(endsAt)), user: booking.user?.id ?? me, title: booking.title, repeat,
  }
}

/** What says when, of whatever is being filled in. */
type Times = Pick<BookingDraft, 'wholeDay' | 'day' | 'untilDay' | 'from' | 'until'>
export function spanOfDraft({ wholeDay, day, untilDay, from, until }: Times, zone: string): DaySpan {
  if (wholeDay) return spanOf(zone, day, untilDay < day ? day : untilDay)
  return { startMs: Date.parse(instantIn(zone, `${day}T${from}`)), endMs: until === '00:00' ? spanOf(zone, day).endMs : Date.parse(instantIn(zone, `${day}T${until}`)) }
}
export function whenOfDraft(draft: Times, zone: string): When {
  if (draft.wholeDay) return { day: draft.day, untilDay: draft.untilDay < draft.day ? draft.day : draft.untilDay }
  const { startMs, endMs } = spanOfDraft(draft, zone)
  return { startsAt: new Date(startMs).toISOString(), endsAt: new Date(endMs).toISOString() }
}

/** A field that is cleared is an empty text for as long, and no time follows from it. */
const isTimed = ({ wholeDay, day, from, until }: Times): boolean => day !== '' && (wholeDay || (from !== '' && until !== ''))

/** Undefined when it happens once, and while day or time is being written anew. */
export function recurrenceOf(draft: BookingDraft, zone: string): Recurrence | undefined {
  if (!isTimed(draft)) return undefined
  const rrule = ruleOf(draft.repeat, draft.day)
  if (!rrule) return undefined
  if (draft.wholeDay) return { rrule, day: draft.day, time: null, minutes: null }
  const { startMs, endMs } = spanOfDraft(draft, zone)
  return { rrule, day: draft.day, time: draft.from, minutes: Math.round((endMs - startMs) / minuteMs) }
}

type DraftProblem = 'backwards' | 'past' | undefined
export function problemOf(draft: BookingDraft, zone: string, nowMs: number): DraftProblem {
  if (!isTimed(draft) || (draft.wholeDay && !draft.untilDay)) return undefined
  const { startMs, endMs } = spanOfDraft(draft, zone)
  if (endMs <= startMs || (draft.wholeDay && draft.untilDay < draft.day)) return 'backwards'
  return endMs <= nowMs ? 'past' : undefined
}
