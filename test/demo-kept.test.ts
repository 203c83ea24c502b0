/** The keeper of a demo: it brings the server back, and leaves nobody behind. Real processes, real signals. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { demoFolder, isAlive, startDemo, type DemoFolder } from './demo-process.ts'

let data: DemoFolder
beforeAll(async () => { data = await demoFolder() })
afterAll(async () => { await data.remove() })

const isReady = (url: string): Promise<boolean> => fetch(`${url}/readyz`).then((r) => r.ok, () => false)
const nobody = async (pids: readonly number[], withinMs: number): Promise<void> => { await expect.poll(() => pids.filter(isAlive), { timeout: withinMs, interval: 200 }).toEqual([]) }

it('[DM1] [DM2] brings a killed server back on its port, twice, while the guests go on, and ends everything when it is told to', { timeout: 240_000 }, async () => {
  const demo = await startDemo(data)
  await expect.poll(() => demo.guestsPid()).toBeDefined()
  const guests = demo.guestsPid()
  for (let life = 0; life < 2; life++) {
    const before = demo.serverPid()!
    process.kill(before, 'SIGKILL')
    await expect.poll(() => demo.serverPid() ?? before, { timeout: 30_000 }).not.toBe(before)
    await expect.poll(() => isReady(demo.url), { timeout: 60_000 }).toBe(true)
  }
  expect(demo.guestsPid()).toBe(guests)
  const everybody = await demo.everybody()
  expect(everybody.length).toBeGreaterThanOrEqual(5)   // keeper, server, guests, carrier, PostgreSQL
  expect(await demo.end('SIGTERM')).toBe(0)
  await nobody(everybody, 10_000)
})

it('[DM2] leaves nobody behind when the keeper itself is killed', { timeout: 240_000 }, async () => {
  const demo = await startDemo(data)
  await expect.poll(() => demo.guestsPid()).toBeDefined()
  const everybody = await demo.everybody()
  await demo.end('SIGKILL')
  await nobody(everybody, 60_000)
})

it('[DM2] [OP9] is no endless loop: what never was open is not started again', { timeout: 60_000 }, async () => {
  const demo = await startDemo(data)
  await expect(startDemo(data)).rejects.toThrow('The demo ended with 1')   // another Lodge has these data
  // As from a terminal: to all, and once more from npm. It is one wish, and the server ends in good order.
  const ended = demo.end('SIGINT')
  await sleep(20)
  process.kill(demo.pid, 'SIGINT')
  expect(await ended).toBe(0)
})
