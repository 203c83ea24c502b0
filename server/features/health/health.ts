/** Whether this node can serve, and why not; and the figures for those who watch it. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { Feed } from '#server/db/feed.ts'
import type { NodeLease } from '#server/db/node-lease.ts'
import type { Pool } from '#server/db/pool.ts'
import type { Watchdog } from '#server/db/watchdog.ts'
import type { Findings } from '#server/kernel/findings.ts'
import type { KeepingStats } from '#server/kernel/keeping.ts'
import type { RoomLevel } from '#server/kernel/room.ts'
import type { Sequencer } from '#server/kernel/sequencer.ts'
import type { Topics } from '#server/kernel/topics.ts'
import { lanes } from '#server/kernel/admission.ts'
import { workClasses } from '#server/kernel/governor.ts'
import type { Hub } from '#server/realtime/hub.ts'
import type { ResourceLedger } from './resources.ts'
import { watchMetrics } from './watch-metrics.ts'
import type { Load } from '#server/features/load/load.ts'
import { stoppingReason } from '#server/status/absence.ts'

export interface Watched { pool: Pool; hub: Hub; topics: Topics; sequencer: Pick<Sequencer<unknown>, 'queued'>; feed: Feed; spool: () => KeepingStats; room: { readonly level: RoomLevel } | undefined; isDraining: () => boolean; lease: NodeLease | undefined; findings: Findings; watchdog: Watchdog; resources: ResourceLedger; channels: () => readonly { kind: string; state: string; isThrottled: boolean }[]; oldestDueRunMs: () => number; load: Load }

/** Empty = ready. Each line is a sentence for the administrator. */
export function reasonsNotReady({ pool, spool, isDraining, lease }: Pick<Watched, 'pool' | 'spool' | 'isDraining' | 'lease'>, now: number): string[] {
  const { downSinceMs } = pool.stats()
  const { state, depth, oldestMs = now } = spool()
  return [
    ...(isDraining() ? [stoppingReason] : []),
    ...(downSinceMs !== undefined ? [`The database has been away for ${Math.round((now - downSinceMs) / 1000)} s.`] : []),
    ...(lease?.why !== undefined ? [lease.why] : []),
    ...(state === 'keeping' && downSinceMs === undefined ? ['The database does not take commands in time.'] : []),
    ...(depth > 0 ? [`${depth} commands are kept on this disk and not stored yet, the oldest for ${Math.round((now - oldestMs) / 1000)} s.`] : []),
    ...(state === 'dead' ? ['The disk for what is kept while the database is away takes nothing.'] : []),
  ]
}

export interface Metrics { readonly registry: Registry; call(route: string, ms: number, statements: number, declared: number): void; committed(rows: number): void; ruleRun(outcome: string): void; stop(): void }

export function metrics(w: Watched): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, prefix: 'lodge_' })
  const loop = monitorEventLoopDelay({ resolution: 10 })
  loop.enable()
  const gauge = (name: string, help: string, read: () => number) => new Gauge({ name, help, registers, collect() { this.set(read()) } })
  gauge('lodge_connections', 'Open sockets.', () => w.hub.size)
  gauge('lodge_topics', 'Topics held in memory.', () => w.topics.stats.topics)
  gauge('lodge_ring_bytes', 'Entries held for resumes.', () => w.topics.stats.ringBytes)
  gauge('lodge_commands_waiting', 'Commands without an answer.', () => w.sequencer.queued)
  gauge('lodge_projection_lag_entries', 'Committed entries that the slowest projection has not seen.', () => w.feed.lag().entries)
  gauge('lodge_projection_lag_seconds', 'Age of the oldest entry that the slowest projection has not seen.', () => w.feed.lag().ageMs / 1000)
  gauge('lodge_database_connections', 'Open connections to the database.', () => w.pool.stats().open)
  gauge('lodge_database_connections_max', 'How many there may be.', () => w.pool.stats().max)
  gauge('lodge_database_waiting', 'Callers that wait for a connection.', () => w.pool.stats().waiting)
  gauge('lodge_database_up', '1 when the database answers.', () => w.pool.stats().downSinceMs === undefined ? 1 : 0)
  gauge('lodge_spool_commands', 'Commands that are kept on this disk and not stored yet.', () => w.spool().depth)
  gauge('lodge_spool_bytes', 'Size of the spool.', () => w.spool().bytes)
  gauge('lodge_spool_oldest_seconds', 'Age of the oldest kept command.', () => { const { oldestMs } = w.spool(); return oldestMs === undefined ? 0 : (Date.now() - oldestMs) / 1000 })
  gauge('lodge_spool_set_aside_total', 'Kept commands that could not be applied, since the start.', () => w.spool().setAside)
  gauge('lodge_spool_damaged_total', 'Pieces of the spool that were no record any more and are kept aside.', () => w.spool().damaged)
  gauge('lodge_spool_state', '0 idle, 1 keeping, 2 replaying, 3 no disk takes anything.', () => ['idle', 'keeping', 'replaying', 'dead'].indexOf(w.spool().state))
  gauge('lodge_disk_level', '0 plenty, 1 low (no files), 2 scarce (no bookings), 3 full (the ballast is gone).', () => ['plenty', 'low', 'scarce', 'full'].indexOf(w.room?.level ?? 'plenty'))
  gauge('lodge_database_reclaimed_total', 'Connections taken back from overdue functions by force.', () => w.pool.stats().reclaimed)
  gauge('lodge_loop_delay_p99_seconds', 'Event loop delay, 99th percentile since the last scrape.', () => { const p99 = loop.percentile(99) / 1e9; loop.reset(); return p99 })
  new Gauge({ name: 'lodge_channels', help: 'Channels that this node speaks for, by kind and state.', labelNames: ['kind', 'state'], registers, collect() {
    this.reset()
    for (const { kind, state, isThrottled } of w.channels()) this.inc({ kind, state: isThrottled ? 'throttled' : state })
  } })
  gauge('lodge_resume_reads_total', 'Reads of the database for people who come back: entries, marks, access, doors, what was stored of theirs.', () => w.load.stats().governor.classes.resume.entered)
  gauge('lodge_resumed_topics_total', 'Topics joined with a hello.', () => w.hub.resumedTopics)
  gauge('lodge_window_seconds', 'In which visitors would come back if this node died now.', () => w.load.stats().windows.visitorsMs / 1000)
  gauge('lodge_admission_rate', 'Handshakes a second that are let in.', () => w.load.stats().admission.ratePerSecond)
  gauge('lodge_resumes_per_second_measured', 'Resumes a second that this node could serve, as measured.', () => w.load.stats().admission.measuredPerSecond)
  gauge('lodge_admitted_total', 'Handshakes that were let in.', () => w.load.stats().admission.admitted)
  gauge('lodge_turned_away_total', 'Handshakes that were given a later turn.', () => w.load.stats().admission.turnedAway)
  gauge('lodge_gate_limit', 'Connections that may be in use at once, as latency allows.', () => w.load.stats().governor.limit)
  gauge('lodge_gate_level', 'How many kinds of work gave way by themselves.', () => w.load.stats().governor.level)
  gauge('lodge_invitations_withdrawn', '1 when no page invites to chat.', () => w.load.stats().invitations.isWithdrawn ? 1 : 0)
  const labelled = (name: string, help: string, label: string, read: () => readonly (readonly [string, number])[]) => new Gauge({ name, help, labelNames: [label], registers, collect() { for (const [of, value] of read()) this.set({ [label]: of }, value) } })
  labelled('lodge_admission_waiting', 'Who waits for a handshake.', 'lane', () => { const { waiting } = w.load.stats().admission; return lanes.map((lane) => [lane, waiting[lane]]) })
  const byClass = (of: 'inUse' | 'waiting' | 'refused') => (): (readonly [string, number])[] => { const { classes } = w.load.stats().governor; return workClasses.map(({ name }) => [name, classes[name][of]]) }
  labelled('lodge_gate_in_use', 'Connections in use, by class of work.', 'class', byClass('inUse'))
  labelled('lodge_gate_waiting', 'Who waits for a connection, by class of work.', 'class', byClass('waiting'))
  labelled('lodge_gate_refused_total', 'Who waited too long and was refused, by class of work.', 'class', byClass('refused'))
  gauge('lodge_rule_oldest_due_seconds', 'How long the oldest run of a rule that is due has been waiting.', () => w.oldestDueRunMs() / 1000)
  const ruleRuns = new Counter({ name: 'lodge_rule_runs_total', help: 'Runs of rules that this node ended, by outcome.', labelNames: ['outcome'], registers })
  const entries = new Counter({ name: 'lodge_entries_total', help: 'Entries committed by this node.', registers })
  const requests = new Histogram({ name: 'lodge_request_seconds', help: 'Time in handlers.', labelNames: ['endpoint'], buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5], registers })
  watchMetrics(registry, w)
  const exceeded = new Counter({ name: 'lodge_request_statements_exceeded_total', help: 'Calls that issued more SQL statements than their endpoint declares.', labelNames: ['endpoint'], registers })
  const statements = new Counter({ name: 'lodge_request_statements_total', help: 'SQL statements of handlers.', labelNames: ['endpoint'], registers })
  return {
    registry,
    call(endpoint, ms, count, declared) {
      requests.observe({ endpoint }, ms / 1000)
      statements.inc({ endpoint }, count)
      if (count > declared) exceeded.inc({ endpoint })
    },
    committed(rows) { entries.inc(rows) },
    ruleRun(outcome) { ruleRuns.inc({ outcome }) },
    stop() { loop.disable(); registry.clear() },
  }
}
