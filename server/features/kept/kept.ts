/**
 * Staying open without a database (spec SP): what may be kept is kept on this node's disk, and done when the journal is back. This
 * file ties the spool of the kernel to the house: when it is needed, and who may be told what.
 */
import type { KeptRefusal } from '#contract/kept.ts'
import type { ErrorCode } from '#contract/errors.ts'
import type { BaseLogger } from 'pino'
import type { Pool } from '#server/db/pool.ts'
import type { Tx } from '#server/db/db.ts'
import { statements as counting } from '#server/db/handle.ts'
import { handover } from '#server/kernel/handover.ts'
import { keeping as openKeeping, type KeepingStats, type Outcome } from '#server/kernel/keeping.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Accept, Sequencer } from '#server/kernel/sequencer.ts'
import { openSpool, type Place, type Spool, type SpoolEvent } from '#server/kernel/spool.ts'
import { doors } from './doors.ts'
import { spoolFolder } from './folder.ts'
import type { HouseCommand } from './house-command.ts'
import * as statements from './kept.sql.ts'
import { redoing } from './redo.ts'
import { watchJournal } from './watch.ts'

export type { HouseCommand } from './house-command.ts'
export { keptEntries, tellKept, tellSettled } from './telling.ts'

export interface KeptOptions {
  pool: Pool
  sequencer: Sequencer<Tx>
  /** The sequencer’s, measured. */
  accept: Accept<Tx>
  /** Comes back when the writer's connection has answered. */
  ping: () => Promise<unknown>
  /** In the order of preference; undefined switches the spool off: then commands wait in the queue, and are refused. */
  folders: readonly string[] | undefined
  maxBytes?: number | undefined
  /** A command that waits longer than this is kept. */
  queueMs?: number | undefined
  node: string
  log: Pick<BaseLogger, 'info' | 'warn' | 'error'>
  now: () => number
  random: () => number
  sleep: (ms: number) => Promise<void>
  onKept: (command: HouseCommand) => void
  onSettled: (command: HouseCommand, outcome: Exclude<Outcome, { is: 'away' }>) => void
}

const defaultQueueMs = 250
/** Into a replay that takes long. */
const backAtLatestMs = 5_000

export async function openKept(o: KeptOptions) {
  const { pool, now, log, sequencer, queueMs = defaultQueueMs } = o
  const isOn = o.folders !== undefined
  const awayListeners = new Set<() => void>()
  let tellBack = (): void => {}   // nobody is here yet
  let backTimer = (): void => {}
  let isCatchingUp = false
  const recovered = new Set<string>()
  const found: { command: HouseCommand; digest: string; place: Place }[] = []
  const spool: Spool = await openSpool({ disks: (o.folders ?? []).map(spoolFolder), now, after, report, ...(o.maxBytes !== undefined && { maxBytes: o.maxBytes }) }, (payload, place) => {
    const { digest, ...command } = JSON.parse(payload.toString()) as HouseCommand & { digest: string }
    recovered.add(`${command.account} ${command.id}`)
    found.push({ command: command as HouseCommand, digest, place })
  })
  if (found.length > 0) log.warn({ commands: found.length }, 'The spool holds what was kept before this start; it is stored as soon as the database takes it')

  const redo = redoing({ pool, log, replay: (...call) => gate.replay(...call), isOfEarlierLife: ({ account, id }) => recovered.has(`${account} ${id}`) })
  const keeping = openKeeping<HouseCommand>({
    spool, now, random: o.random, sleep: o.sleep,
    // Shared work is nobody's: its statements must not count as those of whoever happened to notice the outage.
    apply: (commands) => counting.exit(() => redo.apply(commands)),
    isPlain: redo.isPlain,
    setAside: (command, refusal) => counting.exit(async () => {
      await pool.read('set aside', 5_000, (tx) => tx.run(statements.insertRefusal(command, refusal.code, refusal.message)))
      log.warn({ id: command.id, kind: command.kind, type: command.type, code: refusal.code }, 'What was kept cannot be applied and waits for a person')
    }),
    probe: () => counting.exit(probe),
    onKept: o.onKept,
    onSettled(command, outcome) { recovered.delete(`${command.account} ${command.id}`); o.onSettled(command, outcome) },
    onState(state, commands) {
      log.warn({ state, commands }, state === 'keeping' ? 'The journal takes no commands; what may be kept is kept on this disk' : state === 'replaying' ? 'The journal is back; what was kept is stored' : 'Nothing is kept any more')
      if (state === 'keeping') {
        // However it came to this: what waits for the journal goes before what is kept from now on, or that would overtake it.
        sequencer.handOver((draft) => gate.isOpenCall(draft), (draft) => gate.tell(draft))
        for (const listener of awayListeners) listener()
      }
      // Eight thousand who join at once and what was kept would hold each other up, and who joins afterwards is shown it all in one piece.
      backTimer()
      isCatchingUp = state === 'replaying'
      backTimer = state === 'keeping' ? () => {} : after(state === 'idle' ? 0 : backAtLatestMs, () => { isCatchingUp = false; tellBack() })
    },
    report: (error, what) => log.error({ err: error, what }, 'The spool met a failure'),
  }, found)
  const gate = handover(o.accept, () => isOn ? keeping : undefined)

  /** Quick enough, or it is not back. */
  async function probe(): Promise<{ reads: boolean; writes: boolean }> {
    const within = async (asking: Promise<unknown>): Promise<boolean> => {
      const late = Promise.withResolvers<false>()
      const off = after(Math.max(queueMs, 50), () => late.resolve(false))
      return Promise.race([asking.then(() => true, () => false), late.promise]).finally(off)
    }
    if (!await within(pool.read('spool probe', 1_000, (tx) => tx.one(statements.answers())))) return { reads: false, writes: false }
    return { reads: true, writes: await within(pool.read('spool probe', 1_000, (tx) => tx.run(statements.probe(o.node)))) }
  }

  const watch = isOn ? watchJournal({ pool, now, queueMs, suspect: (why) => keeping.suspect(why), returned: () => keeping.probeNow(), ping: o.ping, waitingSinceMs: () => sequencer.queued > 0 ? sequencer.waitingSinceMs(gate.isOpenCall) : undefined, storedMs: () => sequencer.storedMs, isIdle: () => sequencer.queued === 0 && keeping.stats().state === 'idle' }) : undefined

  function report(event: SpoolEvent): void {
    log.error({ ...event, ...('error' in event && { err: event.error, error: undefined }) }, event.what === 'damage' ? 'The spool held bytes that are no record any more; they are kept aside' : 'The spool met trouble')
  }

  return {
    accept: gate.accept as Accept<Tx>,
    /** The database is known to answer nothing: whoever asks it is to be refused at once. */
    isSilent: (): boolean => keeping.isSilent,
    isAway: (): boolean => keeping.isAway,
    /** What was kept is being stored, and goes first for some seconds: whoever is told to ask again hears `onBack`. */
    isCatchingUp: (): boolean => isCatchingUp,
    of: (account: string, topic: string): HouseCommand[] => keeping.of(account, topic),
    stats: (): KeepingStats => keeping.stats(),
    doors: doors({ gate, keeping, now, doneBefore: redo.doneBefore, onAway(fn) { awayListeners.add(fn); return () => { awayListeners.delete(fn) } } }),
    /** Calls `fn` whenever the database answers again and what was kept is stored, or takes long to be. */
    onBack(fn: () => void): void { tellBack = fn },
    /** From now on what is kept can be done. */
    serve: redo.serve,
    refusals: (account: string): Promise<KeptRefusal[]> => pool.read('kept refusals', 3_000, (tx) => tx.all(statements.selectRefusals(account))),
    /** @throws Refusal `not_found`, `unavailable` */
    async resolve(account: string, id: string, how: 'retry' | 'dismiss'): Promise<{ state: 'applied' | 'open' | 'dismissed'; code: ErrorCode | null; reason: string | null }> {
      const refused = await pool.read('kept refusal', 3_000, (tx) => tx.maybe(statements.selectRefused(account, id)))
      if (!refused) throw new Refusal('not_found')
      const [outcome] = how === 'retry' ? await redo.apply([refused.command]) : []
      if (outcome?.is === 'away') throw new Refusal('unavailable')
      if (outcome?.is === 'refused') {
        await pool.read('kept refusal', 3_000, (tx) => tx.run(statements.noteRefusal(account, id, outcome.refusal.code, outcome.refusal.message)))
        return { state: 'open', code: outcome.refusal.code, reason: outcome.refusal.message }
      }
      const state = outcome ? 'applied' : 'dismissed'
      await pool.read('kept refusal', 3_000, (tx) => tx.run(statements.resolveRefusal(account, id, state)))
      return { state, code: null, reason: null }
    },
    /** Within the erasure of a contact (RD2). */
    forget: forgetKept,
    /** True when nothing is left to store. */
    drained: (forMs: number): Promise<boolean> => keeping.drained(forMs),
    async stop(): Promise<void> {
      watch?.stop()
      backTimer()
      redo.end()
      await keeping.stop()
      await spool.close()
    },
  }
}
/** @param conversations of the contact */
export const forgetKept = (tx: Tx, account: string, contact: string, conversations: readonly string[]): Promise<number> =>
  tx.run(statements.forgetRefusals(account, contact, conversations.map((id) => `conversation:${id}`)))

export type Kept = Awaited<ReturnType<typeof openKept>>

const after = (ms: number, fn: () => void): (() => void) => { const timer = setTimeout(fn, ms); return () => { clearTimeout(timer) } }
