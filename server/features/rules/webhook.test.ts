import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openConversation, sendMessage } from '#contract/conversations.ts'
import { listDeliveries, retryDelivery, type Delivery } from '#contract/deliveries.ts'
import { renewRuleSecret } from '#contract/rules.ts'
import { valueOf } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { anywhere } from '#server/http/reach.ts'
import { makeRule } from '#test/rules.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, ben, frontDoor, iris, mara, website } from '#test/world.ts'

vi.setConfig({ testTimeout: 60_000 })
const patient = { timeout: 30_000 }
interface Got { headers: IncomingMessage['headers']; path: string; body: string }
let server: TestServer
let receiver: Server
let url: string
let got: Got[]
let answer: number | 'never' = 200
let slow = 0, mostSlow = 0
beforeAll(async () => { server = await startTestServer({ pushReach: anywhere }) })
afterAll(() => server.close())
beforeEach(async () => {
  got = []; answer = 200
  receiver = createServer((request, reply) => {
    let body = ''
    request.on('data', (part: Buffer) => { body += part.toString() })
    request.on('end', () => {
      got.push({ headers: request.headers, path: request.url ?? '', body })
      if (request.url === '/slow') {
        mostSlow = Math.max(mostSlow, ++slow)
        request.socket.once('close', () => { slow-- })
      }
      if (request.url === '/slow' || answer === 'never') return
      if (answer === 302) reply.setHeader('location', `${url}/elsewhere`)
      reply.writeHead(answer).end('x'.repeat(5000))
    })
  })
  await new Promise<void>((done) => { receiver.listen(0, '127.0.0.1', done) })
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
})
afterEach(() => { receiver.closeAllConnections(); receiver.close() })

async function happen(who: typeof mara, inbox: string): Promise<string> {
  const conversation = newId(), call = server.callAs(who)
  valueOf(await call(openConversation, { body: { id: newId(), conversation, inbox } }))
  valueOf(await call(sendMessage, { params: { conversation }, body: { id: newId(), text: 'hi' } }))
  return conversation
}
const hooks = async (path: string): Promise<Delivery[]> => valueOf(await server.callAs(ada)(listDeliveries, { query: { limit: 200 } })).deliveries.filter((d) => d.channel === 'webhook' && d.to === `${url}${path}`)
/** As a receiver does, by standardwebhooks.com. */
function isSigned({ headers, body }: Got, secret: string): boolean {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`).digest('base64')
  return headers['webhook-signature'] === `v1,${signature}`
}

describe('a webhook', () => {
  it('[RU16] posts once, signed with a secret that is shown once', async () => {
    const rule = await makeRule(server.callAs(ada), { name: 'Hook', actions: [{ do: 'webhook', url: `${url}/first` }] })
    expect(rule.secret).toMatch(/^whsec_/)
    const conversation = await happen(mara, website.id)
    await expect.poll(() => got.length, patient).toBe(1)
    expect(isSigned(got[0]!, rule.secret!)).toBe(true)
    expect(JSON.parse(got[0]!.body)).toMatchObject({ rule: { id: rule.id, name: 'Hook' }, event: 'message_received', conversation, contact: mara.id })
    expect(Math.abs(Number(got[0]!.headers['webhook-timestamp']) * 1000 - Date.now())).toBeLessThan(60_000)
    await expect.poll(async () => (await hooks('/first')).map((d) => d.state), patient).toEqual(['sent'])
    const { secret } = valueOf(await server.callAs(ada)(renewRuleSecret, { params: { rule: rule.id } }))
    await happen(mara, website.id)
    await expect.poll(() => got.length, patient).toBe(2)
    expect([isSigned(got[1]!, rule.secret!), isSigned(got[1]!, secret)]).toEqual([false, true])
  })

  it('[RU16] follows no redirect, gives up on a refusal, and tries again what may pass', async () => {
    const post = async (status: number): Promise<Delivery> => {
      answer = status
      const path = `/${status}`
      await makeRule(server.callAs(ada), { once: 'conversation', trigger: { kind: 'keyword', words: ['hi'], match: 'is' }, actions: [{ do: 'webhook', url: `${url}${path}` }] })
      await happen(mara, website.id)
      await expect.poll(async () => (await hooks(path))[0]?.lastError, patient).toBeTruthy()
      return (await hooks(path))[0]!
    }
    expect(await post(302)).toMatchObject({ state: 'dead' })
    expect(got.filter((g) => g.path === '/elsewhere')).toEqual([])
    expect(await post(400)).toMatchObject({ state: 'dead', lastError: expect.stringMatching(/^400 x{10,300}$/) })
    const passing = await post(503)
    expect(passing).toMatchObject({ state: 'waiting', attempts: 1 })
    answer = 200
    valueOf(await server.callAs(ada)(retryDelivery, { params: { delivery: passing.id } }))
    await expect.poll(async () => (await hooks('/503'))[0]?.state, patient).toBe('sent')
    const ids = got.filter((g) => g.path === '/503').map((g) => g.headers['webhook-id'])
    expect(ids.length).toBeGreaterThan(1)
    expect(new Set(ids).size).toBe(1)
  })

  it('[RU16] [P13] of one account that hangs holds up no other', async () => {
    await makeRule(server.callAs(ada), { actions: [{ do: 'webhook', url: `${url}/slow` }] })
    for (let i = 0; i < 5; i++) await happen(mara, website.id)
    await expect.poll(() => slow, patient).toBe(2)
    await makeRule(server.callAs(iris), { actions: [{ do: 'webhook', url: `${url}/quick` }] })
    await happen(ben, frontDoor.id)
    await expect.poll(() => got.filter((g) => g.path === '/quick').length, patient).toBe(1)
    expect(mostSlow).toBe(2)   // of five that hang: there was room
  })
})
