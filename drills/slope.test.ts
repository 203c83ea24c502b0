import { expect, it } from 'vitest'
import { chance } from '#drills/chance.ts'
import { slopeOf } from './slope.ts'

const points = (seed: number, perHour: number) => {
  const dice = chance(seed)
  return Array.from({ length: 30 * 60 }, (_, s) => ({ atMs: s * 1000, value: 8 + dice.between(-2, 2) + perHour * s / 3600 }))
}

it('says of what does not grow that it need not grow, nineteen times of twenty [DR6]', () => {
  const alarms = Array.from({ length: 400 }, (_, seed) => slopeOf(points(seed, 0))!).filter(({ low, high }) => low > 0 || high < 0)
  expect(alarms.length).toBeGreaterThan(0)
  expect(alarms.length).toBeLessThan(40)
})

it('sees one connection that is lost in half an hour [DR6]', () => {
  for (let seed = 0; seed < 50; seed++) {
    const { perHour, low } = slopeOf(points(seed, 2))!
    expect(low, `seed ${seed}`).toBeGreaterThan(0)
    expect(perHour).toBeGreaterThan(1)
  }
})

it('says nothing of less than three minutes [DR6]', () => {
  expect(slopeOf(points(1, 0).slice(0, 119))).toBeUndefined()
})
