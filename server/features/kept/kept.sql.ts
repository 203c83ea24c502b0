import type { KeptRefusal } from '#contract/kept.ts'
import { sql } from '#server/db/sql.ts'
import type { HouseCommand } from './house-command.ts'

export const insertRefusal = (c: HouseCommand, code: string, reason: string) => sql`
  insert into kept_refusals (account_id, id, kind, type, topic, actor, kept_at, code, reason, command)
  values (${c.account}, ${c.id}, ${c.kind}, ${c.type}, ${c.lane}, ${c.actor}, ${c.at}, ${code}, ${reason}, ${JSON.stringify(c)}::jsonb)
  on conflict (account_id, id) do nothing`
/** Of many at once: which were set aside before. */
export const wereSetAside = (ids: readonly { account: string; id: string }[]) => sql<{ account: string; id: string }>`
  select r.account_id as account, r.id from unnest(${ids.map((i) => i.account)}::uuid[], ${ids.map((i) => i.id)}::uuid[]) as k (account_id, id)
  join kept_refusals r on r.account_id = k.account_id and r.id = k.id`
export const selectRefusals = (account: string) => sql<KeptRefusal>`
  select id, kind, type, topic, actor, kept_at as "keptAt", refused_at as "refusedAt", code, reason, command->'body'->>'text' as text
  from kept_refusals where account_id = ${account} and state = 'open' order by kept_at, id limit 500`
export const selectRefused = (account: string, id: string) => sql<{ command: HouseCommand }>`
  select command from kept_refusals where account_id = ${account} and id = ${id} and state = 'open' and command is not null`
export const resolveRefusal = (account: string, id: string, state: 'applied' | 'dismissed') => sql`
  update kept_refusals set state = ${state}, command = null where account_id = ${account} and id = ${id} and state = 'open'`
export const noteRefusal = (account: string, id: string, code: string, reason: string) => sql`
  update kept_refusals set code = ${code}, reason = ${reason}, refused_at = now() where account_id = ${account} and id = ${id} and state = 'open'`
/** Of a contact who is erased: what it wrote, and what others wrote to it. */
export const forgetRefusals = (account: string, contact: string, topics: readonly string[]) => sql`
  update kept_refusals set state = 'dismissed', command = null, reason = '' where account_id = ${account} and (actor = ${`contact:${contact}`} or topic = any(${topics}))`
export const probe = (node: string) => sql`insert into write_probes (node) values (${node}) on conflict (node) do update set at = now()`
export const answers = () => sql<{ one: number }>`select 1 as one`
