import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { binaries } from '#server/db/binaries.ts'
import { openConnection } from '#server/db/connection.ts'
import { startEmbedded } from '#server/db/embedded.ts'
import { prepareHome } from '#server/db/home.ts'
import { claim } from '#server/db/lock.ts'
import { known, schemaVersion } from '#server/db/migrate.ts'
import { putBack, readPhysical } from '#server/db/physical.ts'
import { running } from '#server/db/postmaster.ts'
import { erasureFile, readErasures } from '#server/features/backups/backups.ts'
import { finish } from '#server/features/backups/restore.ts'
import type { Settings } from '#server/features/diagnosis/diagnosis.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { count, time } from './command.ts'
import { postgresHome, silent } from './reach.ts'

/** The way back from an upgrade. Erasures are made again by the version that restores, when its schema is the copy's. */
export async function restorePhysical(config: Settings, folder: string, agree: (what: string) => Promise<void>): Promise<number> {
  if (config.databaseUrl !== undefined) throw new CannotStart('This is a copy of the embedded database; with DATABASE_URL it cannot be used.')
  const startMs = performance.now()
  const home = await prepareHome(postgresHome(config))
  const bin = await binaries(home.folder)
  const copy = await readPhysical(folder, /postgres-(\d+)/.exec(basename(dirname(bin)))![1]!)
  const release = await claim(join(home.run, 'lock'), home.folder)   // refuses when a Lodge runs on it
  let old: string | undefined
  try {
    if (await running(home)) throw new CannotStart('PostgreSQL still runs on this data. Wait until it has stopped, and try again.')
    if (existsSync(home.cluster)) await agree('There is a database.')
    old = await putBack(folder, home, new Date().toISOString().slice(0, 19).replaceAll(':', '-'))
  } finally {
    await release()
  }
  const postgres = await startEmbedded({ home: postgresHome(config), log: silent })
  try {
    const { client } = await openConnection(postgres.target, 'lodge restore')
    try { await client.query('update history set epoch = gen_random_uuid(), started_at = now()') } finally { await client.end() }
    const { erasures } = await readErasures([erasureFile(config.folder)])
    const isOurs = await schemaVersion(postgres.target) === (await known()).length
    const erasedAgain = isOurs ? (await finish(postgres.target, erasures)).erasedAgain : 0
    console.log(`The database of ${copy.takenAt.slice(0, 16)}Z (schema ${copy.schemaVersion}, from before Lodge ${copy.beforeLodge}) is back, in ${time(performance.now() - startMs)}. The history has a new epoch.`)
    if (erasedAgain > 0) console.log(`${count(erasedAgain)} erasures made after it were made again.`)
    if (!isOurs && erasures.length > 0) console.log(`It belongs to another version of Lodge than this one: erasures made after it are NOT made again. Restore with the version from before Lodge ${copy.beforeLodge} to have them made.`)
    if (old) console.log(`What was there is kept in ${old}. Remove it when all is well.`)
    console.log(`Next: npm run lodge -- check, then npm start${isOurs ? '' : `, with the version from before Lodge ${copy.beforeLodge}`}.`)
    return 0
  } finally {
    await postgres.stop()
  }
}
