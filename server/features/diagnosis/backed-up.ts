import { constants as files } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { backupLateMs, rehearsalLateMs } from '#contract/operations.ts'
import { lastRehearsal, listBackups } from '#server/features/backups/backups.ts'
import { bad, ok, warn, type Finding, type Look } from './finding.ts'
import type { Machine } from './machine.ts'

const hourMs = 3_600_000
const ago = (ms: number): string => ms < hourMs ? 'less than an hour' : ms < 48 * hourMs ? `${Math.round(ms / hourMs)} hours` : `${Math.round(ms / 24 / hourMs)} days`

/** Times in ms; undefined: never. `isScheduled`: the server takes one every day. */
export function judgeBackups({ isScheduled, lastAtMs, rehearsal, isOnSameDisk, isNew, nowMs }: { isScheduled: boolean; lastAtMs: number | undefined; rehearsal: { atMs: number; isEqual: boolean } | undefined; isOnSameDisk: boolean; isNew: boolean; nowMs: number }): Finding[] {
  const found: Finding[] = []
  if (!isScheduled) found.push(warn('backups', 'BACKUP_FOLDER is not set: none is taken by itself.', 'Set BACKUP_FOLDER to a folder on another disk.'))
  if (lastAtMs === undefined && isNew) return found
  if (lastAtMs === undefined) return [...found, bad('backups', 'There is no backup.', 'npm run lodge -- backup')]
  const ageMs = nowMs - lastAtMs
  found.push(ageMs > backupLateMs ? bad('backups', `The newest backup is ${ago(ageMs)} old.`, isScheduled ? 'See the log for "back everything up", and run npm run lodge -- backup.' : 'npm run lodge -- backup') : ok('backups', `The newest backup is ${ago(ageMs)} old.`))
  if (isOnSameDisk) found.push(warn('backups', 'They are on the disk of the data: who loses the one loses the other.', 'Set BACKUP_FOLDER to a folder on another disk, or copy it elsewhere.'))
  if (!rehearsal) found.push(warn('rehearsal', 'No restore was ever rehearsed.', 'npm run lodge -- backup rehearse'))
  else if (!rehearsal.isEqual) found.push(bad('rehearsal', 'The last rehearsed restore was not equal to its backup.', 'See rehearsal.json in the backup folder; take a backup and rehearse it.'))
  else if (nowMs - rehearsal.atMs > rehearsalLateMs) found.push(warn('rehearsal', `The last restore was rehearsed ${ago(nowMs - rehearsal.atMs)} ago.`, 'npm run lodge -- backup rehearse'))
  else found.push(ok('rehearsal', `A restore was rehearsed ${ago(nowMs - rehearsal.atMs)} ago, and was equal.`))
  return found
}

/** Of a folder that is to be made: the one that it will be in. */
async function takes(folder: string): Promise<boolean> {
  const is = await stat(folder).catch(() => undefined)
  if (!is && folder !== dirname(folder)) return takes(dirname(folder))
  return is !== undefined && is.isDirectory() && await access(folder, files.W_OK | files.X_OK).then(() => true, () => false)
}

const backups: Look<Machine> = {
  name: 'backups',
  async run({ config, now, isNew = false }) {
    const into = config.backupFolder ?? join(config.folder, 'backups')
    if (config.backupFolder !== undefined) {
      const readable = await readdir(into).then(() => true, (error: NodeJS.ErrnoException) => error.code === 'ENOENT')
      if (!readable) return bad('backups', `${into} cannot be read.`, 'Check that the disk is there, and who may enter.')
      if (!await takes(resolve(into))) return bad('backups', `Nothing can be written to ${into} by this user.`, 'Make it, and chown it to the user that Lodge runs as; or set BACKUP_FOLDER to another one.')
    }
    const last = (await listBackups(into)).at(-1)
    const rehearsal = await lastRehearsal(into)
    const [here, there] = await Promise.all([stat(config.folder).catch(() => undefined), stat(into).catch(() => undefined)])
    return judgeBackups({
      isScheduled: config.backupFolder !== undefined, lastAtMs: last?.takenAtMs, nowMs: now(), isNew, isOnSameDisk: here !== undefined && here.dev === there?.dev,
      rehearsal: rehearsal && { atMs: Date.parse(rehearsal.at), isEqual: rehearsal.differences.length === 0 },
    })
  },
}
export const backedUp: readonly Look<Machine>[] = [backups]
