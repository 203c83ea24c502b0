import { ChartNoAxesColumn } from 'lucide-react'
import { useMemo } from 'react'
import type { ConversationReport, Figures } from '#contract/reports.ts'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { Failed } from '../live/queries.ts'
import { ReadFailed } from '../read-failed.tsx'
import { moment } from '../times.ts'
import { useNow } from '../use-now.ts'
import { zoneName } from '../visits/when.ts'
import { t } from '../words.ts'
import { channels } from './report-head.tsx'
import { count, duration, startName } from './durations.ts'
import { FigureList } from './figures.tsx'
import { FigureTable, type Column } from './figure-table.tsx'
import { Plot } from './plot.tsx'
import type { useReport } from './use-report.ts'

const volume: readonly Column[] = ['opened', 'messagesIn', 'messagesOut', 'resolved']
const all: readonly Column[] = [...volume, 'firstResponse', 'resolution']
const ofPerson: readonly Column[] = ['messagesOut', 'answered', 'firstResponse', 'resolved', 'resolution']

export function Report({ query }: { query: ReturnType<typeof useReport> }) {
  const { data: report, error, isError, isPlaceholderData, refetch } = query
  if (!report) {
    if (error) {
      const isBusy = error instanceof Failed && error.code === 'overloaded'
      return <ReadFailed title={t('reportFailed')} {...(isBusy && { text: t('reportOverloaded') })} onRetry={() => void refetch()} />
    }
    return <div aria-busy className="flex flex-col gap-4"><Skeleton className="h-24" /><Skeleton className="h-56" /><Skeleton className="h-56" /></div>
  }
  return <div aria-busy={isPlaceholderData} className={isPlaceholderData ? 'flex flex-col gap-6 opacity-60' : 'flex flex-col gap-6'}><Complete report={report} isOld={isError} /><Shown report={report} /></div>
}

/** It is said how far it goes, whenever that is not now. */
const nowMs = 10_000
function Complete({ report: { asOf, completeUpTo, zone }, isOld }: { report: ConversationReport; isOld: boolean }) {
  const now = useNow()
  const isBehind = Date.parse(asOf) - Date.parse(completeUpTo) > nowMs
  return (
    <p className="-mb-3 flex flex-wrap gap-x-4 text-12 text-muted">
      <span role="status" className={isBehind || isOld ? 'text-warn' : ''}>{isOld ? t('reportOld', { time: moment(asOf, now) }) : isBehind ? t('completeUpTo', { time: moment(completeUpTo, now) }) : t('completeNow')}</span>
      <span>{t('reportZone', { zone: zoneName(zone, Date.parse(asOf)) })}</span>
    </p>
  )
}

function Shown({ report }: { report: ConversationReport }) {
  const { total, byTime, byHour, byAgent, byChannel, byInbox } = report
  const isOfPerson = total.opened === null
  const names = useMemo(() => byTime.map(({ start }) => startName(start)), [byTime])
  const hourNames = useMemo(() => byHour.map(({ hour }) => String(hour).padStart(2, '0')), [byHour])
  const volumes = useMemo(() => isOfPerson
    ? [{ label: t('figMessagesOut'), values: byTime.map((r) => r.messagesOut), color: '--accent', kind: 'bars' }, { label: t('figResolved'), values: byTime.map((r) => r.resolved), color: '--info', kind: 'line' }] as const
    : [{ label: t('figOpened'), values: byTime.map((r) => r.opened), color: '--accent', kind: 'bars' }, { label: t('figResolved'), values: byTime.map((r) => r.resolved), color: '--info', kind: 'line' }] as const, [byTime, isOfPerson])
  const responses = useMemo(() => [
    { label: t('median'), values: byTime.map((r) => r.firstResponse?.medianMs ?? null), color: '--accent-ink', kind: 'line' },
    { label: t('p90'), values: byTime.map((r) => r.firstResponse?.p90Ms ?? null), color: '--muted', kind: 'line', isDashed: true },
  ] as const, [byTime])
  const hours = useMemo(() => isOfPerson
    ? [{ label: t('figMessagesOut'), values: byHour.map((r) => r.messagesOut), color: '--accent', kind: 'bars' }] as const
    : [{ label: t('figMessagesIn'), values: byHour.map((r) => r.messagesIn), color: '--accent', kind: 'bars' }, { label: t('figMessagesOut'), values: byHour.map((r) => r.messagesOut), color: '--info', kind: 'line' }] as const, [byHour, isOfPerson])
  if ([total.opened, total.messagesIn, total.messagesOut, total.resolved].every((n) => !n)) return <EmptyState icon={<ChartNoAxesColumn size={28} strokeWidth={1.5} />} title={t('reportEmpty')} text={t('reportEmptyText')} />

  const times = byTime.map((r): readonly [string, Figures] => [startName(r.start, true), r])
  const columns = isOfPerson ? ofPerson : all
  return (
    <>
      <FigureList report={report} />
      <div className="grid gap-6 xl:grid-cols-2">
        <Plot title={t('plotVolume')} lines={volumes} names={names} write={count} table={<FigureTable isHidden caption={t('plotVolume')} first={t('colTime')} rows={times} columns={isOfPerson ? ['messagesOut', 'resolved'] : volume} />} />
        <Plot title={t('plotResponse')} lines={responses} names={names} write={duration} table={<FigureTable isHidden caption={t('plotResponse')} first={t('colTime')} rows={times} columns={['answered', 'firstResponse']} />} />
        <div className="min-w-0 xl:col-span-2"><Plot title={t('plotHours')} lines={hours} names={hourNames} write={count} table={<FigureTable isHidden caption={t('plotHours')} first={t('colHour')} rows={byHour.map((r) => [`${String(r.hour).padStart(2, '0')}:00`, r])} columns={columns} />} /></div>
        <div className="flex min-w-0 flex-col gap-6 xl:col-span-2">
          {byAgent.length > 0 && <FigureTable caption={t('tableAgents')} first={t('filterAgent')} rows={byAgent.map((r) => [r.name, r])} columns={ofPerson} />}
          {byInbox.length > 1 && <FigureTable caption={t('tableInboxes')} first={t('filterInbox')} rows={byInbox.map((r) => [r.name, r])} columns={columns} />}
          {byChannel.length > 1 && <FigureTable caption={t('tableChannels')} first={t('filterChannel')} rows={byChannel.map((r) => [channelName(r.channel), r])} columns={columns} />}
        </div>
      </div>
    </>
  )
}

function channelName(of: string): string {
  const known = channels.find((c) => c === of)
  return known ? t(`channel_${known}`) : of
}
