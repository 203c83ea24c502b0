import { describe, expect, it } from 'vitest'
import { chance } from '#drills/chance.ts'
import { jitterMs, reconnectDelayMs, retryBudget, retryDelayMs } from './backoff.ts'

const draws = (seed: number) => {
  const source = chance(seed)
  return () => source.next()
}
const many = (of: (random: () => number) => number): number[] => Array.from({ length: 2000 }, (_, seed) => of(draws(seed)))
/** How much of the range each quarter got: a spread that is even lies near a quarter. */
const quarters = (values: number[], most: number): number[] => [0, 1, 2, 3].map((q) => values.filter((v) => Math.floor(v / most * 4) === q).length / values.length)

describe('coming back', () => {
  it('tries first at a moment spread evenly over the window that the server told', () => {
    const delays = many((random) => reconnectDelayMs({ tries: 0, windowMs: 20_000, lostForMs: 0, random }))
    expect(Math.max(...delays)).toBeLessThan(20_000)
    for (const share of quarters(delays, 20_000)) expect(share).toBeCloseTo(0.25, 1)
  })

  it.each([
    [1, 1_000, 20_000, 500], [2, 1_000, 20_000, 1_000], [3, 1_000, 20_000, 2_000], [5, 1_000, 20_000, 8_000], [9, 30_000, 60_000, 8_000],
    [9, 30_000, 3_300, 3_300], [9, 30_000, 100, 2_000], [9, 61_000, 100, 30_000], [500, 1e9, 20_000, 30_000],
  ])('[SO1] after %i tries, lost for %i ms, with a window of %i ms, waits up to %i ms', (tries, lostForMs, windowMs, mostMs) => {
    const delays = many((random) => reconnectDelayMs({ tries, windowMs, lostForMs, random }))
    expect(Math.max(...delays)).toBeLessThan(mostMs)
    // Jitter after the cap: before it, most would wait exactly as long as the cap.
    for (const share of quarters(delays, mostMs)) expect(share).toBeCloseTo(0.25, 1)
  })

  it('[SO9] a window of 0 is a naive server, for drills: at once, then every second in step', () => {
    expect([0, 1, 2, 9].map((tries) => reconnectDelayMs({ tries, windowMs: 0, lostForMs: 0, random: () => 0.7 }))).toEqual([0, 1_000, 1_000, 1_000])
  })

  it('jitters from the start when it never was connected', () => {
    expect(Math.max(...many((random) => reconnectDelayMs({ tries: 0, windowMs: undefined, lostForMs: 0, random })))).toBeLessThan(500)
  })
})

describe('repeating what was refused', () => {
  it('never shortens what the server named, and spreads it', () => {
    const delays = many((random) => retryDelayMs(0, 4000, random))
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(4000)
    expect(Math.max(...delays)).toBeGreaterThan(5900)
    expect(Math.max(...many((random) => retryDelayMs(3, undefined, random)))).toBeLessThan(4000)
    expect(jitterMs(1e9, 30_000, () => 0.999)).toBeLessThan(30_000)
  })

  it('allows a tenth of what is sent and one every ten seconds', () => {
    const budget = retryBudget(0)
    for (let i = 0; i < 5; i++) expect(budget.spend(0)).toBe(0)
    expect(budget.spend(0)).toBe(10_000)
    expect(budget.spend(0)).toBe(20_000)
    // A minute pays the debt of two and saves four.
    for (let i = 0; i < 4; i++) expect(budget.spend(60_000)).toBe(0)
    expect(budget.spend(60_000)).toBeGreaterThan(0)
    const busy = retryBudget(0)
    for (let i = 0; i < 1000; i++) busy.earn()
    expect(Array.from({ length: 20 }, () => busy.spend(0)).filter((ms) => ms === 0)).toHaveLength(10)
  })

  it('lets nobody wait for longer than a minute', () => {
    const budget = retryBudget(0)
    for (let i = 0; i < 1000; i++) expect(budget.spend(0)).toBeLessThanOrEqual(60_000)
  })

  it('does not fall for a clock that is set back', () => {
    const budget = retryBudget(1_000_000)
    expect(budget.spend(0)).toBe(0)
    expect(budget.spend(0)).toBe(0)
  })
})
