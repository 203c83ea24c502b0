/** How each day was for a component: from the impacts of incidents, announced maintenance, and what was seen of Lodge itself. */
import type { Level, StatusComponent } from '#contract/status.ts'
import { levels } from '#contract/status.ts'
import type { State } from './book.ts'
import { levelFor } from './outages.ts'

export const dayMs = 86_400_000
export const shownDays = 90
export interface Day { /** `2026-11-26`, in UTC. */ day: string; /** null: nothing was recorded yet. */ level: Level | null; /** Neither down nor disrupted for all but this long. */ lostMs: number; isMaintained: boolean; incidents: readonly string[] }
export interface Uptime { days: readonly Day[]; /** Share of the recorded time that was neither down nor disrupted; null without a record. */ share: number | null; /** How long there is a record, at most the shown days. */ recordedMs: number }
interface Span { from: number; to: number; level: Level; incident: string | undefined }

/** @param since when the record begins; older incidents that were imported count from their own time on */
export function uptimeOf(component: StatusComponent, state: State, nowMs: number, since: string | undefined): Uptime {
  const spans: Span[] = []
  let firstMs = since === undefined ? nowMs : Date.parse(since)
  for (const i of state.incident.values()) {
    const level = i.affected.find((a) => a.component === component.id)?.level
    if (level === undefined) continue
    firstMs = Math.min(firstMs, Date.parse(i.openedAt))
    for (const { from, to } of i.impact) spans.push({ from: Date.parse(from), to: to === null ? nowMs : Date.parse(to), level, incident: i.id })
  }
  if (component.watched) for (const o of state.outage.values()) spans.push({ from: Date.parse(o.from), to: o.to === null ? nowMs : Date.parse(o.to), level: levelFor(component, o.level), incident: undefined })
  const works = [...state.maintenance.values()].filter((m) => !m.cancelled && m.components.includes(component.id)).map((m) => ({ from: Date.parse(m.from), to: Date.parse(m.endedAt ?? m.to) }))

  const today = Math.floor(nowMs / dayMs) * dayMs
  let lost = 0, recorded = 0
  const days = Array.from({ length: shownDays }, (_, i): Day => {
    const from = today - (shownDays - 1 - i) * dayMs, to = Math.min(from + dayMs, nowMs)
    const here = spans.filter((s) => s.from < to && s.to >= from)
    const lostMs = covered(here.filter((s) => s.level === 'down' || s.level === 'disrupted'), from, to)
    const knownMs = Math.max(0, to - Math.max(from, firstMs))
    recorded += Math.max(knownMs, lostMs)
    lost += lostMs
    const level = here.length > 0 ? levels[Math.max(...here.map((s) => levels.indexOf(s.level)))]! : knownMs > 0 ? 'works' : null
    return { day: new Date(from).toISOString().slice(0, 10), level, lostMs, isMaintained: works.some((w) => w.from < to && w.to > from), incidents: [...new Set(here.flatMap((s) => s.incident ?? []))] }
  })
  return { days, share: recorded === 0 ? null : 1 - lost / recorded, recordedMs: recorded }
}

/** How much of `from` to `to` the spans cover, overlaps once. */
export function covered(spans: readonly { from: number; to: number }[], from: number, to: number): number {
  let sum = 0, end = from
  for (const s of spans.toSorted((a, b) => a.from - b.from)) {
    const begin = Math.max(s.from, end), until = Math.min(s.to, to)
    if (until > begin) {
      sum += until - begin
      end = until
    }
  }
  return sum
}

/** How long people felt it; overlapping impacts once. */
export const durationMs = (impact: readonly { from: string; to: string | null }[], nowMs: number): number =>
  covered(impact.map((i) => ({ from: Date.parse(i.from), to: i.to === null ? nowMs : Date.parse(i.to) })), -Infinity, Infinity)
