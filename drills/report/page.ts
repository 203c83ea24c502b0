/** The report as one page that needs nothing else: what happened then, what happens here, with the protections and without. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { svgOf, type Plot } from './plot.ts'
import type { Record, Records, SeriesName } from './record.ts'
import { stories } from './stories.ts'

const beside = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8')

const plots: readonly { name: SeriesName; title: string; unit: string; max: number; isLogarithmic?: boolean }[] = [
  { name: 'goodput', title: 'Goodput', unit: '% of what was due and was confirmed within 5 s', max: 100 },
  { name: 'latency', title: 'Confirmed after, p99', unit: 'ms from when it was due', max: 1_000, isLogarithmic: true },
  { name: 'sockets', title: 'Open sockets', unit: '', max: 10 },
  { name: 'connections', title: 'Connections of the server to the database', unit: '', max: 12 },
  { name: 'loopDelay', title: 'Delay of the event loop, p99', unit: 'ms', max: 50 },
]

/** Of the stories: an incident before its variant. */
const order = Object.keys(stories)

export function pageOf(all: readonly Records[]): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Lodge: the drills</title>
<style>${beside('../../web/ui/tokens.css')}${beside('page.css')}</style></head>
<body><main>
<h1>The drills</h1>
<p class="lead">Front desks went dark in public. Each of these incidents is replayed here against the real system: a real PostgreSQL, real sockets, real disks that are full. First with the protections on, then with them off, as the control: a drill in which nothing would have broken proves nothing.</p>
${[...all].sort((a, b) => order.indexOf(a.drill) - order.indexOf(b.drill)).map(section).join('\n')}
<p class="foot">Made by <code>npm run drill -- all</code>. The same figures are in the JSON files beside this page.</p>
</main></body></html>
`
}

function section({ drill, protected: on, control: off, soak }: Records): string {
  const story = stories[drill], of = on ?? off ?? soak
  if (!of) return ''
  return `<section id="${drill}">
<h2>${text(story.title)}</h2>
<p class="muted">${text(story.when)} · dark for ${text(story.length)}</p>
${verdict(on, off)}
<div class="pair">
<div class="card"><h3>What happened then</h3><p>${text(story.cause)}</p><ol class="timeline">${story.timeline.map(([time, what]) => `<li><b>${text(time)}</b><span>${text(what)}</span></li>`).join('')}</ol><p class="muted small">${text(story.source)}</p></div>
<div class="card"><h3>What happens here</h3><p>${text(story.here)}</p>${on ? marksOf(on) : ''}<p class="muted small">The control: ${text(lower(story.control))}</p></div>
</div>
${barsOf(on, off)}
<div class="key"><span class="protected">with the protections</span>${off ? '<span class="control">the control</span>' : ''}</div>
<div class="plots">${plots.map((p) => svgOf(plotOf(p, on, off))).join('')}</div>
${violationsOf(on, 'With the protections on')}${violationsOf(off, 'In the control')}
${soak ? soakOf(soak) : ''}
<p class="muted small">${text([of.machine, of.cores].filter(Boolean).join('; '))} · ${of.scale.visitors.toLocaleString('en')} visitors, ${of.scale.agents} agents, ${of.scale.messagesPerSecond} messages a second, ${of.scale.peakPerSecond} at the peak · ${[on && `${countsOf(on)}, ${begunOf(on)}`, off && `the control: ${countsOf(off)}, ${begunOf(off)}`].filter(Boolean).join(' · ')}</p>
</section>`
}

function verdict(on: Record | undefined, off: Record | undefined): string {
  const missed = on?.bars.filter((b) => !b.isMet).length ?? 0
  const word = !on ? undefined : on.voidBecause !== null ? ['warn', `void: ${on.voidBecause}`] : missed === 0 ? ['good', `held: all ${on.bars.length} bars are met`] : ['bad', `missed ${missed} of ${on.bars.length} bars`]
  const control = !off ? undefined : off.voidBecause !== null ? ['warn', `control void: ${off.voidBecause}`] : off.broken.isBroken ? ['good', `the control broke: ${off.broken.found}`] : ['bad', `the control did not break: ${off.broken.found}`]
  return `<p class="verdict">${[word, control].flatMap((v) => v ? [`<span class="${v[0]}">${v[0] === 'good' ? '✓' : '✗'} ${text(v[1]!)}</span>`] : []).join('')}</p>`
}

const marksOf = ({ marks }: Record): string => `<ol class="timeline">${marks.map(({ second, what }, i) => `<li><b>${i + 1} · ${second.toFixed(1)} s</b><span>${text(what)}</span></li>`).join('')}</ol>`

function barsOf(on: Record | undefined, off: Record | undefined): string {
  const names = [...new Set([...on?.bars ?? [], ...off?.bars ?? []].map((b) => b.what))]
  const cell = (of: Record | undefined, what: string, isJudged: boolean): string => {
    const bar = of?.bars.find((b) => b.what === what)
    return bar ? `<td${isJudged ? ` class="${bar.isMet ? 'good' : 'bad'}"` : ''}>${isJudged ? bar.isMet ? '✓ ' : '✗ ' : ''}${text(bar.found)}</td>` : '<td class="muted">–</td>'
  }
  return `<div class="wide"><table><thead><tr><th>What must hold</th><th>Wanted</th><th>With the protections</th>${off ? '<th>The control</th>' : ''}</tr></thead><tbody>
${names.map((what) => `<tr><th>${text(what)}</th><td>${text((on ?? off)!.bars.find((b) => b.what === what)?.wanted ?? '')}</td>${cell(on, what, true)}${off ? cell(off, what, false) : ''}</tr>`).join('')}
</tbody></table></div>`
}

/** Its faults come and go every half minute: as marks they would hide the line. */
const soakOf = (soak: Record): string => `<h3>The same over ${Math.round(soak.series.goodput.length / 60)} minutes</h3>
${verdict(soak, undefined)}
${barsOf(soak, undefined)}
<div class="plots">${plots.filter(({ name }) => name === 'connections' || name === 'latency').map((p) => svgOf({ ...plotOf(p, soak, undefined), marks: [] })).join('')}</div>
<p class="muted small">${countsOf(soak)}, ${begunOf(soak)}</p>`

function plotOf({ name, title, unit, max, isLogarithmic }: (typeof plots)[number], on: Record | undefined, off: Record | undefined): Plot {
  return {
    title, unit, max, ...(isLogarithmic && { isLogarithmic }), marks: ((on ?? off)?.marks ?? []).map(({ second }, i) => ({ second, label: String(i + 1) })),
    lines: [...(off ? [{ name: 'control' as const, values: off.series[name] }] : []), ...(on ? [{ name: 'protected' as const, values: on.series[name] }] : [])],
  }
}

const violationsOf = (of: Record | undefined, where: string): string => !of || of.violations.length === 0 ? '' :
  `<details><summary>${where}: broken promises</summary><ul>${of.violations.map((v) => `<li><b>${text(v.rule)}</b> ${text(v.what)}${v.times > 1 ? ` <span class="muted">(${v.times} like it)</span>` : ''}</li>`).join('')}</ul></details>`

const countsOf = ({ counts }: Record): string => Object.entries({ messages: 'messages', kept: 'of them kept at first', checkIns: 'check-ins', bookings: 'bookings' })
  .flatMap(([name, words]) => counts[name] ? [`${counts[name].toLocaleString('en')} ${words}`] : []).join(', ')
const begunOf = ({ seed, startedAt }: Record): string => `${seed === undefined ? '' : `seed ${seed}, `}begun ${when(startedAt)}`
const when = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1)
const text = (raw: string): string => raw.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!)
