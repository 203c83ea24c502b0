/**
 * I11 No acknowledgement before the commit that it tells of (where the commit's own time is known).
 * I14 A hint may be lost, but none reaches an observer after it has left.
 */
import type { History } from './history.ts'
import type { Violation } from './violation.ts'

/** Two clocks of one machine, one of them read in whole milliseconds. */
const clocksMs = 2

export function checkHonesty({ events, journal }: Pick<History, 'events' | 'journal'>): Violation[] {
  const violations: Violation[] = []
  const committed = new Map(Object.values(journal.topics).flatMap((rows) => rows.flatMap((r) => r.committedMs === undefined ? [] : [[r.id, r.committedMs] as const])))
  const gone = new Set<string>()
  for (const e of events) {
    if (e.type === 'acked') {
      const atMs = committed.get(e.id)
      if (atMs !== undefined && e.atMs < atMs - clocksMs) violations.push({ rule: 'I11', what: `acknowledged ${(atMs - e.atMs).toFixed(1)} ms before it was committed`, topic: e.topic, id: e.id, by: e.by })
    } else if (e.type === 'left') gone.add(`${e.observer} ${e.topic}`)
    else if (e.type === 'joining' || e.type === 'fresh' || e.type === 'resumed') gone.delete(`${e.observer} ${e.topic}`)
    else if (e.type === 'typing' && gone.has(`${e.observer} ${e.topic}`)) violations.push({ rule: 'I14', what: `${e.observer} was told that somebody types after it had left`, topic: e.topic })
  }
  return violations
}
