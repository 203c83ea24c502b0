import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { arrayWriter } from './binary-arrays.ts'
import { sql } from './sql.ts'

let database: TestDatabase
beforeAll(async () => { database = await createTestDatabase({ max: 2 }) })
afterAll(() => database.drop())

const arrays = arrayWriter()
const same = <T>(value: T): T => value

it.each([
  ['uuids', arrays.uuids(['016806b5-bc00-7000-8000-0000000001ff', 'FFFFFFFF-ffff-ffff-ffff-ffffffffffff', '00112233445566778899aabbccddeeff'], same), 'uuid[]',
    '{016806b5-bc00-7000-8000-0000000001ff,ffffffff-ffff-ffff-ffff-ffffffffffff,00112233-4455-6677-8899-aabbccddeeff}'],
  ['texts', arrays.texts(['', 'a, "b" \\ {c}', 'NULL', 'ü 你好 👋🏽', 'x'.repeat(5_000)], same), 'text[]', `{"","a, \\"b\\" \\\\ {c}","NULL","ü 你好 👋🏽",${'x'.repeat(5_000)}}`],
  ['whole numbers', arrays.bigints([0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1], same), 'bigint[]', '{0,1,2147483648,4294967295,4294967296,9007199254740991}'],
])('%s are to PostgreSQL what was meant', async (_, array, type, text) => {
  const cast = sql([`::${type} as value`] as unknown as TemplateStringsArray)
  const { value } = await database.db.read('array', 1_000, (tx) => tx.one(sql<{ value: string }>`select (a.value)::text as value from (select ${array}${cast}) a`))
  expect(value).toBe(text)
})

it('columns of one statement never share bytes, however large they are', () => {
  for (let round = 0; round < 3; round++) {
    arrays.begin()
    const columns = [1, 40_000, 3, 900_000, 5, 2_000_000].map((length, i) => ({ letter: String(i), length, made: arrays.texts([String(i).repeat(length)], same) }))
    for (const { letter, length, made } of columns) expect(made.toString('latin1', 24) === letter.repeat(length), `${length} bytes`).toBe(true)
  }
})

it('none are an empty array', async () => {
  const counts = sql<{ n: number }>`select cardinality(${arrays.uuids([], same)}::uuid[]) + cardinality(${arrays.texts([], same)}::text[]) + cardinality(${arrays.bigints([], same)}::bigint[]) as n`
  expect(await database.db.read('none', 1_000, (tx) => tx.one(counts))).toEqual({ n: 0 })
})

it('what is no text to PostgreSQL is refused', async () => {
  await expect(database.db.read('nul', 1_000, (tx) => tx.one(sql`select ${arrays.texts(['a\0b'], same)}::text[]`))).rejects.toMatchObject({ code: '22021' })
})
