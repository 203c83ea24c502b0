/**
 * The figures by which promises are watched: where each comes from, and from where on it is no longer well. A source that this server
 * does not have is not measured, and never green.
 */
import { backupLateMs, type PromiseId, type Unit } from '#contract/operations.ts'
import { roomLevels, type RoomLevel } from '#server/kernel/room.ts'
import { tellDuration, tellFigure } from './words.ts'

/** What others count. Each only as far as it is read here. */
export interface Sources {
  now: () => number
  pool: { stats(): { max: number; open: number; waiting: number; downSinceMs: number | undefined; late: number; held: readonly Holder[]; leaks?: number }; refused?(): readonly unknown[] }
  /** Since when the database does not take commands: it refuses, or stands still. */
  awaySinceMs: () => number | undefined
  /** Commands without an answer. */
  queued: () => number
  feedLag: () => { entries: number; ageMs: number }
  sockets: () => number
  /** Since the last look. */
  loop: () => { p99Ms: number; utilisation: number }
  spool?: (() => { state: 'idle' | 'keeping' | 'replaying' | 'dead'; depth: number; oldestMs: number | undefined; setAside: number }) | undefined
  load?: (() => LoadFigures) | undefined
  /** How much room the disks have. */
  room?: (() => RoomLevel) | undefined
  /** As PostgreSQL counts them; undefined when it was not asked yet. */
  backends?: (() => number | undefined) | undefined
  /** Of another build than the server. */
  olderScreens?: (() => { open: number; forMs: number } | undefined) | undefined
  kiosks?: (() => KioskFigures | undefined) | undefined
  /** What was kept, could not be applied and waits for a person, in all accounts. */
  setAside?: (() => number | undefined) | undefined
  /** Of the newest backup; undefined where none are taken by this server. */
  backupAgeMs?: (() => number | undefined) | undefined
  canary?: (() => { latencyMs: number | undefined; failures: number }) | undefined
  /** Carriers and mail servers that did not answer twice in a row; undefined where there are none. */
  linesDown?: (() => number | undefined) | undefined
  /** How long it took until the answer to `/healthz` came over a socket; undefined when none came. */
  healthMs?: (() => number | undefined) | undefined
}
export interface Holder { label: string; kind: string; owner?: string | undefined; sinceMs: number; heldMs: number; late: boolean; stack: string }
export interface LoadFigures { acceptMs: number; governor: { limit: number; inUse: number; level: number; waitMs: number; paused: readonly string[] }; admission: { measuredPerSecond: number; admitted: number }; windows: { visitorsMs: number } }
export interface KioskFigures { paired: number; unsent: number; oldestUnsentMs: number; silent: number }

export interface Figure {
  readonly id: string
  readonly promise: PromiseId
  readonly component: string
  readonly unit: Unit
  read(s: Sources): number | undefined
  /** More than this should not be. */
  limit(s: Sources): number | undefined
  /** From here on it is a finding: by itself, or for the limit. */
  warnFrom?(s: Sources): number
  badFrom?(s: Sources): number
  whatToDo: string
}

/** Longer than a shift in which somebody always writes. */
const halfADayS = 43_200
const held = (s: Sources): readonly Holder[] => s.pool.stats().held.filter((h) => h.kind !== 'lease')
const byOwner = (s: Sources): number => Math.max(0, ...[...Map.groupBy(held(s).filter((h) => h.owner !== undefined), (h) => h.owner).values()].map((of) => of.length))
/** A house without kiosks has nothing to measure. */
const paired = (s: Sources): KioskFigures | undefined => { const of = s.kiosks?.(); return of && of.paired > 0 ? of : undefined }
const isMeasured = (...needs: unknown[]): boolean => needs.every((n) => n !== undefined)

const backupMaxS = backupLateMs / 1_000

export const figures: readonly Figure[] = [
  {
    id: 'acceptMs', promise: 'P1', component: 'database', unit: 'ms', read: (s) => s.load?.().acceptMs, limit: () => 500, warnFrom: () => 500, badFrom: () => 5_000,
    whatToDo: 'Look at the disk of the database: each message waits until it is on it. Nothing is lost meanwhile.',
  },
  {
    id: 'waitingCommands', promise: 'P1', component: 'database', unit: 'count', read: (s) => s.queued(), limit: () => 5_000, warnFrom: () => 5_000,
    whatToDo: 'More is written than the database takes. Look what it waits for; pause automations if they write it.',
  },
  {
    id: 'backupAgeS', promise: 'P1', component: 'machine', unit: 's', read: (s) => { const of = s.backupAgeMs?.(); return of === undefined ? undefined : of / 1000 }, limit: () => backupMaxS, warnFrom: () => backupMaxS,
    whatToDo: 'The daily backup does not come. The log says why at "back everything up"; look at the disk it goes to, and run npm run lodge -- backup.',
  },
  {
    id: 'deliveryMs', promise: 'P2', component: 'delivery', unit: 'ms', read: (s) => s.canary?.().latencyMs, limit: () => 2_000, warnFrom: () => 2_000, badFrom: () => 15_000,
    whatToDo: 'People see messages late. Look at the other lights: the database, the event loop and the sockets are on the way.',
  },
  {
    id: 'deliveryFailures', promise: 'P2', component: 'delivery', unit: 'count', read: (s) => s.canary?.().failures, limit: () => 0, warnFrom: () => 1, badFrom: () => 2,
    whatToDo: 'A message that was sent here did not arrive. Look at the other lights; when all of them are green, keep the log and report it.',
  },
  {
    id: 'linesDown', promise: 'P2', component: 'channels', unit: 'count', read: (s) => s.linesDown?.(), limit: () => 0, warnFrom: () => 1,
    whatToDo: 'The mail server or a carrier does not take what we send. Its words stand under Delivery, and at Settings › Channels; what is to leave waits and is tried again.',
  },
  { id: 'databaseConnections', promise: 'P3', component: 'database', unit: 'count', read: (s) => s.backends?.() ?? s.pool.stats().open, limit: (s) => s.pool.stats().max, badFrom: (s) => s.pool.stats().max + 1, whatToDo: 'Look who holds them, below. Do not raise the limit: a slow database gets slower by it.' },
  { id: 'waitingForDatabase', promise: 'P3', component: 'database', unit: 'count', read: (s) => s.pool.stats().waiting, limit: () => 200, warnFrom: () => 200, whatToDo: 'Look who holds the connections, below, and whether the database is busy.' },
  {
    id: 'longestHeldMs', promise: 'P4', component: 'database', unit: 'ms', read: (s) => Math.max(0, ...held(s).map((h) => h.heldMs)), limit: () => 120_000, warnFrom: () => 120_000,
    whatToDo: 'Look at the holder and its stack, below. It can be ended: what it was doing is rolled back.',
  },
  { id: 'leaksTakenBack', promise: 'P4', component: 'database', unit: 'count', read: (s) => s.pool.stats().leaks, limit: () => undefined, whatToDo: '' },
  {
    id: 'loopDelayMs', promise: 'P5', component: 'machine', unit: 'ms', read: (s) => s.loop().p99Ms, limit: () => 200, warnFrom: () => 200, badFrom: () => 2_000,
    whatToDo: 'This process has too much to do, or the machine has. Look what else runs here; pause reports and automations.',
  },
  { id: 'returnWindowS', promise: 'P5', component: 'sockets', unit: 's', read: (s) => s.load && s.load().windows.visitorsMs / 1000, limit: () => 60, warnFrom: () => 60, whatToDo: 'If this node died now, people would be back only after this time. Use a second node or a faster machine.' },
  { id: 'gateInUse', promise: 'P6', component: 'database', unit: 'count', read: (s) => s.load?.().governor.inUse, limit: (s) => s.load?.().governor.limit, whatToDo: '' },
  { id: 'gateWaitMs', promise: 'P6', component: 'database', unit: 'ms', read: (s) => s.load?.().governor.waitMs, limit: () => 100, warnFrom: () => 100, badFrom: () => 2_000, whatToDo: 'The database is slower than what is asked of it, and is given less. Look at its processors, its disk and long queries.' },
  {
    id: 'databaseAwayS', promise: 'P7', component: 'database', unit: 's', read: (s) => { const sinceMs = s.awaySinceMs(); return sinceMs === undefined ? 0 : (s.now() - sinceMs) / 1000 }, limit: () => 0, warnFrom: () => 1, badFrom: () => 10,
    whatToDo: 'Bring the database back: look whether it runs, at its log and its disk. Messages and check-ins are kept meanwhile.',
  },
  { id: 'spoolCommands', promise: 'P7', component: 'spool', unit: 'count', read: (s) => s.spool?.().depth, limit: () => undefined, whatToDo: '' },
  {
    id: 'spoolOldestS', promise: 'P7', component: 'spool', unit: 's', read: (s) => { const of = s.spool?.(); return of && (of.oldestMs === undefined ? 0 : (s.now() - of.oldestMs) / 1000) }, limit: () => 60, warnFrom: () => 60, badFrom: () => 600,
    whatToDo: 'What people wrote waits on this disk until the database takes it. Bring the database back, and keep this machine running.',
  },
  { id: 'spoolDead', promise: 'P7', component: 'spool', unit: 'count', read: (s) => s.spool && Number(s.spool().state === 'dead'), limit: () => 0, badFrom: () => 1, whatToDo: 'Neither database nor disk takes anything: messages are refused. Make room on the disk of LODGE_DATA at once.' },
  { id: 'diskRoom', promise: 'P7', component: 'machine', unit: 'count', read: (s) => s.room && roomLevels.indexOf(s.room()), limit: () => 0, warnFrom: () => 1, badFrom: () => 2, whatToDo: 'The disk is filling up: files are refused first, then bookings. Make room; the database needs some to recover.' },
  { id: 'setAside', promise: 'P7', component: 'spool', unit: 'count', read: (s) => s.setAside?.(), limit: () => 0, warnFrom: () => 1, whatToDo: 'Something that was kept could not be applied afterwards. Look at it in the console and try it again or dismiss it.' },
  { id: 'kiosksSilent', promise: 'P8', component: 'kiosks', unit: 'count', read: (s) => paired(s)?.silent, limit: () => 0, warnFrom: () => 1, whatToDo: 'A paired kiosk has not been heard of. Look whether it has power and network; it goes on checking people in meanwhile.' },
  { id: 'kiosksUnsentS', promise: 'P8', component: 'kiosks', unit: 's', read: (s) => { const of = paired(s); return of && of.oldestUnsentMs / 1000 }, limit: () => 60, warnFrom: () => 60, badFrom: () => 3_600, whatToDo: 'A kiosk holds check-ins that have not come. Look at its network; do not clear its browser.' },
  { id: 'healthMs', promise: 'P9', component: 'delivery', unit: 'ms', read: (s) => s.healthMs?.(), limit: () => 1_000, warnFrom: () => 1_000, whatToDo: 'The server answers slowly. Look at the event loop above, and at a proxy in front of it.' },
  { id: 'givenWay', promise: 'P10', component: 'machine', unit: 'count', read: (s) => s.load?.().governor.level, limit: () => 0, warnFrom: () => 1, whatToDo: 'Kinds of work wait so that messages get through. They come back by themselves when there is less to do; look what is pressing.' },
  { id: 'pausedWork', promise: 'P10', component: 'machine', unit: 'count', read: (s) => s.load?.().governor.paused.length, limit: () => 0, whatToDo: '' },
  { id: 'reportsLagS', promise: 'P11', component: 'reports', unit: 's', read: (s) => s.feedLag().ageMs / 1000, limit: () => 60, warnFrom: () => 60, badFrom: () => 1_800, whatToDo: 'Lists and reports are behind, and say so. Nothing is lost: they catch up when there is less to do.' },
  { id: 'olderScreens', promise: 'P12', component: 'sockets', unit: 'count', read: (s) => s.olderScreens?.()?.open, limit: () => undefined, whatToDo: '' },
  {
    id: 'olderScreensS', promise: 'P12', component: 'sockets', unit: 's', read: (s) => { const of = s.olderScreens?.(); return of && of.forMs / 1000 }, limit: () => halfADayS, warnFrom: () => halfADayS,
    whatToDo: 'A screen is still of the version before. It waits until nobody writes in it: somebody may have left a text there. Reloading it loses no draft.',
  },
  { id: 'busiestShare', promise: 'P13', component: 'database', unit: 'count', read: (s) => isMeasured(s.pool.refused) ? byOwner(s) : undefined, limit: (s) => s.pool.stats().max, whatToDo: '' },
  { id: 'refusedForLeaking', promise: 'P13', component: 'database', unit: 'count', read: (s) => s.pool.refused?.().length, limit: () => 0, warnFrom: () => 1, whatToDo: 'One kind of work is paused for one account because it keeps its connections. Others are not slower. Report it with the stack in the findings.' },
]

export const evidenceOf = (f: Figure, value: number, limit: number | undefined): string => `${tellFigure(f.id)}: ${tellDuration(value, f.unit)}${limit === undefined ? '' : `; it should not be more than ${tellDuration(limit, f.unit)}`}.`
