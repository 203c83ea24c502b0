import type { Pool } from '#server/db/pool.ts'

/** Without a database nobody can renew: an outage of a night must not log the morning's shift out. Chosen, not measured. */
export const ticketGraceMs = 12 * 3_600_000
/** As long as it may be set to. */
export const graceMaxMs = 168 * 3_600_000
/** Once it is back everybody renews; this long after, nobody is told off for being late. */
const afterwardsMs = 60_000

/** How long an expired ticket is honoured at this moment. `isSilent`: the database is known to answer nothing. */
export function openGrace(pool: Pick<Pool, 'stats' | 'onState'>, now: () => number, lifeMs: number = ticketGraceMs, isSilent: () => boolean = () => false) {
  let away = pool.stats().downSinceMs !== undefined
  let untilMs = 0
  const off = pool.onState((state) => {
    if (away && state === 'up') untilMs = now() + afterwardsMs
    away = state === 'down'
  })
  function graceMs(): number {
    if (isSilent()) untilMs = now() + afterwardsMs   // it hangs, and the pool still holds connections
    return away || now() < untilMs ? lifeMs : 0
  }
  return { graceMs, close: off }
}
