import { expect, it } from 'vitest'
import { chance } from '#drills/chance.ts'
import { slopeOf } from './slope.ts'

const minuteMs = 60_000, halfHour = 30 * 60
const points = (seed: number, perHour: number) => {
  const dice = chance(seed)
  return Array.from({ length: halfHour }, (_, s) => ({ atMs: s * 1000, value: 8 + dice.between(-2, 2) + perHour * s / 3600 }))
}
/** As a pool does: now and then somebody wants one more, and it stays for a minute. */
const lingering = (seed: number) => {
  const dice = chance(seed), until: number[] = []
  return Array.from({ length: halfHour }, (_, s) => {
    if (dice.is(1 / 40)) until.push(s + 60)
    return { atMs: s * 1000, value: 8 + until.filter((end) => end > s).length }
  })
}
const alarms = (of: (seed: number) => ReturnType<typeof points>, blockMs: number): number =>
  Array.from({ length: 400 }, (_, seed) => slopeOf(of(seed), blockMs)!).filter(({ low, high }) => low > 0 || high < 0).length

it('says of what does not grow that it need not grow, nineteen times of twenty [DR6]', () => {
  const found = alarms((seed) => points(seed, 0), minuteMs)
  expect(found).toBeGreaterThan(0)
  expect(found).toBeLessThan(40)
})

it('says so as well of what remembers, when it looks at longer stretches than that [DR6]', () => {
  const found = alarms(lingering, 3 * minuteMs)
  expect(found).toBeGreaterThan(0)
  expect(found).toBeLessThan(40)
  expect(alarms(lingering, 10_000)).toBeGreaterThan(2 * found)
})

it('sees one connection that is lost in half an hour [DR6]', () => {
  for (const blockMs of [minuteMs, 3 * minuteMs]) {
    for (let seed = 0; seed < 50; seed++) {
      const { perHour, low } = slopeOf(points(seed, 2), blockMs)!
      expect(low, `seed ${seed}`).toBeGreaterThan(0)
      expect(perHour).toBeGreaterThan(1)
    }
  }
})

it('says nothing of less than three stretches [DR6]', () => {
  expect(slopeOf(points(1, 0).slice(0, 119), minuteMs)).toBeUndefined()
})
