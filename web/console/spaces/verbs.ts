import { useMemo } from 'react'
import { cancelBooking, cancelBookingSeries, checkInBooking, createBooking, endBooking, type Booking, type When } from '#contract/bookings.ts'
import { newId, type Outcome } from '#client/lodge.ts'
import type { Live } from '../live/live.ts'
import { useLive } from '../live/live-context.ts'
import { readBookings } from '../live/queries.ts'
import { createStore } from '../live/store.ts'
import { tell, tellUndo, why } from '../shell/notices.ts'
import { insist } from '../visits/verbs.ts'
import { dayIn } from '../visits/zone.ts'
import { t } from '../words.ts'
import { conflictSaid, whenSaid } from './said.ts'

export interface BookingVerbs {
  checkIn(booking: Booking): void
  end(booking: Booking): void
  cancel(booking: Booking): void
  /** All that are to come; with `following` only this one and what comes after it. */
  cancelAll(booking: Booking, following: boolean): void
  /** What was changed is read again, wherever it is shown. */
  read(): Promise<void>
}

/** Bookings about which something is on its way. */
export const bookingsUnderway = createStore<ReadonlySet<string>>(new Set())

export function useBookingVerbs(): BookingVerbs {
  const live = useLive()
  return useMemo(() => verbsOf(live), [live])
}

/** The same time again, as it was asked for. */
const whenOf = ({ wholeDay, day, endsAt, startsAt, zone }: Booking): When =>
  wholeDay ? { day, untilDay: dayIn(zone, Date.parse(endsAt) - 60_000) } : { startsAt, endsAt }

/** A refusal, with who and when if that is known. */
export const refusalSaid = (outcome: Extract<Outcome<unknown>, { ok: false }>, zone: string): string =>
  outcome.conflicts?.[0] ? conflictSaid(outcome.conflicts[0], zone, Date.now()) : why(outcome.code)

function verbsOf({ lodge: { call }, queries, session }: Live): BookingVerbs {
  const read = async (): Promise<void> => readBookings(queries)
  /** A button pressed twice is one booking. */
  const send = async <R>(booking: Booking, once: () => Promise<Outcome<R>>, done: (value: R) => void): Promise<void> => {
    if (bookingsUnderway.get().has(booking.id)) return
    bookingsUnderway.set(new Set([...bookingsUnderway.get(), booking.id]))
    const outcome = await insist(once)
    if (outcome.ok || outcome.code === 'wrong_status') await read()
    bookingsUnderway.set(new Set([...bookingsUnderway.get()].filter((id) => id !== booking.id)))
    if (outcome.ok) done(outcome.value)
    else tell(refusalSaid(outcome, booking.zone), { failed: true })
  }
  const at = ({ id }: Booking): { params: { booking: string }; body: { id: string } } => ({ params: { booking: id }, body: { id: newId() } })
  /** Booked anew: in the meantime somebody else may have taken it, and then it says who. */
  const again = (booking: Booking): void => {
    const { space, user, title } = booking
    const body = { id: newId(), space, when: whenOf(booking), title, ...(user && user.id !== session.user.id && { user: user.id }) }
    void send(booking, async () => call(createBooking, { body }), () => tell(t('didBookAgain')))
  }
  return {
    read,
    checkIn(booking) {
      const input = at(booking)
      void send(booking, async () => call(checkInBooking, input), () => tell(t('didCheckInSpace', { space: booking.spaceName })))
    },
    end(booking) {
      const input = at(booking)
      void send(booking, async () => call(endBooking, input), () => tell(t('didEndBooking', { space: booking.spaceName })))
    },
    cancel(booking) {
      const input = at(booking)
      const when = whenSaid(booking, booking.zone, Date.now())
      void send(booking, async () => call(cancelBooking, input), () => tellUndo(t('didCancelBooking', { space: booking.spaceName, when }), () => again(booking)))
    },
    cancelAll(booking, following) {
      const input = { params: { series: booking.series ?? '' }, body: { id: newId(), ...(following && { from: booking.id }) } }
      void send(booking, async () => call(cancelBookingSeries, input), ({ cancelled }) => tell(t('didCancelMany', { n: cancelled })))
    },
  }
}
