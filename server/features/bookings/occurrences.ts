/**
 * A recurrence rule, by its local days. The rule is read as if there were no zones at all, and only then each day's time becomes an
 * instant: nine o'clock stays nine o'clock, and no library has to know how clocks change.
 */
import { RRuleTemporal } from 'rrule-temporal'
import { Temporal } from 'temporal-polyfill'
import { occurrencesMax, type Recurrence } from '#contract/bookings.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { instantOf, iso, wholeDays, type Span } from './when.ts'

const parts = /^(?:FREQ|INTERVAL|COUNT|UNTIL|BYDAY|BYMONTH|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYSETPOS|WKST)$/
const invalid = (why: string): Refusal => new Refusal('invalid', `body/recurrence/${why}`)

/** Name to value. @throws Refusal `invalid` */
function readRule(rrule: string): Map<string, string> {
  const rule = new Map<string, string>()
  for (const part of rrule.toUpperCase().split(';')) {
    const [, name, value] = /^([A-Z]+)=([A-Z0-9,+-]+)$/.exec(part) ?? []
    if (name === undefined || value === undefined || !parts.test(name) || rule.has(name)) throw invalid(`rrule: "${part.slice(0, 60)}" is no part that is understood here.`)
    rule.set(name, value)
  }
  if (!['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'].includes(rule.get('FREQ') ?? '')) throw invalid('rrule: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY.')
  if (rule.has('COUNT') && rule.has('UNTIL')) throw invalid('rrule: it ends by COUNT or by UNTIL, not by both.')
  return rule
}

/** The last local day that UNTIL lets in. @throws Refusal `invalid` */
function lastDay(until: string, time: string | null, zone: string): string {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?$/.exec(until) ?? []
  try {
    if (h === undefined) return Temporal.PlainDate.from(`${y}-${mo}-${d}`, { overflow: 'reject' }).toString()
    const local = Temporal.Instant.from(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`).toZonedDateTimeISO(zone).toPlainDateTime()
    const ofDay = local.toPlainDate().toPlainDateTime(time ?? '00:00')
    return Temporal.PlainDateTime.compare(ofDay, local) <= 0 ? local.toPlainDate().toString() : local.toPlainDate().subtract({ days: 1 }).toString()
  } catch {
    throw invalid('rrule: UNTIL is a day (20261231) or an instant in UTC (20261231T170000Z).')
  }
}

/**
 * What of it falls on [fromDay, toDay], at most `occurrencesMax` of them. `isOver`: none comes after. COUNT counts from the first day.
 * @throws Refusal `invalid`: no rule that is understood, or one that overlaps itself
 */
export function occurrences({ rrule, day, time, minutes }: Recurrence, zone: string, fromDay: string, toDay: string): { spans: Span[]; isOver: boolean } {
  if ((time === null) !== (minutes === null)) throw invalid('time and minutes are both given, or both null for whole days.')
  const rule = readRule(rrule)
  const until = rule.get('UNTIL')
  const last = until === undefined ? undefined : lastDay(until, time, zone)
  const floating = [...rule].map(([name, value]) => name === 'UNTIL' ? `UNTIL=${last!.replaceAll('-', '')}T000000Z` : `${name}=${value}`).join(';')
  const midnight = (of: string): Date => new Date(`${of}T00:00:00Z`)
  let days: string[], isOver: boolean
  try {
    const dtstart = Temporal.PlainDate.from(day, { overflow: 'reject' }).toZonedDateTime('UTC')
    const expanded = new RRuleTemporal({ rruleString: `RRULE:${floating}`, dtstart, temporal: Temporal, maxCandidateEvaluations: 200_000, cache: false })
    const found = last !== undefined && last < day ? [] : expanded.between(midnight(fromDay < day ? day : fromDay), midnight(toDay), true)
    days = found.map((at) => at.toPlainDate().toString())
    isOver = (last !== undefined && last <= toDay) || (days.length <= occurrencesMax && expanded.next(midnight(toDay), false) === null)
  } catch (error) {
    throw error instanceof Refusal ? error : invalid(`rrule: ${(error as Error).message}`)
  }
  const spans = days.slice(0, occurrencesMax).map((of): Span => {
    if (time === null) return wholeDays(of, of, zone)
    const startsAt = instantOf(of, time, zone)
    return { startsAt, endsAt: iso(Date.parse(startsAt) + minutes! * 60_000), wholeDay: false, day: of }
  })
  for (let i = 1; i < spans.length; i++) if (spans[i - 1]!.endsAt > spans[i]!.startsAt) throw invalid(`minutes: the one of ${spans[i - 1]!.day} would last into the next.`)
  return { spans, isOver: isOver && days.length <= occurrencesMax }
}

/** Where the next look begins, when everything up to `toDay` was tried, or the cap was reached at the last of `spans`. */
export const triedUntil = (spans: readonly Span[], toDay: string): string => spans.length >= occurrencesMax ? spans.at(-1)!.day : toDay
