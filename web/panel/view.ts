/** What the panel says at a moment, from what it was told last: when a booking begins or is over, the clock is enough to know. Pure. */
import type { PanelBooking, PanelState } from '#contract/bookings.ts'

export type Kind = 'free' | 'expected' | 'taken' | 'closed'
export interface View {
  readonly kind: Kind
  readonly current: PanelBooking | undefined
  /** The one that can be checked in to now. */
  readonly arriving: PanelBooking | undefined
  /** Until when it stays so; undefined = for the rest of the day, as far as it is known. */
  readonly untilMs: number | undefined
  readonly next: readonly PanelBooking[]
  /** For how many minutes it can be had from now on; with `upTo` until the next one comes. */
  readonly offers: readonly { readonly minutes: number; readonly untilMs?: number }[]
}

const minuteMs = 60_000
const usual = [15, 30, 60]
const leastMinutes = 5
const holds = ({ status }: PanelBooking): boolean => status === 'booked' || status === 'checked_in'

export function viewOf({ now, next, closed, canBookMinutes }: PanelState, atMs: number): View {
  const all = [...now ? [now] : [], ...next].filter(holds).filter((b) => Date.parse(b.endsAt) > atMs).toSorted((a, b) => a.startsAt.localeCompare(b.startsAt))
  const current = all.find((b) => Date.parse(b.startsAt) <= atMs)
  const later = all.filter((b) => Date.parse(b.startsAt) > atMs)
  const arriving = all.find(({ status, checkIn }) => status === 'booked' && checkIn && Date.parse(checkIn.opensAt) <= atMs && atMs < Date.parse(checkIn.closesAt))
  const rest = { current, arriving, next: later }
  const closedUntilMs = closed ? Date.parse(closed.endsAt) : 0
  if (closedUntilMs > atMs) return { ...rest, kind: 'closed', untilMs: closedUntilMs, offers: [] }
  if (current) {
    const waits = current.status === 'booked' && current.checkIn !== null && atMs < Date.parse(current.checkIn.closesAt)
    return { ...rest, kind: waits ? 'expected' : 'taken', untilMs: Date.parse(current.endsAt), offers: [] }
  }
  const untilMs = later[0] ? Date.parse(later[0].startsAt) : undefined
  const left = untilMs === undefined ? Infinity : Math.floor((untilMs - atMs) / minuteMs)
  const fitting = usual.filter((n) => canBookMinutes.includes(n) && n <= left)
  const longest = Math.max(0, ...fitting)
  const upToNext = untilMs !== undefined && left >= leastMinutes && left > longest && left < 60 && canBookMinutes.length > 0 ? [{ minutes: left, untilMs }] : []
  return { ...rest, kind: 'free', untilMs, offers: [...fitting.map((minutes) => ({ minutes })), ...upToNext] }
}
