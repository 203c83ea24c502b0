/**
 * Backups: taken by the server once a day or by hand at any time, kept for days and weeks, and rehearsed.
 *
 * Logical: one moment of the database as text, which any PostgreSQL of any machine takes, and what stands beside it. The quick
 * physical copy before an upgrade is `db/physical.ts`. How they come back: restore.ts.
 */
import type { BaseLogger } from 'pino'
import type pg from 'pg'
import { advisoryLocks } from '#server/db/advisory.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { listBackups, readManifest, type Manifest } from './manifest.ts'
import type { Progress } from './progress.ts'
import { lastRehearsal, type Rehearsal } from './rehearse.ts'
import { prune, type Keep } from './retention.ts'
import { takeBackup, type TakeOptions } from './take.ts'

export { blobPath, sumOf } from './beside.ts'
export { erasureFile, erasureLog, readErasures } from './erasure-log.ts'
export { listBackups } from './manifest.ts'
export { lastRehearsal } from './rehearse.ts'
export type { Keep } from './retention.ts'

/** One at a time, whoever asks. Afterwards those go whose time is over. @throws CannotStart when another one is under way */
export async function backUp(options: TakeOptions & { keep: Keep }): Promise<{ folder: string; manifest: Manifest; removed: string[] }> {
  const { rows: [lock] } = await options.client.query<{ isMine: boolean }>('select pg_try_advisory_lock($1) as "isMine"', [advisoryLocks.backup])   // goes with the connection
  if (!lock!.isMine) throw new CannotStart('A backup of this database is under way already.')
  const taken = await takeBackup(options)
  return { ...taken, removed: await prune(options.into, options.keep) }
}

export interface ScheduleOptions extends Omit<TakeOptions, 'client' | 'onProgress' | 'now' | 'signal'> {
  /** A connection that is this one's alone, from the budget. */
  lease: () => Promise<{ client: pg.Client; destroy(): void }>
  keep: Keep
  /** `03:30`, by this machine's clock. */
  at: string
  now: () => number
  log: Pick<BaseLogger, 'info' | 'warn'>
}
export interface BackupState {
  /** Of the newest whole one, whoever took it. */
  readonly last: { readonly takenAtMs: number; readonly tookMs: number; readonly sizeBytes: number } | undefined
  readonly rehearsal: Rehearsal | undefined
  /** Whole ones in the folder. */
  readonly kept: number
  /** Of this process, since its start. */
  readonly failures: number
  readonly lastError: string | undefined
  readonly isRunning: boolean
  /** Of the one under way, if this process takes it. */
  readonly progress: Progress | undefined
}

/** Of the newest; while the first one fails, since `sinceMs`. Undefined: the first one is still to come. */
export const backupAgeMs = ({ last, lastError }: BackupState, nowMs: number, sinceMs: number): number | undefined =>
  last ? nowMs - last.takenAtMs : lastError === undefined ? undefined : nowMs - sinceMs

/** When the newest moment with this time of day was. */
export function lastDueMs(at: string, nowMs: number): number {
  const [hour, minute] = at.split(':').map(Number) as [number, number]
  const due = new Date(nowMs)
  due.setHours(hour, minute, 0, 0)
  if (due.getTime() > nowMs) due.setDate(due.getDate() - 1)
  return due.getTime()
}

/** Asked again and again: takes a backup when none was taken since it was due. A failure is thrown, so that the next round comes later. */
export function backupSchedule({ lease, at, now, log, ...options }: ScheduleOptions) {
  let state: BackupState = { last: undefined, rehearsal: undefined, kept: 0, failures: 0, lastError: undefined, isRunning: false, progress: undefined }
  const startedMs = now()
  const stopping = new AbortController()
  let isAsked = false
  let poke = (): void => {}   // nobody does the rounds yet

  async function look(): Promise<void> {
    const all = await listBackups(options.into)
    const newest = all.at(-1)
    if (newest && newest.takenAtMs !== state.last?.takenAtMs) {
      const manifest = await readManifest(newest.folder)
      state = { ...state, last: { takenAtMs: newest.takenAtMs, tookMs: manifest.tookMs, sizeBytes: manifest.tables.reduce((sum, t) => sum + t.storedBytes, 0) } }
    }
    if (!newest) state = { ...state, last: undefined }   // somebody took them away
    state = { ...state, kept: all.length, rehearsal: await lastRehearsal(options.into) }
  }
  async function take(): Promise<void> {
    const held = await lease()
    const breakOff = (): void => { held.destroy() }
    stopping.signal.addEventListener('abort', breakOff, { once: true })
    state = { ...state, isRunning: true }
    try {
      const { manifest, removed } = await backUp({ ...options, client: held.client, now, signal: stopping.signal, onProgress(progress) { state = { ...state, progress } } })
      state = { ...state, lastError: undefined }
      log.info({ tookMs: manifest.tookMs, tables: manifest.tables.length, rows: manifest.tables.reduce((sum, t) => sum + t.rows, 0), attachments: manifest.blobs.count, removed }, 'took a backup')
      if (manifest.blobs.missing.length > 0) log.warn({ missing: manifest.blobs.missing.slice(0, 10), count: manifest.blobs.missing.length }, 'attachments are missing in the backup')
    } finally {
      stopping.signal.removeEventListener('abort', breakOff)
      held.destroy()   // it no longer pipelines
      state = { ...state, isRunning: false, progress: undefined }
    }
  }
  return {
    into: options.into,
    state: (): BackupState => isAsked ? { ...state, isRunning: true } : state,
    /** When the next one is due that nobody asks for. */
    nextMs: (): number => lastDueMs(at, now() + 24 * 3_600_000),
    /** One now, by the next round. @returns false when one is under way */
    ask(): boolean {
      if (isAsked || state.isRunning) return false
      isAsked = true
      poke()
      return true
    },
    /** Calls `fn` when a round is wanted at once. */
    onAsked(fn: () => void): void { poke = fn },
    /** Breaks off what is under way: a stop does not wait for it. Nothing of it is left. */
    stop() { stopping.abort() },
    /** Nothing was due while this server was not there for it: the first one after a start comes when there is none, or the last is older than two days. */
    async round(): Promise<void> {
      if (stopping.signal.aborted) return
      try {
        await look()
        const dueMs = lastDueMs(at, now())
        const lastMs = state.last?.takenAtMs ?? -Infinity
        if (!isAsked && (lastMs >= dueMs || (dueMs < startedMs && now() - lastMs < 48 * 3_600_000))) return
        await take()
        await look()
      } catch (error) {
        if (stopping.signal.aborted || (error instanceof CannotStart && error.message.includes('under way'))) return   // another node has it
        state = { ...state, failures: state.failures + 1, lastError: error instanceof Error ? error.message : String(error) }
        throw error
      } finally {
        isAsked = false
      }
    },
  }
}
export type BackupSchedule = ReturnType<typeof backupSchedule>
