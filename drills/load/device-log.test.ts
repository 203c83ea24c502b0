import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newId } from '#client/id.ts'
import { openDeviceLog } from './device-log.ts'

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'lodge-device-')) })
afterEach(() => rm(folder, { recursive: true }))
const happened = () => ({ id: newId(), type: 'check_in', visit: newId(), at: new Date(0).toISOString(), offsetMs: 0, body: {} } as const)

it('has on its disk what it says it has, and goes on after a kill [DR4]', async () => {
  const path = join(folder, 'a'), first = await openDeviceLog(path)
  const said = await Promise.all([1, 2, 3].map(() => first.write(happened())))
  expect(said.map((o) => o.seq)).toEqual([1, 2, 3])
  for (const { id } of said) expect(await readFile(path, 'utf8')).toContain(id)
  await first.mark([{ id: said[0]!.id, seq: 1, state: 'applied', reason: null }, { id: said[1]!.id, seq: 2, state: 'held', reason: 'watchlisted' }], 5)
  await first.unmark([2])
  await first.write(happened())
  await appendFile(path, '{"happened":{"id":"torn')
  const second = await openDeviceLog(path)
  expect(second.id).toBe(first.id)
  expect(second.operations()).toEqual(first.operations())
  expect((await second.unsent(0, 10)).map((o) => o.seq)).toEqual([2, 3, 4])
  const fifth = await second.write(happened())
  expect(fifth.seq).toBe(5)
  expect((await openDeviceLog(path)).operations().map((o) => o.id)).toContain(fifth.id)
})

it('gives numbers in the order of writing, to those who write at once too [DR4]', async () => {
  const log = await openDeviceLog(join(folder, 'b')), all = Array.from({ length: 20 }, happened)
  const kept = await Promise.all(all.map((one) => log.write(one)))
  expect(kept.map(({ id, seq }) => [id, seq])).toEqual(all.map(({ id }, i) => [id, i + 1]))
})
