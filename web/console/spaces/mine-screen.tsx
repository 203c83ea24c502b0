import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarCheck, CalendarSync, CloudOff, Repeat2 } from 'lucide-react'
import type { Booking } from '#contract/bookings.ts'
import { primaryLink } from '#web/ui/button.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { useLive } from '../live/live-context.ts'
import { myBookingsQuery } from '../live/queries.ts'
import { ReadFailed } from '../read-failed.tsx'
import { useNow } from '../use-now.ts'
import { useAway } from '../visits/use-away.ts'
import { Loading } from '../visits/nothing.tsx'
import { clockIn, dayName } from '../visits/when.ts'
import { dayIn } from '../visits/zone.ts'
import { t } from '../words.ts'
import { BookingActions, checkInSaid } from './booking-actions.tsx'
import { whenSaid } from './said.ts'
import { Seal } from './sign.tsx'
import { useSite } from './spaces-screen.tsx'

const taken: ReadonlySet<string> = new Set(['no_show', 'closure', 'admin'])

/** One’s own bookings, wherever they are: what runs, and what is to come. */
export function MineScreen() {
  const { lodge, session } = useLive()
  const site = useSite()
  const now = useNow()
  const away = useAway()
  // A day back: elsewhere it may still be running.
  const from = dayIn(site.zone, now - 86_400_000)
  const query = useQuery(myBookingsQuery(lodge.call, session.user.id, from))
  if (!query.data) {
    return query.isError
      ? <ReadFailed title={t('mineFailed')} onRetry={() => void query.refetch()} />
      : <Loading />
  }
  const open = query.data.filter((b) => Date.parse(b.endsAt) > now && b.status !== 'cancelled' && b.status !== 'ended').toSorted((a, b) => a.startsAt.localeCompare(b.startsAt))
  const lost = query.data.filter((b) => Date.parse(b.endsAt) > now && b.status === 'cancelled' && taken.has(b.reason ?? ''))
  if (open.length === 0 && lost.length === 0) {
    return <EmptyState icon={<CalendarCheck size={28} strokeWidth={1.5} />} title={t('mineNone')} text={t('mineNoneText')} action={<Link to="/spaces" search={true as never} className={primaryLink}>{t('mineToPlan')}</Link>} />
  }
  const days = Map.groupBy(open, (b) => Date.parse(b.startsAt) <= now ? t('mineNow') : dayName(b.day, dayIn(b.zone, now)))
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-[760px] flex-col gap-6 px-4 py-5">
        {away && <p role="status" className="flex items-center gap-2 text-13"><CloudOff aria-hidden size={16} className="text-warn" />{t('spacesAsOf', { at: clockIn(site.zone, query.dataUpdatedAt) })}</p>}
        {[...days].map(([name, bookings]) => (
          <section key={name} aria-label={name}>
            <h3 className="mb-2 text-12 font-medium text-muted">{name}</h3>
            <ul className="divide-y divide-line rounded-card border border-line bg-surface">{bookings.map((b) => <li key={b.id} data-booking={b.id}><Line booking={b} now={now} /></li>)}</ul>
          </section>
        ))}
        {lost.length > 0 && (
          <section aria-label={t('mineLost')}>
            <h3 className="mb-2 text-12 font-medium text-muted">{t('mineLost')}</h3>
            <ul className="divide-y divide-line rounded-card border border-dashed border-line">
              {lost.map((b) => (
                <li key={b.id} className="flex items-start gap-4 p-4 text-13">
                  <Seal kind="closed" /><div><p className="font-medium"><bdi>{b.spaceName}</bdi></p><p>{whenSaid(b, b.zone, now)}</p><p className="text-muted">{t(`lost_${b.reason as 'no_show' | 'closure' | 'admin'}`)}</p></div>
                </li>
              ))}
            </ul>
          </section>
        )}
        <Link to="/settings/calendars" className="inline-flex items-center gap-1.5 self-start text-13 text-accent-ink underline underline-offset-2"><CalendarSync aria-hidden size={14} />{t('mineFeeds')}</Link>
      </div>
    </div>
  )
}

function Line({ booking, now }: { booking: Booking; now: number }) {
  const { session } = useLive()
  const { spaceName, startsAt, endsAt, wholeDay, zone, title, series, bookedBy, status } = booking
  const last = dayIn(zone, Date.parse(endsAt) - 60_000)
  const hours = wholeDay ? (last === booking.day ? t('bookWholeDay') : t('whenDays', { from: dayName(booking.day, dayIn(zone, now)), until: dayName(last, dayIn(zone, now)) })) : `${clockIn(zone, startsAt)}–${clockIn(zone, endsAt)}`
  const said = checkInSaid(booking, now)
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2 p-4">
      <Seal kind={status === 'checked_in' ? 'mine_in' : 'mine'} className="mt-0.5" />
      <div className="min-w-48 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <Link to="/spaces" search={{ location: booking.location, floor: booking.floor, space: booking.space, ...(booking.day !== dayIn(zone, now) && { day: booking.day }) }} className="font-medium hover:underline"><bdi>{spaceName}</bdi></Link>
          <span className="figures text-14">{hours}</span>
          {series && <span className="inline-flex items-center gap-1 text-12 text-muted"><Repeat2 aria-hidden size={14} />{t('mineSeries')}</span>}
        </p>
        {title && <p className="words along text-13">{title}</p>}
        {said && <p className="text-13 text-muted">{said}</p>}
        {bookedBy && bookedBy.id !== session.user.id && <p className="text-13 text-muted">{t('mineBy', { who: bookedBy.name })}</p>}
      </div>
      <BookingActions booking={booking} />
    </div>
  )
}
