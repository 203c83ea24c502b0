import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openLife, type Life } from './life.ts'

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'lodge-life-')) })
const opened: Life[] = []
afterEach(async () => {
  for (const life of opened.splice(0)) await life.stop()
  await rm(folder, { recursive: true })
})
async function open(): Promise<Life> {
  const life = await openLife({ folder, now: Date.now, random: Math.random, log: pino({ level: 'silent' }) })
  opened.push(life)
  return life
}

it('[SG8] knows of an end that was no stop, and when the last sign of life was', async () => {
  const first = await open()
  expect(first.lastMs).toBeUndefined()
  await first.stop()
  expect((await open()).lastMs).toBeUndefined()
  for (const life of opened.splice(0)) await life.stop()
  await writeFile(join(folder, 'alive'), '')
  await utimes(join(folder, 'alive'), 1_000, 1_000)   // as of one that was killed then
  expect((await open()).lastMs).toBe(1_000_000)
  expect((await stat(join(folder, 'alive'))).mtimeMs).toBeGreaterThan(1_000_000)
})

it('[SG8] leaves a sign again and again while it runs', async () => {
  await open()
  await utimes(join(folder, 'alive'), 1_000, 1_000)
  await expect.poll(async () => (await stat(join(folder, 'alive'))).mtimeMs, { timeout: 20_000 }).toBeGreaterThan(1_000_000)
})
