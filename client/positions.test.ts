import { describe, expect, it } from 'vitest'
import type { Entry } from '#contract/entries.ts'
import { chance } from '#drills/chance.ts'
import { advance, continues } from './positions.ts'

const entry = (offset: number): Entry => ({ topic: 'conversation:a', offset, id: `e${offset}`, type: 'message.sent', actor: 'system', at: '2026-01-01T00:00:00.000Z', body: { text: String(offset) } })
const range = (first: number, last: number): Entry[] => Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => entry(first + i))

describe('a position', () => {
  it('[RS3] takes what continues it, drops what it has, stops at a gap', () => {
    expect(advance(7, range(8, 9))).toEqual({ taken: range(8, 9), isGap: false })
    expect(advance(7, range(6, 8))).toEqual({ taken: range(8, 8), isGap: false })
    expect(advance(7, range(9, 10))).toEqual({ taken: [], isGap: true })
    expect(advance(7, [entry(8), entry(10)])).toEqual({ taken: [entry(8)], isGap: true })
    expect(advance(7, [])).toEqual({ taken: [], isGap: false })
  })

  it('[RS3] whatever is doubled, cut off or mixed in between, ends up with each entry once and in order', () => {
    for (let seed = 1; seed <= 2000; seed++) {
      const random = chance(seed)
      const head = random.below(40)
      const taken: Entry[] = []
      let at = 0
      const hear = (entries: readonly Entry[]): void => {
        const news = advance(at, entries)
        taken.push(...news.taken)
        at = news.taken.at(-1)?.offset ?? at
        // Asking again is answered from the position that was asked for.
        if (news.isGap) hear(range(at + 1, head))
      }
      for (let i = 0; i < 20; i++) {
        const first = 1 + random.below(head + 1)
        const frame = range(first, Math.min(head, first + random.below(6)))
        hear(random.is(0.3) ? frame.filter(() => random.is(0.7)) : random.is(0.2) ? random.shuffle(frame) : frame)
      }
      hear(range(at + 1, head))
      expect(taken.map((e) => e.offset), `seed ${seed}`).toEqual(range(1, head).map((e) => e.offset))
    }
  })

  it.each([
    [{ epoch: 'x', offset: 7 }, 10, range(8, 10), true],
    [{ epoch: 'x', offset: 9 }, 10, range(3, 10), true],
    [{ epoch: 'x', offset: 10 }, 10, range(3, 10), true],
    [{ epoch: 'x', offset: 10 }, 10, [], true],
    [{ epoch: 'x', offset: 6 }, 10, range(8, 10), false],
    [{ epoch: 'x', offset: 11 }, 10, range(3, 10), false],
    [{ epoch: 'y', offset: 9 }, 10, range(3, 10), false],
    [{ epoch: 'x', offset: 0 }, 10, [], false],
  ])('%j goes on at head %i: case %#', (position, head, entries, expected) => {
    expect(continues(position, { epoch: 'x', head, entries })).toBe(expected)
  })
})
