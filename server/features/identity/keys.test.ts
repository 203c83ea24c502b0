import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadKeys } from './keys.ts'

let folder: string
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'lodge-keys-')) })
afterAll(() => rm(folder, { recursive: true }))

it('makes keys on the first start that only their owner can read, and keeps them', async () => {
  const path = join(folder, 'new', 'keys')
  const keys = await loadKeys(path)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(keys.tickets).toHaveLength(1)
  expect(keys.tickets[0]!.secret).toHaveLength(32)
  expect(await loadKeys(path)).toEqual(keys)
})

it('[SP18] names its setting when the folder cannot be made', async () => {
  await writeFile(join(folder, 'file'), '')
  const below = join(folder, 'file', 'below')
  await expect(loadKeys(join(below, 'keys'))).rejects.toThrow(`Nothing can be written to the folder of LODGE_KEYS, ${below} (ENOTDIR`)
})

it('accepts every ticket key and takes the last of each kind', async () => {
  const path = join(folder, 'exchanged')
  const before = await loadKeys(path)
  await appendFile(path, `# exchanged in November\nticket young ${'y'.repeat(43)}\ncookie young ${'z'.repeat(43)}\n`)
  const after = await loadKeys(path)
  expect(after.tickets.map((key) => key.id)).toEqual([before.tickets[0]!.id, 'young'])
  expect(after.cookieSecret).toBe('z'.repeat(43))
})

it('adds a key for web push to a file from before there was one, once, and keeps the others', async () => {
  const path = join(folder, 'before-push')
  const text = `ticket a ${'x'.repeat(43)}\ncookie b ${'y'.repeat(43)}`
  await writeFile(path, text)
  const keys = await loadKeys(path)
  expect(keys).toMatchObject({ cookieSecret: 'y'.repeat(43), pushSecret: expect.stringMatching(/^[\w-]{43}$/) })
  expect((await readFile(path, 'utf8')).startsWith(text)).toBe(true)
  expect(await loadKeys(path)).toEqual(keys)
})

it('[OP10] says which file it cannot read', async () => {
  await expect(loadKeys(folder)).rejects.toThrow(`The signing keys cannot be read or made in ${folder}: `)
})

it('does not guess: a damaged file stops the start and stays as it is', async () => {
  const path = join(folder, 'damaged')
  for (const text of ['', 'ticket a short\n', `ticket a ${'x'.repeat(43)}\n`, `cookie a ${'x'.repeat(43)}\n`, `ticket a ${'x'.repeat(43)}\ncookie`]) {
    await writeFile(path, text)
    await expect(loadKeys(path), text).rejects.toThrow(path)
    expect(await readFile(path, 'utf8')).toBe(text)
  }
})
