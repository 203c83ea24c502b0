import { Link, type LinkProps } from '@tanstack/react-router'
import { Activity, BookUser, ChartNoAxesColumn, House, Inbox, LayoutGrid, MailCheck, Settings, Users } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from '#web/ui/cx.ts'
import { Tooltip } from '#web/ui/tooltip.tsx'
import { useWaitingVisitors } from '../live/arrivals.ts'
import { useWaiting } from '../live/attention.ts'
import { useLive } from '../live/live-context.ts'
import { isOperator } from '../live/session.ts'
import { t } from '../words.ts'
import { ProfileMenu } from './profile-menu.tsx'

export function Rail({ className }: { className: string }) {
  const { session } = useLive()
  const waiting = useWaiting()
  const visitors = useWaitingVisitors()
  return (
    <nav aria-label={t('rail')} className={cx('flex shrink-0 items-center gap-1 border-line max-md:row-start-2 max-md:justify-around max-md:gap-0 max-md:border-t max-md:px-1 max-md:py-1 md:row-span-1 md:flex-col md:border-e md:py-2', className)}>
      <Step to="/" label={t('goDoor')} keys="G H"><House size={20} /></Step>
      <Step to="/inbox" label={waiting > 0 ? t('goInboxWaiting', { n: waiting }) : t('goInbox')} keys="G I" count={waiting}><Inbox size={20} /></Step>
      <Step to="/visits" label={visitors > 0 ? t('goVisitsWaiting', { n: visitors }) : t('goVisits')} keys="G V" count={visitors}><BookUser size={20} /></Step>
      <Step to="/spaces" label={t('goSpaces')} keys="G S"><LayoutGrid size={20} /></Step>
      <Step to="/contacts" label={t('goContacts')} keys="G C"><Users size={20} /></Step>
      <Step to="/reports" label={t('goReports')} keys="G R"><ChartNoAxesColumn size={20} /></Step>
      {session.user.role === 'admin' && <Step to="/tray" label={t('goTray')} keys="G T"><MailCheck size={20} /></Step>}
      {isOperator(session) && <Step to="/operations" label={t('goOperations')} keys="G O"><Activity size={20} /></Step>}
      <Step to="/settings" label={t('goSettings')} keys="G E"><Settings size={20} /></Step>
      <span className="flex-1 max-md:hidden" />
      <ProfileMenu />
    </nav>
  )
}

function Step({ to, label, keys, count = 0, children }: { to: LinkProps['to']; label: string; keys: string; count?: number; children: ReactNode }) {
  return (
    <Tooltip label={label} keys={keys} side="right">
      <Link
        to={to ?? '/'}
        aria-label={label}
        activeOptions={{ exact: to === '/' }}
        className="relative inline-flex size-10 min-w-8 items-center max-md:flex-1 justify-center rounded-control text-muted transition-colors duration-100 hover:bg-raised hover:text-ink"
        activeProps={{ className: 'bg-raised !text-ink', 'aria-current': 'page' }}
      >
        {children}
        {count > 0 && <span aria-hidden className="figures absolute end-0 top-0.5 min-w-4 rounded-full bg-accent px-1 text-center text-[10px] leading-4 font-semibold text-on-accent">{count > 99 ? '99+' : count}</span>}
      </Link>
    </Tooltip>
  )
}
