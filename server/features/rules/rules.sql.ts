import type { Rule, RuleFields } from '#contract/rules.ts'
import { sql } from '#server/db/sql.ts'

const columns = sql`r.id, r.name, r.trigger, r.timing, r.late_max_minutes as "lateMaxMinutes", r.conditions, r.actions, r.mode, r.once, r.stop_after as "stopAfter", r.active, r.position,
  case when r.paused_at is not null then json_build_object('at', to_char(r.paused_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'reason', r.paused_reason, 'run', r.paused_run) end as paused,
  r.secret_salt is not null as "hasSecret",
  (select max(x.ended_at) from rule_runs x where x.account_id = r.account_id and x.rule_id = r.id and x.outcome = 'done') as "lastRunAt",
  (select count(*)::int from rule_runs x where x.account_id = r.account_id and x.rule_id = r.id and x.outcome = 'done' and x.ended_at > now() - interval '7 days') as "ranThisWeek",
  (select count(*)::int from rule_runs x where x.account_id = r.account_id and x.rule_id = r.id and x.state <> 'ended') as waiting`
export const selectRules = (account: string) => sql<Rule>`select ${columns} from rules r where r.account_id = ${account} and r.archived_at is null order by r.position, r.id`
export const selectRule = (account: string, id: string) => sql<Rule>`select ${columns} from rules r where r.account_id = ${account} and r.id = ${id} and r.archived_at is null`
export const countRules = (account: string, except: string) => sql<{ count: number }>`select count(*)::int as count from rules where account_id = ${account} and archived_at is null and id <> ${except}`

/** No row when the id is that of a rule that was put away. */
export const upsertRule = (account: string, id: string, f: RuleFields, salt: string | null) => sql<{ id: string; hadSecret: boolean }>`
  insert into rules as r (account_id, id, name, position, trigger, timing, late_max_minutes, conditions, actions, mode, once, stop_after, secret_salt)
  values (${account}, ${id}, ${f.name}, coalesce((select max(position) + 1 from rules where account_id = ${account}), 1), ${JSON.stringify(f.trigger)}::jsonb, ${JSON.stringify(f.timing)}::jsonb,
    ${f.lateMaxMinutes}, ${JSON.stringify(f.conditions)}::jsonb, ${JSON.stringify(f.actions)}::jsonb, ${f.mode}, ${f.once}, ${f.stopAfter}, ${salt})
  on conflict (account_id, id) do update set name = excluded.name, trigger = excluded.trigger, timing = excluded.timing, late_max_minutes = excluded.late_max_minutes, conditions = excluded.conditions,
    actions = excluded.actions, mode = excluded.mode, once = excluded.once, stop_after = excluded.stop_after, secret_salt = coalesce(r.secret_salt, excluded.secret_salt)
  where r.archived_at is null returning r.id`
export const selectSalt = (account: string, id: string) => sql<{ salt: string | null }>`select secret_salt as salt from rules where account_id = ${account} and id = ${id}`
export const setSalt = (account: string, id: string, salt: string) => sql`update rules set secret_salt = ${salt} where account_id = ${account} and id = ${id} and archived_at is null`
export const setActive = (account: string, id: string, active: boolean, at: string) => sql`
  update rules set active_since = case when ${active} and not active then ${at}::timestamptz else active_since end, active = ${active}, paused_at = null, paused_reason = null, paused_run = null
  where account_id = ${account} and id = ${id} and archived_at is null`
export const archiveRule = (account: string, id: string, at: string) => sql`update rules set active = false, archived_at = ${at}::timestamptz where account_id = ${account} and id = ${id} and archived_at is null`
export const setOrder = (account: string, ids: readonly string[]) => sql`
  update rules r set position = o.position from unnest(${ids}::uuid[]) with ordinality as o (id, position) where r.account_id = ${account} and r.id = o.id and r.archived_at is null`

// For those who follow and act.
export interface ActiveRule extends RuleFields { account: string; id: string; position: number; activeSince: string }
const acting = sql`account_id as account, id, name, trigger, timing, late_max_minutes as "lateMaxMinutes", conditions, actions, mode, once, stop_after as "stopAfter", position, active_since as "activeSince"`
export const selectActive = (accounts: readonly string[]) => sql<ActiveRule>`select ${acting} from rules where account_id = any (${accounts}::uuid[]) and active order by account_id, position, id`
export const selectActing = (account: string, id: string) => sql<ActiveRule & { active: boolean }>`select ${acting}, active from rules where account_id = ${account} and id = ${id}`
/** No row when it is paused already: it is told once. */
export const pauseRule = (account: string, id: string, reason: 'budget' | 'chain', run: string, at: string) => sql<{ id: string }>`
  update rules set active = false, paused_at = ${at}::timestamptz, paused_reason = ${reason}, paused_run = ${run} where account_id = ${account} and id = ${id} and active returning id`
export const selectAdmins = (account: string) => sql<{ id: string; email: string }>`select id, email from users where account_id = ${account} and role = 'admin' and active order by id`
/** Who is told: a person, a team's members, or the administrators. */
export const selectTold = (account: string, to: { user: string | null; team: string | null }) => sql<{ id: string; email: string }>`
  select u.id, u.email from users u where u.account_id = ${account} and u.active and (case
    when ${to.user}::uuid is not null then u.id = ${to.user}
    when ${to.team}::uuid is not null then exists (select from team_members m where m.account_id = ${account} and m.team_id = ${to.team} and m.user_id = u.id)
    else u.role = 'admin' end) order by u.id limit 100`
/** Which of the things that a rule names do not exist here. */
export const selectMissing = (account: string, of: { users: readonly string[]; teams: readonly string[]; inboxes: readonly string[]; locations: readonly string[]; visitorTypes: readonly string[] }) => sql<{ what: string }>`
  select 'person' as what from unnest(${of.users}::uuid[]) i where not exists (select from users u where u.account_id = ${account} and u.id = i and u.active)
  union all select 'team' from unnest(${of.teams}::uuid[]) i where not exists (select from teams t where t.account_id = ${account} and t.id = i)
  union all select 'inbox' from unnest(${of.inboxes}::uuid[]) i where not exists (select from inboxes b where b.account_id = ${account} and b.id = i)
  union all select 'location' from unnest(${of.locations}::uuid[]) i where not exists (select from locations l where l.account_id = ${account} and l.id = i)
  union all select 'visitor type' from unnest(${of.visitorTypes}::uuid[]) i where not exists (select from visitor_types v where v.account_id = ${account} and v.id = i)`
