/** The statements of one report. All of them see one snapshot; each reads one index over the asked range. */
import { none, sql, type Sql } from '#server/db/sql.ts'

export interface Range { from: string; to: string; zone: string; inbox?: string | undefined; channel?: string | undefined; agent?: string | undefined }

/** A report asks politely: no second process, no compiled plans, little memory, and an end. For the transaction. */
export const politely = (timeoutMs: number): Sql => sql`
  select set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true), set_config('work_mem', '8MB', true), set_config('statement_timeout', ${String(timeoutMs)}, true)`
export const snapshot = (): Sql => sql`set transaction isolation level repeatable read, read only`

/** Midnight of the zone's own calendar, whatever its clocks do that day. */
const startOf = (r: Range): Sql => sql`(${r.from}::date::timestamp at time zone ${r.zone})`
const endOf = (r: Range): Sql => sql`((${r.to}::date + 1)::timestamp at time zone ${r.zone})`
const within = (column: Sql, r: Range): Sql => sql`${column} >= ${startOf(r)} and ${column} < ${endOf(r)}`
const filtered = (r: Range, agent: Sql): Sql => sql`
  ${r.inbox ? sql`and inbox_id = ${r.inbox}` : none} ${r.channel ? sql`and channel = ${r.channel}` : none} ${r.agent ? sql`and ${agent} = ${r.agent}` : none}`

/** Which table of the report a row belongs to, and which line of it. */
export interface Line { table: 'total' | 'time' | 'hour' | 'agent' | 'channel' | 'inbox'; line: string | null }
export type Unit = 'hour' | 'day'
const byAll = sql`group by grouping sets ((), (time), (hour), (agent), (channel), (inbox))`
const lineColumns = sql`
  case grouping(time, hour, agent, channel, inbox) when 31 then 'total' when 15 then 'time' when 23 then 'hour' when 27 then 'agent' when 29 then 'channel' else 'inbox' end as "table",
  case grouping(time, hour, agent, channel, inbox) when 31 then null when 15 then time when 23 then hour when 27 then agent::text when 29 then channel else inbox::text end as line`
const parts = (at: Sql, r: Range, unit: Unit): Sql => sql`
  to_char(${at} at time zone ${r.zone}, ${unit === 'hour' ? 'YYYY-MM-DD"T"HH24' : 'YYYY-MM-DD'}) as time, extract(hour from ${at} at time zone ${r.zone})::int::text as hour`

const ofAll = sql`'total' as "table", null as line`

export interface Counted extends Line { opened: number; reopened: number; messagesIn: number; messagesOut: number }
/** @param all every table, or the total alone */
export const counted = (account: string, r: Range, unit: Unit, all: boolean): Sql<Counted> => sql`
  select ${all ? lineColumns : ofAll}, coalesce(sum(opened), 0)::int as opened, coalesce(sum(reopened), 0)::int as reopened, coalesce(sum(messages_in), 0)::int as "messagesIn",
    coalesce(sum(messages_out), 0)::int as "messagesOut"
  from (select ${parts(sql`quarter`, r, unit)}, agent_id as agent, channel, inbox_id as inbox, opened, reopened, messages_in, messages_out
    from report_quarters where account_id = ${account} and ${within(sql`quarter`, r)} ${filtered(r, sql`agent_id`)}) of ${all ? byAll : none}`

export interface Timed extends Line { count: number; spread: [medianMs: number, p90Ms: number] | null }
const timed = (of: Sql, all: boolean): Sql<Timed> => sql`
  select ${all ? lineColumns : ofAll}, count(*)::int as count, percentile_cont(array[0.5, 0.9]) within group (order by ms) as spread from (${of}) of ${all ? byAll : none}`
export const answers = (account: string, r: Range, unit: Unit, all: boolean): Sql<Timed> => timed(sql`
  select ${parts(sql`answered_at`, r, unit)}, answered_by as agent, channel, inbox_id as inbox, answered_ms::float8 as ms
  from report_conversations where account_id = ${account} and ${within(sql`answered_at`, r)} ${filtered(r, sql`answered_by`)}`, all)
export const resolutions = (account: string, r: Range, unit: Unit, all: boolean): Sql<Timed> => timed(sql`
  select ${parts(sql`at`, r, unit)}, agent_id as agent, channel, inbox_id as inbox, open_ms::float8 as ms
  from report_closures where account_id = ${account} and ${within(sql`at`, r)} ${filtered(r, sql`agent_id`)}`, all)

/** The oldest entry that reports have not read. Each writer's are in the order of their times (OR4). */
export const firstUnread = (subscriber: string): Sql<{ now: string; at: string | null }> => sql`
  select now() as now, min(j.at) as at from writers w cross join lateral (
    select f.at from journal f where f.writer = w.id and f.n > coalesce((select c.n from cursors c where c.subscriber = ${subscriber} and c.writer = w.id), 0) order by f.n limit 1) j`

export const names = (account: string): Sql<{ id: string; name: string }> => sql`
  select id, name from users where account_id = ${account} union all select id, name from inboxes where account_id = ${account}`

export interface Listed {
  id: string; openedAt: string; contact: string; inbox: string; channel: string; firstContactAt: string | null; answeredAt: string | null; answeredBy: string | null; answeredMs: number | null
  closedAt: string | null; closedBy: string | null; isOpen: boolean; closures: number; reopenings: number; messagesIn: number; messagesOut: number
}
/** Those opened in the range, page by page. */
export const conversations = (account: string, r: Range, after: { at: string; id: string } | undefined, limit: number): Sql<Listed> => sql`
  select r.conversation_id as id, r.opened_at as "openedAt", coalesce(p.name, '') as contact, coalesce(i.name, '') as inbox, r.channel, r.first_contact_at as "firstContactAt", r.answered_at as "answeredAt",
    a.name as "answeredBy", r.answered_ms as "answeredMs", r.closed_at as "closedAt", b.name as "closedBy", r.open_since is not null as "isOpen", r.closures, r.reopenings,
    r.messages_in as "messagesIn", r.messages_out as "messagesOut"
  from report_conversations r
  left join conversations c on c.account_id = r.account_id and c.id = r.conversation_id
  left join contacts p on p.account_id = r.account_id and p.id = c.contact_id
  left join inboxes i on i.account_id = r.account_id and i.id = r.inbox_id
  left join users a on a.account_id = r.account_id and a.id = r.answered_by
  left join users b on b.account_id = r.account_id and b.id = r.closed_by
  where r.account_id = ${account} and ${within(sql`r.opened_at`, r)} ${after ? sql`and (r.opened_at, r.conversation_id) > (${after.at}::timestamptz, ${after.id}::uuid)` : none}
    ${r.inbox ? sql`and r.inbox_id = ${r.inbox}` : none} ${r.channel ? sql`and r.channel = ${r.channel}` : none} ${r.agent ? sql`and r.answered_by = ${r.agent}` : none}
  order by r.opened_at, r.conversation_id limit ${limit}`
