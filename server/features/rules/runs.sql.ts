import type { Run, RunOutcome } from '#contract/rules.ts'
import { none, sql, type Sql } from '#server/db/sql.ts'
import type { Step, StepBody } from './plan.ts'

export interface NewRun {
  id: string; rule: string; subjectKind: Run['subject']['kind']; subject: string; scope: string; conversation: string | null; visit: string | null; booking: string | null; messageOffset: number | null
  entry: string; happenedAt: string; hops: number; dueAt: string; expiresAt: string
}
/** No row when the rule had this subject before. */
export const insertRun = (account: string, r: NewRun) => sql`
  insert into rule_runs (account_id, id, rule_id, subject_kind, subject_id, scope_id, conversation_id, visit_id, booking_id, message_offset, entry_id, happened_at, hops, due_at, expires_at, acts_as)
  values (${account}, ${r.id}, ${r.rule}, ${r.subjectKind}, ${r.subject}, ${r.scope}, ${r.conversation}, ${r.visit}, ${r.booking}, ${r.messageOffset}, ${r.entry}, ${r.happenedAt}, ${r.hops}, ${r.dueAt}, ${r.expiresAt}, ${`rule:${r.rule}`})
  on conflict (account_id, rule_id, subject_id) do nothing`
/** How many rules led to this entry, one through the other. */
export const selectHops = (account: string, entry: string) => sql<{ hops: number }>`
  select r.hops from rule_steps s join rule_runs r on r.account_id = s.account_id and r.id = s.run_id where s.account_id = ${account} and s.id = ${entry}`

// What ends runs before they act. Texts of suggestions go with them.
const end = (account: string, which: Sql, outcome: RunOutcome, at: string, { by = null, detail = null }: { by?: string | null; detail?: string | null } = {}) => sql<{ conversation: string | null }>`
  with ended as (
    update rule_runs r set state = 'ended', outcome = ${outcome}, detail = ${detail}, ended_by = ${by}, ended_at = ${at}::timestamptz, lease_until = null
    where r.account_id = ${account} and r.state <> 'ended' and ${which} returning r.id, r.conversation_id
  ), blanked as (
    update rule_steps s set body = null, state = case when s.state = 'waiting' then 'skipped' else s.state end from ended where s.account_id = ${account} and s.run_id = ended.id
  )
  select conversation_id as conversation from ended`
export const endRun = (account: string, id: string, outcome: RunOutcome, at: string, of?: { by?: string | null; detail?: string | null }) => end(account, sql`r.id = ${id}`, outcome, at, of)
/** No row when it was accepted since somebody looked. */
export const endLateSuggestion = (account: string, id: string, at: string) =>
  end(account, sql`r.id = ${id} and r.state = 'suggested' and r.expires_at < ${at}::timestamptz`, 'expired', at)
/** A person answered: nobody needs a suggestion or an escalation any more. */
export const endAnswered = (account: string, conversation: string, at: string, by: string) => end(account, sql`r.conversation_id = ${conversation} and (r.state = 'suggested' or (r.state = 'waiting'
  and exists (select from rules x where x.account_id = r.account_id and x.id = r.rule_id and x.trigger ->> 'kind' in ('unanswered', 'unread'))))`, 'answered', at, { by })
/** In all conversations of the contact that this one is with. */
export const endOfContact = (account: string, conversation: string, outcome: 'opted_out' | 'erased', at: string) => end(account, sql`r.conversation_id in (select c.id from conversations c where c.account_id = ${account}
  and c.contact_id = (select o.contact_id from conversations o where o.account_id = ${account} and o.id = ${conversation}))`, outcome, at)
export const endOfVisits = (account: string, visits: readonly string[], outcome: 'erased', at: string) =>
  end(account, sql`r.visit_id = any (${visits}::uuid[])`, outcome, at)
/** Messages of their rules that no carrier has yet. */
export const selectUnsent = (account: string, visits: readonly string[]) => sql<{ id: string; conversation: string; actsAs: string }>`
  select s.id, m.conversation_id as conversation, r.acts_as as "actsAs" from rule_runs r join rule_steps s on s.account_id = r.account_id and s.run_id = r.id join outbound_messages m on m.account_id = s.account_id and m.id = s.id
  where r.account_id = ${account} and r.visit_id = any (${visits}::uuid[])
    and not exists (select from outbound_parts p where p.account_id = m.account_id and p.message_id = m.id and p.state not in ('waiting', 'submitting'))`
/** By itself it was paused: what it has suggested is what went round in a circle. What waits ends when it is due; ended here it could wait for a worker that waits for the rule. */
export const endSuggestionsOf = (account: string, rule: string, at: string) => end(account, sql`r.rule_id = ${rule} and r.state = 'suggested'`, 'switched_off', at)
export const endOfRule = (account: string, rule: string, at: string, by: string) => end(account, sql`r.rule_id = ${rule} and r.state <> 'running'`, 'switched_off', at, { by })

/** Runs that wait for a time of the visit or booking, which has moved. */
export const selectWaiting = (account: string, scope: string) => sql<{ id: string; rule: string; happenedAt: string }>`
  select id, rule_id as rule, happened_at as "happenedAt" from rule_runs where account_id = ${account} and scope_id = ${scope} and state = 'waiting'`
export const setDue = (account: string, id: string, dueAt: string, expiresAt: string) => sql`
  update rule_runs set due_at = ${dueAt}::timestamptz, expires_at = ${expiresAt}::timestamptz, lease_until = null, retry_at = null where account_id = ${account} and id = ${id} and state = 'waiting'`

// The worker's: it serves all accounts, and each row it takes names its own.

export interface TakenRun {
  account: string; id: string; rule: string; state: 'waiting' | 'running'; scope: string; conversation: string | null; visit: string | null; booking: string | null; messageOffset: number | null
  entry: string; happenedAt: string; hops: number; dueAt: string; expiresAt: string; actsAs: string; attempts: number; crashes: number
}
const taken = sql`r.account_id as account, r.id, r.rule_id as rule, r.state, r.scope_id as scope, r.conversation_id as conversation, r.visit_id as visit, r.booking_id as booking, r.message_offset as "messageOffset",
  r.entry_id as entry, r.happened_at as "happenedAt", r.hops, r.due_at as "dueAt", r.expires_at as "expiresAt", r.acts_as as "actsAs", r.attempts, r.crashes`
/**
 * Takes due runs for this long; what a worker that died had taken is due again when its lease is over. Accounts take turns. Within
 * a scope one goes after the other, in the order in which they were set off: a later rule never speaks before an earlier one.
 */
export const takeDue = (count: number, at: string, leaseMs: number) => sql<TakenRun>`
  with due as (
    select a.id as account_id, d.id, d.due_at, row_number() over (partition by a.id order by d.due_at, d.n) as turn
    from (select account_id as id from rules group by account_id) a cross join lateral (
      select r.id, r.due_at, r.n from rule_runs r
      where r.account_id = a.id and r.state in ('waiting', 'running') and r.due_at <= ${at}::timestamptz and (r.lease_until is null or r.lease_until < ${at}::timestamptz) and (r.retry_at is null or r.retry_at <= ${at}::timestamptz)
        and not exists (select from rule_runs e where e.account_id = r.account_id and e.scope_id = r.scope_id and e.state in ('waiting', 'running') and e.due_at <= ${at}::timestamptz and (e.due_at, e.n) < (r.due_at, r.n))
      order by r.due_at, r.n limit 32
    ) d
  ), free as (
    select r.account_id, r.id from due join rule_runs r using (account_id, id)
    where r.state in ('waiting', 'running') and (r.lease_until is null or r.lease_until < ${at}::timestamptz)
    order by due.turn, due.due_at limit ${count} for update of r skip locked
  )
  update rule_runs r set lease_until = ${at}::timestamptz + make_interval(secs => ${leaseMs}::double precision / 1000), attempts = r.attempts + 1,
    crashes = r.crashes + case when r.lease_until is null then 0 else 1 end   -- a lease that nobody gave back
  from free where r.account_id = free.account_id and r.id = free.id
  returning ${taken}`
export const lockRun = (account: string, id: string) => sql<TakenRun & { state: 'waiting' | 'running' | 'suggested' | 'ended' }>`select ${taken} from rule_runs r where r.account_id = ${account} and r.id = ${id} for update`
/** Still ours to do? One that a person stopped is not. */
export const holdRun = (account: string, id: string, until: string) => sql`update rule_runs set lease_until = ${until}::timestamptz where account_id = ${account} and id = ${id} and state = 'running'`
/** Locked until the commit, so that nobody ends it meanwhile. No row when somebody has. */
export const lockRunning = (account: string, id: string) => sql<{ visit: string | null; conversation: string | null }>`
  select visit_id as visit, conversation_id as conversation from rule_runs where account_id = ${account} and id = ${id} and state = 'running' for update`
// Whoever erases waits for this commit, and then sees and blanks what it has made. No row of one who is erased.
export const lockVisitor = (account: string, visit: string) => sql`
  select id from visits where account_id = ${account} and id = ${visit} and erased_at is null for share`
export const lockContact = (account: string, conversation: string) => sql`
  select p.id from conversations c join contacts p on p.account_id = c.account_id and p.id = c.contact_id
  where c.account_id = ${account} and c.id = ${conversation} and p.erased_at is null for share of p`
/** Whom the run of this step is about. Not locked: in the writer's commits somebody might wait for it who ends several runs at once. */
export const selectAbout = (account: string, step: string) => sql<{ visit: string | null; conversation: string | null }>`
  select r.visit_id as visit, r.conversation_id as conversation from rule_steps s join rule_runs r on r.account_id = s.account_id and r.id = s.run_id where s.account_id = ${account} and s.id = ${step}`
export const beginRun = (account: string, id: string, state: 'running' | 'suggested', conversation: string | null, at: string) => sql`
  update rule_runs set state = ${state}, conversation_id = coalesce(conversation_id, ${conversation}), started_at = ${at}::timestamptz, lease_until = case when ${state} = 'suggested' then null else lease_until end where account_id = ${account} and id = ${id} and state = 'waiting'`
export const retryRun = (account: string, id: string, retryAt: string, detail: string) => sql`
  update rule_runs set lease_until = null, retry_at = ${retryAt}::timestamptz, detail = ${detail} where account_id = ${account} and id = ${id} and state in ('waiting', 'running')`
export const selectExpiredSuggestions = (at: string) => sql<{ account: string; id: string }>`select account_id as account, id from rule_runs where state = 'suggested' and expires_at < ${at}::timestamptz order by expires_at limit 200`
export const selectOldestDue = (at: string) => sql<{ dueAt: string | null }>`select min(due_at) as "dueAt" from rule_runs where state in ('waiting', 'running') and due_at <= ${at}::timestamptz`

export const insertSteps = (account: string, run: string, scope: string, steps: readonly Step[], at: string) => sql`
  insert into rule_steps (account_id, id, run_id, step, scope_id, action, body, state, code, at)
  select ${account}, s.id, ${run}, s.step, ${scope}, s.action, s.body, s.state, s.code, case when s.state <> 'waiting' then ${at}::timestamptz end
  from jsonb_to_recordset(${JSON.stringify(steps)}::jsonb) as s (id uuid, step integer, action text, body jsonb, state text, code text)`
export interface StoredStep { id: string; step: number; action: Step['action']; body: StepBody | null; state: 'waiting' | 'done' | 'skipped' | 'failed'; code: string | null; detail: string | null }
export const selectSteps = (account: string, run: string) => sql<StoredStep>`select id, step, action, body, state, code, detail from rule_steps where account_id = ${account} and run_id = ${run} order by step`
export const setStep = (account: string, id: string, state: 'done' | 'skipped' | 'failed', at: string, code: string | null, detail: string | null) => sql`
  update rule_steps set state = ${state}, code = ${code}, detail = ${detail}, at = ${at}::timestamptz, body = null where account_id = ${account} and id = ${id} and state in ('waiting', 'skipped')`
export const setStepText = (account: string, run: string, text: string) => sql`
  update rule_steps set body = jsonb_set(body, '{text}', to_jsonb(${text}::text)) where account_id = ${account} and run_id = ${run} and action = 'message' and state = 'waiting'`
/** Which of these the journal has: done before the process ended, and not written down. */
export const selectStored = (account: string, ids: readonly string[]) => sql<{ id: string }>`select id from journal where account_id = ${account} and id = any (${ids}::uuid[])`
export const countDone = (account: string, scope: string, since: string) => sql<{ count: number }>`
  select count(*)::int as count from rule_steps where account_id = ${account} and scope_id = ${scope} and state = 'done' and at > ${since}::timestamptz`
export const accept = (account: string, id: string, as: string, expiresAt: string) => sql`
  update rule_runs set state = 'running', acts_as = ${as}, expires_at = ${expiresAt}::timestamptz, due_at = least(due_at, now()) where account_id = ${account} and id = ${id} and state = 'suggested'`

// To be read.

const shown = sql`r.id, r.rule_id as rule, x.name as "ruleName", json_build_object('kind', r.subject_kind, 'id', r.subject_id) as subject, r.conversation_id as conversation, r.visit_id as visit, r.booking_id as booking,
  coalesce((select p.name from conversations c join contacts p on p.account_id = c.account_id and p.id = c.contact_id where c.account_id = r.account_id and c.id = r.conversation_id),
    (select v.name from visits v where v.account_id = r.account_id and v.id = r.visit_id),
    (select u.name from bookings b join users u on u.account_id = b.account_id and u.id = b.user_id where b.account_id = r.account_id and b.id = r.booking_id), '') as who,
  r.state, r.outcome, r.detail, r.ended_by as "endedBy", r.happened_at as "happenedAt", r.due_at as "dueAt", r.expires_at as "expiresAt", r.ended_at as "endedAt",
  coalesce((select jsonb_agg(jsonb_build_object('do', s.action, 'state', s.state, 'at', to_char(s.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'code', s.code, 'detail', s.detail,
    'text', case when r.state = 'suggested' then coalesce(s.body ->> 'text', (select string_agg(l, ', ') from jsonb_array_elements_text(s.body -> 'labels') l)) end) order by s.step) from rule_steps s where s.account_id = r.account_id and s.run_id = r.id), '[]') as steps
  from rule_runs r join rules x on x.account_id = r.account_id and x.id = r.rule_id`
export interface Page { rule?: string; conversation?: string; visit?: string; booking?: string; unended?: boolean; before?: readonly [at: string, id: string] | undefined; limit: number }
export const selectRuns = (account: string, f: Page): Sql<Run> => sql`
  select ${shown} where r.account_id = ${account} ${f.rule ? sql`and r.rule_id = ${f.rule}` : none} ${f.conversation ? sql`and r.conversation_id = ${f.conversation}` : none}
  ${f.visit ? sql`and r.visit_id = ${f.visit}` : none} ${f.booking ? sql`and r.booking_id = ${f.booking}` : none} ${f.unended ? sql`and r.state <> 'ended'` : none}
  ${f.before ? sql`and (r.happened_at, r.id) < (${f.before[0]}::timestamptz, ${f.before[1]}::uuid)` : none}
  order by r.happened_at desc, r.id desc limit ${f.limit}`
export const selectRun = (account: string, id: string): Sql<Run> => sql`select ${shown} where r.account_id = ${account} and r.id = ${id}`
