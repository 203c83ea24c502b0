import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/bookings.ts'
import { route } from '#server/http/route.ts'
import type { Bookings } from './bookings.ts'
import type { Closures } from './closures.ts'
import type { BookingFeeds } from './feeds.ts'
import type { BookingPanel } from './panel.ts'
import type { BookingReading } from './reading.ts'
import type { BookingSeries } from './series.ts'

interface Options { bookings: Bookings; series: BookingSeries; closures: Closures; reading: BookingReading; feeds: BookingFeeds; panel: BookingPanel }

export function bookingRoutes(app: FastifyInstance, { bookings, series, closures, reading, feeds, panel }: Options): void {
  route(app, contract.createBooking)(({ session, body }) => bookings.book(session, body))
  route(app, contract.listBookings)(({ session, query }) => reading.list(session.account, query))
  route(app, contract.getBooking)(({ session, params }) => bookings.get(session.account, params.booking))
  route(app, contract.changeBooking)(({ session, params, body: { id, ...to } }) => bookings.change(session, params.booking, id, to))
  route(app, contract.cancelBooking)(({ session, params, body }) => bookings.cancel(session, params.booking, body.id))
  route(app, contract.checkInBooking)(({ session, params, body }) => bookings.checkIn(session, params.booking, body.id))
  route(app, contract.endBooking)(({ session, params, body }) => bookings.end(session, params.booking, body.id))

  route(app, contract.createBookingSeries)(({ session, body }) => series.create(session, body))
  route(app, contract.getBookingSeries)(({ session, params }) => series.get(session.account, params.series))
  route(app, contract.cancelBookingSeries)(({ session, params, body }) => series.cancel(session, params.series, body.id, body.from))

  route(app, contract.getAvailability)(({ session, params, query }) => reading.availability(session.account, params.floor, query.startsAt, query.endsAt))
  route(app, contract.listPresent)(({ session, params, query }) => reading.present(session.account, params.location, query.day))
  route(app, contract.getAtSpace)(({ session, params }) => reading.atSpace(session, params.code))

  route(app, contract.listClosures)(async ({ session, query }) => ({ closures: await closures.list(session.account, query.location) }))
  route(app, contract.createClosure)(({ session, body }) => closures.create(session, body))
  route(app, contract.liftClosure)(async ({ session, params, query }) => {
    await closures.lift(session, params.closure, query.id)
    return {}
  })

  route(app, contract.listFeeds)(async ({ session }) => ({ feeds: await feeds.list(session) }))
  route(app, contract.createFeed)(({ session, params, body }) => feeds.create(session, params.feed, body.space ?? null))
  route(app, contract.revokeFeed)(async ({ session, params }) => {
    await feeds.revoke(session, params.feed)
    return {}
  })
  route(app, contract.readFeed, { rate: 'visitors' })(async ({ params, reply }) => {
    const text = await feeds.read(params.secret)
    return reply.headers({ 'content-type': 'text/calendar; charset=utf-8', 'content-disposition': 'attachment; filename="lodge.ics"', 'cache-control': 'private, max-age=300', 'referrer-policy': 'no-referrer' }).serializer(String).send(text)
  })

  route(app, contract.getPanel)(({ session }) => panel.state(session))
  route(app, contract.bookAtPanel)(({ session, body }) => panel.book(session, body))
  route(app, contract.checkInAtPanel)(({ session, params, body }) => panel.checkIn(session, params.booking, body.id))
  route(app, contract.endAtPanel)(({ session, params, body }) => panel.end(session, params.booking, body.id))
}
