import type { Closure } from '#contract/bookings.ts'
import { sql } from '#server/db/sql.ts'
import { stateColumns, stateTables, type State } from './bookings.sql.ts'

const columns = sql`c.id, c.location_id as location, c.floor_id as floor, c.space_id as space, c.starts_at as "startsAt", c.ends_at as "endsAt", c.text`
export const selectClosures = (account: string, at: string, location?: string) => sql<Closure>`
  select ${columns} from closures c where c.account_id = ${account} and c.lifted_at is null and c.ends_at > ${at}::timestamptz and (${location ?? null}::uuid is null or c.location_id = ${location ?? null})
  order by c.starts_at, c.id limit 1000`
export const selectClosure = (account: string, id: string) => sql<Closure & { cancelled: number }>`select ${columns}, c.cancelled from closures c where c.account_id = ${account} and c.id = ${id}`
/** The zone of the location, if floor and space stand in it. */
export const zoneOf = (account: string, { location, floor, space }: { location: string; floor: string | null; space: string | null }) => sql<{ zone: string }>`
  select l.zone from locations l where l.account_id = ${account} and l.id = ${location}
    and (${floor}::uuid is null or exists (select from floors f where f.account_id = ${account} and f.id = ${floor} and f.location_id = l.id))
    and (${space}::uuid is null or exists (select from spaces s where s.account_id = ${account} and s.id = ${space} and s.location_id = l.id))`
export const insertClosure = (account: string, c: Closure, cancelled: number) => sql`
  insert into closures (account_id, id, location_id, floor_id, space_id, starts_at, ends_at, text, cancelled)
  values (${account}, ${c.id}, ${c.location}, ${c.floor}, ${c.space}, ${c.startsAt}::timestamptz, ${c.endsAt}::timestamptz, ${c.text}, ${cancelled})`
/** What is booked in its time, and locked until the commit; not what is over by then. */
export const bookedIn = (account: string, c: Omit<Closure, 'id' | 'text'>, at: string, limit: number) => sql<State & { person: { id: string; name: string } | null }>`
  select ${stateColumns}, case when u.id is not null then json_build_object('id', u.id, 'name', u.name) end as person
  from ${stateTables} left join users u on u.account_id = b.account_id and u.id = b.user_id
  where b.account_id = ${account} and b.location_id = ${c.location} and b.status in ('booked', 'checked_in') and tstzrange(b.starts_at, b.ends_at) && tstzrange(${c.startsAt}, ${c.endsAt}) and b.ends_at > ${at}::timestamptz
    and (${c.floor}::uuid is null or s.floor_id = ${c.floor}) and (${c.space}::uuid is null or b.space_id = ${c.space})
  order by b.starts_at, b.id limit ${limit} for update of b`
export const setLifted = (account: string, id: string, at: string) => sql<{ location: string }>`
  update closures set lifted_at = ${at}::timestamptz where account_id = ${account} and id = ${id} and lifted_at is null returning location_id as location`
