import { Link, Outlet, type LinkProps } from '@tanstack/react-router'
import { useLive } from '../live/live-context.ts'
import { t } from '../words.ts'

export function SettingsScreen() {
  const { session } = useLive()
  const isAdmin = session.user.role === 'admin'
  const pages: readonly (readonly [to: LinkProps['to'], label: string])[] = [
    ['/settings/you', t('settingsYou')],
    ['/settings/inboxes', t('settingsInboxes')],
    ['/settings/people', t('settingsPeople')],
    ['/settings/teams', t('settingsTeams')],
    ['/settings/canned', t('canned')],
    ['/settings/invitations', t('settingsInvitations')],
    ['/settings/rules', t('settingsRules')],
    ['/settings/locations', t('settingsLocations')],
    ...(isAdmin ? [['/settings/spaces', t('settingsSpaces')] as const] : []),
    ...(isAdmin ? [['/settings/closures', t('closures')] as const] : []),
    ['/settings/calendars', t('feeds')],
    ['/settings/kiosks', t('settingsKiosks')],
    ['/settings/watchlist', t('settingsWatchlist')],
    ...(isAdmin ? [['/settings/channels', t('settingsChannels')] as const, ['/settings/person', t('settingsPerson')] as const, ['/settings/tokens', t('settingsTokens')] as const] : []),
  ]
  return (
    <div className="grid h-full min-h-0 grid-rows-[auto_minmax(0,1fr)] md:grid-cols-[220px_minmax(0,1fr)] md:grid-rows-1">
      <nav aria-label={t('goSettings')} className="flex shrink-0 gap-1 overflow-x-auto border-line p-2 max-md:border-b md:flex-col md:border-e md:p-3">
        <h2 className="px-2 pt-1 pb-2 text-16 font-semibold max-md:hidden">{t('goSettings')}</h2>
        {pages.map(([to, label]) => (
          <Link key={to} to={to ?? '/settings'} className="flex h-8 shrink-0 items-center rounded-control px-2 text-13 text-muted hover:bg-raised hover:text-ink" activeProps={{ className: 'bg-raised !text-ink font-medium' }}>{label}</Link>
        ))}
      </nav>
      <div className="min-h-0 overflow-y-auto bg-surface"><div className="mx-auto max-w-[720px] has-[[data-wide]]:max-w-[1180px] px-6 py-6 max-md:px-4"><Outlet /></div></div>
    </div>
  )
}
