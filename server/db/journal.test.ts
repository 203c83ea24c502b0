import { setTimeout as sleep } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Refusal } from '#server/kernel/refusal.ts'
import { sequencer, type NewRow } from '#server/kernel/sequencer.ts'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { fillWorld, hotel } from '#test/world.ts'
import type { Tx } from './db.ts'
import { postgresJournal } from './journal.ts'
import * as statements from './journal.sql.ts'
import { sql } from './sql.ts'

let database: TestDatabase
let epoch: string
const open: { close(): void }[] = []
beforeAll(async () => {
  database = await createTestDatabase({ max: 6 })
  await fillWorld(database.db)
  epoch = (await database.db.read('epoch', 1000, (tx) => tx.one(statements.epoch()))).epoch
})
afterEach(() => { for (const j of open.splice(0)) j.close() })
afterAll(async () => {
  await database.drop()
})

function node(name: string) {
  const published: NewRow[] = []
  const journal = postgresJournal({ db: database.db, lease: (label, waitMs) => database.db.lease(label, waitMs), node: name, epoch, onRestart: () => {} })
  const s = sequencer<Tx>({ journal, now: Date.now, random: Math.random, sleep: (ms) => sleep(ms), publish: (rows) => published.push(...rows) })
  open.push(journal)
  const say = (topic: string, text: string, id = newId(), actor = 'user:a') => s.accept({ account: hotel.id, topic, id, type: 'message.sent', actor, body: { text } })
  return { s, journal, published, say }
}
const stored = (topic: string) => database.db.read('stored', 1000, (tx) => tx.all(sql<{ offset: number; id: string; text: string }>`
  select "offset", id, body ->> 'text' as text from journal where account_id = ${hotel.id} and topic = ${topic} order by "offset"`))

describe('the journal in PostgreSQL', () => {
  it('[OR1] numbers a topic 1, 2, 3 … in arrival order and publishes what it committed', async () => {
    const { say, published } = node('a')
    const topic = `conversation:${newId()}`
    const answers = await Promise.all(['one', 'two', 'three'].map((t) => say(topic, t)))
    expect(answers.map((a) => a.offset)).toEqual([1, 2, 3])
    expect((await stored(topic)).map((r) => r.text)).toEqual(['one', 'two', 'three'])
    expect(published.map((r) => r.offset)).toEqual([1, 2, 3])
  })

  it('[AC2] a repeat returns the first result, on this node and on another', async () => {
    const a = node('a'), b = node('b')
    const topic = `conversation:${newId()}`, id = newId()
    const first = await a.say(topic, 'once', id)
    expect(await a.say(topic, 'once', id)).toEqual({ ...first, repeat: true })
    expect(await b.say(topic, 'once', id)).toEqual({ ...first, repeat: true })
    expect(await stored(topic)).toHaveLength(1)
  })

  it('[AC3] an id with another text, actor or topic is refused and reveals nothing', async () => {
    const { say } = node('a')
    const topic = `conversation:${newId()}`, id = newId()
    await say(topic, 'mine', id)
    for (const again of [() => say(topic, 'other', id), () => say(topic, 'mine', id, 'user:b'), () => say(`conversation:${newId()}`, 'mine', id)]) {
      await expect(again()).rejects.toMatchObject({ code: 'id_reused' })
    }
  })

  it('[OR2] two writers on one topic leave no hole, no double, and keep each sender in order', async () => {
    const a = node('a'), b = node('b')
    const topics = [0, 1, 2].map(() => `conversation:${newId()}`)
    await Promise.all([a, b].flatMap((n, who) => topics.flatMap((topic) => Array.from({ length: 60 }, async (_, i) => {
      await sleep(i % 7)
      await n.say(topic, `${who}.${i}`)
    }))))
    for (const topic of topics) {
      const rows = await stored(topic)
      expect(rows.map((r) => r.offset)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1))
      expect(new Set(rows.map((r) => r.text)).size).toBe(120)
    }
  })

  it('[OR2] a repeat in the middle of a batch does not tear a hole', async () => {
    const a = node('a'), b = node('b')
    const topic = `conversation:${newId()}`, id = newId()
    await a.say(topic, 'known', id)
    await Promise.all([b.say(topic, 'before'), b.say(topic, 'known', id), b.say(topic, 'after')])
    expect((await stored(topic)).map((r) => [r.offset, r.text])).toEqual([[1, 'known'], [2, 'before'], [3, 'after']])
  })

  it('[AC5] a row that the database refuses stands alone: the others of its batch are stored', async () => {
    const { s, say } = node('a')
    const topic = `conversation:${newId()}`
    const bad = s.accept({ account: hotel.id, topic, id: newId(), type: 'message.sent', actor: 'user:a', body: { text: 'a\u0000b' } })
    const others = ['x', 'y', 'z'].map((t) => say(topic, t))
    await expect(bad).rejects.toMatchObject({ code: 'invalid' })
    await Promise.all(others)
    expect((await stored(topic)).map((r) => r.text)).toEqual(['x', 'y', 'z'])
  })

  it('[AC4] a guard’s effect stands exactly when its entry does', async () => {
    const { s, say } = node('a')
    const topic = `conversation:${newId()}`
    const rename = (name: string) => (tx: Tx) => tx.run(sql`update accounts set name = ${name} where id = ${hotel.id}`).then(() => {})
    const guarded = (guard: (tx: Tx) => Promise<void>) => s.accept({ account: hotel.id, topic, id: newId(), type: 'conversation.closed', actor: 'user:a', body: {}, guard })
    const nameNow = () => database.db.read('name', 1000, (tx) => tx.one(sql<{ name: string }>`select name from accounts where id = ${hotel.id}`))
    const [ok, refused, plain] = await Promise.allSettled([
      guarded(rename('renamed')), guarded(async (tx) => { await rename('never')(tx); throw new Refusal('already_closed') }), say(topic, 'hello'),
    ])
    expect(ok).toMatchObject({ status: 'fulfilled', value: { offset: 1 } })
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'already_closed' } })
    expect(plain).toMatchObject({ status: 'fulfilled', value: { offset: 2 } })
    expect(await nameNow()).toEqual({ name: 'renamed' })
  })

  it('[AC6] a commit whose outcome nobody knows is settled by looking the ids up', async () => {
    const { say } = node('a')
    const topic = `conversation:${newId()}`
    await say(topic, 'first')
    const killing = (async () => {
      for (let i = 0; i < 15; i++) {
        await sleep(8)
        await database.db.read('kill', 1000, (tx) => tx.all(sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and query like '%journal_append%'`)).catch(() => {})
      }
    })()
    const answers = await Promise.all(Array.from({ length: 300 }, async (_, i) => { await sleep(i / 2); return say(topic, `m${i}`) }))
    await killing
    const rows = await stored(topic)
    expect(rows.map((r) => r.offset)).toEqual(Array.from({ length: 301 }, (_, i) => i + 1))
    for (const a of answers) expect(rows[a.offset - 1]!.id).toBe(a.id)
  })

  it('[RS5] a writer of the old history may not write into the new one', async () => {
    const a = node('a')
    const topic = `conversation:${newId()}`
    await a.say(topic, 'old')
    await database.db.read('restore', 1000, (tx) => tx.run(statements.newEpoch(epoch)))
    await a.say(topic, 'new')
    expect(a.journal.epoch).not.toBe(epoch)
    epoch = a.journal.epoch
    expect(await stored(topic)).toHaveLength(2)
  })
})
