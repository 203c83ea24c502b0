import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { previewSeries } from '#contract/visit-series.ts'
import { useLive } from '../live/live-context.ts'
import { ask, Failed } from '../live/queries.ts'
import { withoutPath } from '../shell/notices.ts'
import { useRested } from '../use-rested.ts'
import { t } from '../words.ts'
import { shortDay } from './when.ts'

const shown = 5
const askAfterMs = 250

/** On which days a rule falls: the server says so before anything is made. @param startsAt local, of the first visit */
export function NextDates({ location, rule, startsAt }: { location: string; rule: string; startsAt: string }) {
  const { lodge } = useLive()
  const asked = { rule: useRested(rule, askAfterMs), startsAt: useRested(startsAt, askAfterMs) }
  const { data, error } = useQuery({
    queryKey: ['series-preview', location, asked.rule, asked.startsAt], placeholderData: keepPreviousData, retry: false, gcTime: 60_000,
    queryFn: async () => ask(lodge.call, previewSeries, { query: { location, ...asked, limit: shown } }),
  })
  if (error) return <p role="alert" className="text-13 text-bad">{error instanceof Failed && error.code === 'invalid' ? withoutPath(error.message) : t('repeatReading')}</p>
  return (
    <p className="min-h-10 text-13" aria-live="polite">
      <span className="text-muted">{t('repeatNext')}: </span>
      {data && [...data.dates.map((d) => shortDay(d.day)), ...(data.isWhole ? [] : [t('repeatMore')])].join(' · ')}
    </p>
  )
}
