/** Of visits that repeat. What one visit is, visits.sql.ts says. */
import type { VisitSeries } from '#contract/visit-series.ts'
import { none, sql } from '#server/db/sql.ts'
import type { Change } from './visits.sql.ts'

export const columns = sql`s.id, s.location_id as location, s.visitor_type_id as "visitorType", s.host_id as host, s.name, s.company, s.email, s.phone, s.language, s.fields, s.note, s.rule, s.starts_at as "startsAt",
  s.leaves_at as "leavesAt", s.except_days as except, s.ends_on as "endsOn", s.filled_to as "filledTo", s.group_id as group, s.code, s.erased_at is not null as "isErased"`
export const selectSeries = (account: string, id: string) => sql<VisitSeries>`select ${columns} from visit_series s where s.account_id = ${account} and s.id = ${id}`
export const selectSeriesForUpdate = (account: string, id: string) => sql<VisitSeries & { zone: string }>`
  select ${columns}, l.zone from visit_series s join locations l on l.account_id = s.account_id and l.id = s.location_id where s.account_id = ${account} and s.id = ${id} for update of s`

/** No row when the id is taken. A type or host of another account is left out, as with a visit. */
export const insertSeries = (account: string, s: Omit<VisitSeries, 'isErased'> & { flags: readonly string[] }) => sql<{ id: string }>`
  insert into visit_series (account_id, id, location_id, visitor_type_id, host_id, name, company, email, phone, language, fields, note, rule, starts_at, leaves_at, except_days, ends_on, filled_to, group_id, code, flags)
  select ${account}, ${s.id}, l.id, (select t.id from visitor_types t where t.account_id = ${account} and t.id = ${s.visitorType}::uuid), (select u.id from users u where u.account_id = ${account} and u.id = ${s.host}::uuid),
    ${s.name}, ${s.company}, ${s.email}, ${s.phone}, ${s.language}, ${JSON.stringify(s.fields)}::jsonb, ${s.note}, ${s.rule}, ${s.startsAt}, ${s.leavesAt}, ${s.except}::date[], ${s.endsOn}::date, ${s.filledTo}::date,
    ${s.group}::uuid, ${s.code}, ${s.flags}::text[]
  from locations l where l.account_id = ${account} and l.id = ${s.location} on conflict (account_id, id) do nothing returning id`

export interface Occurrence { id: string; day: string; at: string; leavingAt: string | null; group: string | null }
/** All in one statement. Those that are there, in whatever state, stay as they are. */
export const insertOccurrences = (account: string, series: string, all: readonly Occurrence[], offset: number) => sql`
  insert into visits (account_id, id, location_id, visitor_type_id, day, status, name, company, email, phone, language, fields, host_id, note, expected_at, leaving_at, group_id, series_id, series_day, code, flags, head)
  select s.account_id, o.id, s.location_id, s.visitor_type_id, o.day, 'expected', s.name, s.company, s.email, s.phone, s.language, s.fields, s.host_id, s.note, o.at, o.leaving_at, o.group_id, s.id, o.day, s.code, s.flags, ${offset}
  from visit_series s, unnest(${all.map((o) => o.id)}::uuid[], ${all.map((o) => o.day)}::date[], ${all.map((o) => o.at)}::timestamptz[], ${all.map((o) => o.leavingAt)}::timestamptz[], ${all.map((o) => o.group)}::uuid[])
    as o (id, day, at, leaving_at, group_id)
  where s.account_id = ${account} and s.id = ${series} on conflict (account_id, id) do nothing`

const coming = (account: string, series: string, from: string) => sql`v.account_id = ${account} and v.series_id = ${series} and v.day >= ${from} and v.status = 'expected' and v.erased_at is null`
/** What is still as the series says follows it; what was changed on one visit stays. Runs before the series itself is changed. */
export const changeComing = (account: string, series: string, from: string, to: Change, offset: number) => sql`
  update visits v set head = ${offset}
  ${to.visitorType === undefined ? none : sql`, visitor_type_id = case when v.visitor_type_id is not distinct from s.visitor_type_id then ${to.visitorType}::uuid else v.visitor_type_id end`}
  ${to.host === undefined ? none : sql`, host_id = case when v.host_id is not distinct from s.host_id then ${to.host}::uuid else v.host_id end`}
  ${to.name === undefined ? none : sql`, name = case when v.name = s.name then ${to.name} else v.name end`} ${to.company === undefined ? none : sql`, company = case when v.company = s.company then ${to.company} else v.company end`}
  ${to.email === undefined ? none : sql`, email = case when v.email is not distinct from s.email then ${to.email} else v.email end`}
  ${to.phone === undefined ? none : sql`, phone = case when v.phone is not distinct from s.phone then ${to.phone} else v.phone end`}
  ${to.language === undefined ? none : sql`, language = case when v.language = s.language then ${to.language} else v.language end`} ${to.note === undefined ? none : sql`, note = case when v.note = s.note then ${to.note} else v.note end`}
  ${to.fields === undefined ? none : sql`, fields = v.fields || ${JSON.stringify(to.fields)}::jsonb`}
  from visit_series s where s.account_id = v.account_id and s.id = v.series_id and ${coming(account, series, from)}`
export const updateSeries = (account: string, id: string, to: Change & { rule?: string; startsAt?: string; leavesAt?: string | null; endsOn?: string | null; filledTo?: string }) => sql`
  update visit_series set id = id
  ${to.visitorType === undefined ? none : sql`, visitor_type_id = ${to.visitorType}`} ${to.host === undefined ? none : sql`, host_id = ${to.host}`} ${to.name === undefined ? none : sql`, name = ${to.name}`}
  ${to.company === undefined ? none : sql`, company = ${to.company}`} ${to.email === undefined ? none : sql`, email = ${to.email}`} ${to.phone === undefined ? none : sql`, phone = ${to.phone}`}
  ${to.language === undefined ? none : sql`, language = ${to.language}`} ${to.note === undefined ? none : sql`, note = ${to.note}`} ${to.fields === undefined ? none : sql`, fields = fields || ${JSON.stringify(to.fields)}::jsonb`}
  ${to.rule === undefined ? none : sql`, rule = ${to.rule}`} ${to.startsAt === undefined ? none : sql`, starts_at = ${to.startsAt}`} ${to.leavesAt === undefined ? none : sql`, leaves_at = ${to.leavesAt}`}
  ${to.endsOn === undefined ? none : sql`, ends_on = ${to.endsOn}::date`} ${to.filledTo === undefined ? none : sql`, filled_to = ${to.filledTo}::date`}
  where account_id = ${account} and id = ${id}`
export const selectComing = (account: string, series: string, from: string) => sql<{ id: string; seriesDay: string; expectedAt: string }>`
  select v.id, v.series_day as "seriesDay", v.expected_at as "expectedAt" from visits v where ${coming(account, series, from)}`
export const moveComing = (account: string, to: readonly Pick<Occurrence, 'id' | 'at' | 'leavingAt'>[], offset: number) => sql`
  update visits v set expected_at = o.at, leaving_at = o.leaving_at, head = ${offset}
  from unnest(${to.map((o) => o.id)}::uuid[], ${to.map((o) => o.at)}::timestamptz[], ${to.map((o) => o.leavingAt)}::timestamptz[]) as o (id, at, leaving_at) where v.account_id = ${account} and v.id = o.id`
/** @param except ids that are still meant */
export const cancelComing = (account: string, series: string, from: string, except: readonly string[], offset: number) => sql`
  update visits v set status = 'cancelled', head = ${offset} where ${coming(account, series, from)} and v.id <> all (${except}::uuid[])`

// By themselves
export const toExtend = (filledTo: string, limit: number) => sql<{ account: string; id: string; location: string }>`
  select account_id as account, id, location_id as location from visit_series where erased_at is null and filled_to < ${filledTo}::date and (ends_on is null or ends_on > filled_to) order by filled_to, id limit ${limit}`
/** Series that are over, of which the last visit has been forgotten. */
export const forgetEnded = (now: string) => sql`
  update visit_series s set ${erased} from locations l where l.account_id = s.account_id and l.id = s.location_id and s.erased_at is null and s.ends_on < (${now}::timestamptz at time zone l.zone)::date - l.retention_days
    and not exists (select from visits v where v.account_id = s.account_id and v.series_id = s.id and v.erased_at is null)`
const erased = sql`name = '–', company = '', email = null, phone = null, fields = '{}', note = '', erased_at = now()`
export const eraseSeries = (account: string, ids: readonly string[]) => sql`update visit_series s set ${erased} where s.account_id = ${account} and s.id = any (${ids}::uuid[]) and s.erased_at is null`
export const emailsOfSeries = (account: string, ids: readonly string[]) => sql<{ email: string | null }>`select distinct email from visit_series where account_id = ${account} and id = any (${ids}::uuid[])`
