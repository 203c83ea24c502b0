/** Alerts leave while the database stands still: who is on call is in a file, and a mail needs no row. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acknowledgeAlert, getOnCall, listAlerts, saveOnCall, tryOnCall, type OnCall } from '#contract/alerts.ts'
import { newId } from '#client/lodge.ts'
import { anywhere } from '#server/http/reach.ts'
import type { Found } from '#server/kernel/findings.ts'
import { asSuperuser } from '#test/db.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { startSmtpPeer, type SmtpPeer } from '#test/smtp-peer.ts'
import { ada, iris, kit } from '#test/world.ts'

let server: TestServer, peer: SmtpPeer
const hooks: { headers: Record<string, unknown>; body: string }[] = []
const receiver = createServer((request, response) => {
  let body = ''
  request.on('data', (part: Buffer) => { body += part.toString() })
  request.on('end', () => { hooks.push({ headers: request.headers, body }); response.end() })
})
const people = { ada: newId(), kit: newId() }
let onCall: OnCall

beforeAll(async () => {
  peer = await startSmtpPeer()
  await new Promise<void>((resolve) => { receiver.listen(0, '127.0.0.1', resolve) })
  server = await startTestServer({
    mail: { smtpUrl: peer.url, from: 'Lodge <lodge@hotel.example>' }, pushReach: anywhere,
    operations: { alerts: { raiseAfterMs: 200, clearAfterMs: 400, everyMs: 100 } },
  })
  onCall = {
    people: [{ id: people.ada, name: 'Ada', ways: [{ kind: 'email', to: 'ada@hotel.example' }, { kind: 'webhook', to: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook` }] }, { id: people.kit, name: 'Kit', ways: [{ kind: 'email', to: 'kit@hotel.example' }] }],
    duties: [{ component: '*', people: [people.ada, people.kit] }], escalateAfterMinutes: 10,
  }
})
afterAll(async () => {
  await server.close()
  await peer.close()
  await new Promise((resolve) => { receiver.close(resolve) })
})

const away: Found = { promise: 'P7', component: 'database', severity: 'critical', evidence: 'The database does not answer.\n    at somewhere (server/db/pool.ts:1:1)', whatToDo: 'Bring it back.' }
const mailsTo = (to: string) => peer.accepted.filter((m) => m.to === to).map((m) => m.raw.replace(/=\r\n/g, '').replace(/=3D/g, '='))
const ok = <T>(outcome: { ok: true; value: T } | { ok: false; code: string }): T => { if (!outcome.ok) throw new Error(outcome.code); return outcome.value }

describe('alerts', () => {
  it('[AL5] [OP1] are set by administrators of the account that runs the house, and by nobody else', async () => {
    for (const who of [kit, iris]) expect(await server.callAs(who)(saveOnCall, { body: onCall })).toMatchObject({ ok: false, code: 'forbidden' })
    const shown = ok(await server.callAs(ada)(saveOnCall, { body: onCall }))
    expect(shown.secrets[0]!.secret).toMatch(/^whsec_/)
    expect(ok(await server.callAs(ada)(getOnCall, {})).onCall).toEqual(onCall)
    const nowhere = { ...onCall, people: [{ ...onCall.people[0]!, ways: [{ kind: 'email' as const, to: 'no address' }] }] }
    expect(await server.callAs(ada)(saveOnCall, { body: { ...nowhere, duties: [] } })).toMatchObject({ ok: false, code: 'invalid' })
    expect(await server.callAs(ada)(saveOnCall, { body: { ...onCall, duties: [{ component: 'database', people: [newId()] }] } })).toMatchObject({ ok: false, code: 'invalid' })
  })

  it('[AL4] [AL5] leave by mail and webhook while no connection to the database is to be had, and are acknowledged by their link', { timeout: 60_000 }, async () => {
    const { app, database } = server
    const before = database.db.stats().open
    expect(before).toBeGreaterThan(0)
    await asSuperuser(`alter database ${database.target.database} allow_connections false`)
    try {
      await asSuperuser('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database.target.database])
      await expect.poll(() => database.db.stats().downSinceMs, { timeout: 15_000 }).toBeDefined()
      for (let i = 0; i < 6; i++) app.findings.look('database.away', away)
      await expect.poll(() => mailsTo('ada@hotel.example').length, { timeout: 15_000 }).toBe(1)
      expect(database.db.stats().downSinceMs).toBeDefined()
      const [mail] = mailsTo('ada@hotel.example')
      expect(mail).toMatch(/Subject: Lodge at .*: Critical: database/)
      expect(mail).toContain('Bring it back.')
      await expect.poll(() => hooks.length, { timeout: 15_000 }).toBe(1)
      const { headers, body } = hooks[0]!
      const secret = ok(await server.callAs(ada)(getOnCall, {})).secrets[0]!.secret   // who runs the house is known already
      expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64')).update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`).digest('base64')}`)

      // A mail program that follows the link acknowledges nothing; the button does, without a session.
      const link = /http:\/\/127\.0\.0\.1:4000(\/alerts\/\S+)/.exec(mail!)![1]!
      const page = await fetch(server.url + link)
      expect(page.status).toBe(200)
      expect(await page.text()).toContain('I, Ada, look after it')
      expect(ok(await server.callAs(ada)(listAlerts, {})).alerts[0]!.acknowledged).toBeNull()
      expect((await fetch(`${server.url}${link}x`)).status).toBe(404)
      expect((await fetch(server.url + link.replace(/.$/, (c) => c === 'A' ? 'B' : 'A'), { method: 'POST' })).status).toBe(404)
      expect((await fetch(server.url + link, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: '' })).status).toBe(200)
      expect(ok(await server.callAs(ada)(listAlerts, {})).alerts[0]).toMatchObject({ finding: 'database.away', acknowledged: { by: 'Ada' }, told: ['Ada'] })
    } finally {
      await asSuperuser(`alter database ${database.target.database} allow_connections true`)
    }
    await expect.poll(() => database.db.stats().downSinceMs, { timeout: 20_000 }).toBeUndefined()
  })

  it('[AL1] say once that it is over', { timeout: 30_000 }, async () => {
    for (let i = 0; i < 3; i++) server.app.findings.look('database.away', undefined)
    await expect.poll(() => mailsTo('ada@hotel.example').filter((m) => /Over \(database/.test(m)).length, { timeout: 15_000 }).toBe(1)
    expect(mailsTo('kit@hotel.example')).toEqual([])
  })

  it('[AL4] stand in a file: after a restart nobody is told again, and who was on call is', { timeout: 60_000 }, async () => {
    const look = (): void => server.app.findings.look('restart', { ...away, evidence: 'Something else.' })
    look()
    await expect.poll(() => mailsTo('ada@hotel.example').filter((m) => m.includes('Something else.')).length, { timeout: 15_000 }).toBe(1)
    const told = peer.accepted.length
    await server.stop()
    await server.start()
    expect(ok(await server.callAs(ada)(getOnCall, {})).onCall).toEqual(onCall)
    look()
    const [alert] = ok(await server.callAs(ada)(listAlerts, {})).alerts
    expect(alert).toMatchObject({ finding: 'restart', told: ['Ada'] })
    expect(ok(await server.callAs(ada)(acknowledgeAlert, { params: { alert: alert!.id } })).acknowledged?.by).toBe('Ada')
    for (let i = 0; i < 3; i++) server.app.findings.look('restart', undefined)
    await expect.poll(() => peer.accepted.length, { timeout: 15_000 }).toBe(told + 1)
    expect(mailsTo('ada@hotel.example').at(-1)).toMatch(/Over/)
  })

  it('[AL6] a trial goes over every way and says what became of it', { timeout: 30_000 }, async () => {
    const before = mailsTo('ada@hotel.example').length
    const { ways } = ok(await server.callAs(ada)(tryOnCall, { params: { person: people.ada } }))
    expect(ways.map((w) => [w.kind, w.sent])).toEqual([['email', true], ['webhook', true]])
    expect(mailsTo('ada@hotel.example').length).toBe(before + 1)
    peer.mood = 'reject'
    expect(ok(await server.callAs(ada)(tryOnCall, { params: { person: people.kit } })).ways).toMatchObject([{ kind: 'email', sent: false, why: expect.stringContaining('5.1.1') as string }])
    peer.mood = 'accept'
  })
})
