import { setTimeout as sleep } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sequencer } from '#server/kernel/sequencer.ts'
import type { EntryType } from '#contract/entries.ts'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import type { Db, Tx } from './db.ts'
import { feed } from './feed.ts'
import { postgresJournal } from './journal.ts'
import * as statements from './journal.sql.ts'
import type { Lease } from './pool.ts'

let database: TestDatabase
beforeAll(async () => { database = await createTestDatabase({ max: 5 }) })
afterAll(async () => { await database.drop() })

const account = newId()

/** A node whose line to the database can be cut after a batch was stored and before it was answered. */
async function node(subscriber: string, only?: readonly EntryType[], more: { memoryRows?: number; pauseMs?: number; mayLagMs?: number } = {}) {
  const { epoch } = await database.db.read('epoch', 1000, (tx) => tx.one(statements.epoch()))
  let cuts = 0
  async function lease(label: string, waitMs: number): Promise<Lease> {
    const own = await database.db.lease(label, waitMs)
    const query = own.client.query.bind(own.client) as (...args: unknown[]) => Promise<unknown>
    Object.assign(own.client, { query: async (...args: unknown[]) => {
      const result = await query(...args)
      if ((args[0] as { name?: string }).name !== 'append' || cuts === 0) return result
      cuts--
      own.destroy()
      throw Object.assign(new Error('reset'), { code: 'ECONNRESET' })
    } })
    return own
  }
  const seen: string[] = []
  let pages = 0
  const db: Db = { ...database.db, read: (label, deadlineMs, fn) => { if (label.startsWith('feed ')) pages++; return database.db.read(label, deadlineMs, fn) } }
  const journal = postgresJournal({ db: database.db, lease, node: 'a', epoch, onRestart: () => {} })
  const inside = feed({ db, now: Date.now, sleep: async (ms) => { await sleep(ms, undefined, { ref: false }) }, pauseMs: 1, ...more, log: { error: (o) => { throw new Error('a subscriber failed', { cause: o }) } } })
  const s = sequencer<Tx>({ journal, now: Date.now, random: Math.random, sleep: (ms) => sleep(ms), publish: (rows) => inside.committed(rows) })
  inside.subscribe({ name: subscriber, ...(only && { only }), ...(more.mayLagMs !== undefined && { mayLagMs: more.mayLagMs }), handle: (_tx, entries) => { seen.push(...entries.map((e) => (e.body as { text: string }).text)); return Promise.resolve() } })
  const topic = `conversation:${newId()}`
  return {
    seen, inside,
    /** So many pages were read from the journal. */
    get pages() { return pages },
    say: (text: string, type: EntryType = 'message.sent') => s.accept({ account, topic, id: newId(), type, actor: 'system', body: { text } }),
    cut: () => { cuts = 1 },
    async stop() { await inside.settled(); await inside.stop(); journal.close() },
  }
}

it('[FD2] a subscriber sees every entry once, also one whose commit nobody heard of', async () => {
  const { say, cut, seen, inside, stop } = await node('first')
  await say('one')
  await inside.settled()
  cut()
  expect(await say('two')).toMatchObject({ offset: 2, repeat: true })
  await say('three')
  await inside.settled()
  await Promise.all(['four', 'five'].map((text) => say(text)))
  await stop()
  expect(seen).toEqual(['one', 'two', 'three', 'four', 'five'])
})

it('[FD2] a later life goes on where the cursor stands', async () => {
  const first = await node('second')
  await first.say('six')
  await first.stop()
  const second = await node('second')
  await second.say('seven')
  await second.stop()
  expect(first.seen.at(-1)).toBe('six')
  expect(second.seen).toEqual(['seven'])
})

it('[FD4] one that asks for some types is given those, once, whatever lies between and whoever comes after it', async () => {
  const only = ['note.added'] as const
  const first = await node('third', only)
  await first.say('eight', 'note.added')
  for (let i = 0; i < 20; i++) await first.say('nothing')
  await first.inside.settled()
  await first.say('nine', 'note.added')
  for (let i = 0; i < 20; i++) await first.say('nothing')
  await first.stop()   // its cursor stands behind the last of them
  expect(first.seen).toEqual(['eight', 'nine'])
  const second = await node('third', only)
  await second.say('ten', 'note.added')
  await second.stop()
  expect(second.seen).toEqual(['ten'])
})

it('one that may lag goes on before the memory forgets what it has not seen, and reads none of it from the journal', async () => {
  const slow = await node('fourth', undefined, { memoryRows: 40, pauseMs: 600_000, mayLagMs: 600_000 })
  await slow.say('eleven')
  await expect.poll(() => slow.seen, { timeout: 2_000 }).toContain('eleven')
  const { pages } = slow
  for (let i = 0; i < 80; i++) await slow.say(`more ${i}`)
  await expect.poll(() => slow.seen, { timeout: 2_000 }).toContain('more 59')
  expect(slow.pages).toBe(pages)
  await slow.stop()
})
