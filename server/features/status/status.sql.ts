import { sql } from '#server/db/sql.ts'

export interface Touched { account: string; after: string; before: string }
/** Open ones in which something happened after `after`, among those that there were by `before`. */
export const touched = ({ account, after, before }: Touched) => sql<{ id: string }>`
  select id from conversations where account_id = ${account} and status = 'open' and last_at >= ${after} and opened_at <= ${before} order by last_at desc limit 50000`
export const countTouched = ({ account, after, before }: Touched) => sql<{ n: number }>`
  select count(*)::int as n from conversations where account_id = ${account} and status = 'open' and last_at >= ${after} and opened_at <= ${before}`
