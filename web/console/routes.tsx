import { createRootRoute, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router'
import { openTab } from './live/tab.ts'
import { InboxScreen } from './inbox/inbox-screen.tsx'
import { NothingOpen } from './inbox/nothing-open.tsx'
import { ThreadScreen } from './inbox/thread-screen.tsx'
import { reportSearch, type ReportSearch } from './reports/range.ts'
import { day, oneOf, text } from './search-params.ts'
import { ServerAway } from './shell/server-away.tsx'
import { readSearch, type SpacesSearch } from './spaces/search.ts'
import { Shell } from './shell/shell.tsx'
import { NotThere } from './shell/not-there.tsx'
import { screen } from './shell/part.tsx'

const root = createRootRoute({ component: Outlet, notFoundComponent: NotThere })

const door = createRoute({ getParentRoute: () => root, path: '/', component: screen(async () => import('./entrance/door.tsx'), 'Door') })
const next = (search: Record<string, unknown>): { next?: string; ended?: boolean } => ({
  ...(text(search['next'])?.match(/^\/(?![/\\])/) && { next: text(search['next']) as string }), ...(search['ended'] === true && { ended: true }),
})
const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', validateSearch: next, component: screen(async () => import('./entrance/sign-in.tsx'), 'SignIn') })
const welcome = createRoute({ getParentRoute: () => root, path: '/welcome/$secret', validateSearch: next, component: screen(async () => import('./entrance/welcome.tsx'), 'Welcome') })
const invited = createRoute({ getParentRoute: () => root, path: '/invited/$code', component: screen(async () => import('./invited/invited.tsx'), 'Invited') })

const inside = createRoute({
  getParentRoute: () => root, id: 'inside', component: Shell, errorComponent: ServerAway,
  beforeLoad: async ({ location }) => {
    const live = await openTab()
    if (!live) throw redirect({ to: '/sign-in', search: { next: location.href } })
    return { live }
  },
})

export const tabs = ['mine', 'unassigned', 'all'] as const
export const statuses = ['open', 'snoozed', 'closed'] as const
export interface InboxSearch { tab?: (typeof tabs)[number]; status?: (typeof statuses)[number]; inbox?: string | undefined; search?: string | undefined }
const inbox = createRoute({
  getParentRoute: () => inside, path: '/inbox', component: InboxScreen,
  validateSearch: (search: Record<string, unknown>): InboxSearch => {
    const [tab, status, of, words] = [oneOf(tabs, search['tab']), oneOf(statuses, search['status']), text(search['inbox']), text(search['search'])]
    return { ...(tab && { tab }), ...(status && { status }), ...(of && { inbox: of }), ...(words && { search: words }) }
  },
})
const noConversation = createRoute({ getParentRoute: () => inbox, path: '/', component: NothingOpen })
const conversation = createRoute({ getParentRoute: () => inbox, path: '$conversation', component: ThreadScreen })

const contacts = createRoute({ getParentRoute: () => inside, path: '/contacts', component: screen(async () => import('./contacts/contacts-screen.tsx'), 'ContactsScreen') })
const contact = createRoute({ getParentRoute: () => contacts, path: '$contact', component: screen(async () => import('./contacts/contact-card.tsx'), 'ContactCard') })

export interface VisitsSearch { location?: string | undefined; day?: string | undefined; search?: string | undefined; new?: true | undefined }
const visits = createRoute({
  getParentRoute: () => inside, path: '/visits', component: screen(async () => import('./visits/visits-screen.tsx'), 'VisitsScreen'),
  validateSearch: (search: Record<string, unknown>): VisitsSearch => {
    const [location, on, words] = [text(search['location']), day(search['day']), text(search['search'])]
    return { ...(location && { location }), ...(on && { day: on }), ...(words && { search: words }), ...(search['new'] === true && { new: true }) }
  },
})
const visit = createRoute({ getParentRoute: () => visits, path: '$visit', component: screen(async () => import('./visits/visit-panel.tsx'), 'VisitPanel') })
const visitImport = createRoute({ getParentRoute: () => inside, path: '/visits/import/$location', component: screen(async () => import('./visits/import/import-screen.tsx'), 'ImportScreen') })
const rollCall = createRoute({ getParentRoute: () => inside, path: '/visits/roll-call/$location', component: screen(async () => import('./visits/roll-call.tsx'), 'RollCall') })

const spaces = createRoute({ getParentRoute: () => inside, path: '/spaces', validateSearch: (search: Record<string, unknown>): SpacesSearch => readSearch(search), component: screen(async () => import('./spaces/spaces-screen.tsx'), 'SpacesScreen') })
const floor = createRoute({ getParentRoute: () => spaces, path: '/', component: screen(async () => import('./spaces/floor-screen.tsx'), 'FloorScreen') })
const mine = createRoute({ getParentRoute: () => spaces, path: 'mine', component: screen(async () => import('./spaces/mine-screen.tsx'), 'MineScreen') })
const whoIsIn = createRoute({ getParentRoute: () => spaces, path: 'people', component: screen(async () => import('./spaces/people-screen.tsx'), 'PeopleScreen') })
const atSpace = createRoute({ getParentRoute: () => inside, path: '/checkin/$code', component: screen(async () => import('./spaces/at-space.tsx'), 'AtSpaceScreen') })
const reports = createRoute({
  getParentRoute: () => inside, path: '/reports', component: screen(async () => import('./reports/reports-screen.tsx'), 'ReportsScreen'),
  validateSearch: (search: Record<string, unknown>): ReportSearch => reportSearch(search),
})

const operations = createRoute({ getParentRoute: () => inside, path: '/operations', component: screen(async () => import('./operations/operations-screen.tsx'), 'OperationsScreen') })
const onCall = createRoute({ getParentRoute: () => inside, path: '/operations/on-call', component: screen(async () => import('./operations/on-call-screen.tsx'), 'OnCallScreen') })

const tray = createRoute({ getParentRoute: () => inside, path: '/tray', component: screen(async () => import('./tray/tray-screen.tsx'), 'TrayScreen') })
const mail = createRoute({ getParentRoute: () => tray, path: '$delivery', component: screen(async () => import('./tray/mail.tsx'), 'Mail') })

const settings = createRoute({ getParentRoute: () => inside, path: '/settings', component: screen(async () => import('./settings/settings-screen.tsx'), 'SettingsScreen') })
const settingsStart = createRoute({ getParentRoute: () => settings, path: '/', beforeLoad: () => { throw redirect({ to: '/settings/you' }) } })
const you = createRoute({ getParentRoute: () => settings, path: 'you', component: screen(async () => import('./settings/you.tsx'), 'You') })
const inboxes = createRoute({ getParentRoute: () => settings, path: 'inboxes', component: screen(async () => import('./settings/inboxes.tsx'), 'Inboxes') })
const people = createRoute({ getParentRoute: () => settings, path: 'people', component: screen(async () => import('./settings/people.tsx'), 'People') })
const teams = createRoute({ getParentRoute: () => settings, path: 'teams', component: screen(async () => import('./settings/teams.tsx'), 'Teams') })
const canned = createRoute({ getParentRoute: () => settings, path: 'canned', component: screen(async () => import('./settings/canned.tsx'), 'CannedAnswers') })
const invitations = createRoute({ getParentRoute: () => settings, path: 'invitations', component: screen(async () => import('./settings/invitations.tsx'), 'Invitations') })
const locations = createRoute({ getParentRoute: () => settings, path: 'locations', component: screen(async () => import('./settings/locations.tsx'), 'Locations') })
const kiosks = createRoute({ getParentRoute: () => settings, path: 'kiosks', component: screen(async () => import('./settings/kiosks.tsx'), 'Kiosks') })
const setAside = createRoute({ getParentRoute: () => settings, path: 'set-aside', component: screen(async () => import('./settings/set-aside.tsx'), 'SetAside') })
const channels = createRoute({ getParentRoute: () => settings, path: 'channels', component: screen(async () => import('./settings/channels.tsx'), 'Channels') })
const watchlist = createRoute({ getParentRoute: () => settings, path: 'watchlist', component: screen(async () => import('./settings/watchlist.tsx'), 'Watchlist') })
const settingsSpaces = createRoute({ getParentRoute: () => settings, path: 'spaces', component: screen(async () => import('./settings/spaces/floors.tsx'), 'Floors') })
const settingsFloor = createRoute({ getParentRoute: () => settings, path: 'spaces/$floor', component: screen(async () => import('./settings/spaces/floor-editor.tsx'), 'FloorEditor') })
const closures = createRoute({ getParentRoute: () => settings, path: 'closures', component: screen(async () => import('./settings/spaces/closures.tsx'), 'Closures') })
const calendars = createRoute({ getParentRoute: () => settings, path: 'calendars', component: screen(async () => import('./settings/calendars.tsx'), 'Calendars') })
const person = createRoute({ getParentRoute: () => settings, path: 'person', component: screen(async () => import('./settings/person.tsx'), 'OnePerson') })
export interface RulesSearch { rule?: string | undefined }
const rules = createRoute({
  getParentRoute: () => settings, path: 'rules', component: screen(async () => import('./settings/rules/rules.tsx'), 'Rules'),
  validateSearch: (search: Record<string, unknown>): RulesSearch => ({ ...(text(search['rule']) && { rule: text(search['rule']) }) }),
})
const statusPage = createRoute({ getParentRoute: () => settings, path: 'status', component: screen(async () => import('./status/status-page.tsx'), 'StatusSettings') })
const tokens = createRoute({ getParentRoute: () => settings, path: 'tokens', component: screen(async () => import('./settings/tokens.tsx'), 'Tokens') })

export const router = createRouter({
  routeTree: root.addChildren([
    door, signIn, welcome, invited,
    inside.addChildren([
      inbox.addChildren([noConversation, conversation]), visits.addChildren([visit]), rollCall, visitImport, spaces.addChildren([floor, mine, whoIsIn]), atSpace, contacts.addChildren([contact]), reports, operations, onCall, tray.addChildren([mail]),
      settings.addChildren([settingsStart, you, inboxes, people, teams, canned, invitations, locations, settingsSpaces, settingsFloor, closures, calendars, kiosks, setAside, watchlist, channels, rules, person, tokens, statusPage]),
    ]),
  ]),
  defaultErrorComponent: ServerAway, defaultPreload: 'intent', defaultPendingMs: 150, scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register { router: typeof router }
}
