import { useNavigate } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ReportTable } from '#contract/reports.ts'
import { cx } from '#web/ui/cx.ts'
import { MenuItem, MenuRoot, MenuSheet, MenuTrigger } from '#web/ui/menu.tsx'
import { useLive } from '../live/live-context.ts'
import { useInboxes, usePeople } from '../live/queries.ts'
import { t } from '../words.ts'
import { download } from './download.ts'
import { ranges, type ReportSearch } from './range.ts'
import type { Asked } from './use-report.ts'

const box = 'h-8 rounded-control border border-line bg-surface px-2 text-13 disabled:opacity-50'
const names = { today: 'rangeToday', week: 'rangeWeek', month: 'rangeMonth', custom: 'rangeCustom' } as const
const tables: readonly ReportTable[] = ['time', 'hour', 'agent', 'channel', 'inbox', 'conversations']
export const channels = ['web', 'sms'] as const

/** Which days, of what; and the same as a file. */
export function ReportHead({ search, asked, today, isAway }: { search: ReportSearch; asked: Asked; today: string; isAway: boolean }) {
  const { lodge } = useLive()
  const navigate = useNavigate()
  const { users } = usePeople()
  const inboxes = useInboxes()
  const change = (to: Partial<Record<keyof ReportSearch, string | undefined>>): void => {
    void navigate({ to: '/reports', replace: true, search: (now) => Object.fromEntries(Object.entries({ ...now, ...to }).filter(([, value]) => value)) as ReportSearch })
  }
  const range = search.range ?? 'month'
  return (
    <header className="flex flex-wrap items-center gap-2">
      <h3 className="me-2 text-16 font-semibold">{t('reportTitle')}</h3>
      <div role="group" aria-label={t('rangeLabel')} className="flex overflow-hidden rounded-control border border-line">
        {ranges.map((one) => (
          <button
            key={one} type="button" aria-pressed={range === one} onClick={() => change({ range: one, ...(one === 'custom' ? { from: asked.from, to: asked.to } : { from: undefined, to: undefined }) })}
            className={cx('h-8 px-3 text-13 not-first:border-s not-first:border-line', range === one ? 'bg-raised font-medium' : 'text-muted hover:bg-raised hover:text-ink')}
          >
            {t(names[one])}
          </button>
        ))}
      </div>
      {range === 'custom' && (
        <>
          <input type="date" aria-label={t('rangeFrom')} className={box} value={asked.from} max={today} required onChange={(e) => { if (e.target.value) change({ from: e.target.value }) }} />
          <input type="date" aria-label={t('rangeTo')} className={box} value={asked.to} min={asked.from} max={today} required onChange={(e) => { if (e.target.value) change({ to: e.target.value }) }} />
        </>
      )}
      <span className="flex-1" />
      <Filter label={t('filterInbox')} value={search.inbox} onChange={(inbox) => change({ inbox })}>{inboxes.map((i) => <option key={i.id} value={i.id}>{i.name}</option>)}</Filter>
      <Filter label={t('filterChannel')} value={search.channel} onChange={(channel) => change({ channel })}>{channels.map((c) => <option key={c} value={c}>{t(`channel_${c}`)}</option>)}</Filter>
      <Filter label={t('filterAgent')} value={search.agent} onChange={(agent) => change({ agent })}>{users.map((u) => <option key={u.id} value={u.id}>{u.name}</option>)}</Filter>
      <MenuRoot>
        <MenuTrigger disabled={isAway} className="inline-flex h-8 items-center gap-1.5 rounded-control border border-line bg-surface px-3 text-13 hover:bg-raised disabled:opacity-50">
          <Download aria-hidden size={16} />{t('exportCsv')}
        </MenuTrigger>
        <MenuSheet>{tables.map((table) => <MenuItem key={table} onSelect={() => void download(lodge, asked, table)}>{t(`export_${table}`)}</MenuItem>)}</MenuSheet>
      </MenuRoot>
    </header>
  )
}

function Filter({ label, value, onChange, children }: { label: string; value: string | undefined; onChange: (to: string | undefined) => void; children: ReactNode }) {
  return (
    <select aria-label={label} value={value ?? ''} onChange={(e) => onChange(e.target.value || undefined)} className={cx(box, 'max-w-40', value !== undefined && 'border-accent-ink font-medium')}>
      <option value="">{`${label}: ${t('filterAll')}`}</option>
      {children}
    </select>
  )
}
