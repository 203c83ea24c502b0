import { Link } from '@tanstack/react-router'
import { CalendarClock, CircleX, Clock, Eye, Info, TriangleAlert, X } from 'lucide-react'
import { useState } from 'react'
import type { Level } from '#contract/status.ts'
import { cx } from '#web/ui/cx.ts'
import { IconButton } from '#web/ui/icon-button.tsx'
import { useLive } from '../live/live-context.ts'
import { moment, withMoments } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { useBanner, type BannerItem } from './use-banner.ts'

const icons = { works: Info, slow: Clock, disrupted: TriangleAlert, down: CircleX } as const satisfies Record<Level, unknown>
const colours = { works: 'text-info', slow: 'text-warn', disrupted: 'text-warn', down: 'text-bad' } as const satisfies Record<Level, string>

/** What is wrong, or will be, above every screen. Put away it stays away until something in it changes. */
export function StatusBanners() {
  const { items, more } = useBanner()
  const { session } = useLive()
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const shown = items.filter((i) => !hidden.has(JSON.stringify(i)))
  if (shown.length === 0) return null
  // One outage is seen by several watchdogs: one line for all of them, or they push what people work on off the screen.
  const proposals = shown.filter((i) => i.kind === 'proposal')
  const lines = shown.filter((i) => i.kind !== 'proposal' || i === proposals[0])
  return (
    <section aria-label={t('spBanner')} className="shrink-0">
      {lines.map((item) => <Banner key={`${item.kind} ${item.id}`} item={item} others={item.kind === 'proposal' ? proposals.length - 1 : 0} more={more} isAdmin={session.user.role === 'admin'} hide={() => setHidden(new Set([...hidden, ...(item.kind === 'proposal' ? proposals : [item]).map((i) => JSON.stringify(i))]))} />)}
    </section>
  )
}

function Banner({ item, others, more, isAdmin, hide }: { item: BannerItem; others: number; more: string | null; isAdmin: boolean; hide: () => void }) {
  const nowMs = useNow()
  // The evidence of a watchdog may go on with a stack, which stands where one decides.
  const text = item.text && withMoments(item.kind === 'proposal' ? item.text.split('\n', 1)[0]! : item.text, nowMs)
  const Icon = item.kind === 'maintenance' ? CalendarClock : item.kind === 'proposal' ? Eye : icons[item.level]
  const when = item.kind === 'maintenance' ? t('spBannerFrom', { from: moment(item.from ?? '', nowMs), to: moment(item.to ?? '', nowMs) }) : item.nextUpdateAt && Date.parse(item.nextUpdateAt) > nowMs && t('spBannerNext', { time: moment(item.nextUpdateAt, nowMs) })
  return (
    <div role="status" className="flex items-center gap-2.5 border-b border-line bg-note py-1.5 ps-4 pe-2 text-13">
      <Icon aria-hidden size={16} className={cx('shrink-0', item.kind === 'maintenance' ? 'text-info' : colours[item.level])} />
      <p className="min-w-0 flex-1 py-0.5 max-md:line-clamp-3">
        {item.kind === 'proposal' && <span className="text-muted">{t('spBannerProposed')} </span>}
        <bdi className="font-semibold">{item.title}</bdi>
        {text && <> <bdi className="words line-clamp-2 inline">{text.length > 220 ? `${text.slice(0, 219)}…` : text}</bdi></>}
        {others > 0 && <> <span className="whitespace-nowrap text-muted">{t('spBannerOthers', { n: others })}</span></>}
        {when && <> <span className="figures whitespace-nowrap text-muted">{when}</span></>}
      </p>
      {isAdmin ? <Link to="/settings/status" className="shrink-0 py-0.5 text-accent-ink underline">{t(item.kind === 'proposal' ? 'spBannerDecide' : 'spBannerMore')}</Link>
        : more && <a href={`${more.replace(/\/+$/, '')}/${item.kind === 'incident' ? 'incidents' : 'maintenances'}/${item.id}/`} target="_blank" rel="noreferrer" className="shrink-0 py-0.5 text-accent-ink underline">{t('spBannerMore')}</a>}
      <IconButton label={t('spBannerHide')} onClick={hide}><X size={15} /></IconButton>
    </div>
  )
}
