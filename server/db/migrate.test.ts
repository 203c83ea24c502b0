import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { migrate } from './migrate.ts'
import { sql } from './sql.ts'

let database: TestDatabase
let folder = ''
const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text)
const run = (): Promise<string[]> => migrate(database.target, pathToFileURL(`${folder}/`))

beforeAll(async () => { database = await createTestDatabase() })
afterAll(() => database.drop())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lodge-migrations-'))
  await database.db.tx('empty', 2_000, (tx) => tx.run(sql`drop table if exists migrations, first, second`))
  await write('0001_first.sql', 'create table first (n int); insert into first values (1);')
  return () => rm(folder, { recursive: true })
})
const rowsOfFirst = () => database.db.read('first', 2_000, (tx) => tx.all(sql`select n from first`))

it('applies each file once, also when several nodes start together', async () => {
  const applied = await Promise.all([run(), run(), run()])
  expect(applied.flat()).toEqual(['0001_first.sql'])
  await write('0002_second.sql', 'create table second (n int)')
  expect(await run()).toEqual(['0002_second.sql'])
  expect(await rowsOfFirst()).toEqual([{ n: 1 }])
})

it('leaves nothing of a file that fails', async () => {
  await write('0002_second.sql', 'create table second (n int); insert into first values (2); select nonsense')
  await expect(run()).rejects.toThrow('Migration 0002_second.sql failed: column "nonsense" does not exist')
  expect(await rowsOfFirst()).toEqual([{ n: 1 }])
  await write('0002_second.sql', 'create table second (n int)')
  expect(await run()).toEqual(['0002_second.sql'])
})

it('refuses a file that was changed after it was applied', async () => {
  await run()
  await write('0001_first.sql', 'create table first (n bigint)')
  await expect(run()).rejects.toThrow('The migration 0001_first.sql was changed after it was applied')
})

it('refuses a database that belongs to a newer Lodge', async () => {
  await write('0002_second.sql', 'create table second (n int)')
  await run()
  await rm(join(folder, '0002_second.sql'))
  await expect(run()).rejects.toThrow('This database belongs to a newer Lodge: it has 0002_second.sql, and this version ends at 0001_first.sql')
})

it('refuses numbers with a gap', async () => {
  await write('0003_third.sql', 'select 1')
  await expect(run()).rejects.toThrow('gap or a double number at 0003_third.sql')
})
