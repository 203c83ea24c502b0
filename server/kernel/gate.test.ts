import { describe, expect, it } from 'vitest'
import { scheduler } from '#test/simulation/scheduler.ts'
import { gate, type GateClass, type Leave } from './gate.ts'
import { gradient } from './gradient.ts'
import { Refusal } from './refusal.ts'

type Name = 'high' | 'low'
const classes: readonly GateClass<Name>[] = [
  { name: 'high', share: (limit) => limit, words: 'high things' },
  { name: 'low', share: (limit) => limit - 1, shedAfterMs: 300, words: 'low things' },
]
function open(limit: number) {
  const time = scheduler(0, 200_000)
  const g = gate({ classes, now: time.now, after: time.after, limit: () => limit })
  const log: string[] = []
  /** Works for so long when it gets in. */
  async function work(of: Name, account: string, tookMs: number, deadlineMs = 10_000): Promise<void> {
    let leave: Leave
    try { leave = await g.enter(of, account, deadlineMs) } catch (error) { log.push(`${account} ${error instanceof Refusal ? error.message : String(error)}`); return }
    log.push(account)
    await time.sleep(tookMs)
    leave()
  }
  return { time, g, log, work }
}

describe('the gate', () => {
  it('[GV1] lets the higher class in first, and leaves it a place that the lower cannot take', async () => {
    const { time, g, log, work } = open(3)
    for (const name of ['l1', 'l2', 'l3']) void work('low', name, 100)
    await time.run(10)
    expect(log).toEqual(['l1', 'l2'])
    void work('high', 'h1', 100)
    await time.run(20)
    expect(log).toEqual(['l1', 'l2', 'h1'])
    void work('high', 'h2', 10)
    await time.run(1_000)
    expect(log).toEqual(['l1', 'l2', 'h1', 'h2', 'l3'])
    expect(g.inUse).toBe(0)
  })

  it('[GV2] is fair between accounts: who asks for much waits for itself', async () => {
    const { time, log, work } = open(2)
    for (let i = 0; i < 20; i++) void work('low', 'greedy', 10)
    await time.run(1)
    for (let i = 0; i < 3; i++) void work('low', 'modest', 10)
    await time.run(75)
    expect(log.filter((name) => name === 'modest')).toHaveLength(3)
  })

  it('[GV3] bounds its queues in time: in overload the old are refused in words, the newest are served, and nobody of a class that is never shed', async () => {
    const { time, g, log, work } = open(2)
    for (let i = 0; i < 200; i++) time.after(i * 10, () => void work('low', `l${i}`, 100))   // ten times as many as there is room for
    for (let i = 0; i < 20; i++) time.after(i * 100, () => void work('high', `h${i}`, 20))
    await time.run(10_000)
    const served = log.filter((line) => /^l\d+$/.test(line)), refused = log.filter((line) => line.includes('Too many low things at once'))
    expect(served.length + refused.length).toBe(200)
    expect(refused.length).toBeGreaterThan(150)
    expect(log.filter((line) => /^h\d+$/.test(line))).toHaveLength(20)
    expect(log.some((line) => line.includes('high things'))).toBe(false)
    // Those who were served late in the flood had just come.
    expect(Number(served.at(-1)!.slice(1))).toBeGreaterThan(190)
    expect(g.stats().low).toMatchObject({ inUse: 0, waiting: 0, refused: refused.length })
  })

  it('[GV3] in overload the newest of an account goes first: the oldest have been given up by those who asked', async () => {
    const { time, g } = open(2)
    const waits: number[] = []
    for (let i = 0; i < 400; i++) {
      time.after(i * 10, () => {
        const sinceMs = time.now()
        Promise.resolve(g.enter('low', 'a', 10_000)).then(async (leave) => { waits.push(time.now() - sinceMs); await time.sleep(100); leave() }, () => {})
      })
    }
    await time.run(4_000)
    const late = waits.slice(-20)
    expect(late.filter((ms) => ms <= 20).length).toBeGreaterThan(15)
  })

  it('[GV3] a deadline holds for all', async () => {
    const { time, log, work } = open(1)
    void work('high', 'h1', 10_000)
    void work('high', 'h2', 10, 500)
    await time.run(600)
    expect(log).toEqual(['h1', expect.stringContaining('h2 Too many high things')])
  })

  it('never lets more in than it may, and forgets nobody, whatever comes (200 seeds)', async () => {
    const { chance } = await import('#drills/chance.ts')
    for (let seed = 1; seed <= 200; seed++) {
      const c = chance(seed), limit = 1 + c.below(6), time = scheduler(0, 50_000)
      const g = gate({ classes, now: time.now, after: time.after, limit: () => limit })
      let inside = 0, most = 0, ended = 0
      for (let i = 0; i < 60; i++) {
        time.after(c.below(2_000), () => {
          void (async () => {
            try {
              const leave = await g.enter(c.is(0.5) ? 'high' : 'low', String(c.below(4)), 50 + c.below(3_000))
              most = Math.max(most, ++inside)
              await time.sleep(c.below(200))
              inside--
              leave()
              leave()   // twice counts once
            } catch { /* refused */ } finally { ended++ }
          })()
        })
      }
      await time.run(60_000)
      expect({ seed, ended, inside, free: g.inUse, most: most <= limit }).toEqual({ seed, ended: 60, inside: 0, free: 0, most: true })
    }
  })
})

describe('the limit', () => {
  /** So many calls side by side for a while, each as slow as the database is then. */
  function feed(g: ReturnType<typeof gradient>, clock: { ms: number }, seconds: number, tookMs: number): void {
    for (let i = 0; i < seconds * 100; i++) { clock.ms += 10; g.sample('look-up', tookMs, g.limit); if (i % 10 === 0) g.sample('report', tookMs * 200, g.limit) }
  }
  it('[GV4] follows latency: fewer while the database is slower than it was, never fewer than two, and back again', () => {
    const clock = { ms: 0 }
    const g = gradient({ now: () => clock.ms, max: () => 20 })
    feed(g, clock, 60, 5)
    expect(g.limit).toBe(20)
    feed(g, clock, 3, 60)
    expect(g.limit).toBeLessThanOrEqual(12)
    feed(g, clock, 10, 200)
    expect(g.limit).toBe(2)
    feed(g, clock, 30, 5)
    expect(g.limit).toBe(20)
  })

  it('[GV4] the median decides: one kind of call that waits for a lock is not the database, most of them are', () => {
    const clock = { ms: 0 }
    const g = gradient({ now: () => clock.ms, max: () => 20 })
    const mix = (seconds: number, slow: readonly string[]): void => {
      for (let i = 0; i < seconds * 100; i++) for (const label of ['a', 'b', 'c']) { clock.ms += 3; g.sample(label, slow.includes(label) ? 300 : 5, g.limit) }
    }
    mix(60, [])
    mix(10, ['a'])
    expect(g.limit).toBe(20)
    mix(10, ['a', 'b'])
    expect(g.limit).toBeLessThanOrEqual(4)
  })

  it('[GV4] what stays slow becomes usual', () => {
    const clock = { ms: 0 }
    const g = gradient({ now: () => clock.ms, max: () => 20 })
    feed(g, clock, 30, 5)
    feed(g, clock, 1_200, 30)
    expect(g.limit).toBe(20)
  })

  it('[GV4] never exceeds what there is, also when that shrinks, and does not grow unused', () => {
    const clock = { ms: 0 }
    let max = 20
    const g = gradient({ now: () => clock.ms, max: () => max })
    for (let i = 0; i < 10_000; i++) { clock.ms += 10; g.sample('look-up', 5, 1) }
    expect(g.limit).toBe(11)
    max = 4
    expect(g.limit).toBe(4)
  })
})
