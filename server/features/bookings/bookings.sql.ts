import type { Booking, BookingStatus, CancelReason, Conflict } from '#contract/bookings.ts'
import type { CheckInPolicy } from '#contract/spaces.ts'
import { sql } from '#server/db/sql.ts'
import type { Span, Window } from './when.ts'

export const bookingColumns = sql`b.id, b.space_id as space, s.name as "spaceName", s.floor_id as floor, b.location_id as location, l.zone, b.starts_at as "startsAt", b.ends_at as "endsAt", b.whole_day as "wholeDay",
  b.day, b.title, b.status, b.reason, case when u.id is not null then json_build_object('id', u.id, 'name', u.name) end as "user",
  case when w.id is not null then json_build_object('id', w.id, 'name', w.name) end as "bookedBy", b.series_id as series,
  case when b.status = 'booked' and b.opens_at is not null then json_build_object('opensAt', to_char(b.opens_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'closesAt', to_char(b.closes_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) end as "checkIn",
  b.checked_in_at as "checkedInAt", b.created_at as "createdAt"`
export const bookingTables = sql`bookings b join spaces s on s.account_id = b.account_id and s.id = b.space_id join locations l on l.account_id = b.account_id and l.id = b.location_id
  left join users u on u.account_id = b.account_id and u.id = b.user_id left join users w on w.account_id = b.account_id and w.id = b.booked_by`
export const selectBooking = (account: string, id: string) => sql<Booking>`select ${bookingColumns} from ${bookingTables} where b.account_id = ${account} and b.id = ${id}`

export interface Place { space: string; spaceName: string; floor: string; location: string; zone: string; bookable: boolean; checkIn: CheckInPolicy | null }
const placeColumns = sql`s.id as space, s.name as "spaceName", s.floor_id as floor, s.location_id as location, l.zone, s.bookable and s.active and f.active as bookable,
  case when s.opens_before is not null then json_build_object('opensBeforeMinutes', s.opens_before, 'releasesAfterMinutes', s.releases_after, 'wholeDayUntil', s.whole_day_until) end as "checkIn"`
/** Of each: what is to be known of the space, and whether the booking (or series) of this id is there already; by its number from 0. */
export const selectPlaces = (of: readonly { account: string; space: string; id: string }[]) => sql<Place & { n: number; digest: Buffer | null; isKnown: boolean }>`
  select (q.ord - 1)::int as n, ${placeColumns}, k.digest, k.id is not null as "isKnown"
  from unnest(${of.map((q) => q.account)}::uuid[], ${of.map((q) => q.space)}::uuid[], ${of.map((q) => q.id)}::uuid[]) with ordinality as q (account_id, space_id, id, ord)
  join spaces s on s.account_id = q.account_id and s.id = q.space_id join locations l on l.account_id = s.account_id and l.id = s.location_id join floors f on f.account_id = s.account_id and f.id = s.floor_id
  left join lateral (select b.id, b.digest from bookings b where b.account_id = q.account_id and b.id = q.id union all select r.id, r.digest from booking_series r where r.account_id = q.account_id and r.id = q.id limit 1) k on true`

export interface Wanted extends Pick<Place, 'space' | 'floor' | 'location'>, Pick<Span, 'startsAt' | 'endsAt'> { account: string; /** Its own booking stands in nobody's way. */ except?: string | null }
/** What stands in the way of each, by its number from 0, the earliest first. */
export const selectConflicts = (of: readonly Wanted[], each: number) => sql<Conflict & { n: number }>`
  select (q.ord - 1)::int as n, c.kind, c.id, q.space_id as space, c.starts_at as "startsAt", c.ends_at as "endsAt", case when u.id is not null then json_build_object('id', u.id, 'name', u.name) end as "user", c.text
  from unnest(${of.map((q) => q.account)}::uuid[], ${of.map((q) => q.space)}::uuid[], ${of.map((q) => q.floor)}::uuid[], ${of.map((q) => q.location)}::uuid[], ${of.map((q) => q.startsAt)}::timestamptz[], ${of.map((q) => q.endsAt)}::timestamptz[],
    ${of.map((q) => q.except ?? null)}::uuid[]) with ordinality as q (account_id, space_id, floor_id, location_id, starts_at, ends_at, except_id, ord)
  cross join lateral (
    select 'booking' as kind, b.id, b.starts_at, b.ends_at, b.user_id, '' as text from bookings b
    where b.account_id = q.account_id and b.space_id = q.space_id and b.status <> 'cancelled' and tstzrange(b.starts_at, b.ends_at) && tstzrange(q.starts_at, q.ends_at) and b.id is distinct from q.except_id
    union all
    select 'closure', c.id, c.starts_at, c.ends_at, null, c.text from closures c
    where c.account_id = q.account_id and c.location_id = q.location_id and c.lifted_at is null and c.ends_at > q.starts_at and c.starts_at < q.ends_at
      and (c.space_id is null or c.space_id = q.space_id) and (c.floor_id is null or c.floor_id = q.floor_id)
    order by starts_at limit ${each}
  ) c left join users u on u.account_id = q.account_id and u.id = c.user_id order by q.ord, c.starts_at`

export interface NewBooking extends Span { id: string; space: string; title: string; user: string | null; bookedBy: string | null; series: string | null; window: Window | null; checkedInAt: string | null; digest: Buffer | null; createdAt: string }
/** Several of one space. Nothing is inserted while the space takes no bookings. */
export const insertBookings = (account: string, space: string, of: readonly NewBooking[]) => sql`
  insert into bookings (account_id, id, space_id, location_id, starts_at, ends_at, whole_day, day, title, status, user_id, booked_by, series_id, opens_at, closes_at, checked_in_at, digest, created_at)
  select s.account_id, r.id, s.id, s.location_id, r.starts_at, r.ends_at, r.whole_day, r.day, r.title, case when r.checked_in_at is null then 'booked' else 'checked_in' end, r.user_id, r.booked_by, r.series_id, r.opens_at, r.closes_at, r.checked_in_at, r.digest, r.created_at
  from unnest(${of.map((b) => b.id)}::uuid[], ${of.map((b) => b.startsAt)}::timestamptz[], ${of.map((b) => b.endsAt)}::timestamptz[], ${of.map((b) => b.wholeDay)}::boolean[], ${of.map((b) => b.day)}::date[], ${of.map((b) => b.title)}::text[],
    ${of.map((b) => b.user)}::uuid[], ${of.map((b) => b.bookedBy)}::uuid[], ${of.map((b) => b.series)}::uuid[], ${of.map((b) => b.window?.opensAt ?? null)}::timestamptz[], ${of.map((b) => b.window?.closesAt ?? null)}::timestamptz[],
    ${of.map((b) => b.checkedInAt)}::timestamptz[], ${of.map((b) => b.digest)}::bytea[], ${of.map((b) => b.createdAt)}::timestamptz[])
    as r (id, starts_at, ends_at, whole_day, day, title, user_id, booked_by, series_id, opens_at, closes_at, checked_in_at, digest, created_at)
  join spaces s on s.account_id = ${account} and s.id = ${space} and s.bookable and s.active`

export interface State extends Place {
  id: string; startsAt: string; endsAt: string; wholeDay: boolean; day: string; title: string; status: BookingStatus; user: string | null; bookedBy: string | null; series: string | null; opensAt: string | null; closesAt: string | null; checkedInAt: string | null
}
export const stateColumns = sql`${placeColumns}, b.id, b.starts_at as "startsAt", b.ends_at as "endsAt", b.whole_day as "wholeDay", b.day, b.title, b.status, b.user_id as "user", b.booked_by as "bookedBy", b.series_id as series,
  b.opens_at as "opensAt", b.closes_at as "closesAt", b.checked_in_at as "checkedInAt"`
export const stateTables = sql`bookings b join spaces s on s.account_id = b.account_id and s.id = b.space_id join locations l on l.account_id = b.account_id and l.id = b.location_id join floors f on f.account_id = s.account_id and f.id = s.floor_id`
export const selectState = (account: string, id: string) => sql<State>`select ${stateColumns} from ${stateTables} where b.account_id = ${account} and b.id = ${id}`
/** Locked until the commit. */
export const lockState = (account: string, id: string) => sql<State>`select ${stateColumns} from ${stateTables} where b.account_id = ${account} and b.id = ${id} for update of b`
/** What was done under this id, if anything: it waits to be carried over, or stands in the journal. */
export const doneUnder = (account: string, id: string) => sql<{ type: string; actor: string; booking: string | null }>`
  select type, actor, body->>'booking' as booking from booking_outbox where account_id = ${account} and id = ${id}
  union all select type, actor, body->>'booking' from journal where account_id = ${account} and id = ${id} limit 1`

export interface Changed extends Span { space: string; title: string; status: BookingStatus; user: string | null; bookedBy: string | null; window: Window | null; checkedInAt: string | null }
export const updateBooking = (account: string, id: string, to: Changed) => sql`
  update bookings set space_id = ${to.space}, starts_at = ${to.startsAt}::timestamptz, ends_at = ${to.endsAt}::timestamptz, whole_day = ${to.wholeDay}, day = ${to.day}::date, title = ${to.title}, status = ${to.status}, user_id = ${to.user}, booked_by = ${to.bookedBy},
    opens_at = ${to.window?.opensAt ?? null}::timestamptz, closes_at = ${to.window?.closesAt ?? null}::timestamptz, checked_in_at = ${to.checkedInAt}::timestamptz where account_id = ${account} and id = ${id}`
export const setCancelled = (account: string, id: string, reason: CancelReason) => sql`update bookings set status = 'cancelled', reason = ${reason} where account_id = ${account} and id = ${id}`
export const setCheckedIn = (account: string, id: string, time: string) => sql`update bookings set status = 'checked_in', checked_in_at = ${time}::timestamptz where account_id = ${account} and id = ${id}`
export const setEnd = (account: string, id: string, time: string, status: BookingStatus) => sql`
  update bookings set status = ${status}, ends_at = ${time}::timestamptz, closes_at = case when closes_at is not null then least(closes_at, ${time}::timestamptz) end where account_id = ${account} and id = ${id}`

export const selectUser = (account: string, id: string) => sql<{ id: string; name: string; email: string }>`select id, name, email from users where account_id = ${account} and id = ${id}`
export const selectCode = (account: string, space: string) => sql<{ code: string }>`select code from spaces where account_id = ${account} and id = ${space}`
export const spaceOfPanel = (account: string, panel: string) => sql<{ space: string }>`select id as space from spaces where account_id = ${account} and panel_id = ${panel}`
/** Whose window is over. */
export const awaitedTooLong = (time: string, limit: number) => sql<{ account: string; id: string }>`
  select account_id as account, id from bookings where status = 'booked' and closes_at <= ${time}::timestamptz order by closes_at limit ${limit}`
