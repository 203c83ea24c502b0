/** A database that stands still: no connection is lost, and yet it is away. The page says so, the public is told, and the canary knows. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { getOperations, type OperationsBoard } from '#contract/operations.ts'
import { valueOf } from '#client/call.ts'
import { startOwnDatabase, type OwnDatabase } from '#test/own-database.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, fillWorld } from '#test/world.ts'

let database: OwnDatabase, server: TestServer
beforeAll(async () => {
  database = await startOwnDatabase()
  await fillWorld(database.pool)
  server = await startTestServer({ world: false, pool: database.pool, spool: { queueMs: 250 }, operations: { canaryEveryMs: 1_000, lookEveryMs: 200 } })
}, 120_000)
afterAll(async () => {
  await database.thaw()
  await server.close()
  await database.close()
}, 60_000)

const board = async (): Promise<OperationsBoard> => valueOf(await server.callAs(ada)(getOperations, {}))
const light = async (promise: string): Promise<string> => (await board()).promises.find((p) => p.promise === promise)!.light
const web = async () => (await board()).canary.find((c) => c.channel === 'web')!

it('[OP3] [OP6] turns lights red while the page still answers, proposes an incident, and is well again by itself', { timeout: 120_000 }, async () => {
  await expect.poll(async () => (await web()).state, { timeout: 30_000 }).toBe('ok')
  await expect.poll(() => light('P7'), { timeout: 10_000 }).toBe('ok')
  await database.freeze()
  await expect.poll(() => light('P7'), { timeout: 40_000 }).toBe('bad')
  await expect.poll(async () => (await web()).state, { timeout: 40_000 }).toBe('failing')
  expect((await web()).why).toMatch(/\w/)
  expect((await board()).findings.find((f) => f.id === 'figure:databaseAwayS')).toMatchObject({ severity: 'critical', component: 'database' })
  await expect.poll(() => [...server.app.verbs.status.book.state.proposal.values()].map((p) => p.title), { timeout: 20_000 }).toContain('Messages are kept and delivered later')
  const proposed = [...server.app.verbs.status.book.state.proposal.values()].find((p) => p.title.startsWith('Messages are kept'))!
  expect(proposed.affected.map((a) => a.component)).toEqual(expect.arrayContaining(['inbox', 'messenger', 'kiosk', 'bookings']))
  await database.thaw()
  await expect.poll(async () => (await web()).state, { timeout: 40_000 }).toBe('ok')
  await expect.poll(() => light('P7'), { timeout: 60_000 }).toBe('ok')
})
