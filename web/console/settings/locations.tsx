import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { Location, VisitorType } from '#contract/places.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { useLive } from '../live/live-context.ts'
import { locationsQuery, useVisitorTypes } from '../live/queries.ts'
import { t } from '../words.ts'
import { LocationForm, newLocation } from './location-form.tsx'
import { Lines, Page } from './page.tsx'
import { VisitorTypeForm } from './visitor-type-form.tsx'

export function Locations() {
  const { lodge, session } = useLive()
  const query = useQuery(locationsQuery(lodge.call))
  const types = useVisitorTypes()
  const [location, setLocation] = useState<Location>()
  const [type, setType] = useState<VisitorType>()
  const isAdmin = session.user.role === 'admin'
  return (
    <Page
      title={t('settingsLocations')} text={t('settingsLocationsText')}
      action={isAdmin && <Button kind="primary" icon={<Plus size={16} />} onClick={() => setLocation(newLocation())}>{t('locationNew')}</Button>}
    >
      <Lines query={query} lines={query.data?.toSorted((a, b) => a.name.localeCompare(b.name))} empty={t('locationsEmpty')}>
        {(place) => {
          const own = types.filter((one) => one.location === place.id).toSorted((a, b) => Number(b.active) - Number(a.active) || a.name.localeCompare(b.name))
          return (
            <div className="flex flex-col gap-3 p-4">
              <div className="flex items-start gap-3">
                <div className="min-w-0 flex-1">
                  <h3 className="truncate font-medium"><bdi>{place.name}</bdi></h3>
                  <p className="text-12 text-muted">
                    {[place.address.replaceAll('\n', ', '), place.zone, `${place.opensAt}–${place.closesAt}`].filter(Boolean).join(' · ')}
                  </p>
                  <p className="text-12 text-muted">
                    {t(`walkIns_${place.walkIns}`)} · {t('checksOutSaid', { at: place.checksOutAt })} · {t('retentionSaid', { n: place.retentionDays })}
                  </p>
                </div>
                {isAdmin && <Button onClick={() => setLocation(place)}>{t('change')}</Button>}
              </div>
              <div className="flex flex-wrap items-center gap-2">
                <span className="text-12 text-muted">{t('visitorTypes')}</span>
                {own.map((one) => (
                  <button
                    key={one.id} type="button" disabled={!isAdmin}
                    className={cx('inline-flex h-7 max-w-full items-center gap-1.5 rounded-control border border-line bg-surface px-2 text-13 enabled:hover:bg-raised', !one.active && 'text-muted line-through')}
                    onClick={() => setType(one)}
                  >
                    <bdi className="truncate">
                      {one.name}
                    </bdi>{one.document && <span className="text-12 text-muted">{t('documentVersion', { n: one.document.version })}</span>}
                  </button>
                ))}
                {own.length === 0 && <span className="text-13 text-muted">{t('visitorTypesNone')}</span>}
                {isAdmin && (
                  <Button
                    kind="quiet" icon={<Plus size={14} />} className="h-7 px-2"
                    onClick={() => setType({ id: newId(), location: place.id, name: '', fields: [], document: null, photo: false, badge: false, active: true })}
                  >
                    {t('visitorTypeNew')}
                  </Button>
                )}
              </div>
            </div>
          )
        }}
      </Lines>
      {location && <LocationForm location={location} isNew={!query.data?.some((l) => l.id === location.id)} onClose={() => setLocation(undefined)} />}
      {type && <VisitorTypeForm type={type} isNew={!types.some((one) => one.id === type.id)} onClose={() => setType(undefined)} />}
    </Page>
  )
}
