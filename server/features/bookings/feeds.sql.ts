import type { Booking, Feed } from '#contract/bookings.ts'
import { sql } from '#server/db/sql.ts'
import { bookingColumns, bookingTables } from './bookings.sql.ts'

const columns = sql`f.id, f.space_id as space, s.name as "spaceName", f.created_at as "createdAt", f.read_at as "readAt"`
const tables = sql`booking_feeds f left join spaces s on s.account_id = f.account_id and s.id = f.space_id`
export const selectFeeds = (account: string, user: string) => sql<Feed>`select ${columns} from ${tables} where f.account_id = ${account} and f.user_id = ${user} order by f.created_at, f.id`
export const selectFeed = (account: string, user: string, id: string, secretHash: Buffer) => sql<Feed>`
  select ${columns} from ${tables} where f.account_id = ${account} and f.user_id = ${user} and f.id = ${id} and f.secret_hash = ${secretHash}`
/** Nobody takes over another's. */
export const upsertFeed = (account: string, f: { id: string; user: string; space: string | null; secretHash: Buffer }) => sql`
  insert into booking_feeds as f (account_id, id, user_id, space_id, secret_hash) values (${account}, ${f.id}, ${f.user}, ${f.space}, ${f.secretHash})
  on conflict (account_id, id) do update set space_id = excluded.space_id, secret_hash = excluded.secret_hash, created_at = now(), read_at = null where f.user_id = excluded.user_id`
export const deleteFeed = (account: string, user: string, id: string) => sql`delete from booking_feeds where account_id = ${account} and user_id = ${user} and id = ${id}`
/** With the account it belongs to: the secret is the only thing that is known. */
export const feedOfSecret = (secretHash: Buffer) => sql<{ account: string; id: string; user: string; space: string | null; spaceName: string | null; accountName: string; unreadMs: number | null }>`
  select f.account_id as account, f.id, f.user_id as "user", f.space_id as space, s.name as "spaceName", a.name as "accountName", (extract(epoch from now() - f.read_at) * 1000)::bigint as "unreadMs"
  from ${tables} join accounts a on a.id = f.account_id join users u on u.account_id = f.account_id and u.id = f.user_id where f.secret_hash = ${secretHash} and u.active`
export const touchFeed = (account: string, id: string) => sql`update booking_feeds set read_at = now() where account_id = ${account} and id = ${id}`
export const feedBookings = (account: string, { user, space }: { user: string; space: string | null }, from: string, to: string) => sql<Booking>`
  select ${bookingColumns} from ${bookingTables} where b.account_id = ${account} and b.status <> 'cancelled' and b.starts_at < ${to}::timestamptz and b.ends_at > ${from}::timestamptz
    and ${space === null ? sql`b.user_id = ${user}` : sql`b.space_id = ${space} and tstzrange(b.starts_at, b.ends_at) && tstzrange(${from}, ${to})`} order by b.starts_at, b.id limit 5000`
