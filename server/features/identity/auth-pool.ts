import { AsyncLocalStorage } from 'node:async_hooks'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { asRefusal } from '#server/db/connection.ts'
import { statements } from '#server/db/handle.ts'
import type { Pool } from '#server/db/pool.ts'

const waitMs = 3_000
const holdMs = 10_000

/**
 * Our pool as better-auth (through kysely) takes it: it opens no connection of its own and stays within the budget.
 * better-auth hides what the database said behind a failure of its own, so `honestly` gives the first such error back.
 */
export function authPool(pool: Pick<Pool, 'lease'>) {
  const asking = new AsyncLocalStorage<{ error?: unknown }>()
  function failed(error: unknown): never {
    const asker = asking.getStore()
    if (asker) asker.error ??= error
    throw error
  }
  const facade: PostgresPool = {
    async connect() {
      const lease = await pool.lease('signing in', waitMs, holdMs).catch(failed)
      const query = async (text: string, values: readonly unknown[]) => {
        const counted = statements.getStore()
        if (counted) {
          counted.count++
          counted.texts.push(text)
        }
        // With the driver's own types: better-auth compares dates as Date, ours are text.
        return lease.client.query({ text, values: [...values], types: pg.types }).catch((error: unknown) => failed(asRefusal(error, 1_000)))
      }
      return { query: query as unknown as PostgresPoolClient['query'], release: () => void lease.release() }
    },
    async end() {},
  }
  /** Runs a ceremony. @throws what the database said, if it said anything; else what the ceremony threw */
  async function honestly<T>(ceremony: () => Promise<T>): Promise<T> {
    const asker: { error?: unknown } = {}
    try {
      return await asking.run(asker, ceremony)
    } catch (error) {
      throw asker.error ?? error
    }
  }
  return { facade, honestly }
}
