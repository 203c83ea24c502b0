import { QueryClientProvider } from '@tanstack/react-query'
import { getRouteApi, Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useState } from 'react'
import { useArrivals } from '../live/arrivals.ts'
import { useMentions } from '../live/mentions.ts'
import { useAttention } from '../live/attention.ts'
import { LiveContext } from '../live/live-context.ts'
import { isOperator } from '../live/session.ts'
import { useStore } from '../live/store.ts'
import { closeTab } from '../live/tab.ts'
import { keepUpToDate } from '../live/upkeep.ts'
import { StatusBanners } from '../status/banner.tsx'
import { t } from '../words.ts'
import { Foot } from './foot.tsx'
import { listenToKeys, useKeys } from './keys.ts'
import { Notices } from './notice-list.tsx'
import { part } from './part.tsx'
import { Rail } from './rail.tsx'

const Palette = part(async () => (await import('./palette.tsx')).Palette)
const KeySheet = part(async () => (await import('./key-sheet.tsx')).KeySheet)
const route = getRouteApi('/inside')

/** What is opened out of a list and leads back to it: on a phone it has the whole screen. */
const withWayBack = /^\/(?:inbox|visits|contacts|tray)\/./

export function Shell() {
  const { live } = route.useRouteContext()
  return (
    <QueryClientProvider client={live.queries}>
      <LiveContext value={live}><Frame /></LiveContext>
    </QueryClientProvider>
  )
}

function Frame() {
  const { live } = route.useRouteContext()
  const navigate = useNavigate()
  const [sheet, setSheet] = useState<'palette' | 'keys'>()
  const { state, code } = useStore(live.status)
  const here = useRouterState({ select: (s) => s.location.href })
  const hasWayBack = useRouterState({ select: (s) => withWayBack.test(s.location.pathname) })

  useEffect(listenToKeys, [])
  useEffect(() => keepUpToDate(live), [live])
  useEffect(() => {
    const idle = setTimeout(Palette.ahead, 4000)
    return () => clearTimeout(idle)
  }, [])
  useAttention()
  useArrivals()
  useMentions()
  const end = useEffectEvent(() => {
    closeTab()
    void navigate({ to: '/sign-in', search: { next: here, ended: true } })
  })
  // With 4500 the session is good and the client is old: the tab reloads.
  useEffect(() => { if (state === 'ended' && code !== 4500) end() }, [state, code])

  useKeys(t('keysEverywhere'), [
    { keys: 'Mod+K', label: t('paletteOpen'), run: () => setSheet((s) => s === 'palette' ? undefined : 'palette') },
    { keys: '?, Shift+?', label: t('keysShow'), run: () => setSheet('keys') },
    { keys: 'G I', label: t('goInbox'), run: () => void navigate({ to: '/inbox' }) },
    { keys: 'G V', label: t('goVisits'), run: () => void navigate({ to: '/visits' }) },
    { keys: 'G C', label: t('goContacts'), run: () => void navigate({ to: '/contacts' }) },
    { keys: 'G R', label: t('goReports'), run: () => void navigate({ to: '/reports' }) },
    { keys: 'G T', label: t('goTray'), run: () => void navigate({ to: '/tray' }) },
    { keys: 'G S', label: t('goSpaces'), run: () => void navigate({ to: '/spaces' }) },
    ...(isOperator(live.session) ? [{ keys: 'G O', label: t('goOperations'), run: () => void navigate({ to: '/operations' }) }] : []),
    { keys: 'G E', label: t('goSettings'), run: () => void navigate({ to: '/settings' }) },
    { keys: 'G H', label: t('goDoor'), run: () => void navigate({ to: '/' }) },
  ])

  return (
    <div className="grid h-dvh grid-cols-1 grid-rows-[minmax(0,1fr)_auto] md:grid-cols-[56px_minmax(0,1fr)]">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-control focus:bg-accent focus:px-3 focus:py-2 focus:text-on-accent">{t('skipToMain')}</a>
      <Rail className={hasWayBack ? 'max-md:hidden' : ''} />
      <main id="main" className="row-start-1 flex min-h-0 min-w-0 flex-col md:col-start-2" tabIndex={-1}>
        <h1 className="sr-only">{live.session.account.name}</h1>
        <StatusBanners />
        <div className="min-h-0 flex-1"><Outlet /></div>
      </main>
      <Foot onPalette={() => setSheet('palette')} />
      <Notices />
      {sheet === 'palette' && <Palette onClose={() => setSheet(undefined)} onKeys={() => setSheet('keys')} />}
      {sheet === 'keys' && <KeySheet onClose={() => setSheet(undefined)} />}
    </div>
  )
}
