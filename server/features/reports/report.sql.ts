/** The statements of one report. All of them see one snapshot; each reads one index over the asked range. */
import { none, sql, type Sql } from '#server/db/sql.ts'

export interface Range { from: string; to: string; zone: string; inbox?: string | undefined; channel?: string | undefined; agent?: string | undefined }

/**
 * A report asks politely: no second process, no compiled plans, an end, and as much memory as keeps the durations of half a million
 * conversations from being sorted on the disk, where live messages want to be. For the transaction.
 */
export const politely = (timeoutMs: number): Sql => sql`
  select set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true), set_config('work_mem', '32MB', true), set_config('statement_timeout', ${String(timeoutMs)}, true)`
export const snapshot = (): Sql => sql`set transaction isolation level repeatable read, read only`

/** Midnight of the zone's own calendar, whatever its clocks do that day. */
const startOf = (r: Range): Sql => sql`(${r.from}::date::timestamp at time zone ${r.zone})`
const endOf = (r: Range): Sql => sql`((${r.to}::date + 1)::timestamp at time zone ${r.zone})`
const within = (column: Sql, r: Range): Sql => sql`${column} >= ${startOf(r)} and ${column} < ${endOf(r)}`
const filtered = (r: Range, agent: Sql): Sql => sql`
  ${r.inbox ? sql`and inbox_id = ${r.inbox}` : none} ${r.channel ? sql`and channel = ${r.channel}` : none} ${r.agent ? sql`and ${agent} = ${r.agent}` : none}`

/** Which table of the report a row belongs to, and which line of it. */
export interface Line { table: Table; line: string | null }
export type Table = 'total' | 'time' | 'hour' | 'agent' | 'channel' | 'inbox'
export type Unit = 'hour' | 'day'
const written = (time: Sql, unit: Unit): Sql => sql`to_char(${time}, ${unit === 'hour' ? 'YYYY-MM-DD"T"HH24' : 'YYYY-MM-DD'})`

export interface Counted extends Line { opened: number; reopened: number; messagesIn: number; messagesOut: number }
const sums = sql`sum(opened)::int as opened, sum(reopened)::int as reopened, sum(messages_in)::int as "messagesIn", sum(messages_out)::int as "messagesOut"`
/** By quarter hour first: nothing is sorted, and few rows are left to be told apart by day and hour. */
const quartersOf = (account: string, r: Range): Sql => sql`
  select quarter at time zone ${r.zone} as at, sum(opened) as opened, sum(reopened) as reopened, sum(messages_in) as messages_in, sum(messages_out) as messages_out
  from report_quarters where account_id = ${account} and ${within(sql`quarter`, r)} ${filtered(r, sql`agent_id`)} group by quarter`
export const countedTotal = (account: string, r: Range): Sql<Counted> => sql`select 'total' as "table", null as line, ${sums} from (${quartersOf(account, r)}) of`
export const countedByTime = (account: string, r: Range, unit: Unit): Sql<Counted> => sql`
  select case grouping(time, hour) when 1 then 'time' when 2 then 'hour' else 'total' end as "table", coalesce(${written(sql`time`, unit)}, hour::text) as line, ${sums}
  from (select date_trunc(${unit}, at) as time, extract(hour from at)::int as hour, opened, reopened, messages_in, messages_out from (${quartersOf(account, r)}) q) of
  group by grouping sets ((), (time), (hour))`
export const countedByWhom = (account: string, r: Range): Sql<Counted> => sql`
  select case grouping(agent_id, channel, inbox_id) when 3 then 'agent' when 5 then 'channel' else 'inbox' end as "table", coalesce(agent_id::text, channel, inbox_id::text) as line, ${sums}
  from report_quarters where account_id = ${account} and ${within(sql`quarter`, r)} ${filtered(r, sql`agent_id`)} group by grouping sets ((agent_id), (channel), (inbox_id))`

export interface Timed extends Line { count: number; spread: [medianMs: number, p90Ms: number] | null }
export type Durations = 'answers' | 'resolutions'
const durations = {
  answers: { at: sql`answered_at`, ms: sql`answered_ms`, agent: sql`answered_by`, from: sql`report_conversations` },
  resolutions: { at: sql`at`, ms: sql`open_ms`, agent: sql`agent_id`, from: sql`report_closures` },
} as const
/** One table at a time, and of each row only what it needs: a sort of its own, small enough for the memory, and a rest after it. */
export const timed = (what: Durations, account: string, r: Range, unit: Unit, table: Table): Sql<Timed> => {
  const of = durations[what]
  const local = sql`${of.at} at time zone ${r.zone}`
  const key = { total: sql`null::text`, time: sql`date_trunc(${unit}, ${local})`, hour: sql`extract(hour from ${local})::int`, agent: of.agent, channel: sql`channel`, inbox: sql`inbox_id` }[table]
  return sql`
    select ${table}::text as "table", ${table === 'time' ? written(sql`key`, unit) : sql`key::text`} as line, count(*)::int as count, percentile_cont(array[0.5, 0.9]) within group (order by ms) as spread
    from (select ${key} as key, ${of.ms}::float8 as ms from ${of.from} where account_id = ${account} and ${within(of.at, r)} ${filtered(r, of.agent)}) of group by key`
}

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
