import { describe, expect, it } from 'vitest'
import { grantOf, type NodeRow } from './grants.ts'

const row = (node: string, granted: number, inUse = granted, sinceMs = 0): NodeRow => ({ node, granted, inUse, sinceMs })

describe('[BG1] the part of a node', () => {
  it('is all for one, and equal for several once the others have shrunk', () => {
    expect(grantOf({ budget: 12, me: row('a', 0), others: [], mayRaise: true })).toEqual({ connections: 12, why: undefined })
    expect(grantOf({ budget: 12, me: row('b', 0, 0, 1), others: [row('a', 12)], mayRaise: true })).toMatchObject({ connections: 0, why: expect.stringContaining('a has 12') as string })
    expect(grantOf({ budget: 12, me: row('a', 12), others: [row('b', 0, 0, 1)], mayRaise: true }).connections).toBe(6)
    expect(grantOf({ budget: 12, me: row('b', 0, 0, 1), others: [row('a', 6, 9)], mayRaise: true }).connections).toBe(3)   // three of its old ones are still open
    expect(grantOf({ budget: 12, me: row('b', 3, 3, 1), others: [row('a', 6)], mayRaise: true }).connections).toBe(6)
  })

  it('[BG2] is three at least: who comes too late gets none and hears why, and the others keep theirs', () => {
    expect(grantOf({ budget: 7, me: row('c', 0, 0, 2), others: [row('a', 4), row('b', 3, 3, 1)], mayRaise: true }))
      .toEqual({ connections: 0, why: expect.stringContaining('enough for 2 nodes, and there are as many already: a, b') as string })
    expect(grantOf({ budget: 7, me: row('a', 4), others: [row('b', 3, 3, 1), row('c', 0, 0, 2)], mayRaise: true }).connections).toBe(4)
  })

  it('[BG3] is kept and never raised while that is not sure to be free', () => {
    expect(grantOf({ budget: 12, me: row('a', 6), others: [], mayRaise: false }).connections).toBe(6)
    expect(grantOf({ budget: 12, me: row('a', 6), others: [row('b', 6, 6, 1)], mayRaise: false }).connections).toBe(6)
    expect(grantOf({ budget: 12, me: row('a', 12), others: [row('b', 0, 0, 1)], mayRaise: false }).connections).toBe(6)
  })
})

it('[BG1] whoever comes, goes and asks in whatever order, the sum never exceeds the budget and settles at equal parts', () => {
  for (let seed = 1; seed <= 500; seed++) {
    let state = seed
    const random = (below: number): number => { state = Math.imul(state ^ state >>> 15, 0x2C1B3C6D) + 0x9E3779B9 | 0; return (state >>> 8) % below }
    const budget = 3 + random(60)
    const rows: NodeRow[] = []
    let made = 0
    const ask = (me: NodeRow): void => {
      const { connections } = grantOf({ budget, me, others: rows.filter((r) => r !== me), mayRaise: true })
      me.granted = connections
      me.inUse = Math.max(me.inUse > connections ? me.inUse - 1 : 0, Math.min(connections, me.inUse + random(3)))   // gives back one at a time
    }
    const check = (): void => {
      const sum = rows.reduce((all, r) => all + Math.max(r.granted, r.inUse), 0)
      if (sum > budget) throw new Error(`seed ${seed}: ${sum} of ${budget}: ${JSON.stringify(rows)}`)
    }
    for (let step = 0; step < 200; step++) {
      const what = random(10)
      if (what === 0 && rows.length < 6) rows.push(row(`n${made}`, 0, 0, made++))
      else if (what === 1 && rows.length > 1) rows.splice(random(rows.length), 1)
      else if (rows.length > 0) ask(rows[random(rows.length)]!)
      check()
    }
    for (let round = 0; round < 70; round++) for (const me of rows) { ask(me); check() }
    const parts = rows.map((r) => r.granted).filter((n) => n > 0)
    if (rows.length > 0) expect(parts.reduce((a, b) => a + b, 0), `seed ${seed}`).toBe(budget)
    expect(Math.max(0, ...parts) - Math.min(...parts, Infinity)).toBeLessThanOrEqual(1)
  }
})
