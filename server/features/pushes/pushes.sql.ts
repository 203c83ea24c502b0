import type { PushSubscription } from '#contract/pushes.ts'
import { sql } from '#server/db/sql.ts'

export interface Subscribed { endpoint: string; p256dh: string; auth: string }
const columns = sql`id, device, created_at as "createdAt"`
export const selectOwn = (account: string, user: string) => sql<PushSubscription>`select ${columns} from push_subscriptions where account_id = ${account} and user_id = ${user} order by created_at desc, id limit 50`
/** A browser has one subscription per house: whoever signs in on it last is told. */
export const deleteSame = (account: string, id: string, endpoint: string) => sql`delete from push_subscriptions where account_id = ${account} and endpoint = ${endpoint} and id <> ${id}`
export const upsert = (account: string, user: string, id: string, s: Subscribed & { device: string }) => sql<PushSubscription>`
  insert into push_subscriptions as p (account_id, id, user_id, endpoint, p256dh, auth, device) values (${account}, ${id}, ${user}, ${s.endpoint}, ${s.p256dh}, ${s.auth}, ${s.device})
  on conflict (account_id, id) do update set endpoint = excluded.endpoint, p256dh = excluded.p256dh, auth = excluded.auth, device = excluded.device where p.user_id = excluded.user_id
  returning ${columns}`
/** A person has few browsers; who made many has forgotten the oldest. */
export const deleteOldest = (account: string, user: string, keep: number) => sql`
  delete from push_subscriptions where account_id = ${account} and id in (
    select id from push_subscriptions where account_id = ${account} and user_id = ${user} order by created_at desc, id desc offset ${keep})`
export const deleteOwn = (account: string, user: string, id: string) => sql`delete from push_subscriptions where account_id = ${account} and user_id = ${user} and id = ${id}`
export const deleteDead = (account: string, id: string) => sql`delete from push_subscriptions where account_id = ${account} and id = ${id}`
export const selectSubscribed = (account: string, id: string) => sql<Subscribed>`
  select p.endpoint, p.p256dh, p.auth from push_subscriptions p join users u on u.account_id = p.account_id and u.id = p.user_id where p.account_id = ${account} and p.id = ${id} and u.active`
/** The browsers of these people. */
export const selectBrowsers = (account: string, users: readonly string[]) => sql<{ id: string; user: string; to: string }>`
  select p.id, p.user_id as user, u.name || case when p.device = '' then '' else ' (' || p.device || ')' end as "to"
  from push_subscriptions p join users u on u.account_id = p.account_id and u.id = p.user_id where p.account_id = ${account} and p.user_id = any (${users}::uuid[]) and u.active order by p.id limit 100`
