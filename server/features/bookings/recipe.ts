/**
 * How a space is written to. The exclusion constraint is the guard, and the only one: whatever this file did wrong, two bookings would
 * not overlap. But constraints of this kind can deadlock where unique indexes cannot, when several insert at once; so:
 *
 *   shared lock of the location → locks of the spaces, in one order → look → insert under the constraint → again on 40P01, 40001, 23P01
 *
 * The lock of the location is exclusive for closures, which so wait for bookings on their way and hold up later ones. Locks are
 * advisory and end with the transaction. A repeat after 23P01 finds the other booking by looking, and can say whose it is.
 */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Db, Tx } from '#server/db/db.ts'
import { sql } from '#server/db/sql.ts'

const triesMax = 5
const passing = new Set(['40P01', '40001', '23P01'])
const isPassing = (error: unknown): boolean => error instanceof pg.DatabaseError && (passing.has(error.code ?? '') || error.constraint === 'bookings_pkey' || error.constraint === 'booking_series_pkey' || error.constraint === 'closures_pkey')

/** Of 64 bits; a clash makes two spaces wait for each other, and nothing else. */
const keyOf = (...of: string[]): bigint => createHash('sha256').update(of.join('\n')).digest().readBigInt64BE()
const lockShared = (key: bigint) => sql`select pg_advisory_xact_lock_shared(${key}::bigint)`
const lock = (keys: readonly bigint[]) => sql`select pg_advisory_xact_lock(k) from unnest(${keys.map(String)}::bigint[]) as k`

interface Hold { account: string; location: string; spaces: readonly string[] | 'all' }

/** Runs `fn` with the spaces held. It may run several times: whatever it did before is rolled back. @throws what `fn` throws; Refusal `overloaded` after the deadline */
export async function holding<T>(db: Db, label: string, { account, location, spaces }: Hold, fn: (tx: Tx) => Promise<T>, deadlineMs = 5_000): Promise<T> {
  const place = keyOf('bookings of location', account, location)
  const keys = spaces === 'all' ? [] : [...new Set(spaces.map((space) => keyOf('bookings of space', account, space)))].sort((a, b) => a < b ? -1 : a > b ? 1 : 0)
  for (let tries = 1; ; tries++) {
    try {
      return await db.tx(label, deadlineMs, async (tx) => {
        // Sent together: they are answered in order.
        if (spaces === 'all') await tx.run(lock([place]))
        else await Promise.all([tx.run(lockShared(place)), tx.run(lock(keys))])
        return fn(tx)
      })
    } catch (error) {
      if (!isPassing(error) || tries >= triesMax) throw error
      await sleep(Math.random() * 10 * 2 ** tries)
    }
  }
}
