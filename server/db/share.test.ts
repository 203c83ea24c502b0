import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { shareOf } from './share.ts'
import { sql } from './sql.ts'

let database: TestDatabase
beforeAll(async () => { database = await createTestDatabase({ max: 5 }) })
afterAll(() => database.drop())

describe('a share of the connections', () => {
  it('[BK19] is never more than its part, and the others keep theirs', async () => {
    const share = shareOf(database.db, 'bookings', 2)
    const gate = Promise.withResolvers<void>()
    let most = 0
    const held = Array.from({ length: 20 }, () => share.tx('held', 10_000, async (tx) => {
      most = Math.max(most, database.db.stats().held.filter((h) => h.label === 'held').length)
      await gate.promise
      return tx.one(sql<{ n: number }>`select 1 as n`)
    }))
    await expect.poll(() => share.waiting).toBe(18)
    expect(share.inUse).toBe(2)
    // Everybody else is served at once meanwhile.
    expect(await database.db.read('other', 500, (tx) => tx.one(sql<{ n: number }>`select 2 as n`))).toEqual({ n: 2 })
    gate.resolve()
    expect(await Promise.all(held)).toHaveLength(20)
    expect(most).toBe(2)
    expect([share.inUse, share.waiting]).toEqual([0, 0])
  })

  it('[BK19] refuses who waits longer than the deadline, and loses no place over it', async () => {
    const share = shareOf(database.db, 'bookings', 1)
    const gate = Promise.withResolvers<void>()
    const first = share.read('first', 10_000, () => gate.promise)
    await expect(share.read('late', 30, async () => {})).rejects.toMatchObject({ code: 'overloaded', retryAfterMs: 1_000 })
    expect(share.waiting).toBe(0)
    gate.resolve()
    await first
    await expect(share.tx('fails', 1_000, async () => { throw new Error('no') })).rejects.toThrow('no')
    expect(share.inUse).toBe(0)
    expect(await share.read('next', 1_000, (tx) => tx.one(sql<{ n: number }>`select 3 as n`))).toEqual({ n: 3 })
  })
})
