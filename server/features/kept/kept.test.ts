import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import * as conversations from '#contract/conversations.ts'
import type { Entry } from '#contract/entries.ts'
import type { KeptEntry } from '#contract/frames.ts'
import { listKeptRefusals, resolveKeptRefusal } from '#contract/kept.ts'
import { sendOperations } from '#contract/kiosks.ts'
import { saveKiosk, pairKiosk } from '#contract/kiosks.ts'
import { checkInVisit, createVisit, getVisit } from '#contract/visits.ts'
import { caller, valueOf } from '#client/call.ts'
import { newId, type Lodge } from '#client/lodge.ts'
import { sql } from '#server/db/sql.ts'
import { startOwnDatabase, type OwnDatabase } from '#test/own-database.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, fillWorld, hotel, kit, lobby, mara, tomas, website } from '#test/world.ts'

let database: OwnDatabase, server: TestServer
let aheadMs = 0
beforeAll(async () => {
  database = await startOwnDatabase()
  await fillWorld(database.pool)
  server = await startTestServer({ world: false, pool: database.pool, now: () => Date.now() + aheadMs, spool: { queueMs: 250 }, commandsPerSecond: 1000, commandBurst: 1000 })
}, 120_000)
afterAll(async () => {
  await database.thaw()
  await server.close()
  await database.close()
}, 60_000)

afterEach(async () => {
  aheadMs = 0
  await database.thaw()
})

/** A conversation that both sides look at. */
async function conversation(): Promise<{ id: string; topic: string; visitor: Lodge; agent: Lodge; seen: { visitor: Entry[]; agent: Entry[] }; kept: { visitor: KeptEntry[]; agent: KeptEntry[] } }> {
  const id = newId(), topic = `conversation:${id}`
  const visitor = server.connectAs(mara), agent = server.connectAs(kit)
  await visitor.send({ type: 'conversation.open', topic, body: { inbox: website.id } }).stored
  const seen = { visitor: [] as Entry[], agent: [] as Entry[] }, kept = { visitor: [] as KeptEntry[], agent: [] as KeptEntry[] }
  for (const [who, lodge] of [['visitor', visitor], ['agent', agent]] as const) {
    lodge.join(topic, {
      fresh: ({ entries }) => { seen[who] = [...entries] }, entries: (entries) => { seen[who].push(...entries) },
      kept: (entries) => { kept[who] = [...entries] },
    })
  }
  await expect.poll(() => [seen.visitor.length, seen.agent.length]).toEqual([1, 1])
  return { id, topic, visitor, agent, seen, kept }
}
const states = (lodge: Lodge): string[] => lodge.outbox.list().map((c) => c.state)
const texts = (entries: readonly (Entry | KeptEntry)[]): string[] => entries.flatMap((e) => e.type === 'message.sent' ? [(e.body as { text: string }).text] : [])
const stored = async (id: string) => valueOf(await server.callAs(ada)(conversations.listEntries, { params: { conversation: id }, query: {} })).entries as Entry[]
const isIdle = (): Promise<void> => expect.poll(() => server.app.spool.stats(), { timeout: 30_000 }).toMatchObject({ state: 'idle', depth: 0 })

describe('who comes while it hangs', () => {
  it('[SP16] joins and watches in vain, and is told at once when the database is back, whatever patience the client has', async () => {
    const { topic, visitor } = await conversation()
    await database.freeze()
    const kept = visitor.send({ type: 'message.send', topic, body: { text: 'while you were away' } })
    await expect.poll(() => states(visitor)[0], { timeout: 5_000 }).toBe('kept')
    const late = server.connectAs(kit)
    let heard: Entry[] = [], isWatched = false
    late.join(topic, { fresh: ({ entries }) => { heard = [...entries] }, entries: (entries) => { heard.push(...entries) } })
    const other = `conversation:${newId()}`
    let refused = 0
    late.join(other, { fresh: () => {}, entries: () => {}, refused: () => { refused++ } })
    late.watch('board', () => { isWatched = true })
    await sleep(12_000)   // by now the client would wait for up to thirty seconds
    expect(refused).toBe(0)
    await database.thaw()
    await kept.stored
    const sinceMs = Date.now()
    await expect.poll(() => texts(heard), { timeout: 5_000 }).toEqual(['while you were away'])
    await expect.poll(() => refused, { timeout: 5_000 }).toBe(1)
    expect(isWatched).toBe(true)
    expect(Date.now() - sinceMs).toBeLessThan(5_000)
  }, 60_000)
})

describe('a database that hangs', () => {
  it('[SP1] [SP2] [SP3] [SP7] [SP8] is noticed within a second; both sides go on talking; everything is stored in order when it is back', async () => {
    const { id, topic, visitor, agent, seen, kept } = await conversation()
    await database.freeze()
    const sinceMs = Date.now()
    const said = ['one', 'two', 'three'].map((text) => visitor.send({ type: 'message.send', topic, body: { text } }))
    await expect.poll(() => states(visitor)[0], { timeout: 5_000 }).toBe('kept')
    expect(Date.now() - sinceMs).toBeLessThan(3_000)   // a second on a machine of its own
    await expect.poll(() => states(visitor)).toEqual(['kept', 'kept', 'kept'])
    await expect.poll(() => texts(kept.agent)).toEqual(['one', 'two', 'three'])
    agent.send({ type: 'message.send', topic, body: { text: 'we are here' } })
    agent.send({ type: 'note.add', topic, body: { text: 'a note' } })
    await expect.poll(() => texts(kept.visitor)).toEqual(['one', 'two', 'three', 'we are here'])
    expect(kept.visitor.map((e) => e.type)).not.toContain('note.added')
    await expect.poll(() => kept.agent.map((e) => e.type)).toContain('note.added')
    expect(texts(seen.agent)).toEqual([])   // nobody is shown as stored what is not

    // What cannot be kept is refused at once, now that it is known.
    for (const ask of [
      () => server.callAs(kit)(conversations.closeConversation, { params: { conversation: id }, body: { id: newId() } }),
      () => server.callAs(ada)(conversations.listConversations, { query: {} }),
    ]) {
      const askedMs = performance.now()
      expect(await ask()).toMatchObject({ ok: false, code: 'unavailable' })
      expect(performance.now() - askedMs).toBeLessThan(2_000)   // and not at a deadline of the database’s
    }
    const ready = await (await fetch(`${server.url}/readyz`)).json() as { ready: boolean; reasons: string[] }
    expect(ready.ready).toBe(false)
    expect(ready.reasons.join(' ')).toMatch(/5 commands are kept on this disk and not stored yet/)

    await database.thaw()
    const backMs = Date.now()
    const acks = await Promise.all(said.map((s) => s.stored))
    expect(Date.now() - backMs).toBeLessThan(10_000)
    expect(acks.map((a) => a.state)).toEqual(['stored', 'stored', 'stored'])
    await isIdle()
    await expect.poll(() => texts(seen.visitor)).toEqual(['one', 'two', 'three', 'we are here'])
    await expect.poll(() => [kept.visitor, kept.agent, states(visitor), states(agent)]).toEqual([[], [], [], []])
    const entries = await stored(id)
    expect(texts(entries)).toEqual(['one', 'two', 'three', 'we are here'])
    expect(entries.map((e) => e.offset)).toEqual([1, 2, 3, 4, 5, 6])
    // They count at the time at which they were said.
    for (const e of entries.slice(1)) expect(Date.parse(e.at)).toBeLessThan(backMs)
  }, 90_000)

  it('[SP1] keeps the order of one who does not wait for answers, through freezing and thawing', async () => {
    const { id, topic } = await conversation()
    const sent: string[] = []
    const answers: Promise<{ ok: boolean }>[] = []
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 40; i++) {
        const text = `${round}.${i}`
        sent.push(text)
        answers.push(server.app.http.inject({ method: 'POST', url: `/api/v1/conversations/${id}/messages`, headers: { authorization: `Bearer ${server.ticketOf(kit).ticket}` }, payload: { id: newId(), text } }).then((r) => ({ ok: r.statusCode === 200 })))
        if (i === 10 && round % 2 === 0) await database.freeze()
        if (i % 8 === 0) await sleep(30)
      }
      await sleep(400)
      await database.thaw()
      await sleep(150)
    }
    expect((await Promise.all(answers)).every((a) => a.ok)).toBe(true)
    await isIdle()
    expect(topic).toContain(id)
    expect(texts(await stored(id))).toEqual(sent)
  }, 90_000)

  it('[SP3] a new conversation, and what is said in it, is kept too, and refused ones are set aside where people see them', async () => {
    await conversation()
    await database.freeze()
    const id = newId(), topic = `conversation:${id}`, lost = newId()
    const visitor = server.connectAs(mara)
    await expect.poll(() => visitor.status.state).toBe('open')
    visitor.send({ type: 'conversation.open', topic, body: { inbox: website.id } })
    visitor.send({ type: 'message.send', topic, body: { text: 'Is anybody there?' } })
    const refused = visitor.send({ type: 'conversation.open', topic: `conversation:${lost}`, body: { inbox: newId() } })
    visitor.send({ type: 'message.send', topic: `conversation:${lost}`, body: { text: 'to nowhere' } })
    await expect.poll(() => states(visitor), { timeout: 20_000 }).toEqual(['kept', 'kept', 'kept', 'kept'])
    await database.thaw()
    await expect(refused.stored).rejects.toMatchObject({ code: 'not_found' })
    await isIdle()
    await expect.poll(() => states(visitor)).toEqual(['failed', 'failed'])
    expect(texts(await stored(id))).toEqual(['Is anybody there?'])
    const list = async () => valueOf(await server.callAs(kit)(listKeptRefusals, {})).refusals
    expect(await list()).toMatchObject([{ kind: 'command', type: 'conversation.open', code: 'not_found', topic: `conversation:${lost}`, text: null }, { type: 'message.send', text: 'to nowhere', actor: `contact:${mara.id}` }])
    const [first, second] = await list()
    expect(await server.callAs(kit)(resolveKeptRefusal, { params: { refusal: second!.id }, body: { how: 'retry' } })).toMatchObject({ ok: true, value: { state: 'open', code: 'not_found' } })
    for (const { id: refusal } of [first!, second!]) expect(await server.callAs(kit)(resolveKeptRefusal, { params: { refusal }, body: { how: 'dismiss' } })).toMatchObject({ ok: true, value: { state: 'dismissed' } })
    expect(await list()).toEqual([])
    const rows = await database.pool.read('rows', 1_000, (tx) => tx.all<{ command: unknown }>(sql`select command from kept_refusals`))
    expect(rows).toEqual([{ command: null }, { command: null }])
  }, 90_000)

  it('[SP3] nobody opens a conversation that is known as somebody else’s', async () => {
    const { id, topic, visitor } = await conversation()
    const thief = server.connectAs(tomas)
    await expect.poll(() => thief.status.state).toBe('open')
    await database.freeze()
    const first = visitor.send({ type: 'message.send', topic, body: { text: 'mine' } })
    await expect.poll(() => states(visitor), { timeout: 20_000 }).toEqual(['kept'])
    const seen: unknown[] = []
    await expect(Promise.race([thief.send({ type: 'conversation.open', topic, body: { inbox: website.id } }).stored, sleep(5_000)])).rejects.toMatchObject({ code: 'taken' })
    thief.join(topic, { fresh: (state) => { seen.push(state) }, entries: (entries) => { seen.push(entries) }, refused: (code) => { seen.push(code) } })
    await expect.poll(() => seen).toEqual(['not_found'])
    const second = visitor.send({ type: 'message.send', topic, body: { text: 'still mine' } })
    await expect.poll(() => states(visitor), { timeout: 5_000 }).toEqual(['kept', 'kept'])
    await database.thaw()
    await Promise.all([first.stored, second.stored])
    await isIdle()
    expect(texts(await stored(id))).toEqual(['mine', 'still mine'])
  }, 60_000)

  it('[SP1] [SP9] check-ins of the desk and of a kiosk are kept and applied at the time at which they were made', async () => {
    const [expected, walkIn, kiosk, log] = [newId(), newId(), newId(), newId()]
    const desk = server.callAs(kit)
    valueOf(await desk(createVisit, { body: { id: expected, location: lobby.id, name: 'Vera', expectedAt: new Date().toISOString() } }))
    const { code } = valueOf(await server.callAs(ada)(saveKiosk, { params: { kiosk }, body: { name: 'Lobby', location: lobby.id } }))
    const { token } = valueOf(await server.callAs()(pairKiosk, { body: { code } }))
    const device = caller({ url: server.url, bearer: async () => token })
    valueOf(await device(sendOperations, { body: { log, operations: [{}] } }))   // known to this node from now on
    await database.freeze()
    const atMs = Date.now()
    const operation = { id: newId(), seq: 1, type: 'check_in', visit: walkIn, at: new Date().toISOString(), offsetMs: 0, body: { expected: false, name: 'Wim' } }
    const command = newId()
    const [arrival, answer] = await Promise.all([
      desk(checkInVisit, { params: { visit: expected }, body: { id: command } }),
      device(sendOperations, { body: { log, operations: [operation] } }),
    ])
    expect(arrival).toMatchObject({ ok: true, value: { state: 'kept', id: command } })
    expect(answer).toMatchObject({ ok: true, value: { results: [{ id: operation.id, seq: 1, state: 'kept' }] } })
    expect(await desk(checkInVisit, { params: { visit: expected }, body: { id: command } })).toMatchObject({ ok: true, value: { state: 'kept' } })   // the same again is the same
    const keptMs = Date.now()
    await sleep(700)
    await database.thaw()
    await isIdle()
    for (const visit of [expected, walkIn]) {
      const { status, arrivedAt } = valueOf(await desk(getVisit, { params: { visit } }))
      expect(status).toBe('checked_in')
      expect(Date.parse(arrivedAt!)).toBeGreaterThanOrEqual(atMs - 1)
      expect(Date.parse(arrivedAt!)).toBeLessThanOrEqual(keptMs)
    }
    expect(valueOf(await device(sendOperations, { body: { log, operations: [operation] } })).results).toMatchObject([{ state: 'applied' }])
    // [SP17] And one that has not heard of it yet is told, however little the database answers.
    await database.freeze()
    await expect.poll(() => server.app.spool.isAway(), { timeout: 10_000 }).toBe(true)
    expect(valueOf(await device(sendOperations, { body: { log, operations: [operation] } })).results).toMatchObject([{ id: operation.id, seq: 1, state: 'applied' }])
    expect(server.app.spool.stats().depth).toBe(0)
  }, 90_000)

  it('[SP7] [PR7] [RS6] one who comes back meanwhile is let in with an expired ticket, and sees what was stored and what is kept', async () => {
    const { id, topic, visitor, kept } = await conversation()
    const ticket = server.ticketOf(kit)
    await database.freeze()
    visitor.send({ type: 'message.send', topic, body: { text: 'Still there?' } })
    await expect.poll(() => texts(kept.agent), { timeout: 20_000 }).toEqual(['Still there?'])
    aheadMs = 20 * 60_000
    const late = server.connectAs(kit, { ticket: async () => ticket })
    const seen: string[] = [], provisional: KeptEntry[] = []
    late.join(topic, { fresh: ({ entries }) => { seen.push(...entries.map((e) => e.type)) }, entries: (entries) => { seen.push(...entries.map((e) => e.type)) }, kept: (entries) => { provisional.splice(0, Infinity, ...entries) } })
    await expect.poll(() => texts(provisional), { timeout: 20_000 }).toEqual(['Still there?'])
    expect(seen).toEqual(['conversation.opened'])
    const answer = await server.app.http.inject({ method: 'POST', url: `/api/v1/conversations/${id}/messages`, headers: { authorization: `Bearer ${ticket.ticket}` }, payload: { id: newId(), text: 'Yes' } })
    expect(answer.json()).toMatchObject({ state: 'kept' })
    aheadMs = 0
    await database.thaw()
    await isIdle()
    expect(texts(await stored(id))).toEqual(['Still there?', 'Yes'])
  }, 90_000)

  it('[SP5] and a disk that takes nothing: an honest refusal, at once when it is known, and the outbox keeps what was written', async () => {
    const other = await startTestServer({ world: false, pool: database.pool, spool: { queueMs: 250, folders: ['/dev/null/spool'] } })
    try {
      const lodge = other.connectAs(mara), topic = `conversation:${newId()}`
      const opened = lodge.send({ type: 'conversation.open', topic, body: { inbox: website.id } })
      await opened.stored
      await database.freeze()
      const said = lodge.send({ type: 'message.send', topic, body: { text: 'written down here' } })
      await expect.poll(() => other.app.spool.stats().state, { timeout: 20_000 }).toBe('dead')
      const askedMs = performance.now()
      const answer = await other.callAs(kit)(conversations.sendMessage, { params: { conversation: topic.slice(13) }, body: { id: newId(), text: 'refused' } })
      expect(answer).toMatchObject({ ok: false, code: 'unavailable', message: expect.stringMatching(/disk keeps nothing either/) as string })
      expect(performance.now() - askedMs).toBeLessThan(2_000)   // and not at a deadline of the database’s
      expect(states(lodge)).toEqual(['pending'])
      await database.thaw()
      expect(await said.stored).toMatchObject({ state: 'stored' })
    } finally { await database.thaw(); await other.close() }
  }, 90_000)

  it('[AC7] without a spool nothing is kept: commands wait, and are refused', async () => {
    const other = await startTestServer({ world: false, pool: database.pool, off: ['spool'] })
    try {
      const conversation = newId(), call = other.callAs(kit)
      valueOf(await other.callAs(mara)(conversations.openConversation, { body: { id: newId(), conversation, inbox: website.id } }))
      await database.freeze()
      const answer = await call(conversations.sendMessage, { params: { conversation }, body: { id: newId(), text: 'refused' } })
      expect(answer).toMatchObject({ ok: false, code: 'unavailable' })
      expect(other.app.spool.stats()).toMatchObject({ state: 'idle', depth: 0 })
    } finally { await database.thaw(); await other.close() }
  }, 90_000)
})

describe('a database that is killed', () => {
  it('[SP1] loses nothing that was kept or stored', async () => {
    const { id, topic, visitor } = await conversation()
    const sent: string[] = []
    const all: Promise<unknown>[] = []
    for (let i = 0; i < 60; i++) {
      if (i % 20 === 10) database.kill()
      sent.push(String(i))
      all.push(visitor.send({ type: 'message.send', topic, body: { text: String(i) } }).stored)
      await sleep(15)
    }
    await Promise.all(all)
    await isIdle()
    expect(texts(await stored(id))).toEqual(sent)
  }, 90_000)
})

describe('a database that does not write', () => {
  it('[SP1] [SP3] is read from, and messages are kept; what else would write is refused in words', async () => {
    const { id, topic, visitor, agent, kept } = await conversation()
    await database.setReadOnly(true)
    visitor.send({ type: 'message.send', topic, body: { text: 'kept' } })
    await expect.poll(() => states(visitor), { timeout: 20_000 }).toEqual(['kept'])
    await expect.poll(() => texts(kept.agent)).toEqual(['kept'])
    await expect.poll(async () => (await server.callAs(kit)(conversations.getConversation, { params: { conversation: id } })).ok, { timeout: 20_000 }).toBe(true)
    expect(await server.callAs(kit)(conversations.assignConversation, { params: { conversation: id }, body: { id: newId(), assignee: kit.id } })).toMatchObject({ ok: false, code: 'unavailable' })
    expect(await server.callAs(kit)(createVisit, { body: { id: newId(), location: lobby.id, name: 'Nobody', expectedAt: new Date().toISOString() } })).toMatchObject({ ok: false, code: 'unavailable' })
    await database.setReadOnly(false)
    await isIdle()
    expect(texts(await stored(id))).toEqual(['kept'])
    expect(states(agent)).toEqual([])
  }, 90_000)
})

describe('one who lost the right', () => {
  it('[SP10] before something was kept is not served by it, and one who lost it later is', async () => {
    const { id, topic, agent, kept } = await conversation()
    await database.freeze()
    agent.send({ type: 'message.send', topic, body: { text: 'I may' } })
    await expect.poll(() => states(agent), { timeout: 20_000 }).toEqual(['kept'])
    await sleep(150)
    // The first was on its way to the database; this one is not, which is known to be away.
    agent.send({ type: 'message.send', topic, body: { text: 'I may not any more' } })
    await expect.poll(() => states(agent), { timeout: 20_000 }).toEqual(['kept', 'kept'])
    const keptAtMs = Math.max(...kept.agent.map((e) => Date.parse(e.at))) - 1
    // Another node ended the session a moment before; this one could not hear of it.
    server.app.identity.revocations.apply(hotel.id, `session:${kit.id}`, keptAtMs)
    await database.thaw()
    await isIdle()
    expect(texts(await stored(id))).toEqual(['I may'])
    expect(valueOf(await server.callAs(ada)(listKeptRefusals, {})).refusals).toMatchObject([{ code: 'forbidden', text: 'I may not any more' }])
  }, 90_000)
})
