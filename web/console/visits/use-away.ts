import { useEffect, useState } from 'react'
import { useLive } from '../live/live-context.ts'
import { useStore } from '../live/store.ts'

/** Nothing can be changed while it is; what is kept can be read. */
export const useAway = (): boolean => useStore(useLive().away)

/** The same for one visit, until it was read again: what somebody else wrote meanwhile is known before anything is saved. */
export function useAwayFrom(visit: string): boolean {
  const { visits } = useLive()
  const away = useAway()
  const [isStale, setStale] = useState(false)
  if (away && !isStale) setStale(true)
  useEffect(() => {
    if (!away && isStale) void visits.touch(visit).finally(() => setStale(false))
  }, [away, isStale, visits, visit])
  return away || isStale
}
