import type { Canned, Door, Inbox, Invitation } from '#contract/inboxes.ts'
import { sql } from '#server/db/sql.ts'

const inboxColumns = sql`i.id, i.name, i.greeting, i.reply_time as "replyTime", i.origins, i.side, i.offset_px as "offsetPx", i.language`
export const selectInboxes = (account: string) => sql<Inbox>`select ${inboxColumns} from inboxes i where i.account_id = ${account} order by lower(i.name), i.id`

type Change = { [K in keyof Omit<Inbox, 'id' | 'name'>]: Inbox[K] | null } & Pick<Inbox, 'id' | 'name'>
/** Null = as it was, or the column's default when the inbox is new. */
export const upsertInbox = (account: string, to: Change) => sql<Inbox>`
  insert into inboxes as i (account_id, id, name, greeting, reply_time, origins, side, offset_px, language)
  values (${account}, ${to.id}, ${to.name}, coalesce(${to.greeting}, ''), coalesce(${to.replyTime}, ''), coalesce(${to.origins}::text[], '{}'),
    coalesce(${to.side}, 'right'), coalesce(${to.offsetPx}::integer, 20), coalesce(${to.language}, 'auto'))
  on conflict (account_id, id) do update set name = excluded.name, greeting = coalesce(${to.greeting}, i.greeting),
    reply_time = coalesce(${to.replyTime}, i.reply_time), origins = coalesce(${to.origins}::text[], i.origins), side = coalesce(${to.side}, i.side),
    offset_px = coalesce(${to.offsetPx}::integer, i.offset_px), language = coalesce(${to.language}, i.language)
  returning ${inboxColumns}`

/** The messenger knows an inbox by its id alone; this is what finds the account. */
export const accountOfInbox = (inbox: string) => sql<{ account: string; origins: string[] }>`
  select account_id as account, origins from inboxes where id = ${inbox}`
export const selectDoor = (account: string, inbox: string, online: readonly string[]) => sql<Inbox & Omit<Door, 'inbox'>>`
  select ${inboxColumns}, a.name as account,
    (select coalesce(json_agg(json_build_object('id', u.id, 'name', u.name) order by lower(u.name), u.id), '[]') from users u
      where u.account_id = i.account_id and u.id = any (${online}::uuid[]) and u.active) as online,
    (select coalesce(json_agg(json_build_object('id', v.id, 'address', v.address, 'afterSeconds', v.after_seconds, 'text', v.text) order by v.id), '[]')
      from invitations v where v.account_id = i.account_id and v.inbox_id = i.id and v.active) as invitations
  from inboxes i join accounts a on a.id = i.account_id
  where i.account_id = ${account} and i.id = ${inbox}`

export const selectCanned = (account: string) => sql<Canned>`select id, shortcut, text from canned where account_id = ${account} order by shortcut`
export const upsertCanned = (account: string, c: Canned) => sql`
  insert into canned (account_id, id, shortcut, text) values (${account}, ${c.id}, ${c.shortcut}, ${c.text})
  on conflict (account_id, id) do update set shortcut = excluded.shortcut, text = excluded.text`
export const deleteCanned = (account: string, id: string) => sql`delete from canned where account_id = ${account} and id = ${id}`

export const selectInvitations = (account: string) => sql<Invitation>`
  select id, inbox_id as inbox, address, after_seconds as "afterSeconds", text, active from invitations where account_id = ${account} order by id`
export const upsertInvitation = (account: string, i: Invitation) => sql`
  insert into invitations (account_id, id, inbox_id, address, after_seconds, text, active)
  values (${account}, ${i.id}, ${i.inbox}, ${i.address}, ${i.afterSeconds}, ${i.text}, ${i.active})
  on conflict (account_id, id) do update set inbox_id = excluded.inbox_id, address = excluded.address, after_seconds = excluded.after_seconds,
    text = excluded.text, active = excluded.active`

// Visitors
export const selectVisitor = (account: string, contact: string) => sql<{ name: string; email: string | null; secretHash: Buffer | null; erased: boolean }>`
  select name, email, secret_hash as "secretHash", erased_at is not null as erased from contacts where account_id = ${account} and id = ${contact}`
/** Writes nothing when the id exists already. */
export const insertVisitor = (account: string, c: { id: string; name: string; email: string | null; secretHash: Buffer }) => sql`
  insert into contacts (account_id, id, name, email, secret_hash) values (${account}, ${c.id}, ${c.name}, ${c.email}, ${c.secretHash})
  on conflict (account_id, id) do nothing`
export const conversationsOf = (account: string, contact: string) => sql<{ id: string; status: string; lastAt: string; assignee: string | null }>`
  select id, status, last_at as "lastAt", assignee_id as assignee from conversations
  where account_id = ${account} and contact_id = ${contact} order by last_at desc limit 50`
export const selectOrigins = (account: string) => sql<{ origins: string[] }>`select origins from inboxes where account_id = ${account}`
