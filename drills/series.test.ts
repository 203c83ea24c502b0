import { expect, it } from 'vitest'
import type { Event } from './checker/history.ts'
import { goodput, bySecond, latenessMs, taken } from './series.ts'

const asked = (n: number, dueMs: number, lateMs = 0): Event => ({ type: 'offered', by: 'a', topic: 't', id: String(n), mark: '', dueMs, atMs: dueMs + lateMs })
const answered = (n: number, atMs: number): Event => ({ type: 'acked', by: 'a', topic: 't', id: String(n), offset: n, via: '', atMs })

it('counts from when it was due: what is confirmed late, or never, is no good [DR5]', () => {
  const events = [asked(1, 1_000), answered(1, 1_500), asked(2, 1_100, 900), answered(2, 6_101), asked(3, 1_200), asked(4, 2_000), answered(4, 7_000)]
  const seconds = bySecond(taken(events, 'offered', ['kept', 'acked']), 1_000, 3)
  expect(seconds.map(({ due, good }) => [due, good])).toEqual([[3, 1], [1, 1], [0, 0]])
  expect(goodput(seconds, 0, 1)).toBeCloseTo(1 / 3)
  expect(goodput(seconds, 2, 3)).toBe(1)
})

it('tells the generator’s own lateness apart, of a stretch by itself [DR11]', () => {
  const events = [asked(1, 0, 2), asked(2, 100, 3), asked(3, 1_000, 800), answered(3, 9_000)]
  expect(latenessMs(events, 0, 1_000)).toBe(3)
  expect(latenessMs(events, 0, 2_000)).toBe(800)
  expect(latenessMs(events, 5_000, 6_000)).toBe(0)
})
