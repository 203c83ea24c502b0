import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { pace } from './pace.ts'

it('begins as much as is due, however long it was held up, and says by how much [DR5]', async () => {
  const due: number[] = []
  const generator = pace((dueMs) => { due.push(dueMs) })
  generator.rate(100)
  await sleep(50)
  const busyUntilMs = performance.now() + 200
  while (performance.now() < busyUntilMs);   // the machine is elsewhere
  await expect.poll(() => due.length).toBeGreaterThan(30)
  generator.rate(0)
  await generator.stop()
  for (const [i, at] of due.entries()) if (i > 0) expect(at - due[i - 1]!).toBeCloseTo(10, 3)
  expect(generator.lagP99Ms()).toBeGreaterThan(100)
  expect(generator.lagP99Ms()).toBe(0)
  expect(generator.lagOfAllP99Ms()).toBeGreaterThan(100)
})
