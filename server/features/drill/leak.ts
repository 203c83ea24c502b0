/** The fault of the drill `serraview`: a function that keeps its connection. */
import type { Leak } from '#contract/drill.ts'
import type { Pool } from '#server/db/pool.ts'

export interface LeakSwitch {
  set(leak: Leak): void
  /** What leaks now, and how many calls were made to leak. */
  now(): { leak: Leak | undefined; leaked: number }
}

export function leakSwitch(pool: Pick<Pool, 'forget'>): LeakSwitch {
  let leak: Leak | undefined
  let calls = 0
  let leaked = 0
  return {
    set(wanted) {
      leak = wanted.every > 0 ? wanted : undefined
      calls = 0
      pool.forget(leak && ((label, owner) => {
        if (!leak || label !== leak.label || leak.account !== undefined && owner !== leak.account) return false
        if (++calls % leak.every !== 0) return false
        leaked++
        return true
      }))
    },
    now: () => ({ leak, leaked }),
  }
}
