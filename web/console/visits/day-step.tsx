import { CalendarDays, ChevronLeft, ChevronRight } from 'lucide-react'
import { cx } from '#web/ui/cx.ts'
import { IconButton } from '#web/ui/icon-button.tsx'
import { t } from '../words.ts'
import { dayName } from './when.ts'
import { shiftDay } from './zone.ts'

interface Props { day: string; today: string; onDay: (day: string) => void }

/** One day back, the day, one day on. */
export function DayStep({ day, today, onDay }: Props) {
  return (
    <div className="flex items-center rounded-control border border-line">
      <IconButton label={t('dayBefore')} className="size-8" onClick={() => onDay(shiftDay(day, -1))}>
        <ChevronLeft size={16} className="rtl:rotate-180" />
      </IconButton>
      <DayField day={day} today={today} onDay={onDay} />
      <IconButton label={t('dayAfter')} className="size-8" onClick={() => onDay(shiftDay(day, 1))}>
        <ChevronRight size={16} className="rtl:rotate-180" />
      </IconButton>
    </div>
  )
}

/** Reads as a word, opens the browser's calendar. */
function DayField({ day, today, onDay }: Props) {
  return (
    <label
      className={cx(
        'relative flex h-8 min-w-28 cursor-pointer items-center justify-center gap-1.5 border-x border-line px-2 text-13 font-medium',
        'focus-within:outline-2 focus-within:outline-accent-ink hover:bg-raised',
      )}
    >
      <CalendarDays aria-hidden size={14} className="text-muted" />{dayName(day, today)}
      <input
        type="date" aria-label={t('dayChoose')} value={day} required className="absolute inset-0 cursor-pointer opacity-0"
        onClick={(e) => e.currentTarget.showPicker()} onChange={(e) => { if (e.target.value) onDay(e.target.value) }}
      />
    </label>
  )
}
