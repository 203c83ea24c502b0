/** Rules and channels: what a rule says leaves over the conversation's channel, and a stop word there wins. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { listDeliveries } from '#contract/deliveries.ts'
import { checkInVisit, createVisit } from '#contract/visits.ts'
import { valueOf } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { startCarrier, type Carrier } from '#demo/carrier.ts'
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

const arrived = (): string[] => carrier.onPhones.filter((m) => m.to === phone).map((m) => m.text)
const arrive = async (name: string): Promise<void> => {
  const visit = newId()
  valueOf(await server.callAs(kit)(createVisit, { body: { id: visit, location: lobby.id, name, phone: '+46 70 555 01 99', email: 'vera@example.com', host: noor.id, expectedAt: new Date().toISOString() } }))
  valueOf(await server.callAs(kit)(checkInVisit, { params: { visit }, body: { id: newId() } }))
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
