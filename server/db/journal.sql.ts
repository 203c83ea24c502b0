import type { Known, NewRow } from '#server/kernel/sequencer.ts'
import type { Row } from '#server/kernel/entry-row.ts'
import type { ArrayWriter } from './binary-arrays.ts'
import { sql, type Sql } from './sql.ts'

type Clashed = Sql<{ account_id: string; topic: string }>
interface Place { readonly writer: number; readonly firstN: number; readonly epoch: string }
/** One statement for a batch. Arrays, not VALUES: the text stays the same, so PostgreSQL plans it once. Bodies travel as text: a `jsonb[]` is parsed no quicker. */
export const append = (arrays: ArrayWriter, rows: readonly NewRow[], place: Place): Clashed => appendAt(arrays, rows, sql`${rows[0]!.at}::timestamptz`, place)
/** The same with a time for each row: some were kept in the spool. */
export const appendKept = (arrays: ArrayWriter, rows: readonly NewRow[], place: Place): Clashed => appendAt(arrays, rows, sql`${rows.map((r) => r.at)}::timestamptz[]`, place)

function appendAt(arrays: ArrayWriter, rows: readonly NewRow[], at: Sql, { writer, firstN, epoch }: Place): Clashed {
  arrays.begin()
  return sql`
    select account_id, topic from journal_append(
      ${arrays.uuids(rows, (r) => r.account)}::uuid[], ${arrays.texts(rows, (r) => r.topic)}::text[], ${arrays.bigints(rows, (r) => r.offset)}::bigint[], ${arrays.uuids(rows, (r) => r.id)}::uuid[],
      ${arrays.texts(rows, (r) => r.type)}::text[], ${arrays.texts(rows, (r) => r.actor)}::text[], ${at}, ${arrays.texts(rows, (r) => r.body)}::text[],
      ${arrays.uuids(rows, (r) => r.digest)}::uuid[], ${writer}, ${firstN}, ${epoch}::uuid)`
}

/** Heads in the order of the keys, each with the journal's epoch. */
export const heads = (keys: readonly { account: string; topic: string }[]): Sql<{ head: number; epoch: string }> => sql`
  select coalesce((select max(j."offset") from journal j where j.account_id = k.account_id and j.topic = k.topic), 0) as head, (select h.epoch from history h) as epoch
  from unnest(${keys.map((k) => k.account)}::uuid[], ${keys.map((k) => k.topic)}::text[]) with ordinality as k (account_id, topic, ord) order by ord`

export const find = (ids: readonly { account: string; id: string }[]): Sql<Known> => sql`
  select j.account_id as account, j.id, j.topic, j."offset", j.at, j.actor, replace(j.digest::text, '-', '') as digest
  from unnest(${ids.map((i) => i.account)}::uuid[], ${ids.map((i) => i.id)}::uuid[]) as k (account_id, id)
  join journal j on j.account_id = k.account_id and j.id = k.id`

const columns = sql`j.account_id as account, j.topic, j."offset", j.id, j.type, j.actor, j.at, j.body::text as body`

/** A row of a range; a request whose range is empty has one without `id`. */
type Ranged = { ord: number; head: number; epoch: string } & (Row | { id: null })
/**
 * For many topics at once: the rows after an offset, or (after = null) the newest; and each topic's head. `ord` tells the request.
 * One statement, so that rows, head and epoch are of one moment, and a storm of resumes costs one.
 */
export const ranges = (requests: readonly { account: string; topic: string; after: number | null; limit: number }[]): Sql<Ranged> => sql`
  select k.ord, coalesce(t.head, 0) as head, h.epoch, ${columns} from history h cross join unnest(${requests.map((r) => r.account)}::uuid[], ${requests.map((r) => r.topic)}::text[], ${requests.map((r) => r.after)}::bigint[], ${requests.map((r) => r.limit)}::int[])
    with ordinality as k (account_id, topic, after_offset, max_rows, ord)
  cross join lateral (select max(m."offset") as head from journal m where m.account_id = k.account_id and m.topic = k.topic) t
  left join lateral (
    (select * from journal f where k.after_offset is not null and f.account_id = k.account_id and f.topic = k.topic and f."offset" > k.after_offset order by f."offset" limit k.max_rows)
    union all
    (select * from journal b where k.after_offset is null and b.account_id = k.account_id and b.topic = k.topic order by b."offset" desc limit k.max_rows)
  ) j on true order by k.ord, j."offset"`

export const after = (account: string, topic: string, offset: number, limit: number): Sql<Row> => sql`
  select ${columns} from journal j where j.account_id = ${account} and j.topic = ${topic} and j."offset" > ${offset} order by j."offset" limit ${limit}`

export const before = (account: string, topic: string, offset: number, limit: number): Sql<Row> => sql`
  select * from (
    select ${columns} from journal j where j.account_id = ${account} and j.topic = ${topic} and j."offset" < ${offset} order by j."offset" desc limit ${limit}
  ) j order by j."offset"`

export const epoch = (): Sql<{ epoch: string }> => sql`select epoch from history`
/** A new history: whoever knew the old one starts afresh. Only one of many that notice makes it. */
export const newEpoch = (old: string): Sql => sql`update history set epoch = gen_random_uuid(), started_at = now() where epoch = ${old}`
export const committed = (writer: number, n: number): Sql<{ n: number }> => sql`select n from journal where writer = ${writer} and n = ${n}`
export const newWriter = (node: string): Sql<{ id: number }> => sql`insert into writers (node) values (${node}) returning id`

/** Redaction: the body is gone, id and offset stay. */
export const redact = (account: string, ids: readonly string[]): Sql<{ topic: string; offset: number; body: string | null }> => sql`
  with old as (select topic, "offset", body from journal where account_id = ${account} and id = any(${ids}::uuid[]) for update)
  update journal j set body = null, digest = null from old
  where j.account_id = ${account} and j.topic = old.topic and j."offset" = old."offset" returning j.topic, j."offset", old.body::text as body`
