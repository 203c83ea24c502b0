import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { cancelBooking, changeBooking, createBooking } from '#contract/bookings.ts'
import { eraseContact, createContact } from '#contract/contacts.ts'
import { assignConversation, closeConversation, getConversation, labelConversation, listEntries, openConversation, sendMessage } from '#contract/conversations.ts'
import { listDeliveries } from '#contract/deliveries.ts'
import type { Entry } from '#contract/entries.ts'
import { erasePerson } from '#contract/persons.ts'
import { actionsPerHour } from '#contract/rule-kinds.ts'
import * as contract from '#contract/rules.ts'
import { saveFloor, saveSpace } from '#contract/spaces.ts'
import { changeVisit, checkInVisit, createVisit, eraseVisit } from '#contract/visits.ts'
import { valueOf, type Outcome } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { sql } from '#server/db/sql.ts'
import { makeRule, ruleFields, runsOf } from '#test/rules.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, hotel, iris, kit, lobby, mara, noor, reception, tomas, website } from '#test/world.ts'
import { startRuleWorker } from './worker.ts'

vi.setConfig({ testTimeout: 60_000 })
const patient = { timeout: 30_000 }
let aheadMs = 0
let server: TestServer
beforeAll(async () => { server = await startTestServer({ now: () => Date.now() + aheadMs }) })
afterAll(() => server.close())
const admin = () => server.callAs(ada)
const desk = () => server.callAs(kit)
const value = async <T>(of: Promise<Outcome<T>>): Promise<T> => valueOf(await of)
afterEach(async () => {
  for (const rule of (await value(admin()(contract.listRules, {}))).rules) await value(admin()(contract.deleteRule, { params: { rule: rule.id } }))
})

async function conversation(who: typeof mara = mara): Promise<string> {
  const id = newId()
  await value(server.callAs(who)(openConversation, { body: { id: newId(), conversation: id, inbox: website.id } }))
  return id
}
const write = async (conversation: string, text: string, who: Parameters<TestServer['callAs']>[0] = mara): Promise<string> => {
  const id = newId()
  await value(server.callAs(who)(sendMessage, { params: { conversation }, body: { id, text } }))
  return id
}
const entries = async (conversation: string): Promise<Entry[]> => (await value(desk()(listEntries, { params: { conversation } }))).entries as Entry[]
const said = async (conversation: string, by: string): Promise<string[]> => (await entries(conversation)).flatMap((e) => e.type === 'message.sent' && e.actor === by ? [e.body?.text ?? ''] : [])
const runs = (rule: string): Promise<contract.Run[]> => runsOf(desk(), rule)
const ended = (rule: string, ...outcomes: (contract.RunOutcome | null)[]): Promise<void> => expect.poll(async () => (await runs(rule)).map((r) => r.outcome).reverse(), patient).toEqual(outcomes)
const settle = (): Promise<void> => server.app.feed.settled()
/** While the moment lasts, a transaction of this label goes another way. */
const at = async (label: string, instead: (real: () => Promise<unknown>) => Promise<unknown>, during: () => Promise<void>): Promise<void> => {
  const { db } = server.database, real = db.tx.bind(db) as (...of: unknown[]) => Promise<unknown>
  const tx = async (...of: unknown[]): Promise<unknown> => of[0] === label ? instead(() => real(...of)) : real(...of)
  const spy = vi.spyOn(db, 'tx').mockImplementation(tx as typeof db.tx)
  try { await during() } finally { spy.mockRestore() }
}

describe('a rule', () => {
  it('[RU1] [RU5] answers in the conversation as itself, does its actions in order, and writes a log', async () => {
    const rule = await makeRule(admin(), { trigger: { kind: 'keyword', words: ['late check-out'], match: 'contains' }, actions: [
      { do: 'message', text: 'Of course, {{contact.firstName|dear guest}}.' }, { do: 'note', text: 'By rule, {{inbox.name}}' }, { do: 'label', labels: ['check-out'] },
      { do: 'assign', user: null, team: reception.id }, { do: 'notify', whom: 'user', user: noor.id, text: 'See to it' }, { do: 'close' },
    ] })
    const id = await conversation()
    await write(id, 'Hello')
    await write(id, 'May I have a LATE CHECK-OUT?')
    await ended(rule.id, 'done')
    const made = (await entries(id)).filter((e) => e.actor === `rule:${rule.id}`)
    expect(made.map((e) => e.type)).toEqual(['message.sent', 'note.added', 'conversation.labelled', 'conversation.assigned', 'conversation.closed'])
    expect(await said(id, `rule:${rule.id}`)).toEqual(['Of course, Mara.'])
    expect((await value(desk()(getConversation, { params: { conversation: id } }))).conversation).toMatchObject({ status: 'closed', team: reception.id, labels: ['check-out'] })
    const [run] = await runs(rule.id)
    expect(run).toMatchObject({ subject: { kind: 'message' }, conversation: id, who: mara.name, state: 'ended' })
    expect(run!.steps.map((s) => [s.do, s.state])).toEqual([['message', 'done'], ['note', 'done'], ['label', 'done'], ['assign', 'done'], ['notify', 'done'], ['close', 'done']])
    expect((await value(admin()(listDeliveries, {}))).deliveries.filter((d) => d.to === noor.email).map((d) => d.text.includes('See to it'))).toEqual([true])
    // The visitor sees the words, and no more.
    const seen = (await value(server.callAs(mara)(listEntries, { params: { conversation: id } }))).entries
    expect(seen.filter((e) => e.type === 'hidden')).toHaveLength(3)
    expect((await value(admin()(contract.listRules, {}))).rules.find((r) => r.id === rule.id)).toMatchObject({ ranThisWeek: 1, waiting: 0, lastRunAt: expect.any(String) })
  })

  it('[RU2] acts at most once per subject', async () => {
    const rule = await makeRule(admin(), { once: 'conversation' })
    const [a, b] = [await conversation(), await conversation(tomas)]
    for (const text of ['one', 'two', 'three']) await write(a, text)
    await write(b, 'one', tomas)
    await ended(rule.id, 'done', 'done')
    expect(await said(a, `rule:${rule.id}`)).toHaveLength(1)
  })

  it('[RU6] runs in the order that is set, and one that says so is the last', async () => {
    const [first, second, third] = [await makeRule(admin(), { actions: [{ do: 'message', text: '1' }] }), await makeRule(admin(), { actions: [{ do: 'message', text: '2' }], stopAfter: true }), await makeRule(admin(), { actions: [{ do: 'message', text: '3' }] })]
    expect(await admin()(contract.orderRules, { body: { rules: [first.id, second.id] } })).toMatchObject({ ok: false, code: 'invalid' })
    await value(admin()(contract.orderRules, { body: { rules: [third.id, first.id, second.id] } }))
    const id = await conversation()
    await write(id, 'hi')
    await ended(second.id, 'done')
    await value(admin()(contract.orderRules, { body: { rules: [first.id, second.id, third.id] } }))
    await write(id, 'hi')
    await expect.poll(async () => (await entries(id)).flatMap((e) => e.type === 'message.sent' && e.actor.startsWith('rule:') ? [e.body?.text] : []), patient).toEqual(['3', '1', '2', '1', '2'])
  })

  it('[RU3] looks at its conditions, at once and again when it is due', async () => {
    const rule = await makeRule(admin(), { conditions: [{ kind: 'assignee', is: 'none' }, { kind: 'inbox', is: [website.id] }] })
    const later = await makeRule(admin(), { timing: { from: 'event', minutes: 5 }, conditions: [{ kind: 'assignee', is: 'none' }] })
    const id = await conversation()
    await value(desk()(assignConversation, { params: { conversation: id }, body: { id: newId(), assignee: kit.id } }))
    await write(id, 'hi')
    const other = await conversation(tomas)
    await write(other, 'hi', tomas)
    await ended(rule.id, 'done')
    aheadMs += 6 * 60_000
    await ended(later.id, 'not_true', 'done')
    expect((await runs(later.id)).at(-1)).toMatchObject({ conversation: id, detail: 'assignee' })
  })

  it('[RU4] does nothing that comes too late', async () => {
    const rule = await makeRule(admin(), { timing: { from: 'event', minutes: 10 } })
    const id = await conversation()
    await write(id, 'hi')
    await settle()
    await server.stop()
    aheadMs += 41 * 60_000
    await server.start()
    await ended(rule.id, 'expired')
    expect(await said(id, `rule:${rule.id}`)).toEqual([])
  })

  it('[RU7] sees what happens after it was switched on, and nothing when it is off', async () => {
    const id = await conversation()
    await write(id, 'before')
    const rule = await makeRule(admin(), { timing: { from: 'event', minutes: 1 } })
    await write(id, 'while')
    await settle()
    await value(admin()(contract.setRuleActive, { params: { rule: rule.id }, body: { active: false } }))
    await write(id, 'after')
    await ended(rule.id, 'switched_off')
    aheadMs += 2 * 60_000
    await settle()
    expect(await said(id, `rule:${rule.id}`)).toEqual([])
  })

  it('[RU8] is refused when it names what is not there', async () => {
    const save = (more: Partial<contract.RuleFields>) => admin()(contract.saveRule, { params: { rule: newId() }, body: ruleFields(more) })
    expect(await save({ actions: [{ do: 'message', text: 'Hi {{visit.host}}' }] })).toMatchObject({ ok: false, code: 'invalid', message: expect.stringContaining('{{visit.host}}') })
    expect(await save({ actions: [{ do: 'assign', user: iris.id, team: null }] })).toMatchObject({ ok: false, code: 'not_found' })
    expect(await save({ conditions: [{ kind: 'hours', days: [1], from: '08:00', to: '09:00', zone: 'Moon/Tranquility', within: true }] })).toMatchObject({ ok: false, code: 'invalid' })
    expect(await save({ actions: [{ do: 'webhook', url: 'https://127.0.0.1/hook' }] })).toMatchObject({ ok: false, code: 'invalid', message: expect.stringContaining('whole world') })
    expect(await save({ actions: [{ do: 'webhook', url: 'http://example.com/hook' }] })).toMatchObject({ ok: false, code: 'invalid' })
    expect(await save({ trigger: { kind: 'visit_checked_in' } })).toMatchObject({ ok: false, code: 'invalid' })
    expect(await desk()(contract.saveRule, { params: { rule: newId() }, body: ruleFields() })).toMatchObject({ ok: false, code: 'forbidden' })
  })
})

describe('a wait', () => {
  it('[RU10] for an answer is told of once, and not when somebody was quicker', async () => {
    const rule = await makeRule(admin(), { trigger: { kind: 'unanswered' }, timing: { from: 'event', minutes: 15 }, actions: [{ do: 'label', labels: ['waiting'] }] })
    const [quick, slow] = [await conversation(), await conversation(tomas)]
    await write(quick, 'hello')
    await write(slow, 'hello', tomas)
    await settle()
    aheadMs += 5 * 60_000
    await write(quick, 'Here I am', kit)
    await write(slow, 'anybody?', tomas)
    await ended(rule.id, 'answered', null)
    aheadMs += 11 * 60_000
    await ended(rule.id, 'answered', 'done')
    await write(slow, 'Still nobody', tomas)
    await settle()
    aheadMs += 16 * 60_000
    await write(slow, 'So sorry', kit)
    await write(slow, 'Next question', tomas)
    await settle()
    await ended(rule.id, 'answered', 'done', null)
  })
})

describe('people', () => {
  it('[RU12] see what waits, and stop it', async () => {
    const rule = await makeRule(admin(), { timing: { from: 'event', minutes: 30 } })
    const id = await conversation()
    await write(id, 'hi')
    await settle()
    const view: contract.RunsView[] = []
    const lodge = server.connectAs(kit)
    lodge.watch(`runs:${id}`, (body) => { view.push(body as contract.RunsView) })
    await expect.poll(() => view.at(-1)?.runs.length, patient).toBe(1)
    const [run] = view.at(-1)!.runs
    expect(run).toMatchObject({ rule: rule.id, ruleName: 'A rule', state: 'waiting' })
    expect(await value(desk()(contract.stopRun, { params: { run: run!.id } }))).toMatchObject({ outcome: 'stopped', endedBy: `user:${kit.id}` })
    expect(await value(desk()(contract.stopRun, { params: { run: run!.id } }))).toMatchObject({ outcome: 'stopped' })
    await expect.poll(() => view.at(-1)?.runs.length, patient).toBe(0)
    aheadMs += 31 * 60_000
    await settle()
    expect(await said(id, `rule:${rule.id}`)).toEqual([])
    // A visitor has no view of it.
    const visitor: unknown[] = []
    server.connectAs(mara).watch(`runs:${id}`, (body) => { visitor.push(body) })
    await write(id, 'again')
    await settle()
    expect(visitor).toEqual([])
  })

  it('[RU13] accept a suggestion as themselves, changed or not, or leave it', async () => {
    const rule = await makeRule(admin(), { mode: 'suggest', actions: [{ do: 'message', text: 'The pool opens at 7, {{contact.firstName}}.' }, { do: 'label', labels: ['pool'] }] })
    const [a, b, c] = [await conversation(), await conversation(), await conversation()]
    for (const id of [a, b, c]) await write(id, 'When does the pool open?')
    await expect.poll(async () => (await runs(rule.id)).filter((r) => r.state === 'suggested').length, patient).toBe(3)
    const of = async (id: string) => (await runs(rule.id)).find((r) => r.conversation === id)!
    expect((await of(a)).steps[0]).toMatchObject({ text: 'The pool opens at 7, Mara.' })
    expect(await said(a, `user:${kit.id}`)).toEqual([])
    await value(desk()(contract.acceptRun, { params: { run: (await of(a)).id }, body: { text: 'At 7. See you there!' } }))
    await value(desk()(contract.acceptRun, { params: { run: (await of(a)).id }, body: {} }))
    await value(desk()(contract.dismissRun, { params: { run: (await of(b)).id } }))
    await write(c, 'Let me see.', noor)
    await expect.poll(async () => [(await of(a)).outcome, (await of(b)).outcome, (await of(c)).outcome], patient).toEqual(['done', 'dismissed', 'answered'])
    expect(await said(a, `user:${kit.id}`)).toEqual(['At 7. See you there!'])
    expect((await of(a)).steps.map((s) => s.text)).toEqual([null, null])
    expect(await said(b, `user:${kit.id}`)).toEqual([])
    expect(await desk()(contract.acceptRun, { params: { run: (await of(b)).id }, body: {} })).toMatchObject({ ok: false, code: 'wrong_status' })
  })

  it('[RU13] accept a suggestion at the last moment: what ends those that came too late leaves it alone', async () => {
    const rule = await makeRule(admin(), { mode: 'suggest', lateMaxMinutes: 5 })
    const [a, b] = [await conversation(), await conversation()]
    for (const id of [a, b]) await write(id, 'hi')
    await expect.poll(async () => (await runs(rule.id)).map((r) => r.state), patient).toEqual(['suggested', 'suggested'])
    const run = (await runs(rule.id)).find((r) => r.conversation === a)!
    const told: string[] = [], { db } = server.database
    // Another node, whose clock says that it is too late; it only sweeps.
    const swept = Promise.withResolvers<void>()
    const between = Object.assign(Object.create(db) as typeof db, {
      tx: (label: string, ...rest: [number, never]) => label === 'take rule runs' ? Promise.resolve([]) : db.tx(label, ...rest),
      read: async (label: string, ...rest: [number, never]) => {
        const found: unknown = await db.read(label, ...rest)
        if (label === 'late suggestions') await value(desk()(contract.acceptRun, { params: { run: run.id }, body: {} }))
        else swept.resolve()
        return found
      },
    })
    const worker = startRuleWorker({
      db: between, commands: {} as never, ways: {} as never, tellPaused: async () => {}, random: () => 0, log: { info() {}, warn() {} },
      now: () => Date.now() + aheadMs + 6 * 60_000,
      changed: () => { told.push('changed') }, onEnded: (outcome) => { told.push(outcome) },
    })
    await swept.promise
    await worker.stop()
    await ended(rule.id, 'done', 'expired')
    expect(await said(a, `user:${kit.id}`)).toEqual(['Thank you.'])
    expect(told).toEqual(['expired', 'changed'])
  })

  it('[RU9] who say STOP end what waits for them, and set nothing off', async () => {
    const later = await makeRule(admin(), { timing: { from: 'event', minutes: 30 } })
    const now = await makeRule(admin(), { conditions: [{ kind: 'label', label: 'never', has: false }] })
    const [a, b] = [await conversation(), await conversation()]
    await write(a, 'hi')
    await ended(now.id, 'done')
    await write(b, 'Stop!')
    await ended(later.id, 'opted_out')
    await ended(now.id, 'done')
  })

  it('[RD2] who are erased take their runs with them', async () => {
    const contact = newId()
    await value(desk()(createContact, { body: { id: contact, name: 'Petra Erased' } }))
    const rule = await makeRule(admin(), { mode: 'suggest', trigger: { kind: 'conversation_opened' }, once: 'conversation', actions: [{ do: 'message', text: 'Hello {{contact.name}}' }] })
    const id = newId()
    await value(desk()(openConversation, { body: { id: newId(), conversation: id, inbox: website.id, contact } }))
    await expect.poll(async () => (await runs(rule.id))[0]?.state, patient).toBe('suggested')
    await value(admin()(eraseContact, { params: { contact } }))
    await ended(rule.id, 'erased')
    const { dump } = await server.database.db.read('dump', 5_000, (tx) => tx.one<{ dump: string }>(sql`select coalesce(string_agg(s::text, ' '), '') as dump from rule_steps s`))
    expect(dump).not.toContain('Petra')
  })

  it('[RD2] stand in no mail to a colleague any more', async () => {
    const contact = newId()
    await value(desk()(createContact, { body: { id: contact, name: 'Petra Mailed' } }))
    const rule = await makeRule(admin(), { trigger: { kind: 'conversation_opened' }, once: 'conversation', actions: [{ do: 'notify', whom: 'user', user: noor.id, text: '{{contact.name}} has come' }] })
    await value(desk()(openConversation, { body: { id: newId(), conversation: newId(), inbox: website.id, contact } }))
    await ended(rule.id, 'done')
    const mails = () => server.database.db.read('mails', 5_000, (tx) => tx.all(sql<{ to: string; state: string }>`select recipient as "to", state from deliveries where body like '%Petra Mailed%'`))
    expect(await mails()).toMatchObject([{ to: noor.email }])
    await value(admin()(eraseContact, { params: { contact } }))
    expect(await mails()).toEqual([])
  })

  it('[RD2] are written to no more, though the message is on the point of being stored', async () => {
    const [contact, id] = [newId(), newId()]
    await value(desk()(createContact, { body: { id: contact, name: 'Petra Erased' } }))
    const rule = await makeRule(admin(), { trigger: { kind: 'conversation_opened' }, once: 'conversation', actions: [{ do: 'message', text: 'Hello {{contact.name}}' }] })
    await at('hold rule run', async (real) => {
      const isOurs = await real()
      await value(admin()(eraseContact, { params: { contact } }))
      return isOurs
    }, async () => {
      await value(desk()(openConversation, { body: { id: newId(), conversation: id, inbox: website.id, contact } }))
      await ended(rule.id, 'erased')
    })
    expect(await said(id, `rule:${rule.id}`)).toEqual([])
  })
})

describe('a circle', () => {
  it('[RU14] of two machines ends with the budget; the rule is paused and the administrator told', async () => {
    const rule = await makeRule(admin(), { name: 'Answers everything' })
    const id = await conversation()
    for (let i = 0; i <= actionsPerHour; i++) {
      await write(id, `I am a machine too, ${i}`)
      await expect.poll(async () => (await runs(rule.id))[0]?.state, patient).toBe('ended')
    }
    await expect.poll(async () => (await runs(rule.id))[0]?.outcome, patient).toBe('budget')
    expect(await said(id, `rule:${rule.id}`)).toHaveLength(actionsPerHour)
    const listed = (await value(admin()(contract.listRules, {}))).rules.find((r) => r.id === rule.id)
    expect(listed).toMatchObject({ active: false, paused: { reason: 'budget' } })
    expect((await value(admin()(listDeliveries, {}))).deliveries.filter((d) => d.subject.includes('Answers everything')).map((d) => d.to)).toEqual([ada.email])
    expect(await value(admin()(contract.setRuleActive, { params: { rule: rule.id }, body: { active: true } }))).toMatchObject({ active: true, paused: null })
  })

  it('[RU14] leaves no suggestions of the rule that was paused', async () => {
    const rule = await makeRule(admin(), { mode: 'suggest', trigger: { kind: 'message_received' } })
    const [quiet, loud] = [await conversation(tomas), await conversation()]
    await write(quiet, 'hi', tomas)
    await expect.poll(async () => (await runs(rule.id)).map((r) => r.state), patient).toEqual(['suggested'])
    for (let i = 0; i <= actionsPerHour; i++) {
      await write(loud, `I am a machine, ${i}`)
      await expect.poll(async () => (await runs(rule.id)).map((r) => r.state).filter((state) => state !== 'waiting').length, patient).toBe(i + 2)
      const [run] = await runs(rule.id)
      if (run?.state === 'suggested') await value(desk()(contract.acceptRun, { params: { run: run.id }, body: {} }))
      await expect.poll(async () => (await runs(rule.id))[0]?.state, patient).toBe('ended')
    }
    await expect.poll(async () => (await runs(rule.id)).filter((r) => r.state !== 'ended'), patient).toEqual([])
    expect((await runs(rule.id)).find((r) => r.conversation === quiet)).toMatchObject({ outcome: 'switched_off', endedBy: null })
  })

  it('[RU14] of rules that set each other off ends after a few', async () => {
    const label = (on: string, to: string) => makeRule(admin(), { name: `${on} → ${to}`, trigger: { kind: 'conversation_labelled', label: on }, once: 'message', actions: [{ do: 'label', labels: [to] }] })
    const [a, b] = [await label('a', 'b'), await label('b', 'a')]
    const id = await conversation()
    await value(desk()(labelConversation, { params: { conversation: id }, body: { id: newId(), labels: ['a'] } }))
    await expect.poll(async () => [...await runs(a.id), ...await runs(b.id)].some((r) => r.outcome === 'budget'), patient).toBe(true)
    const paused = (await value(admin()(contract.listRules, {}))).rules.filter((r) => r.paused)
    expect(paused.map((r) => r.paused?.reason)).toEqual(['chain'])
  })
})

describe('a visit', () => {
  const expected = async (more: object = {}): Promise<string> => {
    const id = newId()
    await value(desk()(createVisit, { body: { id, location: lobby.id, name: 'Vera Visitor', email: 'vera@example.com', host: noor.id, expectedAt: new Date(Date.now() + aheadMs + 3 * 3_600_000).toISOString(), ...more } }))
    return id
  }
  it('[RU5] welcomes by mail, notifies the host, and says so once, however many saw the arrival', async () => {
    const rule = await makeRule(admin(), { trigger: { kind: 'visit_checked_in' }, once: 'visit', actions: [{ do: 'message', text: 'Welcome to {{visit.location}}, {{visit.firstName}}. {{visit.host}} is on the way.' }, { do: 'notify', whom: 'host', text: '{{visit.name}} waits' }] })
    const id = await expected()
    for (let i = 0; i < 2; i++) await value(desk()(checkInVisit, { params: { visit: id }, body: { id: newId() } }))
    await ended(rule.id, 'done')
    const mails = (await value(admin()(listDeliveries, {}))).deliveries
    expect(mails.filter((d) => d.to === 'vera@example.com').map((d) => [d.subject, d.text.trim()])).toEqual([[`A message from ${hotel.name}`, `Welcome to ${lobby.name}, Vera. ${noor.name} is on the way.`]])
    expect((await value(desk()(contract.listRuns, { query: { visit: id } }))).runs.map((r) => r.who)).toEqual(['Vera Visitor'])
  })
  it('[RU4] whose arrival is told hours later gets no stale welcome', async () => {
    const rule = await makeRule(admin(), { trigger: { kind: 'visit_checked_in' }, once: 'visit' })
    const id = await expected()
    await value(desk()(checkInVisit, { params: { visit: id }, body: { id: newId(), at: new Date(Date.now() + aheadMs - 2 * 3_600_000).toISOString() } }))
    await ended(rule.id, 'expired')
  })
  describe('whose person is erased', () => {
    const arrives = async (email: string, ...more: contract.Action[]): Promise<{ rule: string; id: string; erase: () => Promise<unknown> }> => {
      const actions: contract.Action[] = [{ do: 'message', text: 'Welcome, {{visit.firstName}} the Forgotten' }, ...more]
      const rule = await makeRule(admin(), { trigger: { kind: 'visit_checked_in' }, once: 'visit', actions })
      const id = await expected({ name: 'Wanda Forgotten', email })
      await value(desk()(checkInVisit, { params: { visit: id }, body: { id: newId() } }))
      return { rule: rule.id, id, erase: () => value(admin()(erasePerson, { body: { id: newId(), visits: [id] } })) }
    }
    interface Left { bodies: number; mails: number }
    const left = (rule: string): Promise<Left> => server.database.db.read('left', 5_000, (tx) => tx.one(sql<Left>`
      select (select count(s.body) from rule_steps s join rule_runs r on r.account_id = s.account_id and r.id = s.run_id where r.rule_id = ${rule})::int as bodies,
        (select count(*) from deliveries where body like '%the Forgotten%' or recipient like 'wanda%')::int as mails`))

    it('[PN3] [RU15] is written to no more, though the mail was planned before a process ended', async () => {
      let planned = 0
      await at('hold rule run', async () => { planned++; throw new Error('The process has ended') }, async () => {
        const { rule, erase } = await arrives('wanda@example.com')
        await expect.poll(() => planned, patient).toBeGreaterThan(0)
        expect(await left(rule)).toMatchObject({ bodies: 1 })
        await erase()
        await ended(rule, 'erased')
        expect(await left(rule)).toEqual({ bodies: 0, mails: 0 })
      })
    })

    it('[PN3] of one visit stands in no mail that a rule has made about it, to a colleague neither', async () => {
      const { rule, id } = await arrives('wanda.once@example.com', { do: 'notify', whom: 'user', user: noor.id, text: '{{visit.firstName}} the Forgotten is here' })
      await ended(rule, 'done')
      expect(await left(rule)).toMatchObject({ mails: 2 })
      await value(admin()(eraseVisit, { params: { visit: id }, query: { id: newId() } }))
      expect(await left(rule)).toMatchObject({ mails: 0 })
    })

    it('[PN3] is written to no more, though the mail is on the point of being handed over', async () => {
      const known = Promise.withResolvers<Awaited<ReturnType<typeof arrives>>>(), handedOver = Promise.withResolvers<void>()
      await at('rule step', async (real) => {
        await (await known.promise).erase()
        return real().finally(handedOver.resolve)
      }, async () => {
        known.resolve(await arrives('wanda.late@example.com'))
        await handedOver.promise
      })
      const { rule } = await known.promise
      await ended(rule, 'erased')
      expect(await left(rule)).toEqual({ bodies: 0, mails: 0 })
    })
  })
  it('[RU4] that moves takes its runs with it', async () => {
    const rule = await makeRule(admin(), { trigger: { kind: 'visit_expected' }, timing: { from: 'expected', minutes: -60 }, once: 'visit' })
    const id = await expected()
    await settle()
    const at = new Date(Date.now() + aheadMs + 5 * 3_600_000).toISOString()
    await value(desk()(changeVisit, { params: { visit: id }, body: { id: newId(), expectedAt: at } }))
    await expect.poll(async () => (await runs(rule.id))[0]?.dueAt, patient).toBe(new Date(Date.parse(at) - 3_600_000).toISOString())
    aheadMs += 4 * 3_600_000 + 60_000
    await ended(rule.id, 'done')
  })
})

describe('a dry run', () => {
  it('[RU11] lists what would have been done, and does nothing', async () => {
    const [a, b] = [await conversation(), await conversation(tomas)]
    await write(a, 'Is the gym open?')
    await write(b, 'gym?', tomas)
    await value(desk()(closeConversation, { params: { conversation: b }, body: { id: newId() } }))
    await settle()
    const before = await entries(a)
    const dry = await value(admin()(contract.dryRunRule, { body: ruleFields({ trigger: { kind: 'keyword', words: ['gym'], match: 'contains' }, conditions: [{ kind: 'status', is: ['open'] }], actions: [{ do: 'message', text: 'Yes, {{contact.firstName}}' }] }) }))
    expect(dry).toMatchObject({ cut: false, would: [{ conversation: a, who: mara.name, actions: [{ do: 'message', text: 'Yes, Mara' }] }] })
    expect(dry.would).toHaveLength(1)
    expect(await entries(a)).toEqual(before)
    expect(await desk()(contract.dryRunRule, { body: ruleFields() })).toMatchObject({ ok: false, code: 'forbidden' })
  })
})

describe('a booking', () => {
  it('[RU5] [RU4] is reminded of before it starts, also when it was moved, and not when it was cancelled', async () => {
    const rule = await makeRule(admin(), { trigger: { kind: 'booking_made' }, timing: { from: 'starts', minutes: -15 }, once: 'booking', actions: [{ do: 'message', text: '{{booking.space}} is yours in a quarter of an hour, {{booking.person}}.' }] })
    const made = await value(admin()(saveFloor, { params: { floor: newId() }, body: { location: lobby.id, name: 'First' } }))
    const { id: space } = await value(admin()(saveSpace, { params: { space: newId() }, body: { floor: made.id, name: 'Desk 7', kind: 'desk' } }))
    const hours = (n: number): string => new Date(Date.now() + aheadMs + n * 3_600_000).toISOString()
    const [kept, cancelled] = [newId(), newId()]
    await value(desk()(createBooking, { body: { id: kept, space, when: { startsAt: hours(1), endsAt: hours(2) } } }))
    await value(desk()(createBooking, { body: { id: cancelled, space, when: { startsAt: hours(3), endsAt: hours(4) } } }))
    await value(desk()(cancelBooking, { params: { booking: cancelled }, body: { id: newId() } }))
    await expect.poll(async () => (await runs(rule.id)).length, patient).toBe(2)
    const later = hours(2)
    await value(desk()(changeBooking, { params: { booking: kept }, body: { id: newId(), when: { startsAt: later, endsAt: hours(3) } } }))
    await expect.poll(async () => (await runs(rule.id)).find((r) => r.booking === kept)?.dueAt, patient).toBe(new Date(Date.parse(later) - 15 * 60_000).toISOString())
    aheadMs += 3_600_000 + 46 * 60_000
    await expect.poll(async () => (await runs(rule.id)).find((r) => r.booking === kept)?.outcome, patient).toBe('done')
    expect((await value(admin()(listDeliveries, {}))).deliveries.some((d) => d.to === kit.email && d.text.startsWith('Desk 7 is yours'))).toBe(true)
    aheadMs += 3_600_000
    await expect.poll(async () => (await runs(rule.id)).find((r) => r.booking === cancelled)?.outcome, patient).toBe('not_true')
  })
})
