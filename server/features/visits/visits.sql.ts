import type { Visit, VisitFlag, VisitStatus } from '#contract/visits.ts'
import type { Watched } from '#contract/watchlist.ts'
import { anywhere, none, sql, type Sql } from '#server/db/sql.ts'

export const columns = sql`v.id, v.location_id as location, v.visitor_type_id as "visitorType", v.day, v.status, v.name, v.company, v.email, v.phone, v.language, v.fields,
  v.host_id as host, v.note, v.expected_at as "expectedAt", v.leaving_at as "leavingAt", v.arrived_at as "arrivedAt", v.left_at as "leftAt", v.left_by as "leftBy",
  v.confirmed_at as "confirmedAt", v.flags, v.reason, v.group_id as group, v.series_id as series, v.code,
  exists (select from visit_images i where i.account_id = v.account_id and i.visit_id = v.id and i.kind = 'photo') as "hasPhoto",
  case when v.signed_version is not null then json_build_object('version', v.signed_version, 'at', to_char(v.signed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) end as signed,
  exists (select from deliveries d where d.account_id = v.account_id and d.id = any (v.host_notice) and d.state = 'sent') as told,
  v.erased_at is not null as "isErased", v.head`

/** The visits of a series share one code: it means who is here, else the visit of today, else the next, else the last. */
const byCode = (code: string) => sql`select v.account_id, v.id from visits v join locations l on l.account_id = v.account_id and l.id = v.location_id where v.code = ${code}`
const nearestFirst = sql`order by v.status = 'checked_in' desc, v.status in ('cancelled', 'refused'), v.day < (now() at time zone l.zone)::date, abs(v.day - (now() at time zone l.zone)::date), v.id limit 1`

/**
 * Of a series what was, what is and the next one: a year of the same name would hide everybody else. One step of an index per
 * series; asked per visit it took seven times as long where forty people come every day.
 */
const notFarAhead = (account: string) => sql`(v.series_id is null or v.day <= current_date + 1 or v.id in (
  select n.id from visit_series s cross join lateral (
    select o.id from visits o where o.account_id = s.account_id and o.series_id = s.id and o.day > current_date + 1 and o.status = 'expected' order by o.day limit 1) n
  where s.account_id = ${account} and s.erased_at is null))`

export interface Find { location?: string | undefined; day?: string | undefined; from?: string | undefined; to?: string | undefined; status?: VisitStatus | undefined; search?: string | undefined; series?: string | undefined; after?: readonly [day: string, id: string] | undefined; limit: number }
/** Newest day first. A search looks at any part of name, company and e-mail, or at a whole code (see reading.ts for how). */
export const selectVisits = (account: string, f: Find): Sql<Visit> => sql<Visit>`
  select ${columns} from visits v where v.account_id = ${account}
  ${f.location ? sql`and v.location_id = ${f.location}` : none} ${f.day ? sql`and v.day = ${f.day}` : none}
  ${f.from ? sql`and v.day >= ${f.from}` : none} ${f.to ? sql`and v.day <= ${f.to}` : none} ${f.status ? sql`and v.status = ${f.status}` : none}
  ${f.series ? sql`and v.series_id = ${f.series} and v.day >= current_date - 1` : none}
  ${f.search ? (/^[A-Za-z0-9]{20}$/.test(f.search) ? sql`and (v.account_id, v.id) = (${byCode(f.search)} and v.account_id = ${account} ${nearestFirst})`
    : sql`and v.erased_at is null and ${notFarAhead(account)} and lower(v.name || ' ' || v.company || ' ' || coalesce(v.email, '')) like ${anywhere(f.search.toLowerCase())}`) : none}
  ${f.after ? sql`and (v.day, v.id) < (${f.after[0]}::date, ${f.after[1]}::uuid)` : none}
  order by ${f.series ? sql`v.day, v.id` : sql`v.day desc, v.id desc`} limit ${f.limit}`

export const selectVisit = (account: string, id: string) => sql<Visit>`select ${columns} from visits v where v.account_id = ${account} and v.id = ${id}`
/** Of a visit, and what was done to its series from a day on that is not after it. */
export const selectLog = (account: string, location: string, id: string, series: { id: string; day: string } | null) => sql<{ topic: string; offset: number; id: string; type: string; actor: string; at: string; body: string | null }>`
  select topic, "offset", id, type, actor, at, body from journal where account_id = ${account} and topic = ${`visits:${location}`} and (body @> ${JSON.stringify({ visit: id })}::jsonb
    or body @> ${JSON.stringify({ visits: [id] })}::jsonb ${series ? sql`or (body @> ${JSON.stringify({ series: series.id })}::jsonb and type <> 'series.extended' and coalesce(body ->> 'from', '') <= ${series.day})` : none}) order by "offset" limit 500`

const stateColumns = sql`v.location_id as location, v.status, v.name, v.email, v.phone, v.host_id as host, v.arrived_at as "arrivedAt", v.left_at as "leftAt", v.left_by as "leftBy", v.confirmed_at as "confirmedAt", v.flags, v.group_id as group,
  v.host_notice as "hostNotice", v.erased_at is not null as "isErased"`
/** What an effect decides by; locked until it is committed. */
export interface State { location: string; status: VisitStatus; name: string; email: string | null; phone: string | null; host: string | null; arrivedAt: string | null; leftAt: string | null; leftBy: Visit['leftBy']; confirmedAt: string | null; flags: VisitFlag[]; group: string | null; hostNotice: string[]; isErased: boolean }
export const stateForUpdate = (account: string, id: string) => sql<State>`
  select ${stateColumns} from visits v where v.account_id = ${account} and v.id = ${id} for update`
export const locationOf = (account: string, id: string) => sql<{ location: string; series: string | null; day: string }>`select location_id as location, series_id as series, day from visits where account_id = ${account} and id = ${id}`

export const knownVisits = (account: string, ids: readonly string[]) => sql<{ id: string }>`select id from visits where account_id = ${account} and id = any (${ids}::uuid[])`

export interface NewVisit {
  id: string; location: string; visitorType: string | null; at: string; status: VisitStatus; name: string; company: string; email: string | null; phone: string | null; language: string
  fields: Record<string, string>; host: string | null; note: string; expectedAt: string | null; leavingAt: string | null; group: string | null; series: string | null; code: string; flags: readonly string[]; remember: boolean
}
/** No row when the location is another account's or the id is taken. `at` decides the day, in the location's zone. A type or host of another account is left out. */
export const insertVisit = (account: string, v: NewVisit, offset: number) => sql<{ day: string }>`${insertion(account, v, offset)} on conflict (account_id, id) do nothing returning v.day`
/** The same, or the row that is there, locked: one way to the database for what most arrivals need. What the visitor says fills gaps; answers are the visitor's own. */
export const insertOrLock = (account: string, v: NewVisit, offset: number) => sql<State>`${insertion(account, v, offset)} 
  on conflict (account_id, id) do update set company = case when v.company = '' then excluded.company else v.company end, email = coalesce(v.email, excluded.email), phone = coalesce(v.phone, excluded.phone),
    language = case when v.language = '' then excluded.language else v.language end, fields = v.fields || excluded.fields, visitor_type_id = coalesce(v.visitor_type_id, excluded.visitor_type_id), host_id = coalesce(v.host_id, excluded.host_id),
    remember = v.remember or excluded.remember returning ${stateColumns}`
const insertion = (account: string, v: NewVisit, offset: number) => sql`
  insert into visits as v (account_id, id, location_id, visitor_type_id, day, status, name, company, email, phone, language, fields, host_id, note, expected_at, leaving_at, group_id, series_id, code, flags, remember, head)
  select ${account}, ${v.id}, l.id, (select t.id from visitor_types t where t.account_id = ${account} and t.id = ${v.visitorType}::uuid), (${v.at}::timestamptz at time zone l.zone)::date, ${v.status}, ${v.name}, ${v.company},
    ${v.email}, ${v.phone}, ${v.language}, ${JSON.stringify(v.fields)}::jsonb, (select u.id from users u where u.account_id = ${account} and u.id = ${v.host}::uuid), ${v.note}, ${v.expectedAt}::timestamptz,
    ${v.leavingAt}::timestamptz, ${v.group}::uuid, ${v.series}::uuid, ${v.code}, ${v.flags}::text[], ${v.remember}, ${offset}
  from locations l where l.account_id = ${account} and l.id = ${v.location}`

export interface Change { visitorType?: string | null; expectedAt?: string; leavingAt?: string | null; host?: string | null; name?: string; company?: string; email?: string | null; phone?: string | null; language?: string; note?: string; fields?: Record<string, string> }
export const updateVisit = (account: string, id: string, to: Change, offset: number) => sql`
  update visits v set head = ${offset}
  ${to.visitorType === undefined ? none : sql`, visitor_type_id = ${to.visitorType}`} ${to.leavingAt === undefined ? none : sql`, leaving_at = ${to.leavingAt}::timestamptz`}
  ${to.host === undefined ? none : sql`, host_id = ${to.host}`} ${to.name === undefined ? none : sql`, name = ${to.name}`} ${to.company === undefined ? none : sql`, company = ${to.company}`}
  ${to.email === undefined ? none : sql`, email = ${to.email}`} ${to.phone === undefined ? none : sql`, phone = ${to.phone}`} ${to.language === undefined ? none : sql`, language = ${to.language}`}
  ${to.note === undefined ? none : sql`, note = ${to.note}`} ${to.fields === undefined ? none : sql`, fields = v.fields || ${JSON.stringify(to.fields)}::jsonb`}
  ${to.expectedAt === undefined ? none : sql`, expected_at = ${to.expectedAt}::timestamptz, day = case when v.status = 'expected'
    then (select (${to.expectedAt}::timestamptz at time zone l.zone)::date from locations l where l.account_id = ${account} and l.id = v.location_id) else v.day end`}
  where v.account_id = ${account} and v.id = ${id} and v.erased_at is null`

export interface Outcome { status: VisitStatus; arrivedAt: string | null; leftAt: string | null; leftBy: string | null; confirmedAt: string | null; flags: readonly string[]; hostNotice: readonly string[]; reason?: string | null }
export const setOutcome = (account: string, id: string, o: Outcome, offset: number) => sql`
  update visits set status = ${o.status}, arrived_at = ${o.arrivedAt}::timestamptz, left_at = ${o.leftAt}::timestamptz, left_by = ${o.leftBy}, confirmed_at = ${o.confirmedAt}::timestamptz,
    flags = ${o.flags}::text[], host_notice = ${o.hostNotice}::uuid[], head = ${offset} ${o.reason === undefined ? none : sql`, reason = ${o.reason}`}
  where account_id = ${account} and id = ${id}`
export const restoreVisit = (account: string, id: string, now: string, offset: number) => sql`
  update visits v set status = 'expected', head = ${offset} from locations l
  where v.account_id = ${account} and v.id = ${id} and l.account_id = v.account_id and l.id = v.location_id and v.day >= (${now}::timestamptz at time zone l.zone)::date`
export const setSigned = (account: string, id: string, version: number, at: string) => sql`update visits set signed_version = ${version}, signed_at = ${at}::timestamptz where account_id = ${account} and id = ${id}`
export const insertImage = (account: string, visit: string, kind: 'photo' | 'signature', mediaType: string, bytes: Buffer) => sql`
  insert into visit_images (account_id, visit_id, kind, media_type, bytes) values (${account}, ${visit}, ${kind}, ${mediaType}, ${bytes}) on conflict do nothing`
export const selectImage = (account: string, visit: string, kind: string) => sql<{ mediaType: string; bytes: Buffer }>`
  select media_type as "mediaType", bytes from visit_images where account_id = ${account} and visit_id = ${visit} and kind = ${kind}`

/** Who is told of an arrival: the host and its delegates. `isHost` first; `mail`: who wants one. */
export const recipients = (account: string, host: string) => sql<{ id: string; name: string; email: string; mail: boolean; isHost: boolean }>`
  select u.id, u.name, u.email, coalesce(h.mail, true) as mail, u.id = ${host} as "isHost" from users u left join hosts h on h.account_id = u.account_id and h.user_id = u.id
  where u.account_id = ${account} and u.active and (u.id = ${host} or u.id = any (coalesce((select g.delegates from hosts g where g.account_id = ${account} and g.user_id = ${host}), '{}')))
  order by "isHost" desc`
/** Of a group: how many have come, and how many are still expected. */
export const groupState = (account: string, group: string, except: string) => sql<{ here: number; awaited: number }>`
  select count(*) filter (where arrived_at is not null)::int as here, count(*) filter (where status = 'expected' and arrived_at is null)::int as awaited
  from visits where account_id = ${account} and group_id = ${group} and id <> ${except}`
export const placeOf = (account: string, location: string) => sql<{ account: string; location: string; address: string; zone: string }>`
  select a.name as account, l.name as location, l.address, l.zone from locations l join accounts a on a.id = l.account_id where l.account_id = ${account} and l.id = ${location}`

// By code: what a person with an invitation may see. The code is what finds the account.
export const selectByCode = (code: string) => sql<{ accountId: string; id: string; series: string | null; day: string; visitLocation: string; name: string; company: string; email: string | null; phone: string | null; fields: Record<string, string>; status: VisitStatus; expectedAt: string | null; leavingAt: string | null; host: string | null; location: string; address: string; zone: string; account: string; asks: { key: string; label: string; required: boolean }[]; code: string }>`
  select v.account_id as "accountId", v.id, v.series_id as series, v.day, v.location_id as "visitLocation", v.name, v.company, v.email, v.phone, v.fields, v.status, v.expected_at as "expectedAt", v.leaving_at as "leavingAt",
    (select u.name from users u where u.account_id = v.account_id and u.id = v.host_id) as host, l.name as location, l.address, l.zone, a.name as account,
    coalesce((select t.fields from visitor_types t where t.account_id = v.account_id and t.id = v.visitor_type_id), '[]') as asks, v.code
  from visits v join locations l on l.account_id = v.account_id and l.id = v.location_id join accounts a on a.id = v.account_id
  where (v.account_id, v.id) = (${byCode(code)} and v.erased_at is null and v.day >= current_date - 2 ${nearestFirst})`

// By themselves
/** Whose location's hour of checking out has passed since they were last seen. */
export const overstayed = (now: string, limit: number) => sql<{ account: string; id: string; location: string; at: string }>`
  select v.account_id as account, v.id, v.location_id as location, e.at from locations l
  join visits v on v.account_id = l.account_id and v.location_id = l.id and v.status = 'checked_in'
  cross join lateral (select (((coalesce(v.confirmed_at, v.arrived_at) at time zone l.zone)::date + l.checks_out_at::time) at time zone l.zone) as first) f
  cross join lateral (select case when f.first > coalesce(v.confirmed_at, v.arrived_at) then f.first else f.first + interval '1 day' end as at) e
  where e.at <= ${now}::timestamptz order by v.account_id, v.id limit ${limit}`
/** Whose day has passed. A kiosk that was cut off may still bring the arrival: then it counts. */
export const missed = (now: string, limit: number) => sql<{ account: string; id: string; location: string }>`
  select v.account_id as account, v.id, v.location_id as location from locations l
  join visits v on v.account_id = l.account_id and v.location_id = l.id and v.status in ('expected', 'waiting') and v.day < (${now}::timestamptz at time zone l.zone)::date
  order by v.account_id, v.id limit ${limit}`
export const toForget = (now: string, limit: number) => sql<{ account: string; id: string; location: string }>`
  select v.account_id as account, v.id, v.location_id as location from locations l
  join visits v on v.account_id = l.account_id and v.location_id = l.id and v.erased_at is null and v.status <> 'checked_in' and v.day < (${now}::timestamptz at time zone l.zone)::date - l.retention_days
  order by v.account_id, v.id limit ${limit}`
/** Nobody can be expected, or wait at the door, who is not known: what was still to come is cancelled. */
export const eraseVisits = (account: string, ids: readonly string[], offset: number) => sql`
  update visits set name = '–', company = '', email = null, phone = null, fields = '{}', note = '', reason = null, remember = false, erased_at = coalesce(erased_at, now()), head = ${offset},
    status = case when status in ('expected', 'waiting') then 'cancelled' else status end
  where account_id = ${account} and id = any (${ids}::uuid[])`
export const eraseImages = (account: string, ids: readonly string[]) => sql`delete from visit_images where account_id = ${account} and visit_id = any (${ids}::uuid[])`
export const eraseOperations = (account: string, ids: readonly string[]) => sql`update kiosk_operations set raw = null where account_id = ${account} and visit_id = any (${ids}::uuid[])`
/** What mails about them hang on. Locked first: what is being written to them now is there, or not, before their mails are looked for. */
export const selectMailed = (account: string, ids: readonly string[]) => sql<{ id: string; email: string | null; arrivedAt: string | null }>`
  select id, email, arrived_at as "arrivedAt" from visits where account_id = ${account} and id = any (${ids}::uuid[]) order by id for update`
export const selectUserIds = (account: string) => sql<{ id: string }>`select id from users where account_id = ${account}`

// The watchlist
export const selectWatched = (account: string) => sql<Watched & { keys: string[] }>`select id, name, email, phone, action, reason, keys from watchlist where account_id = ${account} order by lower(coalesce(name, email, phone)), id`
export const upsertWatched = (account: string, w: Watched & { keys: readonly string[] }) => sql`
  insert into watchlist (account_id, id, name, email, phone, action, reason, keys) values (${account}, ${w.id}, ${w.name}, ${w.email}, ${w.phone}, ${w.action}, ${w.reason}, ${w.keys}::text[])
  on conflict (account_id, id) do update set name = excluded.name, email = excluded.email, phone = excluded.phone, action = excluded.action, reason = excluded.reason, keys = excluded.keys`
export const deleteWatched = (account: string, id: string) => sql`delete from watchlist where account_id = ${account} and id = ${id}`
/** Who is to be stopped comes first. */
export const watchedBy = (account: string, keys: readonly string[]) => sql<Watched>`select id, name, email, phone, action, reason from watchlist where account_id = ${account} and keys && ${keys}::text[] order by action = 'block' desc, id limit 20`
