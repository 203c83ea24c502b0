import { openConnection, type Target } from '#server/db/connection.ts'
import { listBackups } from '#server/features/backups/backups.ts'
import { noteRehearsal, rehearse } from '#server/features/backups/rehearse.ts'
import { checkVersion, clear } from '#server/features/backups/restore.ts'
import { verifyBackup } from '#server/features/backups/verify.ts'
import { inDatabase } from '#server/features/diagnosis/whole.ts'
import { lookAll } from '#server/features/diagnosis/finding.ts'
import type { Settings } from '#server/features/diagnosis/diagnosis.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { count, progressLine, time, typed } from './command.ts'
import { reach } from './reach.ts'

const scratchName = 'lodge_rehearsal'

/** @returns 0 when what was restored is equal and whole */
export async function rehearseOnce(config: Settings, { into, backup, scratch }: { into: string; backup: string | undefined; scratch: string | undefined }): Promise<number> {
  const folder = backup === undefined ? (await listBackups(into)).at(-1)?.folder : typed(backup)
  if (folder === undefined) throw new CannotStart(`There is no backup in ${into} to rehearse with.`)
  if (config.databaseUrl !== undefined && scratch === undefined) throw new CannotStart('With DATABASE_URL a rehearsal needs an empty database of its own: --scratch postgres://user:password@host/lodge_rehearsal.')
  if (scratch !== undefined && scratch === config.databaseUrl) throw new CannotStart('--scratch is DATABASE_URL: everything in it would be removed.')
  const reading = progressLine('Reading')
  const manifest = await verifyBackup(folder, reading.show).finally(reading.done)
  await checkVersion(manifest)
  const restoring = progressLine('Restoring')
  const run = async (target: Target) => rehearse(target, folder, manifest, { onProgress: restoring.show, check: whatIsBroken }).finally(restoring.done)
  const found = await (scratch !== undefined ? onScratch({ connectionString: scratch }, run) : besideData(config, run))
  await noteRehearsal(into, found)
  console.log(`${folder} was restored in ${time(found.tookMs)}: ${count(found.rows)} rows.`)
  for (const line of found.differences) console.log(`  ✗ ${line}`)
  console.log(found.differences.length === 0 ? 'Rows, sums and constraints are those of the backup, and the database is whole.' : `${found.differences.length} differences: this backup is not to be relied on.`)
  return found.differences.length === 0 ? 0 : 1
}

/** In a database of its own on the embedded PostgreSQL, as the role that Lodge has. */
async function besideData<T>(config: Settings, run: (target: Target) => Promise<T>): Promise<T> {
  const reached = await reach(config, 'lodge rehearsal')
  const asSuperuser = async (text: string): Promise<void> => {
    const { client } = await openConnection({ ...reached.target, database: 'postgres' }, 'lodge rehearsal')
    try { await client.query(text) } finally { await client.end() }
  }
  try {
    await asSuperuser(`drop database if exists ${scratchName} with (force)`)
    await asSuperuser(`create database ${scratchName} owner lodge_app`)
    try {
      return await run({ ...reached.target, database: scratchName })
    } finally {
      await asSuperuser(`drop database if exists ${scratchName} with (force)`)
    }
  } finally {
    await reached.end()
  }
}

async function onScratch<T>(target: Target, run: (target: Target) => Promise<T>): Promise<T> {
  const wipe = async (): Promise<void> => {
    const { client } = await openConnection(target, 'lodge rehearsal')
    try { await clear(client) } finally { await client.end() }
  }
  await wipe()
  try { return await run(target) } finally { await wipe() }
}

async function whatIsBroken(target: Target): Promise<string[]> {
  const connection = await openConnection(target, 'lodge rehearsal')
  try {
    const found = await lookAll(inDatabase, { client: connection.client, dataFolder: '', sample: 0 }, { deadlineMs: 120_000 })
    return found.filter((f) => f.level === 'bad').map((f) => `${f.about}: ${f.text}`)
  } finally {
    connection.destroy()
  }
}
