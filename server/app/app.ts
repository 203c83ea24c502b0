/** The composition root: the parts of the house, in the order in which they need each other. Tests call it too; `main.ts` gives it the machine. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { announceBlob, uploadBytes } from '#contract/blobs.ts'
import { bookAtPanel, createBooking, createBookingSeries } from '#contract/bookings.ts'
import { exportReport } from '#contract/reports.ts'
import { saveFloorPlan } from '#contract/spaces.ts'
import type { Tx } from '#server/db/db.ts'
import type { Feed } from '#server/db/feed.ts'
import type { BackupSchedule } from '#server/features/backups/backups.ts'
import type { Identity } from '#server/features/identity/identity.ts'
import type { Kept } from '#server/features/kept/kept.ts'
import type { Load } from '#server/features/load/load.ts'
import { canaryTopic, type House } from '#server/features/operations/house.ts'
import { refuseWithoutRoom } from '#server/features/room/room.ts'
import { insideTopics } from '#server/features/settings/settings.ts'
import { openStatus, type Status } from '#server/features/status/status.ts'
import { pages } from '#server/http/pages.ts'
import { buildHttp } from '#server/http/server.ts'
import type { Findings } from '#server/kernel/findings.ts'
import type { Sequencer } from '#server/kernel/sequencer.ts'
import type { Hub } from '#server/realtime/hub.ts'
import { acceptSockets } from '#server/realtime/upgrade.ts'
import { openAutomating, type Automating } from './automating.ts'
import { openConversing, type Conversing } from './conversing.ts'
import { openCore } from './core.ts'
import { openCounting } from './counting.ts'
import { openGivingWay } from './giving-way.ts'
import { given, type AppOptions, type Part } from './options.ts'
import { openPeople } from './people.ts'
import { openReceiving, type Receiving } from './receiving.ts'
import { openSharing, type Sharing } from './sharing.ts'
import { openTelling } from './telling.ts'
import { openWatching } from './watching.ts'

export type { AppOptions } from './options.ts'

export interface App {
  readonly http: FastifyInstance
  readonly hub: Hub
  readonly identity: Identity
  readonly sequencer: Sequencer<Tx>
  readonly feed: Feed
  readonly operations: House['operations']
  /** Entries that this node has committed. */
  readonly committed: number
  /** What the watchdogs of this node find wrong now. */
  readonly findings: Findings
  /** Pauses, the lever for invitations, and how admission and the governor stand. */
  readonly load: Load
  readonly backups: BackupSchedule | undefined
  /** What this node keeps while the database is away. */
  readonly spool: Pick<Kept, 'stats' | 'isAway' | 'drained'>
  /** For who is in the house already: the demo, and jobs that follow. */
  readonly verbs: Pick<Conversing, 'commands' | 'inboxes' | 'contacts' | 'channels'> & Pick<Receiving, 'places' | 'visits' | 'series' | 'kiosks' | 'watchlist'>
    & Pick<Sharing, 'spaces' | 'bookings' | 'bookingSeries' | 'closures'> & Pick<Automating, 'rules'> & { readonly status: Status }
  /** Refuses new work, sends every client away with a slot, finishes what was begun. */
  drain(forMs: number): Promise<void>
  close(): Promise<void>
}

export async function buildApp(options: AppOptions): Promise<App> {
  let isDraining = false
  const g = given(options, () => isDraining)
  const { log, now } = g

  const way = openGivingWay(g)
  const core = await openCore(g, way)
  const { hub, seq, inside, spool, load, views } = core
  const telling = openTelling(g, way, { post: (delivery) => automating.post(delivery) })
  const people = await openPeople(g, { way, core, telling })
  const { identity } = people
  const counting = openCounting(g, { way, core })
  const conversing = await openConversing(g, { way, core, telling, people, counting })
  // By the machine's clock, as the page's own process.
  const status = await openStatus({
    folder: g.folder, db: way.work('history'), operator: people.operator, commands: () => conversing.commands, reach: g.reach, push: core.push,
    watched: (account, kind) => hub.watched(account, kind), ...g.chores, now: Date.now,
  })
  const receiving = openReceiving(g, { way, core, telling, people, conversing, status })
  const sharing = openSharing(g, { way, core, telling, people })
  const automating = openAutomating(g, { way, core, telling, people, conversing, ended: (outcome) => { watching.metrics.ruleRun(outcome) } })

  function presenceChanged(account: string): void {
    views.soon(account, 'people')
    conversing.doorChanged(account)
    counting.board.soon(account)
  }
  way.onGiven((kinds) => {
    conversing.invite.set(kinds.includes('invitations'))
    if (kinds.length > 0) return
    const watchers = [...hub.watched(undefined, 'people'), ...hub.watched(undefined, 'door')]
    for (const account of new Set(watchers.map((v) => v.account))) presenceChanged(account)   // what was left out meanwhile
  })
  hub.plug({
    topics: [...conversing.topics, sharing.topics, canaryTopic, ...insideTopics], commands: conversing.door,
    views: [
      ...conversing.views, people.view, automating.view, counting.board.view, status.view,
      { kind: 'operations', open: (session, id) => watching.operations.view.open(session, id) },
    ],
    authenticate: identity.authenticate, graceMs: identity.graceMs, mayConnect: conversing.mayConnect, onPresence: presenceChanged,
  })
  // Nothing that was kept is done before it is known whose rights have ended.
  await identity.begin(() => isDraining, () => spool.serve({
    commands: conversing.commands, ...receiving.kept, isWeb: conversing.access.isWeb,
    isRevoked: (account, { subject, actor, issuedAtMs }, atMs) => identity.revocations.wasRevoked({ account, subject, actor, issuedAtMs }, atMs),
  }))

  const watching = await openWatching(g, { way, core, people, counting, conversing, sharing, automating, status, http: () => http })
  const parts: readonly Part[] = [people, counting, conversing, receiving, sharing, automating, telling, watching]
  const running = parts.flatMap((part) => part.begin?.() ?? [])

  const http = await buildHttp({
    authenticate: identity.authenticate, log, now, publicUrl: g.publicUrl, ...g.http,
    onCall: ({ endpoint, ms, statements }) => watching.metrics.call(`${endpoint.method} ${endpoint.path}`, ms, statements, endpoint.statements),
    otherwise: (request, reply) => screens(request, reply),
  })
  const withoutRoom = { files: [announceBlob, uploadBytes, saveFloorPlan, exportReport], bookings: [createBooking, createBookingSeries, bookAtPanel] }
  if (g.room) refuseWithoutRoom(http, g.room, withoutRoom)
  for (const part of parts) part.mount(http)
  const screens = g.screens ? await pages(http, g.screens) : (_request: unknown, reply: FastifyReply) => reply.code(404).send()
  const closeSockets = acceptSockets(http.server, hub, way.admission)
  conversing.invite.set(way.governor.gives('invitations'))   // paused before a restart
  load.start()

  return {
    http, hub, identity, sequencer: seq, feed: inside, load, spool: { stats: spool.stats, isAway: spool.isAway, drained: spool.drained },
    backups: watching.backups, findings: watching.findings, operations: watching.operations,
    get committed() { return core.committed },
    verbs: {
      commands: conversing.commands, inboxes: conversing.inboxes, contacts: conversing.contacts, channels: conversing.channels,
      places: receiving.places, visits: receiving.visits, series: receiving.series, kiosks: receiving.kiosks, watchlist: receiving.watchlist,
      spaces: sharing.spaces, bookings: sharing.bookings, bookingSeries: sharing.bookingSeries, closures: sharing.closures, rules: automating.rules, status,
    },
    async drain(forMs) {
      isDraining = true
      await hub.drain(forMs)
      await spool.drained(spool.isAway() ? 0 : forMs)   // what is left is stored by the next start
      await sharing.outbox.carry().catch(() => {})   // what is left is carried over by the next start
      await seq.idle()
      if (!spool.isAway()) await inside.settled()   // else the next start goes on from the cursors
    },
    async close() {
      isDraining = true
      watching.backups?.stop()
      for (const chore of running) await chore.stop()
      await status.stop()
      await watching.stop()
      await conversing.channels.stop()
      await automating.stop()
      closeSockets()
      hub.close()
      await http.close()
      await receiving.close()
      await sharing.outbox.idle()
      conversing.list.stop()
      counting.board.stop()
      views.stop()
      load.stop()
      way.loop.stop()
      await spool.stop()
      await seq.idle()
      await core.marks.stop()
      await inside.stop()
      await telling.deliveries.stop()
      people.close()
      core.journal.close()
      watching.metrics.stop()
    },
  }
}
