import pino from 'pino'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { asSuperuser, createTestDatabase, type TestDatabase } from '#test/db.ts'
import { openFaultProxyBefore } from '#drills/proxy.ts'
import { openFindings } from '#server/kernel/findings.ts'
import { openConnection, type Target } from './connection.ts'
import { onBehalfOf } from './on-behalf.ts'
import { openPool, type Pool } from './pool.ts'
import { sql } from './sql.ts'
import { watchdog } from './watchdog.ts'

let database: TestDatabase
beforeAll(async () => { database = await createTestDatabase() })
afterAll(async () => { await Promise.all(pools.map((one) => one.close(0))); await database.drop() })

const log = pino({ level: 'silent' })
const pools: Pool[] = []
function watched({ max = 4, connect = database.target, application = 'watchdog.test', surplusMs = 200, now = Date.now }: { max?: number; connect?: Target; application?: string; surplusMs?: number; now?: () => number } = {}) {
  const pool = openPool({ connect, max, log, application, now })
  pools.push(pool)
  const findings = openFindings({ now })
  const dog = watchdog({ pool, findings, log, now, surplusMs, componentOf: (label) => label === 'book' ? 'bookings' : 'database' })
  return { pool, findings, dog, ids: () => findings.current().map((f) => f.id) }
}
const backendsOf = async (application: string): Promise<number> =>
  (await asSuperuser<{ n: number }>('select count(*) as n from pg_stat_activity where application_name = $1', [application]))[0]!.n

describe('[WD2] the books', () => {
  it('add up under load, and nothing is found', async () => {
    const { pool, dog, ids } = watched({ application: 'watchdog.test load' })
    let isBusy = true
    const load = Promise.all(Array.from({ length: 12 }, async () => { while (isBusy) await pool.tx('busy', 5_000, (tx) => tx.one(sql`select pg_sleep(0.002)`)) }))
    for (let n = 0; n < 20; n++) await dog.look()
    isBusy = false
    await load
    expect(ids()).toEqual([])
    expect(dog.stats()).toMatchObject({ backends: 4, surplus: 0, ended: 0, isBehindPooler: false })
  })

  it('name and end a connection that the database has and the pool does not', async () => {
    const application = 'watchdog.test surplus'
    const { dog, findings, ids } = watched({ application })
    const lost = await openConnection(database.target, application)
    await lost.client.query('select 42 as what_it_did_last')
    await expect.poll(async () => { await dog.look(); return ids() }).toEqual(['database.surplus'])
    expect(findings.current()).toMatchObject([{ promise: 'P3', component: 'database', evidence: expect.stringMatching(new RegExp(`process ${lost.pid}, idle.*what_it_did_last.*1 of them were ended`)) as string }])
    await expect.poll(() => lost.isAlive).toBe(false)
    for (let n = 0; n < 4; n++) await dog.look()
    expect(ids()).toEqual([])
    expect(dog.stats()).toMatchObject({ ended: 1, surplus: 0 })
  })

  it('leave those of other nodes and what is still young alone', async () => {
    const application = 'watchdog.test young'
    const young = await openConnection(database.target, application)
    const other = await openConnection(database.target, `${application} other node`)
    const { dog, ids } = watched({ application, surplusMs: 60_000 })
    const neighbour = watched({ application: `${application} third node`, surplusMs: -1 })
    for (let n = 0; n < 3; n++) await Promise.all([dog.look(), neighbour.dog.look()])
    expect([ids(), neighbour.ids(), young.isAlive, other.isAlive, dog.stats().ended, neighbour.dog.stats().ended]).toEqual([[], [], true, true, 0, 0])
    await Promise.all([young.client.end(), other.client.end()])
  })

  it('close what the database has ended without our hearing of it', async () => {
    const application = 'watchdog.test missing'
    const proxy = await openFaultProxyBefore(inject('superuser'))
    const direct = watched({ application })
    const { pool, findings } = watched({ application, connect: { ...database.target, host: '127.0.0.1', port: proxy.port } })
    try {
      await Promise.all([1, 2, 3].map(() => pool.read('open', 2_000, (tx) => tx.one(sql`select pg_sleep(0.1)`))))
      const { pids } = pool.books()
      // The watchdog of a pool whose line is cut cannot ask over that line: here it asks over another and is told of the same pool.
      const dog = watchdog({ pool: { ...pool, read: direct.pool.read, books: () => ({ ...pool.books(), pids: [...pool.books().pids, ...direct.pool.books().pids] }) }, findings, log, now: Date.now, surplusMs: 60_000 })
      proxy.toxics = [{ kind: 'timeout', ms: 0 }]
      await asSuperuser('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [pids])
      await expect.poll(async () => { await dog.look(); return findings.current().map((f) => f.id) }).toEqual(['database.missing'])
      await expect.poll(async () => { await dog.look(); return pool.books().pids.filter((pid) => pids.includes(pid)) }).toEqual([])
    } finally {
      await pool.close(0)
      await proxy.close()
    }
  })
})

describe('[WD6] a handshake that stalled', () => {
  it('leaves a backend behind, which is found and ended', async () => {
    const application = 'watchdog.test stalled'
    const proxy = await openFaultProxyBefore(inject('superuser'))
    try {
      const { pool, dog, findings } = watched({ application, connect: { ...database.target, host: '127.0.0.1', port: proxy.port } })
      await pool.read('first', 2_000, (tx) => tx.one(sql`select 1 as n`))
      proxy.stallsNew = true
      const held = pool.read('holds the only one', 20_000, (tx) => tx.one(sql`select pg_sleep(3.5)`))
      const late = await pool.read('stalled', 3_200, (tx) => tx.one(sql`select 1 as n`)).catch((error: { code: string }) => error.code)
      expect(late).toBe('overloaded')
      await held
      proxy.stallsNew = false
      expect(await backendsOf(application)).toBeGreaterThan(1)   // authenticated, idle, and unknown to us: node-postgres#3543
      await expect.poll(async () => { await dog.look(); return dog.stats().ended }).toBeGreaterThan(0)
      expect(findings.current()).toMatchObject([{ id: 'database.surplus' }])
      await expect.poll(() => backendsOf(application)).toBe(pool.books().open)
    } finally {
      await Promise.all(pools.map((one) => one.close(0)))
      await proxy.close()
    }
  })
})

/** Or a short deadline is over before anything holds a connection. */
const connected = (pool: Pool): Promise<unknown> => pool.tx('connect', 10_000, (tx) => tx.one(sql`select 1 as n`))

describe('findings of the watchdog', () => {
  it('[WD3] name the label that leaks, its account and stack, and go when it stopped', async () => {
    let nowMs = Date.now()
    const { pool, dog, findings } = watched({ now: () => nowMs, application: 'watchdog.test leak' })
    async function forgetful(): Promise<void> { await pool.tx('book', 30, () => new Promise(() => {})) }
    for (let n = 0; n < 6; n++) {
      await connected(pool)
      await onBehalfOf('hotel', forgetful).catch(() => {})
    }
    await dog.look()
    expect(findings.current()).toMatchObject([{
      id: 'leak:book:hotel', promise: 'P4', component: 'bookings', severity: 'critical', evidence: expect.stringMatching(/"book" of account hotel .* 6 times.*paused(.|\n)*forgetful/) as string,
    }])
    nowMs += 3_600_000
    for (let n = 0; n < 3; n++) await dog.look()
    expect(findings.current()).toEqual([])
  })

  it('[WD3] are a warning after one leak, and critical when it goes on: each is a call that failed for somebody', async () => {
    const { pool, dog, findings } = watched({ application: 'watchdog.test felt' })
    async function afterOneMore(): Promise<unknown> {
      await pool.tx('book', 250, () => new Promise(() => {})).catch(() => {})
      await dog.look()
      return findings.current().flatMap((f) => f.id.startsWith('leak:') ? [f.severity] : [])
    }
    await connected(pool)
    expect(await afterOneMore()).toEqual(['warning'])
    expect(await afterOneMore()).toEqual(['warning'])
    expect(await afterOneMore()).toEqual(['critical'])
  })

  it('[WD4] alarm while connections are held one after the other, long before there are none', async () => {
    let nowMs = 1_000_000_000
    const { pool, dog, findings } = watched({ now: () => nowMs, max: 40, application: 'watchdog.test rises' })
    const gate = Promise.withResolvers<void>()
    const held: Promise<void>[] = []
    for (let n = 0; n < 40 && findings.current().length === 0; n++) {
      if (n % 2 === 1) held.push(pool.tx('rises', 60_000, () => gate.promise))
      await expect.poll(() => pool.stats().held).toHaveLength(held.length)
      await dog.look()
      nowMs += 30_000
    }
    expect(findings.current()).toMatchObject([{ id: 'database.rising', promise: 'P4', evidence: expect.stringMatching(/of 40 connections are held and .* more every hour.*"rises"/) as string }])
    expect(held.length).toBeLessThan(15)
    gate.resolve()
    await Promise.all(held)
  })

  it('[WD3] say who holds all connections while callers wait', async () => {
    const { pool, dog, findings } = watched({ max: 2, application: 'watchdog.test hoards' })
    const gate = Promise.withResolvers<void>()
    const held = [1, 2, 3].map(() => pool.tx('hoards', 20_000, () => gate.promise))
    await expect.poll(async () => { await dog.look(); return findings.current().length }, { timeout: 15_000 }).toBe(1)
    expect(findings.current()).toMatchObject([{ id: 'database.exhausted', promise: 'P3', severity: 'critical', evidence: expect.stringContaining('"hoards" (2') as string }])
    gate.resolve()
    await Promise.all(held)
  })
})
