import { ChevronDown, LogIn, Pencil, X } from 'lucide-react'
import { useState } from 'react'
import type { Booking } from '#contract/bookings.ts'
import { Button } from '#web/ui/button.tsx'
import { MenuItem, MenuRoot, MenuSheet, MenuTrigger } from '#web/ui/menu.tsx'
import { useLive } from '../live/live-context.ts'
import { useStore } from '../live/store.ts'
import { Confirm } from '../shell/confirm.tsx'
import { useNow, useSecond } from '../use-now.ts'
import { useAway } from '../visits/use-away.ts'
import { momentIn } from '../visits/when.ts'
import { t } from '../words.ts'
import { BookDialog } from './book-dialog.tsx'
import { bookingsUnderway, useBookingVerbs } from './verbs.ts'

const isOpen = ({ checkIn, status }: Booking, now: number): boolean =>
  status === 'booked' && checkIn !== null && Date.parse(checkIn.opensAt) <= now && now < Date.parse(checkIn.closesAt)

/** What one may do with a booking now: check in, end, change, cancel. */
export function BookingActions({ booking }: { booking: Booking }) {
  const { session } = useLive()
  const verbs = useBookingVerbs()
  const underway = useStore(bookingsUnderway)
  const away = useAway()
  const [isChanging, setChanging] = useState(false)
  const [asking, setAsking] = useState<'following' | 'all'>()
  const [starts, ends] = [Date.parse(booking.startsAt), Date.parse(booking.endsAt)]
  // By the second while something is about to open, begin or be over.
  const coarse = useNow()
  const now = useSecond(coarse < ends)
  const mayChange = booking.user?.id === session.user.id || booking.bookedBy?.id === session.user.id || session.user.role === 'admin'
  if (!mayChange || booking.status === 'ended' || booking.status === 'cancelled' || now >= ends) return null
  const isRunning = starts <= now
  const busy = away || underway.has(booking.id)
  return (
    <div className="flex flex-wrap items-center gap-2">
      {isOpen(booking, now) && <Button kind="primary" icon={<LogIn aria-hidden size={16} />} disabled={busy} onClick={() => verbs.checkIn(booking)}>{t('checkIn')}</Button>}
      {isRunning && <Button disabled={busy} onClick={() => verbs.end(booking)}>{t('endNow')}</Button>}
      <Button icon={<Pencil aria-hidden size={14} />} disabled={busy} onClick={() => setChanging(true)}>{t('change')}</Button>
      {!booking.series && !isRunning && <Button icon={<X aria-hidden size={14} />} disabled={busy} onClick={() => verbs.cancel(booking)}>{t('cancelBooking')}</Button>}
      {booking.series && (
        <MenuRoot>
          <MenuTrigger disabled={busy} className="inline-flex h-8 items-center gap-1.5 rounded-control border border-line bg-surface px-3 text-13 hover:bg-raised disabled:opacity-50">
            <X aria-hidden size={14} />{t('cancelBooking')}<ChevronDown aria-hidden size={14} />
          </MenuTrigger>
          <MenuSheet>
            <MenuItem onSelect={() => verbs.cancel(booking)}>{t('cancelOne')}</MenuItem>
            <MenuItem onSelect={() => setAsking('following')}>{t('cancelFollowing')}</MenuItem>
            <MenuItem onSelect={() => setAsking('all')}>{t('cancelSeries')}</MenuItem>
          </MenuSheet>
        </MenuRoot>
      )}
      {isChanging && <BookDialog booking={booking} onClose={() => setChanging(false)} />}
      {asking && (
        <Confirm
          title={asking === 'all' ? t('cancelSeriesTitle') : t('cancelFollowingTitle')} text={t('cancelSeriesText')} verb={asking === 'all' ? t('cancelSeries') : t('cancelFollowing')}
          onYes={() => verbs.cancelAll(booking, asking === 'following')} onClose={() => setAsking(undefined)}
        />
      )}
    </div>
  )
}

/** When one has to be there, in words. */
export function checkInSaid({ checkIn, checkedInAt, status, zone, startsAt }: Booking, now: number): string | undefined {
  if (checkedInAt) return t('checkedInAt', { at: momentIn(zone, checkedInAt, now) })
  if (status !== 'booked' || !checkIn || now >= Date.parse(checkIn.closesAt)) return undefined
  const until = momentIn(zone, checkIn.closesAt, Date.parse(startsAt))
  return now < Date.parse(checkIn.opensAt) ? t('checkInOpens', { from: momentIn(zone, checkIn.opensAt, Date.parse(startsAt)), until }) : t('checkInBy', { until })
}
