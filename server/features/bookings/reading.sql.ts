import type { Availability, Booking, BookingStatus, Conflict } from '#contract/bookings.ts'
import type { Space } from '#contract/spaces.ts'
import { none, sql } from '#server/db/sql.ts'
import { spaceColumns } from '#server/features/spaces/spaces.ts'
import { bookingColumns, bookingTables } from './bookings.sql.ts'

export interface BookingFilter { location?: string; floor?: string; space?: string; user?: string; series?: string; from?: string; to?: string; cancelled?: boolean; after?: readonly [startsAt: string, id: string]; limit: number }
export const selectBookings = (account: string, f: BookingFilter) => sql<Booking>`
  select ${bookingColumns} from ${bookingTables} where b.account_id = ${account}
    ${f.location === undefined ? none : sql`and b.location_id = ${f.location}`} ${f.floor === undefined ? none : sql`and s.floor_id = ${f.floor}`} ${f.space === undefined ? none : sql`and b.space_id = ${f.space}`}
    ${f.user === undefined ? none : sql`and b.user_id = ${f.user}`} ${f.series === undefined ? none : sql`and b.series_id = ${f.series}`}
    ${f.to === undefined ? none : sql`and b.day <= ${f.to}::date and b.starts_at < (${f.to}::date + 2)::timestamptz`}
    ${f.from === undefined ? none : sql`and b.ends_at > (${f.from}::date::timestamp at time zone l.zone) and b.starts_at > ${f.from}::date - interval '33 days'`}
    ${f.cancelled ? none : sql`and b.status <> 'cancelled'`} ${f.after ? sql`and (b.starts_at, b.id) > (${f.after[0]}::timestamptz, ${f.after[1]}::uuid)` : none}
  order by b.starts_at, b.id limit ${f.limit}`

/**
 * One statement for a whole floor: per space a look into the index of the constraint. Flat rows, one for each booking and one for a
 * space without any: making JSON of them in the database took as long again as finding them.
 */
export interface AvailabilityRow { space: string; booking: string | null; startsAt: string; endsAt: string; status: BookingStatus; title: string; user: string | null; userName: string; closures: Availability['closures'] | null }
export const selectAvailability = (account: string, floor: string, from: string, to: string) => sql<AvailabilityRow>`
  with shut as materialized (
    select c.id, c.space_id, c.starts_at, c.ends_at, c.text from closures c join floors f on f.account_id = c.account_id and f.location_id = c.location_id
    where f.account_id = ${account} and f.id = ${floor} and c.lifted_at is null and c.ends_at > ${from}::timestamptz and c.starts_at < ${to}::timestamptz and (c.floor_id is null or c.floor_id = f.id)
  )
  select s.id as space, b.id as booking, b.starts_at as "startsAt", b.ends_at as "endsAt", b.status, b.title, u.id as "user", u.name as "userName",
    (select json_agg(json_build_object('closure', c.id, 'startsAt', to_char(c.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'endsAt', to_char(c.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'text', c.text) order by c.starts_at)
      from shut c where c.space_id is null or c.space_id = s.id) as closures
  from spaces s left join bookings b on b.account_id = s.account_id and b.space_id = s.id and b.status <> 'cancelled' and tstzrange(b.starts_at, b.ends_at) && tstzrange(${from}, ${to})
  left join users u on u.account_id = b.account_id and u.id = b.user_id
  where s.account_id = ${account} and s.floor_id = ${floor} and s.active order by s.id, b.starts_at`

export const zoneOfLocation = (account: string, location: string) => sql<{ zone: string }>`select zone from locations where account_id = ${account} and id = ${location}`
export interface PresentRow { user: { id: string; name: string }; booking: string; space: string; spaceName: string; floor: string; startsAt: string; endsAt: string; wholeDay: boolean; status: BookingStatus; opensAt: string | null }
/** Begun on the day, or the two before; or up to a month before, if it is one of the long ones. */
export const selectPresent = (account: string, location: string, day: string, from: string, to: string) => sql<PresentRow>`
  select json_build_object('id', u.id, 'name', u.name) as "user", b.id as booking, b.space_id as space, s.name as "spaceName", s.floor_id as floor, b.starts_at as "startsAt", b.ends_at as "endsAt", b.whole_day as "wholeDay", b.status, b.opens_at as "opensAt"
  from (
    select * from bookings where account_id = ${account} and location_id = ${location} and day between ${day}::date - 2 and ${day}::date
    union all select * from bookings where account_id = ${account} and location_id = ${location} and day between ${day}::date - 32 and ${day}::date - 3 and ends_at - starts_at > interval '26 hours'
  ) b join users u on u.account_id = b.account_id and u.id = b.user_id join spaces s on s.account_id = b.account_id and s.id = b.space_id
  where b.status <> 'cancelled' and b.starts_at < ${to}::timestamptz and b.ends_at > ${from}::timestamptz
  order by lower(u.name), u.id, b.starts_at, b.id limit 5000`

export const spaceByCode = (account: string, code: string) => sql<Space & { zone: string; locationName: string }>`
  select ${spaceColumns}, l.zone, l.name as "locationName" from spaces s join locations l on l.account_id = s.account_id and l.id = s.location_id where s.account_id = ${account} and s.code = ${code} and s.active`
export const spaceOfPanel = (account: string, panel: string) => sql<Space & { zone: string; locationName: string; accountName: string }>`
  select ${spaceColumns}, l.zone, l.name as "locationName", a.name as "accountName" from spaces s join locations l on l.account_id = s.account_id and l.id = s.location_id join accounts a on a.id = s.account_id
  where s.account_id = ${account} and s.panel_id = ${panel}`
export const touchPanel = (account: string, panel: string) => sql`update spaces set panel_seen_at = now() where account_id = ${account} and panel_id = ${panel} and panel_seen_at < now() - interval '5 seconds'`
/** What is booked of a space within a time, the earliest first; for screens at the space. */
export const bookedAt = (account: string, space: string, from: string, to: string) => sql<Booking>`
  select ${bookingColumns} from ${bookingTables} where b.account_id = ${account} and b.space_id = ${space} and b.status in ('booked', 'checked_in') and tstzrange(b.starts_at, b.ends_at) && tstzrange(${from}, ${to})
  order by b.starts_at limit 100`
export const closedAt = (account: string, { id, floor, location }: { id: string; floor: string; location: string }, from: string, to: string) => sql<Pick<Conflict, 'id' | 'startsAt' | 'endsAt' | 'text'>>`
  select c.id, c.starts_at as "startsAt", c.ends_at as "endsAt", c.text from closures c where c.account_id = ${account} and c.location_id = ${location} and c.lifted_at is null and c.ends_at > ${from}::timestamptz and c.starts_at < ${to}::timestamptz
    and (c.space_id is null or c.space_id = ${id}) and (c.floor_id is null or c.floor_id = ${floor}) order by c.starts_at limit 20`
