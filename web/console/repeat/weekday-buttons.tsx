import { cx } from '#web/ui/cx.ts'
import { weekdayName, weekdays, type Weekday } from '../visits/when.ts'

/** The days of a week to press; the last one that is chosen stays. */
export function WeekdayButtons({ label, chosen, className, onChoose }: { label: string; chosen: readonly Weekday[]; className?: string; onChoose: (days: Weekday[]) => void }) {
  const toggle = (one: Weekday): void => {
    const to = weekdays.filter((day) => day === one ? !chosen.includes(day) : chosen.includes(day))
    if (to.length > 0) onChoose(to)
  }
  return (
    <div role="group" aria-label={label} className={cx('grid grid-cols-7 gap-1 sm:flex sm:flex-wrap', className)}>
      {weekdays.map((one) => (
        <button
          key={one} type="button" aria-pressed={chosen.includes(one)}
          className={cx(
            'h-9 rounded-control border text-13 pointer-coarse:h-11 sm:min-w-9 sm:px-1.5 sm:pointer-coarse:min-w-11',
            chosen.includes(one) ? 'border-accent-ink bg-raised font-semibold text-ink' : 'border-line text-muted hover:text-ink',
          )}
          onClick={() => toggle(one)}
        >
          <span aria-hidden>{weekdayName(one, 'short')}</span><span className="sr-only">{weekdayName(one)}</span>
        </button>
      ))}
    </div>
  )
}
