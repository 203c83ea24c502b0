import type { ConversationRow } from '#contract/conversations.ts'
import type { ChannelRef } from '#contract/entries.ts'
import { anywhere, none, sql, type Sql } from '#server/db/sql.ts'

/** What never changes of a conversation. */
export interface Facts { account: string; id: string; inbox: string; contact: string; channel: ChannelRef | null }
const channel = sql`case when c.channel_id is not null then jsonb_build_object('id', c.channel_id, 'kind', c.channel_kind) end as channel`
export const facts = (keys: readonly { account: string; id: string }[]): Sql<Facts> => sql`
  select c.account_id as account, c.id, c.inbox_id as inbox, c.contact_id as contact, ${channel}
  from unnest(${keys.map((k) => k.account)}::uuid[], ${keys.map((k) => k.id)}::uuid[]) as k (account_id, id)
  join conversations c on c.account_id = k.account_id and c.id = k.id`

export interface State { status: 'open' | 'snoozed' | 'closed'; statusOffset: number; assignee: string | null; team: string | null }
/** Locks the row: two commands on one conversation are one after the other. */
export const stateForUpdate = (account: string, id: string): Sql<State> => sql`
  select status, status_offset as "statusOffset", assignee_id as assignee, team_id as team from conversations where account_id = ${account} and id = ${id} for update`

export const insert = (c: { account: string; id: string; inbox: string; contact: string; page: string | undefined; channel: ChannelRef | undefined; at: string; offset: number }): Sql => sql`
  insert into conversations (account_id, id, inbox_id, contact_id, page, channel_id, channel_kind, opened_at, last_at, status_offset, folded_offset)
  select ${c.account}, ${c.id}, i.id, p.id, ${c.page ?? null}, ${c.channel?.id ?? null}::uuid, ${c.channel?.kind ?? null}, ${c.at}, ${c.at}, ${c.offset}, ${c.offset}
  from inboxes i, contacts p
  where i.account_id = ${c.account} and i.id = ${c.inbox} and p.account_id = ${c.account} and p.id = ${c.contact} and p.erased_at is null
  on conflict do nothing`
export const exists = (account: string, id: string): Sql => sql`select 1 as found from conversations where account_id = ${account} and id = ${id}`

export const setStatus = (account: string, id: string, offset: number, status: State['status'], until: string | null): Sql => sql`
  update conversations set status = ${status}, snoozed_until = ${until}, status_offset = ${offset},
    waiting_since = case when ${status} = 'closed' then null else waiting_since end
  where account_id = ${account} and id = ${id}`
export const setOptedOut = (account: string, id: string, optedOut: boolean): Sql => sql`update conversations set opted_out = ${optedOut} where account_id = ${account} and id = ${id}`
export const setAssignment = (account: string, id: string, assignee: string | null, team: string | null): Sql => sql`
  update conversations set assignee_id = ${assignee}, team_id = ${team} where account_id = ${account} and id = ${id}`
export const setLabels = (account: string, id: string, labels: readonly string[]): Sql => sql`
  update conversations set labels = ${labels} where account_id = ${account} and id = ${id}`
export const isUser = (account: string, id: string): Sql => sql`select 1 as found from users where account_id = ${account} and id = ${id} and active`
export const isTeam = (account: string, id: string): Sql => sql`select 1 as found from teams where account_id = ${account} and id = ${id}`

/** A message or note as it stands in the journal, locked. */
export const messageForUpdate = (account: string, topic: string, id: string): Sql<{ type: string; actor: string; gone: boolean }> => sql`
  select type, actor, body is null as gone from journal
  where account_id = ${account} and id = ${id} and topic = ${topic} and type in ('message.sent', 'note.added') for update`
export const editsOf = (account: string, topic: string, message: string): Sql<{ id: string }> => sql`
  select id from journal where account_id = ${account} and topic = ${topic} and type in ('message.edited', 'note.edited') and body ->> 'message' = ${message}`
export const attachmentsOf = (account: string, message: string): Sql<{ blob: string }> => sql`
  select a ->> 'blob' as blob from journal, jsonb_array_elements(body -> 'attachments') a where account_id = ${account} and id = ${message}`

/** What a batch of entries adds to the list: one row per conversation. The larger offset wins, so a batch that comes twice or late changes nothing. */
export interface Fold {
  account: string; id: string; folded: number
  lastAt: string | null; lastText: string | null; lastActor: string | null; lastOffset: number
  inbound: readonly number[]; wakeAt: number; reopenAt: number; waitingSince: string | null; answeredAt: number
}
/** So many of the newest offsets are kept to count what is unread. */
export const recentInboundMax = 20
export const applyFolds = (folds: readonly Fold[]): Sql<{ account: string; inbox: string; id: string }> => sql`
  update conversations c set
    folded_offset = greatest(c.folded_offset, f.folded),
    last_at = greatest(c.last_at, f."lastAt"),
    last_text = case when f."lastOffset" > c.last_message_offset then f."lastText" else c.last_text end,
    last_actor = case when f."lastOffset" > c.last_message_offset then f."lastActor" else c.last_actor end,
    last_message_offset = greatest(c.last_message_offset, f."lastOffset"),
    recent_inbound = case
      when f.inbound = '{}' then c.recent_inbound
      when f.inbound[1] > c.folded_offset then (c.recent_inbound || f.inbound)[greatest(1, cardinality(c.recent_inbound) + cardinality(f.inbound) - ${recentInboundMax - 1}::integer):]   -- as almost always
      else (select array_agg(o order by o) from (select distinct o from unnest(c.recent_inbound || f.inbound) o order by o desc limit ${recentInboundMax}) newest) end,
    status = case when reopens then 'open' else c.status end,
    snoozed_until = case when reopens then null else c.snoozed_until end,
    status_offset = case when reopens then greatest(f."wakeAt", f."reopenAt") else c.status_offset end,
    waiting_since = case when f."waitingSince" is not null then coalesce(case when f."answeredAt" > 0 then null else c.waiting_since end, f."waitingSince")
                         when f."answeredAt" > 0 then null else c.waiting_since end
  from (
    select f.*, (s.status <> 'open' and f."wakeAt" > s.status_offset) or (s.status = 'closed' and f."reopenAt" > s.status_offset) as reopens
    from jsonb_to_recordset(${JSON.stringify(folds)}::jsonb) as f (account uuid, id uuid, folded bigint, "lastAt" timestamptz, "lastText" text, "lastActor" text, "lastOffset" bigint,
      inbound bigint[], "wakeAt" bigint, "reopenAt" bigint, "waitingSince" timestamptz, "answeredAt" bigint)
    join conversations s on s.account_id = f.account and s.id = f.id
    order by f.account, f.id for update of s
  ) f
  where c.account_id = f.account and c.id = f.id
  returning c.account_id as account, c.inbox_id as inbox, c.id`
/** An edited or deleted message may be the one the list shows. */
export const retext = (account: string, id: string, message: string, text: string): Sql => sql`
  update conversations c set last_text = ${text} from journal j
  where c.account_id = ${account} and c.id = ${id} and j.account_id = ${account} and j.id = ${message} and j.topic = ${`conversation:${id}`} and j."offset" = c.last_message_offset`
/** The list's line of a message from before an erasure: this subscriber may have read its words before they were erased, and written them after. */
export const forgetLine = (account: string, id: string, before: number): Sql => sql`
  update conversations set last_text = '' where account_id = ${account} and id = ${id} and last_message_offset < ${before}`

const rowColumns = sql`
  c.id, c.inbox_id as inbox, c.contact_id as contact, c.status, c.snoozed_until as "snoozedUntil", c.assignee_id as assignee, c.team_id as team, c.labels,
  c.opened_at as "openedAt", c.page, ${channel}, c.opted_out as "optedOut", c.folded_offset as head, p.name as "contactName", c.last_at as "lastAt", c.last_text as "lastText", c.last_actor as "lastActor",
  c.recent_inbound as "recentInbound", c.waiting_since as "waitingSince"`

export interface Filter { inbox?: string; status?: string; assignee?: string; contact?: string; search?: string; before?: { at: string; id: string }; limit: number }
/** Newest activity first, with the reader's own read mark. */
export const list = (account: string, reader: string, f: Filter): Sql<ConversationRow & { mine: number }> => sql`
  select ${rowColumns}, coalesce((select m.read from marks m where m.account_id = ${account} and m.topic = 'conversation:' || c.id and m.reader = ${reader}), 0) as mine
  from conversations c join contacts p on p.account_id = c.account_id and p.id = c.contact_id
  where c.account_id = ${account}
  ${f.inbox ? sql`and c.inbox_id = ${f.inbox}` : none} ${f.status ? sql`and c.status = ${f.status}` : none} ${f.contact ? sql`and c.contact_id = ${f.contact}` : none}
  ${f.assignee === 'none' ? sql`and c.assignee_id is null` : f.assignee ? sql`and c.assignee_id = ${f.assignee}` : none}
  ${f.search ? sql`and (p.name ilike ${anywhere(f.search)} or p.email ilike ${anywhere(f.search)} or c.last_text ilike ${anywhere(f.search)})` : none}
  ${f.before ? sql`and (c.last_at, c.id) < (${f.before.at}::timestamptz, ${f.before.id}::uuid)` : none}
  order by c.last_at desc, c.id desc limit ${f.limit}`

export const rows = (account: string, ids: readonly string[]): Sql<ConversationRow> => sql`
  select ${rowColumns} from conversations c join contacts p on p.account_id = c.account_id and p.id = c.contact_id
  where c.account_id = ${account} and c.id = any(${ids}::uuid[])`

/** `assignee` null = unassigned. */
export const counts = (account: string, inbox: string | undefined): Sql<{ assignee: string | null; open: number }> => sql`
  select assignee_id as assignee, count(*) as open from conversations
  where account_id = ${account} and status = 'open' ${inbox ? sql`and inbox_id = ${inbox}` : none} group by assignee_id`

/** Folded from the journal so far. `foldedOffset` may be milliseconds behind the head. */
export const one = (account: string, id: string): Sql<ConversationRow & { contactEmail: string | null; contactPhone: string | null; contactNotes: string; contactAttributes: Record<string, string>; contactSince: string; contactHead: number; people: { id: string; name: string }[] }> => sql`
  select ${rowColumns}, p.email as "contactEmail", p.phone as "contactPhone", p.notes as "contactNotes", p.attributes as "contactAttributes", p.first_seen_at as "contactSince", p.head as "contactHead",
    coalesce((select jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name)) from users u where u.account_id = c.account_id
      and u.id::text in (select distinct substr(j.actor, 6) from journal j where j.account_id = c.account_id and j.topic = 'conversation:' || c.id and j.actor like 'user:%')), '[]') as people
  from conversations c join contacts p on p.account_id = c.account_id and p.id = c.contact_id
  where c.account_id = ${account} and c.id = ${id}`
export const placesOf = (account: string, contact: string): Sql<{ account: string; inbox: string; id: string }> => sql`
  select account_id as account, inbox_id as inbox, id from conversations where account_id = ${account} and contact_id = ${contact}`

export const dueSnoozes = (limit: number): Sql<{ account: string; id: string; offset: number }> => sql`
  select account_id as account, id, status_offset as "offset" from conversations where status = 'snoozed' and snoozed_until <= now() order by snoozed_until limit ${limit}`

/** Of everybody who can stand in a conversation of this contact. */
export const names = (account: string, contact: string): Sql<{ kind: 'account' | 'contact' | 'user' | 'team'; id: string; name: string }> => sql`
  select 'account' as kind, id, name from accounts where id = ${account}
  union all select 'contact', id, name from contacts where account_id = ${account} and id = ${contact}
  union all select 'user', id, name from users where account_id = ${account}
  union all select 'team', id, name from teams where account_id = ${account}`

/** Open conversations whose contact has waited since before `before`, with whom to tell: the assignee, else the team, else the administrators. */
/** Those of these users who may sign in, with the names that a notice about this conversation needs. `by`: of the user who did it. */
export const colleagues = (account: string, users: readonly string[], conversation: string, by: string | null): Sql<{ id: string; email: string; by: string | null; contact: string }> => sql`
  select u.id, u.email, (select b.name from users b where b.account_id = u.account_id and b.id = ${by}::uuid) as by, p.name as contact
  from users u
  join conversations c on c.account_id = u.account_id and c.id = ${conversation}
  join contacts p on p.account_id = c.account_id and p.id = c.contact_id
  where u.account_id = ${account} and u.id = any (${users}::uuid[]) and u.active`

export const unanswered = (beforeIso: string, afterIso: string, limit: number): Sql<{ account: string; id: string; since: string; contact: string; inbox: string; text: string; user: string; email: string }> => sql`
  select c.account_id as account, c.id, c.waiting_since as since, p.name as contact, i.name as inbox, c.last_text as text, u.id as user, u.email
  from conversations c
  join contacts p on p.account_id = c.account_id and p.id = c.contact_id
  join inboxes i on i.account_id = c.account_id and i.id = c.inbox_id
  join users u on u.account_id = c.account_id and u.active and (
    u.id = c.assignee_id
    or (c.assignee_id is null and exists (select from team_members m where m.account_id = c.account_id and m.team_id = c.team_id and m.user_id = u.id))
    or (c.assignee_id is null and c.team_id is null and u.role = 'admin'))
  where c.status = 'open' and c.waiting_since < ${beforeIso}::timestamptz and c.waiting_since > ${afterIso}::timestamptz
  order by c.waiting_since limit ${limit}`
