import type { Occurrence, Series } from '#contract/bookings.ts'
import { sql } from '#server/db/sql.ts'

const columns = sql`r.id, r.space_id as space, r.location_id as location, r.title, case when u.id is not null then json_build_object('id', u.id, 'name', u.name) end as "user",
  case when w.id is not null then json_build_object('id', w.id, 'name', w.name) end as "bookedBy", json_build_object('rrule', r.rrule, 'day', r.day, 'time', r.time, 'minutes', r.minutes) as recurrence,
  r.booked_until as "bookedUntil", r.cancelled_from as "cancelledFrom", r.skipped`
const tables = sql`booking_series r left join users u on u.account_id = r.account_id and u.id = r.user_id left join users w on w.account_id = r.account_id and w.id = r.booked_by`
export const selectSeries = (account: string, id: string) => sql<Series>`select ${columns} from ${tables} where r.account_id = ${account} and r.id = ${id}`

export interface SeriesRow { id: string; space: string; location: string; title: string; user: string | null; bookedBy: string | null; rrule: string; day: string; time: string | null; minutes: number | null; bookedUntil: string | null; skipped: readonly Occurrence[]; digest: Buffer }
export const insertSeries = (account: string, r: SeriesRow) => sql`
  insert into booking_series (account_id, id, space_id, location_id, title, user_id, booked_by, rrule, day, time, minutes, booked_until, skipped, digest)
  values (${account}, ${r.id}, ${r.space}, ${r.location}, ${r.title}, ${r.user}, ${r.bookedBy}, ${r.rrule}, ${r.day}::date, ${r.time}, ${r.minutes}, ${r.bookedUntil}::date, ${JSON.stringify(r.skipped)}::jsonb, ${r.digest})`
export const lockSeries = (account: string, id: string) => sql<Pick<Series, 'id' | 'space' | 'location' | 'title' | 'recurrence' | 'bookedUntil' | 'cancelledFrom' | 'skipped'> & { user: string | null; bookedBy: string | null }>`
  select r.id, r.space_id as space, r.location_id as location, r.title, r.user_id as "user", r.booked_by as "bookedBy", json_build_object('rrule', r.rrule, 'day', r.day, 'time', r.time, 'minutes', r.minutes) as recurrence,
    r.booked_until as "bookedUntil", r.cancelled_from as "cancelledFrom", r.skipped from booking_series r where r.account_id = ${account} and r.id = ${id} for update`
export const placeOfSeries = (account: string, id: string) => sql<{ space: string; location: string }>`select space_id as space, location_id as location from booking_series where account_id = ${account} and id = ${id}`
export const setBookedUntil = (account: string, id: string, until: string | null, skipped: readonly Occurrence[]) => sql`
  update booking_series set booked_until = ${until}::date, skipped = ${JSON.stringify(skipped)}::jsonb where account_id = ${account} and id = ${id}`
export const setCancelledFrom = (account: string, id: string, from: string) => sql`
  update booking_series set cancelled_from = least(cancelled_from, ${from}::timestamptz) where account_id = ${account} and id = ${id}`
/** What has not begun of it, from an instant on. */
export const cancelOccurrences = (account: string, id: string, from: string) => sql<{ id: string; startsAt: string; endsAt: string }>`
  update bookings set status = 'cancelled', reason = 'series' where account_id = ${account} and series_id = ${id} and starts_at >= ${from}::timestamptz and status in ('booked', 'checked_in') returning id, starts_at as "startsAt", ends_at as "endsAt"`
export const startOfOccurrence = (account: string, series: string, booking: string) => sql<{ startsAt: string }>`
  select starts_at as "startsAt" from bookings where account_id = ${account} and series_id = ${series} and id = ${booking}`
export const occurrencesBooked = (account: string, id: string) => sql<{ id: string; startsAt: string; endsAt: string; day: string }>`
  select id, starts_at as "startsAt", ends_at as "endsAt", day from bookings where account_id = ${account} and series_id = ${id} order by starts_at, id`
/** Those whose horizon has moved on by a week or more, and whose space takes bookings: others would stand in front of these for ever. */
export const toExtend = (day: string, limit: number) => sql<{ account: string; id: string }>`
  select r.account_id as account, r.id from booking_series r join spaces s on s.account_id = r.account_id and s.id = r.space_id join floors f on f.account_id = s.account_id and f.id = s.floor_id
  where r.booked_until < ${day}::date and r.booked_until is not null and r.cancelled_from is null and s.bookable and s.active and f.active order by r.booked_until limit ${limit}`
