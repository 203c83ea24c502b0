import { describe, expect, it } from 'vitest'
import { reconnectDelayMs } from '#client/backoff.ts'
import { chance } from '#drills/chance.ts'
import { scheduler, type Scheduler } from '#test/simulation/scheduler.ts'
import { admission, type Admission } from './admission.ts'
import { resumeRate, windowMs } from './resume-rate.ts'

/** One event loop: a callback starts when those before it have ended, and takes as long as the work it says it does. */
function eventLoop(time: Scheduler) {
  const ready: { fn: () => void; dueMs: number }[] = []
  let isBusy = false
  let aheadMs = 0
  let busyMs = 0
  let delays: number[] = []
  let readMs = 0
  function next(): void {
    const job = isBusy ? undefined : ready.shift()
    if (!job) return
    isBusy = true
    delays.push(time.now() - job.dueMs)
    job.fn()
    const tookMs = aheadMs
    aheadMs = 0
    busyMs += tookMs
    time.after(tookMs, () => { isBusy = false; next() })
  }
  return {
    now: () => time.now() + aheadMs,
    work: (ms: number): void => { aheadMs += ms },
    after: (ms: number, fn: () => void) => time.after(ms, () => { ready.push({ fn, dueMs: time.now() }); next() }),
    read() {
      delays.sort((a, b) => a - b)
      const [p99Ms, utilisation] = [delays[Math.floor(delays.length * 0.99)] ?? 0, Math.min(1, busyMs / Math.max(1, time.now() - readMs))]
      delays = []; busyMs = 0; readMs = time.now()
      return { p99Ms, utilisation }
    },
  }
}

const p99 = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0

interface Outcome { lastBackMs: number; lastAgentMs: number; stayedP99Ms: number; reads: number; turnedAway: number }

/** So many clients are lost at once; others stay and go on writing 300 messages a second. A handshake costs 1 ms in all. */
async function storm(o: { clients: number; agents: number; seed: number; downMs: number; window: number | ((isAgent: boolean) => number); isOff?: boolean }): Promise<Outcome> {
  const time = scheduler(0, 3_000_000), random = chance(o.seed).next
  const loop = eventLoop(time)
  const gate: Admission = admission({ now: loop.now, after: loop.after, loop: loop.read, isOff: o.isOff ?? false })
  const back: number[] = [], agentsBack: number[] = [], stayed: number[] = []
  let reads = 0, isReading = false

  /** As `kernel/gather.ts`: what is asked in one turn of the loop is one read. */
  function read(then: () => void): void {
    if (!isReading) { isReading = true; reads += 3; loop.after(0, () => { isReading = false }) }
    loop.after(5, then)
  }
  function hello(isAgent: boolean, welcome: () => void, later: (ms: number) => void): void {
    loop.work(0.05)
    gate.hello(isAgent ? 'agent' : 'resume', () => new Promise<void>((resolve) => {
      loop.work(0.1)
      read(() => { loop.work(0.2); gate.finish(() => { loop.work(0.4); resolve(); welcome() }) })
    }), later)
  }
  for (let i = 0; i < o.clients; i++) {
    const isAgent = i < o.agents, window = typeof o.window === 'number' ? o.window : o.window(isAgent)
    let tries = 0
    const wait = (ms: number): void => void time.after(ms, dial)
    const again = (): void => wait(reconnectDelayMs({ tries: tries++, windowMs: window, lostForMs: time.now(), random }))
    function dial(): void {
      if (time.now() < o.downMs) return again()
      loop.after(1, () => gate.upgrade(() => { loop.work(0.25); loop.after(1, () => hello(isAgent, () => { (isAgent ? agentsBack : back).push(time.now()) }, wait)) }))
    }
    again()
  }
  for (let at = 0; at < 60_000; at += 1000 / 300) {
    time.after(at, () => loop.after(0, () => { loop.work(0.2); stayed.push(loop.now() - at) }))
  }
  await time.run(120_000, () => back.length + agentsBack.length === o.clients && stayed.length > 17_000)
  gate.stop()
  expect(back.length + agentsBack.length).toBe(o.clients)
  if (process.env['SHOW']) console.log(o, { last: Math.max(...back), agent: Math.max(0, ...agentsBack), p99: p99(stayed.slice(0, 9_000)), reads, stats: gate.stats() })
  return { lastBackMs: Math.max(...back), lastAgentMs: Math.max(0, ...agentsBack), stayedP99Ms: p99(stayed.slice(0, 9_000)), reads, turnedAway: gate.stats().turnedAway }
}

describe('8,000 clients are lost at once', () => {
  const window = (isAgent: boolean): number => windowMs(8_000, 1_000, isAgent)

  it('[SO1] [SO4] all are back within the window and the tail of their tries, and those who stayed keep their loop', { timeout: 120_000 }, async () => {
    for (const seed of [1, 2, 3]) {
      const { lastBackMs, lastAgentMs, stayedP99Ms } = await storm({ clients: 8_000, agents: 200, seed, downMs: 0, window })
      expect(lastBackMs).toBeLessThan(window(false) + 5_000)
      expect(lastAgentMs).toBeLessThan(window(true) + 1_000)
      expect(stayedP99Ms).toBeLessThan(100)
    }
  })

  it('[SO1] a server that is away for three seconds has them back within the window and one cap', { timeout: 60_000 }, async () => {
    const { lastBackMs } = await storm({ clients: 8_000, agents: 200, seed: 4, downMs: 3_000, window })
    expect(lastBackMs).toBeLessThan(window(false) + 3_000 + 8_000)
  })

  it('[SO4] with no window at all, admission alone holds the loop', { timeout: 60_000 }, async () => {
    const { lastBackMs, stayedP99Ms } = await storm({ clients: 8_000, agents: 200, seed: 5, downMs: 0, window: 1 })
    expect(stayedP99Ms).toBeLessThan(120)
    expect(lastBackMs).toBeLessThan(40_000)
  })

  it('[SO6] waves gather their reads: at most one for twenty topics', { timeout: 60_000 }, async () => {
    const { reads } = await storm({ clients: 8_000, agents: 0, seed: 6, downMs: 0, window })
    expect(reads / 8_000).toBeLessThanOrEqual(0.05)
  })

  it('without window and admission the loop starves: the control', { timeout: 60_000 }, async () => {
    const { stayedP99Ms, reads } = await storm({ clients: 8_000, agents: 200, seed: 7, downMs: 0, window: 1, isOff: true })
    expect(stayedP99Ms).toBeGreaterThan(1_000)
    expect(reads).toBeGreaterThan(0)
  })
})

describe('the rate of admission', () => {
  it('[SO4] shrinks while the loop is late and grows while somebody waits, agents first', async () => {
    const time = scheduler(0, 100_000)
    let p99Ms = 200
    const gate = admission({ now: time.now, after: time.after, loop: () => ({ p99Ms, utilisation: 0.8 }) })
    const begun: string[] = []
    const ask = (lane: 'agent' | 'resume' | 'fresh'): void => { gate.hello(lane, () => { begun.push(lane); return time.sleep(50) }, () => {}) }
    const flood = (): (() => void) => { const cancel = { now: () => {} }; const again = (): void => { for (let i = 0; i < 30; i++) ask('resume'); cancel.now = time.after(20, again) }; again(); return () => cancel.now() }
    const stop = flood()
    await time.run(5_000)
    expect(gate.stats().ratePerSecond).toBe(50)
    expect(gate.stats().inFlight).toBeLessThanOrEqual(256)
    p99Ms = 5
    await time.run(15_000)
    expect(gate.stats().ratePerSecond).toBeGreaterThan(1_000)
    stop()
    await time.run(60_000)
    begun.length = 0
    for (let i = 0; i < 60; i++) ask('fresh')
    for (let i = 0; i < 60; i++) ask('resume')
    for (let i = 0; i < 5; i++) ask('agent')
    const direct = begun.length   // before anybody could see a storm
    await time.run(62_000)
    const queued = begun.slice(direct)
    expect(queued.slice(0, 5)).toEqual(Array(5).fill('agent'))
    expect(queued.lastIndexOf('resume')).toBeLessThan(queued.indexOf('fresh'))
    gate.stop()
  })

  it('[SO5] who cannot be let in within seconds is told a turn, each its own, and nobody has to ask twice', async () => {
    const time = scheduler(0, 200_000)
    const gate = admission({ now: time.now, after: time.after, loop: () => ({ p99Ms: 5, utilisation: 0.3 }) })
    const begun = new Set<number>(), turns: number[] = []
    let asked = 0
    const come = (i: number): void => {
      asked++
      gate.hello('resume', () => { begun.add(i); return time.sleep(20) }, (afterMs) => { turns.push(afterMs); time.after(afterMs, () => { come(i) }) })
    }
    for (let i = 0; i < 12_000; i++) come(i)
    expect(turns.length).toBeGreaterThan(2_500)
    expect(new Set(turns.map((ms) => Math.floor(ms / 20))).size).toBeGreaterThan(200)   // spread, not in step
    await time.run(60_000)
    expect(begun.size).toBe(12_000)
    expect(asked).toBe(12_000 + turns.length)   // nobody a third time
    expect(turns.length).toBeLessThan(12_000)
    gate.stop()
  })

  it('[SO5] nobody is given a far turn for what a start was busy with itself: who was held is let in as soon as it goes', async () => {
    const time = scheduler(0, 200_000)
    let loop = { p99Ms: 60, utilisation: 1 }
    const gate = admission({ now: time.now, after: time.after, loop: () => loop })
    let begun = 0
    const turns: number[] = []
    for (let i = 0; i < 4_000; i++) time.after(i, () => { gate.hello('resume', () => { begun++; return time.sleep(20) }, (afterMs) => { turns.push(afterMs) }) })
    await time.run(4_500)
    expect(gate.stats().ratePerSecond).toBe(50)
    expect(begun).toBeLessThan(1_500)
    loop = { p99Ms: 5, utilisation: 0.5 }
    await time.run(15_000)
    expect(turns).toEqual([])
    expect(begun).toBe(4_000)
    gate.stop()
  })

  it('[SO5] who was held for as long as may be is sent away with a turn', async () => {
    const time = scheduler(0, 200_000)
    const gate = admission({ now: time.now, after: time.after, loop: () => ({ p99Ms: 200, utilisation: 1 }) })
    let begun = 0
    const turns: { atMs: number; afterMs: number }[] = []
    for (let i = 0; i < 2_000; i++) gate.hello('resume', () => { begun++; return time.sleep(20) }, (afterMs) => { turns.push({ atMs: time.now(), afterMs }) })
    await time.run(20_000)
    expect(begun + turns.length).toBe(2_000)
    expect(turns.length).toBeGreaterThan(500)
    expect(Math.min(...turns.map((t) => t.atMs))).toBeGreaterThanOrEqual(10_000)
    expect(new Set(turns.map((t) => Math.round((t.atMs + t.afterMs) / 20))).size).toBeGreaterThan(turns.length * 0.9)   // each its own
    gate.stop()
  })

  it('[SO4] a socket that went while it waited takes no place', async () => {
    const time = scheduler(0)
    const gate = admission({ now: time.now, after: time.after, loop: () => ({ p99Ms: 0, utilisation: 0 }) })
    gate.hello('fresh', () => undefined, () => {})
    await time.run(100)
    expect(gate.stats()).toMatchObject({ inFlight: 0, admitted: 0 })
    gate.stop()
  })
})

describe('the window', () => {
  it.each([[100, 500, 1_000], [8_000, 500, 32_000], [8_000, 2_000, 8_000], [1_000_000, 500, 60_000]])('[SO2] %i connections at %i/s come back within %i ms, agents within a tenth', (n, rate, ms) => {
    expect(windowMs(n, rate, false)).toBe(ms)
    expect(windowMs(n, rate, true)).toBe(ms / 10)
  })

  it('[SO2] the rate is what the whole loop could do, learned from real seconds', () => {
    const rate = resumeRate()
    expect(rate.perSecond).toBe(500)
    rate.second({ resumes: 5, utilisation: 0.01, isSaturated: false, isHeld: true })   // five say nothing
    expect(rate.perSecond).toBe(500)
    for (let i = 0; i < 30; i++) rate.second({ resumes: 400, utilisation: 0.2, isSaturated: false, isHeld: true })
    expect(rate.perSecond).toBeCloseTo(2_000, -1)
    // Nobody waited for more than they were: stragglers beside other work say nothing of what could be.
    for (let i = 0; i < 40; i++) rate.second({ resumes: 100, utilisation: 0.7, isSaturated: false, isHeld: false })
    expect(rate.perSecond).toBeCloseTo(2_000, -1)
    // Somebody always waited: the loop was not the limit.
    for (let i = 0; i < 40; i++) rate.second({ resumes: 100, utilisation: 0.1, isSaturated: true, isHeld: true })
    expect(rate.perSecond).toBeCloseTo(200, -1)
  })
})
