/** This node's part of the budget of connections, renewed every few seconds in a table that all nodes share (P3). */
import { setTimeout as sleep } from 'node:timers/promises'
import type { BaseLogger } from 'pino'
import { grantOf, type Grant } from '#server/kernel/grants.ts'
import { advisoryLocks } from './advisory.ts'
import { isAway, openConnection, type Target } from './connection.ts'
import { handleOn } from './handle.ts'
import type { Db, Tx } from './db.ts'
import { sql } from './sql.ts'

export interface NodeLease {
  /** What this node may open now. */
  readonly connections: number
  /** Why it may not serve, in a sentence; undefined when it may. */
  readonly why: string | undefined
  readonly budget: number
  /** Asks again, and tells the pool. While the database is away the last grant stays. @throws what the database throws */
  renew(pool: Db & { setMax(max: number): void; books(): { open: number } }): Promise<void>
  /** Gives it back, for others to have at once. */
  release(pool: Db): Promise<void>
}

interface Options {
  target: Target
  /** The same after a restart: host and folder. */
  node: string
  /** Of this process. */
  incarnation: string
  application: string
  /** What all nodes together may open. */
  budget: number
  /** The embedded database serves one node: whatever stands in the table is what a killed one left. */
  isAlone: boolean
  log: Pick<BaseLogger, 'info' | 'warn'>
  now?: () => number
  /** Ends the waiting of `claimLease`. */
  signal?: AbortSignal
  /** Called with each reason why there is no part yet. */
  onWaiting?: (why: string) => void
  retryMs?: number
}

const ttlMs = 15_000
/** Other than this long ago renewed: the rows of others may have expired too, while they still hold what these said. */
const sureMs = 10_000
const askEveryMs = 1_000
const tellEveryMs = 10_000

interface Row { node: string; incarnation: string; sinceMs: number; granted: number; inUse: number }

async function ask(tx: Tx, { node, incarnation, application, budget, isAlone }: Options, held: { granted: number; inUse: number; isFirst: boolean; mayRaise: boolean }): Promise<Grant> {
  await tx.run(sql`select pg_advisory_xact_lock(${advisoryLocks.nodeLease})`)
  await tx.run(isAlone ? sql`delete from node_leases where node <> ${node}` : sql`delete from node_leases where expires_at < clock_timestamp() and node <> ${node}`)
  const rows = await tx.all(sql<Row>`select node, incarnation, (extract(epoch from since) * 1000)::float8 as "sinceMs", granted, in_use as "inUse" from node_leases`)
  const mine = rows.find((r) => r.node === node)
  if (mine && mine.incarnation !== incarnation && !held.isFirst) {
    return { connections: 0, why: `Another process has taken the place of ${node}: two must not run with the same LODGE_DATA. Stop one.` }
  }
  const others = rows.filter((r) => r.node !== node)
  // Rows tell what was granted. What is open tells it too, and also of nodes whose row expired while the database could not be reached.
  const { open } = isAlone ? { open: 0 } : await tx.one(sql<{ open: number }>`select count(*)::int as open from pg_stat_activity
    where application_name like 'lodge/%' and application_name <> ${application} and usename = current_user and datname = current_database()`)
  const named = others.reduce((sum, o) => sum + Math.max(o.granted, o.inUse), 0)
  const me = { node, sinceMs: mine?.sinceMs ?? Infinity, granted: held.granted, inUse: held.inUse }
  const grant = grantOf({ budget, me, others, unnamed: Math.max(0, open - named), mayRaise: held.mayRaise })
  await tx.run(sql`insert into node_leases (node, incarnation, granted, in_use, expires_at)
    values (${node}, ${incarnation}, ${grant.connections}, ${held.inUse}, clock_timestamp() + make_interval(secs => ${ttlMs / 1000}))
    on conflict (node) do update set incarnation = excluded.incarnation, granted = excluded.granted, in_use = excluded.in_use, expires_at = excluded.expires_at`)
  return grant
}

/** Waits until there is a part for this node, and says why while there is none. @throws when `signal` ends it */
export async function claimLease(options: Options): Promise<NodeLease> {
  const { target, node, incarnation, budget, log, now = Date.now, signal, retryMs = askEveryMs } = options
  let grant: Grant = { connections: 0, why: undefined }
  let lastMs = 0                 // of the newest renewal
  let unbrokenMs = -Infinity     // since when they have come one after the other

  for (let toldMs = -Infinity; ;) {
    signal?.throwIfAborted()
    try {
      grant = await once(target, (tx) => ask(tx, options, { granted: 0, inUse: 0, isFirst: true, mayRaise: true }))
    } catch (error) {
      if (!isAway(error)) throw error
      grant = { connections: 0, why: `The database gives no connection to ask for a part of the budget (${(error as Error).message}).` }
    }
    if (grant.why === undefined) break
    options.onWaiting?.(grant.why)
    if (now() - toldMs >= tellEveryMs) { toldMs = now(); log.warn({ why: grant.why }, 'waiting for a part of the budget of connections') }
    await sleep(retryMs, undefined, { signal }).catch(() => {})
  }
  lastMs = now()

  return {
    get connections() { return grant.connections },
    get why() { return grant.why },
    budget,
    async renew(pool) {
      const startMs = now()
      if (startMs - lastMs > sureMs) unbrokenMs = startMs
      const mayRaise = startMs - unbrokenMs >= ttlMs
      const { open } = pool.books()
      const next = await pool.tx('lease of this node', 4_000, (tx) => ask(tx, options, { granted: grant.connections, inUse: open, isFirst: false, mayRaise }))
      lastMs = startMs
      if (next.connections !== grant.connections) log.info({ from: grant.connections, to: next.connections, budget }, 'this node’s part of the budget of connections changed')
      grant = next
      pool.setMax(Math.max(1, next.connections))   // with none it could not even ask
    },
    async release(pool) {
      await pool.tx('give the lease back', 2_000, (tx) => tx.run(sql`delete from node_leases where node = ${node} and incarnation = ${incarnation}`)).catch(() => {})   // it expires
    },
  }
}

/** One transaction on a connection of its own: there is no pool before there is a part of the budget. */
async function once<T>(target: Target, fn: (tx: Tx) => Promise<T>): Promise<T> {
  const { client, destroy } = await openConnection(target, 'lodge lease')
  try {
    const handle = handleOn(client, () => askEveryMs)
    await client.query('begin')
    const result = await fn(handle.tx)
    await client.query('commit')
    return result
  } finally {
    destroy()
  }
}
