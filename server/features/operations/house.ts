/** Puts together what watches the house and wakes people: figures, canary, headroom, alerts, and the page that shows them. */
import { totalmem } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import { alertRoutes } from './alerts/alerts.routes.ts'
import { openAlerts, type AlertsOptions } from './alerts/alerts.ts'
import type { Db } from '#server/db/db.ts'
import type { Operator } from '#server/features/identity/identity.ts'
import type { ChoreOptions } from '#server/jobs/every.ts'
import { openSmtp } from '#server/features/deliveries/deliveries.ts'
import type { Findings } from '#server/kernel/findings.ts'
import { signTicket, type TicketKey } from '#server/kernel/ticket.ts'
import { loopMeter } from '#server/realtime/loop-meter.ts'
import { canary as openCanary, type CanaryOptions } from './canary.ts'
import type { Sources } from './figures.ts'
import { openHeadroom } from './headroom.ts'
import { operationsMetrics } from './metrics.ts'
import { operationsRoutes } from './operations.routes.ts'
import { openOperations, type Levers, type Operations, type OperationsOptions } from './operations.ts'

export { canaryTopic } from './canary.ts'
/** Fewer handshakes and admission goes by its first guess, which is no measurement. */
const enoughAdmitted = 100
interface Said { readonly state: string; readonly detail?: string }
export interface HouseOptions extends ChoreOptions {
  db: Db
  operator: Operator
  folder: string
  node: string
  version: string
  isTls: boolean
  findings: Findings
  baseUrl: () => string
  http: () => FastifyInstance
  isDraining: () => boolean
  sources: Omit<Sources, 'now' | 'kiosks' | 'setAside' | 'canary' | 'linesDown' | 'healthMs' | 'loop' | 'awaySinceMs'>
  committed: () => number
  connectionsMax: () => number | undefined
  accept: CanaryOptions['accept']
  keys: { tickets: readonly TicketKey[]; /** What webhooks and links are signed with. */ pushSecret: string }
  /** Tickets go by the app's clock, all else here by the machine's. */
  ticketsAtMs: () => number
  channels: { all: CanaryOptions['channels']; say(account: string, to: string, text: string): Promise<Said | undefined>; canSay(account: string): boolean }
  mail: { smtpUrl: string | undefined; from: string | undefined } | undefined
  reach: AlertsOptions['reach']
  metricsToken: string | undefined
  levers?: Levers | undefined
  endHolder?: ((label: string, sinceMs: number) => boolean) | undefined
  backups: OperationsOptions['backups']
  push: (account: string, view: string, body: object) => void
  isWatched: (account: string, view: string) => boolean
  tuning: HouseTuning
}
/** `canaryEveryMs`: no canary without it. `stop` ends this process in an orderly way. `alerts`: for tests, whose nights are short. */
export interface HouseTuning { canaryEveryMs?: number; lookEveryMs?: number; countEveryMs?: number; stop?: () => void; alerts?: AlertsOptions['tuning'] }
export interface House { readonly operations: Operations; /** Routes and metrics. */ mount(app: FastifyInstance, registry: Registry): void; stop(): Promise<void> }

export async function watchHouse(o: HouseOptions): Promise<House> {
  const { now, random, log, findings, folder, tuning, channels } = o
  const chores = { now, random, log }
  const loop = loopMeter()
  let looped = { p99Ms: 0, utilisation: 0 }
  let awaySinceMs: number | undefined
  /** A database that hangs is not down for the pool; the spool notices it by what waits. */
  function lookAway(): void {
    const { downSinceMs } = o.sources.pool.stats()
    awaySinceMs = downSinceMs ?? (o.sources.spool?.().state === 'keeping' ? awaySinceMs ?? now() : undefined)
  }

  function ownUrl(): string | undefined {
    const at = o.http().server.address()
    if (at === null || typeof at === 'string' || o.isDraining() || tuning.canaryEveryMs === undefined) return undefined
    const host = at.address === '0.0.0.0' || at.address === '::' ? '127.0.0.1' : at.address.includes(':') ? `[${at.address}]` : at.address
    return `${o.isTls ? 'https' : 'http'}://${host}:${at.port}`
  }
  const smtp = o.mail?.smtpUrl === undefined ? undefined : openSmtp({ url: o.mail.smtpUrl, from: o.mail.from ?? 'Lodge <lodge@localhost>', atOnce: 2, sendTimeoutMs: 15_000 })
  const canary = openCanary({
    ...chores, node: o.node, everyMs: tuning.canaryEveryMs ?? 0, account: o.operator.account, url: ownUrl, ticket: (session) => signTicket(o.keys.tickets, session, o.ticketsAtMs()).ticket, accept: o.accept,
    readBack: (account, topic, offset) => operations.readBack(account, topic, offset), channels: () => channels.all(), mail: smtp?.refusesUs,
  })
  const headroom = await openHeadroom({
    ...chores, path: join(folder, 'operations', 'week.json'), findings, committed: o.committed, connections: o.sources.sockets, utilisation: () => looped.utilisation, memoryBytes: () => process.memoryUsage.rss(), memoryMaxBytes: memoryMaxBytes(),
    connectionsMax: o.connectionsMax, admitted: o.sources.load && (() => { const { admission } = o.sources.load!(); return { total: admission.admitted, perSecond: admission.admitted >= enoughAdmitted ? admission.measuredPerSecond : undefined } }),
  })
  const alerts = await openAlerts({
    ...chores, folder, house: () => `Lodge at ${o.baseUrl().replace(/^https?:\/\//, '')}`, baseUrl: o.baseUrl, findings: () => findings.current(), reach: o.reach, master: o.keys.pushSecret, mail: smtp && ((letter) => smtp.send({ ...letter, html: null, files: null })),
    async sms(to, text) {
      const account = await o.operator.account()
      const sent = account === undefined ? undefined : await channels.say(account, to, text)
      if (sent === undefined) return { state: 'later', why: 'No SMS channel has a line.' }
      // What may have left is not said again: an alert that comes twice wakes twice.
      return sent.state === 'taken' || sent.state === 'unclear' ? { state: 'sent' } : { state: sent.state === 'never' ? 'never' : 'later', why: sent.detail ?? '' }
    },
    hasSms: () => o.operator.known !== undefined && channels.canSay(o.operator.known), ...(tuning.alerts && { tuning: tuning.alerts }),
  })
  const operations = openOperations({
    ...chores, db: o.db, operator: o.operator, node: o.node, version: o.version, findings, canary, headroom, levers: o.levers, backups: o.backups, endHolder: o.endHolder, ...(tuning.lookEveryMs !== undefined && { everyMs: tuning.lookEveryMs }), ...(tuning.countEveryMs !== undefined && { countEveryMs: tuning.countEveryMs }), stop: tuning.stop, isStopping: o.isDraining,
    beforeLook: () => { looped = loop.read(); lookAway(); void o.operator.account().catch(() => {}) },   // once it is known it is known without the database
    sources: { ...o.sources, loop: () => looped, awaySinceMs: () => awaySinceMs }, alertOf: alerts.of, isAnybodyOnCall: () => alerts.onCall().onCall.duties.length > 0, push: o.push, isWatched: o.isWatched,
  })
  return {
    operations,
    mount(app, registry) {
      operationsRoutes(app, { operations, metricsToken: o.metricsToken })
      alertRoutes(app, { alerts, refuseUnlessOperator: operations.refuseUnlessOperator, nameOf: operations.nameOf })
      operationsMetrics(registry, { operations, canary, headroom, alerts: alerts.stats })
    },
    async stop() {
      await canary.stop()
      await operations.stop()
      await alerts.stop()
      smtp?.close()
      await headroom.stop()
      loop.stop()
    },
  }
}

/** What this process may use: its cgroup's limit, or the machine's memory. */
function memoryMaxBytes(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}
