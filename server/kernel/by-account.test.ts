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

it('answers truly whatever was asked before', () => {
  const map = new ByAccount<number>()
  expect(map.get('c', 'x')).toBeUndefined()
  map.set('c', 'x', 1)
  expect([map.get('c', 'x'), map.get('d', 'x'), map.delete('d', 'x'), map.get('c', 'x')]).toEqual([1, undefined, false, 1])
  map.clear()
  expect([map.get('c', 'x'), map.has('c', 'x')]).toEqual([undefined, false])
  map.set('c', 'x', 2)
  map.set('d', 'y', 3)
  expect([map.get('c', 'x'), map.get('d', 'y'), map.size, [...map.values()]]).toEqual([2, 3, 2, [2, 3]])
})
