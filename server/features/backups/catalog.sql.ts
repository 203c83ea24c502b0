/** What the database says of its own tables: those of Lodge's two schemas, without what extensions brought. */
import type pg from 'pg'
import type { Sequence } from './manifest.ts'

export interface Table { schema: string; name: string; columns: string[]; sizeBytes: number; hasAccount: boolean }

/** `migrations` is left out: a restore makes it by migrating. Generated columns are left out: the database makes them. */
export const selectTables = async (client: pg.Client): Promise<Table[]> => (await client.query<Table>(`
  select n.nspname as schema, c.relname as name, pg_table_size(c.oid) as "sizeBytes",
    (select array_agg(a.attname::text order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
    exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'account_id' and not a.attisdropped) as "hasAccount"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('public', 'auth') and (n.nspname, c.relname) <> ('public', 'migrations')
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  order by 1, 2`)).rows

export const selectSequences = async (client: pg.Client): Promise<Sequence[]> => (await client.query<Sequence>(`
  select schemaname as schema, sequencename as name, coalesce(last_value, start_value) as "lastValue", last_value is not null as "isCalled"
  from pg_sequences where schemaname in ('public', 'auth') order by 1, 2`)).rows

export interface Rebuilt { drop: string; create: string }
const constraintsOf = async (client: pg.Client, kinds: string): Promise<Rebuilt[]> => (await client.query<Rebuilt>(`
  select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
    format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as create
  from pg_constraint where contype = any($1::text::"char"[]) and conparentid = 0 and connamespace::regnamespace::text in ('public', 'auth') order by 1`, [kinds])).rows
/**
 * What is taken off while rows come in, in this order, and put on again afterwards in the other: foreign keys, because tables come
 * in no order and because putting them on proves them; and whatever is an index, because building it once takes half the time.
 */
export const selectRebuilt = async (client: pg.Client): Promise<Rebuilt[]> => [
  ...await constraintsOf(client, '{f}'),
  ...(await client.query<Rebuilt>(`
    select format('drop index %s', i.indexrelid::regclass) as drop, pg_get_indexdef(i.indexrelid) as create
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace::regnamespace::text in ('public', 'auth') and c.relkind = 'i' and not c.relispartition
      and not exists (select from pg_constraint k where k.conindid = i.indexrelid) order by 1`)).rows,
  ...await constraintsOf(client, '{x,u,p}'),
]

export const selectMigrations = async (client: pg.Client): Promise<{ version: number; name: string; sha256: string }[]> =>
  (await client.query<{ version: number; name: string; sha256: string }>('select version, name, sha256 from migrations order by version')).rows
