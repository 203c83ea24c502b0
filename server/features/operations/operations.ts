/**
 * The operations page: whoever runs the house sees how it keeps its promises, and does what is safe to do. Figures are read every five
 * seconds whether somebody looks or not: the lines have an hour, and alerts do not depend on a browser.
 */
import { kioskSilenceMs } from '#contract/kiosks.ts'
import { idOf } from '#contract/ids.ts'
import { pausable, type HolderShown, type OperationsBoard, type Pausable } from '#contract/operations.ts'
import type { Db } from '#server/db/db.ts'
import type { BackupSchedule } from '#server/features/backups/backups.ts'
import type { Operator } from '#server/features/identity/identity.ts'
import { every, type ChoreOptions } from '#server/jobs/every.ts'
import type { Findings } from '#server/kernel/findings.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import type { ViewKind } from '#server/realtime/plugs.ts'
import type { Canary } from './canary.ts'
import type { Holder, KioskFigures, Sources } from './figures.ts'
import type { Headroom } from './headroom.ts'
import * as statements from './operations.sql.ts'
import { watch, type Watch } from './promises.ts'

/** What can be done about too much; undefined where this server cannot. */
export interface Levers {
  pause(kind: Pausable): void
  resume(kind: Pausable): void
  gives(kind: Pausable): boolean
  paused(): readonly string[]
  withdrawInvitations(why: string): void
  allowInvitations(): void
  invitations(): { isWithdrawn: boolean; why: string | undefined }
}
export interface OperationsOptions extends ChoreOptions {
  db: Db
  operator: Operator
  node: string
  version: string
  findings: Findings
  sources: Omit<Sources, 'now' | 'kiosks' | 'setAside' | 'canary' | 'linesDown' | 'healthMs'>
  canary: Canary
  headroom: Headroom
  levers?: Levers | undefined
  /** Takes the connection from the holder that began then under this label. @returns whether there was one */
  endHolder?: ((label: string, sinceMs: number) => boolean) | undefined
  /** Begins an orderly end of this process. */
  stop?: (() => void) | undefined
  isStopping: () => boolean
  /** Before each look: what is read once for all figures. */
  beforeLook: () => void
  alertOf: (finding: string) => { id: string; told: readonly string[]; acknowledged: { by: string } | null } | undefined
  isAnybodyOnCall: () => boolean
  /** Undefined where this server takes none. */
  backups?: Pick<BackupSchedule, 'into' | 'state' | 'nextMs' | 'ask'> | undefined
  push: (account: string, view: string, body: OperationsBoard) => void
  isWatched: (account: string, view: string) => boolean
  everyMs?: number
  countEveryMs?: number
}

export interface Operations {
  readonly view: ViewKind
  readonly watch: Watch
  /** The one access check of everything here. @throws Refusal `forbidden`, `unavailable` */
  refuseUnlessOperator(session: Session): Promise<void>
  nameOf(session: Session): Promise<string>
  /** For the canary: the id of what stands in the journal there. */
  readBack(account: string, topic: string, offset: number): Promise<string | undefined>
  board(): OperationsBoard
  /** @throws Refusal `not_found` where this server cannot */
  pause(kind: Pausable, isPaused: boolean, by: string): void
  withdraw(isWithdrawn: boolean, why: string | undefined, by: string): void
  endHolder(id: string, by: string): void
  /** @throws Refusal `wrong_status` when one is under way, `not_found` where this server takes none */
  backUp(by: string): void
  /** @throws Refusal `wrong_status` when another node is meant */
  stopServer(node: string, by: string): void
  /** Something changed: whoever looks sees it soon. */
  soon(): void
  stop(): Promise<void>
}

const viewName = 'operations'
/** A page gets no more than this, however much happens. */
const pushEveryMs = 2_000
const holdersMax = 30
const idOfHolder = ({ label, sinceMs }: Pick<Holder, 'label' | 'sinceMs'>): string => Buffer.from(`${sinceMs} ${label}`).toString('base64url').slice(0, 60)

export function openOperations(o: OperationsOptions): Operations {
  const { db, now, log, findings, operator } = o
  let counted: KioskFigures & { setAside: number } | undefined
  const watched = watch({
    findings, now,
    sources: { ...o.sources, now, kiosks: () => counted, setAside: () => counted?.setAside, canary: () => o.canary.isMeasured() ? o.canary.latest() : { latencyMs: undefined, failures: 0 }, linesDown: o.canary.linesDown, healthMs: o.canary.healthMs },
  })

  const looking = every('look at the promises', o.everyMs ?? 5_000, async () => {
    o.beforeLook()
    watched.look()
    o.headroom.look()
    soon()
  }, o)
  const counting = every('look at kiosks and at what is set aside', o.countEveryMs ?? 15_000, async () => {
    if (o.sources.pool.stats().downSinceMs !== undefined) { counted = undefined; return }
    counted = await db.read('house figures', 3_000, (tx) => tx.one(statements.houseFigures(kioskSilenceMs))).catch(() => undefined)
  }, o)

  let timer: NodeJS.Timeout | undefined
  let pushedMs = -Infinity
  function soon(): void {
    const account = operator.known
    if (account === undefined || timer || !o.isWatched(account, viewName)) return
    timer = setTimeout(() => {
      timer = undefined
      pushedMs = performance.now()
      o.push(account, viewName, board())
    }, Math.max(0, pushedMs + pushEveryMs - performance.now()))
  }
  const off = findings.onChange(soon)

  function holders(): HolderShown[] {
    return o.sources.pool.stats().held.toSorted((a, b) => b.heldMs - a.heldMs).slice(0, holdersMax).map((h) => ({
      id: idOfHolder(h), label: h.label, since: new Date(h.sinceMs).toISOString(), heldMs: h.heldMs, isLate: h.late, canEnd: o.endHolder !== undefined && h.kind !== 'lease' && !h.late, stack: h.stack,
    }))
  }
  function backupsShown(): OperationsBoard['backups'] {
    if (!o.backups) return null
    const { isRunning, progress, kept, last, rehearsal, lastError } = o.backups.state()
    return {
      folder: o.backups.into, nextAt: new Date(o.backups.nextMs()).toISOString(), isRunning, done: progress?.done ?? null, kept, failure: lastError ?? null,
      last: last ? { at: new Date(last.takenAtMs).toISOString(), tookMs: last.tookMs, sizeBytes: last.sizeBytes } : null,
      rehearsal: rehearsal ? { at: rehearsal.at, differences: rehearsal.differences.length } : null,
    }
  }
  function board(): OperationsBoard {
    const { levers } = o
    return {
      asOf: new Date(now()).toISOString(), node: o.node, version: o.version, promises: watched.shown(), headroom: o.headroom.shown(), restart: o.headroom.restart(), canary: o.canary.shown(), holders: holders(),
      findings: findings.current().map((f) => {
        const alert = o.alertOf(f.id)
        return { id: f.id, promise: f.promise, component: f.component, severity: f.severity, since: new Date(f.sinceMs).toISOString(), evidence: f.evidence, whatToDo: f.whatToDo, alert: alert ? { id: alert.id, told: [...alert.told], acknowledgedBy: alert.acknowledged?.by ?? null } : null }
      }),
      classes: levers ? pausable.map((kind) => ({ kind, isPaused: levers.paused().includes(kind), hasGivenWay: levers.gives(kind) && !levers.paused().includes(kind) })) : null,
      invitations: levers ? { isWithdrawn: levers.invitations().isWithdrawn, why: levers.invitations().why ?? null } : null,
      backups: backupsShown(), canStop: o.stop !== undefined, isStopping: o.isStopping(), isAnybodyOnCall: o.isAnybodyOnCall(),
    }
  }
  const did = (by: string, what: string, more: object = {}): void => {
    log.warn({ by, ...more }, `an operator ${what}`)
    watched.look()
    soon()
  }

  return {
    watch: watched, board, soon,
    refuseUnlessOperator: (session) => operator.refuseUnless(session, 'This is for administrators of the account that runs the house.'),
    async nameOf(session) {
      const user = idOf(session.actor)
      const found = user === undefined ? undefined : await db.read('name of an operator', 1_000, (tx) => tx.maybe(statements.nameOfUser(session.account, user))).catch(() => undefined)
      return found?.name ?? 'an administrator'
    },
    readBack: async (account, topic, offset) => (await db.read('read the canary back', 3_000, (tx) => tx.maybe(statements.canaryAt(account, topic, offset))))?.id,
    view: {
      kind: viewName,
      async open(session, id) {
        if (id !== undefined || !await operator.is(session)) throw new Refusal('not_found')
        return board()
      },
    },
    pause(kind, isPaused, by) {
      if (!o.levers) throw new Refusal('not_found')
      if (isPaused) o.levers.pause(kind)
      else o.levers.resume(kind)
      did(by, isPaused ? 'paused work' : 'resumed work', { kind })
    },
    withdraw(isWithdrawn, why, by) {
      if (!o.levers) throw new Refusal('not_found')
      if (isWithdrawn) o.levers.withdrawInvitations(why?.trim() || 'Withdrawn by hand.')
      else o.levers.allowInvitations()
      did(by, isWithdrawn ? 'withdrew invitations' : 'allowed invitations')
    },
    endHolder(id, by) {
      const found = o.sources.pool.stats().held.find((h) => h.kind !== 'lease' && idOfHolder(h) === id)
      if (!found || !o.endHolder?.(found.label, found.sinceMs)) throw new Refusal('not_found', 'It has given its connection back by now.')
      did(by, 'ended a holder of a connection', { label: found.label, heldMs: found.heldMs, stack: found.stack })
    },
    backUp(by) {
      if (!o.backups) throw new Refusal('not_found', 'This server takes no backups: set BACKUP_FOLDER.')
      if (!o.backups.ask()) throw new Refusal('wrong_status', 'A backup is under way already.')
      did(by, 'asked for a backup')
    },
    stopServer(node, by) {
      if (!o.stop) throw new Refusal('not_found')
      if (node !== o.node) throw new Refusal('wrong_status', 'Another server was meant: this one was started since. Load the page again.')
      did(by, 'stopped this server')
      o.stop()
    },
    async stop() {
      off()
      clearTimeout(timer)
      await looking.stop()
      await counting.stop()
      clearTimeout(timer)
    },
  }
}
