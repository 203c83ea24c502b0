/** A backup that was never restored is a hope. This restores one into a scratch database, compares, and says how long it took. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openConnection, type Target } from '#server/db/connection.ts'
import { known } from '#server/db/migrate.ts'
import { selectTables } from './catalog.sql.ts'
import { forCopying, sumOut, syncFile } from './copying.ts'
import type { Manifest } from './manifest.ts'
import type { OnProgress } from './progress.ts'
import { restoreInto } from './restore.ts'
import { named, withColumns } from './take.ts'

export interface Rehearsal { readonly backup: string; readonly at: string; readonly tookMs: number; readonly rows: number; readonly differences: readonly string[] }

/**
 * @param target an empty database that is thrown away afterwards
 * @param check further looks at what was restored; each line is something that is wrong
 */
export async function rehearse(target: Target, folder: string, manifest: Manifest, { onProgress, check, now = Date.now }: { onProgress?: OnProgress | undefined; check?: (target: Target) => Promise<string[]>; now?: () => number } = {}): Promise<Rehearsal> {
  const startMs = now()
  const { erasedAgain } = await restoreInto(target, folder, manifest, { dataFolder: undefined, onProgress })
  const tookMs = Math.round(now() - startMs)
  // Migrations and erasures since change rows, so only their number is compared then.
  const differences = await differing(target, manifest, manifest.schemaVersion < (await known()).length || erasedAgain > 0 ? 'rows' : 'sums')
  if (check) differences.push(...await check(target))
  return { backup: folder, at: new Date(startMs).toISOString(), tookMs, rows: manifest.tables.reduce((sum, t) => sum + t.rows, 0), differences }
}

/** Rows come back in the order in which they were written, so their sum is that of the backup. The epoch is a new one. */
export async function differing(target: Target, manifest: Manifest, by: 'rows' | 'sums'): Promise<string[]> {
  const connection = await openConnection(target, 'lodge rehearsal')
  const wrong: string[] = []
  try {
    const client = await forCopying(connection.client)
    const there = await selectTables(client)
    for (const table of manifest.tables) {
      if (!there.some((t) => t.schema === table.schema && t.name === table.name)) { if (by === 'sums') wrong.push(`${named(table)} is missing`); continue }
      const found = by === 'sums' ? await sumOut(client, withColumns(table)) : { rows: (await client.query<{ n: number }>(`select count(*) as n from ${named(table)}`)).rows[0]!.n, sha256: undefined }
      if (by === 'sums' ? found.rows !== table.rows : found.rows < table.rows) wrong.push(`${named(table)}: ${found.rows} rows, ${table.rows} in the backup`)
      else if (by === 'sums' && table.name !== 'history' && found.sha256 !== table.sha256) wrong.push(`${named(table)}: what its rows hold is different`)
    }
  } finally {
    connection.destroy()
  }
  return wrong
}

const file = (into: string): string => join(into, 'rehearsal.json')
export async function noteRehearsal(into: string, rehearsal: Rehearsal): Promise<void> {
  await writeFile(`${file(into)}.new`, `${JSON.stringify(rehearsal, null, 2)}\n`, { mode: 0o600 })
  await syncFile(`${file(into)}.new`)
  await rename(`${file(into)}.new`, file(into))
}
export const lastRehearsal = async (into: string): Promise<Rehearsal | undefined> => {
  try { return JSON.parse(await readFile(file(into), 'utf8')) as Rehearsal } catch { return undefined }
}
