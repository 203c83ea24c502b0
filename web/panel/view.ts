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
  /** Why it is closed. */
  readonly closedText: string | undefined
  /** It is free until it is closed, sooner than anybody has it. */
  readonly closesMs: number | undefined
  readonly next: readonly PanelBooking[]
  /** For how many minutes it can be had from now on; with `upTo` until the next one comes. */
  readonly offers: readonly { readonly minutes: number; readonly untilMs?: number }[]
}

const minuteMs = 60_000
const usual = [15, 30, 60]
const leastMinutes = 5
const holds = ({ status }: PanelBooking): boolean => status === 'booked' || status === 'checked_in'

export function viewOf({ now, next, closed, closing, canBookMinutes }: PanelState, atMs: number): View {
  const all = [...now ? [now] : [], ...next].filter(holds).filter((b) => Date.parse(b.endsAt) > atMs).toSorted((a, b) => a.startsAt.localeCompare(b.startsAt))
  const current = all.find((b) => Date.parse(b.startsAt) <= atMs)
  const later = all.filter((b) => Date.parse(b.startsAt) > atMs)
  const arriving = all.find(({ status, checkIn }) => status === 'booked' && checkIn && Date.parse(checkIn.opensAt) <= atMs && atMs < Date.parse(checkIn.closesAt))
  const rest = { current, arriving, next: later, closedText: undefined, closesMs: undefined }
  const comesMs = closing ? Date.parse(closing.startsAt) : Infinity
  const shut = [closed, comesMs <= atMs ? closing : null].find((one) => one && Date.parse(one.endsAt) > atMs)
  if (shut) return { ...rest, kind: 'closed', untilMs: Date.parse(shut.endsAt), closedText: shut.text, offers: [] }
  if (current) {
    const waits = current.status === 'booked' && current.checkIn !== null && atMs < Date.parse(current.checkIn.closesAt)
    return { ...rest, kind: waits ? 'expected' : 'taken', untilMs: Date.parse(current.endsAt), offers: [] }
  }
  const nextMs = later[0] ? Date.parse(later[0].startsAt) : Infinity
  const closesMs = comesMs > atMs && comesMs <= nextMs && comesMs < Infinity ? comesMs : undefined
  const untilMs = closesMs ?? (later[0] ? nextMs : undefined)
  const left = untilMs === undefined ? Infinity : Math.floor((untilMs - atMs) / minuteMs)
  const fitting = usual.filter((n) => canBookMinutes.includes(n) && n <= left)
  const longest = Math.max(0, ...fitting)
  const upToNext = untilMs !== undefined && left >= leastMinutes && left > longest && left < 60 && canBookMinutes.length > 0 ? [{ minutes: left, untilMs }] : []
  return { ...rest, kind: 'free', untilMs, closesMs, offers: [...fitting.map((minutes) => ({ minutes })), ...upToNext] }
}
