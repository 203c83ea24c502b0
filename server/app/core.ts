/** Accept, order, resume: the journal and its one writer, the spool in front of it, and who is told of what was committed. */
import { AsyncResource } from 'node:async_hooks'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Tx } from '#server/db/db.ts'
import { feed } from '#server/db/feed.ts'
import { postgresJournal } from '#server/db/journal.ts'
import { startingEpoch } from '#server/db/starting-epoch.ts'
import { redactRings } from '#server/features/conversations/redaction.ts'
import { keptEntries, openKept, tellKept, tellSettled } from '#server/features/kept/kept.ts'
import { openLoad } from '#server/features/load/load.ts'
import { sequencer, type NewRow } from '#server/kernel/sequencer.ts'
import { topics as openTopics } from '#server/kernel/topics.ts'
import { Hub } from '#server/realtime/hub.ts'
import { markBook } from '#server/realtime/marks.ts'
import { pushes } from '#server/realtime/pushes.ts'
import type { GivingWay } from './giving-way.ts'
import type { Given } from './options.ts'

/** A write that hangs longer than this is ended with its connection; its rows are looked up before they are sent again. */
const writeTimeoutMs = 5_000

export async function openCore(g: Given, { admission, governor, kept, inTurn, work, silentWhile }: GivingWay) {
  const { pool, log, node, now, random, off } = g
  const resuming = work('resume'), message = work('message')
  const listeners: ((rows: readonly NewRow[]) => void)[] = []
  let committed = 0

  const { epoch, isAsked, noteEpoch } = await startingEpoch(resuming, g.noted('epoch'), off.has('spool'))
  const journal = postgresJournal({
    db: resuming, own: inTurn('write'), lease: (label, waitMs) => pool.lease(label, waitMs), isGatherOff: off.has('gather'), writeTimeoutMs, node, epoch,
    onRestart() { seq.forget(); topics.restart(); noteEpoch(journal.epoch) },
  })
  const seq = sequencer<Tx>({
    journal, now, random, sleep: (ms) => sleep(ms), publish, found: (k) => topics.hint(k.account, k.topic, k.offset), bind: (fn) => AsyncResource.bind(fn),
    report: (error, what) => log.error({ err: error, what }, 'The writer met a failure'),
  })
  const topics = openTopics({ now, epoch: () => journal.epoch, read: journal.read, ahead: async () => journal.restart(journal.epoch) })
  const inside = feed({ db: message, log, now, sleep: (ms) => sleep(ms) })
  const marks = markBook({ db: resuming, keep: message, log, isGatherOff: off.has('gather') })
  function publish(rows: readonly NewRow[]): void {
    committed += rows.length
    redactRings(topics, rows)
    topics.publish(rows)
    inside.committed(rows)
    for (const listener of listeners) listener(rows)
  }

  const hub = new Hub({
    node, build: g.about.build, now, log, epoch: () => journal.epoch, topics, marks, settled: (account, actor, ids) => seq.settled(account, actor, ids),
    kept: (account, topic) => keptEntries(spool.of(account, topic)), isAway: () => spool.isAway(), isCatchingUp: () => spool.isCatchingUp(),
    admission, isWindowOff: off.has('window'), dropsHints: () => governor.gives('hints'),
    ...(g.commandsPerSecond !== undefined && { commandsPerSecond: g.commandsPerSecond }), ...(g.commandBurst !== undefined && { commandBurst: g.commandBurst }),
  })
  const load = openLoad({
    governor, admission, windows: () => ({ agentsMs: hub.windowMs(true), visitorsMs: hub.windowMs(false), connections: hub.size }),
    isAway: () => spool.isAway() || pool.stats().downSinceMs !== undefined,
    oldestWaitMs() { const sinceMs = seq.waitingSinceMs(() => true); return sinceMs === undefined ? 0 : now() - sinceMs },
    why: kept.why, keepWhy: (why) => { kept.write({ why }) }, keepRate: (resumesPerSecond) => { kept.write({ resumesPerSecond }) },
  })
  // The gate: while the journal takes nothing, messages and check-ins go to the spool, and all else is refused at once.
  const spool = await openKept({
    pool, accept: load.timed(seq.accept), sequencer: seq, ping: () => journal.ping(),
    folders: off.has('spool') ? undefined : g.spool?.folders ?? [join(g.folder, 'spool')],
    maxBytes: g.spool?.maxBytes, queueMs: g.spool?.queueMs, node, log, now, random, sleep: (ms) => sleep(ms),
    onKept: (command) => tellKept(hub, command), onSettled: (command, outcome) => tellSettled(hub, command, outcome),
  })
  silentWhile(spool.isSilent)
  spool.onBack(() => void hub.storageIsBack())

  return {
    journal, seq, topics, inside, marks, hub, load, spool, accept: spool.accept,
    views: pushes({ hub, log }),
    push: (account: string, view: string, body: unknown): void => { hub.push(account, view, body) },
    isWatched: (account: string, view: string): boolean => hub.isWatched(account, view),
    /** The journal was asked for its epoch at this start: what follows need not go by what was noted. */
    isAsked,
    get committed() { return committed },
    /** Calls `fn` with each batch, right after its COMMIT. */
    onCommitted(fn: (rows: readonly NewRow[]) => void): void { listeners.push(fn) },
  }
}
export type Core = Awaited<ReturnType<typeof openCore>>
