import { sql } from '#server/db/sql.ts'

export const nameOfUser = (account: string, user: string) => sql<{ name: string }>`select name from users where account_id = ${account} and id = ${user}`
/** Of all accounts: whoever runs the house looks after all of its kiosks, and knows whether something waits for a person. */
export const houseFigures = (silenceMs: number) => sql<{ paired: number; unsent: number; oldestUnsentMs: number; silent: number; setAside: number }>`
  select count(*)::int as paired, coalesce(sum(unsent), 0)::int as unsent, coalesce(max(oldest_unsent_ms), 0)::float8 as "oldestUnsentMs", (count(*) filter (where seen_at < now() - make_interval(secs => ${silenceMs / 1000})))::int as silent,
    (select count(*) from kept_refusals where state = 'open')::int as "setAside"
  from kiosks where token_hash is not null`
export const canaryAt = (account: string, topic: string, offset: number) => sql<{ id: string }>`select id from journal where account_id = ${account} and topic = ${topic} and "offset" = ${offset}`
