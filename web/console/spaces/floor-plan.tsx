import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Map as MapIcon } from 'lucide-react'
import type { Floor, Position } from '#contract/spaces.ts'
import { primaryLink } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { useLive } from '../live/live-context.ts'
import { planQuery } from '../live/queries.ts'
import { t } from '../words.ts'
import { fromWidth, leastWidthPx, namesFromPx } from './plan-width.ts'
import { stateSaid } from './said.ts'
import { Sign, toneOf } from './sign.tsx'
import type { Shown } from './use-floor.ts'

interface Props { floor: Floor; shown: readonly Shown[]; fits: ReadonlySet<string>; zone: string; fromMs: number; selected: string | undefined; onOpen: (space: string) => void }

/** The image with the spaces on it. What does not fit the filter steps back; it stays where it is. */
export function FloorPlan({ floor, shown, fits, zone, fromMs, selected, onOpen }: Props) {
  const { session } = useLive()
  const isAdmin = session.user.role === 'admin'
  if (!floor.plan) {
    return (
      <EmptyState
        icon={<MapIcon size={28} strokeWidth={1.5} />} title={t('planNone')} text={isAdmin ? t('planNoneAdmin') : t('planNoneText')}
        action={isAdmin && <Link to="/settings/spaces/$floor" params={{ floor: floor.id }} className={primaryLink}>{t('planAdd')}</Link>}
      />
    )
  }
  const placed = shown.filter(({ space }) => space.position)
  const positions = placed.flatMap(({ space }) => space.position ?? [])
  const namesPx = namesFromPx(floor.plan, positions)
  return (
    <PlanImage floor={floor} positions={positions}>
      {placed.map(({ space, state }) => (
        <button
          key={space.id} type="button" title={`${space.name}: ${stateSaid(state, zone, fromMs)}`} aria-pressed={space.id === selected} data-space={space.id} data-state={state.kind}
          aria-label={t('placeSaid', { name: space.name, state: stateSaid(state, zone, fromMs) })}
          style={{ left: `${(space.position?.x ?? 0) * 100}%`, top: `${(space.position?.y ?? 0) * 100}%`, columnGap: space.id === selected ? 4 : fromWidth(namesPx, 4) }}
          className={cx(
            'absolute flex min-h-[26px] min-w-[26px] justify-center -translate-x-1/2 -translate-y-1/2 items-center rounded-full border-2 p-[3px] text-12 leading-none font-medium shadow-sm transition-opacity duration-100',
            toneOf(state.kind), !fits.has(space.id) && 'opacity-30', space.id === selected && 'z-10 outline-3 outline-offset-1 outline-accent-ink',
          )}
          onClick={() => onOpen(space.id)}
        >
          <Sign kind={state.kind} size={13} /><bdi className="truncate leading-[1.3]" style={{ maxWidth: space.id === selected ? 96 : fromWidth(namesPx, 96), paddingInlineEnd: space.id === selected ? 3 : fromWidth(namesPx, 3) }}>{space.name}</bdi>
        </button>
      ))}
    </PlanImage>
  )
}

/** The plan in its own proportions, on white: whoever drew it thought of paper. */
export function PlanImage({ floor, positions, children, className }: { floor: Floor; positions: readonly Position[]; children: React.ReactNode; className?: string }) {
  const { lodge } = useLive()
  const { plan } = floor
  const { data, isError } = useQuery({ ...planQuery(lodge.call, floor.id, plan?.version ?? ''), enabled: plan !== null })
  if (!plan) return null
  const leastPx = leastWidthPx(plan, positions)
  return (
    <div dir="ltr" className="overflow-x-auto">
      <div
        role="group" aria-label={t('planOf', { floor: floor.name })} className={cx('@container relative mx-auto w-full overflow-hidden rounded-card border border-line bg-white', className)}
        style={{ aspectRatio: `${plan.widthPx} / ${plan.heightPx}`, maxWidth: `max(${leastPx}px, calc(max(320px, 68dvh) * ${plan.widthPx / plan.heightPx}))`, minWidth: leastPx }}
      >
        {data ? <img src={data} alt="" draggable={false} className="absolute inset-0 size-full" /> : isError ? <p className="absolute inset-x-4 top-1/2 text-center text-13 text-[#6b645e]">{t('planFailed')}</p> : <Skeleton className="absolute inset-0" />}
        {children}
      </div>
    </div>
  )
}
