import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { advisoryLocks } from './advisory.ts'
import { openConnection, type Target } from './connection.ts'

interface Migration { version: number; name: string; text: string; sha256: string }

const migrationsFolder = new URL('../../migrations/', import.meta.url)

/** A table that stands while a restore is under way. */
export const unfinished = 'restore_unfinished'

/** What this code brings, in order. */
export const known = async (folder: URL = migrationsFolder): Promise<Pick<Migration, 'version' | 'name' | 'sha256'>[]> => read(folder)

/** The number of the newest migration that this database has; 0 when it has none. */
export async function schemaVersion(target: Target): Promise<number> {
  const { client } = await openConnection(target, 'lodge migrate')
  try {
    const { rows: [there] } = await client.query<{ is: boolean }>("select to_regclass('public.migrations') is not null as is")
    if (!there!.is) return 0
    return (await client.query<{ version: number }>('select coalesce(max(version), 0) as version from migrations')).rows[0]!.version
  } finally {
    await client.end()
  }
}

/**
 * Applies what is missing, in order, each file in a transaction of its own. Nodes that start together wait for each other.
 * @param upTo the last one to apply: a restore loads rows into the tables of their time and migrates on from there
 * @returns the names of the files applied now.
 * @throws CannotStart when an applied file was changed or is missing here (then the database is newer than this code).
 */
export async function migrate(target: Target, folder: URL = migrationsFolder, upTo = Infinity): Promise<string[]> {
  const files = await read(folder)
  const connection = await openConnection(target, 'lodge migrate')
  const { client } = connection
  try {
    await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0')
    await client.query('select pg_advisory_lock($1)', [advisoryLocks.migration])
    const { rows: [half] } = await client.query<{ is: boolean }>(`select to_regclass('public.${unfinished}') is not null as is`)
    if (half!.is && upTo === Infinity) throw new CannotStart('A restore into this database was broken off: it holds a part of a backup. Run "npm run lodge -- restore" again.')
    await client.query(`create table if not exists migrations
      (version integer primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())`)
    const { rows: applied } = await client.query<Omit<Migration, 'text'>>('select version, name, sha256 from migrations order by version')
    verify(files, applied)
    const missing = files.filter((file) => file.version <= upTo && !applied.some((one) => one.version === file.version))
    for (const file of missing) {
      try {
        await client.query('begin')
        await client.query(file.text)
        await client.query('insert into migrations (version, name, sha256) values ($1, $2, $3)', [file.version, file.name, file.sha256])
        await client.query('commit')
      } catch (error) {
        throw new Error(`Migration ${file.name} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
      }
    }
    return missing.map((file) => file.name)
  } finally {
    await client.end()   // this also rolls back and unlocks
  }
}

async function read(folder: URL): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort()
  const files = await Promise.all(names.map(async (name) => {
    const text = await readFile(new URL(name, folder), 'utf8')
    return { version: Number(name.slice(0, 4)), name, text, sha256: createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex') }
  }))
  files.forEach((file, i) => {
    if (file.version !== i + 1) throw new CannotStart(`The migrations have a gap or a double number at ${file.name}; they must count 0001, 0002, …`)
  })
  return files
}

function verify(files: Migration[], applied: Omit<Migration, 'text'>[]): void {
  const newer = applied.filter((one) => one.version > files.length)
  if (newer.length > 0) {
    const names = newer.map((one) => one.name).join(', ')
    throw new CannotStart(`This database belongs to a newer Lodge: it has ${names}, and this version ends at ${files.at(-1)?.name ?? 'nothing'}. ` +
      'Start the newer version, or restore a backup made before the upgrade.')
  }
  for (const one of applied) {
    const file = files[one.version - 1]!
    if (file.sha256 !== one.sha256) {
      throw new CannotStart(`The migration ${file.name} was changed after it was applied to this database as ${one.name}. ` +
        'Restore the file as it was, and put the change into a new migration.')
    }
  }
}
