import { CircleAlert, ShieldAlert } from 'lucide-react'
import type { Visit, VisitFlag } from '#contract/visits.ts'
import { cx } from '#web/ui/cx.ts'
import { Tooltip } from '#web/ui/tooltip.tsx'
import { t } from '../words.ts'

const grave: ReadonlySet<VisitFlag> = new Set(['watchlist', 'watchlist_late', 'after_refusal'])

/** What a person should look at, in a word; what it means, in the tooltip. */
export function Flags({ of, wrap = false }: { of: Visit; wrap?: boolean }) {
  if (of.flags.length === 0) return null
  // The later says all that the earlier one does.
  const flags = of.flags.filter((flag) => flag !== 'watchlist' || !of.flags.includes('watchlist_late'))
  return (
    <span className={cx('relative z-10 inline-flex gap-1', wrap ? 'flex-wrap' : 'shrink-0')}>
      {flags.map((flag) => (
        <Tooltip key={flag} label={t(`flagText_${flag}`)}>
          <span
            className={cx(
              'inline-flex h-5 items-center gap-1 rounded-[4px] border border-line px-1.5 text-12 whitespace-nowrap',
              grave.has(flag) ? 'bg-surface font-medium text-bad' : 'text-muted',
            )}
          >
            {grave.has(flag) ? (
              <ShieldAlert aria-hidden size={12} />
            ) : <CircleAlert aria-hidden size={12} />}{t(`flag_${flag}`)}<span className="sr-only">{t(`flagText_${flag}`)}</span>
          </span>
        </Tooltip>
      ))}
    </span>
  )
}
