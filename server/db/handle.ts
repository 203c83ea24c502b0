import { AsyncLocalStorage } from 'node:async_hooks'
import type pg from 'pg'
import { asRefusal, type Connection } from './connection.ts'
import type { Tx } from './db.ts'
import type { Sql } from './sql.ts'

/** Run a request inside `statements.run({ count: 0, texts: [] }, …)` and its statements are counted there; BEGIN and COMMIT are not. */
export const statements = new AsyncLocalStorage<{ count: number; texts: string[] }>()

export interface Handle {
  readonly tx: Tx
  /** How many statements have been sent and not answered. */
  readonly inFlight: number
  /** From now on the handle throws this, or an error with this sentence. */
  revoke(why: Error | string): void
}

/** A `Tx` on a connection that somebody holds. The connection pipelines: statements sent without waiting are answered in order. */
export function handleOn(client: pg.Client, retryAfterMs: () => number, nameOf: Connection['nameOf'] = () => undefined): Handle {
  let revoked: Error | string | undefined
  let inFlight = 0

  async function query<R>(statement: Sql<R>): Promise<pg.QueryResult<R & object>> {
    if (revoked) throw typeof revoked === 'string' ? new Error(revoked) : revoked
    const counted = statements.getStore()
    if (counted) {
      counted.count++
      counted.texts.push(statement.text)
    }
    inFlight++
    try {
      return await client.query<R & object>({ name: nameOf(statement.text), text: statement.text, values: statement.values as unknown[] } as pg.QueryConfig)
    } catch (error) {
      throw asRefusal(error, retryAfterMs())
    } finally {
      inFlight--
    }
  }

  const tx: Tx = {
    all: async <R>(statement: Sql<R>) => (await query(statement)).rows as R[],
    async maybe<R>(statement: Sql<R>) {
      const { rows } = await query(statement)
      if (rows.length > 1) throw new Error(`Expected at most one row, got ${rows.length}: ${statement.text}`)
      return rows[0] as R | undefined
    },
    async one<R>(statement: Sql<R>) {
      const { rows } = await query(statement)
      if (rows.length !== 1) throw new Error(`Expected one row, got ${rows.length}: ${statement.text}`)
      return rows[0] as R
    },
    run: async (statement) => (await query(statement)).rowCount ?? 0,
  }
  return { tx, get inFlight() { return inFlight }, revoke: (why) => { revoked ??= why } }
}
