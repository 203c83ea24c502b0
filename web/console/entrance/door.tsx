import { useNavigate } from '@tanstack/react-router'
import { Activity, ArrowRight, BookOpen, BookUser, ChartNoAxesColumn, Flame, Inbox, LayoutGrid, MailCheck, MessageCircle, PanelsTopLeft, Radio, Settings, Smartphone, TabletSmartphone, UsersRound, Zap } from 'lucide-react'
import { useEffect, useState, type MouseEvent } from 'react'
import { getAbout, type About } from '#contract/about.ts'
import { callPublic } from '../live/session.ts'
import { t } from '../words.ts'
import { demoKiosk } from './demo-kiosk.ts'
import { demoPanel } from './demo-panel.ts'
import lantern from '../lantern.svg'

/** The window is opened in the click itself, or the browser would take it for an advertisement. */
const openPaired = (addressOf: () => Promise<string>) => (event: MouseEvent): void => {
  event.preventDefault()
  const opened = window.open('about:blank')
  void addressOf().then((address) => { if (opened) opened.location = address; else location.assign(address) })
}

/** Devices of the demo, paired by the click. */
const paired = { '/kiosk': demoKiosk, '/panel': demoPanel } as const

/** The drills are for the machine on which the demo runs. */
const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname)

/** In a demo: a door to every screen there is. Elsewhere the way leads straight on. */
export function Door() {
  const navigate = useNavigate()
  const [about, setAbout] = useState<About>()
  useEffect(() => {
    void callPublic(getAbout, {}).then((outcome) => {
      if (outcome.ok && outcome.value.demo) setAbout(outcome.value)
      else void navigate({ to: '/inbox', replace: true })
    })
  }, [navigate])
  if (!about) return <main aria-busy className="h-dvh" />

  const doors = [
    ['/guest', MessageCircle, t('doorGuest'), t('doorGuestText'), true],
    ['/inbox', Inbox, t('doorInbox'), t('doorInboxText'), false],
    ['/visits', BookUser, t('goVisits'), t('doorVisitsText'), false],
    ['/kiosk', TabletSmartphone, t('doorKiosk'), t('doorKioskText'), true],
    ['/phone', Smartphone, t('doorPhone'), t('doorPhoneText'), true],
    ['/spaces', LayoutGrid, t('goSpaces'), t('doorSpacesText'), false],
    ['/panel', PanelsTopLeft, t('doorPanel'), t('doorPanelText'), true],
    ['/contacts', UsersRound, t('goContacts'), t('doorContactsText'), false],
    ['/reports', ChartNoAxesColumn, t('goReports'), t('doorReportsText'), false],
    ['/operations', Activity, t('goOperations'), t('doorOperationsText'), false],
    ...(about.statusPage ? [[about.statusPage, Radio, t('settingsStatus'), t('doorStatusText'), true] as const] : []),
    ...(about.drills && isHere ? [['/drills', Flame, t('doorDrills'), t('doorDrillsText'), true] as const] : []),
    ['/tray', MailCheck, t('goTray'), t('doorTrayText'), false],
    ['/settings', Settings, t('goSettings'), t('doorSettingsText'), false],
    ['/settings/rules', Zap, t('settingsRules'), t('doorRulesText'), false],
    ['/api', BookOpen, t('doorApi'), t('doorApiText'), true],
  ] as const
  return (
    <main className="mx-auto flex min-h-dvh max-w-[880px] flex-col justify-center px-6 py-12">
      <img src={lantern} alt="" className="mb-6 size-12" />
      <h1 className="text-28 font-semibold tracking-tight">{t('doorTitle', { name: about.name })}</h1>
      <p className="mt-2 max-w-[560px] text-16 text-muted">{t('doorText')}</p>
      <ul className="mt-8 grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {doors.map(([href, Icon, title, text, isApart]) => (
          <li key={href}>
            <a href={href} {...(isApart && { target: '_blank', rel: 'noopener' })} {...(href in paired && { onClick: openPaired(paired[href as keyof typeof paired]) })} className="group flex h-full flex-col gap-1 rounded-card border border-line bg-surface p-4 transition-colors duration-100 hover:border-accent-ink">
              <span className="flex items-center gap-2"><Icon aria-hidden size={18} className="text-accent-ink" /><span className="flex-1 font-medium">{title}</span><ArrowRight aria-hidden size={16} className="text-muted opacity-0 transition-opacity group-hover:opacity-100 group-focus-visible:opacity-100 rtl:rotate-180" /></span>
              <span className="text-13 text-muted">{text}</span>
            </a>
          </li>
        ))}
      </ul>
      <p className="mt-8 text-12 text-muted">{t('doorFoot', { version: about.version })}</p>
    </main>
  )
}
