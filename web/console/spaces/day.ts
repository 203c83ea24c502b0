/** A day of a location as a stretch of real time: 23, 24 or 25 hours, whatever its clocks do. Pure. */
import { dayIn, instantIn, shiftDay } from '../visits/zone.ts'

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
/** The slider goes by quarters. */
export const stepMinutes = 15

export interface DaySpan { readonly startMs: number; readonly endMs: number }
/** @param untilDay the last one, included */
export function spanOf(zone: string, day: string, untilDay = day): DaySpan {
  return { startMs: Date.parse(instantIn(zone, `${day}T00:00`)), endMs: Date.parse(instantIn(zone, `${shiftDay(untilDay, 1)}T00:00`)) }
}
export const hoursOf = ({ startMs, endMs }: DaySpan): number => Math.round((endMs - startMs) / hourMs)

/** Minutes since the day began, of a local time. */
export const minuteOf = (zone: string, day: string, clock: string): number =>
  Math.round((Date.parse(instantIn(zone, `${day}T${clock}`)) - spanOf(zone, day).startMs) / minuteMs)

/** What one sees first: now if it is today, else when the house opens. */
export function usualMinute(zone: string, day: string, opensAt: string, nowMs: number): number {
  return day === dayIn(zone, nowMs) ? Math.floor((nowMs - spanOf(zone, day).startMs) / minuteMs) : minuteOf(zone, day, opensAt)
}
