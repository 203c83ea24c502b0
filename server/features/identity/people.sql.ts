import type { User } from '#contract/people.ts'
import { sql } from '#server/db/sql.ts'

const userColumns = sql`id, name, email, role, active, sees_phones as "seesPhones"`
export const selectUsers = (account: string) => sql<User>`select ${userColumns} from users where account_id = ${account} order by lower(name), id`
export const selectTeams = (account: string) => sql<{ id: string; name: string; members: string[] }>`
  select t.id, t.name, coalesce(array_agg(m.user_id order by m.user_id) filter (where m.user_id is not null), '{}') as members
  from teams t left join team_members m on m.account_id = t.account_id and m.team_id = t.id
  where t.account_id = ${account} group by t.id, t.name order by lower(t.name), t.id`

/** No row when the id was used before. */
export const insertUser = (account: string, u: Pick<User, 'id' | 'name' | 'email' | 'role'>) => sql<User>`
  insert into users (account_id, id, name, email, role) values (${account}, ${u.id}, ${u.name}, ${u.email}, ${u.role})
  on conflict (account_id, id) do nothing returning ${userColumns}`
export const selectUser = (account: string, id: string) => sql<User>`select ${userColumns} from users where account_id = ${account} and id = ${id}`

/** Locked: of two links that are asked for at once the later one ends the earlier. */
export const selectUserForLink = (account: string, id: string) => sql<{ name: string; email: string; isMember: boolean }>`
  select name, email, auth_id is not null as "isMember" from users where account_id = ${account} and id = ${id} and active for update`

/** Of all accounts: an address is one person's. */
export const selectUserByEmail = (email: string) => sql<{ account: string; id: string; name: string; email: string }>`
  select account_id as account, id, name, email from users where lower(email) = lower(${email}) and active for update`
export const selectAdmins = () => sql<{ email: string }>`select email from users where role = 'admin' and active order by lower(email) limit 20`

/** Changes of users stand in line here, or two administrators could deactivate each other at once. */
export const lockAccount = (account: string) => sql`select from accounts where id = ${account} for update`
export const updateUser = (account: string, id: string, to: { name: string | null; role: string | null; active: boolean | null; seesPhones: boolean | null }) => sql<User>`
  update users set name = coalesce(${to.name}, name), role = coalesce(${to.role}, role), active = coalesce(${to.active}::boolean, active), sees_phones = coalesce(${to.seesPhones}::boolean, sees_phones)
  where account_id = ${account} and id = ${id} returning ${userColumns}`
export const countAdmins = (account: string) => sql<{ count: number }>`
  select count(*)::int as count from users where account_id = ${account} and role = 'admin' and active and auth_id is not null`

export const upsertTeam = (account: string, id: string, name: string) => sql`
  insert into teams (account_id, id, name) values (${account}, ${id}, ${name}) on conflict (account_id, id) do update set name = excluded.name`
export const removeOtherMembers = (account: string, team: string, members: readonly string[]) => sql`
  delete from team_members where account_id = ${account} and team_id = ${team} and user_id <> all (${members}::uuid[])`
export const addMembers = (account: string, team: string, members: readonly string[]) => sql`
  insert into team_members (account_id, team_id, user_id) select ${account}, ${team}, unnest(${members}::uuid[]) on conflict do nothing`
/** Who invites to what, as a mail says it; `invitedBy` is an actor. */
export const inviterNames = (account: string, invitedBy: string) => sql<{ inviter: string; hotel: string }>`
  select coalesce((select u.name from users u where u.account_id = a.id and u.id::text = ${invitedBy.slice(5)}), a.name) as inviter, a.name as hotel from accounts a where a.id = ${account}`
