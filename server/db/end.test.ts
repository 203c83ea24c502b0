/** A person ends what holds a connection: it comes back at once, and counts as no leak. */
import pino from 'pino'
import { expect, it } from 'vitest'
import { createTestDatabase } from '#test/db.ts'
import { openPool } from './pool.ts'
import { sql } from './sql.ts'

it.each([['waits for the database', 'pg_sleep(60)'], ['does not come back from its function', '1']] as const)('[OP4] takes the connection from whoever %s', async (_what, expression) => {
  const database = await createTestDatabase()
  const db = openPool({ connect: database.target, max: 2, log: pino({ level: 'silent' }), application: 'end.test' })
  try {
    const startMs = performance.now()
    let isThere = false
    const busy = db.tx('export', 60_000, async (tx) => {
      if (expression === '1') { await tx.one(sql`select 1 as n`); isThere = true; await new Promise<never>(() => {}) }
      isThere = true
      await tx.one(sql`select pg_sleep(60)`)
    })
    busy.catch(() => {})
    await expect.poll(() => isThere && db.stats().held.length).toBe(1)
    const [held] = db.stats().held
    expect(db.end('export', held!.sinceMs - 1)).toBe(false)
    expect(db.end('something else', held!.sinceMs)).toBe(false)
    expect(db.end('export', held!.sinceMs)).toBe(true)
    expect(db.end('export', held!.sinceMs)).toBe(false)
    await expect(busy).rejects.toMatchObject({ code: 'overloaded', message: expect.stringContaining('was ended by whoever runs this server') as string })
    await expect.poll(() => db.stats().held).toEqual([])
    expect(performance.now() - startMs).toBeLessThan(20_000)
    expect(db.stats()).toMatchObject({ leaks: 0 })
    expect(db.refused()).toEqual([])
    expect(await db.read('next', 5_000, (tx) => tx.one(sql<{ n: number }>`select 1 as n`))).toEqual({ n: 1 })
  } finally {
    await db.close(0)
    await database.drop()
  }
})
