import { useState } from 'react'
import type { Visit } from '#contract/visits.ts'
import { read, write } from '../kept/preferences.ts'

/** Wardens do not begin in the same second, and one without a line sends later what was ticked before. */
const beforeMs = 15 * 60_000
const lastsMs = 4 * 3_600_000
interface Begun { atMs: number; sinceMs: number }

/** When the roll-call of this device began: it goes on over reloads, and counts sightings of other wardens from a little before. */
export function useBeginning(location: string): Begun & { beginAnew: () => void } {
  const key = `lodge:roll-call:${location}`
  const [begun, setBegun] = useState<Begun>(() => {
    const known = read<Begun>(key)
    if (known && Date.now() - known.atMs < lastsMs) return known
    const now = { atMs: Date.now(), sinceMs: Date.now() - beforeMs }
    write(key, now)
    return now
  })
  return {
    ...begun,
    beginAnew() {
      const now = { atMs: Date.now(), sinceMs: Date.now() }
      write(key, now)
      setBegun(now)
    },
  }
}

export interface RollCallLine {
  readonly visit: Visit
  /** When a person saw them in this roll-call; that they came is no sighting. */
  readonly seenAt: string | undefined
  /** The tick is on this device and not yet with the server. */
  readonly isOwn: boolean
  readonly hasLeft: boolean
}

export function rollCall(visits: Iterable<Visit>, { location, sinceMs, ticks }: { location: string; sinceMs: number; ticks: ReadonlyMap<string, string> }): { open: RollCallLine[]; seen: RollCallLine[] } {
  const lines: RollCallLine[] = []
  for (const visit of visits) {
    if (visit.location !== location) continue
    const hasLeft = visit.status === 'checked_out' && visit.leftAt !== null && Date.parse(visit.leftAt) >= sinceMs && visit.leftBy !== 'automatic'
    if (visit.status !== 'checked_in' && !hasLeft) continue
    const own = ticks.get(visit.id)
    const { confirmedAt, arrivedAt } = visit
    const byOthers = confirmedAt !== null && confirmedAt !== arrivedAt && Date.parse(confirmedAt) >= sinceMs ? confirmedAt : undefined
    lines.push({ visit, seenAt: own ?? byOthers, isOwn: own !== undefined, hasLeft })
  }
  lines.sort((a, b) => a.visit.name.localeCompare(b.visit.name))
  const isDone = (line: RollCallLine): boolean => line.seenAt !== undefined || line.hasLeft
  return { open: lines.filter((line) => !isDone(line)), seen: lines.filter(isDone) }
}
