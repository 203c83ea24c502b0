/** The lists behind names, menus and settings. The topic `settings` says which of them to read again. */
import { QueryClient, queryOptions, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { getAbout } from '#contract/about.ts'
import { listBookings, listClosures, listFeeds } from '#contract/bookings.ts'
import { getContact } from '#contract/contacts.ts'
import { listChannels } from '#contract/channels.ts'
import { listConversations } from '#contract/conversations.ts'
import type { Endpoint } from '#contract/endpoint.ts'
import { listCanned, listInboxes, listInvitations, type Canned, type Inbox, type Invitation } from '#contract/inboxes.ts'
import { listKiosks, listQuarantine } from '#contract/kiosks.ts'
import { listRules, type Rule } from '#contract/rules.ts'
import { listWatched } from '#contract/watchlist.ts'
import { listPeople, type Team, type User } from '#contract/people.ts'
import { listHosts, listLocations, listVisitorTypes, type Host, type Location, type VisitorType } from '#contract/places.ts'
import { getFloorPlan, listFloors, listSpaces, type Floor, type Space } from '#contract/spaces.ts'
import { listVisitLog } from '#contract/visits.ts'
import type { Call, Input } from '#client/call.ts'
import { useLive } from './live-context.ts'

/** A refused read, with the code of the catalogue. */
export class Failed extends Error {
  override readonly name = 'Failed'
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export const newQueries = (): QueryClient => new QueryClient({
  defaultOptions: {
    // A refusal stays a refusal; what could not be reached is tried again, and read again as soon as the socket is back.
    queries: { staleTime: 60_000, gcTime: Infinity, networkMode: 'always', refetchOnWindowFocus: false, retry: (count, error) => error instanceof Failed && error.code === 'unreachable' && count < 2 },
    mutations: { networkMode: 'always' },
  },
})

export async function ask<P, Q, B, R, C extends string>(call: Call, endpoint: Endpoint<P, Q, B, R, C>, input: Input<NoInfer<P>, NoInfer<Q>, NoInfer<B>>): Promise<R> {
  const outcome = await call(endpoint, input)
  if (outcome.ok) return outcome.value
  throw new Failed(outcome.code, outcome.message)
}

/** Reads again what is shown. A first reading that is under way may be from before what happened, and is not begun anew: it is waited for, and followed by another. */
export async function readAgain(queries: QueryClient, queryKey: readonly string[]): Promise<void> {
  const isFirst = queries.getQueryCache().findAll({ queryKey, type: 'active', fetchStatus: 'fetching', predicate: ({ state }) => state.data === undefined }).length > 0
  await queries.invalidateQueries({ queryKey })
  if (isFirst) await queries.invalidateQueries({ queryKey })
}

export const aboutQuery = (call: Call) => queryOptions({ queryKey: ['about'], queryFn: async () => ask(call, getAbout, {}) })
export const peopleQuery = (call: Call) => queryOptions({ queryKey: ['people'], queryFn: async () => ask(call, listPeople, {}), staleTime: Infinity })
export const inboxesQuery = (call: Call) => queryOptions({ queryKey: ['inboxes'], queryFn: async () => (await ask(call, listInboxes, {})).inboxes, staleTime: Infinity })
export const cannedQuery = (call: Call) => queryOptions({ queryKey: ['canned'], queryFn: async () => (await ask(call, listCanned, {})).canned, staleTime: Infinity })
export const invitationsQuery = (call: Call) => queryOptions({ queryKey: ['invitations'], queryFn: async () => (await ask(call, listInvitations, {})).invitations, staleTime: Infinity })
export const contactQuery = (call: Call, contact: string) => queryOptions({ queryKey: ['contact', contact], queryFn: async () => ask(call, getContact, { params: { contact } }) })
export const conversationsOfQuery = (call: Call, contact: string) => queryOptions({ queryKey: ['conversations-of', contact], queryFn: async () => (await ask(call, listConversations, { query: { contact, limit: 50 } })).conversations })
export const locationsQuery = (call: Call) => queryOptions({ queryKey: ['locations'], queryFn: async () => (await ask(call, listLocations, {})).locations, staleTime: Infinity })
export const visitorTypesQuery = (call: Call) =>
  queryOptions({ queryKey: ['visitor-types'], queryFn: async () => (await ask(call, listVisitorTypes, {})).visitorTypes, staleTime: Infinity })
export const hostsQuery = (call: Call) => queryOptions({ queryKey: ['hosts'], queryFn: async () => (await ask(call, listHosts, {})).hosts, staleTime: Infinity })
export const visitLogQuery = (call: Call, visit: string) => queryOptions({ queryKey: ['visit-log', visit], queryFn: async () => (await ask(call, listVisitLog, { params: { visit } })).entries })
/** How a kiosk is changes without any entry: read again while somebody looks. */
const kiosksEveryMs = 10_000
export const kiosksQuery = (call: Call) =>
  queryOptions({ queryKey: ['kiosks'], queryFn: async () => (await ask(call, listKiosks, {})).kiosks, refetchInterval: kiosksEveryMs })
export const quarantineQuery = (call: Call) => queryOptions({ queryKey: ['quarantine'], queryFn: async () => (await ask(call, listQuarantine, {})).operations })
/** How the lines are changes without any entry, too. */
export const channelsQuery = (call: Call) => queryOptions({ queryKey: ['channels'], queryFn: async () => (await ask(call, listChannels, {})).channels, refetchInterval: 3_000 })
export const watchlistQuery = (call: Call) => queryOptions({ queryKey: ['watchlist'], queryFn: async () => (await ask(call, listWatched, {})).watched, staleTime: Infinity })
export const floorsQuery = (call: Call) => queryOptions({ queryKey: ['floors'], queryFn: async () => (await ask(call, listFloors, {})).floors, staleTime: Infinity })
/** Those that are in use no longer are needed where they are set up. */
export const spacesQuery = (call: Call) => queryOptions({ queryKey: ['spaces'], queryFn: async () => (await ask(call, listSpaces, { query: { inactive: true } })).spaces, staleTime: Infinity })
export const planQuery = (call: Call, floor: string, version: string) => queryOptions({
  queryKey: ['plan', floor, version], staleTime: Infinity,
  queryFn: async () => {
    const { mediaType, base64 } = await ask(call, getFloorPlan, { params: { floor } })
    return `data:${mediaType};base64,${base64}`
  },
})
export const closuresQuery = (call: Call) => queryOptions({ queryKey: ['closures'], queryFn: async () => (await ask(call, listClosures, {})).closures })
export const feedsQuery = (call: Call) => queryOptions({ queryKey: ['feeds'], queryFn: async () => (await ask(call, listFeeds, {})).feeds })
/** One's own, from a day on; those too that were taken away. */
export const myBookingsQuery = (call: Call, user: string, from: string) =>
  queryOptions({ queryKey: ['bookings', user, from], queryFn: async () => (await ask(call, listBookings, { query: { user, from, cancelled: true, limit: 200 } })).bookings })
/** What a booking or a closure that is made, changed or ended may make untrue. */
export const readBookings = async (queries: QueryClient): Promise<void> => {
  await Promise.all(['availability', 'bookings', 'booking', 'present', 'closures', 'at-space'].map(async (name) => readAgain(queries, [name])))
}
/** When rules last ran changes without any entry. */
export const rulesQuery = (call: Call) => queryOptions({ queryKey: ['rules'], queryFn: async () => (await ask(call, listRules, {})).rules })

/** Kept on the shelf, so that names stand beside what was kept. */
export const keptQueries: readonly string[] = ['people', 'inboxes', 'canned', 'locations', 'visitor-types', 'hosts', 'floors', 'spaces']
/** By `what` of an entry `settings.changed`. */
export const queriesOf: Readonly<Record<string, readonly string[]>> = {
  inboxes: ['inboxes'], people: ['people', 'hosts'], teams: ['people'], canned: ['canned'], invitations: ['invitations'],
  places: ['locations', 'visitor-types', 'hosts'], kiosks: ['kiosks', 'quarantine'], watchlist: ['watchlist'], channels: ['channels'], rules: ['rules'],
  spaces: ['floors', 'spaces', 'closures', 'availability'],
}

const none: readonly never[] = []
export function usePeople(): { users: readonly User[]; teams: readonly Team[] } {
  const { data } = useQuery(peopleQuery(useLive().lodge.call))
  return data ?? { users: none, teams: none }
}
export const useInboxes = (): readonly Inbox[] => useQuery(inboxesQuery(useLive().lodge.call)).data ?? none
export const useCanned = (): readonly Canned[] => useQuery(cannedQuery(useLive().lodge.call)).data ?? none
export const useInvitations = (): UseQueryResult<Invitation[]> => useQuery(invitationsQuery(useLive().lodge.call))
export const useLocations = (): readonly Location[] => useQuery(locationsQuery(useLive().lodge.call)).data ?? none
export const useVisitorTypes = (): readonly VisitorType[] => useQuery(visitorTypesQuery(useLive().lodge.call)).data ?? none
export const useHosts = (): readonly Host[] => useQuery(hostsQuery(useLive().lodge.call)).data ?? none
export const useFloors = (): readonly Floor[] => useQuery(floorsQuery(useLive().lodge.call)).data ?? none
export const useSpaces = (): readonly Space[] => useQuery(spacesQuery(useLive().lodge.call)).data ?? none
export const useRules = (): readonly Rule[] => useQuery(rulesQuery(useLive().lodge.call)).data ?? none
/** No mail server is set: what is sent by mail is kept and does not leave. False until that is known. */
export const useMailStays = (): boolean => useQuery(aboutQuery(useLive().lodge.call)).data?.mail === false
