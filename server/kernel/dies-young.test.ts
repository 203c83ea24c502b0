/** What is over dies young: what a command leaves behind is copied by each small collection, and the large ones have to find it. */
import { GCProfiler } from 'node:v8'
import { expect, it } from 'vitest'
import { ByAccount } from './by-account.ts'
import { sequencer } from './sequencer.ts'

/** By how much small collections made the old space larger. @throws when there were too few of them to say */
async function becameOld(fn: () => Promise<void> | void): Promise<number> {
  const profiler = new GCProfiler()
  profiler.start()
  await fn()
  const small = profiler.stop().statistics.filter(({ gcType }) => gcType === 'Scavenge')
  expect(small.length).toBeGreaterThan(2)
  const oldBytes = ({ heapSpaceStatistics }: (typeof small)[number]['beforeGC']): number => heapSpaceStatistics.find(({ spaceName }) => spaceName === 'old_space')!.spaceUsedSize
  return small.reduce((sum, { beforeGC, afterGC }) => sum + oldBytes(afterGC) - oldBytes(beforeGC), 0)
}

it('leaves next to nothing behind of a command that was answered', async () => {
  const seq = sequencer<never>({
    now: Date.now, sleep: async () => {}, random: Math.random, publish: () => {},
    journal: { transaction: async () => {}, find: async () => [], heads: async (keys) => keys.map(() => 0), append: async () => [] },
  })
  const run = async (commands: number): Promise<void> => {
    for (let n = 0; n < commands; n += 100) {
      for (let i = 0; i < 100; i++) void seq.accept({ account: 'a', topic: `conversation:${i}`, id: crypto.randomUUID(), type: 'message.sent', actor: 'user:u', body: { text: `${'hello '.repeat(30)}${n}` } })
      await seq.idle()
    }
  }
  await run(10_000)   // until it is compiled
  // 5 bytes at most are usual; with numbers given out by a function that had properties it was 480 to 1,090.
  expect(await becameOld(() => run(60_000)) / 60_000).toBeLessThan(100)
})

it('leaves next to nothing behind of what passed through a map', async () => {
  const map = new ByAccount<object>()
  let n = 0
  const run = (entries: number): void => {
    for (const end = n + entries; n < end; n++) {
      map.set('a', `n${n}`, { text: `${n} `.repeat(10), of: [n] })
      map.delete('a', `n${n - 200}`)
    }
  }
  run(10_000)
  // A quiet minute: collections go by, and the map's table is old when the next ones come.
  let kept: unknown[] = []
  for (let i = 0; i < 3_000_000; i++) { kept.push({ i }); if (kept.length > 1_000) kept = [] }
  // Less than 2 bytes are usual; with one map for all of them it was 58 to 108.
  expect(await becameOld(() => run(500_000)) / 500_000).toBeLessThan(20)
})
