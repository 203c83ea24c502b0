import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CloudOff, Layers, SearchX } from 'lucide-react'
import { useRef, useState } from 'react'
import type { Space } from '#contract/spaces.ts'
import { Button, primaryLink } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { useLive } from '../live/live-context.ts'
import { floorsQuery, spacesQuery } from '../live/queries.ts'
import { ReadFailed } from '../read-failed.tsx'
import { useKeys } from '../shell/keys.ts'
import { useAway } from '../visits/use-away.ts'
import { clockIn } from '../visits/when.ts'
import { Loading } from '../visits/nothing.tsx'
import { t } from '../words.ts'
import { BookDialog } from './book-dialog.tsx'
import { FilterBar } from './filter-bar.tsx'
import { FloorPlan } from './floor-plan.tsx'
import { SpaceList } from './space-list.tsx'
import { SpacePanel } from './space-panel.tsx'
import { Seal } from './sign.tsx'
import { isFree, type StateKind } from './state.ts'
import { TimeBar } from './time-bar.tsx'
import { useFloor } from './use-floor.ts'

const legend = ['free', 'mine', 'mine_in', 'taken', 'taken_in', 'closed'] as const satisfies readonly StateKind[]

/** A floor at a moment: the plan, and the same as a list. */
export function FloorScreen() {
  const { lodge, session } = useLive()
  const floor = useFloor()
  const away = useAway()
  const lists = [useQuery(floorsQuery(lodge.call)), useQuery(spacesQuery(lodge.call))]
  const [booking, setBooking] = useState<Space>()
  const pane = useRef<HTMLDivElement>(null)
  const { site, availability, fitting, shown, search, ask, open, fromMs, untilMs, lasting, day } = floor
  const isAdmin = session.user.role === 'admin'
  const openSpace = (space: string | undefined): void => ask({ space })
  const step = (by: number): void => {
    const at = fitting.findIndex(({ space }) => space.id === search.space)
    const next = fitting[at < 0 ? (by > 0 ? 0 : fitting.length - 1) : Math.min(fitting.length - 1, Math.max(0, at + by))]
    if (!next) return
    openSpace(next.space.id)
    pane.current?.querySelector(`li[data-space="${next.space.id}"]`)?.scrollIntoView({ block: 'nearest' })
  }
  useKeys(t('spacesPlan'), [
    { keys: 'J, ArrowDown', label: t('keyNextSpace'), run: () => step(1) },
    { keys: 'K, ArrowUp', label: t('keyPreviousSpace'), run: () => step(-1) },
    { keys: 'N', label: t('keyNow'), run: () => ask({ day: undefined, at: undefined, lasting: undefined }) },
    { keys: 'F', label: t('keyOnlyFree'), run: () => ask({ free: search.free ? undefined : true }) },
    ...(open && !away ? [{ keys: 'B', label: t('bookNamed', { name: open.space.name }), run: () => setBooking(open.space) }] : []),
    ...(open ? [{ keys: 'Escape', label: t('closePanel'), run: () => openSpace(undefined) }] : []),
  ])

  const isMissing = lists.some((l) => l.data === undefined)
  if (isMissing && lists.some((l) => l.isError)) {
    return <ReadFailed title={t('spacesFailed')} onRetry={() => { for (const l of lists) void l.refetch() }} />
  }
  if (isMissing) return <Loading />
  if (!floor.floor) {
    return (
      <EmptyState
        icon={<Layers size={28} strokeWidth={1.5} />} title={t('floorsNone')} text={isAdmin ? t('floorsNoneAdmin') : t('floorsNoneText')}
        action={isAdmin && <Link to="/settings/spaces" className={primaryLink}>{t('floorsSet')}</Link>}
      />
    )
  }
  const free = fitting.filter(({ state }) => isFree(state)).length
  const isKnown = availability.state === 'there' || availability.state === 'kept'
  return (
    <div className={cx('relative grid h-full min-h-0 grid-cols-1', open && 'lg:grid-cols-[minmax(0,1fr)_340px]')}>
      <section aria-label={t('spacesPlan')} className="flex min-h-0 min-w-0 flex-col">
        <div className="flex flex-col gap-2 border-b border-line px-4 py-2"><TimeBar floor={floor} /><FilterBar floor={floor} /></div>
        {(away || availability.state === 'kept') && (
          <p role="status" className="flex items-center gap-2 border-b border-line bg-raised px-4 py-2 text-13">
            <CloudOff aria-hidden size={16} className="shrink-0 text-warn" />{availability.asOfMs === undefined ? t('spacesOffline') : t('spacesAsOf', { at: clockIn(site.zone, availability.asOfMs) })}
          </p>
        )}
        {availability.state === 'failed' && !away
          ? <ReadFailed title={t('spacesFailed')} onRetry={availability.retry} />
          : (
            <div ref={pane} className="min-h-0 flex-1 max-md:overflow-y-auto md:grid md:grid-cols-[minmax(0,1fr)_minmax(280px,340px)] md:overflow-hidden">
              <div className="min-h-0 p-3 md:overflow-y-auto md:p-4">
                <FloorPlan
                  floor={floor.floor} shown={isKnown ? shown : []} fits={new Set(fitting.map(({ space }) => space.id))} zone={site.zone} fromMs={fromMs} selected={search.space}
                  onOpen={openSpace}
                />
                <ul aria-label={t('legend')} className="mt-3 flex flex-wrap gap-x-4 gap-y-1.5">
                  {legend.map((kind) => <li key={kind} className="flex items-center gap-1.5 text-12 text-muted"><Seal kind={kind} className="scale-75" />{t(`state_${kind}`)}</li>)}
                </ul>
              </div>
              <section aria-label={t('spacesOf', { floor: floor.floor.name })} className="min-h-0 border-line bg-surface max-md:border-t md:overflow-y-auto md:border-s">
                {isKnown && shown.length > 0 && (
                  <h3 className="flex items-center justify-between gap-2 border-b border-line px-4 py-2 text-12 font-medium text-muted">
                    <bdi>{floor.floor.name}</bdi><span role="status" className="figures">{t('spacesCount', { free, n: fitting.length })}</span>
                  </h3>
                )}
                {!isKnown ? (!away && <Loading />)
                  : shown.length === 0
                    ? (
                      <EmptyState
                        title={t('spacesNone')} text={isAdmin ? t('spacesNoneAdmin') : t('spacesNoneText')}
                        action={isAdmin && <Link to="/settings/spaces/$floor" params={{ floor: floor.floor.id }} className={primaryLink}>{t('spacesAdd')}</Link>}
                      />
                    )
                    : fitting.length === 0
                      ? <EmptyState icon={<SearchX size={28} strokeWidth={1.5} />} title={t('spacesNoneFit')} text={t('spacesNoneFitText')} action={<Button onClick={() => ask({ kind: undefined, seats: undefined, with: undefined, free: undefined })}>{t('filtersEnd')}</Button>} />
                      : <SpaceList shown={fitting} zone={site.zone} fromMs={fromMs} selected={search.space} readOnly={away} onOpen={openSpace} onBook={setBooking} />}
              </section>
            </div>
          )}
      </section>
      {open && (
        <aside
          aria-label={t('spacePanel')}
          className={cx(
            'min-h-0 min-w-0 overflow-y-auto border-line bg-paper lg:border-s',
            'max-lg:absolute max-lg:inset-y-0 max-lg:end-0 max-lg:z-30 max-lg:w-full max-lg:border-s max-lg:shadow-2xl md:max-lg:w-[340px]',
          )}
        >
          <SpacePanel floor={floor} shown={open} readOnly={away} onBook={() => setBooking(open.space)} onClose={() => openSpace(undefined)} />
        </aside>
      )}
      {booking && <BookDialog space={booking} day={day} at={{ fromMs, untilMs, isWholeDay: lasting === -1 }} onClose={() => setBooking(undefined)} />}
    </div>
  )
}
