/** What gives way when there is too much (P5, P6, P10): admission of clients, and places at the database for each class of work. */
import { join } from 'node:path'
import type { Db } from '#server/db/db.ts'
import { answering } from '#server/db/answering.ts'
import { governed } from '#server/db/governed.ts'
import { owner } from '#server/db/on-behalf.ts'
import { keptLoad } from '#server/features/load/kept.ts'
import { admission as openAdmission } from '#server/kernel/admission.ts'
import { governor as openGovernor, type WorkClass, type Yielding } from '#server/kernel/governor.ts'
import { loopMeter } from '#server/realtime/loop-meter.ts'
import type { Given } from './options.ts'

/** The pool's statistics are too much for each call. */
const maxKnownMs = 1_000

export function openGivingWay({ pool, folder, log, off }: Given) {
  const timing = { now: () => performance.now(), after: (ms: number, fn: () => void) => { const timer = setTimeout(fn, ms); return () => { clearTimeout(timer) } } }
  const loop = loopMeter()
  const kept = keptLoad(join(folder, 'load.json'), log)
  const admission = openAdmission({ ...timing, loop: loop.read, isOff: off.has('admission'), measuredPerSecond: kept.resumesPerSecond })

  let most = { connections: pool.stats().max, atMs: 0 }
  /** For all but the writer. Its number may change. */
  function connections(): number {
    if (performance.now() - most.atMs > maxKnownMs) most = { connections: pool.stats().max, atMs: performance.now() }
    return most.connections - 1
  }
  let tellGiven = (_given: readonly Yielding[]): void => {}   // nobody is here yet
  const governor = openGovernor({
    ...timing, max: connections, isOff: off.has('governor'),
    paused: kept.paused, onPaused: (paused) => { kept.write({ paused }) },
    onChange(now) {
      log.warn({ given: now }, now.length > 0 ? 'Some work waits so that messages get through' : 'Nothing has to wait any more')
      tellGiven(now)
    },
  })

  let isSilent = (): boolean => false   // until there is a spool, which needs all this
  const inTurn = governed(pool, governor, owner)
  return {
    loop, kept, admission, governor,
    /** The database in turns, by class; a call that finds it silent waits. */
    inTurn,
    /** The same, but refused at once while nothing answers, before anybody waits for a place. */
    work: (of: WorkClass): Db => off.has('spool') ? inTurn(of) : answering(inTurn(of), () => isSilent()),
    silentWhile(fn: () => boolean): void { isSilent = fn },
    /** Calls `fn` with what gives way now, whenever that changes. */
    onGiven(fn: (given: readonly Yielding[]) => void): void { tellGiven = fn },
  }
}
export type GivingWay = ReturnType<typeof openGivingWay>
