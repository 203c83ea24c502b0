import { Button } from '#web/ui/button.tsx'
import { control } from '#web/ui/field.tsx'
import { DayStep } from '../visits/day-step.tsx'
import { clockIn } from '../visits/when.ts'
import { t } from '../words.ts'
import { minuteMs, stepMinutes } from './day.ts'
import type { FloorView } from './use-floor.ts'

const lengths = [0, 30, 60, 120, 240, -1] as const
const lengthSaid = (n: number): string => n === 0 ? t('lastingMoment') : n === -1 ? t('lastingDay') : n < 60 ? t('lastingMinutes', { n }) : t('lastingHours', { n: n / 60 })

/** Which day, which moment of it, and for how long. The slider runs over the real day: 23 hours when clocks go forward, 25 when they go back. */
export function TimeBar({ floor: { site, day, today, span, isNow, lasting, fromMs, untilMs, ask } }: { floor: FloorView }) {
  const minutes = Math.round((span.endMs - span.startMs) / minuteMs)
  const at = Math.min(minutes - stepMinutes, Math.max(0, Math.round((fromMs - span.startMs) / minuteMs)))
  const said = lasting === -1 ? t('lastingDay') : untilMs > fromMs ? t('shownRange', { from: clockIn(site.zone, fromMs), until: clockIn(site.zone, untilMs) }) : t('shownAt', { at: clockIn(site.zone, fromMs) })
  return (
    <div role="group" aria-label={t('momentChoose')} className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <DayStep day={day} today={today} onDay={(next) => ask({ day: next === today ? undefined : next, at: undefined })} />
      <Button aria-pressed={isNow && lasting === 0} className="aria-pressed:border-accent-ink aria-pressed:bg-raised" onClick={() => ask({ day: undefined, at: undefined, lasting: undefined })}>{t('now_')}</Button>
      <label className="flex min-w-48 flex-1 items-center gap-3 max-md:basis-full">
        <input
          type="range" min={0} max={minutes - stepMinutes} step={stepMinutes} value={at} disabled={lasting === -1} aria-label={t('momentChoose')} aria-valuetext={said}
          className="h-8 min-w-24 flex-1 accent-(--accent-ink) rtl:-scale-x-100" onChange={(e) => ask({ at: Number(e.target.value) })}
        />
        <output className="figures shrink-0 text-13 font-medium md:w-28">{said}</output>
      </label>
      <select aria-label={t('lasting')} value={lasting} className={`${control} h-8 w-auto! py-0! text-13!`} onChange={(e) => ask({ lasting: Number(e.target.value) || undefined })}>
        {lengths.map((n) => <option key={n} value={n}>{lengthSaid(n)}</option>)}
      </select>
    </div>
  )
}
