import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { getAvailability, type Availability } from '#contract/bookings.ts'
import { useLive } from '../live/live-context.ts'
import { ask } from '../live/queries.ts'
import type { DaySpan } from './day.ts'

export interface Floor {
  readonly known: ReadonlyMap<string, Availability>
  /** `kept`: as of then, read from this device. */
  readonly state: 'loading' | 'there' | 'kept' | 'failed'
  readonly asOfMs: number | undefined
  readonly retry: () => void
}
interface Kept { day: string; asOf: string; spaces: readonly Availability[] }
const keptName = (floor: string): string => `floor:${floor}`
const none: ReadonlyMap<string, Availability> = new Map()
const mapOf = (spaces: readonly Availability[]): ReadonlyMap<string, Availability> => new Map(spaces.map((s) => [s.space, s]))

/** Everything of a floor on a day; what was read last of each floor is kept on the device. */
export function useAvailability(floor: string | undefined, day: string, { startMs, endMs }: DaySpan): Floor {
  const { lodge, shelf } = useLive()
  const [kept, setKept] = useState<{ floor: string; data: Kept }>()
  const { data, isError, refetch } = useQuery({
    queryKey: ['availability', floor, startMs, endMs], enabled: floor !== undefined, staleTime: 0, gcTime: 30 * 60_000,
    queryFn: async () => {
      const query = { startsAt: new Date(startMs).toISOString(), endsAt: new Date(endMs).toISOString() }
      const { asOf, spaces } = await ask(lodge.call, getAvailability, { params: { floor: floor ?? '' }, query })
      return { asOf, spaces, known: mapOf(spaces) }
    },
  })
  useEffect(() => { if (data && floor) void shelf.keepList(keptName(floor), { day, asOf: data.asOf, spaces: data.spaces } satisfies Kept) }, [data, floor, day, shelf])
  useEffect(() => {
    let isWanted = true
    if (floor) void shelf.list<Kept>(keptName(floor)).then((found) => { if (isWanted && found) setKept({ floor, data: found }) })
    return () => { isWanted = false }
  }, [floor, shelf])
  const retry = (): void => void refetch()
  if (data) return { known: data.known, state: 'there', asOfMs: Date.parse(data.asOf), retry }
  if (kept && kept.floor === floor && kept.data.day === day) return { known: mapOf(kept.data.spaces), state: 'kept', asOfMs: Date.parse(kept.data.asOf), retry }
  return { known: none, state: isError ? 'failed' : 'loading', asOfMs: undefined, retry }
}
