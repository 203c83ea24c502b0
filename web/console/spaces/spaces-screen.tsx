import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Outlet, useNavigate, type LinkProps } from '@tanstack/react-router'
import { DoorOpen } from 'lucide-react'
import { createContext, use, useEffect } from 'react'
import { getBooking } from '#contract/bookings.ts'
import type { Location } from '#contract/places.ts'
import { primaryLink } from '#web/ui/button.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { useLive } from '../live/live-context.ts'
import { floorsQuery, locationsQuery } from '../live/queries.ts'
import { ReadFailed } from '../read-failed.tsx'
import { beAt, lastLocation } from '../live/visits.ts'
import { useKeys } from '../shell/keys.ts'
import { tell, why } from '../shell/notices.ts'
import { useNow } from '../use-now.ts'
import { LocationMenu } from '../visits/location-menu.tsx'
import { Loading } from '../visits/nothing.tsx'
import { isOwnZone, zoneName } from '../visits/when.ts'
import { t } from '../words.ts'
import { useFollow } from './use-follow.ts'

const route = getRouteApi('/inside/spaces')
const SiteContext = createContext<Location | undefined>(undefined)
/** The location whose spaces are shown. */
export function useSite(): Location {
  const site = use(SiteContext)
  if (!site) throw new Error('No location is chosen on this screen')
  return site
}

/** The spaces of one location: its plan, one's own bookings, who is in. */
export function SpacesScreen() {
  const { lodge, session } = useLive()
  const navigate = useNavigate()
  const now = useNow()
  const { location: wanted, booking } = route.useSearch()
  const query = useQuery(locationsQuery(lodge.call))
  const { data: locations } = query
  const floors = useQuery(floorsQuery(lodge.call))
  // Nobody who wants a desk is led to a gate: without being asked for, only a location that has floors.
  const site = siteOf(locations, wanted, (id) => floors.data?.some((f) => f.location === id && f.active) === true)
  useFollow(site?.id)
  useLinkedBooking(booking)
  useKeys(t('keysSpaces'), [
    { keys: 'P', label: t('spacesPlan'), run: () => void navigate({ to: '/spaces', search: true }) },
    { keys: 'M', label: t('spacesMine'), run: () => void navigate({ to: '/spaces/mine', search: true }) },
    { keys: 'W', label: t('spacesPeople'), run: () => void navigate({ to: '/spaces/people', search: true }) },
  ])
  if (!locations || (!floors.data && !floors.isError)) {
    return query.isError
      ? <ReadFailed title={t('spacesFailed')} onRetry={() => void query.refetch()} />
      : <Loading />
  }
  if (!site) {
    const isAdmin = session.user.role === 'admin'
    return (
      <EmptyState
        icon={<DoorOpen size={28} strokeWidth={1.5} />} title={t('locationsNone')} text={isAdmin ? t('locationsNoneText') : t('locationsNoneAgent')}
        action={isAdmin && <Link to="/settings/locations" className={primaryLink}>{t('locationFirst')}</Link>}
      />
    )
  }
  const tabs: readonly (readonly [to: LinkProps['to'], label: string])[] = [['/spaces', t('spacesPlan')], ['/spaces/mine', t('spacesMine')], ['/spaces/people', t('spacesPeople')]]
  return (
    <SiteContext value={site}>
      <div className="flex h-full min-h-0 flex-col">
        <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 pt-2.5">
          <LocationMenu
            location={site} locations={locations}
            onLocation={(id) => {
              beAt(id)
              void navigate({ to: '.', search: { location: id } })
            }}
          />
          {!isOwnZone(site.zone, now) && <span className="text-12 text-muted">{t('zoneHint', { zone: zoneName(site.zone, now) })}</span>}
          <nav aria-label={t('goSpaces')} className="flex items-center gap-1 max-md:order-last max-md:w-full md:ms-auto">
            {tabs.map(([to, label]) => (
              <Link
                key={to} to={to ?? '/spaces'} search={true as never} activeOptions={{ exact: true, includeSearch: false }}
                className="-mb-px flex h-9 items-center border-b-2 border-transparent px-2 text-13 text-muted hover:text-ink" activeProps={{ className: '!border-accent !text-ink font-medium' }}
              >
                {label}
              </Link>
            ))}
          </nav>
        </header>
        <div className="min-h-0 flex-1"><Outlet /></div>
      </div>
    </SiteContext>
  )
}

function siteOf(locations: readonly Location[] | undefined, wanted: string | undefined, hasFloors: (location: string) => boolean): Location | undefined {
  const found = (id: string | undefined): Location | undefined => locations?.find((l) => l.id === id)
  const last = found(lastLocation())
  return found(wanted) ?? (last && hasFloors(last.id) ? last : locations?.find((l) => hasFloors(l.id)) ?? last ?? locations?.[0])
}

/** A mail names a booking: the floor opens where and when it is. */
function useLinkedBooking(booking: string | undefined): void {
  const { lodge } = useLive()
  const navigate = useNavigate()
  useEffect(() => {
    if (!booking) return
    void lodge.call(getBooking, { params: { booking } }).then(async (outcome) => {
      if (!outcome.ok) tell(why(outcome.code), { failed: true })
      const { location, floor, space, day } = outcome.ok ? outcome.value : {}
      await navigate({ to: '/spaces', search: location ? { location, floor, space, day } : {}, replace: true })
    })
  }, [booking, lodge, navigate])
}
