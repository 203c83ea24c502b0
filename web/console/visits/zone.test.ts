import { describe, expect, it } from 'vitest'
import { dayIn, daysBetween, instantIn, localIn, shiftDay } from './zone.ts'

describe('a day', () => {
  it('is the one of the place, not of the reader', () => {
    const ms = Date.parse('2026-11-25T23:30:00.000Z')
    expect([dayIn('Europe/Madrid', ms), dayIn('America/New_York', ms), dayIn('Pacific/Auckland', ms)]).toEqual(['2026-11-26', '2026-11-25', '2026-11-26'])
  })

  it('is shifted over months, years and nights with a changed clock', () => {
    expect([shiftDay('2026-12-31', 1), shiftDay('2026-03-01', -1), shiftDay('2026-03-29', 1)]).toEqual(['2027-01-01', '2026-02-28', '2026-03-30'])
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2)
  })
})

describe('a local time', () => {
  it('becomes the instant that shows it, and back', () => {
    for (const zone of ['Europe/Madrid', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Kiritimati', 'UTC']) {
      for (const local of ['2026-01-15T08:05', '2026-07-15T23:59', '2026-12-31T00:00', '2026-03-29T12:00', '2026-10-25T12:00']) expect(localIn(zone, instantIn(zone, local)), zone).toBe(local)
    }
  })

  it('that the clock skips is an hour later, and of one it shows twice it is the first', () => {
    expect(instantIn('Europe/Madrid', '2026-03-29T02:30')).toBe('2026-03-29T01:30:00.000Z')
    expect(localIn('Europe/Madrid', '2026-03-29T01:30:00.000Z')).toBe('2026-03-29T03:30')
    expect(instantIn('Europe/Madrid', '2026-10-25T02:30')).toBe('2026-10-25T00:30:00.000Z')
  })
})
