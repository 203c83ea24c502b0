import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { BaseLogger } from 'pino'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { memoryBudget } from '#server/kernel/memory-budget.ts'
import { ringsBytesMax } from '#server/kernel/topics.ts'
import { askRoom, connectionBudget } from './budget.ts'
import { openConnection, type Target } from './connection.ts'
import { startEmbedded, type Embedded } from './embedded.ts'
import { checkExternal } from './external.ts'
import { memoryBytes } from './memory.ts'
import { NoDatabaseYet } from './no-database-yet.ts'

export interface DatabaseOptions {
  /** Of an external PostgreSQL; the embedded one unless given. */
  url: string | undefined
  /** Where the embedded one lives, in `postgres/`. */
  folder: string
  /** Processors of the database server; SQL cannot tell. */
  cores: number | undefined
  connections: number | undefined
  /** There was one before: an external one is tried once, and an embedded one is not made anew where it is missing. */
  isKnown: boolean
  log: Pick<BaseLogger, 'info' | 'warn' | 'error'>
}

export interface Database {
  readonly target: Target
  /** The budget: what all nodes together may have open. */
  readonly connections: number
  /** Undefined for an external one. */
  readonly embedded: Embedded | undefined
  /** Ends the embedded one; never hangs. */
  stop(): Promise<void>
}

const coresUnlessTold = 4

/** Starts the embedded PostgreSQL or finds the external one, and says how many connections there are to spend. @throws CannotStart; NoDatabaseYet when that may pass by itself */
export async function openDatabase({ url, folder, cores, connections, isKnown, log }: DatabaseOptions): Promise<Database> {
  if (url !== undefined) {
    const found = await checkExternal({ url, cores: cores ?? coresUnlessTold, connections, log, ...(isKnown && { patienceMs: 0 }) })
    memoryBudget({ totalBytes: memoryBytes(), database: undefined, capsBytes: ringsBytesMax }, found.connections)   // that memory is elsewhere
    return { ...found, embedded: undefined, stop: () => Promise.resolve() }
  }
  const embedded = await startEmbedded({ home: join(folder, 'postgres'), log, mayMake: !isKnown }).catch((error: Error) => {
    throw error instanceof CannotStart ? error : new NoDatabaseYet(`The embedded PostgreSQL does not start. ${error.message}`, { cause: error })
  })
  try {
    const budget = await fence(embedded, cores ?? availableParallelism(), connections, log)
    return { target: embedded.target, connections: budget, embedded, stop: () => embedded.stop() }
  } catch (error) {
    await embedded.stop()
    throw error
  }
}

/** The server itself refuses what a defect of ours would open beyond the budget. */
async function fence(embedded: Embedded, cores: number, wanted: number | undefined, log: DatabaseOptions['log']): Promise<number> {
  const { client } = await openConnection(embedded.superuser, 'lodge start')
  try {
    const room = await askRoom(client)
    const { connections: budget, why } = memoryBudget({ totalBytes: memoryBytes(), database: room, capsBytes: ringsBytesMax }, connectionBudget({ ...room, roleLimit: -1 }, cores, wanted))
    if (why) log.warn(why)
    await client.query(`alter role lodge_app connection limit ${budget}`)
    return budget
  } finally {
    await client.end()
  }
}
