/** `npm run bench [-- ID…]`: measures, prints a table, writes bench/latest.json; fails when a bar is not met. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { whenAskedToEnd } from '#server/jobs/asked-to-end.ts'
import { openLab } from './lab.ts'
import { availability, deskRush } from './rows/bookings.ts'
import { kiosk } from './rows/kiosk.ts'
import { latency } from './rows/latency.ts'
import { memory } from './rows/memory.ts'
import { paths } from './rows/paths.ts'
import { messages } from './rows/messages.ts'
import { messenger } from './rows/messenger.ts'
import { noRefresh } from './rows/no-refresh.ts'
import { pool } from './rows/pool.ts'
import { reportBesideLive } from './rows/reports.ts'
import { start } from './rows/start.ts'
import { book, checkIns } from './rows/visits.ts'
import type { Experiment, Row } from './run.ts'

/** In this order: what disturbs the others comes last. */
const experiments: readonly Experiment[] = [messenger, kiosk, start, noRefresh, pool, paths, messages, latency(1000), latency(4000), checkIns, book, deskRush, availability, reportBesideLive, memory]

const asked = process.argv.slice(2)
const ids = experiments.flatMap((experiment) => experiment.ids)
const unknown = asked.filter((id) => !ids.includes(id))
if (unknown.length > 0) {
  console.error(`There is no row ${unknown.join(', ')}. There are: ${ids.join(', ')}.`)
  process.exit(2)
}

const lab = openLab((what) => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${what}` : `${what}\n`))
whenAskedToEnd((_, isAgain) => { if (isAgain) process.exit(130); void lab.close().then(() => process.exit(130)) })
const rows: Row[] = []
try {
  for (const experiment of experiments) {
    if (asked.length === 0 || experiment.ids.some((id) => asked.includes(id))) rows.push(...await experiment.run(lab))
  }
} finally {
  await lab.close()
}
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
console.log(tableOf(rows))
writeFileSync(join(import.meta.dirname, 'latest.json'), `${JSON.stringify(rows, null, 2)}\n`)
const missed = rows.filter((row) => row.met === false)
if (missed.length > 0) {
  console.error(`Not met: ${missed.map((row) => row.id).join(', ')}.`)
  process.exitCode = 1
}

function tableOf(all: readonly Row[]): string {
  const number = (n: number): string => n.toLocaleString('en')
  const lines = all.map((row) => [
    row.met === undefined ? '' : row.met ? '✓' : '✗', row.id, `${number(row.value)} ${row.unit}`,
    row.range ? `${number(row.range[0])} – ${number(row.range[1])}` : '', row.bar ?? '', row.what,
  ])
  const widths = lines[0]?.map((_, i) => Math.max(...lines.map((line) => line[i]!.length))) ?? []
  return lines.map((line) => line.map((cell, i) => cell.padEnd(widths[i]!)).join('  ').trimEnd()).join('\n')
}
