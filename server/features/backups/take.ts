import { rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { makeFolder } from '#server/db/folder.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { copySideFiles, shareBlobs, sideFiles } from './beside.ts'
import { selectMigrations, selectSequences, selectTables, type Table } from './catalog.sql.ts'
import { copyOut, forCopying, syncFile } from './copying.ts'
import { idOf, tableFile, type Manifest, type TableCopy } from './manifest.ts'
import { progressOf, type OnProgress } from './progress.ts'

export interface TakeOptions {
  /** Its holder's alone, and destroyed by it afterwards: a backup leaves it in another state. */
  client: pg.Client
  /** Where backups are; this one becomes a folder in it. */
  into: string
  dataFolder: string
  keys: string
  /** Version of Lodge. */
  lodge: string
  now?: () => number
  onProgress?: OnProgress | undefined
  bytesPerSecond?: number | undefined
  /** Breaks it off between two attachments; rows are broken off by ending the connection. */
  signal?: AbortSignal | undefined
  /** For tests: the snapshot is taken, nothing is copied yet. */
  onSnapshot?: () => Promise<void>
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
export const named = ({ schema, name }: { schema: string; name: string }): string => `${quoted(schema)}.${quoted(name)}`
export const withColumns = (table: Pick<TableCopy, 'schema' | 'name' | 'columns'>): string => `${named(table)} (${table.columns.map(quoted).join(', ')})`

/** From when on the client holds one moment of the database. `lateBytes`: sequences run on meanwhile, which only makes gaps. */
export async function snapshot(given: pg.Client): Promise<{ client: pg.Client; tables: Table[]; head: Pick<Manifest, 'takenAt' | 'postgres' | 'schemaVersion' | 'migrations' | 'epoch'> }> {
  const client = await forCopying(given)
  await client.query('begin isolation level repeatable read read only')
  const { rows: [first] } = await client.query<{ at: Date; postgres: string; isMigrated: boolean }>(
    `select now() as at, current_setting('server_version') as postgres, to_regclass('public.migrations') is not null as "isMigrated"`)
  if (!first!.isMigrated) throw new CannotStart('There is nothing to back up: this database has no tables of Lodge. Start Lodge on it once.')
  const migrations = await selectMigrations(client)
  const { rows: [history] } = await client.query<{ epoch: string }>('select epoch from history')
  if (!history) throw new CannotStart('This database has no epoch: its table "history" is empty. Run "npm run lodge -- check".')
  return { client, tables: await selectTables(client), head: { takenAt: new Date(first!.at).toISOString(), postgres: first!.postgres, schemaVersion: migrations.at(-1)?.version ?? 0, migrations, epoch: history.epoch } }
}

/**
 * A backup of everything, in one moment of the database; whoever writes goes on. It works with any PostgreSQL of version 15 or
 * newer. The folder gets its name when all of it is on the disk.
 * @returns its folder. @throws what the database or the disk finds wrong; nothing is left behind then
 */
export async function takeBackup({ client: given, into, dataFolder, keys, lodge, now = Date.now, onProgress, bytesPerSecond, signal, onSnapshot }: TakeOptions): Promise<{ folder: string; manifest: Manifest }> {
  const startMs = now()
  await makeFolder(into)
  const { client, tables, head } = await snapshot(given)
  await onSnapshot?.()
  const folder = await freeFolder(into, Date.parse(head.takenAt))
  const half = `${folder}.partial`
  await rm(half, { recursive: true, force: true })
  await makeFolder(join(half, 'tables'), into)
  try {
    const { rows: sums } = await client.query<{ sha256: string }>(`select distinct encode(sha256, 'hex') as sha256 from blobs where complete and deleted_at is null and sha256 is not null order by 1`)
    const blobWeight = 2_000 * sums.length   // a link costs about what a few rows cost
    const progress = progressOf([...tables.map((t) => t.sizeBytes), blobWeight], onProgress)
    const copies: TableCopy[] = []
    for (const { sizeBytes: weight, hasAccount: _, ...table } of tables) {
      progress.next(table.name)
      const onBytes = (bytes: number): void => { progress.into(table.name, bytes / Math.max(weight, 1)) }
      copies.push({ ...table, ...await copyOut(client, withColumns(table), join(half, tableFile(table)), { onBytes, bytesPerSecond }) })
    }
    progress.next('attachments')
    const blobs = await shareBlobs(sums.map((s) => s.sha256), join(dataFolder, 'blobs'), join(into, 'blobs'), (n) => { signal?.throwIfAborted(); progress.into('attachments', n / sums.length) })
    await writeFile(join(half, 'blobs.txt'), sums.map((s) => `${s.sha256}\n`).join(''), { mode: 0o600 })
    await syncFile(join(half, 'blobs.txt'))
    const sequences = await selectSequences(client)   // last: they count on while tables are copied
    await client.query('commit')
    // After the snapshot: erasures that came meanwhile are in the log that goes along.
    const files = await copySideFiles(await sideFiles(dataFolder, keys), join(half, 'files'))
    const manifest: Manifest = { format: 1, kind: 'logical', tookMs: Math.max(0, Math.round(now() - startMs)), lodge, ...head, tables: copies, sequences, files, blobs }
    await writeFile(join(half, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
    for (const path of ['manifest.json', 'tables', '']) await syncFile(join(half, path))
    await rename(half, folder)
    await syncFile(into)
    progress.next('done')
    return { folder, manifest }
  } catch (error) {
    await rm(half, { recursive: true, force: true })
    throw error
  }
}

/** Names have seconds, and a small house is copied in less: the second one of a second bears the next. When it was, its manifest says. */
async function freeFolder(into: string, atMs: number): Promise<string> {
  const folder = join(into, idOf(new Date(atMs)))
  return await stat(folder).then(() => true, () => false) ? freeFolder(into, atMs + 1_000) : folder
}
