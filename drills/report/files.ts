/** The report's files: `NAME.json` for each drill, and one page over all of them. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DrillName } from '#drills/drill.ts'
import { pageOf } from './page.ts'
import { parts, type Part, type Record, type Records } from './record.ts'

/** The other parts of a drill's file stay. @returns the page's path */
export async function writeReport(folder: string, drill: DrillName, part: Part, record: Record): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${drill}.json`)
  const before = existsSync(path) ? JSON.parse(await readFile(path, 'utf8')) as Records : { drill }
  // Parts of different sizes are not to be compared.
  const kept = parts.filter((other) => before[other]?.scale.name === record.scale.name).map((other) => [other, before[other]] as const)
  await writeFile(path, lines({ drill, ...Object.fromEntries(kept), [part]: record }))
  const all = await Promise.all((await readdir(folder)).filter((name) => name.endsWith('.json')).sort().map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Records))
  const page = join(folder, 'index.html')
  await writeFile(page, pageOf(all))
  return page
}

/** A series on a line of its own: to be read, and compared by a person. */
const lines = (records: Records): string => `${JSON.stringify(records, null, 1).replace(/\[\s+(-?[\d.]+|null)(?:,\s+(?:-?[\d.]+|null))*\s+\]/g, (numbers) => numbers.replace(/\s+/g, ''))}\n`
