/** A floor with desks and a room at the hotel's lobby, for tests of bookings. */
import { createBooking, type Booking } from '#contract/bookings.ts'
import { saveFloor, saveSpace, type Floor, type Space } from '#contract/spaces.ts'
import { valueOf, type Call, type Outcome } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { ada, lobby } from './world.ts'
import type { TestServer } from './server.ts'

export const value = async <T>(of: Promise<Outcome<T>>): Promise<T> => valueOf(await of)
type SpaceBody = NonNullable<NonNullable<(typeof saveSpace)['types']>['body']>
type BookingBody = NonNullable<NonNullable<(typeof createBooking)['types']>['body']>

export const makeFloor = (server: TestServer, name = 'First floor', location = lobby.id): Promise<Floor> => value(server.callAs(ada)(saveFloor, { params: { floor: newId() }, body: { location, name, level: 1 } }))
export const makeSpace = (server: TestServer, floor: Floor, more: Partial<SpaceBody> = {}): Promise<Space> =>
  value(server.callAs(ada)(saveSpace, { params: { space: newId() }, body: { floor: floor.id, name: 'Desk 1', kind: 'desk', ...more } }))
export const book = (call: Call, space: string, when: BookingBody['when'], more: Partial<BookingBody> = {}): Promise<Outcome<Booking>> => call(createBooking, { body: { id: newId(), space, when, ...more } })
