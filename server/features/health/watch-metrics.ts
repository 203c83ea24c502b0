/** What the watchdogs count, for Prometheus. */
import { Gauge, type Registry } from 'prom-client'
import type { Watched } from './health.ts'

export function watchMetrics(registry: Registry, w: Pick<Watched, 'pool' | 'lease' | 'findings' | 'watchdog' | 'resources'>): void {
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number) => new Gauge({ name, help, registers, collect() { this.set(read()) } })
  const labelled = <L extends string>(name: string, help: string, labelNames: readonly L[], read: (set: (labels: Record<L, string>, value: number) => void) => void) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers, collect() { this.reset(); read((labels, value) => this.set(labels, value)) } })

  gauge('lodge_database_idle', 'Open connections that nobody has.', () => w.pool.books().idle)
  gauge('lodge_database_held_seconds', 'How long the longest holder has had a connection, of those with a deadline.', () =>
    Math.max(0, ...w.pool.stats().held.filter((h) => h.kind !== 'lease').map((h) => h.heldMs)) / 1000)
  gauge('lodge_database_late_total', 'Functions that took longer than their deadline and were ended.', () => w.pool.stats().late)
  gauge('lodge_database_leaks_total', 'Of these, functions that were not waiting for the database.', () => w.pool.stats().leaks)
  gauge('lodge_database_refused_labels', 'Labels that are paused for an account because they leak.', () => w.pool.refused().length)
  gauge('lodge_database_backends', 'Connections of this node as PostgreSQL counts them.', () => w.watchdog.stats().backends)
  gauge('lodge_database_surplus_ended_total', 'Connections ended that PostgreSQL had and this node did not know.', () => w.watchdog.stats().ended)
  gauge('lodge_database_budget', 'Connections that all nodes together may open.', () => w.lease?.budget ?? w.pool.max)
  labelled('lodge_findings', '1 for each finding that stands.', ['id', 'promise', 'component', 'severity'], (set) => {
    // Without the account: the values of a label must stay few.
    for (const { id, promise, component, severity } of w.findings.current()) set({ id: id.split(':', 2).join(':'), promise, component, severity }, 1)
  })
  labelled('lodge_resources', 'Sockets, timers and files of this process, by owner.', ['kind', 'owner'], (set) => {
    for (const [kind, { owners }] of Object.entries(w.resources.last() ?? {})) for (const [owner, n] of Object.entries(owners)) set({ kind, owner }, n)
  })
}
