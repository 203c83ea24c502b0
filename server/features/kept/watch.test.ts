import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { watchJournal } from './watch.ts'

const stops: (() => void)[] = []
afterEach(() => { for (const stop of stops.splice(0)) stop() })

function watching(storedMs: () => number): { suspected: () => number | undefined } {
  const startMs = Date.now()
  let suspectedMs: number | undefined
  const pool = { onState: () => () => {}, stats: () => ({ downSinceMs: undefined }) } as never
  const { stop } = watchJournal({ pool, now: Date.now, queueMs: 100, returned: () => {}, suspect: () => { suspectedMs ??= Date.now() - startMs }, ping: async () => {}, waitingSinceMs: () => startMs, storedMs, isIdle: () => false })
  stops.push(stop)
  return { suspected: () => suspectedMs }
}

it('[SP1] suspects a queue that stands, and one that moves only when it is far too long', async () => {
  const standing = watching(() => -Infinity), moving = watching(Date.now)
  await sleep(500)
  expect(standing.suspected()).toBeLessThan(500)
  expect(moving.suspected()).toBeUndefined()
  await expect.poll(moving.suspected).toBeGreaterThan(750)
})
