import { Select, TextField } from '#web/ui/field.tsx'
import { weekdayName } from '../visits/when.ts'
import { shiftDay } from '../visits/zone.ts'
import { t } from '../words.ts'
import { endKinds, nthOf, nthWord, repeatKinds, weekdayOf, type EndKind, type Repeat, type RepeatKind } from './repeat.ts'
import { WeekdayButtons } from './weekday-buttons.tsx'

const usualWeeks = 10

/** Whether something repeats, how often, on which days, and until when. @param day the first one */
export function RepeatFields({ value, day, onChange }: { value: Repeat; day: string; onChange: (to: Repeat) => void }) {
  const set = (change: Partial<Repeat>): void => onChange({ ...value, ...change })
  const label = (kind: RepeatKind): string => kind === 'nth' ? t('repeat_nth', { nth: nthWord(nthOf(day)), day: weekdayName(weekdayOf(day)) }) : t(`repeat_${kind}`)
  const chosen = value.days.length > 0 ? value.days : [weekdayOf(day)]
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="sr-only">{t('repeats')}</legend>
      <div className="grid gap-x-3 gap-y-3 sm:grid-cols-2">
        <Select
          label={t('repeats')} value={value.kind} options={repeatKinds.map((kind) => [kind, label(kind)] as const)}
          onChange={(e) => set({ kind: e.target.value as RepeatKind })}
        />
        {value.kind !== 'none' && value.kind !== 'custom' && (
          <Select
            label={t('repeatEnds')} value={value.ends} options={endKinds.map((end) => [end, t(`ends_${end}`)] as const)}
            onChange={(e) => set({ ends: e.target.value as EndKind, ...(!value.until && { until: shiftDay(day, usualWeeks * 7) }) })}
          />
        )}
        {value.kind === 'weekly' && (
          <>
            <WeekdayButtons label={t('repeatDays')} chosen={chosen} className="sm:col-span-2" onChoose={(days) => set({ days })} />
            <TextField type="number" min={1} max={52} label={t('repeatEvery')} value={value.every} onChange={(e) => set({ every: e.target.value })} />
          </>
        )}
        {value.kind !== 'none' && value.kind !== 'custom' && value.ends === 'on' && (
          <TextField type="date" label={t('repeatUntil')} min={day} value={value.until} onChange={(e) => set({ until: e.target.value })} required />
        )}
        {value.kind !== 'none' && value.kind !== 'custom' && value.ends === 'after' && (
          <TextField type="number" min={1} max={9999} label={t('repeatCount')} value={value.count} onChange={(e) => set({ count: e.target.value })} required />
        )}
      </div>
      {value.kind === 'custom' && (
        <TextField
          label={t('repeatRule')} hint={t('repeatRuleHint')} value={value.rule} dir="ltr" maxLength={300} autoComplete="off" spellCheck={false} required
          onChange={(e) => set({ rule: e.target.value })}
        />
      )}
    </fieldset>
  )
}
