/**
 * Open loop: things are begun when they are due, whatever became of those before. What is late is begun at once and counts from when it
 * was due. People do not come in step: the times between them are exponential.
 */
import { createHistogram } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { nowMs } from './recorder.ts'

export interface Pace {
  /** From now on; 0 pauses. */
  rate(perSecond: number): void
  /** How late the generator itself was, of all that it began since the last call; the machine's fault, not the server's. */
  lagP99Ms(): number
  /** The same of the whole run. */
  lagOfAllP99Ms(): number
  stop(): Promise<void>
}

/** Until the next: as often as `perSecond` in the mean. */
export const gapMs = (perSecond: number, random: () => number): number => -Math.log(1 - random()) * 1000 / perSecond

export function pace(begin: (dueMs: number) => void, random: () => number): Pace {
  let perSecond = 0, dueMs = 0, isOver = false
  let lags: number[] = []
  const all = createHistogram()   // in µs. As a list, sorted once a second, half an hour of it made the generator late by itself
  const running = (async () => {
    for (; !isOver; await sleep(1)) {
      for (; perSecond > 0 && dueMs <= nowMs(); dueMs += gapMs(perSecond, random)) {
        const lagMs = nowMs() - dueMs
        lags.push(lagMs)
        all.record(Math.max(1, Math.round(lagMs * 1000)))
        begin(dueMs)
      }
    }
  })()
  return {
    rate(next) {
      if (perSecond === 0) dueMs = nowMs()
      perSecond = next
    },
    lagP99Ms() {
      const lag = p99(lags)
      lags = []
      return lag
    },
    lagOfAllP99Ms: () => all.count === 0 ? 0 : all.percentile(99) / 1000,
    async stop() {
      isOver = true
      await running
    },
  }
}

const p99 = (lags: readonly number[]): number => lags.toSorted((a, b) => a - b)[Math.floor(lags.length * 0.99)] ?? 0
