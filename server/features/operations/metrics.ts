/** The page's figures for Prometheus. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Light } from '#contract/operations.ts'
import type { Canary } from './canary.ts'
import type { Headroom } from './headroom.ts'
import type { Operations } from './operations.ts'

interface Options { operations: Operations; canary: Canary; headroom: Headroom; alerts: () => { standing: number; unacknowledged: number; waiting: number; sent: number; failed: number } }
const lightValue: Readonly<Record<Light, number>> = { unknown: -1, ok: 0, warn: 1, bad: 2 }

export function operationsMetrics(registry: Registry, { operations, canary, headroom, alerts }: Options): void {
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number | undefined) => new Gauge({ name, help, registers, collect() { const value = read(); if (value === undefined) this.remove(); else this.set(value) } })
  const counter = (name: string, help: string, read: () => number) => new Counter({ name, help, registers, collect() { this.reset(); this.inc(read()) } })
  const labelled = (name: string, help: string, label: string, read: () => readonly (readonly [string, number])[]) =>
    new Gauge({ name, help, labelNames: [label], registers, collect() { this.reset(); for (const [of, value] of read()) this.set({ [label]: of }, value) } })

  labelled('lodge_promise_light', 'How a promise is kept: 0 well, 1 a warning, 2 badly, -1 not measured.', 'promise', () => operations.board().promises.map((p) => [p.promise, lightValue[p.light]]))
  labelled('lodge_figure', 'Figures of the operations page, in their own units; those not measured are missing.', 'figure', () => [...operations.watch.values()].flatMap(([id, { value }]) => value === undefined ? [] : [[id, value] as const]))
  gauge('lodge_canary_latency_seconds', 'How long the last trial message took through accept, commit and socket; missing when it did not arrive.', () => { const ms = canary.latest().latencyMs; return ms === undefined ? undefined : ms / 1000 })
  gauge('lodge_canary_failing', 'Trial messages in a row that did not arrive.', () => canary.latest().failures)
  counter('lodge_canary_sent_total', 'Trial messages since the start.', () => canary.counts().total)
  counter('lodge_canary_failed_total', 'Of these, those that did not arrive.', () => canary.counts().failed)
  labelled('lodge_headroom_peak', 'Peak of the last 24 hours.', 'figure', () => headroom.shown().flatMap((h) => h.peak === null ? [] : [[h.id, h.peak] as const]))
  labelled('lodge_headroom_capacity', 'What this machine carries, as far as it is known.', 'figure', () => headroom.shown().flatMap((h) => h.capacity === null ? [] : [[h.id, h.capacity] as const]))
  gauge('lodge_alerts_standing', 'Alerts that stand.', () => alerts().standing)
  gauge('lodge_alerts_unacknowledged', 'Of these, those that nobody looks after.', () => alerts().unacknowledged)
  gauge('lodge_alerts_waiting', 'Messages of alerts that have not left.', () => alerts().waiting)
  counter('lodge_alerts_sent_total', 'Messages of alerts that left.', () => alerts().sent)
  counter('lodge_alerts_failed_total', 'Attempts to send them that failed.', () => alerts().failed)
}
