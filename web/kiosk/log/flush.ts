/**
 * Sends what is unsent, in the order it happened. One flusher at a time (a Web Lock, so one tab), and nothing blocks it:
 * what an answer names is marked, what the server will not take is set aside for a while, and the rest goes on.
 */
import { operationsMax, sendOperations } from '#contract/kiosks.ts'
import { jitterMs, retryDelayMs } from '#client/backoff.ts'
import type { Clock } from '#client/clock.ts'
import type { Ask } from '../ask.ts'
import { firstBatch, halves, wireForm } from './batch.ts'
import { hasPhoto, withoutPhoto, type Kept } from './kept.ts'
import { outcomeOf } from './outcome.ts'
import type { Shelf } from './shelf.ts'

const backoffCapMs = 30_000
const minDelayMs = 100
const idleMs = 30_000
/** What the server keeps and has not entered yet is asked for again after so long, or each new visitor would bring the whole queue along. The oldest sooner: when one is done, so are the others. */
const keptMs = 3_000, oldestKeptMs = 1_000
/** A wait that something between here and the server names is believed up to this. */
const retryAfterCapMs = 120_000
/** A run asks this often at most after refusals, so that a server that refuses all is not flooded. */
const refusalsMax = 16

export interface Flusher {
  /** Something may have changed: looks at once. */
  wake(): void
  stop(): void
}
export interface Flushing {
  shelf: Shelf
  ask: Ask
  /** Counts on whatever the wall clock does. */
  clock: Clock
  wall: () => number
  random: () => number
  lock: (work: () => Promise<void>) => Promise<void>
  /** Told after every request. */
  heard: (news: 'reached' | 'unreached' | 'unpaired') => void
  /** Told after operations were marked. */
  marked?: (ids: readonly string[]) => void
  batchBytes?: number
}

export function flusher({ shelf, ask, clock, wall, random, lock, heard, marked, batchBytes = 1_000_000 }: Flushing): Flusher {
  const setAside = new Map<string, { tries: number; untilMs: number; isKept?: true }>()
  let bytesMax = batchBytes
  let tries = 0
  let isRunning = false
  let isWoken = false
  let isStopped = false
  let cancel = (): void => {}

  function defer({ id }: Kept): void {
    const before = setAside.get(id)?.tries ?? 0
    setAside.set(id, { tries: before + 1, untilMs: clock.now() + Math.max(minDelayMs, jitterMs(before, backoffCapMs, random)) })
  }
  const isReady = ({ id }: Kept): boolean => (setAside.get(id)?.untilMs ?? 0) <= clock.now()

  /** True when the run may go on. */
  async function send(batch: readonly Kept[], run: { log: string; refusals: number; isFirstKept: boolean; retryAfterMs?: number | undefined }): Promise<boolean> {
    const outcome = outcomeOf(await ask('POST', sendOperations.path, { log: run.log, operations: batch.map(wireForm) }), batch)
    heard(outcome.is === 'failed' ? 'unreached' : outcome.is === 'unpaired' ? 'unpaired' : 'reached')
    if (outcome.is === 'answered') {
      const named = new Set(outcome.results.map(({ id }) => id))
      // `kept`: the server's disk has it, its book has not. It is offered again, and nothing is shown as done before it is.
      const done = outcome.results.filter(({ state }) => state !== 'kept')
      await shelf.mark(done, wall())
      for (const { id, state } of outcome.results) {
        if (state !== 'kept') {
          if (setAside.get(id)?.isKept) for (const other of setAside.values()) if (other.isKept) other.untilMs = clock.now()
          setAside.delete(id)
          continue
        }
        setAside.set(id, { tries: 0, isKept: true, untilMs: clock.now() + (run.isFirstKept ? oldestKeptMs : keptMs + random() * keptMs / 2) })
        run.isFirstKept = false
      }
      for (const kept of batch) if (!named.has(kept.id)) defer(kept)
      if (named.size > 0) {
        tries = 0
        if (done.length > 0) marked?.(done.map(({ id }) => id))
      }
      return named.size > 0
    }
    if (outcome.is === 'unpaired' || outcome.is === 'failed') {
      run.retryAfterMs = outcome.is === 'failed' ? outcome.retryAfterMs : undefined
      return false
    }
    if (++run.refusals > refusalsMax) return false
    const [first, ...others] = batch
    if (first && others.length === 0) {
      if (outcome.is === 'large' && hasPhoto(first)) return send([withoutPhoto(first)], run)
      defer(first)
      return true
    }
    if (outcome.is === 'large') bytesMax = Math.max(20_000, bytesMax / 2)
    const [left, right] = halves(batch)
    return await send(left, run) && send(right, run)
  }

  /** Milliseconds until the next look. */
  async function runOnce(): Promise<number> {
    const run: Parameters<typeof send>[1] = { log: (await shelf.log()).id, refusals: 0, isFirstKept: true }
    const seen = new Set<string>()
    for (let after = 0; ;) {
      const page = await shelf.unsent(after, operationsMax)
      const last = page.at(-1)
      if (!last) break
      for (const { id } of page) seen.add(id)
      const batch = firstBatch(page.filter(isReady), bytesMax)
      if (batch.length > 0 && !await send(batch, run)) return delay(run.retryAfterMs)
      after = batch.length > 0 && batch.length < page.length ? batch.at(-1)!.seq : last.seq
    }
    // What another tab has sent meanwhile is nothing to wait for.
    for (const id of setAside.keys()) if (!seen.has(id)) setAside.delete(id)
    const soonestMs = Math.min(...[...setAside.values()].map(({ untilMs }) => untilMs - clock.now()), idleMs)
    return Math.max(minDelayMs, soonestMs)
  }
  /** A server that names a wait is there and knows better than a backoff, which would keep the log waiting for half a minute after the disks are back. */
  const delay = (retryAfterMs = 0): number => retryAfterMs > 0
    ? retryDelayMs(0, Math.min(retryAfterCapMs, retryAfterMs), random)
    : Math.max(minDelayMs, jitterMs(tries++, backoffCapMs, random))

  function wake(): void {
    isWoken = true
    if (isRunning || isStopped) return
    isRunning = true
    cancel()
    void loop()
  }
  async function loop(): Promise<void> {
    let waitMs = 0
    while (isWoken && !isStopped) {
      isWoken = false
      try {
        await lock(async () => { waitMs = await runOnce() })
      } catch {
        // The storage misbehaves: what is in it is looked at again later.
        waitMs = delay()
      }
    }
    isRunning = false
    if (!isStopped) cancel = clock.after(waitMs, wake)
  }
  return {
    wake,
    stop() {
      isStopped = true
      cancel()
    },
  }
}
