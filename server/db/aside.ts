/** A share of the connections for work that everybody else goes before (P10), at the processor too. */
import type { Tx } from './db.ts'
import type { Pool } from './pool.ts'
import { shareOf, type Share } from './share.ts'
import { sql } from './sql.ts'

/**
 * Like `shareOf`, for what only reads. A connection whose priority was lowered serves once and is closed: it cannot be raised again, and
 * messages might get it.
 * @param lower lowers the priority of a backend; false when it could not
 */
export function asideOf(pool: Pool, name: string, max: number | (() => number), lower: (backendPid: number) => boolean, now: () => number, isFair = true): Share {
  const low = (isTx: boolean) => async <T>(label: string, deadlineMs: number, fn: (tx: Tx) => Promise<T>): Promise<T> => {
    const { client, tx, destroy, release } = await pool.lease(label, deadlineMs, deadlineMs)
    const isLow = lower((client as unknown as { processID: number }).processID)
    try {
      if (isTx) await tx.run(sql`begin`)
      const result = await fn(tx)
      if (isTx) await tx.run(sql`commit`)
      return result
    } finally {
      if (isLow) destroy(); else await release()
    }
  }
  return shareOf({ tx: low(true), read: low(false) }, name, max, now, isFair)
}
