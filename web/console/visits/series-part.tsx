import { useQuery } from '@tanstack/react-query'
import { Repeat as RepeatIcon } from 'lucide-react'
import { useState } from 'react'
import { getSeries } from '#contract/visit-series.ts'
import type { Visit } from '#contract/visits.ts'
import { useLive } from '../live/live-context.ts'
import { ask } from '../live/queries.ts'
import { ruleInWords } from '../repeat/repeat.ts'
import { t } from '../words.ts'
import { SeriesForm } from './series-form.tsx'

/** Of a visit that repeats: how, and the way to all of them. */
export function SeriesPart({ visit, series, readOnly }: { visit: Visit; series: string; readOnly: boolean }) {
  const { lodge } = useLive()
  const [open, setOpen] = useState(false)
  const { data } = useQuery({ queryKey: ['series', series], queryFn: async () => ask(lodge.call, getSeries, { params: { series } }), staleTime: Infinity, gcTime: 600_000 })
  if (!data || data.isErased) return null
  return (
    <p className="mt-3 flex items-start gap-2 text-13">
      <RepeatIcon aria-hidden size={14} className="mt-0.5 shrink-0 text-muted" />
      <span className="words min-w-0">
        {t('saysRepeats', { rule: ruleInWords(data.rule, data.startsAt) })}
        {!readOnly && (
          <>
            {' · '}
            <button type="button" className="text-accent-ink underline underline-offset-2" onClick={() => setOpen(true)}>{t('seriesChange')}</button>
          </>
        )}
      </span>
      {open && <SeriesForm series={data} visit={visit} onClose={() => setOpen(false)} />}
    </p>
  )
}
