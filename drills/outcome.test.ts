import { expect, it } from 'vitest'
import { bar } from './drill.ts'
import { outcomeOf } from './outcome.ts'

const ran = (isMet: boolean, isLate: boolean, isBroken = false) => ({ bars: [bar('lost', '0', '', true), bar('late', '0', '', isMet)], broken: { isBroken, found: '' }, ...(isLate && { voidBecause: 'the generator was late' }) })

it('[DR9] a missed bar fails, and a late generator excuses nothing but the run', () => {
  expect(outcomeOf(ran(true, false), false, false)).toBe('passed')
  expect(outcomeOf(ran(false, false), false, true)).toBe('failed')
  expect(outcomeOf(ran(false, true), false, true)).toBe('void')
  expect(outcomeOf(ran(true, true), false, false)).toBe('void')
  expect(outcomeOf(ran(true, true), false, true)).toBe('passed')
})

it('[DR9] a control that broke under a late generator shows nothing', () => {
  expect(outcomeOf(ran(false, false, true), true, false)).toBe('passed')
  expect(outcomeOf(ran(true, false, false), true, false)).toBe('failed')
  for (const isQuick of [true, false]) expect(outcomeOf(ran(true, true, true), true, isQuick)).toBe('void')
})
