import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { every, type Chore } from './every.ts'

const chores: Chore[] = []
const started = (chore: Chore): Chore => { chores.push(chore); return chore }
afterEach(async () => { await Promise.all(chores.splice(0).map((chore) => chore.stop())) })
afterEach(() => { vi.useRealTimers() })

const lines: string[] = []
const options = { now: Date.now, random: Math.random, log: { info: (_: unknown, text?: unknown) => { lines.push(String(text)) }, warn: (_: unknown, text?: unknown) => { lines.push(String(text)) } } }

describe('every', () => {
  it('runs again and again, never twice at once, and not after it was stopped', async () => {
    let running = 0
    let most = 0
    let rounds = 0
    const chore = started(every('test', 5, async () => {
      most = Math.max(most, ++running)
      rounds++
      await sleep(8)
      running--
    }, options))
    await expect.poll(() => rounds).toBeGreaterThan(3)
    for (let i = 0; i < 10; i++) chore.poke()
    await chore.stop()
    expect(running).toBe(0)
    expect(most).toBe(1)
    const before = rounds
    chore.poke()
    await sleep(30)
    expect(rounds).toBe(before)
  })

  it('runs at once when poked, and once more when poked during a round', async () => {
    let rounds = 0
    let finish = (): void => {}
    const chore = started(every('test', 60_000, () => {
      rounds++
      return new Promise<void>((resolve) => { finish = resolve })
    }, options))
    chore.poke()
    expect(rounds).toBe(1)
    chore.poke()
    chore.poke()
    expect(rounds).toBe(1)
    finish()
    await expect.poll(() => rounds).toBe(2)
    finish()
    await chore.stop()
    expect(rounds).toBe(2)
  })

  it('waits longer after each failure, says so once, and comes back to its interval', async () => {
    vi.useFakeTimers()
    lines.length = 0
    const at: number[] = []
    let broken = true
    const chore = started(every('test', 1_000, async () => {
      at.push(Date.now())
      if (broken) throw new Error('the database is away')
    }, { ...options, random: () => 0.5 }))
    await vi.advanceTimersByTimeAsync(60_000)
    const pauses = at.slice(1).map((ms, i) => ms - at[i]!)
    expect(pauses.slice(0, 5)).toEqual([2_000, 4_000, 8_000, 12_000, 12_000])
    expect(lines).toEqual(['a chore failed and will be tried again'])
    broken = false
    await vi.advanceTimersByTimeAsync(13_000)
    expect(lines).toEqual(['a chore failed and will be tried again', 'a chore works again'])
    expect(at.at(-1)! - at.at(-2)!).toBe(1_000)
    await chore.stop()
  })
})
