import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { readConfig } from '#server/config.ts'
import { openConnection, type Connection, type Target } from '#server/db/connection.ts'
import { startEmbedded } from '#server/db/embedded.ts'
import { rememberedIn } from '#server/db/remembered.ts'
import { databaseFile } from '#server/db/same-database.ts'
import { readManifest } from '#server/features/backups/manifest.ts'
import { checkVersion, clear, isEmpty, restoreBeside, restoreInto, type Restored } from '#server/features/backups/restore.ts'
import { verifyBackup } from '#server/features/backups/verify.ts'
import type { Settings } from '#server/features/diagnosis/diagnosis.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { count, progressLine, readArguments, time, typed } from './command.ts'
import { postgresHome, silent } from './reach.ts'
import { restorePhysical } from './restore-physical.ts'
import type { Command } from '../lodge.ts'

const usage = `npm run lodge -- restore BACKUP [--replace] [--yes]

Puts a backup, or the copy that was made before an upgrade (LODGE_DATA/before-upgrade/…), into the database that Lodge would use.
Lodge must be stopped. A backup that is damaged or made by a newer version is refused before anything is changed.

  --replace   there is something in the database, and it may go. The embedded one is kept as "lodge_replaced"
  --yes       does not ask`

export const command: Command = {
  about: 'puts a backup into the database',
  async run(args) {
    const { values, positionals: [given] } = readArguments(args, usage, { replace: { type: 'boolean', default: false }, yes: { type: 'boolean', default: false } }, { positionals: [1, 1] })
    const config = readConfig(process.env)
    const folder = typed(given!)
    const agree = async (what: string): Promise<void> => {
      if (!values.replace) throw new CannotStart(`${what} Say --replace if it may go.`)
      if (!values.yes) await ask(`${what} It will be replaced.`)
    }
    if (existsSync(join(folder, 'physical.json'))) return restorePhysical(config, folder, agree)
    await checkVersion(await readManifest(folder))
    const reading = progressLine('Reading')
    const manifest = await verifyBackup(folder, reading.show).finally(reading.done)
    const startMs = performance.now()
    const restoring = progressLine('Restoring')
    const fill = (target: Target): Promise<Restored> => restoreInto(target, folder, manifest, { dataFolder: config.folder, onProgress: restoring.show }).finally(restoring.done)
    const { restored, waiting, kept } = await (config.databaseUrl === undefined ? intoEmbedded(config, fill, agree) : intoExternal({ connectionString: config.databaseUrl }, fill, agree))
    await rm(rememberedIn(config.folder, databaseFile), { force: true })   // from now on this is the right one, wherever it is
    const beside = await restoreBeside(folder, manifest, { dataFolder: config.folder, keys: config.keys })

    console.log(`${count(manifest.tables.reduce((n, t) => n + t.rows, 0))} rows of ${manifest.takenAt.slice(0, 16)}Z and ${count(beside.blobs)} attachments are back, in ${time(performance.now() - startMs)}. The history has a new epoch: clients start afresh and offer again what they keep.`)
    if (restored.erasedAgain > 0) console.log(`${count(restored.erasedAgain)} erasures made after the backup were made again.`)
    if (restored.unreadableErasures > 0) console.log(`${count(restored.unreadableErasures)} lines of the log of erasures could not be read: these erasures were not made again.`)
    if (beside.missingBlobs.length > 0) console.log(`${count(beside.missingBlobs.length)} attachments are missing, as they were in the backup.`)
    if (beside.put.includes('keys')) console.log(`The keys are those of the backup${existsSync(`${config.keys}.before-restore`) ? `; the ones that were there are in ${config.keys}.before-restore, and people sign in anew` : ''}.`)
    if (beside.kept.length > 0) console.log(`Kept as they stand here, because they are other than in the backup: ${beside.kept.join(', ')}.`)
    if (kept) console.log(kept)
    if (waiting > 0) console.log(`${count(waiting)} mails, notices and texts were waiting to leave at that time. They leave with the next start; those that left since then leave twice, a mail with the same Message-ID.`)
    console.log('Next: npm run lodge -- check, then npm start, then npm run recount.')
    return 0
  },
}

interface Done { restored: Restored; waiting: number; kept: string | undefined }
type Fill = (target: Target) => Promise<Restored>
type Agree = (what: string) => Promise<void>

/** Beside the database that is there, which the new one replaces in one step when it is whole. */
async function intoEmbedded(config: Settings, fill: Fill, agree: Agree): Promise<Done> {
  const postgres = await startEmbedded({ home: postgresHome(config), log: silent })   // refuses when a Lodge runs on it
  const on = async <T>(database: string, fn: (client: Connection['client']) => Promise<T>): Promise<T> => {
    const { client } = await openConnection({ ...postgres.superuser, database }, 'lodge restore')
    try { await client.query('set statement_timeout = 0'); return await fn(client) } finally { await client.end() }
  }
  try {
    const isNothing = await on('lodge', isEmpty)
    if (!isNothing) await agree('There is something in the database.')
    await on('postgres', async (client) => {
      await client.query('drop database if exists lodge_restoring with (force)')
      await client.query('create database lodge_restoring owner lodge_app')
    })
    // As the role that Lodge has: tables belong to it. Its connection limit is that of the last start, or none.
    const restored = await fill({ ...postgres.target, database: 'lodge_restoring' })
    const waiting = await on('lodge_restoring', waitingToLeave)
    await on('postgres', async (client) => {
      await client.query('drop database if exists lodge_replaced with (force)')
      await client.query('alter database lodge rename to lodge_replaced')
      await client.query('alter database lodge_restoring rename to lodge')
      if (isNothing) await client.query('drop database lodge_replaced with (force)')
    })
    return { restored, waiting, kept: isNothing ? undefined : 'What was there is kept as the database "lodge_replaced" until the next restore.' }
  } finally {
    await postgres.stop()
  }
}

async function intoExternal(target: Target, fill: Fill, agree: Agree): Promise<Done> {
  const on = async <T>(fn: (client: Connection['client']) => Promise<T>): Promise<T> => {
    const { client } = await openConnection(target, 'lodge restore')
    try { return await fn(client) } finally { await client.end() }
  }
  await on(async (client) => {
    const { rows } = await client.query<{ name: string }>("select distinct application_name as name from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and application_name like 'lodge%'")
    if (rows.length > 0) throw new CannotStart(`Somebody works on this database: ${rows.map((r) => r.name).join(', ')}. Stop Lodge on every node first.`)
    if (!await isEmpty(client)) await agree('There is something in the database of DATABASE_URL, and it is not kept.')
    await clear(client)
  })
  const restored = await fill(target)
  return { restored, waiting: await on(waitingToLeave), kept: undefined }
}

async function waitingToLeave(client: Connection['client']): Promise<number> {
  return (await client.query<{ n: number }>("select (select count(*) from deliveries where state = 'waiting') + (select count(*) from outbound_messages where state = 'waiting') as n")).rows[0]!.n
}

async function ask(what: string): Promise<void> {
  if (!process.stdin.isTTY) throw new CannotStart(`${what} Nobody is here to be asked: say --yes as well.`)
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question(`${what} Go on? Type yes: `).finally(() => { terminal.close() })
  if (answer.trim().toLowerCase() !== 'yes') throw new CannotStart('Nothing was changed.')
}
