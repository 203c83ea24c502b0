import type { Contact } from '#contract/contacts.ts'
import { anywhere, none, sql } from '#server/db/sql.ts'

const columns = sql`id, name, email, phone, notes, attributes, first_seen_at as "firstSeenAt", head`

export interface Page { search: string | undefined; byPhone: boolean; after: readonly [name: string, id: string] | undefined; limit: number }
/** By name, letters' case aside. Erased contacts are not listed. */
export const selectContacts = (account: string, { search, byPhone, after, limit }: Page) => sql<Contact>`
  select ${columns} from contacts
  where account_id = ${account} and erased_at is null
  ${after ? sql`and (lower(name), id) > (lower(${after[0]}), ${after[1]}::uuid)` : none}
  ${search ? sql`and (name ilike ${anywhere(search)} or email ilike ${anywhere(search)} ${byPhone ? sql`or phone ilike ${anywhere(search)}` : none})` : none}
  order by lower(name), id limit ${limit}`

export const selectContactsByPhone = (account: string, lastDigits: string) => sql<Contact>`
  select ${columns} from contacts where account_id = ${account} and erased_at is null and right(regexp_replace(phone, '\\D', '', 'g'), 9) = ${lastDigits} limit 200`
export const selectContact = (account: string, id: string) => sql<Contact>`select ${columns} from contacts where account_id = ${account} and id = ${id}`
/** No row when the id exists already. */
export const insertContact = (account: string, c: { id: string; name: string; email: string | null; phone: string | null }) => sql<Contact>`
  insert into contacts (account_id, id, name, email, phone) values (${account}, ${c.id}, ${c.name}, ${c.email}, ${c.phone})
  on conflict (account_id, id) do nothing returning ${columns}`

export interface Change { name?: string; email?: string | null; phone?: string | null; notes?: string; attributes?: Record<string, string> }
/** Only the given fields; null clears. Writes nothing when there is no such contact or it was erased. */
export const updateContact = (account: string, id: string, to: Change, offset: number) => sql`
  update contacts set head = ${offset}
  ${to.name === undefined ? none : sql`, name = ${to.name}`} ${to.email === undefined ? none : sql`, email = ${to.email}`}
  ${to.phone === undefined ? none : sql`, phone = ${to.phone}`} ${to.notes === undefined ? none : sql`, notes = ${to.notes}`}
  ${to.attributes === undefined ? none : sql`, attributes = ${JSON.stringify(to.attributes)}::jsonb`}
  where account_id = ${account} and id = ${id} and erased_at is null`

export const eraseContact = (account: string, id: string, offset: number) => sql`
  update contacts set name = '–', email = null, phone = null, notes = '', attributes = '{}', secret_hash = null, erased_at = coalesce(erased_at, now()), head = ${offset}
  where account_id = ${account} and id = ${id}`
/** Texts go whole; of an assignment its note, of an opening its page: what they say of the conversation's state stays. */
export const eraseEntries = (account: string, contact: string, conversations: readonly string[]) => sql`
  update journal set digest = null, body = case
    when type = 'conversation.assigned' then body - 'note'
    when type = 'conversation.opened' then body - 'page'
    else null end
  where account_id = ${account} and body is not null
    and topic = any(${[`contact:${contact}`, ...conversations.map((c) => `conversation:${c}`)]})
    and type in ('message.sent', 'message.edited', 'note.added', 'note.edited', 'conversation.assigned', 'conversation.opened', 'contact.changed')`
/** The one who was here first. */
export const selectByPhone = (account: string, e164: string) => sql<{ id: string }>`
  select id from contacts where account_id = ${account} and phone_e164 = ${e164} and erased_at is null order by first_seen_at, id limit 1`
