import type { Kiosk, QuarantineCode, Quarantined } from '#contract/kiosks.ts'
import { kioskSilenceMs, unsentMs } from '#contract/kiosks.ts'
import { sql } from '#server/db/sql.ts'

const columns = sql`k.id, k.name, k.location_id as location, k.app, k.seen_at as "seenAt", k.unsent, k.oldest_unsent_ms as "oldestUnsentMs", k.missing, k.skew_ms as "skewMs", k.storage, k.battery,
  (select count(*)::int from kiosk_operations o where o.account_id = k.account_id and o.kiosk_id = k.id and o.state = 'quarantined') as quarantined,
  case when k.token_hash is null then case when k.code_expires_at > now() then 'pairing' else 'unpaired' end
    when k.seen_at > now() - make_interval(secs => ${kioskSilenceMs / 1000}) then 'online' else 'silent' end as state,
  case when k.token_hash is null then null when k.seen_at <= now() - make_interval(secs => ${kioskSilenceMs / 1000}) then 'silent'
    when k.oldest_unsent_ms > ${unsentMs} then 'unsent' when k.missing > 0 then 'missing' end as alarm`
export const selectKiosks = (account: string) => sql<Kiosk>`select ${columns} from kiosks k where k.account_id = ${account} order by lower(k.name), k.id`
export const selectKiosk = (account: string, id: string) => sql<Kiosk>`select ${columns} from kiosks k where k.account_id = ${account} and k.id = ${id}`

export const upsertKiosk = (account: string, k: { id: string; name: string; location: string; codeHash: Buffer; expiresAt: string }) => sql`
  insert into kiosks (account_id, id, location_id, name, code_hash, code_expires_at) values (${account}, ${k.id}, ${k.location}, ${k.name}, ${k.codeHash}, ${k.expiresAt}::timestamptz)
  on conflict (account_id, id) do update set location_id = excluded.location_id, name = excluded.name, code_hash = excluded.code_hash, code_expires_at = excluded.code_expires_at`
/** The code is used up; a device that was paired before is cut off. Code and token are what finds the account. */
export const pairKiosk = (codeHash: Buffer, tokenHash: Buffer) => sql<{ account: string; id: string }>`
  update kiosks set code_hash = null, code_expires_at = null, token_hash = ${tokenHash}, seen_at = now(), unsent = 0, oldest_unsent_ms = null, missing = 0, log_id = null
  where code_hash = ${codeHash} and code_expires_at > now() returning account_id as account, id`
export const unpairKiosk = (account: string, id: string, evenUnsent: boolean) => sql`
  update kiosks set token_hash = null, code_hash = null, code_expires_at = null, unsent = 0, oldest_unsent_ms = null, missing = 0
  where account_id = ${account} and id = ${id} and (${evenUnsent} or (unsent = 0 and missing = 0))`
export const kioskOfToken = (tokenHash: Buffer) => sql<{ account: string; id: string }>`select account_id as account, id from kiosks where token_hash = ${tokenHash}`
export const placeOfKiosk = (account: string, id: string) => sql<{ location: string; walkIns: string; name: string; accountName: string }>`
  select k.location_id as location, l.walk_ins as "walkIns", k.name, a.name as "accountName" from kiosks k join locations l on l.account_id = k.account_id and l.id = k.location_id join accounts a on a.id = k.account_id
  where k.account_id = ${account} and k.id = ${id}`

export interface Beat { log: string; app: string; unsent: number; oldestUnsentMs: number | null; missing: number; skewMs: number; storage: object | null; battery: object | null }
export const saveBeat = (account: string, id: string, b: Beat) => sql`
  update kiosks set seen_at = now(), log_id = ${b.log}, app = ${b.app}, unsent = ${b.unsent}, oldest_unsent_ms = ${b.oldestUnsentMs}, missing = ${b.missing}, skew_ms = ${b.skewMs},
    storage = ${b.storage && JSON.stringify(b.storage)}::jsonb, battery = ${b.battery && JSON.stringify(b.battery)}::jsonb where account_id = ${account} and id = ${id}`
/** Count and XOR of the last 64 bits of the ids, in the form of the beat. */
export const logDigest = (account: string, kiosk: string, log: string, from: number, upto: number) => sql<{ count: number; digest: string }>`
  select count(*)::int as count, lpad(to_hex(coalesce(bit_xor(('x' || right(replace(id::text, '-', ''), 16))::bit(64)::bigint), 0)), 16, '0') as digest
  from kiosk_operations where account_id = ${account} and kiosk_id = ${kiosk} and log_id = ${log} and seq between ${from} and ${upto}`
export const missingSeqs = (account: string, kiosk: string, log: string, from: number, upto: number, limit: number) => sql<{ seq: number }>`
  select s.seq from generate_series(${from}::bigint, ${upto}::bigint) as s (seq) where not exists (
    select from kiosk_operations o where o.account_id = ${account} and o.kiosk_id = ${kiosk} and o.log_id = ${log} and o.seq = s.seq) order by s.seq limit ${limit}`

export interface OperationRow { id: string; kiosk: string; log: string; seq: number | null; type: string; visit: string | null; state: 'applied' | 'held' | 'quarantined'; reason: string | null; code: QuarantineCode | null; raw: unknown }
/** Once; a number that another operation of the log has is left out, not the operation. A held or quarantined one that is applied now says so. */
export const insertOperation = (account: string, o: OperationRow) => sql`
  insert into kiosk_operations as k (account_id, id, kiosk_id, log_id, seq, type, visit_id, state, reason, reason_code, raw)
  values (${account}, ${o.id}, ${o.kiosk}, ${o.log},
    (select ${o.seq}::bigint where not exists (select from kiosk_operations s where s.account_id = ${account} and s.kiosk_id = ${o.kiosk} and s.log_id = ${o.log} and s.seq = ${o.seq}::bigint)),
    ${o.type}, ${o.visit}::uuid, ${o.state}, ${o.reason}, ${o.code}, ${JSON.stringify(o.raw)}::jsonb)
  on conflict (account_id, id) do update set state = excluded.state, reason = excluded.reason, reason_code = excluded.reason_code, visit_id = excluded.visit_id where k.state in ('held', 'quarantined') and excluded.state = 'applied'`
export const selectOperation = (account: string, id: string) => sql<{ state: string; reason: string | null; raw: unknown; kiosk: string; log: string; location: string }>`
  select o.state, o.reason, o.raw, o.kiosk_id as kiosk, o.log_id as log, k.location_id as location from kiosk_operations o join kiosks k on k.account_id = o.account_id and k.id = o.kiosk_id
  where o.account_id = ${account} and o.id = ${id}`
export const heldFor = (account: string, visit: string) => sql<{ id: string; kiosk: string; log: string; raw: unknown }>`
  select id, kiosk_id as kiosk, log_id as log, raw from kiosk_operations where account_id = ${account} and visit_id = ${visit} and state = 'held' order by id`
export const heldNowKnown = (limit: number) => sql<{ account: string; visit: string }>`
  select distinct o.account_id as account, o.visit_id as visit from kiosk_operations o join visits v on v.account_id = o.account_id and v.id = o.visit_id where o.state = 'held' limit ${limit}`
export const dismissOperation = (account: string, id: string) => sql`update kiosk_operations set state = 'dismissed' where account_id = ${account} and id = ${id} and state = 'quarantined'`
export const selectQuarantine = (account: string) => sql<Quarantined>`
  select o.id, o.kiosk_id as kiosk, k.name as "kioskName", k.location_id as location, o.received_at as "receivedAt", coalesce(o.reason_code, 'refused') as code, coalesce(o.reason, '') as reason, coalesce(o.raw, 'null') as raw
  from kiosk_operations o join kiosks k on k.account_id = o.account_id and k.id = o.kiosk_id where o.account_id = ${account} and o.state = 'quarantined' order by o.received_at, o.id limit 500`

// The snapshot
export const snapshotVisits = (account: string, location: string) => sql<{ id: string; name: string; company: string; host: string | null; visitorType: string | null; day: string; expectedAt: string | null; status: string; code: string; fields: Record<string, string> }>`
  select v.id, v.name, v.company, v.host_id as host, v.visitor_type_id as "visitorType", v.day, v.expected_at as "expectedAt", v.status, v.code, v.fields from visits v join locations l on l.account_id = v.account_id and l.id = v.location_id
  where v.account_id = ${account} and v.location_id = ${location} and v.day between (now() at time zone l.zone)::date and (now() at time zone l.zone)::date + 1 and v.status not in ('cancelled', 'refused') and v.erased_at is null
  order by v.day, v.id limit 5000`
export const snapshotHosts = (account: string) => sql<{ id: string; name: string }>`select id, name from users where account_id = ${account} and active order by id`
export const snapshotReturning = (account: string, location: string) => sql<{ email: string; name: string; company: string; phone: string | null }>`
  select distinct on (lower(email)) lower(email) as email, name, company, phone from visits where account_id = ${account} and location_id = ${location} and remember and erased_at is null and email is not null
  order by lower(email), day desc limit 5000`
/** Changes whenever what a kiosk decides by has changed. */
export const snapshotVersion = (account: string, location: string) => sql<{ version: string }>`
  select concat_ws('-', (select max(j."offset") from journal j where j.account_id = ${account} and j.topic = ${`visits:${location}`}),
    (select max(j."offset") from journal j where j.account_id = ${account} and j.topic = 'settings'), (now() at time zone (select l.zone from locations l where l.account_id = ${account} and l.id = ${location}))::date) as version`
/** Of a visit at the kiosk's own location. */
export const toldOf = (account: string, visit: string, kiosk: string) => sql<{ status: string; told: boolean; reason: string | null; host: string | null }>`
  select v.status, v.reason, v.host_id as host, exists (select from deliveries d where d.account_id = v.account_id and d.id = any (v.host_notice) and d.state = 'sent') as told
  from visits v join kiosks k on k.account_id = v.account_id and k.location_id = v.location_id where v.account_id = ${account} and v.id = ${visit} and k.id = ${kiosk}`
