/** Secret addresses of calendars. Only the hash of a secret is kept; whoever has the address reads, and nothing else. */
import { randomBytes } from 'node:crypto'
import type { Booking, Feed } from '#contract/bookings.ts'
import type { Db } from '#server/db/db.ts'
import { refuseOn } from '#server/db/violation.ts'
import { iso } from '#server/kernel/local-time.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { hashOf } from '#server/kernel/secret.ts'
import type { Session } from '#server/kernel/session.ts'
import { userOf } from './bookings.ts'
import { calendarOf } from './calendar.ts'
import * as statements from './feeds.sql.ts'

const dayMs = 86_400_000
const back = 30, ahead = 366

export function bookingFeeds({ db, baseUrl, now }: { db: Db; baseUrl: () => string; now: () => number }) {
  const owner = (session: Session): string => userOf(session) ?? ''
  return {
    list: (session: Session): Promise<Feed[]> => db.read('list feeds', 3_000, (tx) => tx.all(statements.selectFeeds(session.account, owner(session)))),

    /** @throws Refusal `not_found`: no such space, or somebody else's feed */
    async create(session: Session, id: string, space: string | null): Promise<{ feed: Feed; url: string }> {
      const secret = randomBytes(32).toString('base64url')
      const feed = await db.read('make feed', 3_000, async (tx) => {
        await tx.run(statements.upsertFeed(session.account, { id, user: owner(session), space, secretHash: hashOf(secret) }))
        return tx.maybe(statements.selectFeed(session.account, owner(session), id, hashOf(secret)))
      }).catch(refuseOn({ booking_feeds_account_id_space_id_fkey: ['not_found', 'There is no such space.'] }))
      if (!feed) throw new Refusal('not_found')
      return { feed, url: `/api/v1/calendars/${secret}.ics` }
    },
    /** @throws Refusal `not_found` */
    async revoke(session: Session, id: string): Promise<void> {
      if (await db.read('revoke feed', 3_000, (tx) => tx.run(statements.deleteFeed(session.account, owner(session), id))) === 0) throw new Refusal('not_found')
    },
    /** @throws Refusal `not_found`: wrong, revoked, or its person is no longer active */
    async read(given: string): Promise<string> {
      const { feed, bookings } = await db.read('read feed', 5_000, async (tx) => {
        const feed = await tx.maybe(statements.feedOfSecret(hashOf(given.replace(/\.ics$/, ''))))
        if (!feed) throw new Refusal('not_found')
        if (feed.unreadMs === null || feed.unreadMs > 60_000) await tx.run(statements.touchFeed(feed.account, feed.id))
        const nowMs = now()
        const bookings: Booking[] = await tx.all(statements.feedBookings(feed.account, feed, iso(nowMs - back * dayMs), iso(nowMs + ahead * dayMs)))
        return { feed, bookings }
      })
      return calendarOf({ name: feed.spaceName ?? feed.accountName, isOfSpace: feed.space !== null, bookings, url: baseUrl() })
    },
  }
}
export type BookingFeeds = ReturnType<typeof bookingFeeds>
