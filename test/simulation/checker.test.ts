import { beforeAll, describe, expect, it } from 'vitest'
import { chance } from '#drills/chance.ts'
import { check } from '#drills/checker/check.ts'
import type { History } from '#drills/checker/history.ts'
import { mutations, spoil } from './mutations.ts'
import { simulate } from './world.ts'

describe('the checker', () => {
  const clean: History[] = []
  beforeAll(async () => {
    for (let seed = 1001; seed <= 1020; seed++) clean.push((await simulate(seed)).history)
  }, 120_000)

  it('finds nothing in a clean history', () => {
    for (const history of clean) expect(check(history)).toEqual([])
  })

  it.each(Object.entries(mutations))('finds: %s', (_name, mutate) => {
    let spoilt = 0
    for (let round = 0; round < 300 && spoilt < 40; round++) {
      const history = spoil(clean[round % clean.length]!, mutate, chance(round))
      if (!history) continue
      spoilt++
      expect(check(history), `round ${round}`).not.toEqual([])
    }
    expect(spoilt).toBeGreaterThan(10)
  })

  it('counts to the next history what was being committed while its epoch was made, and to none what a restore took', () => {
    const history = clean.find(({ ended, events }) => ended.length === 0 && events.some((e) => e.type === 'entries'))!
    const { topic, entries } = history.events.findLast((e) => e.type === 'entries')!
    const before = { ...history.journal, topics: { ...history.journal.topics, [topic]: history.journal.topics[topic]!.slice(0, entries.at(-1)!.offset - 1) } }
    const replaced = (how: { isContinued?: true }): History => ({ ...history, ended: [{ ...before, ...how }], journal: { ...history.journal, epoch: 'the next one' } })
    const unheld = (of: History): string[] => check(of).flatMap(({ rule }) => rule === 'I4' ? [rule] : [])
    expect(unheld(replaced({ isContinued: true }))).toEqual([])
    expect(unheld(replaced({}))).not.toEqual([])
  })
})
