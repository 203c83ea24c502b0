import { rrulestr } from 'rrule'
import { describe, expect, it } from 'vitest'
import { Refusal } from '#server/kernel/refusal.ts'
import { instantIn } from './local-time.ts'
import { daysOf, readRule, ruleForCalendar } from './recurrence.ts'

const zones = ['UTC', 'Europe/Stockholm', 'America/New_York', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Asia/Kathmandu', 'Pacific/Apia', 'Africa/Casablanca']

/** What the clock on a wall in the zone shows, by the machine's own tables. */
const wallOf = (zone: string): ((ms: number) => string) => {
  const format = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  return (ms) => format.format(ms).replace(' ', 'T')
}
/** By looking at every quarter of an hour of the year: at which instant the wall first shows a local time. */
function firstInstants(wall: (ms: number) => string): ReadonlyMap<string, string> {
  const first = new Map<string, string>()
  for (let ms = Date.parse('2025-12-31T00:00Z'); ms < Date.parse('2027-01-02T00:00Z'); ms += 15 * 60_000) {
    const shown = wall(ms)
    if (!first.has(shown)) first.set(shown, new Date(ms).toISOString())
  }
  return first
}

/** Small and repeatable. */
function dice(seed: number): (n: number) => number {
  let state = seed
  return (n) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    return state % n
  }
}
const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
function randomRule(roll: (n: number) => number): string {
  const some = (of: readonly string[], most = 3): string => [...new Set(Array.from({ length: 1 + roll(most) }, () => of[roll(of.length)]!))].join(',')
  const freq = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'][roll(4)]!
  const rule = [`FREQ=${freq}`]
  if (roll(2)) rule.push(`INTERVAL=${1 + roll(5)}`)
  if (freq === 'WEEKLY' && roll(3)) rule.push(`BYDAY=${some(days)}`)
  if (freq === 'DAILY' && !roll(3)) rule.push(`BYDAY=${some(days, 5)}`)
  if (freq === 'MONTHLY') rule.push([`BYDAY=${1 + roll(4)}${days[roll(7)]!}`, `BYDAY=-1${days[roll(7)]!}`, `BYMONTHDAY=${some(['1', '15', '28', '29', '30', '31', '-1'])}`, 'BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1'][roll(4)]!)
  if (freq === 'YEARLY' && roll(2)) rule.push(`BYMONTH=${some(['1', '2', '3', '6', '10', '12'])}`, `BYMONTHDAY=${1 + roll(28)}`)
  const end = roll(3)
  if (end === 0) rule.push(`COUNT=${1 + roll(60)}`)
  if (end === 1) rule.push(`UNTIL=202${6 + roll(4)}0${1 + roll(9)}1${roll(9)}`)
  return rule.join(';')
}

describe('a rule', () => {
  it('[VR2] falls on the days that another library finds, for 1,500 rules made by chance', () => {
    const roll = dice(20261126)
    for (let n = 0; n < 1500; n++) {
      const text = randomRule(roll)
      const startsAt = `2026-0${1 + roll(9)}-${String(1 + roll(28)).padStart(2, '0')}T${String(roll(24)).padStart(2, '0')}:${roll(2) ? '30' : '00'}`
      const rule = readRule(text, zones[roll(zones.length)]!)
      const other = rrulestr(`DTSTART:${startsAt.replace(/[-:]/g, '')}00Z\nRRULE:${text.replace(/UNTIL=(\d{8})/, 'UNTIL=$1T235959Z')}`)
      const window = { from: '2026-05-01', to: '2029-04-30' }
      const theirs = other.between(new Date(`${window.from}T00:00Z`), new Date(`${window.to}T23:59Z`), true).map((at) => at.toISOString().slice(0, 10))
      expect(daysOf({ rule, startsAt, except: [] }, { ...window, limit: 2000 }), `${startsAt} ${text}`).toEqual(theirs)
    }
  })

  it('[VR2] keeps the time of the wall whatever the clocks do: what is skipped comes an hour later, what is shown twice is the first', () => {
    const rule = readRule('FREQ=DAILY', 'UTC')
    const all = daysOf({ rule, startsAt: '2026-01-01T02:30', except: [] }, { from: '2026-01-01', to: '2026-12-31' })
    expect(all).toHaveLength(365)
    let skipped = 0
    for (const zone of zones) {
      const wall = wallOf(zone), first = firstInstants(wall)
      for (const local of ['00:15', '02:15', '02:30'].flatMap((time) => all.map((day) => `${day}T${time}`))) {
        const [day, time] = local.split('T') as [string, string]
        const ours = instantIn(zone, day, time), theirs = first.get(local)
        if (theirs) expect(ours, `${zone} ${local}`).toBe(theirs)
        else {
          skipped++
          expect(wall(Date.parse(ours)) > local, `${zone} ${local}`).toBe(true)
          expect(wall(Date.parse(ours) - 3_600_000) < local, `${zone} ${local}`).toBe(true)
        }
      }
    }
    expect(skipped).toBeGreaterThan(2)
    expect(instantIn('Europe/Stockholm', '2026-03-29', '02:30')).toBe('2026-03-29T01:30:00.000Z')   // shows 03:30
    expect(instantIn('Europe/Stockholm', '2026-10-25', '02:30')).toBe('2026-10-25T00:30:00.000Z')   // the first of two
  })

  it('[VR2] leaves out its exceptions, and is the same whatever the spelling', () => {
    expect(readRule('rrule:freq=weekly;byday=tu;', 'UTC')).toBe('FREQ=WEEKLY;BYDAY=TU')
    const rule = readRule('FREQ=WEEKLY;BYDAY=TU;UNTIL=20261222T080000Z', 'Europe/Stockholm')
    expect(rule).toBe('FREQ=WEEKLY;BYDAY=TU;UNTIL=20261222T090000')
    expect(ruleForCalendar(rule, 'Europe/Stockholm')).toBe('FREQ=WEEKLY;BYDAY=TU;UNTIL=20261222T080000Z')
    expect(daysOf({ rule, startsAt: '2026-11-26T09:00', except: ['2026-12-08'] }, { from: '2026-11-26', to: '2027-11-26' })).toEqual(['2026-12-01', '2026-12-15', '2026-12-22'])
  })

  it('[VR3] that begins too long ago is refused instead of counted for ever', () => {
    expect(() => daysOf({ rule: 'FREQ=DAILY;BYDAY=MO;COUNT=9999', startsAt: '1950-01-01T09:00', except: [] }, { from: '2026-11-26', to: '2027-11-26' })).toThrow('It begins too long ago')
  })

  it.each([
    ['FREQ=HOURLY', 'at most once a day'], ['INTERVAL=2', 'FREQ is needed'], ['FREQ=DAILY;BYMONTHDAY=99', 'BYMONTHDAY cannot be "99"'], ['FREQ=WEEKLY;BYDAY=XX', 'BYDAY cannot be "XX"'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL cannot be "0"'], ['FREQ=DAILY;BYHOUR=9', '"BYHOUR" cannot be part of it'], ['FREQ=DAILY;FREQ=WEEKLY', 'twice'], ['every tuesday', 'cannot be part'],
    ['FREQ=DAILY;COUNT=2;UNTIL=20270101', 'not by both'], ['FREQ=WEEKLY;BYDAY=1MO', 'A number before a weekday'], ['FREQ=DAILY;UNTIL=20260231', 'UNTIL cannot be'], ['FREQ=MONTHLY;BYSETPOS=1', 'BYSETPOS needs'],
  ])('[VR3] that is none is refused in words: %s', (text, why) => {
    expect(() => readRule(text, 'UTC')).toThrow(Refusal)
    expect(() => readRule(text, 'UTC')).toThrow(why)
  })
})
