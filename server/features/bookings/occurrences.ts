/** A recurrence rule's days, as spans that can be booked. */
import { occurrencesMax, type Recurrence } from '#contract/bookings.ts'
import { daysOf, fallsFrom, isOver as isRuleOver, readRule, type Schedule } from '#server/kernel/recurrence.ts'
import { instantIn, iso } from '#server/kernel/local-time.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { wholeDays, type Span } from './when.ts'

const invalid = (why: string): Refusal => new Refusal('invalid', `body/recurrence/${why}`)

/**
 * What of it falls on [fromDay, toDay], at most `occurrencesMax` of them. `isOver`: none comes after. COUNT counts from the first day.
 * @throws Refusal `invalid`: no rule that is understood, one that never falls on a day, or one that overlaps itself
 */
export function occurrences({ rrule, day, time, minutes }: Recurrence, zone: string, fromDay: string, toDay: string): { spans: Span[]; isOver: boolean } {
  if ((time === null) !== (minutes === null)) throw invalid('time and minutes are both given, or both null for whole days.')
  const schedule: Schedule = { rule: readRule(rrule, zone), startsAt: `${day}T${time ?? '00:00'}`, except: [] }
  const days = daysOf(schedule, { from: fromDay < day ? day : fromDay, to: toDay, limit: occurrencesMax + 1 })
  const isOver = days.length <= occurrencesMax && isRuleOver(schedule, toDay)
  if (days.length === 0 && !isOver && !fallsFrom(schedule, day)) throw invalid('rrule: There is no day on which it falls.')
  const spans = days.slice(0, occurrencesMax).map((of): Span => {
    if (time === null) return wholeDays(of, of, zone)
    const startsAt = instantIn(zone, of, time)
    return { startsAt, endsAt: iso(Date.parse(startsAt) + minutes! * 60_000), wholeDay: false, day: of }
  })
  for (let i = 1; i < spans.length; i++) if (spans[i - 1]!.endsAt > spans[i]!.startsAt) throw invalid(`minutes: the one of ${spans[i - 1]!.day} would last into the next.`)
  return { spans, isOver }
}

/** Where the next look begins, when everything up to `toDay` was tried, or the cap was reached at the last of `spans`. */
export const triedUntil = (spans: readonly Span[], toDay: string): string => spans.length >= occurrencesMax ? spans.at(-1)!.day : toDay
