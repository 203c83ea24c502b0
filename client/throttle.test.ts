import { describe, expect, it } from 'vitest'
import { chance } from '#drills/chance.ts'
import { throttle } from './throttle.ts'

function open() {
  const clock = { ms: 1e9 }, random = chance(1).next
  const t = throttle(() => clock.ms, random)
  /** So many requests, one every 100 ms; how many were let out. */
  const ask = (n: number, isServed: boolean): number => {
    let out = 0
    for (let i = 0; i < n; i++) { clock.ms += 100; if (t.isAllowed()) { out++; if (isServed) t.accepted(); else t.refused() } }
    return out
  }
  return { clock, t, ask }
}

describe('the throttle of a client', () => {
  it('[SO8] lets everything out while it is served, and a handful of refusals cost nothing', () => {
    const { ask } = open()
    expect(ask(500, true)).toBe(500)
    const fresh = open()
    expect(fresh.ask(5, false)).toBe(5)
  })

  it('[SO8] asks less and less of a server that refuses all, and is back to all once it serves', () => {
    const { ask } = open()
    ask(300, true)
    ask(1_200, false)
    const during = ask(600, false)
    expect(during).toBeGreaterThan(60)
    expect(during).toBeLessThan(180)
    ask(900, true)   // a minute and a half
    expect(ask(600, true)).toBe(600)
  })

  it('[SO8] says nothing of load when nobody heard', () => {
    const { t } = open()
    for (let i = 0; i < 200; i++) { expect(t.isAllowed()).toBe(true) }
  })

  it('[SO8] lets out at once what is asked at once', () => {
    const { t } = open()
    for (let i = 0; i < 200; i++) expect(t.isAllowed()).toBe(true)   // none of them has been answered
    for (let i = 0; i < 200; i++) t.accepted()
    expect(t.isAllowed()).toBe(true)
  })
})
