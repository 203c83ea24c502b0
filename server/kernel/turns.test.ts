import { describe, expect, it } from 'vitest'
import { turns } from './turns.ts'

describe('turns', () => {
  it('[BG4] go from account to account, first come first served within one', () => {
    const t = turns<string>(() => 9)
    for (const item of ['a1', 'a2', 'a3']) t.wait('a', item)
    t.wait('b', 'b1')
    t.wait(undefined, 'house1')
    t.wait('b', 'b2')
    expect(t.waiting).toBe(6)
    expect(Array.from({ length: 7 }, () => t.next())).toEqual(['a1', 'b1', 'house1', 'a2', 'b2', 'a3', undefined])
    expect([t.inUse('a'), t.inUse('b'), t.inUse(undefined), t.waiting]).toEqual([3, 2, 1, 0])
  })

  it('[BG4] pass over an account that has all it may, and come back to it when it gave one back', () => {
    const t = turns<string>(() => 2)
    expect([t.enter('a'), t.enter('a'), t.enter('a')]).toEqual([true, true, false])
    t.wait('a', 'a3')
    t.wait('b', 'b1')
    expect([t.next(), t.next()]).toEqual(['b1', undefined])
    t.leave('a')
    expect(t.next()).toBe('a3')
  })

  it('never limit the house, and forget who waits no longer', () => {
    const t = turns<string>(() => 1)
    expect(Array.from({ length: 5 }, () => t.enter(undefined))).toEqual([true, true, true, true, true])
    t.wait('a', 'a1')
    t.wait('a', 'a2')
    t.forget('a', 'a1')
    expect([t.waiting, t.next(), t.next()]).toEqual([1, 'a2', undefined])
    t.wait('b', 'b1')
    expect([t.clear(), t.waiting, t.next()]).toEqual([['b1'], 0, undefined])
  })
})
