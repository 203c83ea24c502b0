/** Who watches the house, who is woken, and what the world is told: findings, watchdogs, backups, operations, the status page. */
import type { FastifyInstance } from 'fastify'
import { watchdog } from '#server/db/watchdog.ts'
import { backupAgeMs, backupSchedule, erasureLog } from '#server/features/backups/backups.ts'
import { backupMetrics } from '#server/features/backups/metrics.ts'
import { drillRoutes } from '#server/features/drill/drill.routes.ts'
import { healthRoutes } from '#server/features/health/health.routes.ts'
import { metrics as openMetrics } from '#server/features/health/health.ts'
import { resourceLedger } from '#server/features/health/resources.ts'
import { keptRoutes } from '#server/features/kept/kept.routes.ts'
import { watchHouse } from '#server/features/operations/house.ts'
import { statusRoutes } from '#server/features/status/status.routes.ts'
import type { Status } from '#server/features/status/status.ts'
import { every } from '#server/jobs/every.ts'
import { openFindings } from '#server/kernel/findings.ts'
import type { Core } from './core.ts'
import type { Automating } from './automating.ts'
import type { Conversing } from './conversing.ts'
import type { Counting } from './counting.ts'
import type { GivingWay } from './giving-way.ts'
import type { Given } from './options.ts'
import type { People } from './people.ts'
import type { Sharing } from './sharing.ts'

interface Needs {
  way: GivingWay; core: Core; people: People; counting: Counting; conversing: Conversing; sharing: Sharing; automating: Automating; status: Status
  http: () => FastifyInstance
}

export async function openWatching(g: Given, { way, core, people, counting, conversing, sharing, automating, status, http }: Needs) {
  const { pool, log, node, keys, folder, about, mail, lease, room, now, random, isDraining, startedAtMs, metricsToken } = g
  const { seq, hub, inside, spool, load, topics } = core
  // By the machine's clock, as the pool: a demo's runs elsewhere.
  const byMachine = { now: Date.now, random, log }

  const findings = openFindings({ now: Date.now })
  findings.onChange(({ what, finding }) => {
    log[what === 'raised' ? 'error' : 'info']({ finding }, `a finding was ${what}`)
    if (what === 'raised') void status.proposeFindings([finding])
  })
  const componentOf = (label: string): 'bookings' | 'reports' | 'database' => sharing.serves(label) ? 'bookings' : counting.aside.serves(label) ? 'reports' : 'database'
  const dog = watchdog({ pool, findings, log, now: Date.now, componentOf })
  const resources = resourceLedger({ owned: () => ({ clients: hub.size, database: pool.books().open }), findings, now: Date.now })
  const backups = g.backups && backupSchedule({
    ...g.backups, dataFolder: folder, lodge: about.version, now, log,
    async lease() {
      const held = await pool.lease('backup', 10_000)   // ends with the backup, so its low priority meets nobody else
      g.lowerPriority?.((held.client as unknown as { processID: number }).processID)
      return held
    },
  })

  const house = await watchHouse({
    ...byMachine, db: way.work('history'), operator: people.operator, folder, node, version: about.version, findings, baseUrl: g.baseUrl,
    http, isTls: g.http?.tls !== undefined, isDraining, committed: () => core.committed, accept: core.accept, reach: g.reach, metricsToken,
    ticketsAtMs: now, keys, channels: conversing.channels.running, mail, tuning: g.operations ?? {},
    sources: {
      pool, queued: () => seq.queued, feedLag: () => inside.lag(), sockets: () => hub.size, olderScreens: () => hub.olderScreens(),
      backends: () => dog.stats().backends || undefined, load: load.stats, spool: spool.stats, room: room && (() => room.level),
      backupAgeMs: () => backups && backupAgeMs(backups.state(), now(), startedAtMs),
    },
    connectionsMax: () => resources.last()?.files.limit,
    levers: { ...load, gives: way.governor.gives, paused: () => load.stats().governor.paused, invitations: () => load.stats().invitations },
    backups, endHolder: pool.end, push: core.push, isWatched: core.isWatched,
  })
  const watched = {
    channels: conversing.channels.running.all, pool, hub, topics, sequencer: seq, feed: inside, spool: spool.stats, room, isDraining, lease,
    findings, watchdog: dog, resources, oldestDueRunMs: automating.oldestDueMs, load,
  }
  const metrics = openMetrics(watched)
  if (backups) backupMetrics(metrics.registry, backups.state, now)
  core.onCommitted((rows) => { metrics.committed(rows.length) })

  return {
    findings, backups, metrics, operations: house.operations,
    begin() {
      inside.subscribe(erasureLog(folder))
      const backingUp = backups && every('back everything up', 60_000, () => backups.round(), g.chores)
      if (backingUp) backups.onAsked(() => { backingUp.poke() })
      return [
        ...(g.off.has('reclaim') ? [] : [every('watch the connections', 5_000, () => dog.look(), g.chores)]),
        every('watch sockets, timers and files', 10_000, () => resources.look(), g.chores),
        // Away: the last one stays, and the next round comes in time.
        ...(lease ? [every('renew the lease of this node', 5_000, () => lease.renew(pool).catch(() => {}), g.chores)] : []),
        every('propose what the watchdogs find', 5_000, () => status.proposeFindings(findings.current()), g.chores),
        ...(backingUp ? [backingUp] : []),
      ]
    },
    mount(app: FastifyInstance): void {
      keptRoutes(app, spool)
      if (g.drill) drillRoutes(app, { pool, findings })
      statusRoutes(app, { status, now: Date.now })
      house.mount(app, metrics.registry)
      healthRoutes(app, { watched, metrics, metricsToken, about: () => ({ ...about, isNew: people.identity.links.isAwaited }), now })
    },
    stop: house.stop,
  }
}
export type Watching = Awaited<ReturnType<typeof openWatching>>
