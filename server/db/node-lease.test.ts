import pino from 'pino'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { asSuperuser, createTestDatabase, type TestDatabase } from '#test/db.ts'
import { claimLease, type NodeLease } from './node-lease.ts'
import { openPool, type Pool } from './pool.ts'
import { sql } from './sql.ts'

let database: TestDatabase
beforeAll(async () => { database = await createTestDatabase({ max: 2 }) })
afterAll(() => database.drop())

const log = pino({ level: 'silent' })
interface Node { lease: NodeLease; pool: Pool; busy: () => Promise<unknown>; kill: () => Promise<void> }
const nodes: Node[] = []
afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.pool.close(0)))
  await database.db.tx('nobody', 1_000, (tx) => tx.run(sql`delete from node_leases`))
})

let starts = 0
async function start(node: string, { budget = 9, isAlone = false, now = Date.now, signal, max }: { budget?: number; isAlone?: boolean; now?: () => number; signal?: AbortSignal; max?: number } = {}): Promise<Node> {
  const incarnation = String(++starts)
  const application = `lodge/${node}/${incarnation}`
  const lease = await claimLease({ target: database.target, node, incarnation, application, budget, isAlone, log, now, retryMs: 20, ...(signal && { signal }) })
  const pool = openPool({ connect: database.target, max: max ?? lease.connections, log, application })
  const busy = () => Promise.all(Array.from({ length: 2 * budget }, () => pool.read('busy', 10_000, (tx) => tx.one(sql`select pg_sleep(0.02)`))))
  const made = { lease, pool, busy, kill: () => pool.close(0) }
  nodes.push(made)
  return made
}
const openNow = async (): Promise<number> => (await asSuperuser<{ n: number }>(
  "select count(*)::int as n from pg_stat_activity where application_name like 'lodge/%' and datname = $1", [database.target.database]))[0]!.n
const renewAll = async (): Promise<void> => { for (const { lease, pool } of nodes) await lease.renew(pool) }

it('[BG1] one node has all; a second waits until the first has shrunk; the sum of what is open never exceeds the budget', async () => {
  const a = await start('a')
  expect(a.lease.connections).toBe(9)
  await a.busy()
  let most = 0
  let isWatching = true
  const watching = (async () => { while (isWatching) most = Math.max(most, await openNow()) })()
  const second = start('b')
  let b: Node | undefined
  void second.then((node) => { b = node })
  await expect.poll(async () => { await renewAll(); await a.busy(); await b?.busy(); return nodes.map((n) => n.lease.connections).join() }, { timeout: 20_000 }).toBe('5,4')
  await Promise.all([a.busy(), b!.busy()])
  await b!.lease.release(b!.pool)
  await b!.kill()
  await expect.poll(async () => { await a.lease.renew(a.pool); return a.lease.connections }).toBe(9)
  isWatching = false
  await watching
  expect(most).toBeGreaterThan(5)
  expect(most).toBeLessThanOrEqual(9 + 1)   // the one who asks; app and role keep one for it
})

it('[BG2] a node for which less than three are left waits, says why, and serves when another leaves', async () => {
  const a = await start('a', { budget: 5 })
  const giveUp = new AbortController()
  const waits = start('b', { budget: 5, signal: giveUp.signal })
  await expect.poll(async () => (await database.db.read('rows', 1_000, (tx) => tx.all(sql<{ node: string; granted: number }>`select node, granted from node_leases order by node`)))).toEqual([
    { node: 'a', granted: 5 }, { node: 'b', granted: 0 },
  ])
  await a.lease.renew(a.pool)
  expect([a.lease.connections, a.lease.why]).toEqual([5, undefined])
  await a.lease.release(a.pool)
  await a.kill()
  expect((await waits).lease.connections).toBe(5)
})

it('[BG3] keeps its last grant while the database is away, and does not raise it before the others had time to come back', async () => {
  let nowMs = Date.now()
  const now = () => nowMs
  const a = await start('a', { now })
  const starting = start('b', { now })
  let b: Node | undefined
  void starting.then((node) => { b = node })
  await expect.poll(async () => { await renewAll(); return [a.lease.connections, b?.lease.connections] }).toEqual([5, 4])
  // Away for a minute: nobody renews, all rows expire. Then only `a` comes back at once.
  await b!.kill()
  nowMs += 60_000
  await database.db.tx('a minute', 1_000, (tx) => tx.run(sql`update node_leases set expires_at = expires_at - interval '1 minute'`))
  expect(a.lease.connections).toBe(5)
  await a.lease.renew(a.pool)
  expect(a.lease.connections).toBe(5)
  nowMs += 5_000
  await a.lease.renew(a.pool)
  expect(a.lease.connections).toBe(5)
  nowMs += 6_000
  await a.lease.renew(a.pool)
  nowMs += 6_000
  await a.lease.renew(a.pool)
  expect(a.lease.connections).toBe(9)
})

it('a node that was killed takes its own part over at once, and a second process of the same place is refused', async () => {
  const first = await start('a')
  await first.kill()
  await expect.poll(openNow).toBe(0)   // PostgreSQL hears of it a moment later
  const again = await start('a')
  expect(again.lease.connections).toBe(9)
  const third = await start('a', { max: 1 })
  await again.lease.renew(again.pool)
  expect([again.lease.connections, again.lease.why]).toEqual([0, expect.stringContaining('Another process has taken the place of a')])
  expect(third.lease.why).toBeUndefined()
})

it('alone, on the embedded database, it asks nobody', async () => {
  await database.db.tx('left', 1_000, (tx) => tx.run(sql`insert into node_leases (node, incarnation, granted, in_use, expires_at) values ('dead', 'x', 9, 9, now() + interval '15 s')`))
  expect((await start('a', { isAlone: true })).lease.connections).toBe(9)
})
