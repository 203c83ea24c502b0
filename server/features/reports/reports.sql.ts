/** What the projection reads and writes. */
import { sql, type Sql } from '#server/db/sql.ts'
import type { Closure, Facts, Quarter, Step } from './fold.ts'

/** One at a time adds to reports, over all nodes: two would lock the same rows in another order. Ends with the transaction. */
export const alone = (): Sql => sql`select pg_advisory_xact_lock(5020624, 8)`

interface Key { account: string; id: string }
const keysOf = (keys: readonly Key[]): Sql => sql`unnest(${keys.map((k) => k.account)}::uuid[], ${keys.map((k) => k.id)}::uuid[]) as k (account_id, conversation_id)`

const factColumns = sql`r.account_id as account, r.conversation_id as id, r.folded_offset as folded, r.inbox_id as inbox, r.channel, r.opened_at as "openedAt", r.open_since as "openSince",
  r.first_contact_at as "firstContactAt", r.answered_at as "answeredAt", r.answered_by as "answeredBy", r.answered_ms as "answeredMs", r.closed_at as "closedAt", r.closed_by as "closedBy",
  r.closures, r.reopenings, r.messages_in as "messagesIn", r.messages_out as "messagesOut"`
export const factsOf = (keys: readonly Key[]): Sql<Facts> => sql`
  select ${factColumns} from ${keysOf(keys)} join report_conversations r on r.account_id = k.account_id and r.conversation_id = k.conversation_id`

/** Entries above an offset and below another, each without its words. */
export const stepsBetween = (gaps: readonly (Key & { after: number; before: number })[]): Sql<Key & Step> => sql`
  select g.account_id as account, g.conversation_id as id, j."offset", j.type, j.actor, j.at
  from unnest(${gaps.map((g) => g.account)}::uuid[], ${gaps.map((g) => g.id)}::uuid[], ${gaps.map((g) => g.after)}::bigint[], ${gaps.map((g) => g.before)}::bigint[])
    as g (account_id, conversation_id, after_offset, before_offset)
  join journal j on j.account_id = g.account_id and j.topic = 'conversation:' || g.conversation_id and j."offset" > g.after_offset and j."offset" < g.before_offset
  order by 1, 2, 3`

/** Where each conversation runs, and when it was opened, as its first entry says. */
export const openings = (keys: readonly Key[]): Sql<Key & { inbox: string; channel: string; at: string }> => sql`
  select k.account_id as account, k.conversation_id as id, (j.body ->> 'inbox')::uuid as inbox, coalesce(j.body -> 'channel' ->> 'kind', 'web') as channel, j.at
  from ${keysOf(keys)} join journal j on j.account_id = k.account_id and j.topic = 'conversation:' || k.conversation_id and j."offset" = 1`

export const saveFacts = (facts: readonly Facts[]): Sql => sql`
  insert into report_conversations as r (account_id, conversation_id, folded_offset, inbox_id, channel, opened_at, open_since, first_contact_at, answered_at, answered_by, answered_ms,
    closed_at, closed_by, closures, reopenings, messages_in, messages_out)
  select f.* from jsonb_to_recordset(${JSON.stringify(facts)}::jsonb) as f (account uuid, id uuid, folded bigint, inbox uuid, channel text, "openedAt" timestamptz, "openSince" timestamptz,
    "firstContactAt" timestamptz, "answeredAt" timestamptz, "answeredBy" uuid, "answeredMs" bigint, "closedAt" timestamptz, "closedBy" uuid, closures integer, reopenings integer,
    "messagesIn" integer, "messagesOut" integer)
  on conflict (account_id, conversation_id) do update set folded_offset = excluded.folded_offset, inbox_id = excluded.inbox_id, channel = excluded.channel, opened_at = excluded.opened_at,
    open_since = excluded.open_since, first_contact_at = excluded.first_contact_at, answered_at = excluded.answered_at, answered_by = excluded.answered_by, answered_ms = excluded.answered_ms,
    closed_at = excluded.closed_at, closed_by = excluded.closed_by, closures = excluded.closures, reopenings = excluded.reopenings,
    messages_in = excluded.messages_in, messages_out = excluded.messages_out`

export const addClosures = (closures: readonly Closure[]): Sql => sql`
  insert into report_closures (account_id, conversation_id, "offset", at, agent_id, open_ms, inbox_id, channel)
  select f.* from jsonb_to_recordset(${JSON.stringify(closures)}::jsonb) as f (account uuid, id uuid, "offset" bigint, at timestamptz, agent uuid, "openMs" bigint, inbox uuid, channel text)`

/** Adds to what is there. */
export const addQuarters = (quarters: readonly Quarter[]): Sql => sql`
  insert into report_quarters as q (account_id, quarter, inbox_id, channel, agent_id, opened, reopened, messages_in, messages_out)
  select f.* from jsonb_to_recordset(${JSON.stringify(quarters)}::jsonb) as f (account uuid, quarter timestamptz, inbox uuid, channel text, agent uuid, opened integer, reopened integer,
    "messagesIn" integer, "messagesOut" integer)
  on conflict (account_id, quarter, inbox_id, channel, agent_id) do update set opened = q.opened + excluded.opened, reopened = q.reopened + excluded.reopened,
    messages_in = q.messages_in + excluded.messages_in, messages_out = q.messages_out + excluded.messages_out`
