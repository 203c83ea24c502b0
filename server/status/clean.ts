/** When an incident may be called resolved: monitored, and quiet for its window. What a watchdog says of its components meanwhile begins the window anew. */
import type { Incident } from '#contract/status.ts'

/** undefined: it is not monitored. */
export function cleanAtMs({ state, quietSince, cleanMinutes }: Pick<Incident, 'state' | 'quietSince' | 'cleanMinutes'>): number | undefined {
  return state === 'monitoring' && quietSince !== null ? Date.parse(quietSince) + cleanMinutes * 60_000 : undefined
}
