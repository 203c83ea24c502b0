import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { governor } from '#server/kernel/governor.ts'
import type { Refusal } from '#server/kernel/refusal.ts'
import { governed } from './governed.ts'
import { sql } from './sql.ts'

let database: TestDatabase
beforeAll(async () => { database = await createTestDatabase({ max: 6 }) })
afterAll(() => database.drop())

function open() {
  const g = governor({ now: () => performance.now(), after: (ms, fn) => { const t = setTimeout(fn, ms); return () => { clearTimeout(t) } }, max: () => 5 })
  return { g, work: governed(database.db, g) }
}
const p99 = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)]!

describe('the database by class', () => {
  it('[GV1] [GV3] while reports are slow and many, they are refused in words and messages do not wait for them', async () => {
    const { g, work } = open()
    const refused: Refusal[] = []
    let served = 0
    const report = (): Promise<void> => work('report').read('slow report', 10_000, (tx) => tx.all(sql`select pg_sleep(0.4)`)).then(() => { served++ }, (error: unknown) => { refused.push(error as Refusal) })
    const reports: Promise<void>[] = []
    const waits: number[] = []
    for (let i = 0; i < 60; i++) {
      reports.push(report(), report())
      const startMs = performance.now()
      await work('message').tx('message', 5_000, (tx) => tx.all(sql`select pg_sleep(0.002)`))
      waits.push(performance.now() - startMs)
      await sleep(25)
    }
    await Promise.all(reports)
    expect(served).toBeGreaterThan(2)
    expect(refused.length).toBeGreaterThan(80)
    for (const why of refused) expect(why).toMatchObject({ name: 'Refusal', code: 'overloaded', message: 'Too many reports at once. Try again shortly.', retryAfterMs: 1_000 })
    expect(p99(waits)).toBeLessThan(350)   // less than one report
    expect(g.stats().classes.report.waiting).toBe(0)
    g.stop()
  })

  it('whoever is inside asks for no second place, which could be its own', async () => {
    const { g, work } = open()
    const nested = (): Promise<unknown> => work('history').read('outer', 5_000, () => work('history').read('inner', 1_000, (tx) => tx.all(sql`select 1`)))
    // As many as there is room for: each would wait for another to leave.
    await Promise.all(Array.from({ length: Math.floor(g.stats().limit / 2) }, nested))
    expect(g.stats().classes.history).toMatchObject({ inUse: 0, waiting: 0, entered: Math.floor(g.stats().limit / 2) })
    g.stop()
  })
})
