import { Ban, Check, CircleSlash2, Star, UserCheck, UserRound, Armchair, Presentation, Square, type LucideIcon } from 'lucide-react'
import type { SpaceKind } from '#contract/spaces.ts'
import { cx } from '#web/ui/cx.ts'
import type { StateKind } from './state.ts'

/** Colour, shape and sign together: no state is told by its colour alone. */
const signs: Readonly<Record<StateKind, readonly [Icon: LucideIcon, tone: string]>> = {
  free: [Check, 'border-good text-good bg-surface'],
  mine: [Star, 'border-accent-ink bg-accent text-on-accent'],
  mine_in: [UserCheck, 'border-accent-ink bg-accent text-on-accent'],
  taken: [UserRound, 'border-bad text-bad bg-surface border-dashed'],
  taken_in: [UserCheck, 'border-bad bg-bad text-surface'],
  closed: [Ban, 'border-muted text-muted bg-raised'],
  off: [CircleSlash2, 'border-muted text-muted bg-raised border-dashed'],
}
export const toneOf = (kind: StateKind): string => signs[kind][1]

export function Sign({ kind, size = 14 }: { kind: StateKind; size?: number }) {
  const [Icon] = signs[kind]
  return <Icon aria-hidden size={size} strokeWidth={2.4} />
}

/** The sign in its round frame, as on the plan and in the list. */
export const Seal = ({ kind, className }: { kind: StateKind; className?: string }) => (
  <span aria-hidden className={cx('inline-flex size-6 shrink-0 items-center justify-center rounded-full border-2', toneOf(kind), className)}><Sign kind={kind} size={13} /></span>
)

const kinds: Readonly<Record<SpaceKind, LucideIcon>> = { desk: Armchair, room: Presentation, spot: Square }
export function KindIcon({ kind }: { kind: SpaceKind }) {
  const Icon = kinds[kind]
  return <Icon aria-hidden size={14} className="shrink-0" />
}
