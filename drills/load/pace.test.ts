import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { chance } from '#drills/chance.ts'
import { gapMs, pace } from './pace.ts'

it('begins as much as is due, however long it was held up, and says by how much [DR5]', async () => {
  const due: number[] = []
  const of = chance(3), expected = chance(3)
  const generator = pace((dueMs) => { due.push(dueMs) }, () => of.next())
  generator.rate(100)
  await sleep(50)
  const busyUntilMs = performance.now() + 200
  while (performance.now() < busyUntilMs);   // the machine is elsewhere
  await expect.poll(() => due.length).toBeGreaterThan(20)
  generator.rate(0)
  await generator.stop()
  for (const [i, at] of due.entries()) if (i > 0) expect(at - due[i - 1]!).toBeCloseTo(gapMs(100, () => expected.next()), 3)
  expect(generator.lagP99Ms()).toBeGreaterThan(100)
  expect(generator.lagP99Ms()).toBe(0)
  expect(generator.lagOfAllP99Ms()).toBeGreaterThan(100)
})
