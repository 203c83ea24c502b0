import { getPriority } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { asideOf } from './aside.ts'
import type { Tx } from './db.ts'
import { lowerPriority } from './priority.ts'
import { sql } from './sql.ts'

let database: TestDatabase
beforeAll(async () => { database = await createTestDatabase({ max: 4 }) })
afterAll(() => database.drop())

const pidOf = async (tx: Tx): Promise<number> => (await tx.one(sql<{ pid: number }>`select pg_backend_pid() as pid`)).pid
const share = (lower = lowerPriority) => asideOf(database.db, 'reports', 1, lower, Date.now)

describe('work that everybody goes before', () => {
  it('[RP5] has a backend of low priority, which nobody else gets afterwards', async () => {
    const low = await share().tx('report', 5_000, async (tx) => {
      const pid = await pidOf(tx)
      expect(getPriority(pid)).toBe(19)
      return pid
    })
    const others = await Promise.all(Array.from({ length: 4 }, () => database.db.tx('message', 5_000, pidOf)))
    expect(others).not.toContain(low)
    expect(others.map((pid) => getPriority(pid))).toEqual([0, 0, 0, 0])
  })

  it('gives the connection back where the priority cannot be lowered', async () => {
    const pids = [await share(() => false).tx('report', 5_000, pidOf), await share(() => false).read('report', 5_000, pidOf)]
    expect(pids[0]).toBe(pids[1])
    expect(database.db.stats()).toMatchObject({ held: [] })
  })

  it('holds nothing when it failed', async () => {
    await expect(share().tx('report', 5_000, (tx) => tx.run(sql`select 1 / 0`))).rejects.toThrow('division by zero')
    expect(database.db.stats()).toMatchObject({ held: [] })
  })
})
