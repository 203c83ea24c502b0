import { expect, it } from 'vitest'
import { chance, type Chance } from '#drills/chance.ts'
import { bookingPlan, deskPlan, kioskPlan, talkPlan } from './plan.ts'
import { gapMs } from './pace.ts'

const plans: Readonly<Record<string, (of: Chance) => () => unknown>> = {
  talk: (of) => talkPlan(of, 120), kiosks: (of) => kioskPlan(of, 20), bookings: bookingPlan, desks: (of) => deskPlan(of, 20), gaps: (of) => () => gapMs(300, () => of.next()),
}
const first = (name: string, seed: number): string => JSON.stringify(Array.from({ length: 500 }, plans[name]!(chance(seed).stream(name))))

it.each(Object.keys(plans))('of %s is the same of the same seed, and another of another [DR10]', (name) => {
  expect(first(name, 7)).toBe(first(name, 7))
  expect(first(name, 8)).not.toBe(first(name, 7))
})

it('gives a desk away once an hour, and comes as often as it is told [DR10]', () => {
  const desk = deskPlan(chance(1), 20), given = Array.from({ length: 200 }, desk)
  expect(new Set(given.map((d) => `${d.desk} ${d.hour}`)).size).toBe(200)
  expect(Math.max(...given.map((d) => d.hour))).toBe(9)
  const of = chance(1), gaps = Array.from({ length: 20_000 }, () => gapMs(100, () => of.next()))
  expect(gaps.reduce((a, b) => a + b, 0) / gaps.length).toBeGreaterThan(9.7)
  expect(gaps.reduce((a, b) => a + b, 0) / gaps.length).toBeLessThan(10.3)
})
