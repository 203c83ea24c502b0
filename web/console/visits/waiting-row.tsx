import { Link } from '@tanstack/react-router'
import { Check, X } from 'lucide-react'
import type { Visit } from '#contract/visits.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { t } from '../words.ts'
import { madeAtMs } from './book.ts'
import { Flags } from './flags.tsx'
import { ageOf } from './when.ts'

interface Props {
  visit: Visit; now: number; host: string | undefined; selected: boolean; busy: boolean; readOnly: boolean
  onFocus: (id: string) => void; onLetIn: (visit: Visit) => void; onRefuse: (visit: Visit) => void
}

/** Somebody stands there and cannot go on without an answer. */
export function WaitingRow({ visit, now, host, selected, busy, readOnly, onFocus, onLetIn, onRefuse }: Props) {
  const since = visit.expectedAt === null ? t('waitingFor', { age: ageOf(madeAtMs(visit.id), now) }) : t('waitingExpected')
  return (
    <li data-row={visit.id} className="relative flex flex-wrap items-center gap-x-4 gap-y-2 bg-note py-3 ps-4 pe-3">
      <span aria-hidden className={cx('absolute inset-y-0 start-0 bg-accent', selected ? 'w-1.5' : 'w-[3px]')} />
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-2">
          <Link
            to="/visits/$visit" params={{ visit: visit.id }} search preload={false} data-visit={visit.id}
            aria-current={selected ? 'true' : undefined} onFocus={() => onFocus(visit.id)}
            className="min-w-0 text-16 font-semibold -outline-offset-2! after:absolute after:inset-0"
          >
            <bdi className="along block truncate">{visit.name}</bdi>
          </Link>
          <Flags of={visit} />
        </p>
        <p className="truncate text-13">{[visit.company, host ? t('toSee', { host }) : t('hostNone'), since].filter(Boolean).join(' · ')}</p>
      </div>
      {!readOnly && (
        <span className="relative z-10 flex gap-2 @max-md:w-full">
          <Button
            kind="primary" icon={<Check aria-hidden size={16} />} disabled={busy} aria-label={t('letInNamed', { name: visit.name })}
            className="pointer-coarse:h-11 @max-md:flex-1" onClick={() => onLetIn(visit)}
          >
            {t('letIn')}
          </Button>
          <Button
            icon={<X aria-hidden size={16} />} disabled={busy} aria-label={t('refuseNamed', { name: visit.name })}
            className="pointer-coarse:h-11 @max-md:flex-1" onClick={() => onRefuse(visit)}
          >
            {t('refuse')}
          </Button>
        </span>
      )}
    </li>
  )
}
