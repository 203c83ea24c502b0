import { setTimeout as sleep } from 'node:timers/promises'
import type { BaseLogger } from 'pino'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { askRoom, connectionBudget, missingFence } from './budget.ts'
import { codeOf, isAway, openConnection, type Connection, type Target } from './connection.ts'
import { NoDatabaseYet } from './no-database-yet.ts'

interface ExternalOptions {
  url: string
  cores: number
  connections: number | undefined
  log: Pick<BaseLogger, 'info' | 'warn'>
  /** It may start later than we do. */
  patienceMs?: number
}

const oldest = 15

/** @throws NoDatabaseYet when it cannot be reached in time, CannotStart when it is too old, or leaves too few connections. */
export async function checkExternal(options: ExternalOptions): Promise<{ target: Target; connections: number }> {
  const { url, cores, connections, log, patienceMs = 30_000 } = options
  const target: Target = { connectionString: url }
  const connection = await reach(target, patienceMs, log)
  try {
    const { rows: [server] } = await connection.client.query<{ number: string; name: string }>(
      "select current_setting('server_version_num') as number, current_setting('server_version') as name")
    if (Number(server!.number) < oldest * 10_000) {
      throw new CannotStart(`DATABASE_URL leads to PostgreSQL ${server!.name}, and Lodge needs ${oldest} or newer. ` +
        'Upgrade it, or unset DATABASE_URL to use the embedded one.')
    }
    const room = await askRoom(connection.client)
    const budget = connectionBudget(room, cores, connections)
    const missing = missingFence(room, budget)
    if (missing) log.warn(missing)
    return { target, connections: budget }
  } finally {
    await connection.client.end()
  }
}

async function reach(target: Target, patienceMs: number, log: ExternalOptions['log']): Promise<Connection> {
  for (const untilMs = Date.now() + patienceMs; ;) {
    try {
      return await openConnection(target, 'lodge start')
    } catch (error) {
      const why = error instanceof Error ? error.message || error.name : String(error)
      if (!isAway(error)) throw new CannotStart(`The database of DATABASE_URL refuses us: ${why}.`)
      // A name that does not exist is a wrong address: waiting would only hide it.
      if (codeOf(error) === 'ENOTFOUND' || Date.now() > untilMs) throw new NoDatabaseYet(`The database of DATABASE_URL cannot be reached: ${why}. Check the address, and that it runs.`)
      log.warn({ why }, 'waiting for the database')
      await sleep(1_000)
    }
  }
}
