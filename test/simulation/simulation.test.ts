import { describe, expect, it } from 'vitest'
import { simulate, type Run } from './world.ts'

const firstSeed = process.env.LODGE_SEED
const seeds = Number(process.env.LODGE_SEEDS ?? (firstSeed === undefined ? 500 : 1))

/** How to see it again, and what happened. */
const report = ({ seed, violations, trace }: Run): string => [
  `seed ${seed}: ${violations.length} violations. Replay: LODGE_SEED=${seed} npx vitest run test/simulation/simulation.test.ts`,
  ...violations.slice(0, 10).map((v) => `  ${v.rule}  ${v.what}${v.topic === undefined ? '' : `  ${v.topic}`}${v.id === undefined ? '' : `  ${v.id}`}`),
  ...trace,
].join('\n')

async function judge(all: Iterable<number>): Promise<void> {
  for (const seed of all) {
    const run = await simulate(seed)
    if (run.violations.length > 0) throw new Error(report(run))
  }
}
const from = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i)

describe('whatever breaks', () => {
  it(`every promise holds (${seeds} seeds from ${firstSeed ?? 1})`, { timeout: 10_000 + seeds * 2_000 }, async () => {
    await judge(from(Number(firstSeed ?? 1), seeds))
  })

  it.skipIf(firstSeed !== undefined)('every promise holds (seeds nobody has seen)', { timeout: 60_000 }, async () => {
    await judge(from(Math.floor(Math.random() * 2 ** 31), 20))
  })

  it('the same seed gives the same run', async () => {
    const [one, two] = [await simulate(7), await simulate(7)]
    expect(two.history).toEqual(one.history)
    expect(two.events).toBe(one.events)
  })
})
