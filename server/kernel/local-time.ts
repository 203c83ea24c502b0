/**
 * Local days and times of a zone, and the instants they are. Pure. A local time that the clock skips in spring is taken as an
 * hour later; of one that it shows twice, the first. Days are `2026-11-26`, times `09:00`, instants ISO 8601 in UTC.
 */
import { Temporal } from 'temporal-polyfill'
import { Refusal } from './refusal.ts'

/** A name of the IANA time zone database, as this machine knows it. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

export const iso = (ms: number): string => new Date(ms).toISOString()

/** The instant at which the zone's clock shows `time` on `day`. */
export const instantIn = (zone: string, day: string, time: string): string =>
  iso(Temporal.PlainDateTime.from(`${day}T${time}`).toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds)
export const dayIn = (zone: string, ms: number): string => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate().toString()
export const shiftDay = (day: string, by: Temporal.DurationLike): string => Temporal.PlainDate.from(day).add(by).toString()
export const dayAfter = (day: string, days = 1): string => shiftDay(day, { days })
/** The first instant of a local day: not always midnight, since some zones change their clocks at that hour. */
export const startOfDay = (zone: string, day: string): string => iso(Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds)

/** A local time counted as if in UTC, which no clock change disturbs. @throws Refusal `invalid`: there is no such time */
export const asUtc = (local: string): Temporal.ZonedDateTime => {
  try { return Temporal.PlainDateTime.from(local, { overflow: 'reject' }).toZonedDateTime('UTC') } catch { throw new Refusal('invalid', `startsAt: there is no ${local}.`) }
}
