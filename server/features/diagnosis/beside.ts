/** What the database names and is not in it, and what a restore will need: attachments, the log of erasures, the spool. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { erasureFile, readErasures, sumOf, blobPath } from '#server/features/backups/backups.ts'
import { scan } from '#server/kernel/spool-segment.ts'
import { bad, ok, warn, type Finding, type Look } from './finding.ts'
import type { Whole } from './whole.ts'

const attachments: Look<Whole> = {
  name: 'attachments',
  async run({ client, dataFolder, sample }) {
    const { rows } = await client.query<{ sha256: string; sizeBytes: number }>(`select encode(sha256, 'hex') as "sha256", max(size_bytes) as "sizeBytes" from blobs where complete and deleted_at is null and sha256 is not null group by sha256`)
    const missing: string[] = [], changed: string[] = []
    const whole: string[] = []
    for (const { sha256, sizeBytes } of rows) {
      const found = await stat(blobPath(join(dataFolder, 'blobs'), sha256)).catch(() => undefined)
      if (!found) missing.push(sha256)
      else if (found.size !== sizeBytes) changed.push(sha256)
      else whole.push(sha256)
    }
    const read = evenly(whole, sample)
    for (const sha256 of read) if ((await sumOf(blobPath(join(dataFolder, 'blobs'), sha256))).sha256 !== sha256) changed.push(sha256)
    if (missing.length + changed.length === 0) return ok('attachments', `All ${rows.length} are there; ${read.length} of them were read and are what they were.`)
    return bad('attachments', [
      ...(missing.length > 0 ? [`${missing.length} of ${rows.length} are missing: ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ' …' : ''}.`] : []),
      ...(changed.length > 0 ? [`${changed.length} are not what was uploaded: ${changed.slice(0, 3).join(', ')}${changed.length > 3 ? ' …' : ''}.`] : []),
    ].join(' '), 'Copy them from a backup: blobs/ab/abcdef… in the backup folder to the same place in LODGE_DATA.')
  },
}
/** Spread over all of them, others each time. */
function evenly<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all]
  const step = all.length / most
  const from = Math.random() * step
  return Array.from({ length: most }, (_, i) => all[Math.floor(from + i * step)]!)
}

const erasures: Look<Whole> = {
  name: 'erasures',
  async run({ dataFolder }) {
    const { erasures: known, unreadable } = await readErasures([erasureFile(dataFolder)])
    return unreadable === 0 ? ok('erasures', `${known.length} erasures are noted for restores.`) : warn('erasures', `${unreadable} lines of ${erasureFile(dataFolder)} cannot be read: a restore would not do these erasures again.`, 'Compare with the file in the newest backup, and take a new backup.')
  },
}
/** What was acknowledged and is not in the database yet. A torn end was never acknowledged: a Lodge that runs beside us may be writing it. */
const spool: Look<Whole> = {
  name: 'spool',
  async run({ dataFolder, spoolFolder }) {
    const folders = [join(dataFolder, 'spool'), ...(spoolFolder === undefined ? [] : [spoolFolder])]
    const found: Finding[] = []
    let files = 0, records = 0
    const damaged: string[] = [], unreadable: string[] = []
    for (const folder of folders) {
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => error)
      if (names instanceof Error) {
        if (names.code !== 'ENOENT') found.push(bad('spool', `${folder} cannot be read: ${names.message}.`, 'Give it to the user that Lodge runs as.'))
        continue
      }
      for (const name of names) {
        const path = join(folder, name)
        if (name.startsWith('damaged-')) { damaged.push(path); continue }   // cut out by an earlier start
        const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => error)
        if (bytes instanceof Error) {
          if (bytes.code !== 'ENOENT') unreadable.push(path)   // replayed since
          continue
        }
        files++
        if (!name.endsWith('.spool')) continue
        const read = scan(bytes)
        records += read.records.length
        for (const piece of read.damaged) damaged.push(`${path} at ${piece.offset}`)
      }
    }
    if (unreadable.length > 0) found.push(bad('spool', `Cannot be read: ${unreadable.join(', ')}.`, 'What they hold was acknowledged and is not in the database yet. Give them to the user that Lodge runs as.'))
    if (damaged.length > 0) found.push(bad('spool', `The disk has changed what was kept: ${damaged.slice(0, 5).join(', ')}${damaged.length > 5 ? ` and ${damaged.length - 5} more` : ''}.`, 'Everything else is replayed. Keep these files: what they held was acknowledged, and may still be read in them. Move to another disk.'))
    return found.length > 0 ? found : ok('spool', `${files} files with ${records} records, all of them whole.`)
  },
}
export const besideDatabase: readonly Look<Whole>[] = [attachments, erasures, spool]
