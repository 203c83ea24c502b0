import { expect, it } from 'vitest'
import { leastWidthPx, namesFromPx } from './plan-width.ts'

const plan = { widthPx: 1000, heightPx: 500 }

it('is as wide as the nearest neighbours need, and no wider than one can pan', () => {
  expect(leastWidthPx(plan, [{ x: 0.5, y: 0.5 }])).toBe(0)
  expect(leastWidthPx(plan, [{ x: 0.1, y: 0.5 }, { x: 0.2, y: 0.5 }])).toBe(260)
  expect(leastWidthPx(plan, [{ x: 0.1, y: 0.4 }, { x: 0.1, y: 0.5 }, { x: 0.9, y: 0.9 }])).toBe(520)
  expect(leastWidthPx(plan, [{ x: 0.1, y: 0.4 }, { x: 0.101, y: 0.4 }])).toBe(900)
  expect(leastWidthPx(plan, [{ x: 0.1, y: 0.4 }, { x: 0.1, y: 0.4 }])).toBe(0)
})

it('writes names from a width on at which they stand beside or below each other', () => {
  expect(namesFromPx(plan, [{ x: 0.1, y: 0.5 }, { x: 0.2, y: 0.5 }])).toBe(860)
  expect(namesFromPx(plan, [{ x: 0.1, y: 0.4 }, { x: 0.1, y: 0.5 }])).toBe(520)
  expect(namesFromPx(plan, [{ x: 0.1, y: 0.1 }, { x: 0.2, y: 0.9 }])).toBe(65)
})
