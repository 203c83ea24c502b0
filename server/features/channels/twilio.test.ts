/** SMS over the API of Twilio: the official client against a real HTTP peer, the official signature on what it calls. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { listChannels, saveChannel } from '#contract/channels.ts'
import { sendMessage } from '#contract/conversations.ts'
import { valueOf } from '#client/call.ts'
import { newId } from '#client/id.ts'
import { entriesOf, ourNumber, quick, smsConversations, textsOf, untilReady, wordOn } from '#test/channels.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { authToken, callBack, sid, startTwilioPeer, type TwilioPeer } from '#test/twilio-peer.ts'
import { ada, kit, website } from '#test/world.ts'

let server: TestServer, peer: TwilioPeer, hook: string
const channel = newId(), guest = '+46705559001'
const twilio = { kind: 'twilio' as const, name: 'Twilio', inbox: website.id, numbers: [ourNumber], settings: { accountSid: sid }, ratePerSecond: 100 }
beforeAll(async () => {
  peer = await startTwilioPeer()
  let url = ''
  server = await startTestServer({ baseUrl: () => url, channels: { tuning: { ...quick, twilioUrl: peer.url } } })
  url = server.url
  const saved = valueOf(await server.callAs(ada)(saveChannel, { params: { channel }, body: { ...twilio, secret: authToken } }))
  hook = saved.webhooks[0]!
  await untilReady(server, channel)
}, 60_000)
afterAll(async () => { await server.close(); await peer.close() })
beforeEach(() => { peer.mood = 'take' })

let messages = 0
const incoming = (text: string, more: Record<string, string> = {}): Record<string, string> => ({ MessageSid: `SM-in-${++messages}`, From: guest, To: ourNumber, Body: text, NumMedia: '0', ...more })
const conversation = async (): Promise<string> => (await smsConversations(server))[0]!.id
async function answer(text: string): Promise<string> {
  const id = newId()
  valueOf(await server.callAs(kit)(sendMessage, { params: { conversation: await conversation() }, body: { id, text } }))
  return id
}
const becomes = (message: string, state: string) => expect.poll(async () => wordOn(await entriesOf(server, await conversation()), message), { timeout: 15_000 }).toBe(state)
const took = async (text: string) => {
  await expect.poll(() => peer.taken.find((m) => m.form['Body'] === text), { timeout: 15_000 }).toBeDefined()
  return peer.taken.find((m) => m.form['Body'] === text)!
}

it('[SM12] shows what came with the right signature, once, however often it is called', async () => {
  const form = incoming('Is breakfast included? 🥐')
  for (const call of [await callBack(hook, form), ...await Promise.all([callBack(hook, form), callBack(hook, form)])]) {
    expect(call.status).toBe(200)
    expect(await call.text()).toContain('<Response/>')
  }
  expect(textsOf(await entriesOf(server, await conversation()), 'contact')).toEqual(['Is breakfast included? 🥐'])
  expect((await callBack(hook, incoming('And twice', { NumMedia: '2' }))).status).toBe(200)
  expect(textsOf(await entriesOf(server, await conversation()), 'contact').at(-1)).toBe('And twice\n[MMS: 2]')
})

it('[SM12] believes nobody else', async () => {
  const before = (await entriesOf(server, await conversation())).length
  const form = incoming('Free rooms for everybody')
  expect((await callBack(hook, form, { token: 'e'.repeat(32) })).status).toBe(404)
  expect((await callBack(hook, form, { signed: { ...form, Body: 'Something else' } })).status).toBe(404)
  expect((await callBack(`${hook}?x=1`, form, { token: '' })).status).toBe(404)
  expect((await fetch(hook, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(form).toString() })).status).toBe(404)
  expect((await callBack(hook.replace(channel, newId()), form)).status).toBe(404)
  expect((await entriesOf(server, await conversation())).length).toBe(before)
})

it('[SM8] follows its reports to the end, in whatever order they come', async () => {
  const message = await answer('Yes, until half past ten.')
  const { sid: id, form } = await took('Yes, until half past ten.')
  expect(form).toMatchObject({ To: guest, From: ourNumber })
  await becomes(message, 'sent')
  const report = { MessageSid: id, To: guest, From: ourNumber }
  expect((await callBack(form['StatusCallback']!, { ...report, MessageStatus: 'delivered' }, { token: 'e'.repeat(32) })).status).toBe(404)
  await becomes(message, 'sent')
  for (const status of ['delivered', 'sent', 'queued', 'undelivered']) expect((await callBack(form['StatusCallback']!, { ...report, MessageStatus: status })).status).toBe(204)
  await becomes(message, 'delivered')
})

it('[SM8] says why something did not arrive', async () => {
  peer.mood = 'refuse'
  const refused = await answer('To nowhere')
  await becomes(refused, 'failed')
  const said = (await entriesOf(server, await conversation())).findLast((e) => e.type === 'message.reported')
  expect(said?.body).toMatchObject({ reason: 'refused', detail: expect.stringMatching(/21211.*\+46 •• ••• •• 01/) })   // whoever sees the thread may not see numbers
  peer.mood = 'take'
  const lost = await answer('To a phone that is off')
  const { sid: id, form } = await took('To a phone that is off')
  await callBack(form['StatusCallback']!, { MessageSid: id, To: guest, MessageStatus: 'undelivered', ErrorCode: '30003' })
  await becomes(lost, 'failed')
})

it('[SM9] waits when it is too much, and sends then', async () => {
  peer.mood = 'throttle'
  await answer('Slowly')
  await expect.poll(async () => valueOf(await server.callAs(ada)(listChannels, {})).channels[0]!.health.throttledUntil, { timeout: 10_000 }).toBeDefined()
  peer.mood = 'take'
  await took('Slowly')
  expect(peer.taken.filter((m) => m.form['Body'] === 'Slowly')).toHaveLength(1)
}, 40_000)

it('[SM10, SM12] does not send twice what may have been taken, and learns from the report that it was', async () => {
  peer.mood = 'lose'
  const message = await answer('Once only')
  const { sid: id, form } = await took('Once only')
  await callBack(form['StatusCallback']!, { MessageSid: id, To: guest, MessageStatus: 'delivered' })
  await becomes(message, 'delivered')
  peer.mood = 'break'
  await becomes(await answer('Nobody knows'), 'unknown')
  expect(peer.taken.filter((m) => m.form['Body'] === 'Once only')).toHaveLength(1)
}, 40_000)

it('[CH4] says that it is not let in, and what waits leaves when it is', async () => {
  peer.mood = 'strangers'
  await answer('Patience')
  await expect.poll(async () => valueOf(await server.callAs(ada)(listChannels, {})).channels[0], { timeout: 10_000 }).toMatchObject({ health: { state: 'refused' }, waiting: 1 })
  peer.mood = 'take'
  await took('Patience')
  await expect.poll(async () => valueOf(await server.callAs(ada)(listChannels, {})).channels[0]?.health.state, { timeout: 10_000 }).toBe('ready')
}, 40_000)

it('[SM6] leaves what is longer than Twilio takes in several', async () => {
  const text = 'words and words 🌅 '.repeat(120)
  const before = peer.taken.length
  await answer(text)
  await expect.poll(() => peer.taken.slice(before).map((m) => m.form['Body']).join(''), { timeout: 15_000 }).toBe(text)
  expect(peer.taken.slice(before).every((m) => m.form['Body']!.length <= 1600)).toBe(true)
})
