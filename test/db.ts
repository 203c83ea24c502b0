import { randomBytes } from 'node:crypto'
import pino from 'pino'
import { inject } from 'vitest'
import { openConnection, type Target } from '#server/db/connection.ts'
import { openPool, type Pool } from '#server/db/pool.ts'

export interface TestDatabase {
  /** The application's role on this database. */
  readonly target: Target
  readonly db: Pool
  /** Closes the pool and removes the database. @throws when somebody else is still connected. */
  drop(): Promise<void>
}

/** Those of this file that were not dropped; the guard reads it. */
export const open = new Set<string>()

/** A migrated, empty database of its own for a test file: make it in `beforeAll`, `drop()` it in `afterAll`. */
export async function createTestDatabase({ max = 5, ...pool }: { max?: number; reclaims?: boolean } = {}): Promise<TestDatabase> {
  const database = `test_${randomBytes(6).toString('hex')}`
  await asSuperuser(`create database ${database} template ${inject('template')} owner lodge_app`)
  open.add(database)
  const target = { ...inject('superuser'), user: 'lodge_app', database }
  const db = openPool({ connect: target, max, log: pino({ level: 'silent' }), application: `lodge test ${database}`, ...pool })
  return {
    target, db,
    async drop() {
      await db.close()
      const left = await connectionsTo(database)
      await asSuperuser(`drop database ${database} with (force)`)
      open.delete(database)
      if (left.length > 0) throw new Error(`Connections to the test database were left open:\n${left.join('\n')}`)
    },
  }
}

/** Who is connected, one line each; waits a moment for those that are just going. */
export async function connectionsTo(database: string): Promise<string[]> {
  for (let tries = 0; ; tries++) {
    const rows = await asSuperuser<{ line: string }>(
      `select format('%s, process %s, %s: %s', application_name, pid, state, query) as line from pg_stat_activity where datname = $1`, [database])
    if (rows.length === 0 || tries === 20) return rows.map((row) => row.line)
    await new Promise((done) => { setTimeout(done, 50) })
  }
}

/** One statement as the cluster's superuser, on the database `postgres`. */
export async function asSuperuser<R extends object>(text: string, values?: unknown[]): Promise<R[]> {
  const { client } = await openConnection(inject('superuser'), 'lodge test')
  try {
    return (await client.query<R>(text, values)).rows
  } finally {
    await client.end()
  }
}
