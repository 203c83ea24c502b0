import { describe, expect, it } from 'vitest'
import { daysOf, reportSearch } from './range.ts'

describe('the range of a report', () => {
  it.each([
    [{}, '2026-10-30', '2026-11-26'], [{ range: 'today' }, '2026-11-26', '2026-11-26'], [{ range: 'week' }, '2026-11-20', '2026-11-26'],
    [{ range: 'custom', from: '2026-03-28', to: '2026-03-30' }, '2026-03-28', '2026-03-30'], [{ range: 'custom', from: '2026-03-28', to: '2026-03-01' }, '2026-03-28', '2026-03-28'],
    [{ range: 'custom', to: '2026-03-01' }, '2026-03-01', '2026-03-01'],
  ] as const)('%j is from %s to %s', (search, from, to) => expect(daysOf(search, '2026-11-26')).toEqual({ from, to }))

  it('leaves out of an address what it does not understand', () => {
    expect(reportSearch({ range: 'century', from: 'yesterday', to: '2026-11-26', inbox: 7, channel: 'sms', agent: '' })).toEqual({ to: '2026-11-26', channel: 'sms' })
    expect(reportSearch({ range: 'custom', from: '2026-13-01', to: '2026-11-99' })).toEqual({ range: 'custom' })
  })
})
