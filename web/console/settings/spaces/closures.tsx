import { useQuery } from '@tanstack/react-query'
import { Ban, Plus } from 'lucide-react'
import { useState } from 'react'
import { liftClosure, type Closure } from '#contract/bookings.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { useLive } from '../../live/live-context.ts'
import { closuresQuery, readBookings, useFloors, useLocations, useSpaces } from '../../live/queries.ts'
import { Confirm } from '../../shell/confirm.tsx'
import { whenSaid } from '../../spaces/said.ts'
import { useNow } from '../../use-now.ts'
import { t } from '../../words.ts'
import { NeedsLocation } from '../needs-location.tsx'
import { Lines, Page, went } from '../page.tsx'
import { ClosureForm } from './closure-form.tsx'

export function Closures() {
  const { lodge, queries } = useLive()
  const query = useQuery(closuresQuery(lodge.call))
  const locations = useLocations()
  const floors = useFloors()
  const spaces = useSpaces()
  const now = useNow()
  const [isNew, setNew] = useState(false)
  const [lifting, setLifting] = useState<Closure>()
  const what = ({ location, floor, space }: Closure): string => [
    locations.find((l) => l.id === location)?.name, floor && floors.find((f) => f.id === floor)?.name, space && spaces.find((s) => s.id === space)?.name,
  ].filter(Boolean).join(' · ')
  const lift = async (closure: Closure): Promise<void> => {
    went(await lodge.call(liftClosure, { params: { closure: closure.id }, query: { id: newId() } }), t('didLift'))
    void readBookings(queries)
  }
  return (
    <Page title={t('closures')} text={t('closuresText')} action={locations.length > 0 && <Button kind="primary" icon={<Plus aria-hidden size={16} />} onClick={() => setNew(true)}>{t('closureNew')}</Button>}>
      {query.data && locations.length === 0 && <NeedsLocation text={t('closureNeedsLocation')} />}
      <Lines query={query} lines={query.data} empty={t('closuresNone')}>
        {(closure) => (
          <div className="flex items-start gap-3 p-4">
            <Ban aria-hidden size={16} className="mt-0.5 shrink-0 text-muted" />
            <div className="min-w-0 flex-1">
              <p className="font-medium"><bdi>{what(closure)}</bdi></p>
              <p className="text-13">{whenSaid(closure, locations.find((l) => l.id === closure.location)?.zone ?? 'UTC', now)}</p>
              <p className="words along text-13 text-muted">{closure.text}</p>
            </div>
            <Button onClick={() => setLifting(closure)}>{t('closureLift')}</Button>
          </div>
        )}
      </Lines>
      {isNew && <ClosureForm onClose={() => setNew(false)} />}
      {lifting && <Confirm bad={false} title={t('closureLiftTitle')} text={t('closureLiftText')} verb={t('closureLift')} onYes={() => void lift(lifting)} onClose={() => setLifting(undefined)} />}
    </Page>
  )
}
