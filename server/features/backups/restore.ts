/** A backup becomes a database again (spec BU). The caller has made sure that nobody serves it. */
import { copyFile, readFile, rename, stat, chmod } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import pino from 'pino'
import type pg from 'pg'
import { openConnection, type Target } from '#server/db/connection.ts'
import { mkdirs } from '#server/db/folder.ts'
import { known, migrate, unfinished } from '#server/db/migrate.ts'
import { openPool } from '#server/db/pool.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { leftOut, shareBlobs } from './beside.ts'
import { forCopying, syncFile } from './copying.ts'
import { eraseAgain } from './erase-again.ts'
import { appendErasures, erasureFile, readErasures } from './erasure-log.ts'
import { load } from './load.ts'
import type { Manifest } from './manifest.ts'
import type { OnProgress } from './progress.ts'
import { blobsBeside, blobsOf } from './verify.ts'

/** @throws CannotStart when this code does not know the schema of the backup */
export async function checkVersion(manifest: Manifest): Promise<void> {
  if (manifest.account) throw new CannotStart(`This is an export of the account "${manifest.account.name}", not a backup: no database can be made from it.`)
  const ours = await known()
  if (manifest.schemaVersion > ours.length) {
    throw new CannotStart(`This backup was made by a newer Lodge (${manifest.lodge}, schema ${manifest.schemaVersion}; this one knows ${ours.length}). Restore it with that version.`)
  }
  const changed = manifest.migrations.find((m) => ours[m.version - 1]?.sha256 !== m.sha256)
  if (changed) throw new CannotStart(`This backup was made with another ${changed.name} than the one here. Restore it with the version that made it (${manifest.lodge}).`)
}

/** Nothing but what a first start makes: no account, no entry. A restore that was broken off does not count as something. */
export async function isEmpty(client: pg.Client): Promise<boolean> {
  const { rows: [there] } = await client.query<{ isHalf: boolean; hasTables: boolean; hasOthers: boolean }>(`
    select to_regclass('public.${unfinished}') is not null as "isHalf", to_regclass('public.accounts') is not null as "hasTables",
      exists (select from pg_class c where c.relnamespace::regnamespace::text in ('public', 'auth') and c.relkind in ('r', 'p')) as "hasOthers"`)
  if (there!.isHalf || !there!.hasOthers) return true
  if (!there!.hasTables) return false   // somebody else's tables
  return (await client.query<{ is: boolean }>('select not exists (select from accounts) and not exists (select from journal) as is')).rows[0]!.is
}

/** Takes everything out of a database of ours; extensions come again with the migrations. */
export async function clear(client: pg.Client): Promise<void> {
  await client.query('set statement_timeout = 0; drop schema if exists auth cascade; drop schema public cascade; create schema public')
}

export interface Restored { readonly erasedAgain: number; readonly unreadableErasures: number; readonly epoch: string }

/**
 * Into a database without tables. Until it has returned, a server does not start on it. Erasures are those of the backup and of
 * the data folder as it stands now, which may know of later ones. @throws CannotStart; run it again from the start then
 */
export async function restoreInto(target: Target, folder: string, manifest: Manifest, { dataFolder, onProgress }: { dataFolder: string | undefined; onProgress?: OnProgress | undefined }): Promise<Restored> {
  await migrate(target, undefined, manifest.schemaVersion)
  const connection = await openConnection(target, 'lodge restore')
  try {
    const client = await forCopying(connection.client)
    await load(client, folder, manifest, onProgress)
    await client.query('analyze')   // statistics are not in a backup, and without them the first minutes are slow
  } finally {
    connection.destroy()
  }
  await migrate(target, undefined, (await known()).length)
  const { erasures, unreadable } = await readErasures([join(folder, 'files', 'erasures.jsonl'), ...(dataFolder === undefined ? [] : [erasureFile(dataFolder)])])
  const { erasedAgain, epoch } = await finish(target, erasures)
  return { erasedAgain, unreadableErasures: unreadable, epoch }
}

/** What a restored database of whatever kind still needs: erasures, and the mark taken off. */
export async function finish(target: Target, erasures: Parameters<typeof eraseAgain>[1]): Promise<{ erasedAgain: number; epoch: string }> {
  const pool = openPool({ connect: target, max: 2, log: pino({ level: 'silent' }), application: 'lodge restore' })
  try {
    const erasedAgain = await eraseAgain(pool, erasures)
    const lease = await pool.lease('finish', 10_000)
    try {
      await lease.client.query(`drop table if exists ${unfinished}`)
      return { erasedAgain, epoch: (await lease.client.query<{ epoch: string }>('select epoch from history')).rows[0]!.epoch }
    } finally {
      await lease.release()
    }
  } finally {
    await pool.close()
  }
}

export interface Beside { readonly blobs: number; readonly missingBlobs: readonly string[]; readonly put: readonly string[]; readonly kept: readonly string[] }

/**
 * Attachments and files beside the database go back to their places. A file that stands there and is another one stays (it is
 * newer: the spool, the status page); but the keys are the backup's, since what is sealed in the database is sealed with them,
 * and those that stood there are kept beside.
 */
export async function restoreBeside(folder: string, manifest: Manifest, { dataFolder, keys }: { dataFolder: string; keys: string }): Promise<Beside> {
  await mkdirs(dataFolder)
  const blobs = await shareBlobs(await blobsOf(folder), blobsBeside(folder), join(dataFolder, 'blobs'))
  const put: string[] = [], kept: string[] = []
  for (const { path, mode } of manifest.files) {
    if (path === 'erasures.jsonl' || leftOut.test(path)) continue   // an older version took more along
    const from = join(folder, 'files', path)
    const to = path === 'keys' ? keys : join(dataFolder, path)
    const isThere = await stat(to).then(() => true, () => false)
    if (isThere && (await readFile(to)).equals(await readFile(from))) continue
    if (isThere && path !== 'keys') { kept.push(path); continue }
    if (isThere) await rename(to, `${to}.before-restore`)
    await mkdirs(dirname(to))
    await copyFile(from, to)
    await chmod(to, path === 'keys' ? 0o600 : mode)
    await syncFile(to)
    await syncFile(dirname(to))
    put.push(path)
  }
  // Both know of erasures; from now on one file does.
  const own = new Set((await readErasures([erasureFile(dataFolder)])).erasures.map((e) => e.id))
  const older = (await readErasures([join(folder, 'files', 'erasures.jsonl')])).erasures.filter((e) => !own.has(e.id))
  if (older.length > 0) await appendErasures(dataFolder, older)
  return { blobs: blobs.count, missingBlobs: blobs.missing, put, kept }
}
