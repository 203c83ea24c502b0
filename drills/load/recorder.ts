/** Writes what this process saw, a line an event. A killed process has written all but what it saw within the last `gatherMs`. */
import { closeSync, openSync, writeSync } from 'node:fs'
import type { Event, Recorded } from '#drills/checker/history.ts'
import { lineOf } from '#drills/checker/lines.ts'

export interface Recorder { record(event: Recorded): void; flush(): void; close(): void }

/** @param gatherMs 0: each at once, for those who are to be killed */
export function recorder(path: string, gatherMs = 100): Recorder {
  const file = openSync(path, 'a')
  let lines: string[] = []
  let lastMs = 0
  const flush = (): void => {
    if (lines.length === 0) return
    writeSync(file, lines.join(''))
    lines = []
  }
  const timer = gatherMs > 0 ? setInterval(flush, gatherMs) : undefined
  return {
    record(event) {
      lastMs = Math.max(lastMs, nowMs())
      lines.push(lineOf({ ...event, atMs: lastMs } as Event))
      if (!timer) flush()
    },
    flush,
    close() {
      clearInterval(timer)
      flush()
      closeSync(file)
    },
  }
}

/** The same clock in all processes of this machine, finer than milliseconds, and never back. */
export const nowMs = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000
