import { sql } from '#server/db/sql.ts'

export interface Candidate { id: string; state: 'gathering' | 'gap' | 'shown'; ageMs: number; partDigest: string | null; partAgeMs: number | null; confirmed: boolean | null; hasPart: boolean }
interface Lookup { sender: string; recipient: string; reference: number | null; total: number; seq: number; digest: string }
const candidate = sql`m.id, m.state, (extract(epoch from now() - m.started_at) * 1000)::float8 as "ageMs", p.digest as "partDigest", (extract(epoch from now() - p.received_at) * 1000)::float8 as "partAgeMs",
    p.confirmed, p.seq is not null as "hasPart"`
const ofSame = (account: string, channel: string, m: Lookup) => sql`
  m.account_id = ${account} and m.channel_id = ${channel} and m.sender = ${m.sender} and m.recipient = ${m.recipient} and m.total = ${m.total} and m.started_at > now() - interval '1 day'`
/**
 * The message that this part may belong to, the newest one, locked: of the same sender, recipient, reference and number of
 * parts; of messages without a reference one with the very same text.
 */
export const candidates = (account: string, channel: string, m: Lookup) => m.reference === null
  ? sql<Candidate>`
    select ${candidate} from inbound_parts p join inbound_messages m on m.account_id = p.account_id and m.id = p.message_id
    where p.account_id = ${account} and p.digest = ${m.digest} and m.reference is null and ${ofSame(account, channel, m)}
    order by m.started_at desc, m.id desc limit 1 for update of m`
  : sql<Candidate>`
    select ${candidate} from inbound_messages m left join inbound_parts p on p.account_id = m.account_id and p.message_id = m.id and p.seq = ${m.seq}
    where m.reference = ${m.reference} and ${ofSame(account, channel, m)}
    order by m.started_at desc, m.id desc limit 1 for update of m`
/** What is there already stays as it is. The words of a part that comes after its message was deleted are not kept. */
export const insertReceived = (account: string, m: Omit<Lookup, 'digest'> & { id: string; channel: string }, p: { digest: string; payload: Buffer; marked: boolean }) => sql`
  with message as (
    insert into inbound_messages (account_id, id, channel_id, sender, recipient, reference, total)
    values (${account}, ${m.id}, ${m.channel}, ${m.sender}, ${m.recipient}, ${m.reference}, ${m.total}) on conflict do nothing)
  insert into inbound_parts (account_id, message_id, seq, digest, payload, marked)
  select ${account}, ${m.id}, ${m.seq}, ${p.digest}, case when exists (select from inbound_messages where account_id = ${account} and id = ${m.id} and state = 'shown') then null else ${p.payload}::bytea end, ${p.marked}
  on conflict do nothing`
export const confirmParts = (account: string, refs: readonly { message: string; seq: number }[]) => sql`
  update inbound_parts p set confirmed = true from unnest(${refs.map((r) => r.message)}::uuid[], ${refs.map((r) => r.seq)}::integer[]) as r (message, seq)
  where p.account_id = ${account} and p.message_id = r.message and p.seq = r.seq`

export interface Gathered { id: string; sender: string; recipient: string; total: number; state: 'gathering' | 'gap' | 'shown'; parts: { seq: number; payload: string }[]; isOld: boolean }
/** What is to be shown: complete, or waited for long enough. `one`: of this message only. */
export const showable = (account: string, channel: string, gapMs: number, one: string | null) => sql<Gathered>`
  select m.id, m.sender, m.recipient, m.total, m.state, m.started_at < now() - make_interval(secs => ${gapMs}::double precision / 1000) as "isOld",
    coalesce((select jsonb_agg(jsonb_build_object('seq', p.seq, 'payload', encode(p.payload, 'base64')) order by p.seq) from inbound_parts p where p.account_id = m.account_id and p.message_id = m.id), '[]') as parts
  from inbound_messages m
  where m.account_id = ${account} and m.channel_id = ${channel} and m.state <> 'shown' and (${one}::uuid is null or m.id = ${one})
    and ((select count(*) from inbound_parts p where p.account_id = m.account_id and p.message_id = m.id) = m.total
      or (m.state = 'gathering' and m.started_at < now() - make_interval(secs => ${gapMs}::double precision / 1000)))
  order by m.started_at, m.id limit 100`
/** What is known of it stays, to know it by when it comes again; its text stands in the journal now. */
export const markShown = (account: string, id: string, state: 'gap' | 'shown') => sql`
  with message as (update inbound_messages set state = ${state} where account_id = ${account} and id = ${id} returning id)
  update inbound_parts p set payload = null from message where p.account_id = ${account} and p.message_id = message.id and ${state} = 'shown'`
export const forgetInbound = (account: string, channel: string) => sql`
  delete from inbound_messages where account_id = ${account} and channel_id = ${channel} and state <> 'gathering' and started_at < now() - interval '3 days'`

export interface AddressRow { number: string; contact: string; conversation: string; isOpen: boolean; hasOptedOut: boolean }
export const selectAddress = (account: string, channel: string, address: string, hash: Buffer) => sql<AddressRow>`
  select a.number, a.contact_id as contact, a.conversation_id as conversation, exists (select from conversations c where c.account_id = a.account_id and c.id = a.conversation_id) as "isOpen",
    exists (select from opt_outs o where o.account_id = a.account_id and o.address_hash = ${hash}) as "hasOptedOut"
  from channel_addresses a where a.account_id = ${account} and a.channel_id = ${channel} and a.address = ${address}`
export const upsertAddress = (account: string, a: { channel: string; address: string; number: string; contact: string; conversation: string }) => sql`
  insert into channel_addresses (account_id, channel_id, address, number, contact_id, conversation_id)
  values (${account}, ${a.channel}, ${a.address}, ${a.number}, ${a.contact}, ${a.conversation}) on conflict (account_id, channel_id, address) do update set number = excluded.number`
export const setNumber = (account: string, channel: string, address: string, number: string) => sql`
  update channel_addresses set number = ${number} where account_id = ${account} and channel_id = ${channel} and address = ${address}`

export const insertOptOut = (account: string, hash: Buffer) => sql`insert into opt_outs (account_id, address_hash) values (${account}, ${hash}) on conflict do nothing`
export const deleteOptOut = (account: string, hash: Buffer) => sql`delete from opt_outs where account_id = ${account} and address_hash = ${hash}`
/** All conversations of a number, whichever channel; those that exist. */
export const conversationsOf = (account: string, address: string) => sql<{ id: string; optedOut: boolean }>`
  select c.id, c.opted_out as "optedOut" from channel_addresses a join conversations c on c.account_id = a.account_id and c.id = a.conversation_id
  where a.account_id = ${account} and a.address = ${address} order by c.id`

/** Everything that channels know of a person: addresses, and what numbers stood in rows that stay. */
export const eraseAddresses = (account: string, contact: string) => sql`
  with gone as (delete from channel_addresses where account_id = ${account} and contact_id = ${contact} returning channel_id, address),
  inbound as (delete from inbound_messages m using gone g where m.account_id = ${account} and m.channel_id = g.channel_id and m.sender = g.address)
  update outbound_messages m set recipient = '' from gone g where m.account_id = ${account} and m.channel_id = g.channel_id and m.recipient = g.address`
