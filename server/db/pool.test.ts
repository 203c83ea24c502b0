import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import pino from 'pino'
import { asSuperuser, createTestDatabase, type TestDatabase } from '#test/db.ts'
import { openPool, type Pool } from './pool.ts'
import { statements } from './handle.ts'
import { sql } from './sql.ts'
import type { Tx } from './db.ts'

let database: TestDatabase
beforeAll(async () => { database = await createTestDatabase() })
afterAll(() => database.drop())

const log = pino({ level: 'silent' })
const inTheWay: Pool[] = []
function pool(max: number, options = {}): Pool {
  const made = openPool({ connect: database.target, max, log, application: 'pool.test', ...options })
  inTheWay.push(made)
  return made
}
afterAll(() => Promise.all(inTheWay.map((one) => one.close())))

describe('what comes back', () => {
  it('gives bigint as a number, instants in UTC with milliseconds, json parsed, dates as text', async () => {
    const row = await database.db.read('types', 1_000, (tx) => tx.one(sql`
      select 9007199254740991::bigint as n, array[1, null, 2]::bigint[] as many, timestamptz '2026-11-24 09:25:00.0567+01' as at,
        timestamptz '2026-11-24 09:25:00+00' as whole, date '2026-11-24' as day, '{"a":[1]}'::jsonb as body,
        '016806b5-bc00-7000-8000-000000000100'::uuid as id, array[timestamptz '2026-11-24 09:25:00.1+00'] as times`))
    expect(row).toEqual({
      n: Number.MAX_SAFE_INTEGER, many: [1, null, 2], at: '2026-11-24T08:25:00.056Z', whole: '2026-11-24T09:25:00.000Z', day: '2026-11-24',
      body: { a: [1] }, id: '016806b5-bc00-7000-8000-000000000100', times: ['2026-11-24T09:25:00.100Z'],
    })
  })

  it('refuses a bigint that a number cannot hold', async () => {
    await expect(database.db.read('too big', 1_000, (tx) => tx.one(sql`select 9007199254740993::bigint as n`))).rejects.toThrow('does not fit')
  })

  it('throws when one row was promised and another number came', async () => {
    await database.db.read('rows', 1_000, async (tx) => {
      await expect(tx.one(sql`select 1 where false`)).rejects.toThrow('Expected one row, got 0')
      await expect(tx.maybe(sql`select generate_series(1, 2)`)).rejects.toThrow('Expected at most one row, got 2')
      expect(await tx.maybe(sql`select 1 where false`)).toBeUndefined()
    })
  })
})

describe('a transaction', () => {
  beforeAll(() => database.db.tx('table', 1_000, (tx) => tx.run(sql`create table things (n integer primary key)`)))
  const count = async (): Promise<number> => (await database.db.read('count', 1_000, (tx) => tx.one<{ n: number }>(sql`select count(*) as n from things`))).n

  it('is kept when its function resolves and undone when it throws', async () => {
    await database.db.tx('keep', 1_000, (tx) => tx.run(sql`insert into things values (1)`))
    await expect(database.db.tx('undo', 1_000, async (tx) => {
      await tx.run(sql`insert into things values (2)`)
      throw new Error('changed my mind')
    })).rejects.toThrow('changed my mind')
    expect(await count()).toBe(1)
  })

  it('does not pretend to have stored when a failed statement was swallowed', async () => {
    await expect(database.db.tx('swallow', 1_000, async (tx) => {
      await tx.run(sql`insert into things values (3)`)
      await tx.run(sql`insert into things values (1)`).catch(() => {})
    })).rejects.toThrow('stored nothing')
    expect(await count()).toBe(1)
  })

  it('gives a handle that dies with it', async () => {
    let kept: Tx | undefined
    await database.db.tx('leak', 1_000, async (tx) => { kept = tx })
    await expect(kept!.one(sql`select 1`)).rejects.toThrow('"leak" was used after its function had ended')
  })

  it('counts the statements of a request, not BEGIN and COMMIT', async () => {
    const counted = { count: 0, texts: [] as string[] }
    await statements.run(counted, () => database.db.tx('count', 1_000, async (tx) => { await tx.one(sql`select 1 as a`); await tx.one(sql`select 2 as b`) }))
    expect(counted).toEqual({ count: 2, texts: ['select 1 as a', 'select 2 as b'] })
  })
})

describe('deadlines', () => {
  it('ends a statement that is late, and the connection serves the next', async () => {
    const db = pool(1)
    const before = await db.read('pid', 1_000, (tx) => tx.one<{ pid: number }>(sql`select pg_backend_pid() as pid`))
    await expect(db.tx('slow', 100, (tx) => tx.one(sql`select pg_sleep(30)`))).rejects.toMatchObject({ code: 'overloaded' })
    const after = await db.read('pid', 1_000, (tx) => tx.one<{ pid: number }>(sql`select pg_backend_pid() as pid`))
    expect(after).toEqual(before)
    expect(db.stats()).toMatchObject({ late: 1, reclaimed: 0, held: [] })
  })

  it('takes the connection from a function that never ends, and says whose it was', async () => {
    const db = pool(1)
    const never = expect(db.tx('never ends', 300, () => new Promise(() => {}))).rejects.toMatchObject({ code: 'overloaded' })
    await vi.waitFor(() => expect(db.stats().held).toHaveLength(1))
    expect(db.stats().held).toMatchObject([{ label: 'never ends', kind: 'tx', stack: expect.stringContaining('pool.test.ts') as string }])
    await never
    expect(await db.read('next', 1_000, (tx) => tx.one(sql`select 1 as n`))).toEqual({ n: 1 })
  })

  it('destroys and replaces a connection whose statement does not heed the cancel', async () => {
    const db = pool(1)
    const { pid } = await db.read('pid', 1_000, (tx) => tx.one<{ pid: number }>(sql`select pg_backend_pid() as pid`))
    const stuck = expect(db.tx('frozen', 200, (tx) => tx.one(sql`select pg_sleep(30)`))).rejects.toMatchObject({ code: 'overloaded' })
    process.kill(pid, 'SIGSTOP')   // a backend that cannot even be cancelled
    try {
      await stuck
      expect(await db.read('next', 5_000, (tx) => tx.one(sql`select 1 as n`))).toEqual({ n: 1 })
      expect(db.stats()).toMatchObject({ late: 1, reclaimed: 1, open: 1 })
    } finally {
      process.kill(pid, 'SIGCONT')
    }
  })

  it('lets nobody wait longer than the deadline for a connection, and serves in the order of asking', async () => {
    const db = pool(1)
    const lease = await db.lease('holder', 1_000)
    await expect(db.read('waits in vain', 50, (tx) => tx.one(sql`select 1`))).rejects.toMatchObject(
      { code: 'overloaded', message: expect.stringContaining('"waits in vain"') as string })
    const order: number[] = []
    const waiting = [1, 2, 3].map((n) => db.read('waits', 2_000, async () => { order.push(n) }))
    expect(db.stats()).toMatchObject({ open: 1, waiting: 3 })
    await lease.release()
    await Promise.all(waiting)
    expect(order).toEqual([1, 2, 3])
  })

  it('ends at once what got its connection after its deadline, since the process stood still, and Node has nothing to warn of', async () => {
    const warnings: string[] = []
    const note = (warning: Error): void => { warnings.push(warning.name) }
    process.on('warning', note)
    let nowMs = Date.now()
    const db = pool(1, { now: () => nowMs })
    const gate = Promise.withResolvers<void>()
    const holds = db.read('holds', 5_000, () => gate.promise)
    await expect.poll(() => db.books().held).toBe(1)
    const late = db.read('late', 200, (tx) => tx.one(sql`select pg_sleep(5)`)).catch((error: { code: string }) => error.code)
    nowMs += 1_000
    gate.resolve()
    await holds
    expect(await late).toBe('overloaded')
    process.off('warning', note)
    expect(warnings).toEqual([])
  })

  it('takes a lease back that is held too long', async () => {
    const db = pool(1)
    const lease = await db.lease('library', 1_000, 50)
    await expect(lease.tx.one(sql`select pg_sleep(30)`)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await db.read('next', 1_000, (tx) => tx.one(sql`select 1 as n`))).toEqual({ n: 1 })
    expect(db.stats().reclaimed).toBe(1)
  })
})

describe('a database that goes away', () => {
  it('never has more than one connect on its way, nor more than max connections', async () => {
    const db = pool(3)
    await Promise.all(Array.from({ length: 30 }, () => db.read('busy', 5_000, (tx) => tx.one(sql`select pg_sleep(0.01)`))))
    expect(db.stats()).toMatchObject({ open: 3, idle: 3, waiting: 0 })
  })

  it('[WD1] keeps books that add up while somebody still holds what was lost', async () => {
    const db = pool(2, { application: 'pool.test books' })
    const held = Promise.withResolvers<void>(), lent = Promise.withResolvers<void>()
    const holding = db.tx('holds', 20_000, async (tx) => { await tx.one(sql`select 1 as n`); lent.resolve(); await held.promise })
    await lent.promise
    await asSuperuser(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pool.test books'`)
    await vi.waitFor(() => { const { open, idle, held: others } = db.books(); expect(others).toBe(0); expect(open).toBe(idle) })
    held.resolve()
    await expect(holding).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('is `unavailable` for who held a connection that was cut, and is back by itself', async () => {
    const db = pool(2)
    const cut = expect(db.tx('cut', 5_000, (tx) => tx.one(sql`select pg_sleep(29)`)))
      .rejects.toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) as number })
    await vi.waitFor(async () => expect(await asSuperuser(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'pool.test' and state = 'active' and query like '%pg_sleep(29)%'`)).toHaveLength(1))
    await cut
    expect(await db.read('next', 1_000, (tx) => tx.one(sql`select 1 as n`))).toEqual({ n: 1 })
  })

  it('is refused at once while nobody listens there, and tells of the change', async () => {
    const changes: string[] = []
    const db = pool(2, { connect: { ...database.target, host: '127.0.0.1', port: 1 } })
    db.onState((state) => changes.push(state))
    await expect(db.read('first', 1_000, (tx) => tx.one(sql`select 1`))).rejects.toMatchObject({ code: 'unavailable' })
    const askedMs = performance.now()
    await expect(db.read('second', 5_000, (tx) => tx.one(sql`select 1`))).rejects.toMatchObject({ code: 'unavailable' })
    expect(performance.now() - askedMs).toBeLessThan(1_000)   // and not at its deadline
    expect(changes).toEqual(['down'])
    expect(db.stats().downSinceMs).toBeTypeOf('number')
  })
})
