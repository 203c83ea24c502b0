import { describe, expect, it } from 'vitest'
import { week } from './week.ts'

const hourMs = 3_600_000

describe('what the hours of a week are like', () => {
  it('[OP5] names the quiet hour and the busy one, once a day is known', () => {
    let nowMs = Date.parse('2026-11-23T00:00:00Z')
    const of = week({ now: () => nowMs })
    for (let h = 0; h < 19; h++, nowMs += hourMs) of.note({ connections: h })
    expect(of.quietHourMs('connections')).toBeUndefined()
    for (let h = 19; h < 72; h++, nowMs += hourMs) of.note({ connections: h % 24 === 4 ? 3 : 10 + 90 * Number(h % 24 > 8 && h % 24 < 18) })
    nowMs = Date.parse('2026-11-26T10:30:00Z')
    expect(new Date(of.quietHourMs('connections')!).toISOString()).toBe('2026-11-27T04:00:00.000Z')
    expect(of.isBusyHour('connections')).toBe(true)
    nowMs = Date.parse('2026-11-26T05:30:00Z')
    expect(of.isBusyHour('connections')).toBe(false)
    expect(of.peak('connections')).toBe(100)
    nowMs += 26 * hourMs
    expect(of.peak('connections')).toBeUndefined()   // nothing is known of the last day
  })

  it('[OP5] comes whole through its file, and forgets after seven days', () => {
    let nowMs = Date.parse('2026-11-23T00:00:00Z')
    const of = week({ now: () => nowMs })
    for (let h = 0; h < 30; h++, nowMs += hourMs) of.note({ messages: h, other: undefined })
    const again = week({ now: () => nowMs, state: JSON.parse(JSON.stringify(of.state())) as ReturnType<typeof of.state> })
    expect(again.peak('messages')).toBe(of.peak('messages'))
    expect(again.quietHourMs('messages')).toBe(of.quietHourMs('messages'))
    nowMs += 8 * 24 * hourMs
    expect(again.state()).toEqual({ hours: {} })
    expect(again.quietHourMs('messages')).toBeUndefined()
  })
})
