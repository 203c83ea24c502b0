import { sql } from '#server/db/sql.ts'

export interface BadgeOf { name: string; company: string; day: string; code: string; host: string | null; account: string; mediaType: string | null; photo: Buffer | null; isErased: boolean }
export const selectBadge = (account: string, visit: string) => sql<BadgeOf>`
  select v.name, v.company, v.day, v.code, u.name as host, a.name as account, i.media_type as "mediaType", i.bytes as photo, v.erased_at is not null as "isErased"
  from visits v join accounts a on a.id = v.account_id left join users u on u.account_id = v.account_id and u.id = v.host_id
  left join visit_images i on i.account_id = v.account_id and i.visit_id = v.id and i.kind = 'photo'
  where v.account_id = ${account} and v.id = ${visit}`
