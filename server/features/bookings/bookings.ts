/** What may be done to a booking. Each verb is one transaction of its own, in the bookings' share of the connections. */
import { createHash } from 'node:crypto'
import { horizonDays, type Booking, type Conflict, type When } from '#contract/bookings.ts'
import type { EntryType } from '#contract/entries.ts'
import { idOf } from '#contract/ids.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { refuseOn } from '#server/db/violation.ts'
import { iso } from '#server/kernel/local-time.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { isInside, type Session } from '#server/kernel/session.ts'
import { refuseBrokenText } from '#server/kernel/text.ts'
import * as statements from './bookings.sql.ts'
import type { State } from './bookings.sql.ts'
import { conflictsOf, gatheredLooks, placeOf, type Found, type Looks } from './look.ts'
import type { Tell } from './notices.ts'
import { post, type Outbox } from './outbox.ts'
import { holding } from './recipe.ts'
import { spanOf, windowOf, type Span } from './when.ts'

export interface BookingOptions {
  /** The bookings' share. */
  db: Db
  outbox: Pick<Outbox, 'kick'>
  tell: Tell
  now: () => number
}
export interface NewBooking { id: string; space: string; when: When; user?: string; title?: string }
export type Who = Pick<Session, 'account' | 'actor' | 'role'>

export const foreign = {
  bookings_account_id_user_id_fkey: ['not_found', 'There is no such person.'], booking_series_account_id_user_id_fkey: ['not_found', 'There is no such person.'],
} as const
export const userOf = ({ role, actor }: Pick<Session, 'role' | 'actor'>): string | null => isInside({ role }) ? idOf(actor) ?? null : null
export const digestOf = (of: unknown): Buffer => createHash('sha256').update(JSON.stringify(of)).digest()
export const topicOf = (of: { location: string }): `bookings:${string}` => `bookings:${of.location}`
export const toldOf = (b: Booking | State): Parameters<Tell>[3] => ({ booking: b.id, space: b.space, spaceName: b.spaceName, title: b.title, zone: b.zone, startsAt: b.startsAt, endsAt: b.endsAt, wholeDay: b.wholeDay, user: typeof b.user === 'object' ? b.user?.id ?? null : b.user })

/** @throws Refusal `space_taken` or `space_closed`, with what stands in the way */
export function refuseConflicts(found: readonly Conflict[]): void {
  if (found.length === 0) return
  throw new Refusal(found.some((c) => c.kind === 'closure') ? 'space_closed' : 'space_taken', undefined, undefined, found.slice(0, 10))
}
/** What began already starts now. @throws Refusal `invalid`: it is over; `too_far_ahead` */
export function fromNow(span: Span, nowMs: number): Span {
  if (Date.parse(span.endsAt) <= nowMs) throw new Refusal('invalid', 'body/when: this time is over.')
  if (Date.parse(span.startsAt) > nowMs + horizonDays * 86_400_000) throw new Refusal('too_far_ahead')
  return Date.parse(span.startsAt) < nowMs ? { ...span, startsAt: iso(nowMs) } : span
}

export function bookings({ db, outbox, tell, now }: BookingOptions) {
  const looks = gatheredLooks(db)
  /** Who is being written just now, by space and time. Those who want the same wait for it without a connection, and then look again, together. No guard: another node, or another time that overlaps, meets them at the lock. */
  const underWay = new Map<string, Promise<unknown>>()
  const get = async (account: string, id: string): Promise<Booking> => {
    const found = await db.read('get booking', 3_000, (tx) => tx.maybe(statements.selectBooking(account, id)))
    if (!found) throw new Refusal('not_found')
    return found
  }

  /** One's own, what one booked for somebody, what nobody in particular booked, and at a panel what is of its space; administrators all. */
  async function mayChange(tx: Tx, who: Who, state: State): Promise<boolean> {
    if (who.role === 'panel') return (await tx.maybe(statements.spaceOfPanel(who.account, idOf(who.actor) ?? '')))?.space === state.space
    const own = userOf(who)
    return who.role === 'admin' || (isInside(who) && (state.user === null || state.user === own || state.bookedBy === own))
  }
  interface Command { who: Who; booking: string; id: string; type: EntryType }
  /** The lock of the booking, the access check, the repeat, the effect. `effect` returns the entry's body, or nothing when nothing changes. */
  async function change({ who, booking, id, type }: Command, effect: (tx: Tx, state: State) => Promise<{ type?: EntryType; body: object } | undefined>, spaces?: (first: State) => readonly string[]): Promise<Booking> {
    const { account, actor } = who
    const body = async (tx: Tx): Promise<Booking> => {
      const [state, done] = await Promise.all([tx.maybe(statements.lockState(account, booking)), tx.maybe(statements.doneUnder(account, id))])
      const isAllowed = state !== undefined && await mayChange(tx, who, state)
      if (!state || (who.role === 'panel' && !isAllowed)) throw new Refusal('not_found')
      if (done && (done.actor !== actor || done.booking !== booking)) throw new Refusal('id_reused')
      if (!done) {
        if (!isAllowed) throw new Refusal('forbidden', 'It is somebody else’s booking. Ask them, or an administrator.')
        const entry = await effect(tx, state)
        if (entry) await post(tx, { account, id, topic: topicOf(state), type: entry.type ?? type, actor, body: { booking, ...entry.body } })
      }
      return tx.one(statements.selectBooking(account, booking))
    }
    let changed: Booking
    if (spaces) {
      const first = await db.read('look at booking', 3_000, (tx) => tx.maybe(statements.selectState(account, booking)))
      if (!first) throw new Refusal('not_found')
      changed = await holding(db, type, { account, location: first.location, spaces: spaces(first) }, body)
    } else changed = await db.tx(type, 5_000, body)
    outbox.kick()
    return changed
  }
  const isOver = (state: State): boolean => Date.parse(state.endsAt) <= now() || state.status === 'ended' || state.status === 'cancelled'

  async function cancelWithin(tx: Tx, who: Who, state: State, id: string): Promise<{ type: EntryType; body: object }> {
    const own = userOf(who)
    const reason = own !== null && own !== state.user && own !== state.bookedBy ? 'admin' : 'person'
    await tx.run(statements.setCancelled(who.account, state.id, reason))
    await tell(tx, who.account, 'cancelled', toldOf(state), id, own)
    return { type: 'booking.cancelled', body: { space: state.space, reason } }
  }

  return {
    get,

    /** Idempotent by id. `here`: somebody stands in front of it, so it is checked in; the times are ours, so what was asked for is the length. @throws Refusal `space_taken`, `space_closed`, `not_bookable`, `too_far_ahead`, `not_found`, `id_reused`, `invalid` */
    async book(who: Who, { id, space, when, user, title = '' }: NewBooking, here?: { minutes: number }): Promise<Booking> {
      refuseBrokenText({ title })
      const { account, actor } = who
      const own = userOf(who), person = user ?? own
      const digest = digestOf([actor, space, here ? here.minutes : 'day' in when ? [when.day, when.untilDay ?? when.day] : [when.startsAt, when.endsAt], person, title])
      type Seen = { known: true } | { known: false; place: Found; span: Span }
      const known = (found: { isKnown: boolean; digest: Buffer | null }): boolean => {
        if (found.isKnown && !found.digest?.equals(digest)) throw new Refusal('id_reused')
        return found.isKnown
      }
      const look = async ({ place: find, conflicts }: Looks): Promise<Seen> => {
        const place = await find({ account, space, id })
        if (!place) throw new Refusal('not_found', 'There is no such space.')
        if (known(place)) return { known: true }
        if (!place.bookable) throw new Refusal('not_bookable')
        const span = fromNow(spanOf(when, place.zone), now())
        refuseConflicts(await conflicts({ ...place, ...span, account }))
        return { known: false, place, span }
      }
      // First without a lock, and all who ask at once in one statement: of 200 who want one desk, most need not wait for each other to hear that it is taken.
      let seen = await look(looks)
      const lane = (of: Span): string => `${account} ${space} ${of.startsAt} ${of.endsAt}`
      for (let ahead; !seen.known && (ahead = underWay.get(lane(seen.span))); seen = await look(looks)) await ahead.catch(() => {})
      if (seen.known) return get(account, id)
      const { place: seenPlace, span: seenSpan } = seen
      let isFirst = true
      const making = holding(db, 'book', { account, location: seenPlace.location, spaces: [space] }, async (tx) => {
        // As little as can be while others wait. The place was looked at just now; a second try looks at all of it again, for it may be a repeat.
        const inside: Looks = { place: async (of) => isFirst ? seenPlace : placeOf(tx, of), conflicts: async (of) => (await conflictsOf(tx, [of])).flat().filter((c) => c.id !== id) }
        const again = await look(inside)
        isFirst = false
        if (again.known) return tx.one(statements.selectBooking(account, id))
        const { place, span } = again
        const createdAt = iso(now())
        const row = { ...span, id, space, title: title.trim(), user: person, bookedBy: person === own ? null : own, series: null, digest, createdAt, window: windowOf(place.checkIn, span, place.zone, now()), checkedInAt: here ? createdAt : null }
        const [count, , booking] = await Promise.all([
          tx.run(statements.insertBookings(account, space, [row])),
          post(tx, { account, id, topic: topicOf(place), type: 'booking.made', actor, body: { booking: id, space, startsAt: span.startsAt, endsAt: span.endsAt } }),
          tx.maybe(statements.selectBooking(account, id)),
        ])
        if (count === 0 || !booking) throw new Refusal('not_bookable')
        await tell(tx, account, 'booked', toldOf(booking), id, own)
        return booking
      }).catch(refuseOn({ ...foreign, booking_outbox_account_id_id_key: ['id_reused'] }))
      underWay.set(lane(seenSpan), making)
      try {
        return await making
      } finally {
        underWay.delete(lane(seenSpan))
        outbox.kick()
      }
    },

    /** @throws Refusal as `book`, and `forbidden`, `wrong_status`: it is over or cancelled */
    async change(who: Who, booking: string, id: string, to: { when?: When; space?: string; user?: string; title?: string }): Promise<Booking> {
      if (Object.keys(to).length === 0) throw new Refusal('invalid', 'The body names nothing to change.')
      refuseBrokenText(to)
      const { account } = who
      return change({ who, booking, id, type: 'booking.changed' }, async (tx, state) => {
        if (isOver(state)) throw new Refusal('wrong_status', 'This booking is over or was cancelled.')
        const place = to.space === undefined || to.space === state.space ? state : await placeOf(tx, { account, space: to.space, id })
        if (!place) throw new Refusal('not_found', 'There is no such space.')
        if (place.location !== state.location) throw new Refusal('invalid', 'body/space: it is at another location. Book there, and cancel this one.')
        const isMoved = place.space !== state.space || to.when !== undefined
        const hasBegun = Date.parse(state.startsAt) <= now()
        let span: Span = state
        if (to.when) {
          const asked = spanOf(to.when, state.zone)
          // One that runs goes on from where it began: only its end moves.
          span = hasBegun && Date.parse(asked.startsAt) <= now() ? { ...asked, startsAt: state.startsAt, day: state.day } : fromNow(asked, now())
          if (Date.parse(span.endsAt) <= now()) throw new Refusal('invalid', 'body/when: this time is over.')
        }
        if (isMoved) {
          if (!place.bookable && place.space !== state.space) throw new Refusal('not_bookable')
          refuseConflicts((await conflictsOf(tx, [{ ...place, ...span, account, except: booking }])).flat())
        }
        const window = isMoved ? windowOf(place.checkIn, span, place.zone, now()) : state.opensAt ? { opensAt: state.opensAt, closesAt: state.closesAt! } : null
        const isBackToBooked = state.status === 'checked_in' && window !== null && Date.parse(window.opensAt) > now()
        const own = userOf(who), user = to.user ?? state.user, title = to.title?.trim() ?? state.title
        await tx.run(statements.updateBooking(account, booking, {
          ...span, space: place.space, title, user, window, status: isBackToBooked ? 'booked' : state.status, checkedInAt: isBackToBooked ? null : state.checkedInAt,
          bookedBy: to.user !== undefined && to.user !== state.user ? (to.user === own ? null : own) : state.bookedBy,
        })).catch(refuseOn(foreign))
        const after = { ...state, ...place, ...span, title, user }
        if (user !== state.user) {
          await tell(tx, account, 'cancelled', toldOf(state), id, own)
          await tell(tx, account, 'booked', toldOf(after), id, own)
        } else if (isMoved) await tell(tx, account, 'moved', toldOf(after), id, own)
        if (isMoved) return { type: 'booking.moved', body: { space: place.space, fromSpace: state.space, startsAt: span.startsAt, endsAt: span.endsAt } }
        return { body: { space: state.space, fields: Object.keys(to).sort() } }
      }, (first) => [first.space, ...(to.space === undefined ? [] : [to.space])])
    },

    /** Twice is once. @throws Refusal `wrong_status`: it is over */
    cancel: (who: Who, booking: string, id: string): Promise<Booking> => change({ who, booking, id, type: 'booking.cancelled' }, async (tx, state) => {
      if (state.status === 'cancelled') return undefined
      if (isOver(state)) throw new Refusal('wrong_status', 'This booking is over.')
      return cancelWithin(tx, who, state, id)
    }),

    /** Twice is once. Late is in time as long as it was not released. @throws Refusal `outside_check_in`: too early; `wrong_status`: released, cancelled or over */
    checkIn: (who: Who, booking: string, id: string): Promise<Booking> => change({ who, booking, id, type: 'booking.checked_in' }, async (tx, state) => {
      if (state.status === 'checked_in') return undefined
      if (isOver(state)) throw new Refusal('wrong_status', state.status === 'cancelled' ? 'This booking was released or cancelled. If the space is free, book it again.' : 'This booking is over.')
      const opensAt = state.opensAt ?? state.startsAt
      if (Date.parse(opensAt) > now()) throw new Refusal('outside_check_in', `One can check in from ${new Date(opensAt).toLocaleString('en-GB', { timeZone: state.zone, dateStyle: 'medium', timeStyle: 'short' })} (${state.zone}).`)
      const time = iso(now())
      await tx.run(statements.setCheckedIn(who.account, booking, time))
      return { body: { space: state.space, at: time } }
    }),

    /** Twice is once; one that has not begun is cancelled. @throws Refusal `wrong_status`: it is over or cancelled */
    end: (who: Who, booking: string, id: string): Promise<Booking> => change({ who, booking, id, type: 'booking.ended' }, async (tx, state) => {
      if (state.status === 'ended') return undefined
      if (isOver(state)) throw new Refusal('wrong_status', 'This booking is over or was cancelled.')
      if (Date.parse(state.startsAt) >= now()) return cancelWithin(tx, who, state, id)
      const time = iso(now())
      await tx.run(statements.setEnd(who.account, booking, time, 'ended'))
      return { body: { space: state.space, at: time } }
    }),
  }
}
export type Bookings = ReturnType<typeof bookings>
