/** Who runs the house, and that it is known without the database. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPool } from '#server/db/pool.ts'
import { remembered } from '#server/db/remembered.ts'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { ada, fillWorld, harbour, hotel, iris, kit, sessionOf } from '#test/world.ts'
import { openOperator } from './operator.ts'

const log = pino({ level: 'silent' })
let database: TestDatabase, folder: string
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'lodge-operator-'))
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const noted = (name: string) => remembered<{ account: string }>({ folder, name, log })

describe('the account that runs the house', () => {
  it('[OP1] [SG16] is the first one, as soon as there is one; its administrators are let in, and nobody else', async () => {
    const note = noted('operator')
    const operator = await openOperator({ db: database.db, noted: note })
    expect(await operator.account()).toBeUndefined()
    await fillWorld(database.db)
    expect(await operator.account()).toBe(hotel.id)
    expect(await Promise.all([ada, kit, iris].map((who) => operator.is(sessionOf(who))))).toEqual([true, false, false])
    await expect(operator.refuseUnless(sessionOf(iris), 'Not yours.')).rejects.toMatchObject({ code: 'forbidden', message: 'Not yours.' })
    await note.settled()
  })

  it('[OP1] is known to a start without the database, and what the database says wins', async () => {
    const away = openPool({ connect: { host: '127.0.0.1', port: 9, user: 'nobody', database: 'nothing' }, max: 3, log, application: 'operator.test' })
    try {
      const operator = await openOperator({ db: away, noted: noted('operator') })
      expect(operator.known).toBe(hotel.id)
      expect(await operator.is(sessionOf(ada))).toBe(true)
      const fresh = await openOperator({ db: away, noted: noted('none') })
      await expect(fresh.is(sessionOf(ada))).rejects.toMatchObject({ code: 'unavailable' })
    } finally { await away.close() }
    const other = noted('other')
    other.note({ account: harbour.id })
    await other.settled()
    const operator = await openOperator({ db: database.db, noted: other })
    expect(await operator.is(sessionOf(iris))).toBe(false)
    expect(operator.known).toBe(hotel.id)
  })
})
