/**
 * On which days a rule of RFC 5545 falls. Pure. The rule is counted in local days, as on a paper calendar, and each day is then
 * given its instant by the zone's own clock (local-time.ts): so a change of clocks moves no appointment, and no library has to
 * know how clocks change.
 */
import { RRuleTemporal } from 'rrule-temporal'
import { Temporal } from 'temporal-polyfill'
import { asUtc, dayAfter, shiftDay } from './local-time.ts'
import { Refusal } from './refusal.ts'

/** `startsAt`: local, `2026-12-01T09:00`. */
export interface Schedule { rule: string; startsAt: string; except: readonly string[] }

const list = (one: string): RegExp => new RegExp(`^(?:${one})(?:,(?:${one}))*$`)
const number = (max: number, signed = true): string => `${signed ? '[+-]?' : ''}(?:${Array.from({ length: max }, (_, n) => n + 1).toReversed().join('|')})`
/** What a rule may say. Libraries leave out what they do not understand, and people would be expected on days nobody meant. */
const parts: Readonly<Record<string, RegExp>> = {
  FREQ: /^(?:DAILY|WEEKLY|MONTHLY|YEARLY)$/, INTERVAL: /^[1-9]\d{0,2}$/, COUNT: /^[1-9]\d{0,3}$/, UNTIL: /^\d{8}(?:T\d{6}Z?)?$/,
  BYDAY: list(`(?:${number(53)})?(?:MO|TU|WE|TH|FR|SA|SU)`), BYMONTH: list(number(12, false)), BYMONTHDAY: list(number(31)), BYYEARDAY: list(number(366)),
  BYWEEKNO: list(number(53)), BYSETPOS: list(number(366)), WKST: /^(?:MO|TU|WE|TH|FR|SA|SU)$/,
}
const wrong = (why: string): Refusal => new Refusal('invalid', `rule: ${why}`)

/**
 * The rule in one spelling, `UNTIL` as local time.
 * @throws Refusal `invalid`, with what is wrong in words
 */
export function readRule(text: string, zone: string): string {
  const given = new Map<string, string>()
  for (const piece of text.trim().toUpperCase().replace(/^RRULE:/, '').replace(/;$/, '').split(';')) {
    const [name = '', value = ''] = piece.split('=')
    const allowed = parts[name]
    if (name === 'FREQ' && /^(?:HOURLY|MINUTELY|SECONDLY)$/.test(value)) throw wrong('It repeats at most once a day: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY.')
    if (!allowed) throw wrong(`"${name || piece}" cannot be part of it. Use FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTH, BYMONTHDAY, BYYEARDAY, BYWEEKNO, BYSETPOS, WKST.`)
    if (given.has(name)) throw wrong(`${name} stands in it twice.`)
    if (!allowed.test(value)) throw wrong(`${name} cannot be "${value}".`)
    given.set(name, value)
  }
  const freq = given.get('FREQ')
  if (!freq) throw wrong('FREQ is needed: DAILY, WEEKLY, MONTHLY or YEARLY.')
  if (given.has('COUNT') && given.has('UNTIL')) throw wrong('It ends by COUNT or by UNTIL, not by both.')
  if (given.has('BYWEEKNO') && freq !== 'YEARLY') throw wrong('BYWEEKNO goes with FREQ=YEARLY.')
  if (given.has('BYYEARDAY') && freq !== 'YEARLY') throw wrong('BYYEARDAY goes with FREQ=YEARLY.')
  if (given.has('BYMONTHDAY') && freq === 'WEEKLY') throw wrong('BYMONTHDAY does not go with FREQ=WEEKLY.')
  if (/\d/.test(given.get('BYDAY') ?? '') && freq !== 'MONTHLY' && freq !== 'YEARLY') throw wrong('A number before a weekday goes with FREQ=MONTHLY or YEARLY.')
  if (given.has('BYSETPOS') && ![...given.keys()].some((name) => name.startsWith('BY') && name !== 'BYSETPOS')) throw wrong('BYSETPOS needs another BY… to choose from.')
  const until = given.get('UNTIL')
  if (until) given.set('UNTIL', localUntil(until, zone))
  return [...given].map(([name, value]) => `${name}=${value}`).join(';')
}

function localUntil(until: string, zone: string): string {
  try {
    if (until.endsWith('Z')) return Temporal.Instant.from(until).toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'second' }).replace(/[-:]/g, '')
    return until.length === 8 ? `${Temporal.PlainDate.from(until).toString().replaceAll('-', '')}T235959` : Temporal.PlainDateTime.from(until).toString({ smallestUnit: 'second' }).replace(/[-:]/g, '')
  } catch {
    throw wrong(`UNTIL cannot be "${until}".`)
  }
}

/** The library gives up after 10,000 steps from the rule's beginning: 27 years of days. */
function within<T>(count: () => T): T {
  try { return count() } catch (error) {
    if (error instanceof Error && /Maximum|exceeded/.test(error.message)) throw wrong('It begins too long ago, or reaches too far. Let it begin nearer to today.')
    throw error
  }
}

/**
 * The rule's days from `from` to `to`, both included, at most `limit`. Everything is counted as if in UTC, which no clock
 * change disturbs.
 * @param schedule with a rule of `readRule`
 */
export function daysOf({ rule, startsAt, except }: Schedule, { from, to, limit = 366 }: { from: string; to: string; limit?: number }): string[] {
  const dtstart = asUtc(startsAt)
  const left = new Set(except)
  const all = new RRuleTemporal({ rruleString: rule.replace(/UNTIL=(\w+)/, 'UNTIL=$1Z'), dtstart, temporal: Temporal, cache: false })
  const days: string[] = []
  for (const at of within(() => all.between(asUtc(`${from}T00:00`), asUtc(`${to}T23:59`), true))) {
    const day = at.toPlainDate().toString()
    if (!left.has(day)) days.push(day)
    if (days.length === limit) break
  }
  return days
}

/** Leap days are up to eight years apart. */
export const farYears = { years: 9 }
/** Whether the rule says when it ends. */
export const hasEnd = (rule: string): boolean => /COUNT|UNTIL/.test(rule)
/** Whether it falls on any day from this one on, as far as anybody plans. */
export const fallsFrom = (schedule: Schedule, day: string): boolean => daysOf(schedule, { from: day, to: shiftDay(day, farYears), limit: 1 }).length > 0
/** No day of it comes after this one. A rule without an end is never over. */
export const isOver = (schedule: Schedule, after: string): boolean => hasEnd(schedule.rule) && !fallsFrom(schedule, dayAfter(after))

/** As a calendar wants it beside `DTSTART;TZID=…`: `UNTIL` in UTC. */
export const ruleForCalendar = (rule: string, zone: string): string => rule.replace(/UNTIL=(\d{8})T(\d\d)(\d\d)(\d\d)/, (_, day: string, h: string, m: string, s: string) =>
  `UNTIL=${Temporal.PlainDateTime.from(`${day}T${h}${m}${s}`).toZonedDateTime(zone).toInstant().toString({ smallestUnit: 'second' }).replace(/[-:]/g, '')}`)
