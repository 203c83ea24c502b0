/**
 * What a backup says of itself: `manifest.json`, written last. A folder without one is no backup.
 *
 *   <folder>/2026-11-26T03-30-00Z/manifest.json   tables/<schema>.<table>.copy.zst   files/…   blobs.txt
 *   <folder>/blobs/ab/abcdef…                     shared by all backups of the folder, under their SHA-256
 */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { CannotStart } from '#server/kernel/cannot-start.ts'

const closed = { additionalProperties: false } as const
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Name = Type.String({ pattern: '^[A-Za-z0-9_]+$' })
const Count = Type.Integer({ minimum: 0 })
const Path = Type.String({ pattern: '^(?!/)(?!.*(?:^|/)\\.\\.(?:/|$)).+$' })

export const TableCopy = Type.Object({ schema: Name, name: Name, columns: Type.Array(Type.String(), { minItems: 1 }), rows: Count, sizeBytes: Count, storedBytes: Count, /** Of the rows as COPY writes them, not of the file. */ sha256: Sha256 }, closed)
export type TableCopy = Static<typeof TableCopy>
export const Sequence = Type.Object({ schema: Name, name: Name, lastValue: Type.Integer(), isCalled: Type.Boolean() }, closed)
export type Sequence = Static<typeof Sequence>
export const FileCopy = Type.Object({ path: Path, sizeBytes: Count, sha256: Sha256, mode: Count }, closed)
export type FileCopy = Static<typeof FileCopy>

export const Manifest = Type.Object({
  format: Type.Literal(1), kind: Type.Literal('logical'),
  /** Of the snapshot. */
  takenAt: Type.String(), tookMs: Count,
  /** `account`: an export of one, which no database is made from. */
  account: Type.Optional(Type.Object({ id: Type.String(), name: Type.String() }, closed)),
  lodge: Type.String(), postgres: Type.String(),
  schemaVersion: Count, migrations: Type.Array(Type.Object({ version: Count, name: Type.String(), sha256: Sha256 }, closed)),
  epoch: Type.String(),
  tables: Type.Array(TableCopy), sequences: Type.Array(Sequence), files: Type.Array(FileCopy),
  blobs: Type.Object({ count: Count, sizeBytes: Count, /** Named by a row, and not there when they were looked for. */ missing: Type.Array(Type.String()) }, closed),
}, closed)
export type Manifest = Static<typeof Manifest>
const check = Compile(Manifest)

export const tableFile = ({ schema, name }: Pick<TableCopy, 'schema' | 'name'>): string => join('tables', `${schema}.${name}.copy.zst`)
/** Names sort by time. */
export const idOf = (at: Date): string => `${at.toISOString().slice(0, 19).replaceAll(':', '-')}Z`
const idForm = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/

/** @throws CannotStart with a sentence when the folder holds no backup that this version can read */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(async () => {
    const newest = (await listBackups(folder)).at(-1)?.folder   // the folder that they are in, as BACKUP_FOLDER names it
    throw new CannotStart(newest ? `${folder} holds backups and is none. Name one of them; the newest is ${newest}` : `${folder} is no backup: it has no manifest.json that can be read.`)
  })
  let found: unknown
  try { found = JSON.parse(text) } catch { throw new CannotStart(`The backup ${folder} is damaged: its manifest.json is cut off or changed. Take another one.`) }
  const { format } = found as { format?: number }
  if (typeof format === 'number' && format > 1) throw new CannotStart(`The backup ${folder} was written by a newer Lodge (format ${format}). Restore it with that version.`)
  if (!check.Check(found)) throw new CannotStart(`The backup ${folder} is damaged: its manifest.json is not of the form it should have. Take another one.`)
  return found
}

export interface Listed { readonly id: string; readonly folder: string; readonly takenAtMs: number }
/** The whole ones, the oldest first. */
export async function listBackups(folder: string): Promise<Listed[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => idForm.test(name)).sort()
  return names.map((id) => ({ id, folder: join(folder, id), takenAtMs: Date.parse(`${id.slice(0, 10)}T${id.slice(11, 19).replaceAll('-', ':')}Z`) }))
}
