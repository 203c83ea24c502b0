/** Backups of a test's own database, into a folder of its own, and databases to restore them into. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { inject } from 'vitest'
import { openConnection, type Target } from '#server/db/connection.ts'
import { backUp, type Keep } from '#server/features/backups/backups.ts'
import type { Manifest } from '#server/features/backups/manifest.ts'
import { restoreInto } from '#server/features/backups/restore.ts'
import type { TakeOptions } from '#server/features/backups/take.ts'
import { verifyBackup } from '#server/features/backups/verify.ts'
import { asSuperuser, open } from './db.ts'

export async function testFolder(name: string): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), `lodge-${name}-`))
  await chmod(path, 0o755)
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

export async function onDatabase<T>(target: Target, fn: (client: pg.Client) => Promise<T>): Promise<T> {
  const connection = await openConnection(target, 'lodge test')
  try { return await fn(connection.client) } finally { connection.destroy() }
}

export const take = (target: Target, options: Omit<TakeOptions, 'client' | 'keys' | 'lodge'> & Partial<Pick<TakeOptions, 'keys'> & { keep: Keep }>): Promise<{ folder: string; manifest: Manifest; removed: string[] }> =>
  onDatabase(target, (client) => backUp({ client, keys: join(options.dataFolder, 'keys'), lodge: '0.0.0', keep: { daily: 7, weekly: 4 }, ...options }))

export interface EmptyDatabase { readonly target: Target; drop(): Promise<void> }
/** Without any table. */
export async function emptyDatabase(): Promise<EmptyDatabase> {
  const database = `test_${randomBytes(6).toString('hex')}`
  await asSuperuser(`create database ${database} owner lodge_app`)
  open.add(database)
  return {
    target: { ...inject('superuser'), user: 'lodge_app', database },
    async drop() { await asSuperuser(`drop database if exists ${database} with (force)`); open.delete(database) },
  }
}

/** As the command does it. */
export async function restore(folder: string, target: Target, dataFolder?: string) {
  return restoreInto(target, folder, await verifyBackup(folder), { dataFolder })
}

/** Every table of a database: its rows as text, in an order of their own. */
export async function everything(target: Target, leftOut: readonly string[] = ['history', 'migrations']): Promise<Record<string, string[]>> {
  return onDatabase(target, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>("select c.oid::regclass::text as name from pg_class c where c.relkind = 'r' and c.relnamespace::regnamespace::text in ('public', 'auth') order by 1")
    const all: Record<string, string[]> = {}
    for (const { name } of tables) if (!leftOut.includes(name)) all[name] = (await client.query<{ row: string }>(`select t::text as row from ${name} t order by 1`)).rows.map((r) => r.row)
    return all
  })
}
