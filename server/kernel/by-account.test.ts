import { expect, it } from 'vitest'
import { ByAccount } from './by-account.ts'

it('keeps what belongs to one account apart from the same name in another, and knows how much there is', () => {
  const map = new ByAccount<number>()
  map.set('a', 'x', 1)
  map.set('b', 'x', 2)
  map.set('a', 'y', 3)
  map.set('a', 'x', 4)
  expect([map.get('a', 'x'), map.get('b', 'x'), map.get('b', 'y'), map.get('c', 'x')]).toEqual([4, 2, undefined, undefined])
  expect([map.has('a', 'y'), map.has('b', 'y')]).toEqual([true, false])
  expect([map.size, [...map.values()]]).toEqual([3, [4, 3, 2]])
  expect([map.delete('a', 'x'), map.delete('a', 'x'), map.delete('c', 'x')]).toEqual([true, false, false])
  expect([map.size, map.get('a', 'x'), [...map.values()]]).toEqual([2, undefined, [3, 2]])
  map.clear()
  expect([map.size, [...map.values()]]).toEqual([0, []])
})

it('loses nothing and keeps the order when many come and go', () => {
  const map = new ByAccount<number>()
  map.set('a', 'stays', -1)
  map.set('b', 'stays', -2)
  for (let i = 0; i < 5_000; i++) {
    map.set('a', `n${i}`, i)
    if (i >= 3) expect(map.delete('a', `n${i - 3}`)).toBe(true)
  }
  expect([map.size, map.get('a', 'n4998'), map.get('a', 'n4000')]).toEqual([5, 4998, undefined])
  expect([...map.values()]).toEqual([-1, 4997, 4998, 4999, -2])
})
