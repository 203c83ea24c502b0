import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { claim } from './lock.ts'

let folder = ''
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'lodge-lock-')) })
afterAll(() => rm(folder, { recursive: true }))

it('is held by one, who is named to the next, and free again after the release', async () => {
  const path = join(folder, 'held')
  const release = await claim(path, folder)
  await expect(claim(path, folder)).rejects.toThrow(`Lodge already runs on this data, process ${process.pid} (${folder})`)
  await release()
  await (await claim(path, folder))()
})

it('is taken over from a process that was killed, by one of several that try', async () => {
  const path = join(folder, 'stale')
  const code = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('held'))`
  const holder = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  holder.kill('SIGKILL')
  await once(holder, 'close')
  expect(existsSync(path)).toBe(true)

  const tries = await Promise.allSettled([claim(path, folder), claim(path, folder), claim(path, folder)])
  const won = tries.filter((one) => one.status === 'fulfilled')
  expect(won).toHaveLength(1)
  await won[0]!.value()
})
