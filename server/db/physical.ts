/**
 * A copy of the embedded cluster's files while it runs: quick, the same version only. It is the way back from an upgrade, not a
 * backup: it lies on the same disk. PostgreSQL's low-level backup, step by step; each step is there because the copy does not
 * start, or starts with changed pages, without it.
 */
import { existsSync } from 'node:fs'
import { chown, copyFile, mkdir, open, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { openConnection, type Target } from './connection.ts'
import { mkdirs } from './folder.ts'
import type { Home, Owner } from './home.ts'

export interface PhysicalCopy { readonly format: 1; readonly kind: 'physical'; readonly takenAt: string; readonly tookMs: number; /** The version whose start made it: it belongs to the one before. */ readonly beforeLodge: string; /** Major version. */ readonly postgres: string; readonly schemaVersion: number; readonly sizeBytes: number }

/** The folder stays and must, what is in it does not belong to a copy. */
const emptied = new Set(['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans'])
const leftOut = /^(?:postmaster\.(?:pid|opts)|pgsql_tmp.*|pg_internal\.init.*|backup_label|tablespace_map)$/
const slot = 'lodge_copy'
const keptCopies = 2

/** @param superuser of the running cluster @returns the folder of the copy; older ones than the last two are gone. @throws CannotStart when the disk has no room */
export async function copyCluster({ superuser, home, into, beforeLodge, schemaVersion, now = Date.now }: { superuser: Target; home: Pick<Home, 'cluster'>; into: string; beforeLodge: string; schemaVersion: number; now?: () => number }): Promise<{ folder: string; copy: PhysicalCopy }> {
  const startMs = now()
  await mkdirs(into, 0o700)
  const connection = await openConnection(superuser, 'lodge copy')   // kept all the way: losing it voids the copy
  const { client } = connection
  const folder = join(into, new Date(startMs).toISOString().slice(0, 19).replaceAll(':', '-') + `Z-schema-${schemaVersion}`)
  const half = `${folder}.partial`
  const ask = async <R extends object>(text: string): Promise<R> => (await client.query<R>(text)).rows[0]!
  try {
    await client.query('set statement_timeout = 0')
    await refuseIfNoRoom((await ask<{ bytes: number }>('select sum(pg_database_size(oid))::bigint as bytes from pg_database')).bytes, into)
    for (const name of await readdir(into)) if (name.endsWith('.partial')) await rm(join(into, name), { recursive: true, force: true })
    await client.query(`select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '${slot}'`)
    await client.query(`select pg_create_physical_replication_slot('${slot}', true)`)   // keeps the log until we have it
    const { first } = await ask<{ first: string }>("select pg_walfile_name(pg_backup_start('lodge', fast => true)) as first")
    const data = join(half, 'data')
    let sizeBytes = await copyFolder(home.cluster, data)
    sizeBytes += await copyOne(join(home.cluster, 'global', 'pg_control'), join(data, 'global', 'pg_control'))   // last
    const { last, label } = await ask<{ last: string; label: string }>('select pg_walfile_name(lsn) as last, labelfile as label from pg_backup_stop(wait_for_archive => false)')
    await writeSynced(join(data, 'backup_label'), label)   // without it recovery begins at the wrong place, and says nothing
    await client.query('select pg_switch_wal()')
    for (const name of (await readdir(join(home.cluster, 'pg_wal'))).filter((n) => /^[0-9A-F]{24}$/.test(n) && n >= first && n <= last)) sizeBytes += await copyOne(join(home.cluster, 'pg_wal', name), join(data, 'pg_wal', name))
    await client.query(`select pg_drop_replication_slot('${slot}')`)
    const copy: PhysicalCopy = { format: 1, kind: 'physical', takenAt: new Date(startMs).toISOString(), tookMs: Math.round(now() - startMs), beforeLodge, postgres: (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim(), schemaVersion, sizeBytes }
    await writeSynced(join(half, 'physical.json'), `${JSON.stringify(copy, null, 2)}\n`)
    await syncFolder(half)
    await rename(half, folder)
    await syncFolder(into)
    for (const old of (await readdir(into)).filter((n) => /Z-schema-\d+$/.test(n)).sort().slice(0, -keptCopies)) await rm(join(into, old), { recursive: true, force: true })
    return { folder, copy }
  } catch (error) {
    await rm(half, { recursive: true, force: true })
    await client.query(`select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '${slot}' and not active`).catch(() => {})
    throw error
  } finally {
    connection.destroy()
  }
}

async function refuseIfNoRoom(bytes: number, into: string): Promise<void> {
  const at = await statfs(into)
  const mb = (n: number): string => `${Math.ceil(n / 2 ** 20).toLocaleString('en')} MB`
  const needed = bytes + 128 * 2 ** 20
  if (at.bavail * at.bsize >= needed) return
  throw new CannotStart(`This version changes the tables, and there is no room for a copy of the database as the way back: ${mb(needed)} are needed at ${into}, ${mb(at.bavail * at.bsize)} are free. ` +
    'Make room, or take a backup elsewhere with the version before (npm run lodge -- backup --to FOLDER) and set UPGRADE_COPY=off for this start.')
}

async function copyFolder(from: string, to: string, top = true): Promise<number> {
  await mkdirs(to, 0o700)
  let bytes = 0
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (leftOut.test(entry.name)) continue
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) {
      if (top && emptied.has(entry.name)) await mkdir(target, { mode: 0o700 })
      else bytes += await copyFolder(source, target, false)
    } else if (entry.isFile() && !(entry.name === 'pg_control' && basename(from) === 'global')) bytes += await copyOne(source, target)
  }
  await syncFolder(to)
  return bytes
}

/** A file that goes while we walk is no loss: the log knows that it went. */
async function copyOne(from: string, to: string): Promise<number> {
  try {
    await copyFile(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
  const handle = await open(to, 'r+')
  try {
    await handle.sync()
    return (await handle.stat()).size
  } finally {
    await handle.close()
  }
}
async function writeSynced(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 })
  await syncFolder(path)
}
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try { await handle.sync() } finally { await handle.close() }
}

/** @throws CannotStart when the folder holds no such copy, or another major version's */
export async function readPhysical(folder: string, major: string): Promise<PhysicalCopy> {
  let copy: PhysicalCopy
  try { copy = JSON.parse(await readFile(join(folder, 'physical.json'), 'utf8')) as PhysicalCopy } catch { throw new CannotStart(`${folder} is no whole copy of a database: its physical.json cannot be read.`) }
  // Never without its label: PostgreSQL would start, and what it holds would be torn.
  if (copy.kind !== 'physical' || !existsSync(join(folder, 'data', 'backup_label')) || !existsSync(join(folder, 'data', 'global', 'pg_control'))) throw new CannotStart(`The copy ${folder} is damaged: parts of it are missing. Restore another one.`)
  if (copy.postgres !== major) throw new CannotStart(`The copy ${folder} is of PostgreSQL ${copy.postgres}, and this version of Lodge brings ${major}. Restore it with the version from before Lodge ${copy.beforeLodge}.`)
  return copy
}

/** Puts the copy in the cluster's place; what stood there is kept beside it. For whoever holds the supervisor's lock, with PostgreSQL stopped. @returns where the old one is */
export async function putBack(folder: string, { cluster, owner }: Pick<Home, 'cluster' | 'owner'>, stamp: string): Promise<string | undefined> {
  const half = `${cluster}.restoring`
  await rm(half, { recursive: true, force: true })
  await copyFolderBack(join(folder, 'data'), half, owner)
  const old = (await stat(cluster).catch(() => undefined)) && `${cluster}.replaced-${stamp}`
  if (old) await rename(cluster, old)
  await rename(half, cluster)
  return old
}
async function copyFolderBack(from: string, to: string, owner: Owner | undefined): Promise<void> {
  await mkdir(to, { mode: 0o700 })
  if (owner) await chown(to, owner.uid, owner.gid)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const target = join(to, entry.name)
    if (entry.isDirectory()) await copyFolderBack(join(from, entry.name), target, owner)
    else {
      await copyOne(join(from, entry.name), target)
      if (owner) await chown(target, owner.uid, owner.gid)
    }
  }
  await syncFolder(to)
}
