import type { Channel, ChannelHealth, OpenHours } from '#contract/channels.ts'
import { sql } from '#server/db/sql.ts'

export interface ChannelRow extends Omit<Channel, 'hasSecret' | 'webhooks' | 'health'> { account: string; credentials: string | null; health: ChannelHealth | null; isHeld: boolean }
const columns = sql`c.account_id as account, c.id, c.name, c.kind, c.inbox_id as inbox, c.numbers, c.settings, c.credentials, c.rate_per_second::float8 as "ratePerSecond", c.languages, c.zone, c.hours,
  c.automatic_answer as "automaticAnswer", c.active, c.health, coalesce(c.held_until > now(), false) as "isHeld",
  (select count(*)::int from outbound_messages m where m.account_id = c.account_id and m.channel_id = c.id and m.state = 'waiting') as waiting`
export const selectChannels = (account: string) => sql<ChannelRow>`select ${columns} from channels c where c.account_id = ${account} order by lower(c.name), c.id`
export const selectChannel = (account: string, id: string) => sql<ChannelRow>`select ${columns} from channels c where c.account_id = ${account} and c.id = ${id}`
/** A carrier's webhook names only the channel. */
export const selectChannelOfAnybody = (id: string) => sql<ChannelRow>`select ${columns} from channels c where c.id = ${id} and c.active`
export const selectActive = () => sql<ChannelRow>`select ${columns} from channels c where c.active`

export interface ChannelChange {
  id: string; kind: Channel['kind']; settings: Channel['settings']; name: string; inbox: string; numbers: readonly string[]; credentials: string | null
  ratePerSecond: number | null; languages: readonly string[] | null; zone: string | null; hours: readonly (OpenHours | null)[] | null; hasHours: boolean; automaticAnswer: string | null; active: boolean | null
}
/** Null = as it was, or the column's default when the channel is new. No row when its kind would change, or kept credentials would be shown to another host or under another name. */
export const upsertChannel = (account: string, to: ChannelChange) => sql<{ id: string }>`
  insert into channels as c (account_id, id, name, kind, inbox_id, numbers, settings, credentials, rate_per_second, languages, zone, hours, automatic_answer, active)
  values (${account}, ${to.id}, ${to.name}, ${to.kind}, ${to.inbox}, ${to.numbers}, ${JSON.stringify(to.settings)}::jsonb, ${to.credentials}, coalesce(${to.ratePerSecond}::real, 1),
    coalesce(${to.languages}::text[], '{en}'), coalesce(${to.zone}, 'UTC'), ${to.hours && JSON.stringify(to.hours)}::jsonb, coalesce(${to.automaticAnswer}, ''), coalesce(${to.active}::boolean, true))
  on conflict (account_id, id) do update set name = excluded.name, inbox_id = excluded.inbox_id, numbers = excluded.numbers, settings = excluded.settings,
    credentials = coalesce(${to.credentials}, c.credentials), rate_per_second = coalesce(${to.ratePerSecond}::real, c.rate_per_second), languages = coalesce(${to.languages}::text[], c.languages),
    zone = coalesce(${to.zone}, c.zone), hours = case when ${to.hasHours} then excluded.hours else c.hours end, automatic_answer = coalesce(${to.automaticAnswer}, c.automatic_answer),
    active = coalesce(${to.active}::boolean, c.active)
  where c.kind = excluded.kind and (${to.credentials}::text is not null or c.credentials is null or c.settings - 'systemType' = excluded.settings - 'systemType')
  returning c.id`
export const setCredentials = (account: string, id: string, credentials: string) => sql`update channels set credentials = ${credentials} where account_id = ${account} and id = ${id}`

/** One node at a time speaks for a channel; nobody else hands anything over before this is over. */
export const hold = (account: string, id: string, node: string, leaseMs: number) => sql`
  update channels set held_by = ${node}, held_until = now() + make_interval(secs => ${leaseMs}::double precision / 1000)
  where account_id = ${account} and id = ${id} and active and (held_by = ${node} or held_by is null or held_until < now())`
export const release = (account: string, id: string, node: string) => sql`update channels set held_by = null, held_until = null where account_id = ${account} and id = ${id} and held_by = ${node}`
export const setHealth = (account: string, id: string, health: ChannelHealth) => sql`update channels set health = ${JSON.stringify(health)}::jsonb where account_id = ${account} and id = ${id}`
export const accountName = (account: string) => sql<{ name: string }>`select name from accounts where id = ${account}`
