/** What a tablet loads before its first screen: page, its scripts and styles, the catalogue of its language, and the letters. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Experiment } from '../run.ts'

const folder = join(import.meta.dirname, '..', '..', 'web', 'dist', 'kiosk')

export const kiosk: Experiment = {
  ids: ['kiosk-bytes'],
  async run() {
    const page = readFileSync(join(folder, 'index.html'), 'utf8')
    const linked = [...page.matchAll(/(?:src|href)="\/kiosk\/(assets\/[^"]+)"/g)].map(([, name]) => name!)
    const letters = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.woff2')).map((name) => `assets/${name}`)
    const files = new Set(['index.html', ...linked, ...letters])
    if (![...files].some((name) => name.endsWith('.js')) || ![...files].some((name) => name.endsWith('.css'))) throw new Error('The kiosk’s page links no script or no style: this row no longer measures what it says.')
    // Letters are compressed already; gzip would only add to them.
    const bytes = [...files].reduce((sum, name) => { const file = readFileSync(join(folder, name)); return sum + (name.endsWith('.woff2') ? file.length : gzipSync(file, { level: 9 }).length) }, 0)
    return [{ id: 'kiosk-bytes', what: 'the kiosk’s first screen with its letters, gzipped', value: bytes, unit: 'bytes', bar: '≤ 150,000', met: bytes <= 150_000 }]
  },
}
