import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { previewSeries } from '#contract/visit-series.ts'
import { cx } from '#web/ui/cx.ts'
import { Select, TextField } from '#web/ui/field.tsx'
import { useLive } from '../live/live-context.ts'
import { ask, Failed } from '../live/queries.ts'
import { t } from '../words.ts'
import { endKinds, nthOf, nthWord, repeatKinds, ruleOf, weekdayOf, weekdays, type EndKind, type Repeat, type RepeatKind } from './repeat.ts'
import { shortDay, weekdayName } from './when.ts'

interface Props { value: Repeat; location: string; startsAt: string; onChange: (to: Repeat) => void }

/** Whether and how a visit repeats, and on which days that would be: the server says so before anything is made. */
export function RepeatFields({ value, location, startsAt, onChange }: Props) {
  const set = (change: Partial<Repeat>): void => onChange({ ...value, ...change })
  const day = startsAt.slice(0, 10)
  const label = (kind: RepeatKind): string => kind === 'nth' ? t('repeat_nth', { nth: nthWord(nthOf(day)), day: weekdayName(weekdayOf(day)) }) : t(`repeat_${kind}`)
  const chosen = value.days.length > 0 ? value.days : [weekdayOf(day)]
  const rule = ruleOf(value, day)
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
            onChange={(e) => set({ ends: e.target.value as EndKind })}
          />
        )}
        {value.kind === 'weekly' && (
          <>
            <div role="group" aria-label={t('repeatDays')} className="flex flex-wrap items-end gap-1 sm:col-span-2">
              {weekdays.map((one) => (
                <button
                  key={one} type="button" aria-pressed={chosen.includes(one)}
                  className={cx(
                    'h-9 min-w-9 rounded-control border px-1.5 text-13 pointer-coarse:h-11 pointer-coarse:min-w-11',
                    chosen.includes(one) ? 'border-accent-ink bg-raised font-semibold text-ink' : 'border-line text-muted hover:text-ink',
                  )}
                  onClick={() => set({ days: chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one] })}
                >
                  <span aria-hidden>{weekdayName(one, 'short')}</span><span className="sr-only">{weekdayName(one)}</span>
                </button>
              ))}
            </div>
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
      {rule && <NextDates location={location} rule={rule} startsAt={startsAt} />}
    </fieldset>
  )
}

const shown = 5
const askAfterMs = 250

function NextDates({ location, rule, startsAt }: { location: string; rule: string; startsAt: string }) {
  const { lodge } = useLive()
  const [asked, setAsked] = useState({ rule, startsAt })
  useEffect(() => {
    const timer = setTimeout(() => setAsked({ rule, startsAt }), askAfterMs)
    return () => clearTimeout(timer)
  }, [rule, startsAt])
  const { data, error } = useQuery({
    queryKey: ['series-preview', location, asked.rule, asked.startsAt], placeholderData: keepPreviousData, retry: false, gcTime: 60_000,
    queryFn: async () => ask(lodge.call, previewSeries, { query: { location, ...asked, limit: shown } }),
  })
  if (error) return <p role="alert" className="text-13 text-bad">{error instanceof Failed && error.code === 'invalid' ? error.message.replace(/^rule: /, '') : t('repeatReading')}</p>
  return (
    <p className="min-h-10 text-13" aria-live="polite">
      <span className="text-muted">{t('repeatNext')}: </span>
      {data && [...data.dates.map((d) => shortDay(d.day)), ...(data.isWhole ? [] : [t('repeatMore')])].join(' · ')}
    </p>
  )
}
