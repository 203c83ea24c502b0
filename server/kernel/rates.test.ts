import { describe, expect, it } from 'vitest'
import { rateLimiter } from './rates.ts'

describe('a rate', () => {
  it('allows a burst, then as many as it says, for each key by itself', () => {
    let nowMs = 0
    const rate = rateLimiter({ burst: 3, perMinute: 60 }, () => nowMs)
    const take = (key: string, times: number) => Array.from({ length: times }, () => rate.take(key))
    expect(take('a', 4)).toEqual([0, 0, 0, 1000])
    expect(take('b', 1)).toEqual([0])
    nowMs = 400
    expect(rate.take('a')).toBe(600)
    nowMs = 1000
    expect(take('a', 2)).toEqual([0, 1000])
    nowMs = 3_600_000
    expect(take('a', 4)).toEqual([0, 0, 0, 1000])   // never more than the burst
  })

  it('gives what it promised: waiting as long as it said is enough', () => {
    let nowMs = 0
    const rate = rateLimiter({ burst: 1, perMinute: 7 }, () => nowMs)
    rate.take('a')
    for (let i = 0; i < 1000; i++) {
      nowMs += rate.take('a')
      expect(rate.take('a')).toBe(0)
    }
    expect(nowMs / 60_000 * 7).toBeCloseTo(1000, -1)
  })

  it('does not mind a clock that goes back, and forgets on request', () => {
    let nowMs = 10_000
    const rate = rateLimiter({ burst: 1, perMinute: 60 }, () => nowMs)
    expect(rate.take('a')).toBe(0)
    nowMs = 0
    expect(rate.take('a')).toBe(1000)
    rate.forget('a')
    expect(rate.take('a')).toBe(0)
  })

  it('remembers a limited number of keys, the last used ones', () => {
    const rate = rateLimiter({ burst: 1, perMinute: 1 }, () => 0, 2)
    for (const key of ['a', 'b', 'a', 'c']) rate.take(key)   // b is the longest unused
    expect(rate.take('a')).toBeGreaterThan(0)
    expect(rate.take('b')).toBe(0)
  })
})
