/** An alert by SMS, over the line that a channel of the house has open, while the database is away for longer than the channel's lease. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { getOnCall, saveOnCall, tryOnCall } from '#contract/alerts.ts'
import { valueOf } from '#client/call.ts'
import { newId } from '#client/id.ts'
import { startCarrier, type Carrier } from '#demo/carrier.ts'
import { makeSmppChannel, onLoopback, ourNumber, quick, smsConversations, untilReady } from '#test/channels.ts'
import { asSuperuser } from '#test/db.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada } from '#test/world.ts'

let server: TestServer, carrier: Carrier
const number = '+46705550001', person = newId()
beforeAll(async () => {
  [server, carrier] = await Promise.all([startTestServer({ channels: onLoopback, operations: { alerts: { raiseAfterMs: 200, clearAfterMs: 60_000, everyMs: 100 } } }), startCarrier({ systemId: 'lantern', password: 'sesame' })])
  await untilReady(server, (await makeSmppChannel(server, carrier.port)).id)
  valueOf(await server.callAs(ada)(saveOnCall, { body: { people: [{ id: person, name: 'Ada', ways: [{ kind: 'sms', to: number }] }], duties: [{ component: '*', people: [person] }], escalateAfterMinutes: 10 } }))
}, 60_000)
afterAll(async () => { await server.close(); await carrier.close() })
const arrived = (): string[] => carrier.onPhones.filter((m) => m.to === number).map((m) => m.text)

it('[AL4] [AL6] reaches a phone without the database, and leaves no trace in conversations', { timeout: 90_000 }, async () => {
  expect(valueOf(await server.callAs(ada)(getOnCall, {})).canSend.sms).toBe(true)
  expect(valueOf(await server.callAs(ada)(tryOnCall, { params: { person } })).ways).toEqual([{ kind: 'sms', to: number, sent: true, why: null }])
  await expect.poll(() => arrived().join(), { timeout: 15_000 }).toContain('a trial')
  const { database, app } = server
  await asSuperuser(`alter database ${database.target.database} allow_connections false`)
  try {
    await asSuperuser('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database.target.database])
    await expect.poll(() => database.db.stats().downSinceMs, { timeout: 15_000 }).toBeDefined()
    const awayMs = performance.now()
    await expect.poll(() => performance.now() - awayMs, { timeout: 20_000 }).toBeGreaterThan(quick.leaseMs! + 500)
    app.findings.look('database.away', { promise: 'P7', component: 'database', severity: 'critical', evidence: 'The database does not answer.', whatToDo: 'Bring it back.' })
    await expect.poll(() => arrived().join('\n'), { timeout: 20_000 }).toMatch(/Critical: database\. The database does not answer\. Acknowledge: http/)
    expect(carrier.onPhones.find((m) => m.to === number)!.from).toBe(ourNumber)
    expect(database.db.stats().downSinceMs).toBeDefined()
  } finally {
    await asSuperuser(`alter database ${database.target.database} allow_connections true`)
  }
  await expect.poll(() => database.db.stats().downSinceMs, { timeout: 20_000 }).toBeUndefined()
  await expect.poll(() => smsConversations(server).catch((error: unknown) => error), { timeout: 20_000 }).toEqual([])
})
