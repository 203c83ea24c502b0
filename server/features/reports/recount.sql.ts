import { sql, type Sql } from '#server/db/sql.ts'
import type { Closure, Quarter, Step } from './fold.ts'

/** `isRead`: the projection's cursor is past it. */
export interface Counted extends Step { account: string; topic: string; isRead: boolean; inbox: string | null; channel: string | null }
/** The journal's conversations, topic after topic. */
export const page = (subscriber: string, after: { account: string; topic: string; offset: number }, limit: number): Sql<Counted> => sql`
  select j.account_id as account, j.topic, j."offset", j.type, j.actor, j.at, coalesce(j.n <= c.n, false) as "isRead",
    case when j."offset" = 1 then j.body ->> 'inbox' end as inbox, case when j."offset" = 1 then coalesce(j.body -> 'channel' ->> 'kind', 'web') end as channel
  from (select * from journal where (account_id, topic, "offset") > (${after.account}::uuid, ${after.topic}, ${after.offset}::bigint) and topic like 'conversation:%'
    order by account_id, topic, "offset" limit ${limit}) j
  left join cursors c on c.subscriber = ${subscriber} and c.writer = j.writer
  order by j.account_id, j.topic, j."offset"`
export const size = (): Sql<{ entries: number }> => sql`select count(*) as entries from journal where topic like 'conversation:%'`
export const unchangingSnapshot = (): Sql => sql`set transaction isolation level repeatable read, read only`

const closureColumns = sql`l.account_id as account, l.conversation_id as id, l."offset", l.at, l.agent_id as agent, l.open_ms as "openMs", l.inbox_id as inbox, l.channel`
export const closuresOf = (keys: readonly { account: string; id: string }[]): Sql<Closure> => sql`
  select ${closureColumns} from unnest(${keys.map((k) => k.account)}::uuid[], ${keys.map((k) => k.id)}::uuid[]) as k (account_id, conversation_id)
  join report_closures l on l.account_id = k.account_id and l.conversation_id = k.conversation_id order by 1, 2, 3`

export const quarters = (after: Pick<Quarter, 'account' | 'quarter' | 'inbox' | 'channel' | 'agent'>, limit: number): Sql<Quarter> => sql`
  select account_id as account, quarter, inbox_id as inbox, channel, agent_id as agent, opened, reopened, messages_in as "messagesIn", messages_out as "messagesOut"
  from report_quarters where (account_id, quarter, inbox_id, channel, agent_id) > (${after.account}::uuid, ${after.quarter}::timestamptz, ${after.inbox}::uuid, ${after.channel}, ${after.agent}::uuid)
  order by account_id, quarter, inbox_id, channel, agent_id limit ${limit}`

/** Kept, of conversations that the journal does not know. */
export const strays = (): Sql<{ account: string; id: string }> => sql`
  select r.account_id as account, r.conversation_id as id from (select account_id, conversation_id from report_conversations union select account_id, conversation_id from report_closures) r
  where not exists (select from journal j where j.account_id = r.account_id and j.topic = 'conversation:' || r.conversation_id and j."offset" = 1)`

const keysOf = (of: readonly { account: string; id: string }[]): Sql => sql`(select * from unnest(${of.map((k) => k.account)}::uuid[], ${of.map((k) => k.id)}::uuid[]))`
export const dropConversations = (of: readonly { account: string; id: string }[]): Sql => sql`delete from report_conversations where (account_id, conversation_id) in ${keysOf(of)}`
export const dropClosures = (of: readonly { account: string; id: string }[]): Sql => sql`delete from report_closures where (account_id, conversation_id) in ${keysOf(of)}`
export const dropQuarter = (q: Pick<Quarter, 'account' | 'quarter' | 'inbox' | 'channel' | 'agent'>): Sql => sql`
  delete from report_quarters where account_id = ${q.account} and quarter = ${q.quarter} and inbox_id = ${q.inbox} and channel = ${q.channel} and agent_id = ${q.agent}`
