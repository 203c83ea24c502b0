import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeFolderOf, mkdirs } from './folder.ts'

let folder: string
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'lodge-folder-')) })
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Killed after a minute: a start that tries for ever is what this is about. */
async function start(env: Readonly<Record<string, string>>): Promise<string> {
  const server = spawn(process.execPath, [fileURLToPath(new URL('../start.ts', import.meta.url))], { env: { ...process.env, PORT: '0', STATUS_PORT: '0', LOG_LEVEL: 'silent', LODGE_DATA: join(folder, 'data'), ...env }, timeout: 60_000, killSignal: 'SIGKILL' })
  const [said] = await Promise.all([text(server.stderr), once(server, 'close')])
  return said
}

it('makes the folders that one is in, all in one mode, and leaves those that are there', async () => {
  await mkdirs(join(folder, 'a', 'b', 'c'), 0o700)
  for (const one of ['a', 'a/b', 'a/b/c']) expect((await stat(join(folder, one))).mode & 0o777).toBe(0o700)
  for (let i = 0; i < 30; i++) await Promise.all([1, 2, 3, 4].map((n) => mkdirs(join(folder, 'a', `d${i}`, 'e', 'f', `${n % 2}`))))   // each finds what another has just made
  await mkdirs(join(folder, 'a', 'b', 'c'))
  await mkdirs('/')
})

it('throws what the disk says where none can be', async () => {
  await writeFile(join(folder, 'file'), '')
  await expect(mkdirs(join(folder, 'file'))).rejects.toThrow('EEXIST')
  await expect(mkdirs(join(folder, 'file', 'below'))).rejects.toThrow('ENOTDIR')
})

it.skipIf(process.platform !== 'linux').each([
  ['LODGE_DATA', '/proc/lodge/data'], ['LODGE_SPOOL', '/proc/lodge'],
])('[SP18] ends the start with a sentence that names the setting: %s=%s takes no folder', async (setting, path) => {
  expect(await start({ [setting]: path })).toMatch(new RegExp(`^Lodge cannot start. ${setting} is "${path}", and nothing can be written there \\(ENOENT: .*\\). Set it to another folder, or let this user write there.$`, 'm'))
}, 90_000)

it.skipIf(process.platform !== 'linux')('[SP18] asks a folder that is there whether it takes any', async () => {
  await expect(makeFolderOf('LODGE_DATA', '/proc', { inside: 'spool' })).rejects.toThrow('LODGE_DATA is "/proc", and nothing can be written there')
  await makeFolderOf('LODGE_DATA', folder, { inside: 'spool' })
  expect((await stat(join(folder, 'spool'))).mode & 0o777).toBe(0o700)
})
