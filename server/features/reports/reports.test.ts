import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '#client/id.ts'
import { valueOf } from '#client/call.ts'
import { createBooking, endBooking } from '#contract/bookings.ts'
import type { CommandType } from '#contract/commands.ts'
import { deleteMessage } from '#contract/conversations.ts'
import { eraseContact } from '#contract/contacts.ts'
import { exportReport, getConversationReport, type Board, type ConversationReport } from '#contract/reports.ts'
import { saveFloor, saveSpace } from '#contract/spaces.ts'
import { checkInVisit, createVisit } from '#contract/visits.ts'
import { sql } from '#server/db/sql.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, concierge, hotel, kit, lobby, mara, noor, sessionOf, tomas, website } from '#test/world.ts'
import { reports } from './reports.ts'
import { recount } from './recount.ts'

const minuteMs = 60_000
const zone = 'Europe/Stockholm'
let server: TestServer
let nowMs = Date.parse('2026-03-27T09:00:00Z')
const at = (iso: string): void => { nowMs = Date.parse(iso) }
const wait = (minutes: number): void => { nowMs += minutes * minuteMs }
beforeAll(async () => { server = await startTestServer({ now: () => nowMs }) })
afterAll(() => server.close())

const does = (who: Parameters<typeof sessionOf>[0], type: CommandType, conversation: string, body: object = {}, id = newId()): Promise<unknown> =>
  server.app.verbs.commands[type]({ ...sessionOf(who), expiresAtMs: Number.MAX_SAFE_INTEGER }, { id, type, topic: `conversation:${conversation}`, body })
const says = (who: Parameters<typeof sessionOf>[0], conversation: string, id = newId()): Promise<unknown> => does(who, 'message.send', conversation, { text: 'Words' }, id)
async function opened(who = mara, inbox = website): Promise<string> {
  const conversation = newId()
  await does(who, 'conversation.open', conversation, { inbox: inbox.id })
  return conversation
}
async function report(query: Partial<{ from: string; to: string; inbox: string; agent: string; channel: string; zone: string }>): Promise<ConversationReport> {
  await server.app.feed.settled()
  return valueOf(await server.callAs(ada)(getConversationReport, { query: { from: '2026-03-27', to: '2026-03-27', zone, ...query } }))
}
const counted = () => recount({ db: server.database.db, pageEntries: 7 })   // pages that end within conversations

describe('the conversation report', () => {
  it('[RP2] counts volume, first response and resolution, at the times of the entries', async () => {
    at('2026-03-27T09:00:00Z')
    const first = await opened()   // answered by Kit after 2 minutes, closed after 10
    await says(mara, first)
    wait(1)
    await says(mara, first)   // the wait began with the first
    wait(1)
    await says(kit, first)
    wait(8)
    await does(kit, 'conversation.close', first)
    const second = await opened(tomas, concierge)   // Noor writes before the guest does: that is no answer
    await says(noor, second)
    wait(5)
    await says(tomas, second)
    wait(6)
    await says(noor, second)
    at('2026-03-27T11:30:00Z')
    await says(mara, first)   // which opens it again
    await server.app.feed.settled()
    wait(30)
    await does(noor, 'conversation.close', first)
    const third = await opened()   // nobody answers
    await says(mara, third)

    const day = await report({})
    expect(day.total).toEqual({
      opened: 3, reopened: 1, messagesIn: 5, messagesOut: 3, answered: 2, firstResponse: { medianMs: 4 * minuteMs, p90Ms: 5.6 * minuteMs },
      resolved: 2, resolution: { medianMs: 20 * minuteMs, p90Ms: 28 * minuteMs },
    })
    expect(day).toMatchObject({ unit: 'hour', completeUpTo: day.asOf, before: { from: '2026-03-26', to: '2026-03-26', opened: 0, firstResponse: null } })
    // Stockholm is an hour ahead in winter.
    expect(day.byTime).toHaveLength(24)
    expect(day.byTime[10]).toMatchObject({ start: '2026-03-27T10', opened: 2, messagesIn: 3, messagesOut: 3, answered: 2, resolved: 1 })
    expect(day.byTime[12]).toMatchObject({ start: '2026-03-27T12', opened: 0, reopened: 1, messagesIn: 1, resolved: 0 })
    expect(day.byHour[13]).toMatchObject({ hour: 13, opened: 1, resolved: 1 })
    expect(day.byAgent).toEqual([
      { agent: kit.id, name: kit.name, opened: null, reopened: null, messagesIn: null, messagesOut: 1, answered: 1, firstResponse: { medianMs: 2 * minuteMs, p90Ms: 2 * minuteMs }, resolved: 1, resolution: { medianMs: 10 * minuteMs, p90Ms: 10 * minuteMs } },
      { agent: noor.id, name: noor.name, opened: null, reopened: null, messagesIn: null, messagesOut: 2, answered: 1, firstResponse: { medianMs: 6 * minuteMs, p90Ms: 6 * minuteMs }, resolved: 1, resolution: { medianMs: 30 * minuteMs, p90Ms: 30 * minuteMs } },
    ])
    expect(day.byChannel).toMatchObject([{ channel: 'web', opened: 3 }])
    expect(day.byInbox.map(({ name, opened: n }) => [name, n])).toEqual([[concierge.name, 1], [website.name, 2]])
    expect((await report({ inbox: concierge.id })).total).toMatchObject({ opened: 1, messagesIn: 1, answered: 1, resolved: 0 })
    expect((await report({ agent: kit.id })).total).toMatchObject({ opened: null, messagesIn: null, messagesOut: 1, answered: 1, resolved: 1 })
    expect((await report({ channel: 'sms' })).total).toMatchObject({ opened: 0, messagesIn: 0, firstResponse: null })
    expect(await counted()).toMatchObject({ differences: 0, unread: 0, conversations: 3 })
  })

  it('[RP2] knows days of 23 hours, and zones that begin their hours elsewhere', async () => {
    for (const iso of ['2026-03-28T22:59:00Z', '2026-03-28T23:01:00Z', '2026-03-29T21:59:00Z', '2026-03-29T22:01:00Z']) { at(iso); await opened() }
    const days = await report({ from: '2026-03-28', to: '2026-03-30' })
    expect(days.byTime.map(({ start, opened: n }) => [start, n])).toEqual([['2026-03-28', 1], ['2026-03-29', 2], ['2026-03-30', 1]])
    expect((await report({ from: '2026-03-29', to: '2026-03-29', zone: 'Asia/Kathmandu' })).byTime.flatMap(({ start, opened: n }) => n ? [[start, n]] : []))
      .toEqual([['2026-03-29T04', 2]])   // 04:44 and 04:46
  })

  it('[RP1] does not change when words are deleted or a person is erased', async () => {
    at('2026-04-02T10:00:00Z')
    const conversation = await opened(tomas), message = newId()
    await says(tomas, conversation, message)
    wait(3)
    await says(kit, conversation)
    const before = await report({ from: '2026-04-02', to: '2026-04-02' })
    valueOf(await server.callAs(ada)(deleteMessage, { params: { conversation, message }, query: { id: newId() } }))
    valueOf(await server.callAs(ada)(eraseContact, { params: { contact: tomas.id } }))
    const after = await report({ from: '2026-04-02', to: '2026-04-02' })
    expect(after.total).toEqual(before.total)
    expect(after.total).toMatchObject({ opened: 1, messagesIn: 1, messagesOut: 1, answered: 1 })
    expect(await counted()).toMatchObject({ differences: 0 })
  })

  it('refuses what is no range', async () => {
    for (const [query, sentence] of [[{ from: '2026-02-30' }, /no day 2026-02-30/], [{ zone: 'Mars/Base' }, /no time zone/], [{ to: '2026-03-26' }, /before the first/], [{ from: '2020-01-01' }, /at most 366 days/], [{ from: '0001-01-01', to: '0001-01-01' }, /not of the right form/]] as const) {
      expect(await server.callAs(ada)(getConversationReport, { query: { from: '2026-03-27', to: '2026-03-27', zone, ...query } })).toMatchObject({ ok: false, code: 'invalid', message: expect.stringMatching(sentence) })
    }
  })
})

describe('reports beside the rest', () => {
  it('[RP5] have one connection, and wait for each other', async () => {
    const all = Promise.all(Array.from({ length: 12 }, () => report({ from: '2026-03-01', to: '2026-04-30' })))
    let isOver = false, most = 0
    void all.finally(() => { isOver = true })
    while (!isOver) {
      most = Math.max(most, server.database.db.stats().held.filter((h) => h.label === 'conversation report').length)
      await new Promise((done) => { setImmediate(done) })
    }
    expect((await all).every((r) => r.total.opened === 8)).toBe(true)
    expect(most).toBe(1)
  })
})

describe('a report that nobody waits for any more', () => {
  it('[RP5] ends before its next statement', async () => {
    let asked = 0
    await expect(reports({ db: server.database.db }).conversations(hotel.id, { from: '2026-03-27', to: '2026-03-27', zone }, () => ++asked < 3)).rejects.toMatchObject({ code: 'overloaded' })
    expect(asked).toBe(3)
  })
})

describe('a recount', () => {
  it('[RP3] finds what is wrong, whatever it is, and puts it right', async () => {
    const { db } = server.database
    const total = (await report({})).total
    const change = (statement: ReturnType<typeof sql>) => db.tx('plant', 1_000, (tx) => tx.run(statement))
    expect(await change(sql`update report_conversations set answered_ms = answered_ms + 1 where account_id = ${hotel.id} and answered_by = ${kit.id} and opened_at < '2026-03-28'`)).toBe(1)
    expect((await counted()).examples).toMatchObject([{ account: hotel.id, was: { answeredMs: 120_001 }, counted: { answeredMs: 120_000 } }])
    expect(await change(sql`update report_quarters set messages_in = messages_in + 1 where account_id = ${hotel.id} and quarter = '2026-03-27 09:00+00' and inbox_id = ${website.id} and opened > 0`)).toBe(1)
    expect(await change(sql`delete from report_closures where account_id = ${hotel.id} and agent_id = ${noor.id}`)).toBe(1)
    await change(sql`insert into report_conversations select account_id, ${newId()}, folded_offset, inbox_id, channel, opened_at, open_since, first_contact_at, answered_at, answered_by, answered_ms,
      closed_at, closed_by, closures, reopenings, messages_in, messages_out from report_conversations where account_id = ${hotel.id} and answered_by = ${noor.id} limit 1`)
    await change(sql`delete from report_quarters where account_id = ${hotel.id} and quarter = '2026-03-27 11:30+00'`)
    expect((await report({})).total).not.toEqual(total)

    const found = await counted()
    expect(found.differences).toBe(4)   // the conversation that Kit answered and Noor closed, the one too much, and two quarter hours
    expect(await recount({ db, repair: true, pageEntries: 7 })).toMatchObject({ differences: found.differences })
    expect(await counted()).toMatchObject({ differences: 0 })
    expect((await report({})).total).toEqual(total)
  })
})

describe('what is not counted yet', () => {
  it('[RP4] is named: complete up to the first entry that is missing', async () => {
    at('2026-04-10T08:00:00Z')
    const conversation = await opened()
    await server.app.feed.settled()
    const free = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    const holding = server.database.db.tx('hold reports', 20_000, async (tx) => {
      await tx.run(sql`select pg_advisory_xact_lock(5020624, 8)`)
      held.resolve()
      await free.promise
    })
    await held.promise
    at('2026-04-10T08:05:00Z')
    await says(mara, conversation)
    at('2026-04-10T08:25:00Z')
    await says(mara, conversation)
    const query = { from: '2026-04-10', to: '2026-04-10', zone }
    const late = valueOf(await server.callAs(ada)(getConversationReport, { query }))
    expect(late).toMatchObject({ completeUpTo: '2026-04-10T08:05:00.000Z', total: { opened: 1, messagesIn: 0 } })
    free.resolve()
    await holding
    const whole = await report(query)
    expect(whole).toMatchObject({ completeUpTo: whole.asOf, total: { opened: 1, messagesIn: 2 } })
  })
})

describe('a file', () => {
  const file = async (table: 'time' | 'agent' | 'conversations'): Promise<string> => {
    await server.app.feed.settled()
    const blob = valueOf(await server.callAs(ada)(exportReport, { query: { from: '2026-03-27', to: '2026-03-27', zone, table } })) as unknown as Blob
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await blob.arrayBuffer())
  }
  it('[RP6] holds a table of the report, or each conversation', async () => {
    const [head, ...rows] = (await file('agent')).split('\r\n')
    expect(head).toBe('\uFEFFagent,agent_id,opened,reopened,messages_in,messages_out,answered,first_response_median_s,first_response_p90_s,resolved,resolution_median_s,resolution_p90_s')
    expect(rows[0]).toBe(`Kit,${kit.id},,,,1,1,120,120,1,600,600`)
    const list = (await file('conversations')).trimEnd().split('\r\n')
    expect(list).toHaveLength(4)
    expect(list[1]).toMatch(/^[\da-f-]{36},2026-03-27T09:00:00\.000Z,Mara Lindqvist,Website,web,2026-03-27T09:00:00\.000Z,2026-03-27T09:02:00\.000Z,Kit,120,2026-03-27T12:00:00\.000Z,Noor,no,2,1,3,1$/)
  })
  it('[RP6] runs nothing that a name holds', async () => {
    await server.database.db.tx('rename', 1_000, (tx) => tx.run(sql`update contacts set name = '=cmd|calc' where account_id = ${hotel.id} and id = ${mara.id}`))
    expect(await file('conversations')).toContain(`,"'=cmd|calc",`)
  })
})

describe('the live board', () => {
  it('[RP7] shows who waits, who is there and with how much, and who is on site, as it changes', async () => {
    at(new Date().toISOString())
    const boards: Board[] = []
    const lodge = server.connectAs(kit)
    lodge.watch('board', (body) => void boards.push(body as Board))
    const shows = (expected: object) => expect.poll(() => boards.at(-1), { timeout: 10_000 }).toMatchObject(expected)
    await shows({ agents: expect.arrayContaining([expect.objectContaining({ id: kit.id, state: 'online' })]) })
    const { waiting, open } = boards.at(-1)!
    const conversation = await opened()
    await says(mara, conversation)
    await shows({ waiting: waiting + 1, open: open + 1 })
    await does(kit, 'conversation.assign', conversation, { assignee: kit.id })
    await shows({ agents: expect.arrayContaining([{ id: kit.id, name: kit.name, state: 'online', open: 1, waiting: 1 }]) })
    await says(kit, conversation)
    await shows({ waiting, agents: expect.arrayContaining([{ id: kit.id, name: kit.name, state: 'online', open: 1, waiting: 0 }]) })
    const visit = newId()
    valueOf(await server.callAs(kit)(createVisit, { body: { id: visit, location: lobby.id, name: 'Ines', expectedAt: new Date(nowMs).toISOString() } }))
    await shows({ places: [{ location: lobby.id, onSite: 0, expected: 1 }] })
    valueOf(await server.callAs(kit)(checkInVisit, { params: { visit }, body: { id: newId() } }))
    await shows({ places: [{ location: lobby.id, onSite: 1, expected: 0 }] })
    const floor = newId(), space = newId()
    valueOf(await server.callAs(ada)(saveFloor, { params: { floor }, body: { location: lobby.id, name: 'Ground' } }))
    valueOf(await server.callAs(ada)(saveSpace, { params: { space }, body: { floor, name: 'Desk 1', kind: 'desk' } }))
    const booking = { id: newId(), space, when: { startsAt: new Date(nowMs - minuteMs).toISOString(), endsAt: new Date(nowMs + 60 * minuteMs).toISOString() } }
    valueOf(await server.callAs(kit)(createBooking, { body: booking }))
    await shows({ places: [{ location: lobby.id, booked: 1, checkedIn: 0 }] })
    valueOf(await server.callAs(kit)(endBooking, { params: { booking: booking.id }, body: { id: newId() } }))
    await shows({ places: [{ location: lobby.id, booked: 0 }] })
  })
  it('[MK4] comes at most four times a second', async () => {
    let pushed = 0
    const lodge = server.connectAs(kit)
    await new Promise<void>((resolve) => { lodge.watch('board', () => { pushed++; resolve() }) })
    const conversation = await opened(), startMs = performance.now(), before = pushed
    for (let i = 0; i < 100; i++) await says(mara, conversation)
    await server.app.feed.settled()
    await expect.poll(() => pushed).toBeGreaterThan(before)
    expect(pushed - before).toBeLessThanOrEqual(Math.ceil((performance.now() - startMs) / 250) + 1)
  })
  it('is for people inside', async () => {
    const heard: unknown[] = []
    const lodge = server.connectAs(mara)
    lodge.watch('board', (body) => void heard.push(body))
    await says(mara, await opened())
    await server.app.feed.settled()
    await new Promise((done) => { setTimeout(done, 400) })   // what is pushed is pushed within 250 ms
    expect(heard).toEqual([])
  })
})
