/** What leaks is taken back, named and in the end refused; what others hold and ask for goes on (P4, P13). */
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { openFaultProxyBefore } from '#drills/proxy.ts'
import type { Target } from './connection.ts'
import { onBehalfOf } from './on-behalf.ts'
import { openPool, type Pool, type PoolOptions } from './pool.ts'
import { shareOf } from './share.ts'
import { sql } from './sql.ts'

let database: TestDatabase
beforeAll(async () => { database = await createTestDatabase() })
afterAll(async () => { await Promise.all(pools.map((one) => one.close(0))); await database.drop() })

const log = pino({ level: 'silent' })
const pools: Pool[] = []
function pool(max: number, options: Partial<PoolOptions> = {}): Pool {
  const made = openPool({ connect: database.target, max, log, application: 'leak.test', ...options })
  pools.push(made)
  return made
}
const one = (db: Pool, label = 'next', deadlineMs = 5_000) => db.read(label, deadlineMs, (tx) => tx.one(sql<{ n: number }>`select 1 as n`))
/** So that a short deadline is not spent on connecting. */
const warm = (db: Pool, connections: number) => Promise.all(Array.from({ length: connections }, () => db.read('warm', 5_000, (tx) => tx.one(sql`select pg_sleep(0.2)`))))
const never = () => new Promise<never>(() => {})
const p99 = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)]!

describe('[WD1] what is not given back', () => {
  it.each(['tx', 'read'] as const)('is taken at its deadline and named with label, account and stack: %s', async (kind) => {
    const db = pool(2)
    const startMs = Date.now()
    async function leaksHere(): Promise<void> { await db[kind]('a leak', 200, async (tx) => { await tx.one(sql`select 1 as n`); await never() }) }
    await expect(onBehalfOf('hotel', leaksHere)).rejects.toMatchObject({ code: 'overloaded' })
    await expect.poll(() => db.stats().held).toEqual([])
    expect(Date.now() - startMs).toBeLessThan(2_200)
    expect(db.taken()).toMatchObject([{ how: 'leak', label: 'a leak', owner: 'hotel', kind, deadlineMs: 200, stack: expect.stringContaining('leaksHere') as string }])
    expect(db.stats()).toMatchObject({ leaks: 1, reclaimed: 0, open: 1 })   // the connection itself is sound and stays
  })

  it('is destroyed when it is a lease', async () => {
    const db = pool(1)
    await db.lease('library', 1_000, 100)
    expect(await one(db)).toEqual({ n: 1 })
    expect(db.taken()).toMatchObject([{ how: 'forced', label: 'library', kind: 'lease' }])
  })

  it('is no leak when it waits for the database: for a lock, or for one that is slow', async () => {
    const db = pool(2)
    await expect(db.tx('waits', 100, (tx) => tx.one(sql`select pg_sleep(30)`))).rejects.toMatchObject({ code: 'overloaded' })
    expect(db.taken()).toMatchObject([{ how: 'slow', label: 'waits' }])
    expect(db.stats().leaks).toBe(0)
  })

  it('stays for ever with the watchdog off: the control, in which all accounts lose', async () => {
    const db = pool(8, { reclaims: false })
    const share = shareOf(db, 'bookings', 4, Date.now, false)
    await warm(db, 8)
    for (let n = 0; n < 4; n++) void onBehalfOf('leaky', () => share.tx('book', 50, never))
    await expect.poll(() => share.inUse).toBe(4)
    for (let n = 0; n < 2; n++) await expect(onBehalfOf('other', () => share.tx('book', 400, (tx) => tx.one(sql`select 1 as n`)))).rejects.toMatchObject({ code: 'overloaded' })
    for (let n = 0; n < 4; n++) void onBehalfOf('leaky', () => db.tx('book', 50, never))
    await expect.poll(() => db.books().held).toBe(8)
    await expect(one(db, 'next', 400)).rejects.toMatchObject({ code: 'overloaded' })
    expect(db.stats()).toMatchObject({ open: 8, idle: 0, leaks: 0 })
    await db.close(0)
  })
})

describe('[WD1] when the database stands still', () => {
  it('every connection comes back by the deadline + 2 s, whatever it was doing', async () => {
    const proxy = await openFaultProxyBefore(inject('superuser'))
    const db = pool(3, { connect: { ...database.target, host: '127.0.0.1', port: proxy.port } })
    try {
      await Promise.all(['a', 'b', 'c'].map((label) => db.read(label, 1_000, (tx) => tx.one(sql`select pg_sleep(0.05)`))))
      proxy.toxics = [{ kind: 'timeout', ms: 0 }]   // nothing is refused and nothing is answered, as of a postmaster under SIGSTOP
      const startMs = Date.now()
      const tries = [
        db.tx('stuck tx', 300, (tx) => tx.one(sql`select 2 as n`)), db.read('stuck read', 300, (tx) => tx.one(sql`select 3 as n`)),
        db.lease('stuck lease', 300, 300).then((lease) => lease.tx.one(sql`select 4 as n`)),
      ].map((p) => p.then(() => 'done', (error: { code: string }) => error.code))
      expect(await Promise.all(tries)).toEqual(['overloaded', 'overloaded', 'unavailable'])
      await expect.poll(() => db.stats().held, { interval: 20 }).toEqual([])
      expect(Date.now() - startMs).toBeLessThan(300 + 2_000 + 700)
      expect(db.books()).toMatchObject({ open: 0, idle: 0, held: 0 })
      proxy.toxics = []
      await expect.poll(() => one(db).catch(() => undefined)).toEqual({ n: 1 })
      expect(db.refused()).toEqual([])   // that was not the callers' fault
    } finally {
      await db.close(0)
      await proxy.close()
    }
  })
})

describe('[WD5] a label that leaks', () => {
  it('is refused for its account, in words, and tried again later; the pool and other accounts go on', async () => {
    let nowMs = Date.now()
    const db = pool(8, { now: () => nowMs })
    await warm(db, 1)
    const leak = () => onBehalfOf('hotel', () => db.tx('book', 200, never)).catch((error: Error) => error)   // shorter, and on a busy machine it would wait for its BEGIN, which is no leak
    for (let n = 0; n < 6; n++) await leak()
    expect(await leak()).toMatchObject({ code: 'overloaded', message: expect.stringContaining('"book" keeps taking longer') as string, retryAfterMs: 10_000 })
    expect(db.refused()).toMatchObject([{ label: 'book', owner: 'hotel', leaks: 6 }])
    expect(await onBehalfOf('office', () => one(db, 'book'))).toEqual({ n: 1 })
    expect(await onBehalfOf('hotel', () => one(db, 'send'))).toEqual({ n: 1 })
    expect(db.books()).toMatchObject({ held: 0 })
    nowMs += 10_001
    for (let n = 0; n < 20; n++) expect(await onBehalfOf('hotel', () => one(db, 'book'))).toEqual({ n: 1 })
    expect(db.refused()).toEqual([])
  })
})

describe('[BG4] fairness between accounts', () => {
  it('leaves connections to the others, whatever one account holds', async () => {
    const db = pool(8)
    const held = Array.from({ length: 30 }, () => onBehalfOf('greedy', () => db.read('slow', 20_000, (tx) => tx.one(sql`select pg_sleep(1.5)`))))
    await expect.poll(() => db.stats().held.filter((h) => h.owner === 'greedy').length).toBe(6)
    const startMs = performance.now()
    for (let n = 0; n < 20; n++) expect(await onBehalfOf('modest', () => one(db))).toEqual({ n: 1 })
    expect(performance.now() - startMs).toBeLessThan(1_400)   // so none of them waited for one of the greedy
    expect(db.stats().held.filter((h) => h.owner === 'greedy')).toHaveLength(6)
    await Promise.all(held)
    expect(db.books()).toMatchObject({ held: 0, open: db.stats().idle })
  })

  it('serves who asks little in its turn, not behind all that another asked before', async () => {
    const db = pool(1)
    await one(db)
    const order: string[] = []
    const ask = (who: string, n: number) => onBehalfOf(who, () => db.read(who, 20_000, async (tx) => { await tx.one(sql`select pg_sleep(0.01)`); order.push(`${who}${n}`) }))
    const all = [...Array.from({ length: 20 }, (_, n) => ask('greedy', n)), ask('modest', 0), ask('modest', 1)]
    await Promise.all(all)
    expect(order.indexOf('modest0')).toBeLessThan(4)
    expect(order.indexOf('modest1')).toBeLessThan(6)
    expect(order.filter((who) => who.startsWith('greedy'))).toEqual(Array.from({ length: 20 }, (_, n) => `greedy${n}`))
  })

  it('holds within a share as well', async () => {
    const db = pool(8)
    const share = shareOf(db, 'bookings', 3)
    const gate = Promise.withResolvers<void>()
    const held = Array.from({ length: 10 }, () => onBehalfOf('greedy', () => share.tx('book', 20_000, () => gate.promise)))
    await expect.poll(() => share.inUse).toBe(2)
    expect(await onBehalfOf('modest', () => share.read('book', 2_000, (tx) => tx.one(sql<{ n: number }>`select 1 as n`)))).toEqual({ n: 1 })
    gate.resolve()
    await Promise.all(held)
    expect([share.inUse, share.waiting]).toEqual([0, 0])
  })

  it('a leak of 1 in 50 at 40/s of one account: each taken back in time and named, and nobody else slower', { timeout: 90_000 }, async () => {
    const db = pool(8)
    const share = shareOf(db, 'bookings', 4)
    const deadlineMs = 1_000
    const outcomes = { done: 0, refused: 0 }
    async function books(): Promise<void> { await share.tx('book', deadlineMs, (tx) => tx.one(sql`select 1 as n`)) }
    const times: Record<'off' | 'on', number[]> = { off: [], on: [] }
    let calls = 0
    let isLeaking = false
    db.forget((label, owner) => isLeaking && label === 'book' && owner === 'leaky' && ++calls % 50 === 0)
    const started: Promise<unknown>[] = []
    /** On and off by turns, so that what else happens on this machine meets both. */
    for (const phase of ['off', 'on', 'off', 'on', 'off', 'on'] as const) {
      isLeaking = phase === 'on'
      for (let n = 0; n < 140; n++) {
        const dueMs = performance.now() + 25
        started.push(onBehalfOf('leaky', books).then(() => { outcomes.done++ }, () => { outcomes.refused++ }))
        const askedMs = performance.now()
        await onBehalfOf('other', () => share.tx('book', deadlineMs, (tx) => tx.one(sql`select 1 as n`)))
        times[phase].push(performance.now() - askedMs)
        await new Promise((done) => { setTimeout(done, Math.max(0, dueMs - performance.now())) })
      }
    }
    await Promise.all(started)
    await expect.poll(() => db.stats().held).toEqual([])
    const leaks = db.taken().filter((t) => t.how === 'leak')
    expect(leaks.length).toBeGreaterThanOrEqual(6)
    for (const leak of leaks) {
      expect(leak).toMatchObject({ label: 'book', owner: 'leaky', stack: expect.stringContaining('books') as string })
      expect(leak.heldMs).toBeLessThan(deadlineMs + 2_000)
    }
    expect(db.stats()).toMatchObject({ reclaimed: 0, leaks: leaks.length })
    const [off, on] = [p99(times.off), p99(times.on)]
    console.log(`others' p99 ${off.toFixed(1)} ms without and ${on.toFixed(1)} ms with the leak; ${leaks.length} leaks, ${outcomes.refused} of ${outcomes.done + outcomes.refused} calls of the leaking account refused`)
    expect(on).toBeLessThan(Math.max(off * 1.5, off + 25))   // the drill holds it to 5 ms; here other tests are at work beside it
  })
})

describe('[WD6] a handshake that stalls', () => {
  it('never has more than one connect on its way, refuses in time, and leaves no connection behind', async () => {
    const proxy = await openFaultProxyBefore(inject('superuser'))
    proxy.stallsNew = true
    try {
      const connect: Target = { ...database.target, host: '127.0.0.1', port: proxy.port }
      const db = pool(4, { connect, application: 'leak.test stalled' })
      const startMs = Date.now()
      const asked = Array.from({ length: 20 }, () => one(db, 'stalled', 1_000).catch((error: { code: string }) => error.code))
      expect(new Set(await Promise.all(asked))).toEqual(new Set(['unavailable']))
      expect(Date.now() - startMs).toBeLessThan(3_000)
      expect(proxy.accepted).toBe(1)
      await expect.poll(() => proxy.accepted).toBeGreaterThan(2)   // tries again, one at a time
      expect(db.books()).toMatchObject({ open: 0, idle: 0, held: 0 })
      await db.close(0)
    } finally {
      await proxy.close()
    }
  })
})
