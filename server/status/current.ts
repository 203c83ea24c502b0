/** What is so now, in one place: for the page, for banners, for the first line. */
import { otherScreens, screenComponents, type Audience, type Incident, type Level, type Maintenance, type StatusBanner, type StatusComponent, type VisitorScreen } from '#contract/status.ts'
import type { State } from './book.ts'
import { componentsOf, pageOf, worst, worstOf } from './components.ts'
import { phaseOf } from './maintenances.ts'
import { levelFor, running } from './outages.ts'

export const openIncidents = (state: State): Incident[] => [...state.incident.values()].filter((i) => i.state !== 'resolved').toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1))
export const newest = (incident: Incident) => incident.updates.findLast((u) => u.text !== '')
/** Still to come or running, the next one first. */
export const aheadOf = (state: State, nowMs: number): Maintenance[] => [...state.maintenance.values()].filter((m) => ['announced', 'running'].includes(phaseOf(m, nowMs))).toSorted((a, b) => (a.from < b.from ? -1 : 1))
/** An impact that is over is no longer felt, although the incident is still being looked at. */
const isFelt = (incident: Incident): boolean => incident.impact.length === 0 || incident.impact.some((i) => i.to === null)

export interface Present { component: StatusComponent; level: Level; isMaintained: boolean }
export function presentOf(state: State, nowMs: number): Present[] {
  const open = openIncidents(state).filter(isFelt), working = aheadOf(state, nowMs).filter((m) => phaseOf(m, nowMs) === 'running'), outage = running(state.outage.values())
  return componentsOf(state).filter((c) => !c.retired).map((component) => ({
    component, isMaintained: working.some((m) => m.components.includes(component.id)),
    level: worst([...open.flatMap((i) => i.affected.filter((a) => a.component === component.id).map((a) => a.level)), ...(component.watched && outage ? [levelFor(component, outage.level)] : [])]),
  }))
}
export const overall = (state: State, nowMs: number): Level => worst([...presentOf(state, nowMs).map((p) => p.level), ...openIncidents(state).filter(isFelt).map((i) => worstOf(i.affected))])

/** Maintenance stands in banners this long before it begins. */
const aheadMs = 24 * 3_600_000

function touches(screen: VisitorScreen | undefined, components: readonly string[]): boolean {
  if (screen === undefined || components.length === 0) return true
  const elsewhere = [...Object.values(screenComponents).flat(), ...otherScreens].filter((c) => !screenComponents[screen].includes(c))
  return components.some((c) => !elsewhere.includes(c))
}

/** What waits for a click, for those who may click. */
export function proposedItems(state: State): StatusBanner['items'] {
  const names = new Map(componentsOf(state).map((c) => [c.id, c.name]))
  return [...state.proposal.values()].filter((p) => p.state === 'open').map((p) => ({
    id: p.id, kind: 'proposal' as const, title: p.title, level: worstOf(p.affected), state: null, text: p.evidence.at(-1)?.text.slice(0, 300) ?? '', nextUpdateAt: null, from: null, to: null,
    components: p.affected.map((a) => ({ id: a.component, name: names.get(a.component) ?? a.component })),
  }))
}

/** What concerns these people of this account, at this screen; unless it is said, at all of them. */
export function bannerFor(state: State, account: string, audience: Audience, nowMs: number, screen?: VisitorScreen): StatusBanner {
  const concerns = (of: { audience: readonly Audience[]; accounts?: readonly string[] }): boolean =>
    (of.audience.length === 0 || of.audience.includes(audience)) && (!of.accounts?.length || of.accounts.includes(account))
  const names = new Map(componentsOf(state).map((c) => [c.id, c.name]))
  const { url } = pageOf(state)
  return {
    more: url,
    items: [
      ...openIncidents(state).filter((i) => concerns(i) && touches(screen, i.affected.map((a) => a.component))).map((i) => ({
        id: i.id, kind: 'incident' as const, title: i.title, level: worstOf(i.affected), state: i.state, text: newest(i)?.text ?? '', nextUpdateAt: i.nextUpdateAt !== null && Date.parse(i.nextUpdateAt) > nowMs ? i.nextUpdateAt : null, from: null, to: null,
        components: i.affected.map((a) => ({ id: a.component, name: names.get(a.component) ?? a.component })),
      })),
      ...aheadOf(state, nowMs).filter((m) => concerns(m) && touches(screen, m.components) && Date.parse(m.from) - nowMs < aheadMs).map((m) => ({
        id: m.id, kind: 'maintenance' as const, title: m.title, level: 'works' as const, state: null, text: m.updates.at(-1)?.text ?? m.text, nextUpdateAt: null, from: m.from, to: m.to,
        components: m.components.map((id) => ({ id, name: names.get(id) ?? id })),
      })),
    ],
  }
}
