/** `lodge status` as somebody types it in a hurry: what is wrong is said in a sentence, and nothing is published by mistake. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cleanEnvironment } from '../replay/own-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
let folder: string
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'lodge-words-')) })
afterAll(async () => rm(folder, { recursive: true, force: true }))

interface Ended { code: number; out: string }
const status = (...args: string[]): Promise<Ended> => new Promise((resolve) => {
  execFile(process.execPath, ['tools/lodge.ts', 'status', ...args], { cwd: root, env: { ...cleanEnvironment(), INIT_CWD: folder, LODGE_DATA: join(folder, 'data') } }, (error, stdout, stderr) => { resolve({ code: error === null ? 0 : Number(error.code), out: stdout + stderr }) })
})
const says = (words: string, code = 2) => ({ code, out: expect.stringContaining(words) as string })

it('[SG14] says what is wrong with what was typed, shows how that one verb is written, and changes nothing', { timeout: 60_000 }, async () => {
  const asked = await status('open', '--help')
  expect(asked).toEqual(says('open TITLE --component ID=LEVEL', 0))
  expect(asked.out).not.toContain('subscribe ADDRESS')
  expect(await status('opne', 'x')).toEqual(says('There is no "status opne".'))
  expect(await status('open', 'Messages', 'are', 'late')).toEqual(says('"are" is too much.'))
  expect(await status('open')).toEqual(says('Say a title.'))
  expect(await status('open', 'Messages are late', '--component', 'inbox=dead')).toEqual(says('"dead" is no level.'))
  expect(await status('update', 'none', '--text', 'News.')).toEqual(says('There is no incident "none".', 1))
  expect(await status('import', 'none.json')).toEqual(says(`${join(folder, 'none.json')} is not there.`))
  await writeFile(join(folder, 'broken.json'), '{"lodge":"status"')
  expect(await status('import', 'broken.json')).toEqual(says('Line 1 is no JSON.'))
  expect(await status('list')).toEqual(says('No incident is open.', 0))
})

it('[SG14] files are where they were typed, and a remedy moves on by its words', { timeout: 60_000 }, async () => {
  expect((await status('open', 'Messages are late', '--component', 'inbox=slow', '--id', 'late', '--text', 'We look.')).code).toBe(0)
  expect((await status('edit', 'late', '--remedy', 'scheduled:A faster disk', '--remedy', 'done:Restarted')).code).toBe(0)
  expect((await status('edit', 'late', '--remedy', 'in_progress:A faster disk', '--audience', 'agents')).code).toBe(0)
  expect((await status('export', 'out.json')).code).toBe(0)
  const { incidents: [incident] } = JSON.parse(await readFile(join(folder, 'out.json'), 'utf8')) as { incidents: { remediation: unknown; audience: unknown }[] }
  expect(incident).toMatchObject({ audience: ['agents'], remediation: [{ text: 'A faster disk', state: 'in_progress' }, { text: 'Restarted', state: 'done' }] })
})
