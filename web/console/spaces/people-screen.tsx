import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { CloudOff, Search, UsersRound } from 'lucide-react'
import { useState } from 'react'
import { listPresent, type Present } from '#contract/bookings.ts'
import { Avatar } from '#web/ui/avatar.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { useLive } from '../live/live-context.ts'
import { ask, usePeople } from '../live/queries.ts'
import { ReadFailed } from '../read-failed.tsx'
import { useKeys } from '../shell/keys.ts'
import { useNow } from '../use-now.ts'
import { DayStep } from '../visits/day-step.tsx'
import { Loading } from '../visits/nothing.tsx'
import { useAway } from '../visits/use-away.ts'
import { clockIn } from '../visits/when.ts'
import { dayIn } from '../visits/zone.ts'
import { t } from '../words.ts'
import { useSite } from './spaces-screen.tsx'

const route = getRouteApi('/inside/spaces')
const groups = ['here', 'planned', 'left'] as const
const titles = { here: 'peopleHere', planned: 'peoplePlanned', left: 'peopleLeft' } as const

/** Who is in at a location on a day, by their bookings. */
export function PeopleScreen() {
  const { lodge } = useLive()
  const site = useSite()
  const now = useNow()
  const away = useAway()
  const navigate = useNavigate()
  const { users } = usePeople()
  const search = route.useSearch()
  const today = dayIn(site.zone, now)
  const day = search.day ?? today
  const [words, setWords] = useState('')
  const query = useQuery({
    queryKey: ['present', site.id, day], refetchInterval: 60_000,
    queryFn: async () => ask(lodge.call, listPresent, { params: { location: site.id }, query: { day } }),
  })
  useKeys(t('spacesPeople'), [{ keys: '/', label: t('peopleFind'), run: () => document.getElementById('people-find')?.focus() }])
  const lower = words.trim().toLocaleLowerCase()
  const fits = (name: string): boolean => lower.split(/\s+/).every((w) => name.toLocaleLowerCase().includes(w))
  const people = query.data?.people.filter((p) => fits(p.user.name))
  const notIn = lower ? users.filter((u) => u.active && fits(u.name) && !query.data?.people.some((p) => p.user.id === u.id)).slice(0, 8) : []
  const here = query.data?.people.filter((p) => p.state === 'here').length ?? 0
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2">
        <DayStep day={day} today={today} onDay={(next) => void navigate({ to: '/spaces/people', search: { ...search, day: next === today ? undefined : next }, replace: true })} />
        {query.data && day === today && <p role="status" className="text-13">{t('peopleCount', { n: here })}</p>}
        <label className="flex h-8 w-64 items-center gap-2 rounded-control border border-line bg-surface px-2 focus-within:border-accent-ink max-md:w-full md:ms-auto">
          <Search aria-hidden size={14} className="shrink-0 text-muted" />
          <input
            id="people-find" type="search" dir="auto" aria-label={t('peopleFind')} placeholder={t('peopleFind')} value={words} autoComplete="off"
            className="min-w-0 flex-1 bg-transparent text-13 outline-none [&::-webkit-search-cancel-button]:hidden" onChange={(e) => setWords(e.target.value)}
            onKeyDown={(e) => { if (e.key === 'Escape') { setWords(''); e.currentTarget.blur() } }}
          />
        </label>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {away && query.data && <p role="status" className="flex items-center gap-2 px-4 pt-4 text-13"><CloudOff aria-hidden size={16} className="text-warn" />{t('spacesAsOf', { at: clockIn(site.zone, query.data.asOf) })}</p>}
        {!people
          ? query.isError
            ? <ReadFailed title={t('peopleFailed')} onRetry={() => void query.refetch()} />
            : <Loading />
          : people.length === 0 && notIn.length === 0
            ? <EmptyState icon={<UsersRound size={28} strokeWidth={1.5} />} title={lower ? t('nobodyFound') : t('peopleNobody')} text={lower ? '' : t('peopleNobodyText')} />
            : (
              <div className="mx-auto flex max-w-[760px] flex-col gap-6 px-4 py-5">
                {groups.map((state) => ({ state, some: people.filter((p) => p.state === state) })).filter(({ some }) => some.length > 0).map(({ state, some }) => (
                  <section key={state} aria-label={t(titles[state])}>
                    <h3 className="mb-2 text-12 font-medium text-muted">{`${t(titles[state])} (${some.length})`}</h3>
                    <ul className="divide-y divide-line rounded-card border border-line bg-surface">{some.map((p) => <li key={p.user.id}><Person of={p} zone={site.zone} day={day === today ? undefined : day} /></li>)}</ul>
                  </section>
                ))}
                {notIn.length > 0 && (
                  <ul aria-label={t('peopleNotIn')} className="divide-y divide-line rounded-card border border-dashed border-line">
                    {notIn.map((u) => <li key={u.id} className="flex items-center gap-3 px-4 py-2.5 text-13"><Avatar name={u.name} size="sm" /><bdi className="font-medium">{u.name}</bdi><span className="text-muted">{t('peopleNotIn')}</span></li>)}
                  </ul>
                )}
              </div>
            )}
      </div>
    </div>
  )
}

function Person({ of: { user, bookings }, zone, day }: { of: Present; zone: string; day: string | undefined }) {
  return (
    <div className="flex items-start gap-3 px-4 py-2.5">
      <Avatar name={user.name} />
      <div className="min-w-0 flex-1">
        <p className="font-medium"><bdi>{user.name}</bdi></p>
        <ul className="flex flex-wrap gap-x-4 text-13">
          {bookings.map((b) => (
            <li key={b.booking} className="text-muted">
              <Link to="/spaces" aria-label={t('peopleOnPlan', { space: b.spaceName })} search={(before) => ({ location: before.location, floor: b.floor, space: b.space, ...(day && { day }) })} className="text-accent-ink underline underline-offset-2"><bdi>{b.spaceName}</bdi></Link>
              {' '}<span className="figures">{b.wholeDay ? t('bookWholeDay') : `${clockIn(zone, b.startsAt)}–${clockIn(zone, b.endsAt)}`}</span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
