/** Who comes to the door: places, visits, kiosks, badges. */
import type { FastifyInstance } from 'fastify'
import type { Ack } from '#contract/commands.ts'
import type { Tx } from '#server/db/db.ts'
import { badgeRoutes } from '#server/features/badges/badges.routes.ts'
import { badges as openBadges } from '#server/features/badges/badges.ts'
import { deliveriesTo, eraseDeliveries } from '#server/features/deliveries/deliveries.ts'
import { arrivalMail, arrivalPush, visitInvitationMail } from '#server/features/deliveries/visit-mails.ts'
import { kioskBeats } from '#server/features/kiosks/beats.ts'
import { effects } from '#server/features/kiosks/effects.ts'
import { kioskRoutes } from '#server/features/kiosks/kiosks.routes.ts'
import { kiosks as openKiosks } from '#server/features/kiosks/kiosks.ts'
import { operations as openOperations } from '#server/features/kiosks/operations.ts'
import { kioskSnapshots } from '#server/features/kiosks/snapshot.ts'
import { placeRoutes } from '#server/features/places/places.routes.ts'
import { places as openPlaces } from '#server/features/places/places.ts'
import type { Status } from '#server/features/status/status.ts'
import { seriesInvitations, visitInvitations, type Invitation } from '#server/features/visits/invitation.ts'
import { invitedVisits } from '#server/features/visits/invited.ts'
import { arrivalNotices } from '#server/features/visits/notices.ts'
import { overnight } from '#server/features/visits/overnight.ts'
import { personRoutes } from '#server/features/visits/persons.routes.ts'
import { persons } from '#server/features/visits/persons.ts'
import { seriesRoutes } from '#server/features/visits/series.routes.ts'
import { visitSeries } from '#server/features/visits/series.ts'
import { visitFiles } from '#server/features/visits/visit-file.ts'
import { visitRoutes } from '#server/features/visits/visits.routes.ts'
import { visits as openVisits } from '#server/features/visits/visits.ts'
import { watchlist as openWatchlist } from '#server/features/visits/watchlist.ts'
import { every } from '#server/jobs/every.ts'
import type { Core } from './core.ts'
import type { Conversing } from './conversing.ts'
import type { GivingWay } from './giving-way.ts'
import type { Given } from './options.ts'
import type { People } from './people.ts'
import type { Telling } from './telling.ts'

interface Needs { way: GivingWay; core: Core; telling: Telling; people: People; conversing: Conversing; status: Status }

export function openReceiving(g: Given, { way: { work }, core: { accept, spool }, telling: { deliveries, pushes }, people, conversing, status }: Needs) {
  const { log, now, baseUrl, about, chores } = g
  const { changed, isThere } = people
  const db = work('history'), message = work('message')

  const tell = arrivalNotices({
    mail: (tx, account, { visit, name: _, ...arrived }) => deliveries.deliver(tx, account, arrivalMail({ ...arrived, url: `${baseUrl()}/visits/${visit}` })),
    browsersOf: pushes.browsersOf,
    push: (tx, account, browsers, notice) =>
      deliveries.push(tx, account, browsers.map((b) => ({ ...arrivalPush({ ...notice, id: b.delivery }), subscription: b.id, to: b.to }))),
  })
  const mailInvitation = (tx: Tx, account: string, of: Invitation): Promise<void> =>
    deliveries.deliver(tx, account, visitInvitationMail({ ...of, url: `${baseUrl()}/invited/${of.code}` }))

  const places = openPlaces({ db, changed })
  const visits = openVisits({ db: message, accept, tell, invite: visitInvitations(mailInvitation), forgetMails: eraseDeliveries, now })
  const series = visitSeries({ db, accept, invite: seriesInvitations(mailInvitation), now })
  const watchlist = openWatchlist({ db, changed })
  const badges = openBadges({ db })
  const kiosks = openKiosks({ db: message, changed, isThere, now })
  const operations = openOperations({ db: message, accept, effect: effects(tell), now })

  return {
    places, visits, series, watchlist, kiosks,
    /** What of a kiosk and of reception the spool may keep, done when the journal is back. */
    kept: {
      operate: async (from: Parameters<typeof operations.take>[0], raw: unknown) => (await operations.take(from, [raw]))[0],
      arrive: (...of: Parameters<typeof visits.checkIn>) => visits.checkIn(...of).then(placeOf),
      depart: (...of: Parameters<typeof visits.checkOut>) => visits.checkOut(...of).then(placeOf),
    },
    begin: () => [
      every('check visitors out, forget names', 60_000, () => overnight({ db, visits, series, log, now }), chores),
      every('apply held operations', 30_000, () => operations.releaseAll(), chores),
    ],
    mount(http: FastifyInstance): void {
      placeRoutes(http, { places })
      visitRoutes(http, { db, visits: spool.doors.visits(visits), invited: invitedVisits({ db, visits, series }), watchlist, readFile: visitFiles({ db, places, now }) })
      seriesRoutes(http, { series })
      badgeRoutes(http, { badges })
      personRoutes(http, { persons: persons({ db, accept, findContacts: conversing.contacts.findExact, mailsTo: deliveriesTo, forgetMails: eraseDeliveries, now }) })
      const beat = kioskBeats({ db: message, now, build: about.build, notice: status.kioskNotice })
      kioskRoutes(http, { kiosks, operations: spool.doors.operations(operations), beat, snapshot: kioskSnapshots({ db, now }) })
    },
    close: (): Promise<void> => badges.close(),
  }
}
export type Receiving = ReturnType<typeof openReceiving>

const placeOf = ({ topic, offset = 0, at }: Ack): { topic: string; offset: number; at: string } => ({ topic, offset, at })
