/** Entries come in each writer's order, and a conversation may have several writers: what comes of them must not depend on who was heard first. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '#client/id.ts'
import type { Fed } from '#server/db/feed.ts'
import { sql } from '#server/db/sql.ts'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { fillWorld, hotel, kit, mara, website } from '#test/world.ts'
import { reportFacts } from './projection.ts'
import { recount } from './recount.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await fillWorld(database.db)
  await database.db.tx('writers', 1_000, (tx) => tx.run(sql`insert into writers (node) values ('a'), ('b')`))
})
afterAll(() => database.drop())

const says = ['conversation.opened', `contact:${mara.id}`] as const
/** A dialogue: type, actor, writer. */
const dialogue = [
  [...says, 1], ['message.sent', `user:${kit.id}`, 2], ['message.sent', `contact:${mara.id}`, 1], ['note.added', `user:${kit.id}`, 2], ['message.sent', `user:${kit.id}`, 2], ['conversation.closed', `user:${kit.id}`, 1],
  ['message.sent', `contact:${mara.id}`, 2], ['conversation.closed', `user:${kit.id}`, 1], ['conversation.reopened', `user:${kit.id}`, 2], ['message.sent', 'system', 1],
] as const
let n = 0
async function store(): Promise<Fed[]> {
  const topic = `conversation:${newId()}`
  const entries = dialogue.map(([type, actor, writer], i) => ({ account: hotel.id, topic, offset: i + 1, id: newId(), type, actor, at: new Date(Date.parse('2026-05-01T10:00:00Z') + i * 60_000).toISOString(),
    body: type === 'conversation.opened' ? { inbox: website.id, contact: mara.id, channel: { id: newId(), kind: 'sms' } } : {}, writer, n: ++n }))
  await database.db.tx('store', 5_000, async (tx) => {
    for (const e of entries) await tx.run(sql`insert into journal (account_id, topic, "offset", id, type, actor, at, body, writer, n) values (${e.account}, ${e.topic}, ${e.offset}, ${e.id}, ${e.type}, ${e.actor}, ${e.at}, ${JSON.stringify(e.body)}, ${e.writer}, ${e.n})`)
    for (const writer of [1, 2]) await tx.run(sql`insert into cursors (subscriber, writer, n) values ('reports', ${writer}, ${n}) on conflict (subscriber, writer) do update set n = excluded.n`)
  })
  return entries as unknown as Fed[]
}
const hear = (entries: readonly Fed[]) => database.db.tx('hear', 5_000, (tx) => reportFacts(() => {}).handle(tx, entries))
const ofWriter = (entries: readonly Fed[], writer: number): Fed[] => entries.filter((_, i) => dialogue[i]![2] === writer)

it.each([
  ['in order', (all: Fed[]) => all.map((e) => [e])],
  ['at once', (all: Fed[]) => [all]],
  ['one writer, then the other', (all: Fed[]) => [ofWriter(all, 1), ofWriter(all, 2)]],
  ['the other writer first', (all: Fed[]) => [ofWriter(all, 2), ofWriter(all, 1)]],
  ['one writer entry by entry, then the other, then all again', (all: Fed[]) => [...ofWriter(all, 2).map((e) => [e]), ofWriter(all, 1), all]],
] as const)('[RP1] %s', async (_how, batches) => {
  const entries = await store()
  for (const batch of batches(entries)) await hear(batch)
  const facts = await database.db.read('facts', 1_000, (tx) => tx.all(sql<object>`select channel, folded_offset, first_contact_at, answered_at, answered_by, answered_ms, open_since, closed_at, closures, reopenings, messages_in, messages_out
    from report_conversations where account_id = ${hotel.id} and conversation_id = ${entries[0]!.topic.slice(13)}`))
  expect(facts).toEqual([{
    channel: 'sms', folded_offset: 10, first_contact_at: '2026-05-01T10:02:00.000Z', answered_at: '2026-05-01T10:04:00.000Z', answered_by: kit.id, answered_ms: 120_000, open_since: '2026-05-01T10:08:00.000Z', closed_at: '2026-05-01T10:07:00.000Z',
    closures: 2, reopenings: 2, messages_in: 2, messages_out: 2,
  }])
  expect(await recount({ db: database.db })).toMatchObject({ differences: 0, unread: 0 })
})
