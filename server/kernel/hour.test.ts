import { describe, expect, it } from 'vitest'
import { hour } from './hour.ts'

describe('the last hour of a figure', () => {
  it('[OP2] keeps the worst of each stretch, and holes where nothing was measured', () => {
    let nowMs = 1_800_000_000_000
    const line = hour({ now: () => nowMs })
    for (let i = 0; i < 720; i++) {
      line.note(i === 700 ? 900 : i % 10)
      nowMs += 5_000
    }
    const shown = line.line(120)
    expect(shown).toHaveLength(120)
    expect(Math.max(...shown.map((v) => v ?? 0))).toBe(900)
    expect(shown.filter((v) => v === null).length).toBeLessThanOrEqual(1)
    nowMs += 1_200_000   // twenty minutes asleep
    line.note(3)
    const after = line.line(120)
    expect(after.at(-1)).toBe(3)
    expect(after.slice(-39, -1).every((v) => v === null)).toBe(true)
    nowMs += 7_200_000
    expect(line.line(60).every((v) => v === null)).toBe(true)
  })

  it('takes a clock that is set back and what is not a number', () => {
    let nowMs = 1_800_000_000_000
    const line = hour({ now: () => nowMs })
    line.note(1)
    nowMs -= 600_000
    line.note(7)
    line.note(undefined)
    line.note(Infinity)
    expect(line.line(120).at(-1)).toBe(7)
  })
})
