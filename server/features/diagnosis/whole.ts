/** Is this database whole? Looks at all accounts, changes nothing, and each look ends after a while. */
import type pg from 'pg'
import { known, unfinished } from '#server/db/migrate.ts'
import { ok, bad, warn, type Look } from './finding.ts'

export interface Whole { readonly client: pg.Client; readonly dataFolder: string; /** The second one, `LODGE_SPOOL`. */ readonly spoolFolder?: string | undefined; /** How many attachments are read whole. */ readonly sample: number }

const ours = "('public', 'auth')"
const rowsOf = async <R extends object>({ client }: Pick<Whole, 'client'>, text: string): Promise<R[]> => (await client.query<R>(text)).rows
const some = (lines: readonly string[], most = 5): string => lines.slice(0, most).join('; ') + (lines.length > most ? `; and ${lines.length - most} more` : '')
const fromBackup = 'Restore the newest backup into another database and compare (docs/operations.md, "Damage").'

const schema: Look<Whole> = {
  name: 'schema',
  async run(w) {
    const [there] = await rowsOf<{ isHalf: boolean; hasMigrations: boolean }>(w, `select to_regclass('public.${unfinished}') is not null as "isHalf", to_regclass('public.migrations') is not null as "hasMigrations"`)
    if (there!.isHalf) return bad('schema', 'A restore into this database was broken off.', 'Run "npm run lodge -- restore" again.')
    if (!there!.hasMigrations) return bad('schema', 'This database has no tables of Lodge.', 'Check DATABASE_URL or LODGE_DATA; a first start makes the tables.')
    const applied = await rowsOf<{ version: number; name: string; sha256: string }>(w, 'select version, name, sha256 from migrations order by version')
    const code = await known()
    const differs = applied.filter((m) => code[m.version - 1] && code[m.version - 1]!.sha256 !== m.sha256)
    if (differs.length > 0) return bad('schema', `Applied with another text than the one here: ${some(differs.map((m) => m.name))}.`, 'Put the files back as they were.')
    if (applied.length > code.length) return warn('schema', `The database is newer than this version: it has ${applied.at(-1)!.name}.`, 'Use the version that serves it.')
    if (applied.length < code.length) return warn('schema', `${code.length - applied.length} migrations are still to come.`, 'They come with the next start of this version.')
    return ok('schema', `All ${applied.length} migrations stand as they are here.`)
  },
}
const epoch: Look<Whole> = {
  name: 'epoch',
  async run(w) {
    const found = await rowsOf<{ epoch: string }>(w, 'select epoch from history')
    return found.length === 1 ? ok('epoch', `The history is ${found[0]!.epoch}.`) : bad('epoch', `The table "history" has ${found.length} rows and must have one: nothing can be written.`, `insert into history (epoch) values (gen_random_uuid()); every client then starts afresh.`)
  },
}
const constraints: Look<Whole> = {
  name: 'constraints',
  async run(w) {
    const found = await rowsOf<{ line: string; todo: string }>(w, `select format('%s on %s', conname, conrelid::regclass) as line, format('alter table %s validate constraint %I;', conrelid::regclass, conname) as todo
      from pg_constraint where not convalidated and connamespace::regnamespace::text in ${ours} order by 1`)
    return found.length === 0 ? ok('constraints', 'Every constraint holds for every row.') : bad('constraints', `Not proven for the rows that are there: ${some(found.map((f) => f.line))}.`, found.slice(0, 5).map((f) => f.todo).join(' '))
  },
}
const indexes: Look<Whole> = {
  name: 'indexes',
  async run(w) {
    const found = await rowsOf<{ name: string }>(w, `select i.indexrelid::regclass::text as name from pg_index i join pg_class c on c.oid = i.indexrelid
      where c.relnamespace::regnamespace::text in ${ours} and not (i.indisvalid and i.indisready and i.indislive) order by 1`)
    return found.length === 0 ? ok('indexes', 'Every index is valid.') : bad('indexes', `Invalid: ${some(found.map((f) => f.name))}. Reads do not use it, and a unique one does not guard.`, found.slice(0, 5).map((f) => `reindex index concurrently ${f.name};`).join(' '))
  },
}
const statistics: Look<Whole> = {
  name: 'statistics',
  async run(w) {
    const found = await rowsOf<{ name: string }>(w, `select c.oid::regclass::text as name from pg_class c
      where c.relkind = 'r' and c.relnamespace::regnamespace::text in ${ours} and pg_relation_size(c.oid) > 64 * 1024
        and not exists (select from pg_stats s where s.schemaname = c.relnamespace::regnamespace::text and s.tablename = c.relname) order by pg_relation_size(c.oid) desc`)
    return found.length === 0 ? ok('statistics', 'Every table of some size has statistics.') : warn('statistics', `Without statistics: ${some(found.map((f) => f.name))}. Plans are guesses.`, 'analyze;')
  },
}
const checksums: Look<Whole> = {
  name: 'checksums',
  async run(w) {
    const [found] = await rowsOf<{ on: boolean; failures: number | null; last: string | null }>(w, `select current_setting('data_checksums') = 'on' as on, checksum_failures as failures, checksum_last_failure::text as last from pg_stat_database where datname = current_database()`)
    if ((found?.failures ?? 0) > 0) return bad('checksums', `${found!.failures} pages were read that the disk had changed, the last on ${found!.last}.`, `The disk is failing. Back up now, then move to another disk. ${fromBackup}`)
    return found?.on ? ok('checksums', 'No page was read that the disk had changed.') : warn('checksums', 'This cluster keeps no checksums: what a disk changes goes unnoticed.', 'pg_checksums --enable, while it is stopped.')
  },
}
const journal: Look<Whole> = {
  name: 'journal',
  async run(w) {
    const found = await rowsOf<{ account: string; topic: string; first: number; last: number; n: number }>(w, `select account_id as account, topic, min("offset") as first, max("offset") as last, count(*) as n from journal
      group by account_id, topic having count(*) <> max("offset") - min("offset") + 1 or min("offset") <> 1 order by 1, 2`)
    const holes = found.filter((f) => f.n !== f.last - f.first + 1)
    const late = found.filter((f) => f.n === f.last - f.first + 1)
    return [
      holes.length === 0 ? ok('journal', 'No topic has a hole.') : bad('journal', `Holes: ${some(holes.map((f) => `${f.topic} of account ${f.account} has ${f.n} entries from ${f.first} to ${f.last}`))}.`, `Clients of these topics cannot go past a hole. ${fromBackup}`),
      ...(late.length > 0 ? [warn('journal', `Begins late: ${some(late.map((f) => `${f.topic} at ${f.first}`))}.`, `Nothing removes the beginning of a topic: it is missing. ${fromBackup}`)] : []),
    ]
  },
}
const cursors: Look<Whole> = {
  name: 'cursors',
  async run(w) {
    const found = await rowsOf<{ line: string }>(w, `select format('%s at %s of writer %s, whose last is %s', c.subscriber, c.n, c.writer, coalesce(m.n, 0)) as line
      from cursors c left join lateral (select max(j.n) as n from journal j where j.writer = c.writer) m on true where c.n > coalesce(m.n, 0) order by 1`)
    const ahead = await rowsOf<{ line: string }>(w, `select format('conversation %s at %s, its topic ends at %s', c.id, c.folded_offset, coalesce(m.o, 0)) as line
      from conversations c left join lateral (select max(j."offset") as o from journal j where j.account_id = c.account_id and j.topic = 'conversation:' || c.id) m on true
      where c.folded_offset > coalesce(m.o, 0) order by 1 limit 100`)
    const lines = [...found, ...ahead].map((f) => f.line)
    return lines.length === 0 ? ok('cursors', 'Nobody who follows the journal is ahead of it.') : bad('cursors', `Ahead of the journal: ${some(lines)}. The newest entries are gone: the database went back in time.`, `${fromBackup} Then make a new epoch: update history set epoch = gen_random_uuid(), started_at = now();`)
  },
}
const sequences: Look<Whole> = {
  name: 'sequences',
  async run(w) {
    const all = await rowsOf<{ table: string; column: string; sequence: string }>(w, `select c.oid::regclass::text as table, quote_ident(a.attname) as column, pg_get_serial_sequence(c.oid::regclass::text, a.attname) as sequence
      from pg_attribute a join pg_class c on c.oid = a.attrelid where a.attidentity <> '' and not a.attisdropped and c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in ${ours}`)
    const behind: { line: string; todo: string }[] = []
    for (const { table, column, sequence } of all) {
      const [found] = await rowsOf<{ highest: number | null; last: number }>(w, `select (select max(${column}) from ${table}) as highest, case when is_called then last_value else last_value - 1 end as last from ${sequence}`)
      if ((found?.highest ?? 0) > found!.last) behind.push({ line: `${sequence} is at ${found!.last}, ${table} at ${found!.highest}`, todo: `select setval('${sequence}', ${found!.highest});` })
    }
    return behind.length === 0 ? ok('sequences', 'No sequence would give out a number twice.') : bad('sequences', `Behind: ${some(behind.map((b) => b.line))}.`, behind.map((b) => b.todo).join(' '))
  },
}

export const inDatabase: readonly Look<Whole>[] = [schema, epoch, constraints, indexes, sequences, statistics, checksums, journal, cursors]
