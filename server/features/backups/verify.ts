import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { blobPath, sumOf } from './beside.ts'
import { sumFile } from './copying.ts'
import { readManifest, tableFile, type Manifest } from './manifest.ts'
import { progressOf, type OnProgress } from './progress.ts'

/** Each attachment of a backup: where its bytes are, and that they are there. */
export const blobsOf = async (folder: string): Promise<string[]> => (await readFile(join(folder, 'blobs.txt'), 'utf8')).split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line))
export const blobsBeside = (folder: string): string => join(dirname(folder), 'blobs')

/** Reads all of it. @throws CannotStart with a sentence that names the first damage */
export async function verifyBackup(folder: string, onProgress?: OnProgress): Promise<Manifest> {
  const manifest = await readManifest(folder)
  const damaged = (what: string): CannotStart => new CannotStart(`The backup ${folder} is damaged: ${what}. Nothing was changed. Restore another one.`)
  const progress = progressOf(manifest.tables.map((t) => t.storedBytes), onProgress)
  for (const table of manifest.tables) {
    progress.next(table.name)
    const file = join(folder, tableFile(table))
    const size = (await stat(file).catch(() => undefined))?.size
    if (size === undefined) throw damaged(`the rows of ${table.schema}.${table.name} are missing`)
    const found = size === table.storedBytes && await sumFile(file, { onBytes: (bytes) => { progress.into(table.name, bytes / Math.max(1, table.sizeBytes)) } }).catch(() => undefined)
    if (!found || found.sha256 !== table.sha256) throw damaged(`the rows of ${table.schema}.${table.name} are not those that were written`)
  }
  for (const { path, sha256 } of manifest.files) {
    const found = await sumOf(join(folder, 'files', path)).catch(() => undefined)
    if (found?.sha256 !== sha256) throw damaged(`the file ${path} is ${found ? 'not the one that was written' : 'missing'}`)
  }
  const known = new Set(manifest.blobs.missing)
  for (const sum of await blobsOf(folder).catch(() => { throw damaged('its list of attachments is missing') })) {
    if (!known.has(sum) && !await stat(blobPath(blobsBeside(folder), sum)).catch(() => undefined)) throw damaged(`the attachment ${sum} is missing`)
  }
  return manifest
}
