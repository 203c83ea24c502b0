import { useState } from 'react'
import type { Visit } from '#contract/visits.ts'
import { read, write } from '../kept/preferences.ts'

/** Wardens do not begin in the same minute. What others saw this long before is offered, never counted unasked: it may be older than the alarm. */
export const beforeMs = 15 * 60_000
const lastsMs = 4 * 3_600_000
interface Begun { atMs: number; sinceMs: number }

/** When the roll-call of this device began; it goes on over reloads. Sightings count from `sinceMs` on. */
export function useBeginning(location: string): Begun & { beginAnew: () => void; countBefore: () => void } {
  const key = `lodge:roll-call:${location}`
  const [begun, setBegun] = useState<Begun>(() => {
    const known = read<Begun>(key)
    if (known && Date.now() - known.atMs < lastsMs) return known
    const now = { atMs: Date.now(), sinceMs: Date.now() }
    write(key, now)
    return now
  })
  const set = (next: Begun): void => {
    write(key, next)
    setBegun(next)
  }
  return { ...begun, beginAnew: () => set({ atMs: Date.now(), sinceMs: Date.now() }), countBefore: () => set({ ...begun, sinceMs: begun.atMs - beforeMs }) }
}

export interface RollCallLine {
  readonly visit: Visit
  /** When a person saw them in this roll-call; that they came is no sighting. */
  readonly seenAt: string | undefined
  /** The tick is on this device and not yet with the server. */
  readonly isOwn: boolean
  readonly hasLeft: boolean
}

export interface RollCallState {
  readonly open: readonly RollCallLine[]
  readonly seen: readonly RollCallLine[]
  /** Seen by others shortly before this roll-call began. */
  readonly before: number
}

interface Options { location: string; sinceMs: number; beginMs: number; ticks: ReadonlyMap<string, string> }

/** Who is missing, who was seen. A tick of this device counts before it is sent. */
export function rollCall(visits: Iterable<Visit>, { location, sinceMs, beginMs, ticks }: Options): RollCallState {
  const lines: RollCallLine[] = []
  let before = 0
  for (const visit of visits) {
    if (visit.location !== location) continue
    const hasLeft = visit.status === 'checked_out' && visit.leftAt !== null && Date.parse(visit.leftAt) >= sinceMs && visit.leftBy !== 'automatic'
    if (visit.status !== 'checked_in' && !hasLeft) continue
    const own = ticks.get(visit.id)
    const { confirmedAt, arrivedAt } = visit
    const sighting = confirmedAt !== null && confirmedAt !== arrivedAt ? confirmedAt : undefined
    const byOthers = sighting && Date.parse(sighting) >= sinceMs ? sighting : undefined
    if (sighting && !byOthers && !own && !hasLeft && Date.parse(sighting) >= beginMs - beforeMs) before++
    lines.push({ visit, seenAt: own ?? byOthers, isOwn: own !== undefined, hasLeft })
  }
  lines.sort((a, b) => a.visit.name.localeCompare(b.visit.name))
  const isDone = (line: RollCallLine): boolean => line.seenAt !== undefined || line.hasLeft
  return { open: lines.filter((line) => !isDone(line)), seen: lines.filter(isDone), before }
}
