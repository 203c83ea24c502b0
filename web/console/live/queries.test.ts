import { QueryObserver } from '@tanstack/react-query'
import { expect, it, vi } from 'vitest'
import { newQueries, readAgain } from './queries.ts'

it('reads again after a first reading that was under way when something happened', async () => {
  const queries = newQueries()
  const first = Promise.withResolvers<string>()
  const answers = [first.promise, Promise.resolve('after')]
  const queryFn = vi.fn(async () => answers.shift()!)
  const observer = new QueryObserver(queries, { queryKey: ['floor', 'one'], queryFn })
  const leave = observer.subscribe(() => {})
  const read = readAgain(queries, ['floor'])
  expect(queryFn).toHaveBeenCalledTimes(1)
  first.resolve('before')
  await read
  expect(observer.getCurrentResult().data).toBe('after')
  expect(queryFn).toHaveBeenCalledTimes(2)
  leave()
})
