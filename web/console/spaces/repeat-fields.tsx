import { cx } from '#web/ui/cx.ts'
import { Select, TextField } from '#web/ui/field.tsx'
import { locale } from '../times.ts'
import { t } from '../words.ts'
import { repeats, weekdayOf, weekdays, type Rule, type Weekday } from './rrule.ts'

/** The 1st of January 2024 was a Monday. */
const nameOf = (day: Weekday): string => new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + weekdays.indexOf(day)))
const ends = ['count', 'until', 'never'] as const

/** How often, on which days, and until when. */
export function RepeatFields({ rule, day, onChange }: { rule: Rule; day: string; onChange: (rule: Rule) => void }) {
  const set = (change: Partial<Rule>): void => onChange({ ...rule, ...change })
  const onDays = rule.repeat === 'weekly' || rule.repeat === 'fortnight'
  const chosen = rule.days.length > 0 ? rule.days : [weekdayOf(day)]
  return (
    <div className="flex flex-col gap-3">
      <Select label={t('bookAgain')} value={rule.repeat} options={repeats.map((r) => [r, t(`bookAgain_${r}`)] as const)} onChange={(e) => set({ repeat: repeats.find((r) => r === e.target.value) ?? 'none' })} />
      {onDays && (
        <fieldset>
          <legend className="mb-1 text-13 font-medium">{t('bookAgainDays')}</legend>
          <div className="flex flex-wrap gap-1.5">
            {weekdays.map((d) => (
              <button
                key={d} type="button" aria-pressed={chosen.includes(d)}
                className={cx('h-8 min-w-11 rounded-control border px-2 text-13', chosen.includes(d) ? 'border-accent-ink bg-accent font-medium text-on-accent' : 'border-line bg-surface hover:bg-raised')}
                onClick={() => set({ days: chosen.includes(d) ? chosen.filter((other) => other !== d) : [...chosen, d] })}
              >
                {nameOf(d)}
              </button>
            ))}
          </div>
        </fieldset>
      )}
      {rule.repeat === 'own' && <TextField label={t('bookAgainRule')} hint={t('bookAgainRuleHint')} dir="ltr" maxLength={500} value={rule.text} required onChange={(e) => set({ text: e.target.value })} />}
      {rule.repeat !== 'none' && rule.repeat !== 'own' && (
        <div className="grid grid-cols-2 gap-3">
          <Select
            label={t('bookAgainEnds')} value={rule.ends} options={[['count', t('bookAgainEndsCount')], ['until', t('bookAgainEndsUntil')], ['never', t('bookAgainEndsNever')]]}
            onChange={(e) => set({ ends: ends.find((one) => one === e.target.value) ?? 'count' })}
          />
          {rule.ends === 'count' && <TextField type="number" label={t('bookAgainCount')} min={1} max={366} value={rule.count} required onChange={(e) => set({ count: Math.floor(Number(e.target.value)) })} />}
          {rule.ends === 'until' && <TextField type="date" label={t('bookAgainUntil')} min={day} value={rule.until} required onChange={(e) => set({ until: e.target.value })} />}
        </div>
      )}
    </div>
  )
}
