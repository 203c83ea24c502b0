import { join, resolve } from 'node:path'
import { readConfig } from '#server/config.ts'
import { backUp, lastRehearsal, listBackups } from '#server/features/backups/backups.ts'
import { readManifest } from '#server/features/backups/manifest.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { count, progressLine, readArguments, size, time, typed } from './command.ts'
import { withConnection } from './reach.ts'
import { rehearseOnce } from './rehearse.ts'
import { version } from './version.ts'
import type { Command } from '../lodge.ts'

const usage = `npm run lodge -- backup [--to FOLDER] [--slow]     takes one, beside a running Lodge or without
npm run lodge -- backup list [--to FOLDER]         which there are
npm run lodge -- backup rehearse [BACKUP]          restores the newest (or BACKUP) into a database that is thrown away, and compares

A backup is everything in one moment: all rows, attachments, keys, spool, status page. It goes to BACKUP_FOLDER, or to "backups"
in LODGE_DATA. Who reads it can sign in as anybody. With DATABASE_URL a rehearsal needs --scratch postgres://…, an empty database.

  --to FOLDER      elsewhere
  --slow           at most 8 MB of rows a second, for a database that is busy
  --scratch URL    where a rehearsal restores to; everything in it is removed`

export const command: Command = {
  about: 'takes a backup; lists them; rehearses a restore',
  async run(args) {
    const { values, positionals } = readArguments(args, usage, { to: { type: 'string' }, slow: { type: 'boolean', default: false }, scratch: { type: 'string' } }, { positionals: [0, 2] })
    const config = readConfig(process.env)
    const into = values.to === undefined ? resolve(config.backupFolder ?? join(config.folder, 'backups')) : typed(values.to)
    const [what = 'take', backup] = positionals
    if (backup !== undefined && what !== 'rehearse') throw new CannotStart(`"${backup}" is too much; another folder is said with --to.\n\n${usage}`)
    if (what === 'list') return list(into)
    if (what === 'rehearse') return rehearseOnce(config, { into, backup, scratch: values.scratch })
    if (what !== 'take') throw new CannotStart(`There is no "backup ${what}".\n\n${usage}`)

    const line = progressLine('Backup')
    const { folder, manifest, removed } = await withConnection(config, 'lodge backup', ({ client }) => backUp({
      client, into, dataFolder: config.folder, keys: config.keys, lodge: version, keep: { daily: config.backupDaily, weekly: config.backupWeekly },
      onProgress: line.show, bytesPerSecond: values.slow ? 8 * 2 ** 20 : undefined,
    })).finally(line.done)
    const { tables, blobs } = manifest
    console.log(`${folder}\n${count(tables.reduce((n, t) => n + t.rows, 0))} rows of ${tables.length} tables (${size(tables.reduce((n, t) => n + t.storedBytes, 0))}) and ${count(blobs.count)} attachments (${size(blobs.sizeBytes)}) in ${time(manifest.tookMs)}.`)
    if (removed.length > 0) console.log(`Removed, their time being over: ${removed.join(', ')}.`)
    if (blobs.missing.length === 0) return 0
    console.log(`${count(blobs.missing.length)} attachments were not there to be copied. Run "npm run lodge -- check".`)
    return 1
  },
}

async function list(into: string): Promise<number> {
  const all = await listBackups(into)
  if (all.length === 0) console.log(`There is no backup in ${into}.`)
  for (const { id, folder } of all) {
    const m = await readManifest(folder).catch((error: Error) => error)
    console.log(m instanceof Error ? `${id}  ${m.message}` : `${id}  schema ${m.schemaVersion}  ${count(m.tables.reduce((n, t) => n + t.rows, 0)).padStart(12)} rows  ${size(m.tables.reduce((n, t) => n + t.storedBytes, 0)).padStart(9)}  ${count(m.blobs.count)} attachments  took ${time(m.tookMs)}`)
  }
  const rehearsed = await lastRehearsal(into)
  if (rehearsed) console.log(`Last rehearsed: ${rehearsed.at.slice(0, 16)}Z, ${time(rehearsed.tookMs)}, ${rehearsed.differences.length === 0 ? 'equal' : `${rehearsed.differences.length} differences`}.`)
  return all.length > 0 ? 0 : 1
}
