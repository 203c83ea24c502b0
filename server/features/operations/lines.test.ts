/** The way out: that the mail server would take a mail is known before somebody waits for one. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { getOperations, type OperationsBoard } from '#contract/operations.ts'
import { valueOf } from '#client/call.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { startSmtpPeer, type SmtpPeer } from '#test/smtp-peer.ts'
import { ada } from '#test/world.ts'

let server: TestServer, peer: SmtpPeer
beforeAll(async () => {
  peer = await startSmtpPeer()
  server = await startTestServer({ mail: { smtpUrl: peer.url, from: 'Lodge <lodge@lantern.example>' }, operations: { canaryEveryMs: 400, lookEveryMs: 100 } })
})
afterAll(async () => { await server.close(); await peer.close() })

const board = async (): Promise<OperationsBoard> => valueOf(await server.callAs(ada)(getOperations, {}))
const mail = async () => (await board()).canary.find((c) => c.channel === 'email')!
const down = async () => (await board()).promises.find((p) => p.promise === 'P2')!.figures.find((f) => f.id === 'linesDown')!
const patient = { timeout: 20_000 }

it('[OP6] asks the mail server whether it would take a mail, sends none, and says in its words why not', { timeout: 60_000 }, async () => {
  await expect.poll(async () => (await mail()).state, patient).toBe('ok')
  await expect.poll(async () => (await down()).value, patient).toBe(0)
  peer.mood = 'shut'
  await expect.poll(async () => (await mail()).state, patient).toBe('failing')
  expect((await mail()).why).toMatch(/554/)
  await expect.poll(async () => (await down()).light, patient).toBe('warn')   // at the second time
  await expect.poll(async () => (await board()).findings.map((f) => [f.id, f.component, f.severity]), patient).toContainEqual(['figure:linesDown', 'channels', 'warning'])
  peer.mood = 'accept'
  await expect.poll(async () => (await down()).value, patient).toBe(0)
  expect(peer.received).toEqual([])
})
