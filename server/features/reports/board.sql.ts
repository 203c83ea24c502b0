import type { Board } from '#contract/reports.ts'
import { sql, type Sql } from '#server/db/sql.ts'

export interface Now extends Omit<Board, 'agents'> { agents: { id: string; name: string; active: boolean; open: number; waiting: number }[] }

/** Everything at once. What is counted is open, or of today: there is an index for each. */
export const board = (account: string): Sql<Now> => sql`
  with talks as (
    select assignee_id, count(*)::int as open, count(waiting_since)::int as waiting, min(waiting_since) as since
    from conversations where account_id = ${account} and status = 'open' group by assignee_id
  ), guests as (
    select location_id, count(*) filter (where status = 'checked_in')::int as here, count(*) filter (where status = 'waiting')::int as waiting,
      count(*) filter (where status = 'expected' and day = (now() at time zone l.zone)::date)::int as expected
    from visits v join locations l on l.account_id = v.account_id and l.id = v.location_id
    where v.account_id = ${account} and v.status in ('expected', 'waiting', 'checked_in') group by location_id
  ), held as (   -- bookings last 31 days at most; the long ones have an index of their own
    select location_id, count(*)::int as booked, count(*) filter (where status = 'checked_in')::int as here from bookings
    where account_id = ${account} and status in ('booked', 'checked_in') and starts_at <= now() and ends_at > now()
      and (starts_at > now() - interval '26 hours' or (ends_at - starts_at > interval '26 hours' and day > current_date - 33)) group by location_id
  )
  select now() as "asOf", coalesce((select sum(waiting) from talks), 0)::int as waiting, (select min(since) from talks) as "waitingSince",
    coalesce((select sum(open) from talks), 0)::int as open, coalesce((select sum(open) from talks where assignee_id is null), 0)::int as unassigned,
    coalesce((select json_agg(json_build_object('id', u.id, 'name', u.name, 'active', u.active, 'open', coalesce(t.open, 0), 'waiting', coalesce(t.waiting, 0)) order by lower(u.name), u.id)
      from users u left join talks t on t.assignee_id = u.id where u.account_id = ${account} and (u.active or t.open > 0)), '[]') as agents,
    coalesce((select json_agg(json_build_object('location', l.id, 'name', l.name, 'onSite', coalesce(g.here, 0), 'atDoor', coalesce(g.waiting, 0), 'expected', coalesce(g.expected, 0),
      'booked', coalesce(h.booked, 0), 'checkedIn', coalesce(h.here, 0)) order by lower(l.name), l.id)
      from locations l left join guests g on g.location_id = l.id left join held h on h.location_id = l.id where l.account_id = ${account}), '[]') as places`
