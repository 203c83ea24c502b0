import { describe, expect, it } from 'vitest'
import { trend, type Rise } from './trend.ts'

/** Small, fast and seeded (mulberry32): a failing seed can be run again. */
function randomOf(seed: number): () => number {
  return () => {
    seed = seed + 0x6D2B79F5 | 0
    let t = Math.imul(seed ^ seed >>> 15, 1 | seed)
    t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t
    return ((t ^ t >>> 14) >>> 0) / 4_294_967_296
  }
}

/** Six hours, one look every 5 s. @returns when it first says that `limit` is reached within the hour */
function firstAlarm(valueAt: (ms: number) => number, limit: number, forMs = 21_600_000): { atMs: number; rise: Rise } | undefined {
  let nowMs = 0
  const t = trend(() => nowMs)
  for (; nowMs < forMs; nowMs += 5_000) {
    t.note(valueAt(nowMs))
    const rise = t.rise(limit)
    if (rise && rise.exhaustedInMs < 3_600_000) return { atMs: nowMs, rise }
  }
  return undefined
}

describe('a trend', () => {
  it.each([
    ['one a minute on twelve connections', 60_000, 12],
    ['one in five minutes on forty', 300_000, 40],
    ['one a second on twenty thousand files', 1_000, 20_000],
  ])('[WD4] is noticed before exhaustion: %s', (_name, everyMs, limit) => {
    const random = randomOf(7)
    const found = firstAlarm((ms) => Math.floor(ms / everyMs) + Math.floor(random() * 4), limit, everyMs * limit)
    expect(found).toBeDefined()
    expect(found!.atMs).toBeLessThan(everyMs * limit * 0.95)
    expect(found!.rise.perHour).toBeGreaterThan(3_600_000 / everyMs * 0.7)
    expect(found!.rise.perHour).toBeLessThan(3_600_000 / everyMs * 1.6)
  })

  it('[WD4] raises no false alarm on a thousand flat, noisy, busy and spiky series of six hours each', () => {
    let alarms = 0
    const wrong: string[] = []
    for (let seed = 1; seed <= 1_000; seed++) {
      const random = randomOf(seed)
      const level = Math.floor(random() * 6)
      const noise = 1 + Math.floor(random() * 6)
      const burstMs = 600_000 + random() * 3_000_000
      const shapes: ((ms: number) => number)[] = [
        () => level,
        () => level + Math.floor(random() * noise),
        (ms) => level + (ms % burstMs < burstMs / 3 ? Math.floor(random() * 10) : 0),
        () => level + (random() < 0.05 ? noise : 0),
        (ms) => level + (ms > burstMs ? 1 : 0),   // a client that came and stays
      ]
      const shape = shapes[seed % shapes.length]!
      if (firstAlarm(shape, 12)) { alarms++; wrong.push(`seed ${seed}, shape ${seed % shapes.length}`) }
    }
    expect(wrong).toEqual([])
    expect(alarms).toBe(0)
  })

  it('says nothing on less than it needs, and nothing of what falls', () => {
    expect(firstAlarm((ms) => ms / 10_000, 12, 200_000)).toBeUndefined()
    expect(firstAlarm((ms) => 1_000 - ms / 30_000, 1_200)).toBeUndefined()
  })
})
