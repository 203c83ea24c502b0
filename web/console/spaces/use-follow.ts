import { useEffect } from 'react'
import { useLive } from '../live/live-context.ts'
import { readBookings } from '../live/queries.ts'

const soonMs = 120
const everyMs = 600

/** While somebody looks at a location: what an entry of its topic makes untrue is read again, at most every 0.6 s. */
export function useFollow(location: string | undefined): void {
  const { lodge, queries } = useLive()
  useEffect(() => {
    if (!location) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let readAtMs = 0
    const read = (): void => {
      timer = undefined
      readAtMs = Date.now()
      void readBookings(queries)
    }
    const soon = (): void => { timer ??= setTimeout(read, Math.max(soonMs, readAtMs + everyMs - Date.now())) }
    // What came between the first reading and the joining is in neither.
    const leave = lodge.join(`bookings:${location}`, { fresh: soon, entries: soon })
    return () => {
      leave()
      clearTimeout(timer)
    }
  }, [location, lodge, queries])
}
