import { Link as RouteLink, Outlet, useLocation, type LinkProps } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useLive } from '../live/live-context.ts'
import { NotYours } from '../shell/not-yours.tsx'
import { t } from '../words.ts'

const forAdmins = ['/settings/channels', '/settings/spaces', '/settings/closures', '/settings/person', '/settings/tokens', '/settings/status']
type Link = readonly [to: LinkProps['to'], label: string]

export function SettingsScreen() {
  const { session } = useLive()
  const nav = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  // On a phone the pages stand in one line that scrolls.
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [pathname])
  const isAdmin = session.user.role === 'admin'
  const forAdmin = (...pages: readonly Link[]): readonly Link[] => isAdmin ? pages : []
  const groups: readonly (readonly [label: string, pages: readonly Link[]])[] = [
    ['', [['/settings/you', t('settingsYou')]]],
    [t('settingsTeam'), [['/settings/people', t('settingsPeople')], ['/settings/teams', t('settingsTeams')]]],
    [t('conversations'), [
      ['/settings/inboxes', t('settingsInboxes')], ...forAdmin(['/settings/channels', t('settingsChannels')]),
      ['/settings/canned', t('canned')], ['/settings/invitations', t('settingsInvitations')], ['/settings/rules', t('settingsRules')],
    ]],
    [t('goVisits'), [['/settings/locations', t('settingsLocations')], ['/settings/kiosks', t('settingsKiosks')], ['/settings/watchlist', t('settingsWatchlist')]]],
    [t('settingsBooking'), [...forAdmin(['/settings/spaces', t('settingsSpaces')], ['/settings/closures', t('closures')]), ['/settings/calendars', t('feeds')]]],
    [t('settingsData'), forAdmin(['/settings/person', t('settingsPerson')], ['/settings/tokens', t('settingsTokens')], ['/settings/status', t('settingsStatus')])],
  ]
  return (
    <div className="grid h-full min-h-0 grid-cols-1 grid-rows-[auto_minmax(0,1fr)] md:grid-cols-[220px_minmax(0,1fr)] md:grid-rows-1">
      <nav ref={nav} aria-label={t('goSettings')} className="flex shrink-0 gap-1 overflow-x-auto border-line p-2 max-md:border-b md:min-h-0 md:flex-col md:overflow-y-auto md:border-e md:p-3">
        <h2 className="px-2 pt-1 pb-2 text-16 font-semibold max-md:hidden">{t('goSettings')}</h2>
        {groups.map(([label, pages]) => pages.length > 0 && (
          <div key={label} role="group" aria-label={label || undefined} className="flex shrink-0 gap-1 md:flex-col">
            {label && <p aria-hidden className="px-2 pt-3 pb-0.5 text-12 text-muted max-md:hidden">{label}</p>}
            {pages.map(([to, name]) => (
              <RouteLink key={to} to={to ?? '/settings'} className="flex h-8 shrink-0 items-center rounded-control px-2 text-13 hover:bg-raised max-md:text-muted" activeProps={{ className: 'bg-raised !text-ink font-medium' }}>{name}</RouteLink>
            ))}
          </div>
        ))}
      </nav>
      <div className="min-h-0 overflow-y-auto bg-surface"><div className="mx-auto max-w-[720px] has-[[data-wide]]:max-w-[1180px] px-6 py-6 max-md:px-4">{!isAdmin && forAdmins.some((page) => pathname.startsWith(page)) ? <NotYours /> : <Outlet />}</div></div>
    </div>
  )
}
