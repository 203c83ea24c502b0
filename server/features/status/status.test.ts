import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getConversation, listEntries, openConversation, sendMessage } from '#contract/conversations.ts'
import type { Incident, StatusBanner } from '#contract/status.ts'
import { addStatusSubscriber, countAffected, decideStatusProposal, draftStatusPostmortem, editStatusIncident, getStatus, openStatusIncident, replyToAffected, resolveStatusIncident, saveStatusMaintenance, updateStatusIncident } from '#contract/status-endpoints.ts'
import { valueOf } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { suspicionOfAway } from '#server/status/away.ts'
import { openBook } from '#server/status/book.ts'
import { incidents } from '#server/status/incidents.ts'
import { replies } from './replies.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, ben, frontDoor, hotel, iris, kit, mara, tomas, website } from '#test/world.ts'

let server: TestServer
beforeAll(async () => { server = await startTestServer() })
afterAll(() => server.close())
const patient = { timeout: 20_000 }
const down = [{ component: 'inbox', level: 'down' as const }]
const open = async (title: string, more: Partial<Pick<Incident, 'audience' | 'accounts' | 'impact'>> = {}): Promise<Incident> =>
  valueOf(await server.callAs(ada)(openStatusIncident, { body: { title, text: `${title}: we look.`, affected: down, ...more } }))
const end = async ({ id }: Incident): Promise<unknown> => valueOf(await server.callAs(ada)(resolveStatusIncident, { params: { incident: id }, body: { text: '', early: 'The test is over' } }))

describe('who writes the status page', () => {
  it('[SG16] administrators of the first account; others’ administrators read what concerns them, agents nothing', async () => {
    const incident = await open('Ours alone', { accounts: [hotel.id] })
    const said = await server.callAs(iris)(openStatusIncident, { body: { title: 'x', text: 'x', affected: [] } })
    expect(said).toMatchObject({ ok: false, code: 'forbidden' })
    expect(await server.callAs(kit)(getStatus, {})).toMatchObject({ ok: false, code: 'forbidden' })
    await server.app.verbs.status.propose({ title: 'Hangs', components: down, evidence: 'secret stack', by: 'watchdog: first' })
    const theirs = valueOf(await server.callAs(iris)(getStatus, {}))
    expect(theirs).toMatchObject({ isOperator: false, incidents: [], proposals: [], subscribers: [] })
    const ours = valueOf(await server.callAs(ada)(getStatus, {}))
    expect(ours).toMatchObject({ isOperator: true, incidents: [{ id: incident.id, state: 'investigating' }], proposals: [{ title: 'Hangs', evidence: [{ text: 'secret stack' }] }] })
    valueOf(await server.callAs(ada)(decideStatusProposal, { params: { proposal: ours.proposals[0]!.id }, body: { how: 'dismiss' } }))
    await end(incident)
  })

  it('[SG5] [SG7] one click publishes what a watchdog saw; it is resolved when the window was clean, and the post-mortem is drafted', async () => {
    const call = server.callAs(ada)
    const proposal = (await server.app.verbs.status.propose({ title: 'Bookings hang', components: [{ component: 'bookings', level: 'down' }], evidence: '16 of 16 taken', by: 'watchdog' }))!
    const { incident } = valueOf(await call(decideStatusProposal, { params: { proposal: proposal.id }, body: { how: 'publish' } }))
    const at = { params: { incident: incident! } }
    valueOf(await call(editStatusIncident, { ...at, body: { cleanMinutes: 0, cause: 'A leak', remediation: [{ text: 'Deadlines', state: 'done' }] } }))
    expect(await call(resolveStatusIncident, { ...at, body: { text: 'Done.' } })).toMatchObject({ ok: false, code: 'wrong_status' })
    valueOf(await call(updateStatusIncident, { ...at, body: { text: 'Restarted.', state: 'monitoring' } }))
    expect(valueOf(await call(resolveStatusIncident, { ...at, body: { text: 'Done.' } }))).toMatchObject({ state: 'resolved', early: null })
    const { text } = valueOf(await call(draftStatusPostmortem, at))
    for (const part of ['A leak', 'Done: Deadlines', '16 of 16 taken', 'Restarted.', 'Bookings of desks and rooms was down']) expect(text).toContain(part)
  })

  it('[SG8] a start after a kill proposes once, in the words of the page that watches from outside', async () => {
    const { status } = server.app.verbs
    const lastMs = Date.now() - 4_000
    const proposal = (await status.proposeAfterCrash(lastMs))!
    expect(proposal).toMatchObject({ title: 'Lodge does not answer', state: 'open', times: 1 })
    expect(proposal.affected.map((a) => a.component)).toEqual(expect.arrayContaining(['messenger', 'inbox', 'visits', 'bookings']))
    expect(proposal.evidence[0]!.text).toContain(new Date(lastMs).toISOString())
    const outside = suspicionOfAway(status.book.state, 'down', 'status page', 'It cannot be reached (ECONNREFUSED).')!
    expect((await status.propose(outside))!.id).toBe(proposal.id)
    valueOf(await server.callAs(ada)(decideStatusProposal, { params: { proposal: proposal.id }, body: { how: 'dismiss' } }))
  })

  it('[SG7] what a watchdog finds critical is proposed with its evidence, and what is only a warning is not', async () => {
    const found = { promise: 'P4' as const, severity: 'critical' as const, evidence: 'bookings hold 5 of 5 for 12 s', whatToDo: 'Look.' }
    server.app.findings.look('test.leak', { ...found, component: 'bookings' })
    server.app.findings.look('test.rise', { ...found, component: 'reports', severity: 'warning' })
    const proposed = async () => valueOf(await server.callAs(ada)(getStatus, {})).proposals
    await expect.poll(async () => (await proposed()).map((p) => p.title), patient).toEqual(['Bookings may hang'])
    const [proposal] = await proposed()
    expect(proposal).toMatchObject({ by: 'watchdog: P4 test.leak', affected: [{ component: 'bookings' }, { component: 'panels' }], evidence: [{ text: found.evidence }] })
    for (let i = 0; i < 3; i++) for (const id of ['test.leak', 'test.rise']) server.app.findings.look(id, undefined)
    valueOf(await server.callAs(ada)(decideStatusProposal, { params: { proposal: proposal!.id }, body: { how: 'dismiss' } }))
  })

  it('[SG12] [CH6] refuses a webhook inside the house and shows the secret of another once', async () => {
    const call = server.callAs(ada)
    expect(await call(addStatusSubscriber, { body: { kind: 'webhook', to: 'https://10.0.0.1/hook' } })).toMatchObject({ ok: false, code: 'invalid' })
    expect(valueOf(await call(addStatusSubscriber, { body: { kind: 'webhook', to: 'https://hooks.example.com/x' } })).secret).toMatch(/^whsec_/)
    expect(JSON.stringify(valueOf(await call(getStatus, {})).subscribers)).not.toContain('whsec_')
  })
})

describe('the banner', () => {
  it('[SG9] reaches whom it concerns over the socket within seconds, also when it was written on the command line, and goes again', async () => {
    const seen = new Map<string, string[]>()
    const watch = (who: typeof ada | typeof mara, view: string): void => {
      server.connectAs(who).watch(`status:${view}`, (body) => seen.set(`${who.name} ${view}`, (body as StatusBanner).items.map((i) => i.title)))
    }
    watch(mara, 'visitors'); watch(ben, 'visitors'); watch(kit, 'agents'); watch(kit, 'managers'); watch(ada, 'managers'); watch(mara, 'agents')
    await expect.poll(() => seen.size, patient).toBe(4)
    const one = await open('For visitors', { audience: ['visitors'], accounts: [hotel.id] })
    // Another process of the same files.
    expect(server.app.verbs.status.book.state.incident.has(one.id)).toBe(true)
    const cli = openBook({ folder: server.app.verbs.status.folder, now: Date.now })
    const two = await incidents({ book: cli, now: Date.now }).open('command line', { title: 'For managers', text: 'x', affected: down, audience: ['managers'] })
    await expect.poll(() => Object.fromEntries(seen), patient).toEqual({ 'Mara Lindqvist visitors': ['For visitors'], 'Ben Okafor visitors': [], 'Kit agents': [], 'Ada managers': ['For managers'] })
    await end(one)
    await end(two)
    await expect.poll(() => Object.fromEntries(seen), patient).toEqual({ 'Mara Lindqvist visitors': [], 'Ben Okafor visitors': [], 'Kit agents': [], 'Ada managers': [] })
  })

  it('[SG7] tells those who can publish it that something is proposed, and nobody else', async () => {
    const seen = new Map<string, string[]>()
    for (const [who, view] of [[ada, 'managers'], [iris, 'managers'], [kit, 'agents'], [mara, 'visitors']] as const) server.connectAs(who).watch(`status:${view}`, (body) => seen.set(who.name, (body as StatusBanner).items.map((i) => `${i.kind} ${i.title}`)))
    await expect.poll(() => seen.size, patient).toBe(4)
    const { id } = (await server.app.verbs.status.propose({ title: 'Replies wait', components: down, evidence: 'for 4 s', by: 'watchdog' }))!
    await expect.poll(() => seen.get('Ada'), patient).toEqual(['proposal Replies wait'])
    expect([seen.get('Iris'), seen.get('Kit'), seen.get('Mara Lindqvist')]).toEqual([[], [], []])
    valueOf(await server.callAs(ada)(decideStatusProposal, { params: { proposal: id }, body: { how: 'dismiss' } }))
    await expect.poll(() => seen.get('Ada'), patient).toEqual([])
  })

  it('[SG9] tells visitors nothing of what their screen does not need', async () => {
    const { status } = server.app.verbs
    const maintenance = { title: 'Rooms', text: '', from: new Date(Date.now() + 60_000).toISOString(), to: new Date(Date.now() + 120_000).toISOString() }
    valueOf(await server.callAs(ada)(saveStatusMaintenance, { params: { maintenance: 'rooms' }, body: { ...maintenance, components: ['bookings'] } }))
    expect([status.banner(hotel.id, 'visitors').items, status.banner(hotel.id, 'agents').items.map((i) => i.title)]).toEqual([[], ['Rooms']])
    expect(status.kioskNotice(hotel.id)).toBeNull()
    valueOf(await server.callAs(ada)(openStatusIncident, { body: { id: 'printer', title: 'Badges are not printed', text: 'Reception has some.', affected: [{ component: 'kiosk', level: 'disrupted' }], audience: ['visitors'] } }))
    expect(status.kioskNotice(hotel.id)).toEqual({ title: 'Badges are not printed', text: 'Reception has some.' })
    expect(status.banner(hotel.id, 'visitors').items).toEqual([])
    valueOf(await server.callAs(ada)(resolveStatusIncident, { params: { incident: 'printer' }, body: { text: '', early: 'x' } }))
    expect(status.kioskNotice(hotel.id)).toBeNull()
  })
})

describe('one reply to all affected conversations', () => {
  const say = async (who: typeof mara, inbox: string): Promise<string> => {
    const conversation = newId(), call = server.callAs(who)
    valueOf(await call(openConversation, { body: { id: newId(), conversation, inbox } }))
    valueOf(await call(sendMessage, { params: { conversation }, body: { id: newId(), text: 'Hello?' } }))
    return conversation
  }
  const heard = async (conversation: string, as: typeof ada = ada): Promise<string[]> =>
    valueOf(await server.callAs(as)(listEntries, { params: { conversation }, query: { limit: 50 } })).entries.flatMap((e) => e.type === 'message.sent' && e.actor === `user:${ada.id}` ? [String((e.body as { text: string }).text)] : [])

  it('[SG17] says it once in each, whatever is repeated, in no other account, and shows how far it is', async () => {
    const before = await say(tomas, website.id)
    await new Promise((done) => { setTimeout(done, 20) })
    const impact = [{ from: new Date().toISOString(), to: null }]
    const mine = [await say(mara, website.id), await say(tomas, website.id)], theirs = await say(ben, frontDoor.id)
    await server.app.feed.settled()
    const incident = await open('Messages were late', { impact })
    const at = { params: { incident: incident.id } }, body = { id: newId(), text: 'We are back. Sorry that it took so long.' }
    expect(valueOf(await server.callAs(ada)(countAffected, at)).conversations).toBe(2)
    const call = server.callAs(ada)
    await Promise.all([call(replyToAffected, { ...at, body }), call(replyToAffected, { ...at, body })])
    const board = async () => valueOf(await call(getStatus, {})).replies.find((r) => r.id === body.id)
    await expect.poll(board, patient).toMatchObject({ total: 2, sent: 2, failed: 0, endedAt: expect.any(String) })
    valueOf(await call(replyToAffected, { ...at, body }))
    expect(await call(replyToAffected, { ...at, body: { ...body, text: 'Other' } })).toMatchObject({ ok: false, code: 'id_reused' })
    for (const c of mine) expect(await heard(c)).toEqual([body.text])
    expect(await heard(before)).toEqual([])
    expect(valueOf(await server.callAs(iris)(getConversation, { params: { conversation: theirs } })).conversation.head).toBe(2)
    await end(incident)
  })

  it('[SG17] goes on by itself when the database refused to say who is meant', async () => {
    const incident = await open('Late, and busy', { impact: [{ from: new Date().toISOString(), to: null }] })
    const conversation = await say(mara, website.id)
    await server.app.feed.settled()
    const { book } = server.app.verbs.status, said: string[] = []
    const value = { id: newId(), incident: incident.id, account: hotel.id, by: `user:${ada.id}`, text: 'Here again.', after: incident.impact[0]!.from, before: new Date().toISOString(), total: null, sent: 0, failed: 0, endedAt: null }
    let refusals = 2
    const busy = replies({
      db: { read: (label, deadlineMs, fn) => refusals-- > 0 ? Promise.reject(new Refusal('overloaded')) : server.database.db.read(label, deadlineMs, fn) }, book, takeUpMs: 20, now: Date.now, random: Math.random, log: pino({ level: 'silent' }),
      commands: { 'message.send': async (_session, { id, topic }) => { said.push(topic); return { id, topic, offset: 1, at: '', repeat: false } } },
    })
    await book.change('test', 'reply', () => ({ puts: [{ kind: 'reply', id: value.id, value }], result: undefined }))
    busy.start(value)
    await expect.poll(() => book.state.reply.get(value.id), patient).toMatchObject({ total: 1, sent: 1, endedAt: expect.any(String) })
    await busy.stop()
    expect(said).toEqual([`conversation:${conversation}`])
  })

  it('[SG17] goes on after a crash, without saying anything twice', async () => {
    const incident = await open('Late again', { impact: [{ from: new Date().toISOString(), to: null }] })
    const conversation = await say(mara, website.id)
    await server.app.feed.settled()
    const { book } = server.app.verbs.status
    const value = { id: newId(), incident: incident.id, account: hotel.id, by: `user:${ada.id}`, text: 'Back again.', after: incident.impact[0]!.from, before: new Date().toISOString(), total: null, sent: 0, failed: 0, endedAt: null }
    // As a process leaves it that dies right after it was asked.
    await book.change('test', 'reply', () => ({ puts: [{ kind: 'reply', id: value.id, value }], result: undefined }))
    for (let i = 0; i < 2; i++) {
      await server.stop()
      await server.start()
      await expect.poll(() => server.app.verbs.status.book.state.reply.get(value.id)?.endedAt ?? null, patient).not.toBeNull()
      if (i === 0) await server.app.verbs.status.book.change('test', 'reply', () => ({ puts: [{ kind: 'reply', id: value.id, value }], result: undefined }))
    }
    expect(await heard(conversation)).toEqual(['Back again.'])
  })
})
