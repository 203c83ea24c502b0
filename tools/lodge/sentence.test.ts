/** What the machine throws at a command, thrown by the machine. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openConnection } from '#server/db/connection.ts'
import { createTestDatabase } from '#test/db.ts'
import { sentenceOf } from './sentence.ts'

const thrownBy = async (fn: () => Promise<unknown>): Promise<unknown> => fn().then(() => { throw new Error('It was to fail.') }, (error: unknown) => error)

it('[LM2] says what disk and database refuse, and keeps the stack of a defect', async () => {
  const gone = join(tmpdir(), 'lodge-nothing-here')
  expect(sentenceOf(await thrownBy(() => readFile(gone)))).toBe(`${gone} is not there.`)
  expect(sentenceOf(await thrownBy(() => readFile(tmpdir())))).toBeUndefined()   // EISDIR of a read names no path
  expect(sentenceOf(await thrownBy(() => mkdir(import.meta.filename, { recursive: true })))).toBe(`${import.meta.filename} is there already, and is no folder.`)
  expect(sentenceOf(await thrownBy(() => openConnection({ host: '127.0.0.1', port: 9, user: 'a', database: 'b' }, 'sentence.test')))).toContain('The database cannot be reached')
  const database = await createTestDatabase()
  try {
    expect(sentenceOf(await thrownBy(() => openConnection({ ...database.target, database: 'not_there' } as typeof database.target, 'sentence.test')))).toContain('database "not_there" does not exist')
  } finally { await database.drop() }
  expect(sentenceOf(new TypeError('x is undefined'))).toBeUndefined()
})

it.runIf(process.platform === 'linux')('[LM2] says that the disk is full (Linux has one that always is)', async () => {
  expect(sentenceOf(await thrownBy(() => writeFile('/dev/full', 'x')))).toMatch(/^No room is left on the disk/)
})
