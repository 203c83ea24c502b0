import { sql, type Sql } from '#server/db/sql.ts'
import type { BookingFacts, ConversationFacts, VisitFacts } from './facts.ts'

export const selectAccount = (account: string) => sql<{ name: string }>`select name from accounts where id = ${account}`

const conversation = sql`c.id, c.contact_id as contact, p.name as "contactName", c.inbox_id as inbox, i.name as "inboxName", c.status, c.assignee_id as assignee,
  (select u.name from users u where u.account_id = c.account_id and u.id = c.assignee_id) as "assigneeName", c.team_id as team, c.labels, c.waiting_since as "waitingSince", c.opened_at as "openedAt",
  c.opted_out as "optedOut", p.erased_at is not null as "isErased",
  coalesce((select max(m.read) from marks m where m.account_id = c.account_id and m.topic = 'conversation:' || c.id and m.reader like 'user:%'), 0) as "readTo"
  from conversations c join contacts p on p.account_id = c.account_id and p.id = c.contact_id join inboxes i on i.account_id = c.account_id and i.id = c.inbox_id`
export const selectConversations = (account: string, ids: readonly string[]): Sql<ConversationFacts> => sql`select ${conversation} where c.account_id = ${account} and c.id = any (${ids}::uuid[])`
/** Over a channel: whoever reads there holds this number. The newest first. */
export const selectConversationAt = (account: string, address: string): Sql<ConversationFacts> => sql`
  select ${conversation} where c.account_id = ${account} and p.erased_at is null
    and c.id in (select a.conversation_id from channel_addresses a join channels h on h.account_id = a.account_id and h.id = a.channel_id and h.active where a.account_id = ${account} and a.address = ${address})
  order by c.last_at desc, c.id desc limit 1`

export const selectVisits = (account: string, ids: readonly string[]): Sql<VisitFacts> => sql`
  select v.id, v.name, v.company, v.email, v.phone, v.language, v.host_id as host, u.name as "hostName", v.location_id as location, l.name as "locationName", l.zone, v.visitor_type_id as "visitorType", v.status,
    v.expected_at as "expectedAt", v.arrived_at as "arrivedAt", v.erased_at is not null as "isErased"
  from visits v join locations l on l.account_id = v.account_id and l.id = v.location_id left join users u on u.account_id = v.account_id and u.id = v.host_id
  where v.account_id = ${account} and v.id = any (${ids}::uuid[])`

export const selectBookings = (account: string, ids: readonly string[]): Sql<BookingFacts> => sql`
  select b.id, b.user_id as "user", u.name as "userName", u.email, s.name as "spaceName", b.location_id as location, l.zone, b.starts_at as "startsAt", b.ends_at as "endsAt", b.status
  from bookings b join spaces s on s.account_id = b.account_id and s.id = b.space_id join locations l on l.account_id = b.account_id and l.id = b.location_id
  left join users u on u.account_id = b.account_id and u.id = b.user_id and u.active
  where b.account_id = ${account} and b.id = any (${ids}::uuid[])`

/** By the journal, which is never late. A wait ends with an answer of a person or with closing. */
export const selectWait = (account: string, conversation: string, offset: number): Sql<{ isFirst: boolean; isAnswered: boolean }> => sql`
  select coalesce((select j.actor not like 'contact:%' from journal j where j.account_id = ${account} and j.topic = ${`conversation:${conversation}`} and j."offset" < ${offset}
      and (j.type = 'conversation.closed' or (j.type = 'message.sent' and (j.actor like 'contact:%' or j.actor like 'user:%'))) order by j."offset" desc limit 1), true) as "isFirst",
    exists (select from journal j where j.account_id = ${account} and j.topic = ${`conversation:${conversation}`} and j."offset" > ${offset} and j.type = 'message.sent' and j.actor like 'user:%') as "isAnswered"`
