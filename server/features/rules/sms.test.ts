/** Rules and channels: what a rule says leaves over the conversation's channel, and a stop word there wins. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { sendMessage } from '#contract/conversations.ts'
import { listDeliveries } from '#contract/deliveries.ts'
import { deleteRule, listRules } from '#contract/rules.ts'
import { checkInVisit, createVisit, eraseVisit } from '#contract/visits.ts'
import { valueOf } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { noFaults, startCarrier, type Carrier } from '#demo/carrier.ts'
import { entriesOf, makeSmppChannel, onLoopback, ourNumber, smsConversations, untilReady } from '#test/channels.ts'
import { makeRule, runsOf } from '#test/rules.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, kit, lobby, noor } from '#test/world.ts'

vi.setConfig({ testTimeout: 90_000 })
const patient = { timeout: 40_000 }
const phone = '+46705550199'
let server: TestServer, carrier: Carrier
beforeAll(async () => {
  [server, carrier] = await Promise.all([startTestServer({ channels: onLoopback }), startCarrier({ systemId: 'lantern', password: 'sesame' })])
  await untilReady(server, (await makeSmppChannel(server, carrier.port, { languages: ['sv'] })).id)
}, 60_000)
afterAll(async () => { await server.close(); await carrier.close() })
afterEach(async () => {
  for (const rule of valueOf(await server.callAs(ada)(listRules, {})).rules) valueOf(await server.callAs(ada)(deleteRule, { params: { rule: rule.id } }))
})

const arrivedAt = (to: string): string[] => carrier.onPhones.filter((m) => m.to === to).map((m) => m.text)
const arrived = (): string[] => arrivedAt(phone)
const arrive = async (name: string, number = '+46 70 555 01 99'): Promise<string> => {
  const visit = newId()
  valueOf(await server.callAs(kit)(createVisit, { body: { id: visit, location: lobby.id, name, phone: number, email: 'vera@example.com', host: noor.id, expectedAt: new Date().toISOString() } }))
  valueOf(await server.callAs(kit)(checkInVisit, { params: { visit }, body: { id: newId() } }))
  return visit
}
const mails = async (): Promise<number> => valueOf(await server.callAs(ada)(listDeliveries, { query: { limit: 200 } })).deliveries.filter((d) => d.to === 'vera@example.com').length

it('[RU5] [RU9] reach whoever writes by SMS over it, visitors by their number too, until they say stop', async () => {
  const answers = await makeRule(server.callAs(ada), { trigger: { kind: 'keyword', words: ['pool'], match: 'contains' }, actions: [{ do: 'message', text: 'From 7 to 22, {{contact.firstName|dear guest}}.' }] })
  const welcome = await makeRule(server.callAs(ada), { trigger: { kind: 'visit_checked_in' }, once: 'visit', actions: [{ do: 'message', text: 'Welcome, {{visit.firstName}}.' }] })
  const later = await makeRule(server.callAs(ada), { timing: { from: 'event', minutes: 30 }, once: 'conversation', actions: [{ do: 'message', text: 'Was it good?' }] })
  const noted = await makeRule(server.callAs(ada), { actions: [{ do: 'note', text: 'Noted' }] })
  const outcomes = async (rule: string): Promise<unknown[]> => (await runsOf(server.callAs(ada), rule)).map((r) => r.outcome)

  await arrive('Vera First')
  await expect.poll(() => outcomes(welcome.id), patient).toEqual(['done'])
  expect([arrived().length, await mails()]).toEqual([0, 1])   // nobody knows that the number is hers

  carrier.send(phone, ourNumber, 'Is the pool open?')
  await expect.poll(arrived, patient).toEqual(['From 7 to 22, dear guest.'])
  await expect.poll(() => outcomes(answers.id), patient).toEqual(['done'])
  await arrive('Vera Again')
  await expect.poll(arrived, patient).toEqual(['From 7 to 22, dear guest.', 'Welcome, Vera.'])
  expect(await mails()).toBe(1)
  const [conversation] = await smsConversations(server)
  expect((await entriesOf(server, conversation!.id)).filter((e) => e.type === 'message.sent').map((e) => e.actor)).toEqual([expect.stringMatching(/^contact:/), `rule:${answers.id}`, `rule:${welcome.id}`])
  expect(await outcomes(later.id)).toEqual([null])
  expect(await outcomes(noted.id)).toEqual(['done'])

  carrier.send(phone, ourNumber, 'Sluta')   // a stop word of the channel's language alone
  await expect.poll(() => outcomes(later.id), patient).toEqual(['opted_out'])
  await expect.poll(() => arrived().length, patient).toBe(3)   // the confirmation
  await arrive('Vera Silent')
  await server.app.feed.settled()
  expect((await outcomes(welcome.id)).filter((o) => o !== 'opted_out')).toEqual(['done', 'done'])
  expect([arrived().length, await mails()]).toEqual([3, 1])
  expect(await outcomes(noted.id)).toEqual(['done'])
})

it('[PN3] does not leave any more when the visit that it is about is erased, and is gone from the conversation', async () => {
  const other = '+46705550198'
  const before = new Set((await smsConversations(server)).map((c) => c.id))
  carrier.send(other, ourNumber, 'Hello')
  const made = async (): Promise<string | undefined> => (await smsConversations(server)).find((c) => !before.has(c.id))?.id
  await expect.poll(made, patient).toBeDefined()
  const conversation = (await made())!
  const welcome = await makeRule(server.callAs(ada), { trigger: { kind: 'visit_checked_in' }, once: 'visit', actions: [{ do: 'message', text: 'Welcome, {{visit.firstName}}.' }] })
  carrier.faults = { ...noFaults, throttle: 1 }
  const visit = await arrive('Wanda Erased', other)
  await expect.poll(async () => (await runsOf(server.callAs(ada), welcome.id)).map((r) => r.outcome), patient).toEqual(['done'])
  expect(JSON.stringify(await entriesOf(server, conversation))).toContain('Welcome, Wanda.')
  valueOf(await server.callAs(ada)(eraseVisit, { params: { visit }, query: { id: newId() } }))
  await server.app.feed.settled()
  expect(JSON.stringify(await entriesOf(server, conversation))).not.toContain('Wanda')
  carrier.faults = noFaults
  valueOf(await server.callAs(kit)(sendMessage, { params: { conversation }, body: { id: newId(), text: 'Hello again' } }))
  await expect.poll(() => arrivedAt(other), patient).toEqual(['Hello again'])
})
