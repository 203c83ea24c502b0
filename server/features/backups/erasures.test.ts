/** What was erased stays erased: a backup from before is restored, and clients offer again what they keep. */
import { appendFile, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { eraseContact } from '#contract/contacts.ts'
import { deleteMessage, listEntries, openConversation, sendMessage } from '#contract/conversations.ts'
import type { Entry } from '#contract/entries.ts'
import { erasePerson } from '#contract/persons.ts'
import { createVisit, eraseVisit } from '#contract/visits.ts'
import { newId } from '#client/lodge.ts'
import { checkWhole } from '#server/features/diagnosis/diagnosis.ts'
import { onDatabase, restore, take, testFolder } from '#test/backup.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { value } from '#test/value.ts'
import { ada, kit, lobby, mara, tomas, website } from '#test/world.ts'
import { appendErasures, erasureFile, readErasures, type Erasure } from './erasure-log.ts'
import { clear } from './restore.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let server: TestServer
let data: Awaited<ReturnType<typeof testFolder>>, backups: typeof data
beforeEach(async () => { [data, backups] = [await testFolder('data'), await testFolder('backups')]; server = await startTestServer({ folder: data.path }) })
afterEach(async () => { await server.close(); await data.remove(); await backups.remove() })

const talk = async (who: typeof mara, ...texts: string[]): Promise<{ conversation: string; ids: string[] }> => {
  const conversation = newId()
  await value(server.callAs(who)(openConversation, { body: { id: newId(), conversation, inbox: website.id } }))
  const ids = texts.map(() => newId())
  for (const [i, text] of texts.entries()) await value(server.callAs(who)(sendMessage, { params: { conversation }, body: { id: ids[i]!, text } }))
  return { conversation, ids }
}
const visitOf = async (name: string, email?: string): Promise<string> => (await value(server.callAs(kit)(createVisit, { body: { id: newId(), location: lobby.id, name, ...(email && { email }), expectedAt: new Date().toISOString() } }))).id
const backUpNow = async () => { await server.app.feed.settled(); return take(server.database.target, { into: backups.path, dataFolder: data.path }) }
/** The server goes, its database is another one when it comes again. */
async function goBackTo(folder: string) {
  await server.app.feed.settled()
  await server.stop()
  await onDatabase(server.database.target, clear)
  const restored = await restore(folder, server.database.target, data.path)
  await server.start()
  await server.app.feed.settled()   // the list's last line follows the journal
  return restored
}
const everywhere = () => onDatabase(server.database.target, async (client) => {
  const { rows: tables } = await client.query<{ name: string }>("select c.oid::regclass::text as name from pg_class c where c.relkind = 'r' and c.relnamespace::regnamespace::text = 'public'")
  let text = ''
  for (const { name } of tables) text += (await client.query<{ rows: string | null }>(`select string_agg(t::text, E'\\n') as rows from ${name} t`)).rows[0]!.rows ?? ''
  return text
})
const entries = async (conversation: string): Promise<Entry[]> => (await value(server.callAs(ada)(listEntries, { params: { conversation } }))).entries as Entry[]

describe('a restore', () => {
  it('[BU5] erases again whom a backup from before still has: a contact, a message, a visit, a person', async () => {
    const [maras, tomass] = [await talk(mara, 'unmistakable-one', 'unmistakable-two'), await talk(tomas, 'stays', 'unmistakable-three')]
    const [visit, guest, other] = [await visitOf('Unmistakable Visitor'), await visitOf('Unmistakable Guest', 'unmistakable@example.com'), await visitOf('Stays Here')]
    const { folder } = await backUpNow()
    await value(server.callAs(tomas)(deleteMessage, { params: { conversation: tomass.conversation, message: tomass.ids[1]! }, query: { id: newId() } }))
    await value(server.callAs(ada)(eraseContact, { params: { contact: mara.id } }))
    await value(server.callAs(ada)(eraseVisit, { params: { visit }, query: { id: newId() } }))
    await value(server.callAs(ada)(erasePerson, { body: { id: newId(), visits: [guest] } }))
    await server.app.feed.settled()
    expect(await everywhere()).not.toMatch(/unmistakable/i)

    const restored = await goBackTo(folder)
    expect(restored.erasedAgain).toBe(5)   // the conversation's own entry among them
    expect(await everywhere()).not.toMatch(/unmistakable/i)
    expect(await everywhere()).toMatch(/Stays Here/)
    expect((await entries(tomass.conversation)).map((e) => [e.type, e.body === null])).toEqual([['conversation.opened', false], ['message.sent', false], ['message.sent', true], ['message.deleted', false]])
    expect((await entries(maras.conversation)).at(-1)).toMatchObject({ type: 'conversation.erased' })
    expect(await value(server.callAs(ada)((await import('#contract/visits.ts')).getVisit, { params: { visit: other } }))).toMatchObject({ name: 'Stays Here', isErased: false })
    const bad = await onDatabase(server.database.target, async (client) => (await checkWhole({ client, dataFolder: data.path, sample: 0 })).filter((f) => f.level === 'bad'))
    expect(bad).toEqual([])
    // And once more from the same backup, which by now knows less than the log.
    expect((await goBackTo(folder)).erasedAgain).toBe(5)
    expect(await everywhere()).not.toMatch(/unmistakable/i)
  })

  it('[BU5] does nothing twice: what the backup knows is left, and the id of an erasure is known after it', async () => {
    const { conversation, ids } = await talk(tomas, 'unmistakable')
    const command = newId()
    await value(server.callAs(tomas)(deleteMessage, { params: { conversation, message: ids[0]! }, query: { id: command } }))
    const { folder } = await backUpNow()
    expect((await goBackTo(folder)).erasedAgain).toBe(0)
    const again = await value(server.callAs(tomas)(deleteMessage, { params: { conversation, message: ids[0]! }, query: { id: command } }))
    expect(again.offset).toBe(3)
    expect(await entries(conversation)).toHaveLength(3)
  })

  it('[BU3] [BU5] is noticed by clients: they start afresh and offer again what the backup has not; a deleted text does not come back with them', async () => {
    const { conversation } = await talk(tomas, 'before the backup')
    const topic = `conversation:${conversation}`
    const { folder } = await backUpNow()
    const visitor = server.connectAs(tomas), agent = server.connectAs(ada)
    let seen: readonly Entry[] = []
    let fresh = 0
    agent.join(topic, { fresh: ({ entries: all }) => { fresh++; seen = all }, entries: (more) => { seen = [...seen, ...more] } })
    await visitor.send({ type: 'message.send', topic, body: { text: 'after the backup' } }).stored
    const regretted = newId()
    await visitor.send({ id: regretted, type: 'message.send', topic, body: { text: 'unmistakable regret' } }).stored
    // Deleted by somebody whose device offers nothing again.
    await value(server.callAs(ada)(deleteMessage, { params: { conversation, message: regretted }, query: { id: newId() } }))
    await agent.send({ type: 'message.send', topic, body: { text: 'an answer' } }).stored
    await expect.poll(() => seen.length).toBe(6)
    expect(fresh).toBe(1)

    const { epoch } = await goBackTo(folder)
    visitor.retryNow(); agent.retryNow()
    await expect.poll(() => fresh, { timeout: 40_000 }).toBeGreaterThan(1)
    const texts = async (): Promise<string[]> => (await entries(conversation)).filter((e) => e.type === 'message.sent').map((e) => (e.body as { text?: string } | null)?.text ?? '(gone)')
    await expect.poll(async () => (await texts()).toSorted(), { timeout: 40_000 }).toEqual(['(gone)', 'after the backup', 'an answer', 'before the backup'])
    await expect.poll(() => visitor.status.pending + agent.status.pending).toBe(0)
    await expect.poll(() => seen.map((e) => e.offset)).toEqual([1, 2, 3, 4, 5, 6])
    expect(await everywhere()).not.toMatch(/unmistakable/)
    expect((await value(server.callAs(ada)(listEntries, { params: { conversation } }))).epoch).toBe(epoch)
  })
})

describe('the log of erasures', () => {
  const one = (n: number): Erasure => ({ account: '016806b5-bc00-7000-8000-000000000100', topic: 'contact:x', id: `016806b5-bc00-7000-8000-00000000000${n}`, type: 'contact.erased', actor: 'system', at: `2026-11-26T10:00:0${n}.000Z`, body: {} })
  it('[BU5] holds ids and no words, readable by its owner only', async () => {
    const { conversation, ids } = await talk(tomas, 'unmistakable')
    await value(server.callAs(tomas)(deleteMessage, { params: { conversation, message: ids[0]! }, query: { id: newId() } }))
    await server.app.feed.settled()
    const text = await readFile(erasureFile(data.path), 'utf8')
    expect(text.trim().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual([expect.objectContaining({ type: 'message.deleted', body: { message: ids[0] }, of: { type: 'message.sent', actor: `contact:${tomas.id}` } })])
    expect(text).not.toContain('unmistakable')
    expect((await stat(erasureFile(data.path))).mode & 0o077).toBe(0)
  })
  it('[BU5] survives a line that a power cut tore, tells of one that is broken, and knows each erasure once', async () => {
    const path = erasureFile(data.path)
    await appendErasures(data.path, [one(1)])
    await appendFile(path, '{"account":"torn')
    expect(await readErasures([path])).toMatchObject({ erasures: [one(1)], unreadable: 0 })
    await appendErasures(data.path, [one(2), one(1)])
    expect(await readErasures([path, join(data.path, 'none')])).toEqual({ erasures: [one(1), one(2)], unreadable: 1 })
  })
  it('[BU5] catches up after the process ended between commit and line', async () => {
    const { conversation, ids } = await talk(tomas, 'unmistakable')
    await server.app.feed.settled()
    await server.stop()   // from here on nobody follows
    await onDatabase(server.database.target, async (client) => {
      const { rows: [w] } = await client.query<{ id: number }>("insert into writers (node) values ('dead') returning id")
      await client.query(`insert into journal (account_id, topic, "offset", id, type, actor, at, body, writer, n) select account_id, topic, 3, $1, 'message.deleted', actor, now(), jsonb_build_object('message', $2::text), $3, 1 from journal where id = $2::uuid`, [newId(), ids[0], w!.id])
    })
    await server.start()
    await expect.poll(async () => (await readErasures([erasureFile(data.path)])).erasures.map((e) => e.topic)).toEqual([`conversation:${conversation}`])
  })
})
