/** SMS over SMPP on a good day: in, out, long, in every script; and what is refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listChannels, retryMessage, saveChannel, testChannel, type SmppSettings } from '#contract/channels.ts'
import { closeConversation, deleteMessage, editMessage, getConversation, sendMessage } from '#contract/conversations.ts'
import { eraseContact } from '#contract/contacts.ts'
import { valueOf } from '#client/call.ts'
import { newId } from '#client/id.ts'
import { noFaults, startCarrier, type Carrier } from '#demo/carrier.ts'
import { entriesOf, makeSmppChannel, onLoopback, ourNumber, smsConversations, textsOf, untilReady, wordOn } from '#test/channels.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { converge } from '#test/converge.ts'
import { ada, kit, mara } from '#test/world.ts'

let server: TestServer, carrier: Carrier, channel: string
let last = 1000
/** A phone that nobody has used yet. */
const phone = (): string => `+4670555${last++}`
beforeAll(async () => {
  [server, carrier] = await Promise.all([startTestServer({ channels: onLoopback }), startCarrier({ systemId: 'lantern', password: 'sesame' })])
  channel = (await makeSmppChannel(server, carrier.port)).id
  await untilReady(server, channel)
}, 60_000)
afterAll(async () => { await server.close(); await carrier.close() })
beforeEach(() => { carrier.faults = noFaults })

/** Writes from a phone and waits for the conversation. */
async function write(from: string, text: string): Promise<string> {
  const before = carrier.fromPhones.length
  carrier.send(from, ourNumber, text)
  await expect.poll(() => carrier.fromPhones[before]?.acknowledged).toBe(true)
  return conversationOf(from)
}
async function conversationOf(from: string): Promise<string> {
  let found: string | undefined
  await expect.poll(async () => {
    for (const c of await smsConversations(server)) {
      const { contact } = valueOf(await server.callAs(ada)(getConversation, { params: { conversation: c.id } }))
      if (contact.phone?.replace(/[^+\d]/g, '') === from) found = c.id
    }
    return found
  }).toBeDefined()
  return found!
}
async function reply(conversation: string, text: string): Promise<string> {
  const id = newId()
  valueOf(await server.callAs(kit)(sendMessage, { params: { conversation }, body: { id, text } }))
  return id
}
const arrived = (to: string): string[] => carrier.onPhones.filter((m) => m.to === to).map((m) => m.text)
const becomes = (conversation: string, message: string, state: string) => expect.poll(async () => wordOn(await entriesOf(server, conversation), message), { timeout: 15_000 }).toBe(state)

describe('a guest writes', () => {
  it('[SM1] stands in the inbox as a conversation of a contact with that number, and an answer goes to the phone', async () => {
    const from = phone()
    const conversation = await write(from, 'Is there parking?')
    const { contact, conversation: state } = valueOf(await server.callAs(ada)(getConversation, { params: { conversation } }))
    expect(contact.phone?.replaceAll(' ', '')).toBe(from)
    expect(state.channel).toEqual({ id: channel, kind: 'sms' })
    const message = await reply(conversation, 'Yes, in the courtyard.')
    await becomes(conversation, message, 'delivered')
    expect(arrived(from)).toEqual(['Yes, in the courtyard.'])
  })

  it('[CV1] folds to what is read afresh, reports and all', async () => {
    const conversation = await write(phone(), 'Fold me')
    await converge(server, ada, conversation, async () => { await becomes(conversation, await reply(conversation, 'Folded'), 'delivered') })
  })

  it('[SM1] belongs to the contact who has the number already, however it was written', async () => {
    await write('+46701234567', 'It is me')
    const found = (await smsConversations(server)).find((c) => c.contact === mara.id)
    expect(found?.contactName).toBe(mara.name)
  })

  it('[CV2] opens the closed conversation again instead of a second one', async () => {
    const from = phone()
    const conversation = await write(from, 'First')
    valueOf(await server.callAs(kit)(closeConversation, { params: { conversation }, body: { id: newId() } }))
    expect(await write(from, 'Second')).toBe(conversation)
    await expect.poll(async () => valueOf(await server.callAs(ada)(getConversation, { params: { conversation } })).conversation.status).toBe('open')
    expect(textsOf(await entriesOf(server, conversation), 'contact')).toEqual(['First', 'Second'])
  })

  it('[SM1] shows what was said twice, twice, when it was meant so', async () => {
    const from = phone()
    const conversation = await write(from, 'ok')
    // Longer than a hand takes, and with our acknowledgement known to be read.
    await new Promise((done) => { setTimeout(done, 3_600) })
    await write(from, 'ok')
    await expect.poll(async () => textsOf(await entriesOf(server, conversation), 'contact')).toEqual(['ok', 'ok'])
  })

  it('[RD2] is somebody new after the person was erased', async () => {
    const from = phone()
    const conversation = await write(from, 'Forget me')
    const { contact } = (await smsConversations(server)).find((c) => c.id === conversation)!
    valueOf(await server.callAs(ada)(eraseContact, { params: { contact } }))
    expect(await write(from, 'Hello again')).not.toBe(conversation)
    const refused = await server.callAs(kit)(sendMessage, { params: { conversation }, body: { id: newId(), text: 'Anybody there?' } })
    expect(refused).toMatchObject({ ok: false, code: 'gone' })
  })
})

describe('the house answers', () => {
  const long = 'Dear guest, '.repeat(40)
  it.each([
    ['GSM 7 with everything in it', '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà^{}\\[~]|€'],
    ['four parts in GSM 7', long], ['braces at the seams', '{'.repeat(400)], ['Chinese', '您好，房间已经准备好了。'.repeat(20)],
    ['emoji at the seams', '👩‍👩‍👧‍👦🏳️‍🌈'.repeat(30)], ['Arabic', 'غرفتكم جاهزة '.repeat(12)], ['lines', 'One\nTwo\r\nThree'],
  ])('[SM6] %s arrives as it was written, and comes back so', async (_name, text) => {
    const from = phone()
    const conversation = await write(from, text)
    expect(textsOf(await entriesOf(server, conversation), 'contact')).toEqual([text])
    const message = await reply(conversation, text)
    await becomes(conversation, message, 'delivered')
    expect(arrived(from)).toEqual([text])
  })

  it('[SM8] says `sent` and not `delivered` while no report came', async () => {
    const from = phone()
    const conversation = await write(from, 'Quiet')
    carrier.faults = { ...noFaults, loseReports: 1 }
    const message = await reply(conversation, 'Hello?')
    await becomes(conversation, message, 'sent')
    expect(arrived(from)).toEqual(['Hello?'])
  })

  it('[SM8] says that it failed, in the carrier’s words, and tries again when asked', async () => {
    const from = phone()
    const conversation = await write(from, 'Hello')
    carrier.faults = { ...noFaults, refuse: 1 }
    const message = await reply(conversation, long)
    await becomes(conversation, message, 'failed')
    const said = (await entriesOf(server, conversation)).findLast((e) => e.type === 'message.reported')
    expect(said?.body).toMatchObject({ reason: 'refused', detail: 'ESME_RINVDSTADR', delivered: 0 })
    carrier.faults = noFaults
    const again = { params: { conversation, message }, body: { id: newId() } }
    const [first, repeat] = [valueOf(await server.callAs(kit)(retryMessage, again)), valueOf(await server.callAs(kit)(retryMessage, again))]
    expect(repeat.offset).toBe(first.offset)
    await becomes(conversation, message, 'delivered')
    expect(arrived(from)).toEqual([long])
    expect(await server.callAs(kit)(retryMessage, { ...again, body: { id: newId() } })).toMatchObject({ ok: false, code: 'wrong_status' })
  })

  it('[SM9] is still when the carrier says that it is too much, and everything arrives once and in order', async () => {
    const from = phone()
    const conversation = await write(from, 'Many please')
    carrier.faults = { ...noFaults, throttle: 0.4 }
    const texts = Array.from({ length: 12 }, (_, i) => `Number ${i}`)
    const sent: string[] = []
    for (const text of texts) sent.push(await reply(conversation, text))
    await expect.poll(() => arrived(from).length, { timeout: 40_000 }).toBe(12)
    expect(arrived(from)).toEqual(texts)
    expect(carrier.onPhones.filter((m) => m.to === from && m.count > 1)).toEqual([])
    for (const message of sent) await becomes(conversation, message, 'delivered')
  }, 60_000)

  it('[SM9] leaves no faster than the number may', async () => {
    const from = phone()
    const conversation = await write(from, 'Slowly please')
    await makeSmppChannel(server, carrier.port, { ratePerSecond: 4 }, channel)
    await untilReady(server, channel)
    for (let i = 0; i < 14; i++) await reply(conversation, `Step ${i}`)
    await expect.poll(() => arrived(from).length, { timeout: 30_000 }).toBe(14)
    const times = carrier.onPhones.filter((m) => m.to === from).map((m) => m.atMs)
    // Four at once, then four a second: never more than eight in any second.
    for (const start of times) expect(times.filter((ms) => ms >= start && ms < start + 1000).length).toBeLessThanOrEqual(8)
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(2_000)
    await makeSmppChannel(server, carrier.port, {}, channel)
    await untilReady(server, channel)
  }, 60_000)

  it('[SM10] does not send a second time what nobody knows whether it was taken, and believes the report', async () => {
    const from = phone()
    const conversation = await write(from, 'Hello')
    carrier.faults = { ...noFaults, loseResponses: 1 }
    const message = await reply(conversation, 'Once')
    await becomes(conversation, message, 'delivered')
    carrier.faults = { ...noFaults, loseResponses: 1, loseReports: 1 }
    const unheard = await reply(conversation, 'Perhaps')
    await becomes(conversation, unheard, 'unknown')
    expect(carrier.onPhones.filter((m) => m.to === from).map((m) => m.count)).toEqual([1, 1])
  })

  it('[SM7] cannot be changed any more, cannot carry files, and does not leave when it was deleted in time', async () => {
    const from = phone()
    const conversation = await write(from, 'Hello')
    const said = await reply(conversation, 'Said')
    expect(await server.callAs(kit)(editMessage, { params: { conversation, message: said }, body: { id: newId(), text: 'Unsaid' } })).toMatchObject({ ok: false, code: 'left_already' })
    const file = { blob: newId(), name: 'a.pdf', mediaType: 'application/pdf', sizeBytes: 1 }
    expect(await server.callAs(kit)(sendMessage, { params: { conversation }, body: { id: newId(), text: 'See', attachments: [file] } })).toMatchObject({ ok: false, code: 'unsupported_type' })
    await becomes(conversation, said, 'delivered')
    carrier.faults = { ...noFaults, throttle: 1 }
    const regretted = await reply(conversation, 'Regretted')
    valueOf(await server.callAs(kit)(deleteMessage, { params: { conversation, message: regretted }, query: { id: newId() } }))
    carrier.faults = noFaults
    await becomes(conversation, await reply(conversation, 'Better'), 'delivered')
    expect(arrived(from)).toEqual(['Said', 'Better'])
  }, 60_000)
})

describe('the channel', () => {
  it('[CH2] never gives its password out, and keeps it sealed', async () => {
    const listed = await server.callAs(ada)(listChannels, {})
    expect(JSON.stringify(listed)).not.toContain('sesame')
    const rows = await server.database.db.read('channels', 1000, (tx) => tx.all<{ all: string }>({ text: 'select channels::text as all from channels', values: [] }))
    expect(rows.map((r) => r.all).join()).not.toContain('sesame')
  })

  it('[CH2] takes its password nowhere else: whoever changes where and as whom it signs in enters the password again', async () => {
    const other = await startCarrier({ systemId: 'lantern', password: 'sesame' })
    try {
      const own = await makeSmppChannel(server, carrier.port)
      const save = (change: object, more: object = {}) => server.callAs(ada)(saveChannel, { params: { channel: own.id }, body: { kind: 'smpp', name: 'Desk SMS', inbox: own.inbox, numbers: own.numbers, settings: { ...own.settings, ...change } as SmppSettings, ...more } })
      for (const change of [{ port: other.port }, { host: 'localhost' }, { tls: true }, { systemId: 'other' }]) {
        expect(await save(change), JSON.stringify(change)).toMatchObject({ ok: false, code: 'invalid', message: expect.stringContaining('Enter its password again') })
      }
      expect(valueOf(await save({ systemType: 'desk' }, { name: 'Another name' }))).toMatchObject({ name: 'Another name', hasSecret: true, settings: { port: carrier.port, systemType: 'desk' } })
      await untilReady(server, own.id)
      expect(other.isBound).toBe(false)
      valueOf(await save({ port: other.port }, { secret: 'sesame' }))
      await expect.poll(() => other.isBound).toBe(true)
      valueOf(await save({ port: other.port }, { active: false }))
    } finally {
      await other.close()
    }
  })

  it('[CH4, CH6] says why it is not there', async () => {
    const refused = await makeSmppChannel(server, carrier.port, { secret: 'wrong' })
    const inside = await makeSmppChannel(server, 2775, { settings: { host: '10.1.2.3', port: 2775, tls: false, systemId: 'x', systemType: '' } })
    const gone = await makeSmppChannel(server, 1)
    const health = async (id: string) => valueOf(await server.callAs(ada)(listChannels, {})).channels.find((c) => c.id === id)!.health
    await expect.poll(async () => health(refused.id), { timeout: 15_000 }).toMatchObject({ state: 'refused', lastError: expect.stringContaining('ESME_RINVPASWD') })
    await expect.poll(async () => health(inside.id), { timeout: 15_000 }).toMatchObject({ state: 'waiting', lastError: expect.stringContaining('CHANNEL_NETWORKS') })
    await expect.poll(async () => health(gone.id), { timeout: 15_000 }).toMatchObject({ state: 'waiting', lastError: expect.stringContaining('ECONNREFUSED'), retryAt: expect.any(String) })
    for (const c of [refused, inside, gone]) await makeSmppChannel(server, 1, { active: false }, c.id)
    await expect.poll(async () => health(gone.id)).toMatchObject({ state: 'off' })
  })

  it('[SM11] comes back by itself when the line breaks', async () => {
    carrier.drop()
    await expect.poll(() => carrier.isBound).toBe(true)
    const from = phone()
    const conversation = await write(from, 'Still there?')
    await becomes(conversation, await reply(conversation, 'Always'), 'delivered')
  })

  it('[CH4] sends a test that stands in a thread', async () => {
    const to = phone()
    const { conversation } = valueOf(await server.callAs(ada)(testChannel, { params: { channel }, body: { id: newId(), to: to.replace('+46', '+46 ') } }))
    await expect.poll(() => arrived(to).length).toBe(1)
    expect(textsOf(await entriesOf(server, conversation), 'system')).toEqual(arrived(to))
    expect(await server.callAs(ada)(testChannel, { params: { channel }, body: { id: newId(), to: '12' + '3' } })).toMatchObject({ ok: false, code: 'invalid' })
  })
})
