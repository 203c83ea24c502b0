/** What the device at a door shows and may do: of its own space, and nothing else. */
import type { Booking, PanelBooking, PanelState } from '#contract/bookings.ts'
import { idOf } from '#contract/ids.ts'
import type { Space } from '#contract/spaces.ts'
import type { Db } from '#server/db/db.ts'
import { iso } from '#server/kernel/local-time.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import type { Bookings } from './bookings.ts'
import { restOfDay } from './reading.ts'
import * as statements from './reading.sql.ts'

const lengths = [15, 30, 60, 120]
const nextMax = 6

const shown = (b: Booking, { panelShowsNames }: Pick<Space, 'panelShowsNames'>): PanelBooking => ({
  id: b.id, startsAt: b.startsAt, endsAt: b.endsAt, wholeDay: b.wholeDay, status: b.status, user: panelShowsNames ? b.user?.name ?? null : null, title: panelShowsNames ? b.title : '', checkIn: b.checkIn,
})

export function bookingPanel({ db, bookings, build, now }: { db: Db; bookings: Bookings; build: string; now: () => number }) {
  /** @throws Refusal `not_found`: unpaired meanwhile */
  async function state({ account, actor }: Session): Promise<PanelState> {
    const panel = idOf(actor) ?? ''
    return db.read('panel', 3_000, async (tx) => {
      await tx.run(statements.touchPanel(account, panel))
      const found = await tx.maybe(statements.spaceOfPanel(account, panel))
      if (!found) throw new Refusal('not_found')
      const { zone, locationName, accountName, ...space } = found
      const nowMs = now()
      // What can be booked now may last beyond midnight.
      const { asOf, midnight, booked, closed, running, shut } = await restOfDay(tx, account, space, zone, nowMs, Math.max(...lengths) * 60_000)
      const freeMs = running || shut || !space.bookable || !space.active ? 0 : Math.min(...[...booked, ...closed].map((b) => Date.parse(b.startsAt) - nowMs), Infinity)
      const closing = closed.find((c) => Date.parse(c.startsAt) > nowMs && c.startsAt < midnight)
      return {
        asOf, space: { id: space.id, name: space.name, kind: space.kind, capacity: space.capacity, equipment: space.equipment }, account: accountName, locationName, location: space.location, zone,
        now: running ? shown(running, space) : null, next: booked.filter((b) => b !== running && b.startsAt < midnight).slice(0, nextMax).map((b) => shown(b, space)),
        closed: shut ? { endsAt: shut.endsAt, text: shut.text } : null, closing: closing ? { startsAt: closing.startsAt, endsAt: closing.endsAt, text: closing.text } : null,
        bookable: space.bookable && space.active, canBookMinutes: lengths.filter((minutes) => minutes * 60_000 <= freeMs), build,
      }
    })
  }
  return {
    state,
    async book(session: Session, { id, minutes, title = '' }: { id: string; minutes: number; title?: string }): Promise<PanelState> {
      const found = await db.read('space of panel', 3_000, (tx) => tx.maybe(statements.spaceOfPanel(session.account, idOf(session.actor) ?? '')))
      if (!found) throw new Refusal('not_found')
      const startsAt = iso(now())
      await bookings.book(session, { id, space: found.id, when: { startsAt, endsAt: iso(Date.parse(startsAt) + minutes * 60_000) }, title }, { minutes })
      return state(session)
    },
    async checkIn(session: Session, booking: string, id: string): Promise<PanelState> {
      await bookings.checkIn(session, booking, id)
      return state(session)
    },
    async end(session: Session, booking: string, id: string): Promise<PanelState> {
      await bookings.end(session, booking, id)
      return state(session)
    },
  }
}
export type BookingPanel = ReturnType<typeof bookingPanel>
