import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { ownZone } from '../times.ts'
import { useNow } from '../use-now.ts'
import { useAway } from '../visits/use-away.ts'
import { dayIn } from '../visits/zone.ts'
import { t } from '../words.ts'
import { LiveBoard } from './board.tsx'
import { daysOf } from './range.ts'
import { Report } from './report.tsx'
import { ReportHead } from './report-head.tsx'
import { useReport, type Asked } from './use-report.ts'

const route = getRouteApi('/inside/reports')

/** How it stands now, and how it went. */
export function ReportsScreen() {
  const search = route.useSearch()
  const today = dayIn(ownZone, useNow())
  const asked = useMemo((): Asked => {
    const { inbox, channel, agent } = search
    return { ...daysOf(search, today), zone: ownZone, ...(inbox && { inbox }), ...(channel && { channel }), ...(agent && { agent }) }
  }, [search, today])
  const query = useReport(asked, today)
  const away = useAway()
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-[1400px] flex-col gap-8 px-4 pt-2.5 pb-12">
        <h2 className="sr-only">{t('goReports')}</h2>
        <LiveBoard />
        <section aria-label={t('reportTitle')} className="flex flex-col gap-5">
          <ReportHead search={search} asked={asked} today={today} isAway={away} />
          <Report query={query} />
        </section>
      </div>
    </div>
  )
}
