import { sql, type Sql } from '#server/db/sql.ts'
import type { Reason } from './channel.ts'

const hasOptedOut = (account: Sql, address: Sql): Sql => sql`exists (select from opt_outs o where o.account_id = ${account} and o.address_hash = sha256(convert_to(${account} || ' ' || ${address}, 'UTF8')))`

export interface Way { channel: string; kind: 'smpp' | 'twilio'; address: string; number: string; optedOut: boolean }
/** Where what is said in this conversation goes. */
export const selectWay = (account: string, conversation: string) => sql<Way>`
  select a.channel_id as channel, ch.kind, a.address, a.number,
    ${hasOptedOut(sql`a.account_id`, sql`a.address`)} as "optedOut"
  from channel_addresses a join channels ch on ch.account_id = a.account_id and ch.id = a.channel_id
  where a.account_id = ${account} and a.conversation_id = ${conversation}`

export const insertOutbound = (account: string, m: { id: string; conversation: string; way: Way; parts: number; despiteStop: boolean }) => sql`
  with message as (
    insert into outbound_messages (account_id, id, channel_id, conversation_id, recipient, sender, despite_stop)
    values (${account}, ${m.id}, ${m.way.channel}, ${m.conversation}, ${m.way.address}, ${m.way.number}, ${m.despiteStop}) on conflict do nothing returning id)
  insert into outbound_parts (account_id, message_id, seq, reference) select ${account}, id, seq, nextval('outbound_reference') from message, generate_series(1, ${m.parts}::integer) seq`
/** Only when no part of it left. Of one that came with a gap, what was kept to fill it in is forgotten. */
export const deleteUnsent = (account: string, message: string) => sql`
  with heard as (update inbound_messages set state = 'shown' where account_id = ${account} and id = ${message} and state = 'gap' returning id),
  words as (update inbound_parts p set payload = null from heard where p.account_id = ${account} and p.message_id = heard.id)
  delete from outbound_messages m where m.account_id = ${account} and m.id = ${message}
    and not exists (select from outbound_parts p where p.account_id = ${account} and p.message_id = ${message} and p.state <> 'waiting')`

export const waitingSenders = (account: string, channel: string) => sql<{ sender: string }>`
  select distinct m.sender from outbound_messages m where m.account_id = ${account} and m.channel_id = ${channel} and m.state in ('waiting', 'sent') and m.next_at <= now()
    and exists (select from outbound_parts p where p.account_id = m.account_id and p.message_id = m.id and p.state = 'waiting')`

/** To a number that has said STOP. Asked when a part is about to leave: STOP may have come between the message's guard and its commit, or while the carrier had a part in its hands that it then put off. */
const isStopped = sql`(not m.despite_stop and ${hasOptedOut(sql`m.account_id`, sql`m.recipient`)})`

export interface TakenPart { message: string; seq: number; total: number; reference: number; concatenated: number; sender: string; recipient: string; isStopped: boolean; text: string | null; attempts: number; ageMs: number }
/**
 * Takes parts that are due: from here on each counts as handed over, whatever happens. Messages to one recipient leave in
 * their order: none while an earlier one has parts that wait.
 */
export const takeParts = (account: string, channel: string, sender: string, count: number) => sql<TakenPart>`
  with due as (
    select p.message_id, p.seq from outbound_messages m join outbound_parts p on p.account_id = m.account_id and p.message_id = m.id
    where m.account_id = ${account} and m.channel_id = ${channel} and m.sender = ${sender} and m.state in ('waiting', 'sent') and m.next_at <= now() and p.state = 'waiting'
      and not exists (
        select from outbound_messages e join outbound_parts q on q.account_id = e.account_id and q.message_id = e.id and q.state in ('waiting', 'submitting')
        where e.account_id = m.account_id and e.channel_id = m.channel_id and e.recipient = m.recipient and e.state in ('waiting', 'sent') and (e.tried_at, e.id) < (m.tried_at, m.id))
    order by m.tried_at, m.id, p.seq limit ${count} for update of p skip locked
  ), taken as (
    update outbound_parts p set state = 'submitting', submitted_at = now() from due where p.account_id = ${account} and p.message_id = due.message_id and p.seq = due.seq returning p.*
  )
  select t.message_id as message, t.seq, (select count(*) from outbound_parts a where a.account_id = t.account_id and a.message_id = t.message_id)::int as total, t.reference,
    (select f.reference from outbound_parts f where f.account_id = t.account_id and f.message_id = t.message_id and f.seq = 1) % 256 as concatenated,
    m.sender, m.recipient, ${isStopped} as "isStopped", j.body ->> 'text' as text, m.attempts, (extract(epoch from now() - m.tried_at) * 1000)::float8 as "ageMs"
  from taken t join outbound_messages m on m.account_id = t.account_id and m.id = t.message_id
  left join journal j on j.account_id = m.account_id and j.id = m.id
  order by m.tried_at, m.id, t.seq`

interface At { message: string; seq: number }
/** A report may have been quicker; then it stands. */
export const markTaken = (account: string, { message, seq }: At, carrierId: string) => sql`
  update outbound_parts set carrier_id = ${carrierId}, submitted_at = now(), state = case when state in ('submitting', 'unclear') then 'submitted' else state end
  where account_id = ${account} and message_id = ${message} and seq = ${seq}`
export const markLater = (account: string, { message, seq }: At, pauseMs: number, detail: string, counts: boolean) => sql`
  with part as (update outbound_parts set state = 'waiting' where account_id = ${account} and message_id = ${message} and seq = ${seq} and state = 'submitting')
  update outbound_messages set next_at = now() + make_interval(secs => ${pauseMs}::double precision / 1000), attempts = attempts + ${counts ? 1 : 0}, last_error = ${detail}
  where account_id = ${account} and id = ${message}`
export const markUnclear = (account: string, { message, seq }: At, detail: string) => sql`
  update outbound_parts set state = 'unclear', detail = ${detail} where account_id = ${account} and message_id = ${message} and seq = ${seq} and state = 'submitting'`
/** The rest of a message that lost a part need not leave. */
export const markNever = (account: string, { message, seq }: At, reason: Reason, detail: string) => sql`
  update outbound_parts set state = 'failed', reason = ${reason}, detail = ${detail}
  where account_id = ${account} and message_id = ${message} and ((seq = ${seq} and state = 'submitting') or state = 'waiting')`
/** Whoever spoke for the channel before may have handed these over. */
export const orphanedAreUnclear = (account: string, channel: string) => sql`
  update outbound_parts p set state = 'unclear', detail = 'stopped' from outbound_messages m
  where m.account_id = ${account} and m.channel_id = ${channel} and p.account_id = m.account_id and p.message_id = m.id and p.state = 'submitting'`
const failWaiting = (account: string, which: Sql) => sql`
  update outbound_parts p set state = 'failed', reason = 'opted_out' from outbound_messages m
  where m.account_id = ${account} and ${which} and p.account_id = m.account_id and p.message_id = m.id and p.state = 'waiting'`
/** STOP: what waits does not leave. */
export const failWaitingTo = (account: string, address: string) => failWaiting(account, sql`m.recipient = ${address} and not m.despite_stop`)
/** The same for what waits again. */
export const failStopped = (account: string, message: string) => failWaiting(account, sql`m.id = ${message} and ${isStopped}`)

export interface FoundPart { message: string; seq: number; state: string }
/** By the carrier's id, in any of the forms that carriers write one in. */
export const partOfCarrierId = (account: string, channel: string, forms: readonly string[], recipient: string | null) => sql<FoundPart>`
  select p.message_id as message, p.seq, p.state from outbound_parts p join outbound_messages m on m.account_id = p.account_id and m.id = p.message_id
  where p.account_id = ${account} and p.carrier_id = any(${forms}::text[]) and m.channel_id = ${channel} and (${recipient}::text is null or m.recipient = ${recipient})
  order by p.carrier_id = ${forms[0]} desc, m.created_at desc limit 1`
export const partOfReference = (account: string, channel: string, reference: number, recipient: string | null) => sql<FoundPart>`
  select p.message_id as message, p.seq, p.state from outbound_parts p join outbound_messages m on m.account_id = p.account_id and m.id = p.message_id
  where p.account_id = ${account} and p.reference = ${reference} and p.state <> 'waiting' and p.submitted_at > now() - interval '3 days' and m.channel_id = ${channel} and (${recipient}::text is null or m.recipient = ${recipient})
  order by m.created_at desc limit 1`
/** The one part to this number of which nobody knows whether it was taken; none when there are several. */
export const onlyUnclearTo = (account: string, channel: string, recipient: string) => sql<FoundPart & { count: number }>`
  select p.message_id as message, p.seq, p.state, count(*) over ()::int as count from outbound_parts p join outbound_messages m on m.account_id = p.account_id and m.id = p.message_id
  where p.account_id = ${account} and p.state = 'unclear' and m.channel_id = ${channel} and m.recipient = ${recipient} and p.submitted_at > now() - interval '3 days' limit 1`
export const markReported = (account: string, { message, seq }: At, to: 'submitted' | 'delivered' | 'failed', r: { carrierId: string | null; reason: string | null; detail: string | null }) => sql`
  update outbound_parts set carrier_id = coalesce(carrier_id, ${r.carrierId}), reason = ${r.reason}, detail = ${r.detail}, state = ${to}
  where account_id = ${account} and message_id = ${message} and seq = ${seq}
    and case ${to} when 'delivered' then state <> 'delivered' when 'failed' then state not in ('delivered', 'failed', 'waiting') else state in ('submitting', 'unclear') end`
/** An answer and the report on it come at the same time, over two connections of ours: one waits for the other, or the report would find no part and the part no report. */
export const oneAfterTheOther = (channel: string) => sql`select pg_advisory_xact_lock(hashtextextended(${channel}, 0))`
export const keepEarly = (account: string, channel: string, carrierId: string, state: string, detail: string | null) => sql`
  insert into early_reports (account_id, channel_id, carrier_id, state, detail) values (${account}, ${channel}, ${carrierId}, ${state}, ${detail})
  on conflict (account_id, channel_id, carrier_id) do update set state = excluded.state, detail = excluded.detail where early_reports.state <> 'delivered'`
export const takeEarly = (account: string, channel: string, forms: readonly string[]) => sql<{ state: 'delivered' | 'failed'; detail: string | null }>`
  delete from early_reports where account_id = ${account} and channel_id = ${channel} and carrier_id = any(${forms}::text[]) returning state, detail`
export const forgetEarly = (account: string, channel: string) => sql`delete from early_reports where account_id = ${account} and channel_id = ${channel} and at < now() - interval '3 days'`

export interface Sum { id: string; conversation: string; state: string; total: number; delivered: number; failed: number; open: number; unclear: number; unclearMs: number; submittedMs: number; reason: Reason | null; detail: string | null }
/** What the parts of a message add up to; or of all of which that may be something new, because time went by or a process ended. */
export const sums = (account: string, channel: string, of: { one: string } | { reportMs: number }) => sql<Sum>`
  select m.id, m.conversation_id as conversation, m.state, s.* from outbound_messages m cross join lateral (
    select count(*)::int as total, count(*) filter (where p.state = 'delivered')::int as delivered, count(*) filter (where p.state = 'failed')::int as failed,
      count(*) filter (where p.state in ('waiting', 'submitting'))::int as open, count(*) filter (where p.state = 'unclear')::int as unclear,
      coalesce(extract(epoch from now() - min(p.submitted_at) filter (where p.state = 'unclear')) * 1000, 0)::float8 as "unclearMs",
      coalesce(extract(epoch from now() - min(p.submitted_at) filter (where p.state = 'submitted')) * 1000, 0)::float8 as "submittedMs",
      min(p.reason) filter (where p.state = 'failed') as reason, min(p.detail) filter (where p.state in ('failed', 'unclear')) as detail
    from outbound_parts p where p.account_id = m.account_id and p.message_id = m.id
  ) s
  where m.account_id = ${account} and m.channel_id = ${channel}
  ${'one' in of ? sql`and m.id = ${of.one}` : sql`and (
    (m.state = 'waiting' and s.open = 0)
    or (m.state = 'sent' and (s.open > 0 or s.failed > 0 or s.unclear > 0 or s.delivered = s.total or s."submittedMs" > ${of.reportMs}))
    or (m.state in ('failed', 'unknown') and m.tried_at > now() - interval '3 days' and s.delivered = s.total))`}
  order by m.created_at limit 1000`
export const setState = (account: string, id: string, from: string, to: string) => sql`update outbound_messages set state = ${to} where account_id = ${account} and id = ${id} and state = ${from}`

export const outboundForUpdate = (account: string, conversation: string, id: string) => sql<{ state: string; despiteStop: boolean }>`
  select state, despite_stop as "despiteStop" from outbound_messages where account_id = ${account} and conversation_id = ${conversation} and id = ${id} for update`
export const beginAnew = (account: string, id: string) => sql<{ delivered: number; total: number }>`
  with message as (update outbound_messages set state = 'waiting', attempts = 0, next_at = now(), tried_at = now(), last_error = null where account_id = ${account} and id = ${id}),
  parts as (update outbound_parts set state = 'waiting', reference = nextval('outbound_reference'), carrier_id = null, reason = null, detail = null where account_id = ${account} and message_id = ${id} and state <> 'delivered')
  select count(*) filter (where state = 'delivered')::int as delivered, count(*)::int as total from outbound_parts where account_id = ${account} and message_id = ${id}`
