/** The same for machines. What only the operator sees (evidence, drafts, subscribers, which accounts) is in none of them. */
import type { Incident, Maintenance, StatusUpdate } from '#contract/status.ts'
import { html, type Html } from '#server/http/html.ts'
import type { State } from '../book.ts'
import { componentsOf, pageOf } from '../components.ts'
import { aheadOf, openIncidents, overall, presentOf } from '../current.ts'
import type { Seen } from './view.ts'

const publicIncident = ({ evidence: _, accounts, postmortem, source: __, ...rest }: Incident) => ({ ...rest, accounts: accounts.length, postmortem: postmortem?.published ? postmortem : null, updates: rest.updates.map(withoutWriter) })
const withoutWriter = ({ by: _, ...update }: StatusUpdate) => update
const publicMaintenance = (m: Maintenance) => ({ ...m, updates: m.updates.map(withoutWriter) })

export function statusJson(state: State, nowMs: number, seen: Seen | undefined): string {
  return JSON.stringify({
    name: pageOf(state).name, asOf: new Date(nowMs).toISOString(), overall: overall(state, nowMs), lodge: seen ? { answers: seen.level !== 'down', ready: seen.level === 'works', since: new Date(seen.sinceMs).toISOString() } : null,
    components: presentOf(state, nowMs).map(({ component: { id, name, group, upstream }, level, isMaintained }) => ({ id, name, group, upstream, level, maintained: isMaintained })),
    incidents: openIncidents(state).map(publicIncident), maintenances: aheadOf(state, nowMs).map(publicMaintenance),
  })
}
export const incidentJson = (incident: Incident): string => JSON.stringify(publicIncident(incident))

const feedMax = 50
/** @param base where the page stands for the public, with a slash at its end */
export function atom(state: State, nowMs: number, base: string): string {
  const names = new Map(componentsOf(state).map((c) => [c.id, c.name]))
  const { name } = pageOf(state)
  const entries = [
    ...[...state.incident.values()].flatMap((i) => i.updates.map((u) => ({ id: `${i.id}/${u.id}`, at: u.at, path: `incidents/${i.id}/`, title: `${u.state === null ? 'Update' : `${u.state[0]!.toUpperCase()}${u.state.slice(1)}`}: ${i.title}`, text: u.text, of: i.affected.map((a) => names.get(a.component) ?? a.component) }))),
    ...[...state.maintenance.values()].map((m) => ({ id: `maintenance/${m.id}`, at: m.announcedAt, path: `maintenances/${m.id}/`, title: `Maintenance: ${m.title}`, text: `${m.from} – ${m.to}\n\n${m.text}`, of: m.components.map((c) => names.get(c) ?? c) })),
  ].toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, feedMax)
  const entry = (e: (typeof entries)[number]): Html => html`<entry><id>tag:lodge,2026:${e.id}</id><title>${e.title}</title><updated>${e.at}</updated><link href="${base}${e.path}"/>${e.of.map((term) => html`<category term="${term}"/>`)}<content type="text">${e.text}</content></entry>`
  return `<?xml version="1.0" encoding="utf-8"?>\n${withoutControls(html`<feed xmlns="http://www.w3.org/2005/Atom"><id>${base}</id><title>${name} status</title><updated>${entries[0]?.at ?? new Date(nowMs).toISOString()}</updated><author><name>${name}</name></author><link rel="self" href="${base}feed.atom"/><link href="${base}"/>${entries.map(entry)}</feed>`.markup)}\n`
}
/** XML has no place for them, not even escaped. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const withoutControls = (text: string): string => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, '\ufffd')
