/** What people depend on, in the groups in which they think of it. A house that has just been opened begins with these. */
import type { Affected, Level, StatusComponent, StatusPage } from '#contract/status.ts'
import { levels } from '#contract/status.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Put, State } from './book.ts'

export const firstPage: StatusPage = { name: 'Lodge', url: null, auto: false, cleanMinutes: 10 }
export const pageOf = (state: State): StatusPage => state.page.get('page') ?? firstPage

const first: readonly (readonly [group: string, ...components: readonly (readonly [id: string, name: string])[]])[] = [
  ['Conversations', ['messenger', 'Messenger on web sites'], ['inbox', 'Inbox and replies'], ['sms', 'SMS'], ['rules', 'Rules and automations']],
  ['Visitors', ['kiosk', 'Kiosk'], ['visits', 'Visits and invitations']],
  ['Workplace', ['bookings', 'Bookings of desks and rooms'], ['panels', 'Room panels']],
  ['Administration', ['sign-in', 'Signing in'], ['api', 'API'], ['reports', 'Reports']],
]
export const firstComponents: readonly StatusComponent[] = [
  ...first.flatMap(([group, ...members]) => members.map(([id, name]) => ({ id, name, group, text: '', upstream: null, watched: id !== 'sms' && id !== 'kiosk', retired: false }))),
  { id: 'mail-provider', name: 'E-mail', group: 'Providers', text: '', upstream: { provider: 'Mail server', page: null }, watched: false, retired: false },
  { id: 'sms-provider', name: 'Mobile network', group: 'Providers', text: '', upstream: { provider: 'SMS carrier', page: null }, watched: false, retired: false },
].map((component, place) => ({ ...component, place }))

/** Nothing was ever said of components: those of a Lodge. */
export const componentsOf = (state: State): readonly StatusComponent[] =>
  (state.component.size > 0 ? [...state.component.values()] : [...firstComponents]).toSorted((a, b) => a.place - b.place || (a.id < b.id ? -1 : 1))

/** The first change that names a component makes all of them lasting. */
export const settled = (state: State): readonly Put[] => state.component.size > 0 ? [] : firstComponents.map((value) => ({ kind: 'component', id: value.id, value }))

/** @throws Refusal when one is not known */
export function refuseUnknown(state: State, ids: readonly string[]): void {
  const all = componentsOf(state), known = new Set(all.map((c) => c.id))
  const wrong = ids.filter((id) => !known.has(id))
  if (wrong.length > 0) throw new Refusal('not_found', `There is no component ${wrong.map((id) => `"${id}"`).join(', ')}. There are: ${all.flatMap((c) => c.retired ? [] : c.id).join(', ')}.`)
}

export const worst = (all: readonly Level[]): Level => levels[Math.max(0, ...all.map((level) => levels.indexOf(level)))]!
export const worstOf = (affected: readonly Affected[]): Level => worst(affected.map((a) => a.level))
