import { Link } from '@tanstack/react-router'
import { LogIn, LogOut } from 'lucide-react'
import { memo } from 'react'
import type { Visit } from '#contract/visits.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { t } from '../words.ts'
import { isDoubtful } from './book.ts'
import { Flags } from './flags.tsx'
import { stateText, timeOf } from './said.ts'
import { exactIn } from './when.ts'

interface Props {
  visit: Visit; zone: string; now: number; host: string | undefined; place: string | undefined; selected: boolean; busy: boolean; readOnly: boolean
  onFocus: (id: string) => void; onCheckIn: (visit: Visit) => void; onCheckOut: (visit: Visit) => void
}

export const nameOf = (visit: Visit): string => visit.isErased ? t('erasedName') : visit.name

/** When, who, to whom, and what is odd about it. */
export const BookRow = memo(function BookRow({ visit, zone, now, host, place, selected, busy, readOnly, onFocus, onCheckIn, onCheckOut }: Props) {
  const { status } = visit
  const state = stateText(visit, { zone, now })
  const isQuiet = status === 'checked_out' || status === 'cancelled' || status === 'no_show' || status === 'refused'
  const action = status === 'expected' ? 'in' : status === 'checked_in' ? 'out' : undefined
  const Icon = action === 'in' ? LogIn : LogOut
  const exact = visit.arrivedAt ?? visit.expectedAt
  return (
    <li
      data-row={visit.id}
      className={cx('group relative flex items-center gap-3 py-2 ps-4 pe-3 @3xl:h-11 @3xl:py-0', selected ? 'bg-raised' : 'hover:bg-raised/60')}
    >
      {selected && <span aria-hidden className="absolute inset-y-1.5 start-0 w-[3px] rounded-e-full bg-accent" />}
      <time
        dateTime={exact ?? undefined} title={exact ? exactIn(zone, exact) : undefined}
        className={cx('figures w-11 shrink-0 self-start text-13 @3xl:self-auto', isQuiet && 'text-muted')}
      >
        {timeOf(visit, zone)}
      </time>
      <div className="flex min-w-0 flex-1 flex-col gap-x-3 gap-y-0.5 @3xl:flex-row @3xl:items-center">
        <span className="flex min-w-0 items-center gap-2 @3xl:flex-[1.5]">
          <Link
            to="/visits/$visit" params={{ visit: visit.id }} search preload={false} data-visit={visit.id}
            aria-current={selected ? 'true' : undefined} onFocus={() => onFocus(visit.id)}
            className={cx('min-w-0 -outline-offset-2! after:absolute after:inset-0', isQuiet && 'text-muted', status === 'cancelled' && 'line-through')}
          >
            <bdi className="along block truncate">{nameOf(visit)}</bdi>
          </Link>
          <Flags of={visit} />
        </span>
        <bdi className="along hidden min-w-0 truncate text-13 text-muted @3xl:block @3xl:flex-1">{visit.company}</bdi>
        <span className="hidden min-w-0 truncate text-13 text-muted @3xl:block @3xl:w-24 @5xl:w-36">
          {host && <bdi className="along block truncate">{host}</bdi>}
        </span>
        <span className={cx('hidden min-w-0 truncate text-12 @3xl:block @3xl:w-32 @5xl:w-48', isDoubtful(visit, now) ? 'text-warn' : 'text-muted')}>
          {[place, state].filter(Boolean).join(' · ')}
        </span>
        <span className="truncate text-12 text-muted @3xl:hidden">{[visit.company, host, place, state].filter(Boolean).join(' · ')}</span>
      </div>
      <span className="relative z-10 flex w-28 shrink-0 justify-end @max-md:w-auto">
        {action && !readOnly && (
          <Button
            kind={selected ? 'plain' : 'quiet'} disabled={busy} icon={<Icon aria-hidden size={14} className="rtl:-scale-x-100" />}
            aria-label={t(action === 'in' ? 'checkInNamed' : 'checkOutNamed', { name: nameOf(visit) })}
            className={cx('h-7 px-2 text-muted group-hover:text-ink hover:text-ink pointer-coarse:h-10', selected && 'text-ink')}
            onClick={() => action === 'in' ? onCheckIn(visit) : onCheckOut(visit)}
          >
            <span className="@max-md:sr-only">{t(action === 'in' ? 'checkIn' : 'checkOut')}</span>
          </Button>
        )}
      </span>
    </li>
  )
})
