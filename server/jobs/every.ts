import type { BaseLogger } from 'pino'
import { ofTheHouse } from '#server/db/on-behalf.ts'

/** Something done again and again by this process. */
export interface Chore {
  /** Now, or right after the present round. Nothing once stopped. */
  poke(): void
  /** No round starts any more; resolves when the present one has ended. */
  stop(): Promise<void>
}
export interface ChoreOptions {
  now: () => number
  random: () => number
  log: Pick<BaseLogger, 'info' | 'warn'>
}

/** A failing chore waits up to this many intervals, so that a database that is away is not asked as often as one that answers. */
const patience = 12

/**
 * Runs `fn` every `intervalMs`, give or take a quarter (so that nodes do not act in step), never twice at once. The first
 * round comes within one interval. A round that throws is logged, the first of a row only, and the pause doubles until one succeeds.
 */
export function every(label: string, intervalMs: number, fn: () => Promise<unknown>, { now, random, log }: ChoreOptions): Chore {
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> | undefined
  let again = false
  let stopped = false
  let failures = 0
  let failingSinceMs = 0

  const wait = (pauseMs: number): void => { timer = setTimeout(start, pauseMs) }
  const start = (): void => {
    clearTimeout(timer)
    again = false
    round = ofTheHouse(run).finally(() => {
      round = undefined
      if (stopped) return
      if (again) start()
      else wait(intervalMs * Math.min(2 ** failures, patience) * (0.75 + random() / 2))
    })
  }
  const run = async (): Promise<void> => {
    try {
      await fn()
      if (failures > 0) log.info({ label, failures, failedForMs: now() - failingSinceMs }, 'a chore works again')
      failures = 0
    } catch (error) {
      if (failures++ > 0) return
      failingSinceMs = now()
      log.warn({ err: error, label }, 'a chore failed and will be tried again')
    }
  }

  wait(intervalMs * random())
  return {
    poke() {
      if (stopped) return
      if (round) again = true
      else start()
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await round
    },
  }
}
