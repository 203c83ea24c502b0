import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { bar } from '#drills/drill.ts'
import { scales, type Scale } from '#drills/scale.ts'
import { writeReport } from './files.ts'
import type { Record, Records } from './record.ts'

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'lodge-report-')) })
afterEach(() => rm(folder, { recursive: true }))

const record = (scale: Scale, found: string): Record => ({
  startedAt: '2026-11-26T10:00:00.000Z', machine: 'a machine', seed: 42, cores: 'all 2', scale, bars: [bar('messages lost', '0', found, found === '0')], broken: { isBroken: found !== '0', found: `${found} are missing` }, voidBecause: null,
  marks: [{ second: 1, what: 'a <blow>' }], counts: { messages: 3 }, violations: [],
  series: { goodput: [100, null, 40.5], latency: [1, 20_000, 3], connections: [12, 12, 12], loopDelay: [1, 2, 3], sockets: [400, 0, 400] },
})
const read = async (): Promise<Records> => JSON.parse(await readFile(join(folder, 'zendesk.json'), 'utf8')) as Records

it('shows both halves beside each other, in one page that needs nothing else [DR7]', async () => {
  await writeReport(folder, 'zendesk', 'protected', record(scales.full, '0'))
  const page = await readFile(await writeReport(folder, 'zendesk', 'control', record(scales.full, '17')), 'utf8')
  expect(page).toContain('held: all 1 bars are met')
  expect(page).toContain('the control broke: 17 are missing')
  expect(page).toContain('a &lt;blow&gt;')
  expect(page).toContain('seed 42')
  expect(page).not.toMatch(/<script|<link|<img|https?:\/\//)
  expect(page.match(/<path class="(?:protected|control)"/g)).toHaveLength(10)
  expect((await read()).protected?.series.goodput).toEqual([100, null, 40.5])
})

it('says what was missed, and drops a half of another size [DR7]', async () => {
  await writeReport(folder, 'zendesk', 'control', record(scales.full, '17'))
  const page = await readFile(await writeReport(folder, 'zendesk', 'protected', record(scales.quick, '2')), 'utf8')
  expect(page).toContain('missed 1 of 1 bars')
  expect(await read()).not.toHaveProperty('control')
})

it('keeps the long run beside both halves, and shows it after them [DR7]', async () => {
  await writeReport(folder, 'serraview', 'soak', record(scales.full, '0'))
  await writeReport(folder, 'serraview', 'protected', record(scales.full, '2'))
  const page = await readFile(await writeReport(folder, 'serraview', 'control', record(scales.full, '17')), 'utf8')
  expect(page).toContain('missed 1 of 1 bars')
  expect(page.indexOf('held: all 1 bars are met')).toBeGreaterThan(page.indexOf('The same over'))
  expect(page.match(/<path class="(?:protected|control)"/g)).toHaveLength(12)
})
