import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import pino from 'pino'
import type { FastifyInstance } from 'fastify'
import type { Delivery } from '#contract/deliveries.ts'
import { newId } from '#client/id.ts'
import type { Db } from '#server/db/db.ts'
import { sql } from '#server/db/sql.ts'
import { buildHttp } from '#server/http/server.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { startSmtpPeer, type SmtpPeer } from '#test/smtp-peer.ts'
import { ada, fillWorld, harbour, hotel, iris, kit, sessionOf } from '#test/world.ts'
import { deliveryRoutes } from './deliveries.routes.ts'
import { eraseDeliveries, openDeliveries, type Deliveries, type DeliveryOptions, type Mail } from './deliveries.ts'

// A mail crosses real sockets and a real database several times, on whatever machine this runs.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })
const patient = { timeout: 20_000 }

let database: TestDatabase
let db: Db
let peer: SmtpPeer
beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
  await fillWorld(db)
})
afterAll(() => database.drop())
beforeEach(async () => {
  await db.tx('clear', 1_000, (tx) => tx.run(sql`delete from deliveries`))
  peer = await startSmtpPeer()
})
const opened: Deliveries[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.stop()))
  await peer.close()
})

/** A node that sends; quick where people would wait for minutes. */
function node(options: Partial<DeliveryOptions> = {}): Deliveries {
  const made = openDeliveries({ push: async () => ({ state: 'sent' }), post: async () => ({ state: 'sent' }),
    db, smtpUrl: peer.url, mailFrom: 'Hotel Lantern <desk@lantern.example>', log: pino({ level: 'silent' }), now: Date.now, random: Math.random,
    pollMs: 40, pausesMs: [20, 20, 20], ...options,
  })
  opened.push(made)
  return made
}
const mail = (more: Partial<Mail> = {}): Mail => ({ id: newId(), kind: 'notice', to: 'mara@example.com', subject: 'The lamp is lit', text: 'Come in.\n', ...more })
async function deliver(by: Deliveries, given: Mail = mail(), account: string = hotel.id): Promise<string> {
  await db.tx('deliver', 1_000, (tx) => by.deliver(tx, account, given))
  return given.id
}
const find = async (id: string): Promise<Delivery & { leased: boolean }> => await db.read('find', 1_000, (tx) => tx.one(sql<Delivery & { leased: boolean }>`
  select state, attempts, message_id as "messageId", last_error as "lastError", next_at as "nextAt", done_at as "doneAt", lease_until is not null as leased, recipient as "to", subject, body as text
  from deliveries where id = ${id}`))
const becomes = (id: string, state: Delivery['state']): Promise<void> => expect.poll(async () => (await find(id)).state, patient).toBe(state)

describe('a delivery', () => {
  it('[DL1] is sent once it is committed, and only then', async () => {
    const sender = node({ pollMs: 60_000 })
    await expect(db.tx('undone', 1_000, async (tx) => {
      await sender.deliver(tx, hotel.id, mail({ subject: 'never' }))
      throw new Error('undone')
    })).rejects.toThrow('undone')
    const id = await deliver(sender, mail({ html: '<p>Come in.</p>' }))
    await becomes(id, 'sent')
    expect(peer.accepted).toHaveLength(1)
    const { raw, to, messageId } = peer.accepted[0]!
    expect(to).toBe('mara@example.com')
    expect(messageId).toBe((await find(id)).messageId)
    expect(messageId).toMatch(/^<[0-9a-f]{32}@lantern\.example>$/)
    for (const part of ['From: Hotel Lantern <desk@lantern.example>', 'Subject: The lamp is lit', 'Auto-Submitted: auto-generated', 'Come in.', '<p>Come in.</p>']) expect(raw).toContain(part)
    expect(await find(id)).toMatchObject({ attempts: 1, lastError: null, nextAt: null, leased: false })
  })

  it('[DL2] is one mail, however often it is asked for', async () => {
    const sender = node()
    const given = mail()
    for (let i = 0; i < 3; i++) await deliver(sender, given)
    await becomes(given.id, 'sent')
    await deliver(sender, given)
    await deliver(sender, given, harbour.id)   // another account's, with the same id
    await expect.poll(() => peer.accepted.length, patient).toBe(2)
    expect(new Set(peer.accepted.map((one) => one.messageId)).size).toBe(2)
  })

  it('goes to one address, and its subject is one line', async () => {
    const sender = node()
    for (const to of ['a@x.example, b@x.example', 'a@x.example\r\nBcc: b@x.example', '"a, b"@x.example', 'a', '']) await expect(deliver(sender, mail({ to }))).rejects.toMatchObject({ code: 'invalid' })
    await becomes(await deliver(sender, mail({ subject: 'Hi\r\nBcc: evil@x.example\r\n\r\nboo' })), 'sent')
    expect(peer.accepted).toHaveLength(1)
    expect(peer.accepted[0]!.raw).toContain('Subject: Hi Bcc: evil@x.example boo')
  })

  it('is sent once by three nodes at once, at most four at a time each, all accounts in turn', async () => {
    await peer.close()
    peer = await startSmtpPeer({ answerMs: 15 })
    const [first, ...others] = [node({ pollMs: 60_000 }), node(), node()]
    const ids: string[] = []
    await db.tx('many', 5_000, async (tx) => {
      for (let i = 0; i < 60; i++) {
        const given = mail({ to: `guest${i}@example.com` })
        ids.push(given.id)
        await first!.deliver(tx, hotel.id, given)
      }
      await first!.deliver(tx, harbour.id, mail({ to: 'ben@example.com' }))
    })
    await expect.poll(() => peer.accepted.length, patient).toBe(61)
    await Promise.all([first!, ...others].map((one) => one.stop()))
    expect(new Set(peer.received.map((one) => one.messageId)).size).toBe(61)
    expect(peer.received).toHaveLength(61)
    expect(peer.mostAtOnce).toBeGreaterThan(1)
    expect(peer.mostAtOnce).toBeLessThanOrEqual(12)
    expect(peer.received.findIndex((one) => one.to === 'ben@example.com')).toBeLessThan(24)
  })

  it('never has more than four on their way from one node', async () => {
    await peer.close()
    peer = await startSmtpPeer({ answerMs: 100 })
    const sender = node()
    await db.tx('many', 5_000, async (tx) => { for (let i = 0; i < 12; i++) await sender.deliver(tx, hotel.id, mail()) })
    await expect.poll(() => peer.accepted.length, patient).toBe(12)
    expect(peer.mostAtOnce).toBe(4)
  })
})

describe('when it does not work', () => {
  it('[DL3] tries again what was deferred, with one Message-ID', async () => {
    peer.mood = 'defer'
    const id = await deliver(node())
    await expect.poll(() => peer.received.length, patient).toBeGreaterThanOrEqual(2)   // a busy machine looks late
    expect((await find(id)).lastError).toBe('451 4.3.0 Come back later')
    peer.mood = 'accept'
    await becomes(id, 'sent')
    expect(peer.accepted).toHaveLength(1)
    expect(new Set(peer.received.map((one) => one.messageId))).toEqual(new Set([(await find(id)).messageId]))
  })

  it('[DL3] gives up after the last pause, and really sends at a retry', async () => {
    peer.mood = 'defer'
    const sender = node()
    const id = await deliver(sender)
    await becomes(id, 'dead')
    expect(await find(id)).toMatchObject({ attempts: 4, lastError: '451 4.3.0 Come back later', nextAt: null })
    expect(peer.received).toHaveLength(4)
    peer.mood = 'accept'
    expect(await sender.retry(sessionOf(ada), id)).toMatchObject({ state: 'waiting', attempts: 0 })
    await becomes(id, 'sent')
    expect(peer.accepted.map((one) => one.messageId)).toEqual([(await find(id)).messageId])
    expect(await sender.retry(sessionOf(ada), id)).toMatchObject({ state: 'sent' })
    expect(peer.received).toHaveLength(5)
  })

  it('[DL3] gives up at once what is refused for good, in the words of the server', async () => {
    peer.mood = 'reject'
    const sender = node()
    const id = await deliver(sender)
    await becomes(id, 'dead')
    expect(await find(id)).toMatchObject({ attempts: 1, lastError: '550 5.1.1 No such mailbox here' })
    peer.mood = 'accept'
    await sender.retry(sessionOf(ada), id)
    await becomes(id, 'sent')
    expect(peer.accepted).toHaveLength(1)
  })

  it('does not give up a mail because the server takes none at all', async () => {
    peer.mood = 'shut'
    const id = await deliver(node())
    await expect.poll(async () => (await find(id)).attempts, patient).toBeGreaterThan(1)
    expect((await find(id)).lastError).toContain('554 5.3.2 Not today')
    peer.mood = 'accept'
    await becomes(id, 'sent')
  })

  it('does not give up a mail because of a wrong password', async () => {
    await peer.close()
    peer = await startSmtpPeer({ authOptional: false, onAuth: (_auth, _session, done) => { done(Object.assign(new Error('5.7.8 Wrong password'), { responseCode: 535 })) } })
    const id = await deliver(node({ smtpUrl: peer.url.replace('//', '//lodge:wrong@') }))
    await expect.poll(async () => (await find(id)).attempts, patient).toBeGreaterThan(1)
    expect((await find(id)).lastError).toContain('535')
  })

  it('[DL2] sends again, with the same Message-ID, when the line breaks after the last byte', async () => {
    peer.mood = 'drop'
    const id = await deliver(node({ pausesMs: [20, 20, 20, 20, 20, 20, 20] }))
    await expect.poll(() => peer.received.length, patient).toBeGreaterThan(0)
    peer.mood = 'accept'
    await becomes(id, 'sent')
    expect(peer.accepted).toHaveLength(1)
    expect(new Set(peer.received.map((one) => one.messageId)).size).toBe(1)
  })

  it('does not wait for ever for a server that stalls', async () => {
    peer.mood = 'stall'
    const id = await deliver(node({ sendTimeoutMs: 1_000, pausesMs: Array.from({ length: 20 }, () => 20) }))
    await expect.poll(async () => (await find(id)).lastError, patient).toBe('Message sending aborted')
    peer.mood = 'accept'
    await becomes(id, 'sent')
  })

  it('waits while the server is away', async () => {
    const { port } = new URL(peer.url)
    await peer.close()
    const id = await deliver(node({ pausesMs: Array.from({ length: 50 }, () => 40) }))
    await expect.poll(async () => (await find(id)).lastError, patient).toContain('ECONNREFUSED')
    peer = await startSmtpPeer({ port: Number(port) })
    await becomes(id, 'sent')
  })

  it('[DL2] sends what a node had taken that died, once its lease is over', async () => {
    const sender = node({ leaseMs: 60_000 })
    const id = newId()
    await db.tx('a dead node', 1_000, (tx) => tx.run(sql`
      insert into deliveries (account_id, id, kind, recipient, subject, body, message_id, next_at, lease_until, attempts)
      values (${hotel.id}, ${id}, 'notice', 'mara@example.com', 'Hi', 'Hi', '<taken@lantern.example>', now(), now() + interval '1 minute', 1)`))
    await sleep(300)
    expect(peer.received).toHaveLength(0)
    await db.tx('a minute later', 1_000, (tx) => tx.run(sql`update deliveries set lease_until = now() - interval '1 second' where id = ${id}`))
    await becomes(id, 'sent')
    expect(await find(id)).toMatchObject({ attempts: 2 })
    expect(await sender.retry(sessionOf(ada), id)).toMatchObject({ state: 'sent' })
  })

  it('does not try for ever a mail at which nodes die', async () => {
    const id = newId()
    await db.tx('dead nodes', 1_000, (tx) => tx.run(sql`
      insert into deliveries (account_id, id, kind, recipient, subject, body, message_id, next_at, lease_until, attempts)
      values (${hotel.id}, ${id}, 'notice', 'mara@example.com', 'Hi', 'Hi', '<poison@lantern.example>', now(), now() - interval '1 second', 4)`))
    node()
    await becomes(id, 'dead')
    expect(peer.received).toHaveLength(0)
    expect((await find(id)).lastError).toBe('The server stopped during the last attempt; the mail may have left.')
  })

  it('stores what it sent when the database comes back, and sends nothing twice for it', async () => {
    let away = true
    const flaky: Db = { tx: (label, deadlineMs, fn) => away && label === 'deliveries.record' ? Promise.reject(new Refusal('unavailable')) : db.tx(label, deadlineMs, fn), read: (...given) => db.read(...given) }
    const sender = node({ db: flaky })
    const first = await deliver(sender)
    await expect.poll(() => peer.accepted.length, patient).toBe(1)
    await db.tx('its lease is over', 1_000, (tx) => tx.run(sql`update deliveries set lease_until = now() - interval '1 second' where id = ${first}`))
    const second = await deliver(sender)
    await sleep(400)   // several polls
    expect(peer.received).toHaveLength(1)
    away = false
    await becomes(first, 'sent')
    await becomes(second, 'sent')
    expect(peer.accepted).toHaveLength(2)
  })

  it('ends what it is sending when it stops', async () => {
    await peer.close()
    peer = await startSmtpPeer({ answerMs: 200 })
    const sender = node()
    const id = await deliver(sender)
    await expect.poll(() => peer.received.length, patient).toBe(1)
    await sender.stop()
    expect(await find(id)).toMatchObject({ state: 'sent' })
  })
})

describe('without a mail server', () => {
  it('[DL4] keeps everything in the tray, and says so at a retry', async () => {
    const sender = node({ smtpUrl: undefined })
    const id = await deliver(sender)
    expect(await find(id)).toMatchObject({ state: 'tray', attempts: 0 })
    await expect(sender.retry(sessionOf(ada), id)).rejects.toMatchObject({ code: 'unavailable', message: 'No mail server is set, so nothing can be sent. Set SMTP_URL, restart Lodge, and try again.' })
    await expect(sender.retry(sessionOf(ada), newId())).rejects.toMatchObject({ code: 'not_found' })
  })

  it('[DL4] puts into the tray what waited, and sends from it once there is one', async () => {
    peer.mood = 'defer'
    const before = node({ pausesMs: [60_000] })
    const id = await deliver(before)
    await expect.poll(async () => (await find(id)).nextAt, patient).not.toBe(null)
    await before.stop()
    const without = node({ smtpUrl: undefined, random: () => 0 })
    await becomes(id, 'tray')
    await without.stop()
    peer.mood = 'accept'
    const after = node()
    await after.retry(sessionOf(ada), id)
    await becomes(id, 'sent')
    expect(peer.accepted).toHaveLength(1)
  })
})

describe('over HTTP', () => {
  let app: FastifyInstance
  let sender: Deliveries
  const callers = { ada, kit, iris }
  beforeEach(async () => {
    sender = node()
    app = await buildHttp({ log: pino({ level: 'silent' }), strict: true, authenticate: (token) => sessionOf(callers[token as keyof typeof callers]) })
    deliveryRoutes(app, { deliveries: sender })
  })
  afterEach(() => app.close())
  const call = async (who: keyof typeof callers, method: 'GET' | 'POST', path: string) => {
    const answer = await app.inject({ method, url: `/api/v1/deliveries${path}`, headers: { authorization: `Bearer ${who}` } })
    return { status: answer.statusCode, body: answer.json<{ code: string; deliveries: Delivery[]; next: string | null; smtp: boolean } & Delivery>() }
  }

  it('lists the own account’s, newest first, in pages, to administrators', async () => {
    peer.mood = 'reject'
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.unshift(await deliver(sender))
    await deliver(sender, mail(), harbour.id)
    await becomes(ids[0]!, 'dead')
    await becomes(ids[4]!, 'dead')
    const all: string[] = []
    let cursor: string | null = null
    do {
      const { body } = await call('ada', 'GET', `?limit=2${cursor ? `&cursor=${cursor}` : ''}`)
      expect(body.smtp).toBe(true)
      all.push(...body.deliveries.map((one) => one.id))
      cursor = body.next
    } while (cursor)
    expect(all).toEqual(ids)
    expect((await call('ada', 'GET', '?state=tray')).body.deliveries).toEqual([])
    expect((await call('iris', 'GET', '')).body.deliveries).toHaveLength(1)
    expect((await call('ada', 'GET', '?cursor=nonsense')).status).toBe(400)
    expect((await call('kit', 'GET', '')).status).toBe(403)
  })

  it('retries the own account’s', async () => {
    peer.mood = 'reject'
    const id = await deliver(sender)
    await becomes(id, 'dead')
    peer.mood = 'accept'
    expect(await call('iris', 'POST', `/${id}/attempts`)).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect(await call('kit', 'POST', `/${id}/attempts`)).toMatchObject({ status: 403 })
    expect(await call('ada', 'POST', `/${id}/attempts`)).toMatchObject({ status: 200, body: { id, state: 'waiting' } })
    await becomes(id, 'sent')
    expect(peer.accepted).toHaveLength(1)
  })
})

describe('erasure', () => {
  it('blanks what was sent to a person, and stops what waits', async () => {
    const sender = node()
    const sent = await deliver(sender)
    await becomes(sent, 'sent')
    peer.mood = 'defer'
    const waiting = await deliver(node({ pausesMs: [60_000] }))
    await expect.poll(() => peer.received.length, patient).toBeGreaterThan(1)
    await expect.poll(async () => (await find(waiting)).leased, patient).toBe(false)
    const foreign = await deliver(sender, mail(), harbour.id)
    expect(await db.tx('erase', 1_000, (tx) => eraseDeliveries(tx, hotel.id, { to: ['mara@example.com'], ids: [], paths: [] }))).toBe(2)
    expect(await find(sent)).toMatchObject({ state: 'sent', to: '', subject: '', text: '' })
    expect(await find(waiting)).toMatchObject({ state: 'dead', to: '', subject: '', text: '' })
    expect(await find(foreign)).toMatchObject({ to: 'mara@example.com' })
  })
})
