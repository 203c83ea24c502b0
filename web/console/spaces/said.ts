/** States and times of spaces in words. */
import type { Conflict } from '#contract/bookings.ts'
import { direction, t } from '../words.ts'
import { clockIn, dayName, momentIn } from '../visits/when.ts'
import { dayIn, shiftDay } from '../visits/zone.ts'
import type { SpaceState } from './state.ts'

/** Names and reasons run their own way, and the sentence around them its own. */
const apart = (words: string): string => direction === 'rtl' ? `\u2068${words}\u2069` : words

const midnight = '00:00'
/** "14:30", "the end of the day", or with its day when it is another one. */
export function untilSaid(zone: string, untilMs: number, atMs: number): string {
  const isMidnight = clockIn(zone, untilMs) === midnight
  if (dayIn(zone, isMidnight ? untilMs - 1 : untilMs) !== dayIn(zone, atMs)) return momentIn(zone, untilMs, atMs)
  return isMidnight ? t('dayEnd') : clockIn(zone, untilMs)
}

/** @param atMs what is asked for begins here; what begins later is said with its beginning */
export function stateSaid({ kind, fromMs, untilMs, who, text: words = '' }: SpaceState, zone: string, atMs: number): string {
  const text = apart(words)
  const at = untilMs === undefined ? '' : untilSaid(zone, untilMs, atMs)
  const later = fromMs > atMs ? clockIn(zone, fromMs) : undefined
  const name = who ? apart(who) : t('atTheDoor')
  switch (kind) {
    case 'free': return untilMs === undefined || dayIn(zone, untilMs) !== dayIn(zone, atMs) ? t('saidFree') : t('saidFreeUntil', { at })
    case 'off': return t('saidOff')
    case 'closed': return later ? t('saidClosedLater', { from: later, until: at, text }) : t('saidClosed', { at, text })
    case 'mine': return later ? t('saidMineLater', { from: later, until: at }) : t('saidMine', { at })
    case 'mine_in': return t('saidMineIn', { at })
    case 'taken': return later ? t('saidTakenLater', { who: name, from: later, until: at }) : t('saidTaken', { who: name, at })
    case 'taken_in': return t('saidTakenIn', { who: name, at })
  }
}

interface Timed { readonly startsAt: string; readonly endsAt: string; readonly wholeDay?: boolean; readonly day?: string }
/** "Today, 09:00–10:30", "Tomorrow, the whole day". */
export function whenSaid({ startsAt, endsAt, wholeDay, day }: Timed, zone: string, nowMs: number): string {
  const today = dayIn(zone, nowMs)
  const first = day ?? dayIn(zone, Date.parse(startsAt))
  if (!(wholeDay ?? [startsAt, endsAt].every((at) => clockIn(zone, at) === midnight))) {
    const last = dayIn(zone, Date.parse(endsAt) - 1)
    const until = last === first ? clockIn(zone, endsAt) : `${dayName(last, today)} ${clockIn(zone, endsAt)}`
    return t('whenSaid', { day: dayName(first, today), from: clockIn(zone, startsAt), until })
  }
  // The first midnight after it belongs to nobody's day; a day is at least 23 hours long.
  const last = dayIn(zone, Date.parse(endsAt) - 60_000)
  return last === first || last < shiftDay(first, 1) ? t('whenWholeDay', { day: dayName(first, today) }) : t('whenDays', { from: dayName(first, today), until: dayName(last, today) })
}

/** Who and when, or why. */
export function conflictSaid(conflict: Conflict, zone: string, nowMs: number): string {
  const when = whenSaid(conflict, zone, nowMs)
  if (conflict.kind === 'closure') return t('conflictClosed', { when, text: apart(conflict.text) })
  return conflict.user ? t('conflictBooking', { who: apart(conflict.user.name), when }) : t('conflictDoor', { when })
}
