/** Rows of a backup into tables that are empty or may be emptied: all of it is one transaction. */
import { join } from 'node:path'
import type pg from 'pg'
import { unfinished } from '#server/db/migrate.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { selectRebuilt, selectTables } from './catalog.sql.ts'
import { copyIn } from './copying.ts'
import { tableFile, type Manifest } from './manifest.ts'
import { progressOf, type OnProgress } from './progress.ts'
import { named, withColumns } from './take.ts'

/**
 * Into a database with the backup's own schema version, over a connection that is ready for copying. Afterwards its epoch is a
 * new one, and the mark of an unfinished restore stands in it: the caller has still to erase again and to migrate on.
 * @throws CannotStart when what came in is not what the manifest says; the database is then as it was
 */
export async function load(client: pg.Client, folder: string, manifest: Manifest, onProgress?: OnProgress): Promise<void> {
  await client.query('begin')
  try {
    const there = await selectTables(client)
    const missing = manifest.tables.filter((t) => !there.some((one) => one.schema === t.schema && one.name === t.name))
    if (missing.length > 0) throw new CannotStart(`The backup has rows of ${missing.map(named).join(', ')}, and this version of Lodge makes no such table for schema ${manifest.schemaVersion}.`)
    await client.query(`create table if not exists ${unfinished} (since timestamptz not null default now())`)
    const rebuilt = await selectRebuilt(client)
    for (const { drop } of rebuilt) await client.query(drop)
    await client.query(`truncate ${there.map(named).join(', ')}`)   // migrations put rows of their own
    const progress = progressOf([...manifest.tables.map((t) => t.sizeBytes), manifest.tables.reduce((sum, t) => sum + t.sizeBytes, 0) / 2], onProgress)
    for (const table of manifest.tables) {
      progress.next(table.name)
      const found = await copyIn(client, withColumns(table), join(folder, tableFile(table)), { onBytes: (bytes) => { progress.into(table.name, bytes / Math.max(1, table.sizeBytes)) } })
      if (found.rows !== table.rows || found.sha256 !== table.sha256) throw new CannotStart(`Of ${named(table)} ${found.rows} rows came in, and the backup has ${table.rows}. Nothing was changed.`)
    }
    progress.next('indexes')
    for (const [i, { create }] of rebuilt.toReversed().entries()) {
      progress.into('indexes', i / rebuilt.length)
      await client.query(create)
    }
    for (const { schema, name, lastValue, isCalled } of manifest.sequences) await client.query('select setval($1::regclass, $2, $3)', [named({ schema, name }), lastValue, isCalled])
    // Whoever knew the old history is ahead of this one, or will be: all start afresh.
    await client.query('update history set epoch = gen_random_uuid(), started_at = now()')
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}
