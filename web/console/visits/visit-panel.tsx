import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ArrowLeft, Compass, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { getVisit, type Visit } from '#contract/visits.ts'
import { cx } from '#web/ui/cx.ts'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { Tooltip } from '#web/ui/tooltip.tsx'
import { EditInPlace } from '../inbox/edit-in-place.tsx'
import { useLive } from '../live/live-context.ts'
import { ask, Failed, useLocations, useVisitorTypes } from '../live/queries.ts'
import { useSelected } from '../live/store.ts'
import { ReadFailed } from '../read-failed.tsx'
import { tellIfRefused, type Refusal } from '../shell/notices.ts'
import { useNow } from '../use-now.ts'
import { WayBack } from '../way-back.tsx'
import { t } from '../words.ts'
import { BadgeButton } from './badge.tsx'
import { isOnList } from './book.ts'
import { nameOf } from './book-row.tsx'
import { isMadeKey } from './field-key.ts'
import { Flags } from './flags.tsx'
import { Held } from './held.tsx'
import { HostPicker } from './host-picker.tsx'
import { statusSentence } from './said.ts'
import { SeriesPart } from './series-part.tsx'
import { TimeInPlace } from './time-in-place.tsx'
import { useAwayFrom } from './use-away.ts'
import { useVisitVerbs, type VisitChange } from './verbs.ts'
import { VisitActions } from './visit-actions.tsx'
import { VisitImage } from './visit-image.tsx'
import { VisitLog } from './visit-log.tsx'
import { WatchedBecause } from './watched-because.tsx'
import { isOwnZone, momentIn, zoneName } from './when.ts'
import { dayIn } from './zone.ts'

const route = getRouteApi('/inside/visits/$visit')

export function VisitPanel() {
  const { visit: id } = route.useParams()
  const { lodge, visits } = useLive()
  const visit = useSelected(visits.store, (all) => all.get(id))
  const { error, refetch } = useQuery({
    queryKey: ['visit', id], staleTime: Infinity, gcTime: 60_000,
    queryFn: async () => {
      visits.absorb([await ask(lodge.call, getVisit, { params: { visit: id } })])
      return true
    },
  })
  if (visit) return <Panel key={id} visit={visit} />
  if (error instanceof Failed && (error.code === 'not_found' || error.code === 'invalid')) return (
    <EmptyState
      icon={<Compass size={28} strokeWidth={1.5} />} title={t('visitNone')} text={t('visitNoneText')}
      action={<Link to="/visits" search className="text-accent-ink underline">{t('goVisits')}</Link>}
    />
  )
  if (error) return <ReadFailed title={t('visitAway')} onRetry={() => void refetch()} back={<WayBack to="/visits" label={t('goVisits')} />} />
  return (
    <div aria-busy className="flex flex-col gap-4 p-5"><Skeleton className="h-7 w-1/2" /><Skeleton className="h-4 w-1/3" /><Skeleton className="h-32" /></div>
  )
}

function Panel({ visit }: { visit: Visit }) {
  const verbs = useVisitVerbs()
  const away = useAwayFrom(visit.id)
  const now = useNow()
  const locations = useLocations()
  const types = useVisitorTypes()
  const location = locations.find((l) => l.id === visit.location)
  const zone = location?.zone ?? 'UTC'
  const type = types.find((one) => one.id === visit.visitorType)
  const fields = type?.fields ?? []
  // What a kind of visitor was asked once, and is no longer.
  const asked = [...fields, ...Object.keys(visit.fields).filter((key) => !fields.some((f) => f.key === key)).map((key) => ({ key, label: isMadeKey(key) ? t('fieldGone') : key }))]
  const isComing = visit.status === 'expected' || visit.status === 'checked_in' || visit.status === 'waiting'
  const change = async (to: VisitChange): Promise<Refusal | undefined> => verbs.change(visit, to)
  const offered = types.filter((one) => one.location === visit.location && (one.active || one.id === visit.visitorType))
  return (
    <article aria-label={nameOf(visit)} className="flex flex-col px-5 pb-8">
      <h2 className="sr-only">{nameOf(visit)}</h2>
      <header className="sticky top-0 z-10 -mx-5 flex items-start gap-2 bg-paper px-5 pt-3 pb-2">
        <Link to="/visits" search aria-label={t('back')} className="-ms-2 inline-flex size-10 items-center justify-center md:hidden">
          <ArrowLeft aria-hidden size={18} className="rtl:rotate-180" />
        </Link>
        <div className="min-w-0 flex-1">
          {visit.isErased ? (
            <p className="py-1 text-20 font-semibold text-muted">{t('erasedName')}</p>
          ) : <EditInPlace label={t('name')} value={visit.name} onSave={(name) => change({ name })} away={away} className="text-20 font-semibold" required />}
        </div>
        <Tooltip label={t('closePanel')} keys="Escape">
          <Link
            to="/visits" search aria-label={t('closePanel')}
            className="inline-flex size-8 shrink-0 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-ink max-md:hidden"
          >
            <X aria-hidden size={16} />
          </Link>
        </Tooltip>
      </header>
      <p className="text-13 text-muted">{statusSentence(visit, { zone, now })}</p>
      {visit.flags.length > 0 && <div className="mt-2"><Flags of={visit} wrap /></div>}
      {visit.series && !visit.isErased && <SeriesPart key={visit.series} visit={visit} series={visit.series} readOnly={away} />}
      {isOnList(visit) && !visit.isErased && <WatchedBecause visit={visit} />}
      {visit.reason && (
        <p className="mt-3 rounded-card border border-line bg-surface p-3 text-13">
          <span className="block text-12 text-muted">{t('refusedBecause')}</span><span className="words" dir="auto">{visit.reason}</span>
        </p>
      )}
      {(!visit.isErased || visit.status === 'checked_in') && <VisitActions visit={visit} today={dayIn(zone, now)} away={away} />}
      {isComing && !visit.isErased && <div className="mt-2"><BadgeButton visit={visit} /></div>}
      <Held disabled={visit.isErased} className="mt-4 min-w-0">
        <legend className="sr-only">{t('visitDetails')}</legend>
        <dl className="grid grid-cols-[112px_minmax(0,1fr)] items-center gap-y-1 text-13">
          <Line label={t('company')}>
            <EditInPlace label={t('company')} value={visit.company} placeholder={t('addCompany')} away={away} onSave={(company) => change({ company })} />
          </Line>
          <Line label={t('host')}>
            <Held disabled={away} className="min-w-0">
              <HostPicker
                label={t('host')} value={visit.host}
                className="-mx-1.5 w-[calc(100%+12px)] rounded-control border border-transparent px-1.5 py-1 hover:border-line"
                onChange={(host) => void tellIfRefused(async () => change({ host }))}
              />
            </Held>
          </Line>
          {offered.length > 0 && (
            <Line label={t('visitorType')}>
              <Held disabled={away} className="min-w-0">
                <select
                  aria-label={t('visitorType')} value={visit.visitorType ?? ''}
                  className={cx(
                    '-mx-1.5 w-[calc(100%+12px)] rounded-control border border-transparent bg-transparent px-1 py-1 text-13',
                    'hover:border-line focus:border-accent-ink focus:outline-none disabled:opacity-100',
                  )}
                  onChange={(e) => void tellIfRefused(async () => change({ visitorType: e.target.value || null }))}
                >
                  <option value="">{t('visitorTypeNone')}</option>
                  {offered.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
                </select>
              </Held>
            </Line>
          )}
          {visit.expectedAt && (
            <Line label={t('expectedAt')}>
              <TimeInPlace
                label={t('expectedAt')} zone={zone} value={visit.expectedAt} required away={away}
                onSave={(expectedAt) => expectedAt ? change({ expectedAt }) : undefined}
              />
            </Line>
          )}
          {(visit.leavingAt ?? isComing) && (
            <Line label={t('leavingAt')}>
              <TimeInPlace label={t('leavingAt')} zone={zone} value={visit.leavingAt} away={away} onSave={(leavingAt) => change({ leavingAt })} />
            </Line>
          )}
          {!isOwnZone(zone, now) && <Line label={t('zone')}><span className="py-1">{zoneName(zone, now)}</span></Line>}
          <Line label={t('email')}>
            <EditInPlace
              label={t('email')} type="email" value={visit.email ?? ''} placeholder={t('addEmail')} away={away}
              onSave={(email) => change({ email: email || null })}
            />
          </Line>
          <Line label={t('phone')}>
            <EditInPlace
              label={t('phone')} type="tel" value={visit.phone ?? ''} placeholder={t('addPhone')} away={away}
              onSave={(phone) => change({ phone: phone || null })}
            />
          </Line>
          {asked.map(({ key, label }) => (
            <Line key={key} label={label}>
              <EditInPlace
                label={label} value={visit.fields[key] ?? ''} placeholder="–" away={away}
                onSave={(value) => change({ fields: { ...visit.fields, [key]: value } })}
              />
            </Line>
          ))}
          <Line label={t('visitNote')}>
            <EditInPlace label={t('visitNote')} value={visit.note} placeholder={t('addVisitNote')} multiline away={away} onSave={(note) => change({ note })} />
          </Line>
          {locations.length > 1 && location && <Line label={t('location')}><bdi className="block truncate py-1">{location.name}</bdi></Line>}
          {visit.hasPhoto && <Line label={t('photo')}><VisitImage visit={visit} kind="photo" /></Line>}
          {visit.signed && (
            <Line label={t('signature')}>
              <span className="block py-1">{t('signedVersion', { version: visit.signed.version, at: momentIn(zone, visit.signed.at, now) })}</span>
              {!visit.isErased && <VisitImage visit={visit} kind="signature" />}
            </Line>
          )}
          {visit.arrivedAt && visit.host && (
            <Line label={t('hostTold')}><span className="block py-1">{visit.told ? t('hostToldYes') : t('hostToldNo')}</span></Line>
          )}
        </dl>
      </Held>
      <VisitLog visit={visit} zone={zone} />
    </article>
  )
}

const Line = ({ label, children }: { label: string; children: ReactNode }) => (
  <><dt className="truncate self-start py-1 text-muted" title={label}><bdi>{label}</bdi></dt><dd className="min-w-0">{children}</dd></>
)
