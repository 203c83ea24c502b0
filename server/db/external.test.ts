import pino from 'pino'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { checkExternal } from './external.ts'

let database: TestDatabase
beforeAll(async () => { database = await createTestDatabase() })
afterAll(() => database.drop())

const log = pino({ level: 'silent' })
const url = (role: string, name: string): string => `postgres://${role}@/${name}?host=${encodeURIComponent(String(inject('superuser').host))}`
const check = (address: string) => checkExternal({ url: address, cores: 2, connections: undefined, log, patienceMs: 0 })

it('finds the database and what there is to spend', async () => {
  expect(await check(url('lodge_app', String(database.target.database)))).toMatchObject({ connections: 12 })
})

it('says in words what is wrong, without the password', async () => {
  await expect(check('postgres://ada:hunter2@127.0.0.1:1/lodge')).rejects
    .toThrow(/^The database of DATABASE_URL cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:1\. Check the address, and that it runs\.$/)
  await expect(check(url('lodge_app', 'nowhere'))).rejects.toThrow('The database of DATABASE_URL refuses us: database "nowhere" does not exist.')
})
