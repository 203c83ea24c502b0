/** Second by second, out of a history: how much of what was due was confirmed in time, and how long it took. */
import type { Event } from './checker/history.ts'

export interface Second {
  /** Since the start of the run. */
  readonly second: number
  readonly due: number
  /** Confirmed (kept or stored) within `goodMs` of when they were due. */
  readonly good: number
  readonly p50Ms: number | null
  readonly p99Ms: number | null
}
export interface Taken { readonly dueMs: number; readonly tookMs: number }

/** Whoever waits longer for a confirmation has given up: work done for them is no good. */
export const goodMs = 5_000

/** From when it was due to its confirmation, by what `begins` and `ends`; Infinity: never. */
export function taken(events: readonly Event[], begins: Event['type'], ends: readonly Event['type'][], isWanted: (by: string) => boolean = () => true): Taken[] {
  const due = new Map<string, number>(), took = new Map<string, Taken>()
  for (const e of events) {
    if (!('id' in e)) continue
    if (e.type === begins && 'dueMs' in e && e.dueMs !== undefined && (!('by' in e) || isWanted(e.by))) due.set(e.id, e.dueMs)
    else if (ends.includes(e.type) && due.has(e.id) && !took.has(e.id)) took.set(e.id, { dueMs: due.get(e.id)!, tookMs: e.atMs - due.get(e.id)! })
  }
  return [...due].map(([id, dueMs]) => took.get(id) ?? { dueMs, tookMs: Infinity }).sort((a, b) => a.dueMs - b.dueMs)
}

export function bySecond(all: readonly Taken[], startMs: number, seconds: number): Second[] {
  const buckets = Array.from({ length: seconds }, () => [] as number[])
  for (const { dueMs, tookMs } of all) buckets[Math.floor((dueMs - startMs) / 1000)]?.push(tookMs)
  return buckets.map((tooks, second) => {
    const known = tooks.filter(Number.isFinite)
    return { second, due: tooks.length, good: tooks.filter((ms) => ms <= goodMs).length, p50Ms: percentile(known, 0.5), p99Ms: percentile(known, 0.99) }
  })
}

/** Null of nothing. */
export function percentile(of: readonly number[], share: number): number | null {
  if (of.length === 0) return null
  const ms = of.toSorted((a, b) => a - b)[Math.min(of.length - 1, Math.floor(of.length * share))]!
  return Number.isFinite(ms) ? Math.round(ms * 10) / 10 : ms
}

/** p99 of how late the steady generator may be. */
export const lagMaxMs = 50

/** How late the generator itself was with what it began in [fromMs, untilMs): p99. */
export function latenessMs(events: readonly Event[], fromMs: number, untilMs: number): number {
  return percentile(events.flatMap((e) => e.type === 'offered' && e.dueMs !== undefined && e.dueMs >= fromMs && e.dueMs < untilMs ? [e.atMs - e.dueMs] : []), 0.99) ?? 0
}

/** Of what was due in [from, until). 1 when nothing was. */
export function goodput(seconds: readonly Second[], from: number, until: number): number {
  const within = seconds.filter((s) => s.second >= from && s.second < until)
  const due = within.reduce((sum, s) => sum + s.due, 0)
  return due === 0 ? 1 : within.reduce((sum, s) => sum + s.good, 0) / due
}
