import type { Incident, Maintenance, StatusUpdate } from '#contract/status.ts'
import { html, type Html } from '#server/http/html.ts'
import { componentsOf, worstOf } from '../components.ts'
import { phaseOf } from '../maintenances.ts'
import { durationMs } from '../uptime.ts'
import { icon, layout } from './layout.ts'
import { lasting, link, moment, prose, until, type View } from './view.ts'

const nothing = html``
export const nameIn = (v: View): ((id: string) => string) => {
  const names = new Map(componentsOf(v.state).map((c) => [c.id, c.name]))
  return (id) => names.get(id) ?? id
}

export const pill = (v: View, incident: Incident): Html => html`<span class="pill ${incident.state === 'resolved' ? 'resolved' : worstOf(incident.affected)}">${v.words.state[incident.state]}</span>`

export function updateList(v: View, updates: readonly StatusUpdate[]): Html {
  return html`<ol class="updates">${updates.toReversed().map((u) => html`<li><p class="said"><strong>${u.state === null ? v.words.update : v.words.state[u.state]}</strong> ${moment(v, u.at)}</p>${u.text ? prose(u.text) : nothing}</li>`)}</ol>`
}

/** A promise, counted down; one that was not kept is not hidden. */
export function promise(v: View, incident: Incident): Html {
  const { words } = v
  if (incident.nextUpdateAt === null || incident.state === 'resolved') return nothing
  const isLate = Date.parse(incident.nextUpdateAt) < v.nowMs
  return html`<p class="promise${isLate ? ' late' : ''}">${isLate ? words.nextUpdateLate : html`${words.nextUpdate} ${until(v, incident.nextUpdateAt)},`} ${moment(v, incident.nextUpdateAt, 'clock')}</p>`
}

export function facts(v: View, i: Incident): Html {
  const { words } = v
  const name = nameIn(v)
  const isOpen = i.impact.some((x) => x.to === null)
  const who = [...(i.audience.length > 0 ? i.audience.map((a) => words.audience[a]) : [words.everybody]), ...(i.accounts.length > 0 ? [words.someAccounts(i.accounts.length)] : [])]
  return html`<dl class="facts">
${i.affected.length > 0 ? html`<dt>${words.affected}</dt><dd>${i.affected.map((a) => html`<span class="level">${icon(a.level)}<span><bdi>${name(a.component)}</bdi>: ${words.level[a.level]}</span></span>`)}</dd>` : nothing}
<dt>${words.concerns}</dt><dd>${who.join(' · ')}</dd>
${i.impact.length > 0 ? html`<dt>${words.impact}</dt><dd>${i.impact.map((x) => html`<span>${words.from} ${moment(v, x.from)} ${x.to === null ? words.still : html`${words.to} ${moment(v, x.to)}`}</span>`)}</dd><dt>${words.duration}</dt><dd>${lasting(words, durationMs(i.impact, v.nowMs))}${isOpen ? ` ${words.soFar}` : ''}</dd>` : nothing}
</dl>`
}

const linked = (v: View, ids: readonly string[]): Html => html`<ul class="plain">${ids.flatMap((id) => v.state.incident.get(id) ?? []).map((o) => html`<li><a href="${link(v, `incidents/${o.id}/`)}">${o.title}</a> ${moment(v, o.openedAt)}</li>`)}</ul>`

export function incidentPage(v: View, i: Incident): string {
  const { words } = v
  const later = [...v.state.incident.values()].filter((o) => o.recurrenceOf.includes(i.id)).map((o) => o.id)
  const part = (title: string, of: Html): Html => html`<section><h2>${title}</h2>${of}</section>`
  return layout(v, i.title, html`<article class="incident"><div class="head"><h1 dir="auto">${i.title}</h1>${pill(v, i)}</div>${promise(v, i)}${facts(v, i)}
${i.early === null ? nothing : html`<p class="early">${words.early} <span dir="auto">${i.early}</span></p>`}
${i.postmortem?.published ? part(words.postmortem, html`<p class="said">${words.publishedAt} ${moment(v, i.postmortem.published)}</p>${prose(i.postmortem.text)}`) : nothing}
${i.cause && !(i.postmortem?.published && i.postmortem.text.includes(i.cause)) ? part(words.cause, prose(i.cause)) : nothing}
${i.remediation.length > 0 ? part(words.remedies, html`<ul class="remedies">${i.remediation.map((r) => html`<li><span class="pill ${r.state}">${words.remediation[r.state]}</span><span dir="auto">${r.text}</span></li>`)}</ul>`) : nothing}
${i.timeline.length > 0 ? part(words.timeline, html`<ol class="timeline">${i.timeline.map((l) => html`<li>${moment(v, l.at)}${prose(l.text)}</li>`)}</ol>`) : nothing}
${part(words.updates, updateList(v, i.updates))}
${i.recurrenceOf.length > 0 ? part(words.recurrence, linked(v, i.recurrenceOf)) : nothing}${later.length > 0 ? part(words.recurred, linked(v, later)) : nothing}</article>`)
}

export function maintenanceCard(v: View, m: Maintenance, heading: 'h1' | 'h3'): Html {
  const { words } = v
  const phase = phaseOf(m, v.nowMs)
  const title = heading === 'h1' ? html`<h1 dir="auto">${m.title}</h1>` : html`<h3 dir="auto"><a href="${link(v, `maintenances/${m.id}/`)}">${m.title}</a></h3>`
  const count = phase === 'announced' ? html`<p class="promise">${words.begins} ${until(v, m.from)}</p>` : phase === 'running' ? html`<p class="promise">${words.ends} ${until(v, m.to)}</p>` : nothing
  return html`<article class="card"><div class="head">${title}<span class="pill maintained">${words.phase[phase]}</span></div>${count}<p class="said">${words.from} ${moment(v, m.from)} ${words.to} ${moment(v, m.endedAt ?? m.to)}${m.components.length > 0 ? html` · <bdi>${m.components.map(nameIn(v)).join(', ')}</bdi>` : ''}</p>${m.text ? prose(m.text) : nothing}${m.updates.length > 0 ? updateList(v, m.updates) : nothing}</article>`
}
export const maintenancePage = (v: View, m: Maintenance): string => layout(v, m.title, maintenanceCard(v, m, 'h1'))
