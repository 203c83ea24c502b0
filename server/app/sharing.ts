/** Desks and rooms that people share: plans, bookings, panels at the doors. */
import type { FastifyInstance } from 'fastify'
import { shareOf } from '#server/db/share.ts'
import { bookingRoutes } from '#server/features/bookings/bookings.routes.ts'
import { bookings as openBookings, type BookingOptions } from '#server/features/bookings/bookings.ts'
import { closures as openClosures } from '#server/features/bookings/closures.ts'
import { bookingFeeds } from '#server/features/bookings/feeds.ts'
import { bookingNotices } from '#server/features/bookings/notices.ts'
import { outbox as openOutbox } from '#server/features/bookings/outbox.ts'
import { bookingPanel } from '#server/features/bookings/panel.ts'
import { bookingReading } from '#server/features/bookings/reading.ts'
import { graceAfterStartMs, releaseNoShows } from '#server/features/bookings/release.ts'
import { bookingSeries } from '#server/features/bookings/series.ts'
import { bookingMail } from '#server/features/deliveries/booking-mails.ts'
import { bookingTopics, panels as openPanels } from '#server/features/spaces/panels.ts'
import { spaceRoutes } from '#server/features/spaces/spaces.routes.ts'
import { spaces as openSpaces } from '#server/features/spaces/spaces.ts'
import { every } from '#server/jobs/every.ts'
import type { Core } from './core.ts'
import type { GivingWay } from './giving-way.ts'
import type { Given } from './options.ts'
import type { People } from './people.ts'
import type { Telling } from './telling.ts'

interface Needs { way: GivingWay; core: Core; telling: Telling; people: People }

export function openSharing(g: Given, { way: { work }, core: { accept }, telling: { deliveries }, people: { changed } }: Needs) {
  const { pool, log, now, baseUrl, chores, about, off, startedAtMs } = g
  const db = work('history')
  // A third: however many want desks, the rest stays for messages. At least two, or one that waits for a lock would stop all.
  const share = shareOf(work('booking'), 'bookings', () => Math.max(2, Math.floor(pool.max / 3)), now, !off.has('reclaim'))
  const outbox = openOutbox({ db: work('message'), accept, log })
  const tell = bookingNotices((tx, account, { code, ...of }) =>
    deliveries.deliver(tx, account, bookingMail({ ...of, checkInUrl: `${baseUrl()}/checkin/${code}`, url: `${baseUrl()}/spaces?booking=${of.booking}` })))
  const options: BookingOptions = { db: share, outbox, tell, now }

  const spaces = openSpaces({ db, changed })
  const panels = openPanels({ db, changed, now })
  const bookings = openBookings(options)
  const series = bookingSeries(options)
  const closures = openClosures(options)

  return {
    spaces, bookings, bookingSeries: series, closures, outbox,
    /** Whether a connection with this label is one of these. */
    serves: share.serves,
    topics: bookingTopics(db),
    begin: () => [
      every('release bookings nobody came to', 15_000, async () => { if (now() - startedAtMs >= graceAfterStartMs) await releaseNoShows(options) }, chores),
      every('carry entries of bookings', 5_000, () => outbox.carry(), chores),
      every('book series ahead', 3_600_000, async () => { await series.extend() }, chores),
    ],
    mount(http: FastifyInstance): void {
      spaceRoutes(http, { spaces, panels })
      bookingRoutes(http, {
        bookings, series, closures, reading: bookingReading({ db: share, now }), feeds: bookingFeeds({ db: share, baseUrl, now }),
        panel: bookingPanel({ db: share, bookings, build: about.build, now }),
      })
    },
  }
}
export type Sharing = ReturnType<typeof openSharing>
