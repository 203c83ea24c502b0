import type { Incident } from '#contract/status.ts'
import { html, type Html } from '#server/http/html.ts'
import { aheadOf, openIncidents, overall, presentOf, type Present } from '../current.ts'
import { phaseOf } from '../maintenances.ts'
import { dayMs, uptimeOf } from '../uptime.ts'
import { facts, maintenanceCard, pill, promise, updateList } from './incident.ts'
import { icon, layout } from './layout.ts'
import { subscribeSection } from './subscribe.ts'
import { day, lasting, link, moment, month, type View } from './view.ts'

const nothing = html``
const shownUpdates = 3

export function homePage(v: View): string {
  const { words, state, nowMs } = v
  const level = overall(state, nowMs), open = openIncidents(state), ahead = aheadOf(state, nowMs), present = presentOf(state, nowMs)
  const isMaintained = level === 'works' && ahead.some((m) => phaseOf(m, nowMs) === 'running')
  return layout(v, undefined, html`<section class="overall ${isMaintained ? 'maintained' : level}"><h1>${icon(isMaintained ? 'maintained' : level)}${isMaintained ? words.maintained : words.overall[level]}</h1>${seenLine(v)}</section>
${open.length > 0 ? html`<section><h2>${words.openNow}</h2>${open.map((i) => openCard(v, i))}</section>` : nothing}
${ahead.length > 0 ? html`<section><h2>${words.ahead}</h2>${ahead.map((m) => maintenanceCard(v, m, 'h3'))}</section>` : nothing}
<section><h2>${words.components}</h2>${[...Map.groupBy(present, (p) => p.component.group)].map(([group, members]) => html`<div class="group"><h3><bdi>${group || words.group}</bdi></h3><ul>${members.map((p) => row(v, p))}</ul></div>`)}<p class="legend"><span>${words.daysAgo}</span><span>${words.today}</span></p></section>
<section><h2>${words.recent}</h2>${recent(v)}<p><a href="${link(v, `history/${new Date(nowMs).getUTCFullYear()}/`)}">${words.history}</a></p></section>
${v.takesMail ? subscribeSection(v) : nothing}`)
}

function seenLine(v: View): Html {
  const { seen, words } = v
  if (v.isStatic) return nothing
  if (!seen) return html`<p>${words.lodgeUnseen}</p>`
  if (seen.level === 'works') return html`<p>${words.lodgeAnswers}</p>`
  return html`<p>${seen.level === 'down' ? words.lodgeAway : words.lodgeNotReady} ${moment(v, new Date(seen.sinceMs).toISOString())}.</p>`
}

function openCard(v: View, i: Incident): Html {
  return html`<article class="card"><div class="head"><h3 dir="auto"><a href="${link(v, `incidents/${i.id}/`)}">${i.title}</a></h3>${pill(v, i)}</div>${promise(v, i)}${facts(v, i)}${updateList(v, i.updates.slice(-shownUpdates))}${i.updates.length > shownUpdates ? html`<p><a href="${link(v, `incidents/${i.id}/`)}">${v.words.updatesSoFar(i.updates.length)}</a></p>` : nothing}</article>`
}

function row(v: View, { component, level, isMaintained }: Present): Html {
  const { words } = v
  const { days, share, recordedMs } = uptimeOf(component, v.state, v.nowMs, v.since)
  const number = share === null ? words.noRecord : new Intl.NumberFormat(words.language === 'en' ? 'en-GB' : words.language, { style: 'percent', maximumFractionDigits: 2 }).format(Math.floor(share * 10_000) / 10_000)
  const of = level === 'works' && isMaintained ? 'maintained' as const : level
  return html`<li class="component"><div class="line"><span class="what"><bdi>${component.name}</bdi>${component.upstream ? html` <span class="quiet">${component.upstream.page === null ? words.upstream(component.upstream.provider) : html`<a href="${component.upstream.page}" rel="noopener">${words.upstream(component.upstream.provider)}</a>`}</span>` : nothing}</span><span class="level">${icon(of)}<span>${of === 'maintained' ? words.maintenance : words.level[level]}</span></span></div>
<svg class="bars" viewBox="0 0 450 24" preserveAspectRatio="none" role="img" aria-label="${share === null ? words.noRecord : words.bars(number, days.filter((d) => d.level !== null && d.level !== 'works').length)}">${days.map((d, i) => html`<rect class="${d.level ?? 'unknown'}${d.isMaintained && d.level === 'works' ? ' maintained' : ''}" x="${i * 5}" y="0" width="3.4" height="24" rx="1"><title>${day(v, d.day)}: ${d.level === null ? words.noRecordDay : d.lostMs > 0 ? words.lost(lasting(words, d.lostMs)) : d.level === 'works' ? d.isMaintained ? words.maintenance : words.noIncident : words.level[d.level]}</title></rect>`)}</svg>
<p class="quiet share">${share === null ? number : words.share(number, recordedMs > 88 * dayMs ? words.ninetyDays : lasting(words, recordedMs < 2 * dayMs ? recordedMs : Math.floor(recordedMs / dayMs) * dayMs))}</p></li>`
}

const title = (v: View, i: Incident): Html => html`<li><a dir="auto" href="${link(v, `incidents/${i.id}/`)}">${i.title}</a> ${pill(v, i)} <span class="quiet">${moment(v, i.openedAt)}</span></li>`

function recent(v: View): Html {
  const from = new Date(v.nowMs - 14 * dayMs).toISOString()
  const all = [...v.state.incident.values()].filter((i) => i.openedAt >= from && i.openedAt <= new Date(v.nowMs).toISOString()).toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1))
  if (all.length === 0) return html`<p class="quiet">${v.words.nothingRecent}</p>`
  return html`${[...Map.groupBy(all, (i) => i.openedAt.slice(0, 10))].map(([on, list]) => html`<h3>${day(v, on)}</h3><ul class="plain">${list.map((i) => title(v, i))}</ul>`)}`
}

export const yearsOf = (v: Pick<View, 'state' | 'nowMs'>): string[] =>
  [...new Set([...[...v.state.incident.values()].map((i) => i.openedAt.slice(0, 4)), ...[...v.state.maintenance.values()].map((m) => m.from.slice(0, 4)), String(new Date(v.nowMs).getUTCFullYear())])].toSorted().toReversed()

export function historyPage(v: View, year: string): string {
  const { words } = v
  const incidents = [...v.state.incident.values()].filter((i) => i.openedAt.startsWith(year)).map((i) => ({ at: i.openedAt, of: title(v, i) }))
  const works = [...v.state.maintenance.values()].filter((m) => m.from.startsWith(year)).map((m) => ({ at: m.from, of: html`<li><a dir="auto" href="${link(v, `maintenances/${m.id}/`)}">${m.title}</a> <span class="pill maintained">${words.maintenance}</span> <span class="quiet">${moment(v, m.from)}</span></li>` }))
  const all = [...incidents, ...works].toSorted((a, b) => (a.at < b.at ? 1 : -1))
  return layout(v, words.allOfYear(year), html`<section><h1>${words.allOfYear(year)}</h1><nav class="years" aria-label="${words.history}">${yearsOf(v).map((y) => html`<a href="${link(v, `history/${y}/`)}"${y === year ? html` aria-current="page"` : nothing}>${y}</a>`)}</nav>
${all.length === 0 ? html`<p class="quiet">${words.nothingInYear}</p>` : html`${[...Map.groupBy(all, (o) => o.at.slice(0, 7))].map(([on, list]) => html`<h2>${month(v, `${on}-01`)}</h2><ul class="plain">${list.map((o) => o.of)}</ul>`)}`}</section>`)
}
