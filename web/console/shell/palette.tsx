import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Command } from 'cmdk'
import { Dialog } from 'radix-ui'
import { AlarmClock, ArrowRight, BookUser, CalendarCheck, Check, CircleHelp, LayoutGrid, ListChecks, LogOut, MessageSquare, Moon, PenLine, RotateCcw, Tag, UserRound, UserRoundPlus, Users, UsersRound } from 'lucide-react'
import { useDeferredValue, useState, type ReactNode } from 'react'
import { listContacts } from '#contract/contacts.ts'
import { listConversations } from '#contract/conversations.ts'
import { listVisits } from '#contract/visits.ts'
import { Avatar } from '#web/ui/avatar.tsx'
import { Keys } from '#web/ui/keys.tsx'
import { focusComposer } from '../inbox/composer-focus.ts'
import { prefer, preferences } from '../kept/preferences.ts'
import { useLive } from '../live/live-context.ts'
import { ask, useLocations, usePeople, useSpaces } from '../live/queries.ts'
import { isOperator } from '../live/session.ts'
import { useStore } from '../live/store.ts'
import { useVerbs } from '../live/verbs.ts'
import { lastLocation } from '../live/visits.ts'
import { brief } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { keyGroups } from './keys.ts'
import { paletteRow } from './palette-row.ts'
import { useSignOut } from './use-sign-out.ts'

const shown = 6

/** Every page, person, conversation, contact and action, from the keyboard. */
export function Palette({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  const { lodge, rows, session, presence, visits } = useLive()
  const isAdmin = session.user.role === 'admin'
  const verbs = useVerbs()
  const navigate = useNavigate()
  const signOut = useSignOut()
  const now = useNow()
  const { conversation: open } = useParams({ strict: false })
  const { users } = usePeople()
  const locations = useLocations()
  const allSpaces = useSpaces()
  const here = useStore(presence)
  const { rows: all } = useStore(rows.store)
  const [words, setWords] = useState('')
  const search = words.trim()
  const asked = useDeferredValue(search)
  const row = open ? all.get(open) : undefined

  const { data: found } = useQuery({
    queryKey: ['palette', asked], enabled: asked.length > 1, staleTime: 10_000, placeholderData: (before) => before,
    queryFn: async () => {
      const query = { search: asked, limit: shown }
      const [conversations, contacts, visitors] = await Promise.all([ask(lodge.call, listConversations, { query }), ask(lodge.call, listContacts, { query }), ask(lodge.call, listVisits, { query })])
      visits.absorb(visitors.visits)
      rows.absorb({ conversations: conversations.conversations, marks: conversations.marks })
      return { conversations: conversations.conversations.map((c) => c.id), contacts: contacts.contacts, visitors: visitors.visits }
    },
  })
  const lower = search.toLocaleLowerCase()
  const local = [...all.values()].filter((c) => search && (c.contactName.toLocaleLowerCase().includes(lower) || c.lastText.toLocaleLowerCase().includes(lower)))
  const recent = [...all.values()].filter((c) => c.assignee === session.user.id && c.status === 'open')
  const ids = new Set([...(search ? local : recent).toSorted((a, b) => b.lastAt.localeCompare(a.lastAt)).map((c) => c.id), ...(search ? found?.conversations ?? [] : [])])
  const conversations = [...ids].slice(0, shown).flatMap((id) => all.get(id) ?? [])

  const then = (run: () => void) => (): void => {
    onClose()
    // The palette gives the focus back first; what it starts may want it.
    setTimeout(run)
  }
  const goRollCall = (): void => {
    const location = lastLocation() ?? locations[0]?.id
    void (location ? navigate({ to: '/visits/roll-call/$location', params: { location } }) : navigate({ to: '/visits' }))
  }
  const press = (keys: string) => (): void => keyGroups.get().flatMap((g) => g.bindings).find((b) => b.keys === keys)?.run()
  const fits = (label: string): boolean => lower.split(/\s+/).every((word) => label.toLocaleLowerCase().includes(word))
  const item = (icon: ReactNode, label: string, run: () => void, keys?: string) => fits(label) && (
    <Command.Item key={label} value={label} className={paletteRow} onSelect={then(run)}><span className="text-muted">{icon}</span><span className="flex-1 truncate">{label}</span>{keys && <Keys of={keys} />}</Command.Item>
  )
  const dark = preferences.get().theme === 'dark'
  const here_ = row && [
    item(<PenLine size={16} />, t('keyReply'), () => focusComposer('reply'), 'R'),
    item(<PenLine size={16} />, t('keyNote'), () => focusComposer('note'), 'N'),
    row.status === 'open' ? item(<Check size={16} />, t('close'), () => verbs.close(row.id), 'E') : item(<RotateCcw size={16} />, t('reopen'), () => verbs.reopen(row.id), 'E'),
    item(<UserRoundPlus size={16} />, t('assign'), press('A'), 'A'),
    row.assignee !== session.user.id && item(<UserRoundPlus size={16} />, t('assignMe'), press('Shift+A'), 'Shift+A'),
    row.status === 'open' && item(<AlarmClock size={16} />, t('snooze'), press('H'), 'H'),
    item(<Tag size={16} />, t('label'), press('L'), 'L'),
  ].filter(Boolean)
  // What can be done with the visit that is chosen, as its page says.
  const visitKeys = new Set(['I', 'O'])
  const ofVisit = keyGroups.get().filter((g) => g.title === t('keysVisits')).flatMap((g) => g.bindings).filter((b) => visitKeys.has(b.keys) && b.label)
    .map((b) => item(<BookUser size={16} />, b.label ?? '', press(b.keys), b.keys)).filter(Boolean)
  const pages = [
    item(<ArrowRight size={16} />, t('goInbox'), () => void navigate({ to: '/inbox' }), 'G I'),
    item(<ArrowRight size={16} />, t('goVisits'), () => void navigate({ to: '/visits' }), 'G V'),
    item(<UserRoundPlus size={16} />, t('visitNew'), () => void navigate({ to: '/visits', search: { new: true } })),
    item(<ListChecks size={16} />, t('rollCall'), goRollCall),
    item(<ArrowRight size={16} />, t('goSpaces'), () => void navigate({ to: '/spaces' }), 'G S'),
    item(<CalendarCheck size={16} />, t('spacesMine'), () => void navigate({ to: '/spaces/mine' })),
    item(<UsersRound size={16} />, t('spacesPeople'), () => void navigate({ to: '/spaces/people' })),
    item(<ArrowRight size={16} />, t('goContacts'), () => void navigate({ to: '/contacts' }), 'G C'),
    item(<ArrowRight size={16} />, t('goReports'), () => void navigate({ to: '/reports' }), 'G R'),
    isAdmin && item(<ArrowRight size={16} />, t('goTray'), () => void navigate({ to: '/tray' }), 'G T'),
    isOperator(session) && item(<ArrowRight size={16} />, t('goOperations'), () => void navigate({ to: '/operations' }), 'G O'),
    item(<ArrowRight size={16} />, t('goDoor'), () => void navigate({ to: '/' }), 'G H'),
    item(<ArrowRight size={16} />, t('goSettings'), () => void navigate({ to: '/settings' }), 'G E'),
    ...(search ? [
      item(<ArrowRight size={16} />, t('settingsYou'), () => void navigate({ to: '/settings/you' })),
      item(<ArrowRight size={16} />, t('settingsInboxes'), () => void navigate({ to: '/settings/inboxes' })),
      item(<ArrowRight size={16} />, t('settingsPeople'), () => void navigate({ to: '/settings/people' })),
      item(<ArrowRight size={16} />, t('settingsTeams'), () => void navigate({ to: '/settings/teams' })),
      item(<ArrowRight size={16} />, t('canned'), () => void navigate({ to: '/settings/canned' })),
      item(<ArrowRight size={16} />, t('settingsInvitations'), () => void navigate({ to: '/settings/invitations' })),
      item(<ArrowRight size={16} />, t('settingsLocations'), () => void navigate({ to: '/settings/locations' })),
      isAdmin && item(<ArrowRight size={16} />, t('settingsSpaces'), () => void navigate({ to: '/settings/spaces' })),
      isAdmin && item(<ArrowRight size={16} />, t('closures'), () => void navigate({ to: '/settings/closures' })),
      item(<ArrowRight size={16} />, t('feeds'), () => void navigate({ to: '/settings/calendars' })),
      item(<ArrowRight size={16} />, t('settingsKiosks'), () => void navigate({ to: '/settings/kiosks' })),
      item(<ArrowRight size={16} />, t('settingsWatchlist'), () => void navigate({ to: '/settings/watchlist' })),
      isAdmin && item(<ArrowRight size={16} />, t('settingsChannels'), () => void navigate({ to: '/settings/channels' })),
      item(<ArrowRight size={16} />, t('settingsRules'), () => void navigate({ to: '/settings/rules' })),
      item(<ArrowRight size={16} />, t('setAside'), () => void navigate({ to: '/settings/set-aside' })),
      isAdmin && item(<ArrowRight size={16} />, t('settingsPerson'), () => void navigate({ to: '/settings/person' })),
      isAdmin && item(<ArrowRight size={16} />, t('settingsTokens'), () => void navigate({ to: '/settings/tokens' })),
      isAdmin && item(<ArrowRight size={16} />, t('settingsStatus'), () => void navigate({ to: '/settings/status' })),
      isOperator(session) && item(<ArrowRight size={16} />, t('opsOnCall'), () => void navigate({ to: '/operations/on-call' })),
      item(<LogOut size={16} />, t('signOut'), () => void signOut()),
    ] : []),
    item(<Moon size={16} />, dark ? t('themeToLight') : t('themeToDark'), () => prefer({ theme: dark ? 'light' : 'dark' })),
    item(<CircleHelp size={16} />, t('keysShow'), onKeys, '?'),
  ].filter(Boolean)
  const people = search ? users.filter((u) => u.active && fits(u.name)).slice(0, shown) : []
  const contacts = search ? found?.contacts ?? [] : []
  const spaces = search ? allSpaces.filter((s) => s.active && fits(s.name)).slice(0, shown) : []
  const visitors = search ? found?.visitors ?? [] : []

  return (
    <Dialog.Root open onOpenChange={(now_) => { if (!now_) onClose() }}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-[rgb(20_17_15/0.2)]" />
        <Dialog.Content aria-describedby={undefined} className="rise fixed top-[14vh] left-1/2 z-50 w-[min(600px,calc(100vw-24px))] -translate-x-1/2 overflow-hidden rounded-sheet border border-line bg-surface shadow-[0_24px_64px_-16px_rgb(0_0_0/0.35)]">
          <Dialog.Title className="sr-only">{t('paletteOpen')}</Dialog.Title>
          <Command label={t('paletteOpen')} shouldFilter={false} loop>
            {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
            <Command.Input autoFocus value={words} onValueChange={setWords} dir="auto" placeholder={t('palettePlaceholder')} className="h-12 w-full border-b border-line bg-transparent px-4 text-16 outline-none" />
            <Command.List className="max-h-[min(420px,60vh)] overflow-y-auto p-1.5">
              <Command.Empty className="px-3 py-6 text-center text-13 text-muted">{t('searchEmpty')}</Command.Empty>
              {ofVisit.length > 0 && <Group title={t('visitPanel')}>{ofVisit}</Group>}
              {here_ && here_.length > 0 && <Group title={row.contactName}>{here_}</Group>}
              {conversations.length > 0 && (
                <Group title={search ? t('conversations') : t('tabMine')}>
                  {conversations.map((c) => (
                    <Command.Item key={c.id} value={c.id} className={paletteRow} onSelect={then(() => void navigate({ to: '/inbox/$conversation', params: { conversation: c.id } }))}>
                      <MessageSquare aria-hidden size={16} className="shrink-0 text-muted" /><bdi className="shrink-0">{c.contactName}</bdi><bdi className="min-w-0 flex-1 truncate text-muted">{c.lastText}</bdi><span className="figures text-12 text-muted">{brief(c.lastAt, now)}</span>
                    </Command.Item>
                  ))}
                </Group>
              )}
              {contacts.length > 0 && <Group title={t('goContacts')}>{contacts.map((c) => <Command.Item key={c.id} value={c.id} className={paletteRow} onSelect={then(() => void navigate({ to: '/contacts/$contact', params: { contact: c.id } }))}><UserRound aria-hidden size={16} className="text-muted" /><bdi className="truncate">{c.name}</bdi><bdi className="truncate text-muted">{c.email}</bdi></Command.Item>)}</Group>}
              {visitors.length > 0 && <Group title={t('goVisits')}>{visitors.map((v) => <Command.Item key={v.id} value={v.id} className={paletteRow} onSelect={then(() => void navigate({ to: '/visits/$visit', params: { visit: v.id }, search: { location: v.location } }))}><BookUser aria-hidden size={16} className="shrink-0 text-muted" /><bdi className="truncate">{v.name}</bdi><bdi className="min-w-0 flex-1 truncate text-muted">{v.company}</bdi><span className="text-12 text-muted">{t(`status_${v.status}`)}</span></Command.Item>)}</Group>}
              {spaces.length > 0 && <Group title={t('goSpaces')}>{spaces.map((s) => <Command.Item key={s.id} value={s.id} className={paletteRow} onSelect={then(() => void navigate({ to: '/spaces', search: { location: s.location, floor: s.floor, space: s.id } }))}><LayoutGrid aria-hidden size={16} className="shrink-0 text-muted" /><bdi className="truncate">{s.name}</bdi><span className="text-12 text-muted">{t(`kind_${s.kind}`)}</span></Command.Item>)}</Group>}
              {people.length > 0 && (
                <Group title={t('settingsPeople')}>
                  {people.map((u) => (
                    <Command.Item key={u.id} value={u.id} className={paletteRow} onSelect={then(() => row ? verbs.assign(row.id, { assignee: u.id }) : void navigate({ to: '/settings/people' }))}>
                      {row ? <Users aria-hidden size={16} className="text-muted" /> : null}<Avatar name={u.name} size="sm" presence={here[u.id]} /><bdi className="truncate">{row ? t('assignNamed', { who: u.name }) : u.name}</bdi>
                    </Command.Item>
                  ))}
                </Group>
              )}
              {pages.length > 0 && <Group title={t('paletteGo')}>{pages}</Group>}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

const Group = ({ title, children }: { title: string; children: ReactNode }) => <Command.Group heading={title} className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-muted">{children}</Command.Group>
