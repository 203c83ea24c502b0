/**
 * Recurrence against an independent library: `rrule`, which knows only UTC here, gives the local days; the instants come from a
 * search over Intl alone. What is tested takes days from `rrule-temporal` and instants from a Temporal implementation.
 */
import { RRule } from 'rrule'
import { describe, expect, it } from 'vitest'
import { dayAfter, dayIn, instantIn, startOfDay } from '#server/kernel/local-time.ts'
import { occurrences } from './occurrences.ts'
import { spanOf, wholeDays, windowOf } from './when.ts'

/** Clocks that change by an hour, by half an hour, at midnight, at other times of the year, and not at all. */
const zones = ['Europe/Stockholm', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago', 'Africa/Cairo', 'Asia/Beirut', 'America/Havana', 'Pacific/Auckland', 'Asia/Kolkata', 'Africa/Casablanca']
const seeded = (seed: number) => () => { seed = (seed * 1664525 + 1013904223) % 2 ** 32; return seed / 2 ** 32 }

/** Local wall time of an instant, by Intl: `2026-03-29 03:30`. */
const formats = new Map<string, Intl.DateTimeFormat>()
function wall(ms: number, zone: string): string {
  let format = formats.get(zone)
  if (!format) formats.set(zone, format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' }))
  const p = Object.fromEntries(format.formatToParts(ms).map((x) => [x.type, x.value]))
  return `${p['year']}-${p['month']}-${p['day']} ${p['hour']}:${p['minute']}`
}
/** The rule in words, by search: the first instant that shows this wall time; if clocks skip it, the one that is as much after the jump. */
function byIntl(day: string, time: string, zone: string): number {
  const asUtc = Date.parse(`${day}T${time}:00Z`), wanted = `${day} ${time}`
  const candidates = [...new Set([-36, 36].map((h) => offsetAt(asUtc + h * 3_600_000, zone)))].map((offset) => asUtc - offset).sort((a, b) => a - b)
  const hit = candidates.find((ms) => wall(ms, zone) === wanted)
  // Skipped: read with the offset from before the jump.
  return hit ?? asUtc - offsetAt(asUtc - 36 * 3_600_000, zone)
}
const offsetAt = (ms: number, zone: string): number => Date.parse(`${wall(ms, zone).replace(' ', 'T')}:00Z`) - Math.floor(ms / 60_000) * 60_000

function makeRule(random: () => number): string {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!
  const some = (of: readonly string[], max: number): string => [...new Set(Array.from({ length: 1 + Math.floor(random() * max) }, () => pick(of)))].join(',')
  const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
  const interval = random() < 0.4 ? `;INTERVAL=${2 + Math.floor(random() * 3)}` : ''
  const count = random() < 0.3 ? `;COUNT=${1 + Math.floor(random() * 40)}` : ''
  const body = pick([
    () => 'FREQ=DAILY', () => `FREQ=WEEKLY;BYDAY=${some(days, 4)}`, () => `FREQ=WEEKLY;WKST=${pick(['SU', 'MO'])};BYDAY=${some(days, 3)}`,
    () => `FREQ=MONTHLY;BYDAY=${pick(['1', '2', '-1', '3'])}${pick(days)}`, () => `FREQ=MONTHLY;BYMONTHDAY=${pick(['1', '15', '-1', '31', '30'])}`,
    () => `FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=${pick(['1', '-1'])}`, () => 'FREQ=YEARLY;BYMONTH=3,10,11;BYDAY=-1SU', () => `FREQ=DAILY;BYMONTH=${pick(['3', '10', '4'])}`,
  ])()
  return `${body}${interval}${count}`
}

describe('recurrence', () => {
  it.each(zones)('[BK10] agrees with another library in %s', (zone) => {
    const random = seeded(zones.indexOf(zone) * 7919 + 13)
    let compared = 0
    for (let i = 0; i < 120; i++) {
      const rrule = makeRule(random)
      const first = dayAfter('2025-09-01', Math.floor(random() * 500))
      const time = random() < 0.25 ? null : `${String(Math.floor(random() * 24)).padStart(2, '0')}:${random() < 0.5 ? '30' : '00'}`
      const toDay = dayAfter(first, 366)
      const expected = RRule.fromString(`DTSTART:${first.replaceAll('-', '')}T000000Z\nRRULE:${rrule}`).between(new Date(`${first}T00:00:00Z`), new Date(`${toDay}T00:00:00Z`), true).slice(0, 366).map((d) => d.toISOString().slice(0, 10))
      const { spans, isOver } = occurrences({ rrule, day: first, time, minutes: time === null ? null : 45 }, zone, first, toDay)
      expect(spans.map((s) => s.day), `${rrule} from ${first}`).toEqual(expected)
      for (const [n, s] of spans.entries()) {
        const startMs = byIntl(expected[n]!, time ?? '00:00', zone)
        expect(Date.parse(s.startsAt), `${s.day} ${time} in ${zone}`).toBe(startMs)
        expect(Date.parse(s.endsAt)).toBe(time === null ? byIntl(dayAfter(expected[n]!), '00:00', zone) : startMs + 45 * 60_000)
        compared++
      }
      if (rrule.includes('COUNT') && spans.length < 366) {
        const all = RRule.fromString(`DTSTART:${first.replaceAll('-', '')}T000000Z\nRRULE:${rrule}`).all().length
        expect(isOver, `${rrule} from ${first}`).toBe(all === spans.length)
      } else if (!rrule.includes('COUNT')) expect(isOver).toBe(false)
    }
    expect(compared).toBeGreaterThan(2_000)
  })

  it('[BK10] goes on where it stopped: pieces are the whole', () => {
    const random = seeded(11)
    for (let i = 0; i < 60; i++) {
      const recurrence = { rrule: makeRule(random), day: '2026-01-05', time: '02:30', minutes: 30 }
      const whole = occurrences(recurrence, 'Europe/Stockholm', '2026-01-05', '2026-12-31').spans
      const cut = dayAfter('2026-01-05', Math.floor(random() * 300))
      const pieces = [...occurrences(recurrence, 'Europe/Stockholm', '2026-01-05', cut).spans, ...occurrences(recurrence, 'Europe/Stockholm', dayAfter(cut), '2026-12-31').spans]
      expect(pieces, recurrence.rrule).toEqual(whole)
    }
  })

  it('[BK10] reads UNTIL as a day, and as an instant in the zone', () => {
    const spans = (until: string, time: string | null, zone: string) => occurrences({ rrule: `FREQ=DAILY;UNTIL=${until}`, day: '2026-03-25', time, minutes: time === null ? null : 30 }, zone, '2026-03-25', '2026-12-31')
    expect(spans('20260330', '09:00', 'Europe/Stockholm')).toMatchObject({ isOver: true, spans: { length: 6 } })
    expect(spans('20260330T065959Z', '09:00', 'Europe/Stockholm').spans).toHaveLength(5)   // 08:59 in Stockholm, in summer
    expect(spans('20260330T070000Z', '09:00', 'Europe/Stockholm').spans).toHaveLength(6)
    expect(spans('20260330T230000Z', '09:00', 'Pacific/Auckland').spans).toHaveLength(7)   // noon of the 31st there
    expect(spans('20260301', '09:00', 'Europe/Stockholm')).toMatchObject({ isOver: true, spans: [] })
  })

  it('[BK10] is capped, and refuses what it does not understand', () => {
    const of = (rrule: string, more: object = {}) => () => occurrences({ rrule, day: '2026-01-01', time: '09:00', minutes: 60, ...more }, 'Europe/Stockholm', '2026-01-01', '2027-12-31')
    const daily = of('FREQ=DAILY')()
    expect(daily.spans).toHaveLength(366)
    expect(daily.isOver).toBe(false)
    for (const rule of ['FREQ=HOURLY', 'FREQ=SECONDLY;INTERVAL=1', 'BYDAY=MO;COUNT=2', 'FREQ=DAILY;BYHOUR=9,10', 'FREQ=DAILY;COUNT=2;UNTIL=20260401', 'FREQ=DAILY;FREQ=DAILY', 'FREQ=DAILY;UNTIL=2026', 'FREQ=DAILY;UNTIL=20261341', 'FREQ=DAILY\nDTSTART=1', 'nonsense!', 'FREQ=DAILY;INTERVAL=0', 'FREQ=WEEKLY;BYDAY=XX']) {
      expect(of(rule), rule).toThrow(expect.objectContaining({ code: 'invalid' }))
    }
    expect(of('FREQ=DAILY', { time: '09:00', minutes: null })).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  it('[BK10] refuses to overlap itself', () => {
    // The night on which clocks go forward is an hour short: a booking of 24 hours would last into the next.
    expect(() => occurrences({ rrule: 'FREQ=DAILY;COUNT=3', day: '2026-03-27', time: '09:00', minutes: 1440 }, 'Europe/Stockholm', '2026-03-27', '2026-12-31')).toThrow(expect.objectContaining({ code: 'invalid' }))
    expect(occurrences({ rrule: 'FREQ=DAILY;COUNT=3', day: '2026-03-24', time: '09:00', minutes: 1440 }, 'Europe/Stockholm', '2026-03-24', '2026-12-31').spans).toHaveLength(3)
  })
  it('takes no time over a rule that never fits', () => {
    const before = performance.now()
    expect(() => occurrences({ rrule: 'FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30', day: '2026-01-01', time: null, minutes: null }, 'UTC', '2026-01-01', '2027-01-02')).toThrow(expect.objectContaining({ code: 'invalid' }))
    expect(performance.now() - before).toBeLessThan(2_000)
  })
})

describe('days', () => {
  it.each([
    ['2026-03-29', 'Europe/Stockholm', 23], ['2026-10-25', 'Europe/Stockholm', 25], ['2026-06-01', 'Europe/Stockholm', 24], ['2026-10-04', 'Australia/Lord_Howe', 23.5], ['2026-04-05', 'Australia/Lord_Howe', 24.5],
    ['2026-09-06', 'America/Santiago', 23],   // which begins at one: midnight is skipped
  ])('[BK4] %s in %s has %d hours', (day, zone, hours) => {
    const span = wholeDays(day, day, zone)
    expect((Date.parse(span.endsAt) - Date.parse(span.startsAt)) / 3_600_000).toBe(hours)
    expect(dayIn(zone, Date.parse(span.startsAt))).toBe(day)
    expect(dayIn(zone, Date.parse(span.endsAt))).toBe(dayAfter(day))
  })
  it('[BK4] one that does not exist follows the jump, one that comes twice is the first', () => {
    expect(instantIn('Europe/Stockholm', '2026-03-29', '02:30')).toBe('2026-03-29T01:30:00.000Z')   // 03:30 in summer time
    expect(instantIn('Europe/Stockholm', '2026-10-25', '02:30')).toBe('2026-10-25T00:30:00.000Z')
    expect(startOfDay('America/Santiago', '2026-09-06')).toBe('2026-09-06T04:00:00.000Z')
    expect(spanOf({ day: '2026-03-28', untilDay: '2026-03-29' }, 'Europe/Stockholm')).toMatchObject({ startsAt: '2026-03-27T23:00:00.000Z', endsAt: '2026-03-29T22:00:00.000Z' })
  })
})

describe('the check-in window', () => {
  const policy = { opensBeforeMinutes: 15, releasesAfterMinutes: 10, wholeDayUntil: '10:30' }
  const span = { startsAt: '2026-06-01T08:00:00.000Z', endsAt: '2026-06-01T09:00:00.000Z', wholeDay: false, day: '2026-06-01' }
  it('[BK8] lies about the start, and nobody is released who had no time to come', () => {
    const made = (at: string) => windowOf(policy, span, 'Europe/Stockholm', Date.parse(at))
    expect(made('2026-05-01T00:00:00Z')).toEqual({ opensAt: '2026-06-01T07:45:00.000Z', closesAt: '2026-06-01T08:10:00.000Z' })
    expect(made('2026-06-01T08:30:00Z')).toEqual({ opensAt: '2026-06-01T07:45:00.000Z', closesAt: '2026-06-01T08:40:00.000Z' })
    expect(made('2026-06-01T08:55:00Z')).toEqual({ opensAt: '2026-06-01T07:45:00.000Z', closesAt: '2026-06-01T09:00:00.000Z' })
    expect(windowOf(null, span, 'UTC', 0)).toBeNull()
  })
  it('[BK8] of whole days closes at an hour of the first', () => {
    expect(windowOf(policy, wholeDays('2026-03-29', '2026-03-30', 'Europe/Stockholm'), 'Europe/Stockholm', 0)).toEqual({ opensAt: '2026-03-28T23:00:00.000Z', closesAt: '2026-03-29T08:30:00.000Z' })
  })
})
