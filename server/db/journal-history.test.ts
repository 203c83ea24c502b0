import { setTimeout as sleep } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Away, sequencer, type NewRow } from '#server/kernel/sequencer.ts'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import type { Tx } from './db.ts'
import { postgresJournal } from './journal.ts'
import * as statements from './journal.sql.ts'
import { sql } from './sql.ts'

let database: TestDatabase
beforeAll(async () => { database = await createTestDatabase({ max: 4 }) })
afterAll(async () => { await database.drop() })

const account = newId()
const row = (topic: string, offset: number): NewRow =>
  ({ account, topic, offset, id: newId(), type: 'message.sent', actor: 'system', at: '2026-11-24T09:00:00.000Z', body: '{}', digest: '0'.repeat(32), writer: 0, n: 0 })

async function open(line = Promise.resolve()) {
  const { epoch } = await database.db.read('epoch', 1000, (tx) => tx.one(statements.epoch()))
  let restarts = 0
  const journal = postgresJournal({ db: database.db, lease: async (label, waitMs) => { await line; return database.db.lease(label, waitMs) }, node: 'a', epoch, onRestart: () => { restarts++ } })
  return { journal, epoch, restarts: () => restarts }
}

it('a read notices that the history was replaced before it hands out rows', async () => {
  const { journal, epoch, restarts } = await open()
  const topic = `conversation:${newId()}`
  await journal.append([row(topic, 1)])
  await journal.read({ account, topic, after: null, limit: 10 })
  expect(restarts()).toBe(0)
  await database.db.tx('restore', 1000, (tx) => tx.run(statements.newEpoch(epoch)))
  await journal.read({ account, topic, after: null, limit: 10 })
  expect(restarts()).toBe(1)
  expect(journal.epoch).not.toBe(epoch)
  journal.close()
})

it('a database that takes no writes costs no connection, however often it is asked', async () => {
  const { journal } = await open()
  await database.db.tx('full', 1000, (tx) => tx.run(sql`create function full_disk() returns trigger language plpgsql as $$ begin raise exception 'No space left on device' using errcode = '53100'; end $$`))
  await database.db.tx('full', 1000, (tx) => tx.run(sql`create trigger full_disk before insert on writers execute function full_disk()`))
  for (let i = 0; i < 6; i++) await expect(journal.append([row('t', 1)])).rejects.toBeInstanceOf(Away)
  expect(database.db.stats().held).toEqual([])
  await database.db.tx('back', 1000, (tx) => tx.run(sql`drop trigger full_disk on writers`))
  await journal.append([row(`conversation:${newId()}`, 1)])
  expect(database.db.stats().held.map((h) => h.label)).toEqual(['writer'])
  journal.close()
})

it('[RS5] a failover that loses the newest commits makes a new epoch, and no hole', async () => {
  const { journal, epoch, restarts } = await open()
  const s = sequencer<Tx>({ journal, now: Date.now, random: Math.random, sleep: (ms) => sleep(ms), publish: () => {} })
  const topic = `conversation:${newId()}`
  const say = () => s.accept({ account, topic, id: newId(), type: 'message.sent', actor: 'system', body: {} })
  for (let i = 1; i <= 4; i++) await say()
  const failover = async (lost: number) => {
    await database.db.tx('failover', 1000, (tx) => tx.run(sql`delete from journal where account_id = ${account} and topic = ${topic} and "offset" > ${4 - lost}`))
    await database.db.read('failover', 1000, (tx) => tx.all(sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and query like '%journal_append%'`))
  }
  await failover(0)
  expect(await say()).toMatchObject({ offset: 5 })
  expect([restarts(), journal.epoch]).toEqual([0, epoch])
  await failover(2)
  expect(await say()).toMatchObject({ offset: 3 })
  expect(restarts()).toBe(1)
  expect(journal.epoch).not.toBe(epoch)
  journal.close()
})

it('writing in a replaced history stores nothing and can be tried again', async () => {
  const { journal, epoch } = await open()
  const topic = `conversation:${newId()}`
  await database.db.tx('restore', 1000, (tx) => tx.run(statements.newEpoch(epoch)))
  await expect(journal.append([row(topic, 1)])).rejects.toBeInstanceOf(Away)
  expect(await journal.append([row(topic, 1)])).toEqual([])
  journal.close()
})

it('[RS5] what was numbered before a new history was heard of is not stored in it, however late the connection comes', async () => {
  const line = Promise.withResolvers<void>()
  const { journal, epoch } = await open(line.promise)
  const topic = `conversation:${newId()}`
  const writing = journal.append([row(topic, 7)]).catch((error: unknown) => error)
  await journal.restart(epoch)
  expect(journal.epoch).not.toBe(epoch)
  line.resolve()
  expect(await writing).toBeInstanceOf(Away)
  expect((await journal.read({ account, topic, after: null, limit: 10 })).rows).toEqual([])
  await journal.append([row(topic, 1)])
  journal.close()
})
