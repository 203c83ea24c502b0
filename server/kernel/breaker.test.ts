import { expect, it } from 'vitest'
import { breaker } from './breaker.ts'

function at() {
  let nowMs = 1_000_000
  return { now: () => nowMs, pass: (ms: number) => { nowMs += ms } }
}

it('[WD5] refuses what leaked more than five times within a minute, and nothing else', () => {
  const clock = at()
  const b = breaker({ now: clock.now })
  for (let n = 0; n < 5; n++) { b.leaked('book of a'); clock.pass(1_000) }
  expect(b.refusedForMs('book of a')).toBe(0)
  b.leaked('book of a')
  expect(b.refusedForMs('book of a')).toBe(10_000)
  expect(b.refusedForMs('book of b')).toBe(0)
  expect(b.open()).toMatchObject([{ key: 'book of a', leaks: 6 }])
})

it('forgives what leaks now and then', () => {
  const clock = at()
  const b = breaker({ now: clock.now })
  for (let n = 0; n < 40; n++) { b.leaked('slowly'); clock.pass(12_001) }
  expect(b.refusedForMs('slowly')).toBe(0)
  clock.pass(60_000)
  b.ended('slowly')
  expect(b.isQuiet).toBe(true)
})

it('[WD5] lets one try at a time afterwards, closes when twenty ended well, and pauses longer when one leaks', () => {
  const clock = at()
  const b = breaker({ now: clock.now })
  for (let n = 0; n < 6; n++) b.leaked('k')
  clock.pass(10_000)
  expect([b.refusedForMs('k'), b.refusedForMs('k')]).toEqual([0, 100])
  b.leaked('k')
  expect(b.refusedForMs('k')).toBe(20_000)
  for (const pauseMs of [20_000, 40_000, 60_000, 60_000]) {
    clock.pass(pauseMs - 1)
    expect(b.refusedForMs('k')).toBe(1)
    clock.pass(1)
    expect(b.refusedForMs('k')).toBe(0)
    b.leaked('k')
  }
  clock.pass(60_000)
  for (let n = 0; n < 20; n++) {
    expect(b.refusedForMs('k')).toBe(0)
    b.ended('k')
  }
  expect([b.isQuiet, b.open()]).toEqual([true, []])
})
