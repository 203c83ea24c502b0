import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newId } from '#client/id.ts'
import { openDeviceLog } from './device-log.ts'

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'lodge-device-')) })
afterEach(() => rm(folder, { recursive: true }))
const operation = () => ({ id: newId(), type: 'check_in', visit: newId(), at: new Date(0).toISOString(), offsetMs: 0, body: {} } as const)

it('has on its disk what it says it has, and goes on after a kill [DR4]', async () => {
  const path = join(folder, 'a'), first = await openDeviceLog(path)
  const said = await Promise.all([1, 2, 3].map(() => first.write(operation())))
  for (const { id } of said) expect(await readFile(path, 'utf8')).toContain(id)
  first.receipt(said[0]!.id)
  await first.write(operation())
  await appendFile(path, '{"operation":{"id":"torn')
  const second = await openDeviceLog(path)
  expect(second.id).toBe(first.id)
  expect(second.operations.map((o) => o.seq)).toEqual([1, 2, 3, 4])
  expect(said.map((o) => second.isUnsent(o.id))).toEqual([false, true, true])
  const fifth = await second.write(operation())
  expect(fifth.seq).toBe(5)
  expect((await openDeviceLog(path)).operations.map((o) => o.id)).toContain(fifth.id)
})
