/**
 * The way to the database at a start: tried again until it is open, while the house serves without it (spec SP13).
 *
 *   enter() ──entered────────────────────────────► open, with the database, as almost always
 *      └── it cannot be had now, or takes its time ─► open without it; tried again, and the pool connects by itself when it was entered
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { BaseLogger } from 'pino'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { leastOfNode } from '#server/kernel/grants.ts'
import { codeOf, isAway, type Target } from './connection.ts'
import { NoDatabaseYet } from './no-database-yet.ts'
import type { NodeLease } from './node-lease.ts'

export interface EntranceOptions<T extends { target: Target }> {
  /** All that comes before the first statement of the house. Called again after it failed; never twice at once. `say`: what it waits for. */
  enter: (say: (why: string) => void) => Promise<T>
  /** Ends the trying. */
  signal: AbortSignal
  /** False at a first start: then there is nothing to serve, and a wrong address is said at once. */
  maySkip: boolean
  onEntered: (entered: T) => void
  log: Pick<BaseLogger, 'warn' | 'error'>
  /** Whoever waits longer has people standing at a closed door. */
  patienceMs?: number
}

export interface Entrance<T> {
  readonly entered: T | undefined
  /** Why not, for the administrator; undefined when it is. */
  readonly why: string | undefined
  /** Where the pool may connect. @throws what counts as "the database is away", while it is not entered */
  target(): Target
  /** After the signal: nothing is begun any more. A start that hangs is not waited for, it ends with this process. */
  idle(): Promise<void>
}

const retryFirstMs = 500
const retryCapMs = 1_000
/** What waiting does not help: a migration that failed waits for a person, and the house keeps what comes meanwhile. */
const retryHopelessMs = 60_000

/** What may pass by itself: no connection, no room, recovery, a standby. */
const isPassing = (error: unknown): boolean => error instanceof NoDatabaseYet || [error, (error as Error | undefined)?.cause].some((e) => isAway(e) || /^(?:53|57|58|25006)/.test(codeOf(e)))

/** Resolves when the house may open. @throws what `enter` throws when waiting does not help, or nothing may be skipped */
export async function openEntrance<T extends { target: Target }>({ enter, signal, maySkip, onEntered, log, patienceMs = 5_000 }: EntranceOptions<T>): Promise<Entrance<T>> {
  let entered: T | undefined
  let why: string | undefined = 'The database does not answer yet.'

  async function attempt(): Promise<void> {
    entered = await enter((waitsFor) => { why = waitsFor })
    why = undefined
    onEntered(entered)
  }
  async function goOn(trying: Promise<void>): Promise<void> {
    for (let delayMs = retryFirstMs; !signal.aborted; delayMs = Math.min(retryCapMs, 2 * delayMs)) {
      let isHopeless = false
      try { return await trying } catch (error) {
        if (signal.aborted) return
        const said = error instanceof CannotStart ? error.message : `The database cannot be used: ${error instanceof Error ? error.message : String(error)}.`
        if (said !== why) log.error(error instanceof CannotStart ? { why: said } : { err: error }, 'The database cannot be used; what may be kept is kept on this disk, and it is tried again')
        why = said
        isHopeless = !isPassing(error)
      }
      await sleep(isHopeless ? retryHopelessMs : delayMs, undefined, { signal }).catch(() => {})
      trying = attempt()
    }
    await trying.catch(() => {})
  }

  const first = attempt()
  let going: Promise<void> | undefined
  if (!maySkip) await first
  else {
    const outcome = await Promise.race([first.then(() => 'entered' as const, (error: unknown) => ({ error })), sleep(patienceMs, 'late' as const, { signal })])
    if (typeof outcome === 'object' && !isPassing(outcome.error)) throw outcome.error
    if (outcome !== 'entered') going = goOn(first)
  }

  return {
    get entered() { return entered },
    get why() { return why },
    target() {
      if (!entered) throw Object.assign(new Error(why), { code: '57P03' })   // PostgreSQL's own word for "not now"
      return entered.target
    },
    async idle() { await Promise.race([going, sleep(3_000)]) },
  }
}

/** This node's part of the budget, also before the database could be asked for it: the least that a node may have, and nothing to use it on. */
export const leaseBehind = (entrance: Entrance<{ lease: NodeLease }>): NodeLease => ({
  get connections() { return entrance.entered?.lease.connections ?? leastOfNode },
  get budget() { return entrance.entered?.lease.budget ?? leastOfNode },
  get why() { return entrance.entered ? entrance.entered.lease.why : entrance.why },
  async renew(pool) { await entrance.entered?.lease.renew(pool) },
  async release(pool) { await entrance.entered?.lease.release(pool) },
})
