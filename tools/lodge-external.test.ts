/** The same commands on a PostgreSQL that is not ours: no superuser, no database of its own beside. */
import { execFile } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest'
import { openConnection } from '#server/db/connection.ts'
import { emptyDatabase, everything, onDatabase, testFolder, type EmptyDatabase } from '#test/backup.ts'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { fillWorld } from '#test/world.ts'
import { cleanEnvironment } from './replay/own-server.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })
const urlOf = (database: string | undefined): string => `postgres://lodge_app@localhost/${database}?host=${encodeURIComponent(String(inject('superuser').host))}`
let from: TestDatabase, to: EmptyDatabase
let data: Awaited<ReturnType<typeof testFolder>>
beforeAll(async () => {
  [from, to, data] = [await createTestDatabase({ max: 1 }), await emptyDatabase(), await testFolder('external')]
  await fillWorld(from.db)
  await writeFile(join(data.path, 'keys'), 'k', { mode: 0o600 })
})
afterAll(async () => { await from.drop(); await to.drop(); await data.remove() })

const lodge = (database: string | undefined, ...args: string[]): Promise<{ code: number; out: string }> => new Promise((resolve) => {
  execFile(process.execPath, ['tools/lodge.ts', ...args], { cwd: fileURLToPath(new URL('..', import.meta.url)), env: { ...cleanEnvironment(), INIT_CWD: data.path, LODGE_DATA: data.path, DATABASE_URL: urlOf(database), PORT: '1' } }, (error, stdout, stderr) => { resolve({ code: error === null ? 0 : Number(error.code), out: stdout + stderr }) })
})

it('[BU1] [BU3] [BU4] [BU6] on an external database: a backup, a rehearsal in a database that is named, and a restore that asks', async () => {
  const here = from.target.database
  expect(await lodge(here, 'backup')).toMatchObject({ code: 0 })
  const [backup] = (await readdir(join(data.path, 'backups'))).filter((n) => n.endsWith('Z'))
  const folder = join('backups', backup!)
  expect(await lodge(here, 'backup', 'rehearse')).toMatchObject({ code: 2, out: expect.stringContaining('needs an empty database of its own: --scratch') as string })
  expect(await lodge(here, 'backup', 'rehearse', '--scratch', urlOf(here))).toMatchObject({ code: 2, out: expect.stringContaining('--scratch is DATABASE_URL') as string })
  expect(await lodge(here, 'backup', 'rehearse', '--scratch', urlOf(to.target.database))).toMatchObject({ code: 0, out: expect.stringContaining('are those of the backup') as string })
  expect(await everything(to.target)).toEqual({})   // nothing is left of it

  const before = await everything(from.target)
  expect(await lodge(to.target.database, 'restore', folder)).toMatchObject({ code: 0 })
  expect(await everything(to.target)).toEqual(before)
  expect(await lodge(to.target.database, 'restore', folder)).toMatchObject({ code: 2, out: expect.stringContaining('Say --replace') as string })
  await onDatabase(to.target, (client) => client.query("update contacts set name = 'X'"))
  const other = await openConnection(to.target, 'lodge')
  expect(await lodge(to.target.database, 'restore', folder, '--replace', '--yes')).toMatchObject({ code: 2, out: expect.stringContaining('Somebody works on this database: lodge.') as string })
  await other.client.end()
  expect(await lodge(to.target.database, 'restore', folder, '--replace', '--yes')).toMatchObject({ code: 0 })
  expect(await everything(to.target)).toEqual(before)
  expect(await lodge(to.target.database, 'check')).toMatchObject({ code: 0 })
  expect((await lodge(to.target.database, 'doctor')).out).toMatch(/! role: The role lodge_app has no connection limit/)
  await onDatabase(to.target, (client) => client.query('drop schema auth cascade; drop schema public cascade; create schema public; create table somebody_elses (n int)'))
  expect(await lodge(to.target.database, 'restore', folder)).toMatchObject({ code: 2, out: expect.stringContaining('There is something') as string })
})
