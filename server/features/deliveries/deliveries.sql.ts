import type { Delivery } from '#contract/deliveries.ts'
import { none, sql } from '#server/db/sql.ts'

/** A file of a mail; with `cid` it is shown within the HTML. */
export interface MailFile { name: string; mediaType: string; base64: string; cid?: string }
export interface NewDelivery { id: string; kind: Delivery['kind']; to: string; subject: string; text: string; html: string | null; files: readonly MailFile[] | null; path: string | null; messageId: string; state: 'waiting' | 'tray' }

const columns = sql`id, kind, channel, recipient as "to", subject, body as text, message_id as "messageId", state, attempts,
  next_at as "nextAt", last_error as "lastError", created_at as "createdAt", done_at as "doneAt"`

export const insertDelivery = (account: string, d: NewDelivery) => sql`
  insert into deliveries (account_id, id, kind, recipient, subject, body, html, files, path, message_id, state, next_at, done_at)
  values (${account}, ${d.id}, ${d.kind}, ${d.to}, ${d.subject}, ${d.text}, ${d.html}, ${d.files && JSON.stringify(d.files)}::jsonb, ${d.path}, ${d.messageId}, ${d.state},
    case when ${d.state} = 'waiting' then now() end, case when ${d.state} = 'tray' then now() end)
  on conflict (account_id, id) do nothing`

export interface NewPush { id: string; kind: Delivery['kind']; subscription: string; to: string; subject: string; text: string; path: string; messageId: string }
export const insertPushes = (account: string, all: readonly NewPush[]) => sql`
  insert into deliveries (account_id, id, kind, channel, subscription_id, recipient, subject, body, path, message_id, state, next_at)
  select ${account}, p.id, p.kind, 'push', p.subscription, p."to", p.subject, p.text, p.path, p."messageId", 'waiting', now()
  from jsonb_to_recordset(${JSON.stringify(all)}::jsonb) as p (id uuid, kind text, subscription uuid, "to" text, subject text, text text, path text, "messageId" text)
  on conflict (account_id, id) do nothing`

export interface NewPost { id: string; /** Whose secret signs it. */ rule: string; to: string; subject: string; text: string; messageId: string }
export const insertPost = (account: string, p: NewPost) => sql`
  insert into deliveries (account_id, id, kind, channel, subscription_id, recipient, subject, body, message_id, state, next_at)
  values (${account}, ${p.id}, 'webhook', 'webhook', ${p.rule}, ${p.to}, ${p.subject}, ${p.text}, ${p.messageId}, 'waiting', now())
  on conflict (account_id, id) do nothing`

/** Newest first; `before` is the last id of the page before. */
export const selectDeliveries = (account: string, { state, before, limit }: { state?: Delivery['state'] | undefined; before?: string | undefined; limit: number }) => sql<Delivery>`
  select ${columns} from deliveries where account_id = ${account}
  ${state ? sql`and state = ${state}` : none}
  ${before ? sql`and (created_at, id) < (select created_at, id from deliveries where account_id = ${account} and id = ${before})` : none}
  order by created_at desc, id desc limit ${limit}`

export const selectDelivery = (account: string, id: string) => sql<Delivery>`select ${columns} from deliveries where account_id = ${account} and id = ${id}`

/** Due at once: one that is dead or in the tray begins anew, one that waits is tried earlier. No row while it is being sent, or when it was. */
export const makeDue = (account: string, id: string, channels: readonly Delivery['channel'][]) => sql<Delivery>`
  update deliveries set state = 'waiting', attempts = case when state = 'waiting' then attempts else 0 end, next_at = now(), lease_until = null, done_at = null
  where account_id = ${account} and id = ${id} and channel = any (${channels}::text[])
    and (state in ('dead', 'tray') or (state = 'waiting' and (lease_until is null or lease_until < now())))
  returning ${columns}`

/** All to these addresses, those with these ids, and what leads to these paths. */
export const eraseMails = (account: string, { to, ids, paths }: { to: readonly string[]; ids: readonly string[]; paths: readonly string[] }, why: string) => sql`
  update deliveries set recipient = '', subject = '', body = '', html = null, files = null, last_error = ${why},
    state = case when state = 'waiting' then 'dead' else state end, done_at = coalesce(done_at, now()), next_at = null, lease_until = null
  where account_id = ${account} and (recipient = any (${to}::text[]) or id = any (${ids}::uuid[]) or path = any (${paths}::text[])) and recipient <> ''`
export const selectMailsTo = (account: string, to: readonly string[]) => sql<{ to: string; at: string; subject: string; text: string }>`
  select recipient as "to", created_at as at, subject, body as text from deliveries where account_id = ${account} and recipient = any (${to}::text[]) and recipient <> '' order by created_at, id limit 1000`

// The worker's statements: it serves all accounts, and each row it takes names its own.

export interface DueRow { account: string; id: string; channel: Delivery['channel']; subscription: string | null; path: string | null; to: string; subject: string; text: string; html: string | null; files: readonly MailFile[] | null; messageId: string; attempts: number; createdAt: string }

/**
 * Takes due rows for this long. What a worker that died had taken is due again when its lease is over. An attempt counts
 * from here on, so that a mail that brings the process down is not tried for ever. Accounts take turns: one that sends
 * ten thousand mails delays nobody else's invitation. Hence a few rows of each account by its index, not all that is due.
 * @param busy accounts that have as many on their way as one may have
 */
export const takeDue = (count: number, leaseMs: number, channels: readonly Delivery['channel'][], busy: readonly string[] = []) => sql<DueRow>`
  with due as (
    select a.id as account_id, d.id, d.next_at, row_number() over (partition by a.id order by d.next_at, d.id) as turn
    from accounts a cross join lateral (
      select id, next_at from deliveries
      where account_id = a.id and state = 'waiting' and channel = any (${channels}::text[]) and next_at <= now() and (lease_until is null or lease_until < now())
        and a.id <> all (${busy}::uuid[])
      order by next_at, id limit 32   -- more than are taken: others may hold the first ones at this moment
    ) d
  ), taken as (
    select d.account_id, d.id from due join deliveries d using (account_id, id)
    where d.state = 'waiting' and (d.lease_until is null or d.lease_until < now())
    order by due.turn, due.next_at limit ${count} for update of d skip locked
  )
  update deliveries d set lease_until = now() + make_interval(secs => ${leaseMs}::double precision / 1000), attempts = d.attempts + 1
  from taken where d.account_id = taken.account_id and d.id = taken.id
  returning d.account_id as account, d.id, d.channel, d.subscription_id as subscription, d.path, d.recipient as "to", d.subject, d.body as text, d.html, d.files, d.message_id as "messageId", d.attempts, d.created_at as "createdAt"`

/** Whoever took it meanwhile: it has left, and that is the truth. */
export const markSent = (d: DueRow) => sql`
  update deliveries set state = 'sent', done_at = now(), next_at = null, lease_until = null, last_error = null
  where account_id = ${d.account} and id = ${d.id} and state <> 'sent'`

/** The other outcomes count only while nobody else has taken it: `attempts` tells. */
export const markLater = (d: DueRow, delayMs: number, why: string) => sql`
  update deliveries set next_at = now() + make_interval(secs => ${delayMs}::double precision / 1000), lease_until = null, last_error = ${why}
  where account_id = ${d.account} and id = ${d.id} and state = 'waiting' and attempts = ${d.attempts}`
export const markDead = (d: DueRow, why: string) => sql`
  update deliveries set state = 'dead', done_at = now(), next_at = null, lease_until = null, last_error = ${why}
  where account_id = ${d.account} and id = ${d.id} and state = 'waiting' and attempts = ${d.attempts}`

/** Without a mail server nothing may look as if it were about to leave. */
export const putInTray = () => sql`update deliveries set state = 'tray', done_at = now(), next_at = null, lease_until = null where state = 'waiting' and channel = 'mail'`
