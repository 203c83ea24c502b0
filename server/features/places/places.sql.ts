import type { Host, Location, VisitorType } from '#contract/places.ts'
import { sql } from '#server/db/sql.ts'

const columns = sql`l.id, l.name, l.address, l.zone, l.languages, l.opens_at as "opensAt", l.closes_at as "closesAt", l.walk_ins as "walkIns",
  l.checks_out_at as "checksOutAt", l.retention_days as "retentionDays"`
export const selectLocations = (account: string) => sql<Location>`select ${columns} from locations l where l.account_id = ${account} order by lower(l.name), l.id`
export const selectLocation = (account: string, id: string) => sql<Location & { salt: string }>`select ${columns}, l.salt from locations l where l.account_id = ${account} and l.id = ${id}`

/** Null = as it was, or the column's default when the location is new. */
export type LocationChange = { [K in keyof Omit<Location, 'id' | 'name'>]: Location[K] | null } & Pick<Location, 'id' | 'name'>
export const upsertLocation = (account: string, to: LocationChange) => sql<Location>`
  insert into locations as l (account_id, id, name, address, zone, languages, opens_at, closes_at, walk_ins, checks_out_at, retention_days)
  values (${account}, ${to.id}, ${to.name}, coalesce(${to.address}, ''), coalesce(${to.zone}, 'UTC'), coalesce(${to.languages}::text[], '{en,de,fr,es,zh,ar}'), coalesce(${to.opensAt}, '08:00'),
    coalesce(${to.closesAt}, '18:00'), coalesce(${to.walkIns}, 'approve'), coalesce(${to.checksOutAt}, '23:00'), coalesce(${to.retentionDays}::integer, 90))
  on conflict (account_id, id) do update set name = excluded.name, address = coalesce(${to.address}, l.address), zone = coalesce(${to.zone}, l.zone),
    languages = coalesce(${to.languages}::text[], l.languages), opens_at = coalesce(${to.opensAt}, l.opens_at), closes_at = coalesce(${to.closesAt}, l.closes_at),
    walk_ins = coalesce(${to.walkIns}, l.walk_ins), checks_out_at = coalesce(${to.checksOutAt}, l.checks_out_at), retention_days = coalesce(${to.retentionDays}::integer, l.retention_days)
  returning ${columns}`

const typeColumns = sql`t.id, t.location_id as location, t.name, t.fields, t.photo, t.badge, t.active,
  (select json_build_object('version', d.version, 'title', d.title, 'text', d.text) from documents d
    where d.account_id = t.account_id and d.visitor_type_id = t.id and d.version = t.document_version) as document`
export const selectVisitorTypes = (account: string, location?: string) => sql<VisitorType>`
  select ${typeColumns} from visitor_types t where t.account_id = ${account} and (${location ?? null}::uuid is null or t.location_id = ${location ?? null}) order by lower(t.name), t.id`
export const selectVisitorType = (account: string, id: string) => sql<VisitorType>`select ${typeColumns} from visitor_types t where t.account_id = ${account} and t.id = ${id}`

export type TypeChange = Pick<VisitorType, 'id' | 'location' | 'name'> & { fields: VisitorType['fields'] | null; photo: boolean | null; badge: boolean | null; active: boolean | null }
export const upsertVisitorType = (account: string, to: TypeChange) => sql`
  insert into visitor_types as t (account_id, id, location_id, name, fields, photo, badge, active)
  values (${account}, ${to.id}, ${to.location}, ${to.name}, coalesce(${to.fields && JSON.stringify(to.fields)}::jsonb, '[]'), coalesce(${to.photo}::boolean, false), coalesce(${to.badge}::boolean, true), coalesce(${to.active}::boolean, true))
  on conflict (account_id, id) do update set name = excluded.name, location_id = excluded.location_id, fields = coalesce(${to.fields && JSON.stringify(to.fields)}::jsonb, t.fields),
    photo = coalesce(${to.photo}::boolean, t.photo), badge = coalesce(${to.badge}::boolean, t.badge), active = coalesce(${to.active}::boolean, t.active)`
/** The next version, unless the newest says the same. */
export const insertDocument = (account: string, type: string, { title, text }: { title: string; text: string }) => sql`
  insert into documents (account_id, visitor_type_id, version, title, text)
  select ${account}, ${type}, coalesce(max(d.version), 0) + 1, ${title}, ${text} from documents d where d.account_id = ${account} and d.visitor_type_id = ${type}
  having not coalesce(bool_or(d.title = ${title} and d.text = ${text}) filter (where d.version = (select max(n.version) from documents n where n.account_id = ${account} and n.visitor_type_id = ${type})), false)`
export const useDocument = (account: string, type: string, isUsed: boolean) => sql`
  update visitor_types set document_version = case when ${isUsed} then (select max(d.version) from documents d where d.account_id = ${account} and d.visitor_type_id = ${type}) end
  where account_id = ${account} and id = ${type}`

const hostColumns = sql`u.id, u.name, u.email, coalesce(h.mail, true) as mail, coalesce(h.delegates, '{}') as delegates`
export const selectHosts = (account: string) => sql<Host>`
  select ${hostColumns} from users u left join hosts h on h.account_id = u.account_id and h.user_id = u.id where u.account_id = ${account} and u.active order by lower(u.name), u.id`
export const upsertHost = (account: string, id: string, { mail, delegates }: { mail: boolean; delegates: readonly string[] }) => sql`
  insert into hosts (account_id, user_id, mail, delegates)
  select ${account}, u.id, ${mail}, coalesce((select array_agg(d.id) from users d where d.account_id = ${account} and d.id = any (${delegates}::uuid[]) and d.id <> u.id), '{}')
  from users u where u.account_id = ${account} and u.id = ${id}
  on conflict (account_id, user_id) do update set mail = excluded.mail, delegates = excluded.delegates`
export const selectHost = (account: string, id: string) => sql<Host>`
  select ${hostColumns} from users u left join hosts h on h.account_id = u.account_id and h.user_id = u.id where u.account_id = ${account} and u.id = ${id}`
