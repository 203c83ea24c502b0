/** `lodge doctor` says what the running server says, and that it does not run when it does not. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '#server/config.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { running } from './running.ts'
import type { Finding } from './finding.ts'

let server: TestServer
beforeAll(async () => { server = await startTestServer({ operations: { lookEveryMs: 100 }, metricsToken: 'of the monitor' }) })
afterAll(() => server.close())

const ask = async (environment: Record<string, string>): Promise<Finding[]> => [await running[0]!.run({ config: readConfig(environment), now: Date.now })].flat() as Finding[]
const port = (): string => new URL(server.url).port

it('[OP7] the same lights as on the page, with what to do', async () => {
  server.app.findings.look('leak:x', { promise: 'P4', component: 'bookings', severity: 'critical', evidence: 'It did not give it back.\n    at a stack', whatToDo: 'Report it.' })
  const found = await ask({ PORT: port(), METRICS_TOKEN: 'of the monitor' })
  await expect.poll(async () => (await ask({ PORT: port(), METRICS_TOKEN: 'of the monitor' })).find((f) => f.about === 'promises')?.text, { timeout: 10_000 }).toMatch(/^Kept: .*P3/)
  expect(found).toContainEqual({ level: 'bad', about: 'P4 Nothing leaks', text: 'It did not give it back.', todo: 'Report it.' })
  expect(found).toContainEqual({ level: 'warn', about: 'on call', text: 'Nobody is told when something breaks.', todo: 'Say who is on call, on the operations page.' })
  expect(found.filter((f) => f.level !== 'ok' && f.todo === undefined)).toEqual([])
})

it('[OP7] says that nothing runs there, that it may not ask, and that something else listens', async () => {
  expect(await ask({ PORT: '9' })).toMatchObject([{ level: 'ok', text: expect.stringContaining('does not run') as string }])
  expect(await ask({ PORT: port() })).toMatchObject([{ level: 'warn', text: expect.stringContaining('it answers 403') as string }])
  const other = createServer((_request, response) => response.end('hello'))
  await new Promise<void>((resolve) => { other.listen(0, '127.0.0.1', resolve) })
  expect(await ask({ PORT: String((other.address() as AddressInfo).port) })).toMatchObject([{ level: 'warn' }])
  other.close()
})
