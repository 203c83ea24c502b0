import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Experiment } from '../run.ts'

const folder = join(import.meta.dirname, '../../web/dist/messenger')

export const messenger: Experiment = {
  ids: ['messenger-bytes', 'messenger-bytes-opened'],
  async run() {
    const files = readdirSync(folder).filter((name) => name.endsWith('.js') && !name.startsWith('guest-'))
    const bytes = (names: readonly string[]): number => names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0)
    const before = bytes(files.filter((name) => name === 'messenger.js' || name.startsWith('start-'))), all = bytes(files)
    return [
      { id: 'messenger-bytes', what: 'the messenger before it is opened, gzipped', value: before, unit: 'bytes', bar: '≤ 25,000', met: before <= 25_000 },
      { id: 'messenger-bytes-opened', what: 'all of the messenger, with both languages, gzipped', value: all, unit: 'bytes', bar: '≤ 45,000', met: all <= 45_000 },
    ]
  },
}
