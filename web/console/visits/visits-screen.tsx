import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate, useParams } from '@tanstack/react-router'
import { DoorOpen } from 'lucide-react'
import { primaryLink } from '#web/ui/button.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { useLive } from '../live/live-context.ts'
import { locationsQuery } from '../live/queries.ts'
import { useSelected } from '../live/store.ts'
import { beAt, lastLocation } from '../live/visits.ts'
import { ReadFailed } from '../read-failed.tsx'
import { t } from '../words.ts'
import { BookScreen } from './book-screen.tsx'

const route = getRouteApi('/inside/visits')

/** The book of one place: the one in the address, else where this device was last. */
export function VisitsScreen() {
  const { lodge, session, visits } = useLive()
  const navigate = useNavigate()
  const isAdmin = session.user.role === 'admin'
  const { location: wanted, search } = route.useSearch()
  const { visit: open } = useParams({ strict: false })
  // Whoever comes by a link in a mail is shown the book in which the visit stands.
  const ofVisit = useSelected(visits.store, (all) => search ? undefined : all.get(open ?? '')?.location)
  const query = useQuery(locationsQuery(lodge.call))
  const { data: locations } = query
  if (!locations) {
    if (query.isError) return <ReadFailed title={t('listFailed')} onRetry={() => void query.refetch()} />
    return <div aria-busy className="flex flex-col gap-4 p-6">{Array.from({ length: 8 }, (_, at) => <Skeleton key={at} className="h-8" />)}</div>
  }
  const location = [wanted, ofVisit, lastLocation()].flatMap((id) => locations.find((l) => l.id === id) ?? [])[0] ?? locations[0]
  if (!location) {
    return (
      <EmptyState
        icon={<DoorOpen size={28} strokeWidth={1.5} />} title={t('locationsNone')} text={isAdmin ? t('locationsNoneText') : t('locationsNoneAgent')}
        action={isAdmin && <Link to="/settings/locations" className={primaryLink}>{t('locationFirst')}</Link>}
      />
    )
  }
  return (
    <BookScreen
      key={location.id} location={location} locations={locations}
      onLocation={(id) => {
        beAt(id)
        void navigate({ to: '/visits', search: (now) => ({ ...now, location: id }) })
      }}
    />
  )
}
