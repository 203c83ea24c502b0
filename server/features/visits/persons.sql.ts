import type { VisitSeries } from '#contract/visit-series.ts'
import type { Visit } from '#contract/visits.ts'
import { anywhere, sql, type Sql } from '#server/db/sql.ts'
import { columns as seriesColumns } from './series.sql.ts'
import { columns } from './visits.sql.ts'

export interface By { email?: string; phone?: string; name?: string }
const lastDigits = (phone: string): string => phone.replace(/\D/g, '').slice(-9)

/** Exact; `like` only lets the index of the search find it. */
const isPerson = ({ email, phone, name }: By): Sql => {
  if (phone !== undefined) return sql`right(regexp_replace(p.phone, '\\D', '', 'g'), 9) = ${lastDigits(phone)}`
  const text = (email ?? name ?? '').trim().toLowerCase()
  return sql`lower(p.name || ' ' || p.company || ' ' || coalesce(p.email, '')) like ${anywhere(text)} and ${email === undefined ? sql`lower(p.name)` : sql`lower(p.email)`} = ${text}`
}
export const visitsOfPerson = (account: string, by: By, limit: number) => sql<Visit>`
  select ${columns} from visits v where v.account_id = ${account} and v.id in (select p.id from visits p where p.account_id = ${account} and p.erased_at is null and ${isPerson(by)} order by p.day desc, p.id desc limit ${limit})
  order by v.day desc, v.id desc`
export const seriesOfPerson = (account: string, by: By, limit: number) => sql<VisitSeries>`
  select ${seriesColumns} from visit_series s where s.account_id = ${account} and s.id in (select p.id from visit_series p where p.account_id = ${account} and p.erased_at is null and ${isPerson(by)}) order by s.id desc limit ${limit}`

export const imagesOf = (account: string, visits: readonly string[]) => sql<{ visit: string; kind: string; mediaType: string; bytes: Buffer }>`
  select visit_id as visit, kind, media_type as "mediaType", bytes from visit_images where account_id = ${account} and visit_id = any (${visits}::uuid[]) order by kind`
export const namesOf = (account: string, visits: readonly string[]) => sql<{ id: string; location: string; host: string | null; visitorType: string | null; title: string | null; text: string | null }>`
  select v.id, l.name as location, u.name as host, t.name as "visitorType", d.title, d.text from visits v join locations l on l.account_id = v.account_id and l.id = v.location_id
  left join users u on u.account_id = v.account_id and u.id = v.host_id left join visitor_types t on t.account_id = v.account_id and t.id = v.visitor_type_id
  left join documents d on d.account_id = v.account_id and d.visitor_type_id = v.visitor_type_id and d.version = v.signed_version where v.account_id = ${account} and v.id = any (${visits}::uuid[])`

/** By location: what of these is there. */
export const placesOf = (account: string, visits: readonly string[], series: readonly string[]) => sql<{ location: string; visits: string[]; series: string[] }>`
  select location_id as location, coalesce(array_agg(id order by id) filter (where kind = 'v'), '{}') as visits, coalesce(array_agg(id order by id) filter (where kind = 's'), '{}') as series from (
    select location_id, id, 'v' as kind from visits where account_id = ${account} and id = any (${visits}::uuid[])
    union all select location_id, id, 's' from visit_series where account_id = ${account} and id = any (${series}::uuid[])) a group by location_id order by location_id`
