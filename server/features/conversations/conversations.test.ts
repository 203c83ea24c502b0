import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as contract from '#contract/conversations.ts'
import { eraseContact } from '#contract/contacts.ts'
import { listDeliveries } from '#contract/deliveries.ts'
import type { CommandBody, CommandType } from '#contract/commands.ts'
import type { Entry } from '#contract/entries.ts'
import { newId, type NewCommand } from '#client/lodge.ts'
import type { Fed } from '#server/db/feed.ts'
import { sql } from '#server/db/sql.ts'
import { conversationList } from './projection.ts'
import { wakeSnoozed } from './snooze.ts'
import { tellUnanswered } from './unanswered.ts'
import { chance } from '#drills/chance.ts'
import { converge } from '#test/converge.ts'
import { startTestServer, type Somebody, type TestServer } from '#test/server.ts'
import { ada, ben, frontDoor, hotel, iris, kit, mara, noor, reception, tomas, website } from '#test/world.ts'

let server: TestServer
beforeAll(async () => { server = await startTestServer({ commandsPerSecond: 1000, commandBurst: 1000 }) })
afterAll(() => server.close())

/** A new conversation of Mara's with one message in it. */
async function begin(): Promise<{ conversation: string; topic: string; first: string }> {
  const conversation = newId(), topic = `conversation:${conversation}`, first = newId()
  await run(mara, topic, 'conversation.open', { inbox: website.id, page: 'https://lantern.example/rooms' })
  await run(mara, topic, 'message.send', { text: 'Could we check out at one?' }, first)
  return { conversation, topic, first }
}
const lodges = new Map<string, ReturnType<TestServer['connectAs']>>()
function run<T extends CommandType>(who: Somebody, topic: string, type: T, body: CommandBody<T>, id = newId()) {
  let lodge = lodges.get(who.id)
  if (!lodge) lodges.set(who.id, lodge = server.connectAs(who))
  return lodge.send({ id, type, topic, body } as NewCommand).stored
}
const tick = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })
const stateOf = async (conversation: string, who: Somebody = ada) => {
  await server.app.feed.settled()
  const found = await server.callAs(who)(contract.getConversation, { params: { conversation } })
  if (!found.ok) throw new Error(found.code)
  return found.value.conversation
}
const entriesOf = async (conversation: string, who: Somebody = ada) => {
  const found = await server.callAs(who)(contract.listEntries, { params: { conversation } })
  if (!found.ok) throw new Error(found.code)
  return found.value.entries as Entry[]
}

describe('a conversation', () => {
  it('[CV1] every verb: old state and its entries are the fresh state, for agents and for the contact', async () => {
    const { conversation, topic, first } = await begin()
    const note = newId(), soon = new Date(Date.now() + 3_600_000).toISOString()
    const verbs: [Somebody, CommandType, object][] = [
      [ada, 'message.send', { text: 'Of course. I have noted 13:00.' }],
      [ada, 'conversation.assign', { assignee: kit.id, note: 'She is yours' }],
      [kit, 'conversation.assign', { assignee: null, team: reception.id }],
      [ada, 'conversation.label', { labels: ['late check-out', 'vip'] }],
      [mara, 'message.edit', { message: first, text: 'Could we check out at two?' }],
      [ada, 'conversation.snooze', { until: soon }],
      [mara, 'message.send', { text: 'One more thing' }],                       // wakes it
      [ada, 'conversation.close', {}],
      [ada, 'message.send', { text: 'By the way' }],                            // opens it
      [ada, 'conversation.close', {}],
      [mara, 'message.send', { text: 'Thank you' }],                            // opens it
      [ada, 'conversation.close', {}],
      [ada, 'conversation.reopen', {}],
      [mara, 'message.delete', { message: first }],
    ]
    await converge(server, ada, conversation, () => run(ada, topic, 'note.add', { text: 'Speaks Swedish', mentions: [kit.id] }, note))
    await converge(server, ada, conversation, () => run(ada, topic, 'note.edit', { message: note, text: 'Speaks Swedish and German' }))
    for (const [who, type, body] of verbs) await converge(server, ada, conversation, () => run(who, topic, type, body as never))
    expect(await stateOf(conversation)).toMatchObject({ status: 'open', team: reception.id, labels: ['late check-out', 'vip'] })
    await converge(server, mara, conversation, () => run(ada, topic, 'message.send', { text: 'See you' }))
  })

  it('[RS8] a contact sees what is private as hidden, at the same offsets', async () => {
    const { conversation, topic } = await begin()
    await run(ada, topic, 'note.add', { text: 'secret' })
    await run(ada, topic, 'conversation.assign', { assignee: ada.id, note: 'also secret' })
    await run(ada, topic, 'message.send', { text: 'Yes' })
    const inside = await entriesOf(conversation), outside = await entriesOf(conversation, mara)
    expect(outside.map((e) => e.offset)).toEqual(inside.map((e) => e.offset))
    expect(outside.map((e) => e.type)).toEqual(['conversation.opened', 'message.sent', 'hidden', 'hidden', 'message.sent'])
    expect(JSON.stringify(outside)).not.toContain('secret')
    expect(await stateOf(conversation, mara)).toMatchObject({ assignee: null, labels: [] })
  })

  it('[AC9] a retried first message makes one conversation; commands behind an opening wait for it', async () => {
    const topic = `conversation:${newId()}`, open = newId()
    const answers = await Promise.all([
      run(tomas, topic, 'conversation.open', { inbox: website.id }, open), run(tomas, topic, 'message.send', { text: 'Hello?' }),
      server.callAs(tomas)(contract.openConversation, { body: { id: open, conversation: topic.slice(13), inbox: website.id } }),
    ])
    expect(answers[0].offset).toBe(1)
    expect(answers[1].offset).toBe(2)
    expect(answers[2]).toMatchObject({ ok: true, value: { offset: 1 } })
    expect(await server.callAs(tomas)(contract.openConversation, { body: { id: newId(), conversation: topic.slice(13), inbox: website.id } })).toMatchObject({ ok: false, code: 'taken' })
  })

  it('[CV3] blank, too long and U+0000 are refused in words; everything else comes back unchanged', async () => {
    const { conversation, topic } = await begin()
    for (const [text, code] of [['', 'blank_message'], [' \u200b\n', 'blank_message'], ['a\0b', 'nul_character'], ['\ud800', 'invalid'], ['x'.repeat(16_001), 'too_long']] as const) {
      await expect(run(mara, topic, 'message.send', { text })).rejects.toMatchObject({ code })
      const over = await server.callAs(mara)(contract.sendMessage, { params: { conversation }, body: { id: newId(), text } })
      expect(over).toMatchObject({ ok: false })
      if (!over.ok) expect([code, 'invalid']).toContain(over.code)
    }
    const odd = ['  two spaces  ', '<script>alert(1)</script>', '\u202eright to left', '𝒳 👩‍👩‍👧', 'Z̸̢͝a', 'x'.repeat(16_000)]
    for (const text of odd) await run(mara, topic, 'message.send', { text })
    const texts = (await entriesOf(conversation)).flatMap((e) => e.type === 'message.sent' && e.body ? [e.body.text] : []).slice(1)
    expect(texts).toEqual(odd)
  })

  it('[CV4] only the author changes a text; the author or an administrator deletes it, and then it is gone everywhere', async () => {
    const { conversation, topic, first } = await begin()
    const second = newId()
    await run(kit, topic, 'message.send', { text: 'Kit’s words' }, second)
    await expect(run(noor, topic, 'message.edit', { message: second, text: 'no' })).rejects.toMatchObject({ code: 'not_yours' })
    await expect(run(noor, topic, 'message.delete', { message: second })).rejects.toMatchObject({ code: 'not_yours' })
    await expect(run(mara, topic, 'message.delete', { message: second })).rejects.toMatchObject({ code: 'not_yours' })
    await run(kit, topic, 'message.edit', { message: second, text: 'Kit’s better words' })
    await run(ada, topic, 'message.delete', { message: second })
    await expect(run(kit, topic, 'message.edit', { message: second, text: 'again' })).rejects.toMatchObject({ code: 'gone' })
    expect(JSON.stringify(await entriesOf(conversation))).not.toContain('words')
    const live = new Promise<string>((resolve) => { server.connectAs(noor).join(topic, { fresh: ({ entries }) => resolve(JSON.stringify(entries)), entries() {} }) })
    expect(await live).not.toContain('words')
    await server.app.feed.settled()
    const { rows } = await server.database.db.read('look', 1000, async (tx) => ({ rows: await tx.all(sql<{ last: string }>`select last_text as last from conversations where id = ${conversation}`) }))
    expect(rows[0]!.last).not.toContain('words')
    expect((await entriesOf(conversation)).find((e) => e.id === first)!.body).not.toBeNull()
  })

  it('[CV5] two agents take one conversation: one of them is told', async () => {
    const { topic } = await begin()
    const taken = await Promise.allSettled([kit, noor].map((who) => run(who, topic, 'conversation.assign', { assignee: who.id, expect: null })))
    expect(taken.filter((t) => t.status === 'fulfilled')).toHaveLength(1)
    expect(taken.find((t) => t.status === 'rejected')).toMatchObject({ reason: { code: 'assigned_elsewhere' } })
  })

  it('[CV6] a snoozed conversation wakes once, whoever looks', async () => {
    const { conversation, topic } = await begin()
    await run(ada, topic, 'conversation.snooze', { until: new Date(Date.now() + 1_000).toISOString() })   // on a busy machine the command may take a while
    await tick(1_100)
    const { db } = server.database, { accept } = server.app.sequencer
    await Promise.all([wakeSnoozed({ db, accept }), wakeSnoozed({ db, accept })])
    await wakeSnoozed({ db, accept })
    const woken = (await entriesOf(conversation)).filter((e) => e.type === 'conversation.reopened')
    expect(woken).toMatchObject([{ actor: 'system', body: { because: 'snooze_over' } }])
    expect((await stateOf(conversation)).status).toBe('open')
  })

  it('[CV6] one that was put off again while it was being woken sleeps on', async () => {
    const { conversation, topic } = await begin()
    await run(ada, topic, 'conversation.snooze', { until: new Date(Date.now() + 1_000).toISOString() })
    await tick(1_100)
    const later = new Date(Date.now() + 3_600_000).toISOString()
    // Between the look and the guard of whoever wakes it.
    const accept: typeof server.app.sequencer.accept = async (draft) => { await run(ada, topic, 'conversation.snooze', { until: later }); return server.app.sequencer.accept(draft) }
    await wakeSnoozed({ db: server.database.db, accept })
    expect(await stateOf(conversation)).toMatchObject({ status: 'snoozed', snoozedUntil: later })
  })

  it('closing what is closed and opening what is open is refused', async () => {
    const { topic } = await begin()
    await expect(run(ada, topic, 'conversation.reopen', {})).rejects.toMatchObject({ code: 'already_open' })
    await run(ada, topic, 'conversation.close', {})
    await expect(run(kit, topic, 'conversation.close', {})).rejects.toMatchObject({ code: 'already_closed' })
  })

  it('[CV7] a visitor reaches the own conversations only, and no verb of the house', async () => {
    const { conversation, topic } = await begin()
    await expect(run(tomas, topic, 'message.send', { text: 'hi' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(run(ben, topic, 'message.send', { text: 'hi' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(run(iris, topic, 'note.add', { text: 'hi' })).rejects.toMatchObject({ code: 'not_found' })
    for (const type of ['note.add', 'conversation.close', 'conversation.assign', 'conversation.label', 'conversation.snooze'] as const) {
      const body = { 'note.add': { text: 'x' }, 'conversation.close': {}, 'conversation.assign': { assignee: null }, 'conversation.label': { labels: [] }, 'conversation.snooze': { until: new Date(Date.now() + 9e6).toISOString() } }[type]
      await expect(run(mara, topic, type, body as never)).rejects.toMatchObject({ code: 'forbidden' })
    }
    await expect(run(tomas, `conversation:${newId()}`, 'conversation.open', { inbox: frontDoor.id })).rejects.toMatchObject({ code: 'not_found' })
    expect(await server.callAs(tomas)(contract.getConversation, { params: { conversation } })).toMatchObject({ ok: false, code: 'not_found' })
  })

  it('[MK1] marks are cumulative, capped at the head, and told to the other side', async () => {
    const { topic } = await begin()
    const seen: { contact: { read: number }; mine: number }[] = []
    const agent = server.connectAs(noor)
    await new Promise<void>((joined) => { agent.join(topic, { fresh: () => joined(), entries() {}, marks: (m) => seen.push(m) }) })
    const visitor = server.connectAs(mara)
    await new Promise<void>((joined) => { visitor.join(topic, { fresh: () => joined(), entries() {} }) })
    visitor.mark(topic, { read: 999 })
    await expect.poll(() => seen.at(-1)?.contact.read).toBe(2)
    visitor.mark(topic, { read: 1 })
    agent.mark(topic, { read: 2 })
    await expect.poll(() => seen.at(-1)).toMatchObject({ contact: { read: 2 }, mine: 2 })
  })

  it('[MK4] the inbox view pushes changed rows and counts', async () => {
    const pushes: contract.InboxView[] = []
    server.connectAs(ada).watch(`inbox:${website.id}`, (body) => pushes.push(body as contract.InboxView))
    await expect.poll(() => pushes.length).toBeGreaterThan(0)
    const { conversation, topic } = await begin()
    await expect.poll(() => pushes.flatMap((p) => p.rows).findLast((r) => r.id === conversation)).toMatchObject({ lastText: 'Could we check out at one?', recentInbound: [2], contactName: 'Mara Lindqvist' })
    await run(ada, topic, 'conversation.assign', { assignee: kit.id })
    await expect.poll(() => pushes.at(-1)?.counts.byAssignee[kit.id]).toBeGreaterThan(0)
  })

  it('lists page by page, newest first, without gap or double', async () => {
    for (let i = 0; i < 5; i++) await begin()
    await server.app.feed.settled()
    const ids: string[] = []
    for (let cursor: string | undefined; ;) {
      const page = await server.callAs(ada)(contract.listConversations, { query: { inbox: website.id, limit: 2, ...(cursor !== undefined && { cursor }) } })
      if (!page.ok) throw new Error(page.message)
      ids.push(...page.value.conversations.map((c) => c.id))
      if (page.value.next === null) break
      cursor = page.value.next
    }
    const all = await server.callAs(ada)(contract.listConversations, { query: { inbox: website.id, limit: 200 } })
    expect(all.ok && all.value.conversations.map((c) => c.id)).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
    expect(await server.callAs(ada)(contract.listConversations, { query: { cursor: 'nonsense' } })).toMatchObject({ ok: false, code: 'invalid' })
  })

  it('[DL1] [DL4] a visitor gets the transcript without what is private; without SMTP it stands in the tray, once', async () => {
    const { conversation, topic } = await begin()
    await run(ada, topic, 'note.add', { text: 'a secret note' })
    const id = newId()
    const sent = await Promise.all([1, 2].map(() => server.callAs(mara)(contract.sendTranscript, { params: { conversation }, body: { id, to: 'mara@example.com' } })))
    const delivery = sent[0]!.ok ? sent[0]!.value.delivery : ''
    expect(sent).toMatchObject(Array(2).fill({ ok: true, value: { delivery, leaves: false } }))
    const tray = await server.callAs(ada)(listDeliveries, { query: { state: 'tray' } })
    const mails = tray.ok ? tray.value.deliveries.filter((d) => d.to === 'mara@example.com' && d.kind === 'transcript') : []
    expect(mails).toMatchObject([{ id: delivery, state: 'tray' }])
    expect(mails[0]!.text).toContain('Could we check out at one?')
    expect(mails[0]!.text).not.toContain('secret')
    expect(await server.callAs(tomas)(contract.sendTranscript, { params: { conversation }, body: { id: newId(), to: 'tomas@example.com' } })).toMatchObject({ ok: false, code: 'not_found' })
  })

  it('tells those responsible of a contact who waits, once, and not those who are there', async () => {
    const { conversation } = await begin()
    await server.app.feed.settled()
    const told: string[] = []
    const tell = (there: string[]) => tellUnanswered({
      db: server.database.db, now: () => Date.now() + 20 * 60_000, isThere: (_account, user) => there.includes(user),
      deliver: async (_tx, _account, w) => { if (w.conversation === conversation) told.push(`${w.to} ${w.id}`) },
    })
    await tell([ada.id])
    expect(told).toEqual([])
    await tell([])
    await tell([])
    expect(told).toHaveLength(2)
    expect(new Set(told).size, 'the same wait has the same id, so it is one mail').toBe(1)
    expect(told[0]).toContain(ada.email)
  })

  /** Holds up the one commit that is under way, so that what comes meanwhile makes one batch. */
  async function holdUp(during: () => Promise<void>): Promise<void> {
    const { conversation, topic } = await begin(), locked = Promise.withResolvers<void>(), over = Promise.withResolvers<void>()
    const lock = server.database.db.tx('hold', 10_000, async (tx) => {
      await tx.run(sql`select 1 from conversations where account_id = ${hotel.id} and id = ${conversation} for update`)
      locked.resolve()
      await over.promise
    })
    await locked.promise
    const waits = run(kit, topic, 'conversation.assign', { assignee: kit.id })
    await tick(100)
    try { await during() } finally { over.resolve() }
    await Promise.all([lock, waits])
  }

  it('[RD1] a deleted message takes along the edit that was accepted just before', async () => {
    const { conversation, topic, first } = await begin()
    let both: Promise<unknown> = Promise.resolve()
    await holdUp(async () => {
      const edited = run(mara, topic, 'message.edit', { message: first, text: 'my secret number' })
      await tick(100)
      both = Promise.all([edited, run(ada, topic, 'message.delete', { message: first })])
      await tick(100)
    })
    await both
    expect(JSON.stringify(await entriesOf(conversation))).not.toContain('secret')
    expect((await entriesOf(conversation)).map((e) => e.type)).toEqual(['conversation.opened', 'message.sent', 'message.edited', 'message.deleted'])
  })

  it('[RD2] erasing a person leaves nothing of the texts, not even of the one just accepted, and the conversation still folds', async () => {
    const conversation = newId(), topic = `conversation:${conversation}`
    await run(ben, topic, 'conversation.open', { inbox: frontDoor.id, page: 'https://harbour.example/private' })
    await run(ben, topic, 'message.send', { text: 'my secret plan' })
    await run(iris, topic, 'conversation.assign', { assignee: iris.id, note: 'a secret too' })
    let erased: Promise<unknown> = Promise.resolve()
    await holdUp(async () => {
      const said = run(ben, topic, 'message.send', { text: 'one more secret' })
      await tick(100)
      erased = Promise.all([said, server.callAs(iris)(eraseContact, { params: { contact: ben.id } })])
      await tick(100)
    })
    expect(await erased).toMatchObject([{ state: 'stored' }, { ok: true, value: { erasedEntries: 4 } }])
    await server.app.feed.settled()   // the list may be a moment behind the journal, and has the words in hand
    const { rows } = await server.database.db.read('look', 1000, async (tx) => ({ rows: await tx.all(sql<{ all: string }>`
      select (select string_agg(coalesce(body::text, ''), ' ') from journal where topic = ${topic}) || (select string_agg(c::text, ' ') from conversations c where id = ${conversation}) || (select c::text from contacts c where id = ${ben.id}) as all`) }))
    expect(rows[0]!.all).not.toMatch(/secret|private|Okafor|ben@/)
    expect(await stateOf(conversation, iris)).toMatchObject({ assignee: iris.id, status: 'open' })
    await expect.poll(() => lodges.get(ben.id)!.status).toMatchObject({ state: 'ended', code: 4503 })
  })

  it('[RD2] what the list had in hand while a person was erased is not written for good', async () => {
    const id = newId(), topic = `conversation:${id}`
    await run(mara, topic, 'conversation.open', { inbox: website.id })
    await run(mara, topic, 'message.send', { text: 'before the erasure' })
    await server.app.feed.settled()
    const text = async () => (await server.database.db.read('line', 1000, (tx) => tx.one<{ text: string }>(sql`select last_text as text from conversations where id = ${id}`))).text
    const of = { account: hotel.id, topic, id: newId(), actor: `contact:${mara.id}`, at: new Date().toISOString(), n: 1 } as const
    const erased = { ...of, type: 'conversation.erased', offset: 3, body: {} } as const
    const follow = (...entries: Fed[]) => server.database.db.tx('follow', 1000, (tx) => conversationList(() => {}).handle(tx, entries))
    const before = { ...of, type: 'message.sent', offset: 2, body: { text: 'before the erasure' } } as const
    expect(await text()).toBe('before the erasure')
    // The erasure blanked a line that was not written yet; then the list wrote it.
    await server.database.db.tx('not yet', 1000, (tx) => tx.run(sql`update conversations set last_text = '', last_message_offset = 0 where id = ${id}`))
    await follow(before)
    expect(await text()).toBe('before the erasure')
    await follow(erased)
    expect(await text()).toBe('')
    const later = { ...of, type: 'message.sent', offset: 4, body: { text: 'and after it' } } as const
    await follow(before, erased, later)
    expect(await text()).toBe('and after it')
  })

  it('[FD3] knows the newest offsets of the contact, however the entries of two writers are cut into batches, mixed and repeated', async () => {
    const { conversation: id, topic } = await begin()
    await server.app.feed.settled()
    const random = chance(11)
    const entries = Array.from({ length: 120 }, (_, i): Fed => ({
      account: hotel.id, topic, id: newId(), actor: random.is(0.6) ? `contact:${mara.id}` : `user:${ada.id}`, at: new Date().toISOString(), n: i, type: 'message.sent', offset: i + 3, body: { text: `${i}` },
    }))
    const writers = [entries.filter(({ n }) => n % 7 < 4), entries.filter(({ n }) => n % 7 >= 4)]
    for (const at = [0, 0]; writers.some((of, i) => at[i]! < of.length);) {
      const i = random.below(2), size = 1 + random.below(30), again = random.below(4)
      const batch = writers[i]!.slice(Math.max(0, at[i]! - again), at[i]! + size)
      at[i]! += size
      if (batch.length > 0) await server.database.db.tx('follow', 1000, (tx) => conversationList(() => {}).handle(tx, batch))
    }
    const { recent } = await server.database.db.read('recent', 1000, (tx) => tx.one<{ recent: number[] }>(sql`select recent_inbound as recent from conversations where id = ${id}`))
    expect(recent).toEqual(entries.filter(({ actor }) => actor.startsWith('contact:')).map(({ offset }) => offset).slice(-20))
  })
})
