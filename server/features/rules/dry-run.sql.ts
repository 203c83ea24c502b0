import { sql } from '#server/db/sql.ts'
import type { Happened } from './match.ts'

type Row = Omit<Happened, 'account'>
const columns = sql`j.topic, j."offset", j.id, j.type, j.actor, j.at, j.body`

/** The newest of the conversations that were active since, each from its end. */
export const selectOfConversations = (account: string, since: string, types: readonly string[], limit: number) => sql<Row>`
  select ${columns} from (
    select id from conversations where account_id = ${account} and last_at > ${since}::timestamptz order by last_at desc, id desc limit 2000
  ) c cross join lateral (
    select * from journal where account_id = ${account} and topic = 'conversation:' || c.id and type = any (${types}::text[]) and at > ${since}::timestamptz order by "offset" desc limit 300
  ) j order by j.at desc, j."offset" desc limit ${limit}`
/** Of all locations, from the end of each topic. `kind`: `visits` or `bookings`. */
export const selectOfLocations = (account: string, kind: 'visits' | 'bookings', since: string, types: readonly string[], limit: number) => sql<Row>`
  select ${columns} from locations l cross join lateral (
    select * from (select * from journal where account_id = ${account} and topic = ${`${kind}:`} || l.id order by "offset" desc limit ${limit}) n
    where n.at > ${since}::timestamptz and n.type = any (${types}::text[])
  ) j where l.account_id = ${account} order by j.at desc, j."offset" desc limit ${limit}`
