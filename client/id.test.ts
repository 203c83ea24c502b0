import { afterEach, expect, it, vi } from 'vitest'
import { isId } from '#contract/ids.ts'
import { newId } from './id.ts'

afterEach(() => { vi.useRealTimers() })

it('ids are well formed, all different, and sort in the order they were made, also when the clock goes back', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_795_000_000_000 })
  const ids = Array.from({ length: 20_000 }, (_, i) => {
    if (i % 7 === 0) vi.setSystemTime(1_795_000_000_000 + (i % 5) * 10 - 20)
    return newId()
  })
  expect(ids.every(isId)).toBe(true)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(ids.toSorted())
})
