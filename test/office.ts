/** What tests of bookings need: floors and spaces at the hotel's lobby, a clock, and what was told. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createBooking, type Booking } from '#contract/bookings.ts'
import { listDeliveries, type Delivery } from '#contract/deliveries.ts'
import { saveFloor, saveSpace, type Floor, type Space } from '#contract/spaces.ts'
import type { Call, Outcome } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { sql } from '#server/db/sql.ts'
import type { TestServer } from './server.ts'
import { value } from './value.ts'
import { ada, lobby } from './world.ts'

type SpaceBody = NonNullable<NonNullable<(typeof saveSpace)['types']>['body']>
type BookingBody = NonNullable<NonNullable<(typeof createBooking)['types']>['body']>

export const makeFloor = (server: TestServer, name = 'First floor', location = lobby.id): Promise<Floor> => value(server.callAs(ada)(saveFloor, { params: { floor: newId() }, body: { location, name, level: 1 } }))
export const makeSpace = (server: TestServer, floor: Floor, more: Partial<SpaceBody> = {}): Promise<Space> =>
  value(server.callAs(ada)(saveSpace, { params: { space: newId() }, body: { floor: floor.id, name: 'Desk 1', kind: 'desk', ...more } }))
export const book = (call: Call, space: string, when: BookingBody['when'], more: Partial<BookingBody> = {}): Promise<Outcome<Booking>> => call(createBooking, { body: { id: newId(), space, when, ...more } })
/** As a client does it: who is told to come back does, with the same id. A crowd on a machine that is busy otherwise waits for longer than one may wait for a booking. */
export async function persistently<R>(ask: () => Promise<Outcome<R>>): Promise<Outcome<R>> {
  for (let tries = 1; ; tries++) {
    const outcome = await ask()
    if (outcome.ok || outcome.retryAfterMs === undefined || tries === 10) return outcome
    await sleep(outcome.retryAfterMs)
  }
}
export const at = (booking: string) => ({ params: { booking }, body: { id: newId() } })

/** A server's clock that a test moves: it starts at ten in the morning of tomorrow, so that no day ends while a test runs. */
export function movedClock() {
  let shiftMs = new Date().setUTCHours(33, 0, 0, 0) - Date.now()
  const now = (): number => Date.now() + shiftMs
  const minutes = (n: number): string => new Date(now() + n * 60_000).toISOString()
  return { now, minutes, slot: (from: number, to: number) => ({ startsAt: minutes(from), endsAt: minutes(to) }), pass(ms: number) { shiftMs += ms } }
}

export const mailsTo = async (server: TestServer, to: string): Promise<Delivery[]> => (await value(server.callAs(ada)(listDeliveries, { query: { limit: 200 } }))).deliveries.filter((d) => d.to === to)

/** Of the lobby's bookings, once none is on its way any more. */
export async function bookingEntries(server: TestServer): Promise<{ type: string; actor: string; body: Record<string, unknown> }[]> {
  for (let left = 1; left > 0;) left = (await server.database.db.read('outbox', 5_000, (tx) => tx.one<{ n: number }>(sql`select count(*)::int as n from booking_outbox`))).n
  return server.database.db.read('journal', 5_000, (tx) => tx.all(sql`select type, actor, body from journal where topic = ${`bookings:${lobby.id}`} order by "offset"`))
}
