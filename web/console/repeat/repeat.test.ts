import { expect, it, vi } from 'vitest'

vi.stubGlobal('navigator', { languages: ['en-GB'], language: 'en-GB' })
const { noRepeat, nthOf, ruleInWords, ruleOf } = await import('./repeat.ts')

it.each([
  [{ kind: 'none' }, undefined, ''],
  [{ kind: 'daily' }, 'FREQ=DAILY', 'every day'],
  [{ kind: 'weekdays' }, 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'every weekday'],
  [{ kind: 'weekly' }, 'FREQ=WEEKLY;BYDAY=TU', 'every Tuesday'],
  [{ kind: 'weekly', days: ['TH', 'TU'], every: '2' }, 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH', 'every 2 weeks on Tuesday and Thursday'],
  [{ kind: 'monthly' }, 'FREQ=MONTHLY;BYMONTHDAY=1', 'every month on day 1'],
  [{ kind: 'nth', ends: 'on', until: '2027-03-01' }, 'FREQ=MONTHLY;BYDAY=1TU;UNTIL=20270301', 'every month on the first Tuesday, until 1 March 2027'],
  [{ kind: 'weekly', ends: 'after', count: '5' }, 'FREQ=WEEKLY;BYDAY=TU;COUNT=5', 'every Tuesday, 5 times'],
  [{ kind: 'custom', rule: ' rrule:freq=yearly ' }, 'FREQ=YEARLY', 'every year'],
  [{ kind: 'custom', rule: 'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1' }, 'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1', 'by the rule FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1'],
] as const)('%o is %s: %s', (choice, rule, words) => {
  expect(ruleOf({ ...noRepeat, ...choice }, '2026-12-01')).toBe(rule)
  if (rule) expect(ruleInWords(rule, '2026-12-01T09:00')).toBe(words)
})

it('says of a fifth weekday that it is the last', () => {
  expect(['2026-12-01', '2026-12-08', '2026-12-28', '2026-12-29'].map(nthOf)).toEqual([1, 2, 4, -1])
})
