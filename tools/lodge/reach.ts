/** The database that Lodge would use, for a command: the running one, or one that is started for it and ended again. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import type { Config } from '#contract/config.ts'
import { isAway, openConnection, type Connection, type Target } from '#server/db/connection.ts'
import { startEmbedded } from '#server/db/embedded.ts'
import { prepareHome } from '#server/db/home.ts'
import { superuser } from '#server/db/postmaster.ts'
import { HeldByAnother } from '#server/db/lock.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'

export const silent = pino({ level: 'silent' })
export const postgresHome = (config: Pick<Config, 'folder'>): string => join(config.folder, 'postgres')

export interface Reached { readonly target: Target; /** It answered by itself: a Lodge serves on it. */ readonly isRunning: boolean; end(): Promise<void> }

/** As superuser where it is the embedded one: Lodge itself may have every connection that its own role is given. */
export async function reach(config: Pick<Config, 'databaseUrl' | 'folder'>, application: string): Promise<Reached> {
  if (config.databaseUrl !== undefined) return { target: { connectionString: config.databaseUrl }, isRunning: true, end: async () => {} }
  const home = postgresHome(config)
  if (!existsSync(join(home, 'data', 'PG_VERSION'))) throw new CannotStart(`There is no database in ${home} yet. Start Lodge once, or set LODGE_DATA or DATABASE_URL.`)
  const target: Target = { host: (await prepareHome(home)).run, port: 5432, user: superuser, database: 'lodge' }
  try {
    const { client } = await openConnection(target, application)
    await client.end()
    return { target, isRunning: true, end: async () => {} }
  } catch (error) {
    if (!isAway(error)) throw error
    const own = await startEmbedded({ home, log: silent }).catch((cause: unknown) => {
      if (cause instanceof Error && cause.message.startsWith('PostgreSQL')) throw new CannotStart(`${cause.message}\n\nSee "Damage" in docs/operations.md.`)
      throw cause instanceof HeldByAnother ? new CannotStart(`The database does not answer, and Lodge (process ${cause.process}) works on it: it hangs, or is just starting. Look at ${join(home, 'postgres.log')}, and at "The database is away" in docs/operations.md.`) : cause
    })
    return { target, isRunning: false, end: () => own.stop() }
  }
}

/** One connection to it, for as long as `fn` needs. */
export async function withConnection<T>(config: Pick<Config, 'databaseUrl' | 'folder'>, application: string, fn: (connection: Connection, reached: Reached) => Promise<T>): Promise<T> {
  const reached = await reach(config, application)
  try {
    const connection = await openConnection(reached.target, application)
    try { return await fn(connection, reached) } finally { connection.destroy() }
  } finally {
    await reached.end()
  }
}
