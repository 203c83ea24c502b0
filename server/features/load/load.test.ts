/** What the house feels of its own pulse: a real governor and a real admission, and a second of time. */
import { afterEach, expect, it } from 'vitest'
import { admission as openAdmission } from '#server/kernel/admission.ts'
import { governor as openGovernor } from '#server/kernel/governor.ts'
import { openLoad } from './load.ts'

const timing = { now: () => performance.now(), after: (ms: number, fn: () => void) => { const timer = setTimeout(fn, ms); return () => { clearTimeout(timer) } } }
const ends: (() => void)[] = []
afterEach(() => { for (const end of ends.splice(0)) end() })

function house(oldestWaitMs: () => number) {
  const changes: string[][] = []
  const governor = openGovernor({ ...timing, max: () => 8, onChange: (given) => { changes.push([...given]) } })
  const admission = openAdmission({ ...timing, loop: () => ({ p99Ms: 0, utilisation: 0 }) })
  const load = openLoad({ governor, admission, windows: () => ({ agentsMs: 0, visitorsMs: 0, connections: 0 }), isAway: () => false, oldestWaitMs, keepWhy() {}, keepRate() {} })
  load.start()
  ends.push(() => { load.stop() })
  return { load, changes }
}

it('[OP2] takes for the time of a commit what was measured, and else how long the oldest has waited: one that came just now is no outage', { timeout: 20_000 }, async () => {
  let waitedMs = 3   // a quiet house: it came in the moment of the look, and nothing else in that second
  const { load, changes } = house(() => waitedMs)
  await expect.poll(() => load.stats().acceptMs, { timeout: 5_000 }).toBe(3)
  expect(changes).toEqual([])
  const said = load.timed(() => new Promise<void>((resolve) => { setTimeout(resolve, 40) }))
  waitedMs = 0
  await said()
  await expect.poll(() => load.stats().acceptMs, { timeout: 5_000 }).toBeGreaterThanOrEqual(39)
  waitedMs = 2_500   // it hangs
  await expect.poll(() => load.stats().acceptMs, { timeout: 5_000 }).toBe(2_500)
  await expect.poll(() => changes.length, { timeout: 10_000 }).toBeGreaterThan(0)
})
