/** What is booked, for people who look. */
import { bookingMaxDays, type AtSpace, type Availability, type Booking, type Present } from '#contract/bookings.ts'
import type { Space } from '#contract/spaces.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { cursorOf, readCursor } from '#server/kernel/cursor.ts'
import { dayAfter, dayIn, iso, startOfDay } from '#server/kernel/local-time.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import { userOf } from './bookings.ts'
import * as statements from './reading.sql.ts'
import type { AvailabilityRow, BookingFilter, PresentRow } from './reading.sql.ts'

const isInstant = (key: string): boolean => !Number.isNaN(Date.parse(key))

export function bookingReading({ db, now }: { db: Db; now: () => number }) {
  return {
    async list(account: string, { cursor, limit = 100, ...filter }: Omit<BookingFilter, 'after' | 'limit'> & { cursor?: string; limit?: number }): Promise<{ bookings: Booking[]; next: string | null }> {
      const after = cursor === undefined ? undefined : readCursor(cursor, isInstant)
      const rows = await db.read('list bookings', 5_000, (tx) => tx.all(statements.selectBookings(account, { ...filter, ...(after && { after }), limit: limit + 1 })))
      const last = rows.length > limit ? rows[limit - 1] : undefined
      return { bookings: rows.slice(0, limit), next: last ? cursorOf(last.startsAt, last.id) : null }
    },

    /** @throws Refusal `invalid`: ends before it starts, or too long */
    async availability(account: string, floor: string, startsAt: string, endsAt: string): Promise<{ asOf: string; spaces: Availability[] }> {
      const lengthMs = Date.parse(endsAt) - Date.parse(startsAt)
      if (!(lengthMs > 0 && lengthMs <= (bookingMaxDays * 24 + 1) * 3_600_000)) throw new Refusal('invalid', `query: ask for a time of at most ${bookingMaxDays} days, from startsAt to endsAt.`)
      const asOf = iso(now())
      const rows = await db.read('availability', 3_000, (tx) => tx.all(statements.selectAvailability(account, floor, startsAt, endsAt)))
      return { asOf, spaces: bySpace(rows) }
    },

    /** @throws Refusal `not_found` */
    async present(account: string, location: string, asked?: string): Promise<{ day: string; asOf: string; people: Present[] }> {
      const { day, rows } = await db.read('who is in', 5_000, async (tx) => {
        const place = await tx.maybe(statements.zoneOfLocation(account, location))
        if (!place) throw new Refusal('not_found')
        const day = asked ?? dayIn(place.zone, now())
        return { day, rows: await tx.all(statements.selectPresent(account, location, day, startOfDay(place.zone, day), startOfDay(place.zone, dayAfter(day)))) }
      })
      const people = [...Map.groupBy(rows, (r) => r.user.id).values()].map((of): Present => ({ user: of[0]!.user, state: stateOf(of, now()), bookings: of.map(({ user: _, opensAt: __, ...b }) => b) }))
      return { day, asOf: iso(now()), people }
    },

    /** @throws Refusal `not_found` */
    async atSpace(session: Session, code: string): Promise<AtSpace> {
      const { account } = session
      const own = userOf(session)
      return db.read('at space', 3_000, async (tx) => {
        const found = await tx.maybe(statements.spaceByCode(account, code))
        if (!found) throw new Refusal('not_found', 'This code belongs to no space here.')
        const { zone, locationName, ...space } = found
        const { asOf, midnight, booked, closed, running, shut } = await restOfDay(tx, account, space, zone, now())
        const mine = booked.find((b) => b.user?.id === own)
        const taken = running && running.user?.id !== own ? { kind: 'booking' as const, id: running.id, space: space.id, startsAt: running.startsAt, endsAt: running.endsAt, user: running.user, text: '' }
          : shut ? { kind: 'closure' as const, space: space.id, user: null, ...shut } : null
        const starts = [...booked, ...closed].map((b) => b.startsAt).sort()
        return { space, locationName, zone, asOf, mine: mine ?? null, taken, freeUntil: running || shut ? null : starts[0] ?? midnight }
      })
    },
  }
}
export type BookingReading = ReturnType<typeof bookingReading>

/** What a space has until its day is over, or for `aheadMs` if that lasts longer: what is booked and closed, and what of it holds now. */
export async function restOfDay(tx: Tx, account: string, space: Pick<Space, 'id' | 'floor' | 'location'>, zone: string, nowMs: number, aheadMs = 0) {
  const asOf = iso(nowMs), midnight = startOfDay(zone, dayAfter(dayIn(zone, nowMs)))
  const upTo = iso(Math.max(Date.parse(midnight), nowMs + aheadMs))
  const [booked, closed] = await Promise.all([tx.all(statements.bookedAt(account, space.id, asOf, upTo)), tx.all(statements.closedAt(account, space, asOf, upTo))])
  const hasBegun = ({ startsAt }: { startsAt: string }): boolean => Date.parse(startsAt) <= nowMs
  return { asOf, midnight, booked, closed, running: booked.find(hasBegun), shut: closed.find(hasBegun) }
}

/** Rows of one space stand together. */
function bySpace(rows: readonly AvailabilityRow[]): Availability[] {
  const spaces: Availability[] = []
  for (const { space, booking, startsAt, endsAt, status, title, user, userName, closures } of rows) {
    let last = spaces.at(-1)
    if (last?.space !== space) spaces.push(last = { space, free: booking === null && closures === null, bookings: [], closures: closures ?? [] })
    if (booking !== null) last.bookings.push({ booking, startsAt, endsAt, status, title, user: user === null ? null : { id: user, name: userName } })
  }
  return spaces
}

function stateOf(rows: readonly PresentRow[], nowMs: number): Present['state'] {
  const runs = (r: PresentRow): boolean => Date.parse(r.startsAt) <= nowMs && Date.parse(r.endsAt) > nowMs
  if (rows.some((r) => (r.status === 'checked_in' && Date.parse(r.endsAt) > nowMs) || (r.status === 'booked' && r.opensAt === null && runs(r)))) return 'here'
  return rows.some((r) => r.status === 'booked' && Date.parse(r.endsAt) > nowMs) ? 'planned' : 'left'
}
