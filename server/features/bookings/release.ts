/** Whoever does not come within the check-in window gives the space back: cancelled with the reason `no_show`, and told. */
import type { Db } from '#server/db/db.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { iso } from '#server/kernel/local-time.ts'
import { toldOf, topicOf, type BookingOptions } from './bookings.ts'
import * as statements from './bookings.sql.ts'
import { post } from './outbox.ts'

const atOnce = 200
/**
 * After a start people get this long to check in before anything is released: while the server was away nobody could. The longest
 * it delays a release is the shortest that a window may be.
 */
export const graceAfterStartMs = 5 * 60_000

/** @returns how many were released */
export async function releaseNoShows({ db, outbox, tell, now }: BookingOptions): Promise<number> {
  let count = 0
  for (const { account, id } of await due(db, iso(now()))) {
    count += await db.tx('release booking', 5_000, async (tx) => {
      const state = await tx.maybe(statements.lockState(account, id))
      // Somebody checked in, moved or cancelled it since we looked.
      if (!state || state.status !== 'booked' || state.closesAt === null || Date.parse(state.closesAt) > now()) return 0
      await tx.run(statements.setCancelled(account, id, 'no_show'))
      const entry = derivedId('released', id, state.closesAt)
      await post(tx, { account, id: entry, topic: topicOf(state), type: 'booking.released', actor: 'system', body: { booking: id, space: state.space } })
      await tell(tx, account, 'released', toldOf(state), entry, null)
      return 1
    })
  }
  if (count > 0) outbox.kick()
  return count
}
const due = (db: Db, at: string) => db.read('bookings to release', 10_000, (tx) => tx.all(statements.awaitedTooLong(at, atOnce)))
