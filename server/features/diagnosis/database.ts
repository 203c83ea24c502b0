/** Is the database one that Lodge can rely on? */
import type pg from 'pg'
import { availableParallelism } from 'node:os'
import { askRoom, connectionBudget } from '#server/db/budget.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { bad, ok, warn, type Finding, type Look } from './finding.ts'
import type { Machine } from './machine.ts'

/** `client` is undefined when it could not be reached; `why` says so then. */
export interface Server extends Machine { readonly client: pg.Client | undefined; readonly why: string | undefined; readonly isEmbedded: boolean }

const withClient = (name: string, fn: (client: pg.Client, s: Server) => Promise<Finding | readonly Finding[]>): Look<Server> => ({ name, run: async (s) => s.client === undefined ? [] : fn(s.client, s) })
type Row = Record<string, string>

const reached: Look<Server> = {
  name: 'database',
  async run({ client, why, isEmbedded, isNew }) {
    if (isNew) return warn('database', 'There is no database yet.', 'The first start makes it.')
    if (!client) return bad('database', `The ${isEmbedded ? 'embedded' : 'external'} database cannot be reached: ${why}`, isEmbedded ? 'See postgres.log in LODGE_DATA/postgres.' : 'Check DATABASE_URL, the network, and that PostgreSQL runs.')
    const { rows: [v] } = await client.query<{ number: string; name: string }>("select current_setting('server_version_num') as number, current_setting('server_version') as name")
    return Number(v!.number) >= 150_000 ? ok('database', `PostgreSQL ${v!.name} answers${isEmbedded ? ', the embedded one' : ''}.`) : bad('database', `PostgreSQL ${v!.name} answers, and Lodge needs 15 or newer.`, 'Upgrade it, or unset DATABASE_URL to use the embedded one.')
  },
}

/** Settings by which a database keeps what it said it kept. */
export function judgeDurability(settings: Row): Finding[] {
  const found: Finding[] = []
  if (settings['fsync'] !== 'on') found.push(bad('durability', 'fsync is off: after a power cut the database may be lost whole.', "alter system set fsync = 'on'; select pg_reload_conf();"))
  if (settings['full_page_writes'] !== 'on') found.push(bad('durability', 'full_page_writes is off: a power cut may tear pages.', "alter system set full_page_writes = 'on'; select pg_reload_conf();"))
  if (settings['synchronous_commit'] === 'off') found.push(bad('durability', 'synchronous_commit is off: what was acknowledged may be lost.', "alter system set synchronous_commit = 'on'; select pg_reload_conf();"))
  if (settings['autovacuum'] !== 'on') found.push(bad('durability', 'autovacuum is off: tables grow and statistics age.', "alter system set autovacuum = 'on'; select pg_reload_conf();"))
  return found.length > 0 ? found : [ok('durability', 'What it commits it keeps (fsync, full_page_writes, synchronous_commit).')]
}
const durability = withClient('durability', async (client) => {
  const { rows } = await client.query<{ name: string; setting: string }>("select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'autovacuum')")
  return judgeDurability(Object.fromEntries(rows.map((r) => [r.name, r.setting])))
})

const connections = withClient('connections', async (client, { config, isEmbedded }) => {
  const room = await askRoom(client)
  const { rows: [role] } = await client.query<{ name: string; limit: number }>(`select rolname as name, rolconnlimit as limit from pg_roles where rolname = ${isEmbedded ? "'lodge_app'" : 'current_user'}`)
  const cores = config.databaseCores ?? (isEmbedded ? availableParallelism() : 4)
  let budget: number
  try {
    budget = connectionBudget(isEmbedded ? { ...room, roleLimit: -1 } : room, cores, config.databaseConnections)
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error
    return bad('connections', error.message, `alter system set max_connections = ${room.maxConnections + 20}; and restart PostgreSQL.`)
  }
  const found: Finding[] = [ok('connections', `Lodge may open ${budget} of ${room.maxConnections}.`)]
  if (!isEmbedded) {
    if (room.isSuperuser) found.push(warn('role', `The role ${role!.name} is a superuser: connection limits and fences do not hold for it.`, 'create role lodge login password \'…\'; alter database … owner to lodge; and use it in DATABASE_URL.'))
    else if (role!.limit < 0) found.push(warn('role', `The role ${role!.name} has no connection limit: a defect could take what others need.`, `alter role ${role!.name} connection limit ${budget};`))
    else found.push(ok('role', `The role ${role!.name} is no superuser and limited to ${role!.limit} connections.`))
  }
  return found
})

const room = withClient('size', async (client) => {
  const { rows: [size] } = await client.query<{ bytes: number; entries: number }>("select pg_database_size(current_database()) as bytes, coalesce((select reltuples::bigint from pg_class where oid = to_regclass('public.journal')), 0) as entries")
  return ok('size', `The database is ${Math.round(size!.bytes / 2 ** 20).toLocaleString('en')} MB${size!.entries > 0 ? ` with about ${size!.entries.toLocaleString('en')} entries` : ''}.`)
})

export function judgeSkew(skewMs: number): Finding {
  return Math.abs(skewMs) < 2_000 ? ok('database clock', 'Its clock and this one agree.') : warn('database clock', `Its clock is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} this one.`, 'Let both be kept right (NTP): leases and invitations end by the one, tickets by the other.')
}
const skew = withClient('database clock', async (client, { now }) => {
  const before = now()
  const { rows: [row] } = await client.query<{ ms: number }>('select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms')
  return judgeSkew(row!.ms - (before + now()) / 2)
})

export const database: readonly Look<Server>[] = [reached, durability, connections, skew, room]
