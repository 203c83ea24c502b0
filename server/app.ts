/** The composition root: what is mounted, and who listens to what. Tests call it too; `main.ts` gives it the machine. */
import { AsyncResource } from 'node:async_hooks'
import { hkdfSync } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { About } from '#contract/about.ts'
import type { Ack } from '#contract/commands.ts'
import { announceBlob, uploadBytes } from '#contract/blobs.ts'
import { bookAtPanel, createBooking, createBookingSeries } from '#contract/bookings.ts'
import type { Protection } from '#contract/config.ts'
import { exportReport } from '#contract/reports.ts'
import { saveFloorPlan } from '#contract/spaces.ts'
import { answering } from './db/answering.ts'
import { asideOf } from './db/aside.ts'
import { feed, type Feed } from './db/feed.ts'
import { postgresJournal } from './db/journal.ts'
import type { NodeLease } from './db/node-lease.ts'
import { remembered } from './db/remembered.ts'
import { startingEpoch } from './db/starting-epoch.ts'
import type { Pool } from './db/pool.ts'
import type { Db, Tx } from './db/db.ts'
import { governed } from './db/governed.ts'
import { owner } from './db/on-behalf.ts'
import { shareOf } from './db/share.ts'
import { watchdog } from './db/watchdog.ts'
import { backupAgeMs, backupSchedule, erasureLog, type BackupSchedule, type ScheduleOptions } from './features/backups/backups.ts'
import { backupMetrics } from './features/backups/metrics.ts'
import { badges as openBadges } from './features/badges/badges.ts'
import { badgeRoutes } from './features/badges/badges.routes.ts'
import { openIncoming } from './features/blobs/incoming.ts'
import { checkAttachments, releaseBlobs, releaseBlobsOf } from './features/blobs/blobs.ts'
import { blobRoutes } from './features/blobs/blobs.routes.ts'
import { folderStore } from './features/blobs/store.ts'
import { sweepBlobs } from './features/blobs/sweep.ts'
import { bookingRoutes } from './features/bookings/bookings.routes.ts'
import { bookings as openBookings, type BookingOptions, type Bookings } from './features/bookings/bookings.ts'
import { closures as openClosures, type Closures } from './features/bookings/closures.ts'
import { bookingFeeds } from './features/bookings/feeds.ts'
import { bookingNotices } from './features/bookings/notices.ts'
import { outbox as openOutbox } from './features/bookings/outbox.ts'
import { bookingPanel } from './features/bookings/panel.ts'
import { bookingReading } from './features/bookings/reading.ts'
import { graceAfterStartMs, releaseNoShows } from './features/bookings/release.ts'
import { bookingSeries, type BookingSeries } from './features/bookings/series.ts'
import { channels as openChannels, eraseAddressesOf, isStopOnChannel, type Channels, type Tuning } from './features/channels/channels.ts'
import { channelRoutes } from './features/channels/channels.routes.ts'
import { conversationAccess } from './features/conversations/access.ts'
import { conversationCommands } from './features/conversations/conversations.ts'
import { conversationRoutes } from './features/conversations/conversations.routes.ts'
import { conversationTopic, inboxList } from './features/conversations/live.ts'
import { conversationList } from './features/conversations/projection.ts'
import { redactRings } from './features/conversations/redaction.ts'
import { wakeSnoozed } from './features/conversations/snooze.ts'
import { contacts as openContacts, type Contacts } from './features/contacts/contacts.ts'
import { contactErasure } from './features/contacts/erasure.ts'
import { contactRoutes } from './features/contacts/contacts.routes.ts'
import { transcripts } from './features/conversations/transcript.ts'
import { tellUnanswered } from './features/conversations/unanswered.ts'
import { bookingMail } from './features/deliveries/booking-mails.ts'
import { deliveriesTo, eraseDeliveries, openDeliveries } from './features/deliveries/deliveries.ts'
import { deliveryRoutes } from './features/deliveries/deliveries.routes.ts'
import { invitationMail, passwordMail, unansweredMail } from './features/deliveries/mails.ts'
import { ruleMail, ruleNotice, rulePausedMail } from './features/deliveries/rule-mails.ts'
import { transcriptMail } from './features/deliveries/transcript.ts'
import { arrivalMail, arrivalPush, visitInvitationMail } from './features/deliveries/visit-mails.ts'
import { healthRoutes } from './features/health/health.routes.ts'
import { resourceLedger } from './features/health/resources.ts'
import { metrics as openMetrics } from './features/health/health.ts'
import { openIdentity, openOperator, type Identity, type Keys, type SendInvitation } from './features/identity/identity.ts'
import { inviterNames } from './features/identity/people.sql.ts'
import { lifeMs } from './features/identity/links.ts'
import { identityRoutes } from './features/identity/identity.routes.ts'
import { keptRoutes } from './features/kept/kept.routes.ts'
import { keptEntries, openKept, tellKept, tellSettled, type Kept } from './features/kept/kept.ts'
import { kioskBeats } from './features/kiosks/beats.ts'
import { effects } from './features/kiosks/effects.ts'
import { kioskOfToken, kiosks as openKiosks, type Kiosks } from './features/kiosks/kiosks.ts'
import { kioskRoutes } from './features/kiosks/kiosks.routes.ts'
import { operations as openOperations } from './features/kiosks/operations.ts'
import { kioskSnapshots } from './features/kiosks/snapshot.ts'
import { canaryTopic, watchHouse, type House, type HouseTuning } from './features/operations/house.ts'
import { watchlist as openWatchlist, type Watchlist } from './features/visits/watchlist.ts'
import { bookingTopics, panelOfToken, panels as openPanels } from './features/spaces/panels.ts'
import { spaceRoutes } from './features/spaces/spaces.routes.ts'
import { spaces as openSpaces, type Spaces } from './features/spaces/spaces.ts'
import { places as openPlaces, type Places } from './features/places/places.ts'
import { personRoutes } from './features/visits/persons.routes.ts'
import { persons } from './features/visits/persons.ts'
import { placeRoutes } from './features/places/places.routes.ts'
import { invitedVisits } from './features/visits/invited.ts'
import { seriesInvitations, visitInvitations, type Invitation } from './features/visits/invitation.ts'
import { arrivalNotices } from './features/visits/notices.ts'
import { overnight } from './features/visits/overnight.ts'
import { visitSeries, type Series } from './features/visits/series.ts'
import { seriesRoutes } from './features/visits/series.routes.ts'
import { visits as openVisits, type Visits } from './features/visits/visits.ts'
import { visitFiles } from './features/visits/visit-file.ts'
import { visitRoutes } from './features/visits/visits.routes.ts'
import { liveBoard } from './features/reports/board.ts'
import { reportFacts, reports as openReports } from './features/reports/reports.ts'
import { reportRoutes } from './features/reports/reports.routes.ts'
import { drillRoutes } from './features/drill/drill.routes.ts'
import { keptLoad } from './features/load/kept.ts'
import { openLoad, type Load } from './features/load/load.ts'
import { inboxes as openInboxes, type Inboxes } from './features/inboxes/inboxes.ts'
import { inboxRoutes } from './features/inboxes/inboxes.routes.ts'
import { doorView, mayConnect } from './features/inboxes/door.ts'
import { doorsOf } from './features/inboxes/doors.ts'
import { inviting } from './features/inboxes/inviting.ts'
import { visitorSessions } from './features/inboxes/visitor-sessions.ts'
import { peopleView } from './features/identity/presence.ts'
import { insideTopics, settingsChanged } from './features/settings/settings.ts'
import { statusRoutes } from './features/status/status.routes.ts'
import { openStatus, type Status } from './features/status/status.ts'
import { pushes as openPushes } from './features/pushes/pushes.ts'
import { pushRoutes } from './features/pushes/pushes.routes.ts'
import { dryRuns } from './features/rules/dry-run.ts'
import { isStopWord, ruleAdmins, ruleFollower, rules as openRules, runs as openRuns, runsView, startRuleWorker, unlessErased, type Rules } from './features/rules/rules.ts'
import { refuseWithoutRoom, type Room } from './features/room/room.ts'
import { ruleRoutes } from './features/rules/rules.routes.ts'
import { pages } from './http/pages.ts'
import { publicOnly, type Reach } from './http/reach.ts'
import { buildHttp, type HttpOptions } from './http/server.ts'
import { every } from './jobs/every.ts'
import { admission as openAdmission } from './kernel/admission.ts'
import { derivedId } from './kernel/derived-id.ts'
import { openFindings, type Findings } from './kernel/findings.ts'
import { governor as openGovernor, type WorkClass } from './kernel/governor.ts'
import { sequencer, type NewRow, type Sequencer } from './kernel/sequencer.ts'
import { topics as openTopics } from './kernel/topics.ts'
import { Hub } from './realtime/hub.ts'
import { loopMeter } from './realtime/loop-meter.ts'
import type { CommandHandlers } from './realtime/plugs.ts'
import { markBook } from './realtime/marks.ts'
import { pushes as pushViews } from './realtime/pushes.ts'
import { acceptSockets } from './realtime/upgrade.ts'

export interface AppOptions {
  pool: Pool
  keys: Keys
  log: FastifyBaseLogger
  /** Name of this node, for people who read logs. */
  node: string
  /** Attachments and what else is not in the database. */
  folder: string
  about: Omit<About, 'isNew'>
  /** web/dist; without it there are no screens. */
  screens?: string
  publicUrl?: string | undefined
  /** Where links in mails lead; `publicUrl`, or the address that was listened on. */
  baseUrl?: () => string
  mail?: { smtpUrl: string | undefined; from: string | undefined }
  /** Only for tests, whose push service and receivers of webhooks are on this machine; else nothing inside can be reached. */
  pushReach?: Reach
  /** `networks`: inside the house, and channels may connect there. `tuning`: for tests and the demo. */
  channels?: { networks?: string | undefined; tuning?: Tuning }
  metricsToken?: string | undefined
  /** Of a backend of the database, where that is on this machine. */
  lowerPriority?: ((backendPid: number) => boolean) | undefined
  /** Without it no backups are taken by this server. */
  backups?: Pick<ScheduleOptions, 'into' | 'at' | 'keep' | 'keys' | 'bytesPerSecond'> | undefined
  commandsPerSecond?: number
  commandBurst?: number
  /** This node's part of the budget; all of the pool unless given. */
  lease?: NodeLease
  /** Faults can be switched on from outside. Only on loopback. */
  drill?: boolean
  /** Only in drills: what is switched off. */
  off?: readonly Protection[]
  /** `folders`: in the order of preference, `spool` in the folder unless given. `queueMs`: a command that waits longer is kept. `graceMs`: how long an expired ticket is honoured while the database is away. */
  spool?: { folders?: readonly string[]; maxBytes?: number; queueMs?: number; graceMs?: number }
  /** The disks; without it nobody looks at them. */
  room?: Room
  operations?: HouseTuning
  http?: Pick<HttpOptions, 'trustProxy' | 'tls' | 'strict'>
  now?: () => number
  random?: () => number
}

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
  readonly verbs: { readonly commands: CommandHandlers; readonly inboxes: Inboxes; readonly contacts: Contacts; readonly places: Places; readonly visits: Visits; readonly series: Series; readonly kiosks: Kiosks; readonly watchlist: Watchlist; readonly spaces: Spaces; readonly bookings: Bookings; readonly bookingSeries: BookingSeries; readonly closures: Closures; readonly channels: Channels; readonly rules: Rules; readonly status: Status }
  /** Refuses new work, sends every client away with a slot, finishes what was begun. */
  drain(forMs: number): Promise<void>
  close(): Promise<void>
}

export async function buildApp(o: AppOptions): Promise<App> {
  const { pool, keys, log, node, now = Date.now, random = Math.random } = o
  const off = new Set(o.off)
  const chores = { now, random, log }
  const reclaims = !o.off?.includes('reclaim')
  let draining = false, committed = 0

  // --- what gives way when there is too much (P5, P6, P10)
  const timing = { now: () => performance.now(), after: (ms: number, fn: () => void) => { const timer = setTimeout(fn, ms); return () => { clearTimeout(timer) } } }
  const loop = loopMeter()
  const kept = keptLoad(join(o.folder, 'load.json'), log)
  const admission = openAdmission({ ...timing, loop: loop.read, isOff: off.has('admission'), measuredPerSecond: kept.resumesPerSecond })
  let most = { connections: pool.stats().max, atMs: 0 }
  /** For all but the writer. Its number may change; the pool's statistics are too much for each call. */
  function connections(): number {
    if (performance.now() - most.atMs > 1_000) most = { connections: pool.stats().max, atMs: performance.now() }
    return most.connections - 1
  }
  const governor = openGovernor({
    ...timing, max: connections, isOff: off.has('governor'),
    paused: kept.paused, onPaused: (paused) => { kept.write({ paused }) },
    onChange(given) {
      log.warn({ given }, given.length > 0 ? 'Some work waits so that messages get through' : 'Nothing has to wait any more')
      invite.set(given.includes('invitations'))
      if (given.length === 0) for (const account of new Set([...hub.watched(undefined, 'people'), ...hub.watched(undefined, 'door')].map((v) => v.account))) presenceChanged(account)   // what was left out meanwhile
    },
  })
  // Refused at once while nothing answers, before anybody waits for a place.
  let isSilent = (): boolean => false   // until there is a spool, which needs all this
  const inTurn = governed(pool, governor, owner)
  const work = (of: WorkClass): Db => off.has('spool') ? inTurn(of) : answering(inTurn(of), () => isSilent())
  const db = work('history')
  const coming = work('resume')
  const message = work('message')

  // --- accept, order, resume
  const noted = <T>(name: string) => remembered<T>({ folder: o.folder, name, log })
  const { epoch, isAsked, noteEpoch } = await startingEpoch(coming, noted('epoch'), off.has('spool'))
  const journal = postgresJournal({ db: coming, isGatherOff: off.has('gather'), own: inTurn('write'), writeTimeoutMs, lease: (label, waitMs) => pool.lease(label, waitMs), node, epoch, onRestart: () => { seq.forget(); topics.restart(); noteEpoch(journal.epoch) } })
  const seq = sequencer<Tx>({
    journal, now, random, sleep: (ms) => sleep(ms), publish, found: (k) => topics.hint(k.account, k.topic, k.offset), bind: (fn) => AsyncResource.bind(fn),
    report: (error, what) => log.error({ err: error, what }, 'The writer met a failure'),
  })
  const load = openLoad({
    governor, admission, windows: () => ({ agentsMs: hub.windowMs(true), visitorsMs: hub.windowMs(false), connections: hub.size }), isAway: () => spool.isAway() || pool.stats().downSinceMs !== undefined, queued: () => seq.queued,
    why: kept.why, keepWhy: (why) => { kept.write({ why }) }, keepRate: (resumesPerSecond) => { kept.write({ resumesPerSecond }) },
  })
  // Behind the gate of the spool: while the journal takes nothing, messages and check-ins go there, and all else is refused at once.
  const spool = await openKept({
    pool, accept: load.timed(seq.accept), sequencer: seq, ping: () => journal.ping(), folders: off.has('spool') ? undefined : o.spool?.folders ?? [join(o.folder, 'spool')],
    maxBytes: o.spool?.maxBytes, queueMs: o.spool?.queueMs, node, log, now, random, sleep: (ms) => sleep(ms),
    onKept: (command) => tellKept(hub, command), onSettled: (command, outcome) => tellSettled(hub, command, outcome),
  })
  isSilent = spool.isSilent
  const { accept } = spool
  const topics = openTopics({ now, epoch: () => journal.epoch, read: journal.read, ahead: async () => journal.restart(journal.epoch) })
  const inside = feed({ db: message, log, now, sleep: (ms) => sleep(ms) })
  const marks = markBook({ db: coming, keep: message, log, isGatherOff: off.has('gather') })
  function publish(rows: readonly NewRow[]): void {
    committed += rows.length
    metrics.committed(rows.length)
    redactRings(topics, rows)
    topics.publish(rows)
    inside.committed(rows)
    for (const { topic, account } of rows) if (topic === 'settings') doorChanged(account)
  }

  // --- features
  const changed = settingsChanged(accept)
  const sendInvitation: SendInvitation = async (tx, { account, user, to, name, secret, invitedBy, isMember }) => {
    const { inviter, hotel } = await tx.one(inviterNames(account, invitedBy))
    await deliveries.deliver(tx, account, (isMember ? passwordMail : invitationMail)({ id: derivedId('invitation', user, secret), to, name, inviter, account: hotel, url: `${baseUrl()}/welcome/${secret}`, until: new Date(now() + lifeMs.invitation) }))
  }
  const pushes = openPushes({ db, secret: keys.pushSecret, contact: contactOf(o.publicUrl, o.mail?.from), reach: o.pushReach })
  const deliveries = openDeliveries({ db, post: (d) => rules.post({ id: d.id, account: d.account, rule: d.subscription ?? '', url: d.to, body: d.text, attempt: d.attempts }), push: (d) => pushes.send(d.account, d.subscription ?? '', { title: d.subject, body: d.text, path: d.path ?? '/visits', tag: d.id }), smtpUrl: o.mail?.smtpUrl, mailFrom: o.mail?.from, ...chores })
  const identity = openIdentity({ pool: { ...pool, ...work('reply') }, isSilent: spool.isAway, graceMs: o.spool?.graceMs, keys, log, secure: o.publicUrl?.startsWith('https:') ?? o.http?.tls !== undefined, changed, sendInvitation, devices: { kiosk: kioskOfToken, panel: panelOfToken }, noted: { revocations: noted('revocations'), tokens: noted('tokens') }, now })
  const baseUrl = o.baseUrl ?? (() => o.publicUrl ?? 'http://127.0.0.1:4000')
  const online = (account: string) => Object.entries(hub.present(account)).flatMap(([id, state]) => state === 'online' ? [id] : [])
  const inboxes = openInboxes({ db: coming, changed, online })
  const doors = doorsOf(inboxes, now)
  const invite = inviting({ doors, watched: () => hub.watched(undefined, 'door'), push: (account, view, door) => { hub.push(account, view, door) } })
  const doorChanged = (account: string): void => { doors.changed(account); views.soon(account, 'door') }
  const contacts = openContacts({ db, accept })
  const access = await conversationAccess(coming, { noted: noted('conversations'), recalls: !isAsked, isGatherOff: off.has('gather') })
  const channels = openChannels({ db: message, accept, commands: () => commands, changed, keys: keys.tickets, node, baseUrl, networks: o.channels?.networks, tuning: o.channels?.tuning, ...chores })
  const inConversations = { access, checkAttachments, releaseBlobs, leave: channels.leave, recall: channels.recall }
  const commands = conversationCommands({ accept, ...inConversations })
  const list = inboxList({ db: work('reply'), log, push: (account, view, body) => hub.push(account, view, body), isWatched: (account, view) => hub.isWatched(account, view) })
  const places = openPlaces({ db, changed })
  const tell = arrivalNotices({
    mail: (tx, account, { visit, name: _, ...arrived }) => deliveries.deliver(tx, account, arrivalMail({ ...arrived, url: `${baseUrl()}/visits/${visit}` })),
    browsersOf: pushes.browsersOf,
    push: (tx, account, browsers, notice) => deliveries.push(tx, account, browsers.map((b) => ({ ...arrivalPush({ ...notice, id: b.delivery }), subscription: b.id, to: b.to }))),
  })
  const [spaces, panels] = [openSpaces({ db, changed }), openPanels({ db, changed, now })]
  // A third: however many want desks, the rest stays for messages. At least two, or one that waits for a lock would stop all.
  const share = shareOf(work('booking'), 'bookings', () => Math.max(2, Math.floor(pool.max / 3)), now, reclaims)
  const outbox = openOutbox({ db: message, accept, log })
  const tellOfBooking = bookingNotices((tx, account, { code, ...of }) => deliveries.deliver(tx, account, bookingMail({ ...of, checkInUrl: `${baseUrl()}/checkin/${code}`, url: `${baseUrl()}/spaces?booking=${of.booking}` })))
  const booking: BookingOptions = { db: share, outbox, tell: tellOfBooking, now }
  const bookings = openBookings(booking)
  const bookedSeries = bookingSeries(booking)
  const closures = openClosures(booking)
  const startedAtMs = now()
  const mailInvitation = (tx: Tx, account: string, of: Invitation) => deliveries.deliver(tx, account, visitInvitationMail({ ...of, url: `${baseUrl()}/invited/${of.code}` }))
  const visits = openVisits({ db: message, accept, tell, invite: visitInvitations(mailInvitation), forgetMails: eraseDeliveries, now })
  const series = visitSeries({ db, accept, invite: seriesInvitations(mailInvitation), now })
  const isThere = (account: string, user: string): boolean => hub.present(account)[user] === 'online'
  const kiosks = openKiosks({ db: message, changed, isThere, now })
  const badges = openBadges({ db })
  const watchlist = openWatchlist({ db, changed })
  const operations = openOperations({ db: message, accept, effect: effects(tell), now })
  // In the gate's smallest class; where the database is on this machine, last at the processor too.
  const forReports = (): number => Math.max(1, Math.floor(pool.max / 16))
  const aside = o.lowerPriority ? asideOf(pool, 'reports', forReports, o.lowerPriority, now, reclaims) : shareOf(pool, 'reports', forReports, now, reclaims)
  const reports = openReports({ db: governed(aside, governor, owner)('report'), oldestKeptMs: () => spool.stats().oldestMs })
  const board = liveBoard({ db, log, present: (account) => hub.present(account), push: (account, view, body) => hub.push(account, view, body), isWatched: (account, view) => hub.isWatched(account, view) })
  const rules = openRules({ db, changed, reach: o.pushReach ?? publicOnly, master: keys.pushSecret, runsChanged: (account) => views.soon(account, 'runs'), now })
  const runs = openRuns({ db, changed: (account) => views.soon(account, 'runs'), poke: () => ruleWorker.poke(), now })
  const operator = await openOperator({ db, noted: noted('operator') })
  const status = await openStatus({ folder: o.folder, db, operator, commands: () => commands, reach: o.pushReach ?? publicOnly, push: (account, view, body) => hub.push(account, view, body), watched: (account, kind) => hub.watched(account, kind), ...chores, now: Date.now })   // by the machine's clock, as the page's own process
  const store = folderStore(join(o.folder, 'blobs'))
  const incoming = await openIncoming(join(o.folder, 'incoming'), 64 * 1024 * 1024)
  const linkKey = Buffer.from(hkdfSync('sha256', keys.tickets.at(-1)!.secret, '', 'lodge blob links', 32))

  function presenceChanged(account: string): void { views.soon(account, 'people'); doorChanged(account); board.soon(account) }
  const door = spool.doors.commands(commands)
  const hub = new Hub({
    kept: (account, topic) => keptEntries(spool.of(account, topic)), isAway: spool.isAway, isCatchingUp: spool.isCatchingUp, graceMs: identity.graceMs, node, build: o.about.build, now, epoch: () => journal.epoch, topics, marks, log,
    plugs: { topics: [conversationTopic(access), bookingTopics(db), canaryTopic, ...insideTopics], commands: door, views: [list.view, doorView(invite), peopleView((account) => hub.present(account)), runsView(runs), board.view, status.view, { kind: 'operations', open: (session, id) => house.operations.view.open(session, id) }] },
    settled: (account, actor, ids) => seq.settled(account, actor, ids),
    authenticate: identity.authenticate,
    mayConnect: mayConnect(coming, o.publicUrl),
    onPresence: presenceChanged,
    admission, isWindowOff: off.has('window'), dropsHints: () => governor.gives('hints'),
    ...(o.commandsPerSecond !== undefined && { commandsPerSecond: o.commandsPerSecond }), ...(o.commandBurst !== undefined && { commandBurst: o.commandBurst }),
  })
  spool.onBack(() => void hub.storageIsBack())
  const views = pushViews(async (account, kind, id) => kind === 'people' ? { presence: hub.present(account) } : kind === 'runs' ? { runs: await runs.unended(account, id ?? '') } : invite.door(account, id ?? ''), { hub, log, everyMs: (kind) => kind === 'door' ? 500 : 250 })
  const offRevoked = identity.revocations.onRevoked((account, subject) => hub.revoke(account, subject))
  await identity.begin(() => draining, () => spool.serve({   // nothing that was kept is done before it is known whose rights have ended
    commands, operate: async (from, raw) => (await operations.take(from, [raw]))[0], arrive: (...of) => visits.checkIn(...of).then(placeOf), depart: (...of) => visits.checkOut(...of).then(placeOf),
    isWeb: access.isWeb, isRevoked: (account, { subject, actor, issuedAtMs }, atMs) => identity.revocations.wasRevoked({ account, subject, actor, issuedAtMs }, atMs),
  }))

  // Who follows the journal.
  inside.subscribe(conversationList((of) => {
    list.changed(of)
    for (const { account } of of) board.soon(account)
  }))
  inside.subscribe(erasureLog(o.folder))
  inside.subscribe(reportFacts((accounts) => { for (const account of accounts) board.soon(account) }))
  const ruleWorker = startRuleWorker({
    db: work('automation'), commands: conversationCommands({ accept: unlessErased(accept), ...inConversations }), ...chores, changed: (account) => views.soon(account, 'runs'), onEnded: (outcome) => metrics.ruleRun(outcome),
    ways: {
      mail: (tx, account, mail) => deliveries.deliver(tx, account, ruleMail(mail)),
      async notify(tx, account, to, notice) {
        for (const { id, email } of to) await deliveries.deliver(tx, account, ruleNotice({ ...notice, id, to: email, url: `${baseUrl()}${notice.path}` }))
        const browsers = await pushes.browsersOf(tx, account, to.map((u) => u.user))
        await deliveries.push(tx, account, browsers.map((b) => ({ id: derivedId('rule push', to.find((u) => u.user === b.user)!.id, b.id), kind: 'notice', subscription: b.id, to: b.to, subject: notice.rule, text: notice.text, path: notice.path })))
      },
      post: (tx, account, { name, ...hook }) => deliveries.post(tx, account, { ...hook, subject: name }),
    },
    async tellPaused(tx, account, { rule, name, reason, run }) {
      for (const admin of await tx.all(ruleAdmins(account))) await deliveries.deliver(tx, account, rulePausedMail({ id: derivedId('rule paused', run, admin.id), to: admin.email, rule: name, reason, url: `${baseUrl()}/settings/rules?rule=${rule}` }))
    },
  })
  inside.subscribe(ruleFollower({ now, commands, isStopWord, isStopOnChannel, changed: (account) => views.soon(account, 'runs'), poke: () => ruleWorker.poke() }))

  // --- who watches
  // By the machine's clock, as the pool: a demo's runs elsewhere.
  const findings = openFindings({ now: Date.now })
  findings.onChange(({ what, finding }) => { log[what === 'raised' ? 'error' : 'info']({ finding }, `a finding was ${what}`) })
  findings.onChange(({ what, finding }) => { if (what === 'raised') void status.proposeFindings([finding]) })
  const dog = watchdog({ pool, findings, log, now: Date.now, componentOf: (label) => share.serves(label) ? 'bookings' : aside.serves(label) ? 'reports' : 'database' })
  const resources = resourceLedger({ owned: () => ({ clients: hub.size, database: pool.books().open }), findings, now: Date.now })
  const backups = o.backups && backupSchedule({ ...o.backups, lease: async () => {
    const held = await pool.lease('backup', 10_000)   // ends with the backup, so its low priority meets nobody else
    o.lowerPriority?.((held.client as unknown as { processID: number }).processID)
    return held
  }, dataFolder: o.folder, lodge: o.about.version, now, log })

  const running = [
    ...(!reclaims ? [] : [every('watch the connections', 5_000, () => dog.look(), chores)]),
    every('watch sockets, timers and files', 10_000, () => resources.look(), chores),
    ...(o.lease ? [every('renew the lease of this node', 5_000, () => o.lease!.renew(pool).catch(() => {}), chores)] : []),   // away: the last one stays, and the next round comes in time
    every('propose what the watchdogs find', 5_000, () => status.proposeFindings(findings.current()), chores),
    every('wake snoozed conversations', 5_000, () => wakeSnoozed({ db, accept }), chores),
    every('tell of unanswered conversations', 60_000, () => tellUnanswered({
      db, now, isThere, deliver: (tx, account, w) => deliveries.deliver(tx, account, unansweredMail({ ...w, url: `${baseUrl()}/inbox/${w.conversation}` })),
    }), chores),
    every('check visitors out, forget names', 60_000, () => overnight({ db, visits, series, log, now }), chores),
    every('release bookings nobody came to', 15_000, async () => { if (now() - startedAtMs >= graceAfterStartMs) await releaseNoShows(booking) }, chores),
    every('carry entries of bookings', 5_000, () => outbox.carry(), chores),
    every('book series ahead', 3_600_000, async () => { await bookedSeries.extend() }, chores),
    every('apply held operations', 30_000, () => operations.releaseAll(), chores),
    every('live boards by the clock', 30_000, async () => board.tick(), chores),
    every('load revocations', 4_000, () => identity.revocations.load(), chores),
    every('sweep revocations', 3_600_000, () => identity.revocations.sweep(), chores),
    ...(backups ? [every('back everything up', 60_000, () => backups.round(), chores)] : []),
    every('sweep attachments', 600_000, () => sweepBlobs({ db, store, incoming, now }), chores),
  ]

  // --- who is woken, and the page that shows why
  const house = await watchHouse({
    ...chores, now: Date.now, db, operator, folder: o.folder, node, version: o.about.version, isTls: o.http?.tls !== undefined, findings, baseUrl, http: () => http, isDraining: () => draining, committed: () => committed, reach: o.pushReach ?? publicOnly, metricsToken: o.metricsToken,
    accept, ticketsAtMs: now, keys, channels: channels.running, mail: o.mail, tuning: o.operations ?? {}, sources: { pool, queued: () => seq.queued, feedLag: () => inside.lag(), sockets: () => hub.size, olderScreens: () => hub.olderScreens(), backends: () => dog.stats().backends || undefined, load: load.stats, spool: spool.stats, room: o.room && (() => o.room!.level), backupAgeMs: () => backups && backupAgeMs(backups.state(), now(), startedAtMs) }, connectionsMax: () => resources.last()?.files.limit, levers: { ...load, gives: governor.gives, paused: () => load.stats().governor.paused, invitations: () => load.stats().invitations }, endHolder: pool.end, push: (account, view, body) => hub.push(account, view, body), isWatched: (account, view) => hub.isWatched(account, view),
  })

  // --- what the outside sees
  const watched = { channels: channels.running.all, pool, hub, topics, sequencer: seq, feed: inside, spool: spool.stats, room: o.room, isDraining: () => draining, lease: o.lease, findings, watchdog: dog, resources, oldestDueRunMs: () => ruleWorker.oldestDueMs(), load }
  const metrics = openMetrics(watched)
  if (backups) backupMetrics(metrics.registry, backups.state, now)
  const http = await buildHttp({
    authenticate: identity.authenticate, log, now, publicUrl: o.publicUrl, ...o.http,
    onCall: ({ endpoint, ms, statements }) => metrics.call(`${endpoint.method} ${endpoint.path}`, ms, statements, endpoint.statements),
    otherwise: (request, reply) => screens(request, reply),
  })
  if (o.room) refuseWithoutRoom(http, o.room, { files: [announceBlob, uploadBytes, saveFloorPlan, exportReport], bookings: [createBooking, createBookingSeries, bookAtPanel] })
  identityRoutes(http, identity)
  conversationRoutes(http, { db, access, epoch: () => journal.epoch, commands: door, sendTranscript: transcripts({ db, access, now, sends: deliveries.sends, deliver: (tx, account, told) => deliveries.deliver(tx, account, transcriptMail(told)) }) })
  channelRoutes(http, { channels, access, baseUrl })
  deliveryRoutes(http, { deliveries })
  keptRoutes(http, spool)
  pushRoutes(http, { pushes })
  blobRoutes(http, { db: message, store, incoming, accessConversation: (session, id) => access.conversation(session, id), linkKey, now })
  inboxRoutes(http, { inboxes, openVisitorSession: visitorSessions({ db: coming, door: invite.door, visitorTicket: identity.visitorTicket, fillIn: contacts.fillIn, now }), ownOrigin: o.publicUrl, isWithdrawn: () => invite.isWithdrawn })
  contactRoutes(http, { contacts, erase: contactErasure({ accept, releaseBlobsOf, eraseDeliveries, eraseAddressesOf, forgetKept: spool.forget, revoke: identity.revoke }) })
  placeRoutes(http, { places })
  spaceRoutes(http, { spaces, panels })
  bookingRoutes(http, { bookings, series: bookedSeries, closures, reading: bookingReading({ db: share, now }), feeds: bookingFeeds({ db: share, baseUrl, now }), panel: bookingPanel({ db: share, bookings, build: o.about.build, now }) })
  visitRoutes(http, { db, visits: spool.doors.visits(visits), invited: invitedVisits({ db, visits, series }), watchlist, readFile: visitFiles({ db, places, now }) })
  seriesRoutes(http, { series })
  badgeRoutes(http, { badges })
  personRoutes(http, { persons: persons({ db, accept, findContacts: contacts.findExact, mailsTo: deliveriesTo, forgetMails: eraseDeliveries, now }) })
  kioskRoutes(http, { kiosks, operations: spool.doors.operations(operations), beat: kioskBeats({ db: message, now, build: o.about.build, notice: status.kioskNotice }), snapshot: kioskSnapshots({ db, now }) })
  reportRoutes(http, { reports })
  ruleRoutes(http, { rules, runs, dryRun: dryRuns({ db: work('report'), check: rules.check, now }) })
  if (o.drill) drillRoutes(http, { pool, findings })
  statusRoutes(http, { status, now: Date.now })
  house.mount(http, metrics.registry)
  healthRoutes(http, { watched, metrics, metricsToken: o.metricsToken, about: () => ({ ...o.about, isNew: identity.links.isAwaited }), now })
  const screens = o.screens ? await pages(http, o.screens) : (_request: unknown, reply: { code(n: number): { send(): unknown } }) => reply.code(404).send()
  const closeSockets = acceptSockets(http.server, hub, admission)
  invite.set(governor.gives('invitations'))   // paused before a restart
  load.start()

  return {
    http, hub, identity, sequencer: seq, feed: inside, backups, findings, load, operations: house.operations, spool: { stats: spool.stats, isAway: spool.isAway, drained: spool.drained }, get committed() { return committed },
    verbs: { commands, inboxes, contacts, places, visits, series, kiosks, watchlist, spaces, bookings, bookingSeries: bookedSeries, closures, channels, rules, status },
    async drain(forMs) {
      draining = true
      await hub.drain(forMs)
      await spool.drained(spool.isAway() ? 0 : forMs)   // what is left is stored by the next start
      await outbox.carry().catch(() => {})   // what is left is carried over by the next start
      await seq.idle()
      if (!spool.isAway()) await inside.settled()   // else the next start goes on from the cursors
    },
    async close() {
      draining = true
      backups?.stop()
      for (const chore of running) await chore.stop()
      await status.stop()
      await house.stop()
      await channels.stop()
      await ruleWorker.stop()
      closeSockets()
      hub.close()
      await http.close()
      await badges.close()
      await outbox.idle()
      list.stop()
      board.stop()
      views.stop()
      load.stop()
      loop.stop()
      await spool.stop()
      await seq.idle()
      await marks.stop()
      await inside.stop()
      await deliveries.stop()
      offRevoked()
      identity.close()
      journal.close()
      metrics.stop()
    },
  }
}

/** A write that hangs longer than this is ended with its connection; its rows are looked up before they are sent again. */
const writeTimeoutMs = 5_000
const placeOf = ({ topic, offset = 0, at }: Ack): { topic: string; offset: number; at: string } => ({ topic, offset, at })

/** Whom a push service writes to when something is wrong. */
const contactOf = (publicUrl: string | undefined, from: string | undefined): string =>
  publicUrl?.startsWith('https:') ? publicUrl : `mailto:${/([^\s<>]+@[^\s<>]+)>?\s*$/.exec(from ?? '')?.[1] ?? 'lodge@localhost.invalid'}`
