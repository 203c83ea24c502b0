import { expect, it } from 'vitest'
import { planted } from './defects.ts'
import { simulate } from './world.ts'

const seeds = 150

it.each(planted)('finds a house that $name', { timeout: 120_000 }, async ({ defects, rules }) => {
  let found: string[] = []
  for (let seed = 1; seed <= seeds && found.length === 0; seed++) {
    const { violations } = await simulate(seed, defects)
    found = violations.flatMap(({ rule }) => rules.includes(rule) ? [rule] : [])
  }
  expect(found, `${seeds} seeds passed in spite of it`).not.toEqual([])
})
