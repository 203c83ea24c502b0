/** What gives way when there is too much, on the whole server. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Door } from '#contract/inboxes.ts'
import { getConversationReport } from '#contract/reports.ts'
import { saveInvitation } from '#contract/inboxes.ts'
import { newId } from '#client/lodge.ts'
import { openConnection } from '#server/db/connection.ts'
import { startTestServer, type TestServer } from './server.ts'
import { ada, kit, mara, website } from './world.ts'

let server: TestServer
beforeAll(async () => { server = await startTestServer({ commandsPerSecond: 1_000, commandBurst: 1_000 }) })
afterAll(() => server.close())

const p99 = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)]!
const query = { from: '2026-01-01', to: '2026-01-31', zone: 'Europe/Stockholm' }

describe('under pressure', () => {
  it('[GV1] [GV3] a database on which reports hang refuses reports in words, and messages are stored as always', { timeout: 60_000 }, async () => {
    const lodge = server.connectAs(mara), topic = `conversation:${newId()}`
    await lodge.send({ type: 'conversation.open', topic, body: { inbox: website.id } }).stored
    const say = async (n: number): Promise<number[]> => {
      const took: number[] = []
      for (let i = 0; i < n; i++) {
        const startMs = performance.now()
        await lodge.send({ type: 'message.send', topic, body: { text: 'Hello' } }).stored
        took.push(performance.now() - startMs)
        await sleep(20)
      }
      return took
    }
    const calm = await say(50)
    const { client } = await openConnection(server.database.target, 'a lock')
    await client.query('begin; lock table report_conversations in access exclusive mode')
    const asked = Array.from({ length: 40 }, () => server.callAs(ada)(getConversationReport, { query }))
    const pressed = await say(150)
    await Promise.race(asked.map(async (a) => { const answer = await a; if (answer.ok) throw new Error('A report came through a locked table') }))   // the first is refused while the table is still locked
    await client.query('rollback')
    await client.end()
    const answers = await Promise.all(asked)
    const refused = answers.filter((a) => !a.ok)
    expect(refused.length).toBeGreaterThan(30)
    for (const a of refused) expect(a).toMatchObject({ status: 503, code: 'overloaded', message: 'Too many reports at once. Try again shortly.' })
    expect(p99(pressed)).toBeLessThan(2 * p99(calm) + 150)
    // They are back by themselves.
    await expect.poll(async () => (await server.callAs(ada)(getConversationReport, { query })).ok).toBe(true)
  })

  it('[GV6] what is paused by hand is refused at once and in words, a restart included, until it is resumed', async () => {
    server.app.load.pause('reports')
    const refused = { ok: false, code: 'overloaded', message: 'Reports are paused by whoever runs this server. Try again later.' }
    expect(await server.callAs(ada)(getConversationReport, { query })).toMatchObject(refused)
    await server.stop()
    await server.start()
    expect(await server.callAs(ada)(getConversationReport, { query })).toMatchObject(refused)
    server.app.load.resume('reports')
    expect(await server.callAs(ada)(getConversationReport, { query })).toMatchObject({ ok: true })
  })

  it('[GV5] [GV7] when the database goes, hints go first, and after some seconds no page invites any more; all comes back with it', { timeout: 90_000 }, async () => {
    const invitation = { inbox: website.id, address: '/', afterSeconds: 0, text: 'Ask us.', active: true }
    await server.callAs(ada)(saveInvitation, { params: { invitation: newId() }, body: invitation })
    const visitor = server.connectAs(mara), agent = server.connectAs(kit)
    let invitations = -1, typed = 0
    visitor.watch(`door:${website.id}`, (door) => { invitations = (door as Door).invitations.length })
    const topic = `conversation:${newId()}`
    await visitor.send({ type: 'conversation.open', topic, body: { inbox: website.id } }).stored
    visitor.join(topic, { fresh: () => {}, entries: () => {}, typing: () => { typed++ } })
    await expect.poll(() => invitations).toBe(1)
    agent.join(topic, { fresh: () => {}, entries: () => {} })
    await expect.poll(() => { agent.typing(topic); return typed }, { interval: 500 }).toBeGreaterThan(0)
    // Every connection is taken: nothing can be read, and commands wait.
    const { client } = await openConnection(server.database.target, 'a lock')
    await client.query('begin; lock table journal in access exclusive mode')
    for (let i = 0; i < 5; i++) visitor.send({ type: 'message.send', topic, body: { text: 'Is anybody there?' } }).stored.catch(() => {})
    await expect.poll(() => server.app.load.stats().governor.level, { timeout: 20_000 }).toBeGreaterThanOrEqual(4)
    await expect.poll(() => invitations, { timeout: 2_000 }).toBe(0)
    await client.query('rollback')
    await client.end()
    await expect.poll(() => invitations, { timeout: 60_000, interval: 250 }).toBe(1)
  })
})
