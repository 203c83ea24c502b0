/**
 * When what the page sees of Lodge is proposed: at once, but for a stop that somebody asked for. With `auto` every restart would otherwise
 * be an incident, and a mail to everybody who subscribed; one that does not come back is proposed after the time that a restart takes.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Level } from '#contract/status.ts'

export type Absent = Exclude<Level, 'works'>
/** What `/readyz` says meanwhile. */
export const stoppingReason = 'The server is stopping.'

interface Options {
  /** LODGE_DATA: a file of it is there while the server lives, and after a kill. */
  data: string
  propose: (level: Absent, reasons: readonly string[]) => Promise<unknown>
  /** After the time that a restart takes nobody waits for it. */
  failed: (error: unknown) => void
  restartMs?: number
}
/** `note` throws what `propose` throws. */
export interface Absence { note(level: Level, reasons: readonly string[]): Promise<void>; stop(): void }

export function absence({ data, propose, failed, restartMs = 120_000 }: Options): Absence {
  let timer: NodeJS.Timeout | undefined
  const wasAsked = (level: Absent, reasons: readonly string[]): boolean => level === 'down' ? !existsSync(join(data, 'alive')) : reasons.includes(stoppingReason)
  return {
    async note(level, reasons) {
      clearTimeout(timer)
      if (level === 'works') return
      if (!wasAsked(level, reasons)) { await propose(level, reasons); return }
      timer = setTimeout(() => void propose(level, [`It was stopped, and did not come back within ${Math.round(restartMs / 1000)} s.`, ...reasons]).catch(failed), restartMs)
    },
    stop: () => clearTimeout(timer),
  }
}
