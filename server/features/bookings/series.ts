/**
 * Bookings again and again. A series is a rule, a local time and its bookings: rows like any other, under the same constraint, made a
 * year ahead and at most 366 at a time. Views read rows and expand no rules. The horizon moves on by a chore.
 */
import { horizonDays, occurrencesMax, type Occurrence, type Recurrence, type Series } from '#contract/bookings.ts'
import type { Tx } from '#server/db/db.ts'
import { refuseOn } from '#server/db/violation.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { dayAfter, dayIn, iso } from '#server/kernel/local-time.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { refuseBrokenText } from '#server/kernel/text.ts'
import { digestOf, foreign, refuseConflicts, topicOf, userOf, type BookingOptions, type Who } from './bookings.ts'
import { doneUnder, insertBookings, type Place } from './bookings.sql.ts'
import { conflictsOf, placeOf } from './look.ts'
import { occurrences, triedUntil } from './occurrences.ts'
import { post } from './outbox.ts'
import { holding } from './recipe.ts'
import * as statements from './series.sql.ts'
import { windowOf, type Span } from './when.ts'

export interface NewSeries { id: string; space: string; recurrence: Recurrence; user?: string; title?: string; onConflict: 'refuse' | 'skip'; dryRun?: boolean }
interface Person { user: string | null; bookedBy: string | null; title: string }
type Made = { series: Series | null; occurrences: Occurrence[] }
const deadlineMs = 10_000

export function bookingSeries({ db, outbox, tell, now }: BookingOptions) {
  const get = async (account: string, id: string): Promise<Series> => {
    const found = await db.read('get series', 3_000, (tx) => tx.maybe(statements.selectSeries(account, id)))
    if (!found) throw new Refusal('not_found')
    return found
  }
  const horizonDay = (zone: string): string => dayAfter(dayIn(zone, now()), horizonDays)

  /** A result for each: one look for all of them. The ids follow from series and start: made twice, they are made once. */
  async function tryOut(tx: Tx, account: string, series: string, place: Place, spans: readonly Span[]): Promise<Occurrence[]> {
    const found = await conflictsOf(tx, spans.map((span) => ({ ...place, ...span, account })), 1)
    return spans.map(({ startsAt, endsAt, day }, n): Occurrence => {
      const conflict = found[n]?.[0] ?? null
      const state = Date.parse(startsAt) < now() ? 'past' as const : conflict ? (conflict.kind === 'closure' ? 'closed' as const : 'taken' as const) : 'booked' as const
      return { startsAt, endsAt, day, state, booking: state === 'booked' ? derivedId('occurrence', series, startsAt) : null, conflict: state === 'past' ? null : conflict }
    })
  }
  const store = (tx: Tx, account: string, series: string, place: Place, { user, bookedBy, title }: Person, spans: readonly Span[], results: readonly Occurrence[]): Promise<number> =>
    tx.run(insertBookings(account, place.space, spans.flatMap((span, n) => results[n]!.state === 'booked' ? [{
      ...span, id: results[n]!.booking!, space: place.space, user, bookedBy, title, series, window: windowOf(place.checkIn, span, place.zone, now()), checkedInAt: null, digest: null, createdAt: iso(now()),
    }] : [])))

  async function extendOne(account: string, id: string): Promise<void> {
    const at = await db.read('place of series', 3_000, (tx) => tx.one(statements.placeOfSeries(account, id)))
    await holding(db, 'extend series', { account, location: at.location, spaces: [at.space] }, async (tx) => {
      const state = await tx.one(statements.lockSeries(account, id))
      const place = await placeOf(tx, { account, space: state.space, id })
      // A space that takes no bookings at present: its days stay ahead, and are booked when it takes them again.
      if (!place?.bookable || state.bookedUntil === null || state.cancelledFrom !== null) return
      const toDay = horizonDay(place.zone)
      if (state.bookedUntil >= toDay) return
      const { spans, isOver } = occurrences(state.recurrence, place.zone, dayAfter(state.bookedUntil), toDay)
      const results = await tryOut(tx, account, id, place, spans)
      const booked = results.filter((r) => r.state === 'booked')
      const stored = booked.length > 0 ? await store(tx, account, id, place, state, spans, results) : 0
      await tx.run(statements.setBookedUntil(account, id, isOver ? null : triedUntil(spans, toDay), [...state.skipped, ...results.filter((r) => r.state !== 'booked')].slice(-occurrencesMax)))
      if (stored > 0) await post(tx, { account, id: derivedId('extended', id, toDay), topic: topicOf(state), type: 'booking_series.extended', actor: 'system', body: { series: id, space: state.space, booked: stored, endsAt: booked.at(-1)!.endsAt } })
    }, deadlineMs)
  }

  return {
    get,

    /** Idempotent by id. @throws Refusal as a booking's; `space_taken`, `space_closed` only with `onConflict: 'refuse'`, naming ten at most */
    async create(who: Who, { id, space, recurrence, user, title = '', onConflict, dryRun = false }: NewSeries): Promise<Made> {
      refuseBrokenText({ title, recurrence })
      const { account, actor } = who
      const own = userOf(who), person = user ?? own
      const of = { user: person, bookedBy: person === own ? null : own, title: title.trim() }
      const digest = digestOf([actor, space, recurrence.rrule, recurrence.day, recurrence.time, recurrence.minutes, person, title, onConflict])
      const look = async (tx: Tx): Promise<{ known: true } | { known: false; place: Place; spans: Span[]; until: string | null; results: Occurrence[] }> => {
        const place = await placeOf(tx, { account, space, id })
        if (!place) throw new Refusal('not_found', 'There is no such space.')
        if (place.isKnown) {
          if (!place.digest?.equals(digest)) throw new Refusal('id_reused')
          return { known: true }
        }
        if (!place.bookable) throw new Refusal('not_bookable')
        const today = dayIn(place.zone, now()), toDay = horizonDay(place.zone)
        if (recurrence.day > toDay) throw new Refusal('too_far_ahead')
        if (recurrence.day < dayAfter(today, -31)) throw new Refusal('invalid', 'body/recurrence/day: the first day is long over.')
        const { spans, isOver } = occurrences(recurrence, place.zone, recurrence.day, toDay)
        if (spans.length === 0) throw new Refusal('invalid', 'body/recurrence: no day of the next year fits this rule.')
        const results = await tryOut(tx, account, id, place, spans)
        if (onConflict === 'refuse' && !dryRun) refuseConflicts(results.flatMap((r) => r.conflict ?? []))
        return { known: false, place, spans, until: isOver ? null : triedUntil(spans, toDay), results }
      }
      const seen = await db.read('look before booking a series', deadlineMs, look)
      if (!seen.known && dryRun) return { series: null, occurrences: seen.results }
      if (!seen.known) {
        await holding(db, 'book a series', { account, location: seen.place.location, spaces: [space] }, async (tx) => {
          const again = await look(tx)
          if (again.known) return
          const { place, spans, until, results } = again
          const booked = results.filter((r) => r.state === 'booked')
          await tx.run(statements.insertSeries(account, { id, space, location: place.location, ...of, ...recurrence, bookedUntil: until, skipped: results.filter((r) => r.state !== 'booked'), digest }))
          if (booked.length > 0 && await store(tx, account, id, place, of, spans, results) === 0) throw new Refusal('not_bookable')
          await post(tx, { account, id, topic: topicOf(place), type: 'booking_series.made', actor, body: { series: id, space, booked: booked.length, startsAt: results[0]!.startsAt, endsAt: results.at(-1)!.endsAt } })
          const [first] = booked
          if (first) await tell(tx, account, 'booked', { ...place, booking: first.booking!, title: of.title, startsAt: first.startsAt, endsAt: first.endsAt, wholeDay: recurrence.time === null, user: person }, id, own)
        }, deadlineMs).catch(refuseOn({ ...foreign, booking_outbox_account_id_id_key: ['id_reused'] }))
        outbox.kick()
      }
      const series = await get(account, id)
      const rows = await db.read('occurrences booked', deadlineMs, (tx) => tx.all(statements.occurrencesBooked(account, id)))
      const made = rows.map(({ id: booking, ...r }): Occurrence => ({ ...r, state: 'booked', booking, conflict: null }))
      return { series, occurrences: [...made, ...series.skipped].sort((a, b) => a.startsAt < b.startsAt ? -1 : 1) }
    },

    /** @throws Refusal `not_found`, `forbidden` */
    async cancel(who: Who, series: string, id: string, fromBooking?: string): Promise<{ cancelled: number }> {
      const { account, actor } = who
      const at = await db.read('place of series', 3_000, (tx) => tx.maybe(statements.placeOfSeries(account, series)))
      if (!at) throw new Refusal('not_found')
      // Held like a booking, though it only frees: it and a closure lock many bookings at once, each in its own order.
      const cancelled = await holding(db, 'cancel series', { account, location: at.location, spaces: [at.space] }, async (tx) => {
        const [state, done] = await Promise.all([tx.one(statements.lockSeries(account, series)), tx.maybe(doneUnder(account, id))])
        const own = userOf(who)
        if (who.role !== 'admin' && state.user !== own && state.bookedBy !== own) throw new Refusal('forbidden', 'It is somebody else’s series. Ask them, or an administrator.')
        if (done && (done.actor !== actor || done.type !== 'booking_series.cancelled')) throw new Refusal('id_reused')
        if (done) return 0
        const first = fromBooking === undefined ? undefined : await tx.maybe(statements.startOfOccurrence(account, series, fromBooking))
        if (fromBooking !== undefined && !first) throw new Refusal('not_found', 'There is no such booking in this series.')
        const from = first && Date.parse(first.startsAt) > now() ? first.startsAt : iso(now())
        const gone = (await tx.all(statements.cancelOccurrences(account, series, from))).sort((a, b) => a.startsAt < b.startsAt ? -1 : 1)
        await tx.run(statements.setCancelledFrom(account, series, from))
        await post(tx, { account, id, topic: topicOf(state), type: 'booking_series.cancelled', actor, body: { series, space: state.space, fromAt: from, cancelled: gone.length } })
        const place = gone.length > 0 ? await placeOf(tx, { account, space: state.space, id }) : undefined
        if (place) await tell(tx, account, 'cancelled', { ...place, booking: gone[0]!.id, title: state.title, startsAt: gone[0]!.startsAt, endsAt: gone[0]!.endsAt, wholeDay: state.recurrence.time === null, user: state.user }, id, own)
        return gone.length
      }, deadlineMs)
      outbox.kick()
      return { cancelled }
    },

    /** The horizon moved on: what came into it is booked, or noted as skipped. For a chore. */
    async extend(limit = 50): Promise<number> {
      const due = await db.read('series to extend', deadlineMs, (tx) => tx.all(statements.toExtend(iso(now() + (horizonDays - 7) * 86_400_000).slice(0, 10), limit)))
      const failed: unknown[] = []
      for (const { account, id } of due) await extendOne(account, id).catch((error: unknown) => { failed.push(error) })
      if (due.length > 0) outbox.kick()
      // One that cannot be booked ahead any more, of whatever account, holds up no other: the chore says so when all were tried.
      if (failed.length > 0) throw failed[0]
      return due.length
    },
  }
}
export type BookingSeries = ReturnType<typeof bookingSeries>
