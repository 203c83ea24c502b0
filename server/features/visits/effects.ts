/**
 * What an arrival and a departure do to a visit. Facts are commutative: they come from several kiosks and from the desk, hours
 * late and in any order, and the visit is the same in the end. Arrived = the earliest; the person is here unless some
 * departure is later than every sighting. Nothing is refused because of what the book says: who stood there, stood there.
 */
import type { Visit, VisitFlag } from '#contract/visits.ts'
import { listedFlags } from './watch.ts'
import type { Tx } from '#server/db/db.ts'
import type { Tell } from './notices.ts'
import * as statements from './visits.sql.ts'
import type { State } from './visits.sql.ts'

export interface Seen {
  account: string; visit: string
  /** Corrected by what is known of the clock, never in the future. */
  at: string
  /** The server's clock. */
  nowMs: number
  /** Of the clock it was measured by, and of how it was let in. */
  flags: readonly VisitFlag[]
  offset: number
}
/** Later than this the host is told the true time. */
export const lateMs = 5 * 60_000

export const earlier = (a: string | null, b: string): string => a !== null && a < b ? a : b
export const later = (a: string | null, b: string): string => a !== null && a > b ? a : b

/** @param state of `stateForUpdate` @returns the entry's flags */
export async function arrive(tx: Tx, state: State, { account, visit, at, nowMs, flags: seenFlags, offset }: Seen, tell: Tell): Promise<{ arrivedAt: string; flags: VisitFlag[] }> {
  const flags = new Set<VisitFlag>([...state.flags, ...seenFlags])
  if (state.status === 'cancelled') flags.add('after_cancellation')
  if (state.status === 'refused') flags.add('after_refusal')
  const isLate = nowMs - Date.parse(at) > lateMs
  for (const flag of await listedFlags(tx, account, state, isLate)) flags.add(flag)
  const confirmedAt = later(state.confirmedAt, at)
  const hasLeft = state.leftAt !== null && state.leftAt >= confirmedAt
  const isFirst = state.arrivedAt === null
  const arrivedAt = earlier(state.arrivedAt, at)
  const hostNotice = isFirst && !hasLeft ? await tell(tx, { account, visit, state, arrivedAt, isLate }) : state.hostNotice
  await tx.run(statements.setOutcome(account, visit, {
    status: hasLeft ? 'checked_out' : 'checked_in', arrivedAt, leftAt: hasLeft ? state.leftAt : null, leftBy: hasLeft ? state.leftBy : null, confirmedAt, flags: [...flags], hostNotice,
  }, offset))
  return { arrivedAt, flags: [...flags] }
}

/** @returns when the person counts as gone; a departure before the last sighting changes nothing */
export async function depart(tx: Tx, state: State, { account, visit, at, offset }: Omit<Seen, 'flags' | 'nowMs'>, by: NonNullable<Visit['leftBy']>): Promise<string> {
  if (state.confirmedAt !== null && at < state.confirmedAt) return at
  const leftAt = later(state.leftAt, at)
  await tx.run(statements.setOutcome(account, visit, { ...state, status: 'checked_out', leftAt, leftBy: leftAt === at ? by : state.leftBy }, offset))
  return leftAt
}
