import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { absence, stoppingReason, type Absence } from './absence.ts'

let data: string
let proposed: string[]
let of: Absence
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'lodge-absence-'))
  proposed = []
  of = absence({ data, restartMs: 400, failed: (error) => { throw error }, propose: async (level, reasons) => { proposed.push(`${level}: ${reasons.join(' ')}`) } })
})
afterEach(async () => { of.stop(); await rm(data, { recursive: true, force: true }) })
const later = (ms: number): Promise<void> => new Promise((done) => { setTimeout(done, ms) })

it('[SG8] a kill, and a server that is not ready, are proposed at once', async () => {
  await writeFile(join(data, 'alive'), '')
  await of.note('disrupted', ['The database has been away for 7 s.'])
  await of.note('down', ['It cannot be reached.'])
  expect(proposed).toEqual(['disrupted: The database has been away for 7 s.', 'down: It cannot be reached.'])
})

it('[SG8] a stop that was asked for is none, when the server is back in the time of a restart', async () => {
  await of.note('disrupted', [stoppingReason])
  await of.note('down', ['It cannot be reached.'])
  await of.note('works', [])
  await later(600)
  expect(proposed).toEqual([])
})

it('[SG8] a stop from which nobody comes back is proposed after that', async () => {
  await of.note('down', ['It cannot be reached.'])
  expect(proposed).toEqual([])
  await expect.poll(() => proposed, { timeout: 5_000 }).toEqual(['down: It was stopped, and did not come back within 0 s. It cannot be reached.'])
})
