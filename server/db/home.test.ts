import { lstat, mkdir, mkdtemp, readlink, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { prepareHome } from './home.ts'

const isRoot = process.getuid?.() === 0
let folder = ''
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'lodge-home-')) })   // 0700, like /root
afterAll(() => rm(folder, { recursive: true }))

it('keeps socket paths short enough for the system, wherever the data is', async () => {
  const deep = join(folder, 'd'.repeat(60), 'e'.repeat(60))
  const home = await prepareHome(join(deep, 'postgres'))
  expect(Buffer.byteLength(`${home.run}/.s.PGSQL.5432`)).toBeLessThanOrEqual(103)
  expect((await lstat(home.run)).mode & 0o777).toBe(0o700)
  await rm(home.run, { recursive: true })
  if (isRoot) await rm(home.folder, { recursive: true })   // see below
})

it.skipIf(!isRoot)('puts the data where the database user can reach it when Lodge runs as root in a closed folder', async () => {
  const wanted = join(folder, 'clone', '.lodge', 'postgres')
  const home = await prepareHome(wanted)
  expect(home.owner).toBeDefined()
  expect(home.folder).toMatch(/^\/var\/lib\/lodge\//)
  expect(await readlink(wanted)).toBe(home.folder)
  expect((await prepareHome(wanted)).folder).toBe(home.folder)
  await rm(home.folder, { recursive: true })
})

it.skipIf(!isRoot)('says what to do when data that is there cannot be reached', async () => {
  const closed = join(folder, 'closed', 'postgres')
  await mkdir(closed, { recursive: true })
  const real = await realpath(closed)   // before: a rejection that comes while this is awaited is nobody's
  await expect(prepareHome(closed)).rejects.toThrow(`cannot reach ${real}. Move the folder, or let others pass`)
})
