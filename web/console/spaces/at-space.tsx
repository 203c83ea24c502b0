import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { CloudOff, QrCode } from 'lucide-react'
import { useRef, useState } from 'react'
import { createBooking, getAtSpace, type AtSpace } from '#contract/bookings.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { useLive } from '../live/live-context.ts'
import { ask, Failed, useLocations } from '../live/queries.ts'
import { ReadFailed } from '../read-failed.tsx'
import { tell } from '../shell/notices.ts'
import { useNow } from '../use-now.ts'
import { Loading } from '../visits/nothing.tsx'
import { useAway } from '../visits/use-away.ts'
import { insist } from '../visits/verbs.ts'
import { clockIn } from '../visits/when.ts'
import { dayIn, instantIn } from '../visits/zone.ts'
import { t } from '../words.ts'
import { BookingActions, checkInSaid } from './booking-actions.tsx'
import { minuteMs } from './day.ts'
import { untilSaid, whenSaid } from './said.ts'
import { Seal } from './sign.tsx'
import { SpaceFacts } from './space-list.tsx'
import type { StateKind } from './state.ts'
import { useFollow } from './use-follow.ts'
import { refusalSaid, useBookingVerbs } from './verbs.ts'

/** Where the code on a desk or a door leads: one's booking of it, or how to have it now. */
export function AtSpaceScreen() {
  const { lodge } = useLive()
  const { code = '' } = useParams({ strict: false })
  const query = useQuery({ queryKey: ['at-space', code], refetchInterval: 30_000, queryFn: async () => ask(lodge.call, getAtSpace, { params: { code } }) })
  useFollow(query.data?.space.location)
  const isNotThere = query.error instanceof Failed && (query.error.code === 'not_found' || query.error.code === 'invalid')
  if (isNotThere) return <EmptyState icon={<QrCode size={28} strokeWidth={1.5} />} title={t('atSpaceNotHere')} text={t('atSpaceNotHereText')} action={<Link to="/spaces" className="text-accent-ink underline">{t('mineToPlan')}</Link>} />
  if (!query.data) {
    return query.isError
      ? <ReadFailed title={t('atSpaceFailed')} onRetry={() => void query.refetch()} />
      : <Loading />
  }
  return <Found at={query.data} />
}

function Found({ at: { space, locationName, zone, asOf, mine, taken, freeUntil } }: { at: AtSpace }) {
  const now = useNow()
  const away = useAway()
  const isFree = !taken && !(mine && Date.parse(mine.startsAt) <= now && Date.parse(mine.endsAt) > now) && freeUntil !== null
  const kind: StateKind = mine ? (mine.status === 'checked_in' ? 'mine_in' : 'mine') : taken ? (taken.kind === 'closure' ? 'closed' : 'taken') : !space.bookable ? 'off' : isFree ? 'free' : 'closed'
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-[480px] flex-col gap-5 px-5 py-8">
        <header><p className="text-13 text-muted"><bdi>{locationName}</bdi></p><h2 className="text-28 leading-tight font-semibold"><bdi>{space.name}</bdi></h2><SpaceFacts space={space} all /></header>
        {away && <p role="status" className="flex items-center gap-2 text-13"><CloudOff aria-hidden size={16} className="text-warn" />{t('spacesAsOf', { at: clockIn(zone, asOf) })}</p>}
        {mine && (
          <section className="flex flex-col gap-3 rounded-card border border-line bg-surface p-4">
            <p className="flex items-center gap-2.5 text-16 font-medium"><Seal kind={kind} />{t('atSpaceMine', { when: whenSaid(mine, zone, now) })}</p>
            {checkInSaid(mine, now) && <p className="text-13 text-muted">{checkInSaid(mine, now)}</p>}
            <BookingActions booking={mine} />
          </section>
        )}
        {!mine && taken && (
          <p className="flex items-center gap-2.5 rounded-card border border-line bg-surface p-4 text-16 font-medium">
            <Seal kind={kind} />{taken.kind === 'closure' ? t('saidClosed', { at: untilSaid(zone, Date.parse(taken.endsAt), now), text: taken.text }) : taken.user ? t('atSpaceTaken', { who: taken.user.name, at: untilSaid(zone, Date.parse(taken.endsAt), now) }) : t('atSpaceTakenDoor', { at: untilSaid(zone, Date.parse(taken.endsAt), now) })}
          </p>
        )}
        {!space.bookable && !mine && <p className="flex items-center gap-2.5 text-16 font-medium"><Seal kind="off" />{t('saidOff')}</p>}
        {isFree && space.bookable && <Free {...{ space, zone, freeUntil, now, away }} />}
        <Link to="/spaces" search={{ location: space.location, floor: space.floor, space: space.id }} className="self-start text-13 text-accent-ink underline underline-offset-2">{t('atSpacePlan')}</Link>
      </div>
    </div>
  )
}

/** As long as nobody else comes, and until the house closes at most. */
function Free({ space, zone, freeUntil, now, away }: Pick<AtSpace, 'space' | 'zone'> & { freeUntil: string; now: number; away: boolean }) {
  const { lodge } = useLive()
  const verbs = useBookingVerbs()
  const site = useLocations().find((l) => l.id === space.location)
  const [busy, setBusy] = useState(false)
  const ids = useRef(new Map<number, string>())
  const closesMs = site ? Date.parse(instantIn(zone, `${dayIn(zone, now)}T${site.closesAt}`)) : 0
  const freeMs = Date.parse(freeUntil)
  const minutes = [30, 60, 120].filter((n) => now + n * minuteMs <= freeMs)
  const left = Math.floor((Math.min(closesMs, freeMs) - now) / minuteMs)
  const said = (n: number): string => n % 60 === 0 ? t('atSpaceBookHours', { n: n / 60 }) : t('atSpaceBook', { n })
  const book = async (untilMs: number): Promise<void> => {
    setBusy(true)
    const id = ids.current.get(untilMs) ?? newId()
    ids.current.set(untilMs, id)
    const startsAt = new Date(Math.floor(Date.now() / minuteMs) * minuteMs).toISOString()
    const outcome = await insist(async () => lodge.call(createBooking, { body: { id, space: space.id, when: { startsAt, endsAt: new Date(untilMs).toISOString() } } }))
    if (outcome.ok) tell(t('didBook', { space: space.name, when: whenSaid(outcome.value, zone, Date.now()) }))
    else tell(refusalSaid(outcome, zone), { failed: true })
    await verbs.read()
    setBusy(false)
  }
  const isToday = dayIn(zone, freeMs) === dayIn(zone, now)
  return (
    <section className="flex flex-col gap-3">
      <p className="flex items-center gap-2.5 text-16 font-medium"><Seal kind="free" />{isToday ? t('atSpaceFreeUntil', { at: untilSaid(zone, freeMs, now) }) : t('atSpaceFree')}</p>
      <div className="grid gap-2 sm:grid-cols-2">
        {minutes.map((n) => <Button key={n} className="h-11!" disabled={busy || away} onClick={() => void book(Math.floor(Date.now() / minuteMs) * minuteMs + n * minuteMs)}>{said(n)}</Button>)}
        {left > 120 && <Button className="h-11!" disabled={busy || away} onClick={() => void book(Math.min(closesMs, freeMs))}>{t('atSpaceBookDay')}</Button>}
      </div>
    </section>
  )
}
