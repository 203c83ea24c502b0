/** What is honoured before anything else: STOP, START and HELP; hours; and numbers for those who need none. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getContact, changeContact, createContact, eraseContact, listContacts } from '#contract/contacts.ts'
import { getConversation, listEntries, sendMessage } from '#contract/conversations.ts'
import { testChannel } from '#contract/channels.ts'
import { changeUser } from '#contract/people.ts'
import { valueOf } from '#client/call.ts'
import { newId } from '#client/id.ts'
import { noFaults, startCarrier, type Carrier } from '#demo/carrier.ts'
import { entriesOf, makeSmppChannel, onLoopback, ourNumber, smsConversations, textsOf, untilReady, wordOn } from '#test/channels.ts'
import { leastMs } from '#test/least.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, kit, mara, noor } from '#test/world.ts'
import { closedSince } from './hours.ts'
import { heard, stopWords } from './stop-words.ts'

let server: TestServer, carrier: Carrier, channel: string
let last = 2000
const phone = (): string => `+4670555${last++}`
beforeAll(async () => {
  [server, carrier] = await Promise.all([startTestServer({ channels: onLoopback }), startCarrier({ systemId: 'lantern', password: 'sesame' })])
  channel = (await makeSmppChannel(server, carrier.port, { languages: ['sv', 'fr', 'zh'] })).id
  await untilReady(server, channel)
}, 60_000)
afterAll(async () => { await server.close(); await carrier.close() })

async function write(from: string, text: string): Promise<string> {
  const before = carrier.fromPhones.length
  carrier.send(from, ourNumber, text)
  await expect.poll(() => carrier.fromPhones[before]?.acknowledged).toBe(true)
  for (const c of await smsConversations(server)) {
    const { contact } = valueOf(await server.callAs(ada)(getConversation, { params: { conversation: c.id } }))
    if (contact.phone?.replace(/[^+\d]/g, '') === from) return c.id
  }
  throw new Error('There is no conversation of this number')
}
const say = (conversation: string, text: string, id = newId()) => server.callAs(kit)(sendMessage, { params: { conversation }, body: { id, text } })
const arrived = (to: string): string[] => carrier.onPhones.filter((m) => m.to === to).map((m) => m.text)
const stateOf = async (conversation: string) => valueOf(await server.callAs(ada)(getConversation, { params: { conversation } })).conversation

describe('[SM5] the words', () => {
  it.each([
    ['STOP', 'stop', 'sv'], ['stop.', 'stop', 'sv'], [' "Stop" ', 'stop', 'sv'], ['STOPALL', 'stop', 'en'], ['Unsubscribe', 'stop', 'en'], ['ARRET', 'stop', 'fr'], ['Arrêt!', 'stop', 'fr'],
    ['stopp', 'stop', 'sv'], ['停止', 'stop', 'zh'], ['ＳＴＯＰ', 'stop', 'sv'], ['START', 'start', 'sv'], ['hjälp', 'help', 'sv'], ['HELP', 'help', 'sv'], ['aide', 'help', 'fr'],
  ])('%s means %s', (text, meaning, language) => { expect(heard(text, ['sv', 'fr', 'zh'])).toMatchObject({ meaning, language }) })
  it.each(['Please stop by at noon', 'stop it', 'I cannot start the car', 'help me', '', '🛑', 'stoppt', 'x'.repeat(200)])('%s is a message like any other', (text) => { expect(heard(text, ['sv', 'fr', 'zh'])).toBeUndefined() })
  it('are looked for in a short text only, and so in any text at once', () => {
    for (const text of [`a${'⁗'.repeat(15_998)}a`, '⁗'.repeat(16_000), `stop${'!'.repeat(57)}`]) {
      expect(heard(text, ['sv', 'fr', 'zh'])).toBeUndefined()
      expect(leastMs(() => heard(text, ['sv', 'fr', 'zh']))).toBeLessThan(50)
    }
    expect(heard(`stop${'!'.repeat(56)}`, ['sv'])).toMatchObject({ meaning: 'stop' })
  })
  it('knows a language’s words only where the channel has it', () => { expect(heard('PARAR', ['sv'])).toBeUndefined(); expect(heard('PARAR', ['es'])).toMatchObject({ meaning: 'stop' }) })
  it('never makes one word mean two things', () => {
    for (const { stop, start, help } of Object.values(stopWords)) expect(new Set([...stop, ...start, ...help]).size).toBe(stop.length + start.length + help.length)
  })
  it('never answers with a whole message that would be heard', () => {
    for (const { say: words } of Object.values(stopWords)) for (const one of Object.values(words)) expect(heard(one('House'), Object.keys(stopWords) as never)).toBeUndefined()
  })
})

describe('a number that said STOP', () => {
  it('[SM5] gets the confirmation, in its language, and nothing more, until it says START', async () => {
    const from = phone()
    const conversation = await write(from, 'Hello')
    await write(from, 'Stopp')
    await expect.poll(() => arrived(from)).toEqual([stopWords.sv.say.stopped('Hotel Lantern')])
    expect(await stateOf(conversation)).toMatchObject({ optedOut: true })
    expect(await say(conversation, 'But wait')).toMatchObject({ ok: false, code: 'opted_out' })
    expect(await server.callAs(ada)(testChannel, { params: { channel }, body: { id: newId(), to: from } })).toMatchObject({ ok: false, code: 'opted_out' })
    await write(from, 'Are you there?')   // shown, and not answered by anybody
    expect(textsOf(await entriesOf(server, conversation), 'contact')).toEqual(['Hello', 'Stopp', 'Are you there?'])
    await write(from, 'start')
    await expect.poll(() => arrived(from).length).toBe(2)
    expect(await stateOf(conversation)).toMatchObject({ optedOut: false })
    expect(await say(conversation, 'Welcome back')).toMatchObject({ ok: true })
    await expect.poll(() => arrived(from).at(-1)).toBe('Welcome back')
  })

  it('[SM5] does not get what waited to leave', async () => {
    const from = phone()
    const conversation = await write(from, 'Hello')
    carrier.faults = { ...noFaults, throttle: 1 }
    const id = newId()
    try {
      valueOf(await say(conversation, 'Too late', id))
      await write(from, 'STOP')
      await expect.poll(async () => wordOn(await entriesOf(server, conversation), id)).toBe('failed')
    } finally {
      carrier.faults = noFaults
    }
    await expect.poll(() => arrived(from), { timeout: 20_000 }).toEqual([stopWords.sv.say.stopped('Hotel Lantern')])
  }, 40_000)

  it('[SM5] does not get what the carrier had in its hands meanwhile, and put off', async () => {
    const from = phone()
    const conversation = await write(from, 'Hello')
    const id = newId()
    const states = () => server.database.db.read('parts', 1000, (tx) => tx.all<{ state: string }>({ text: 'select state from outbound_parts where message_id = $1', values: [id] }))
    carrier.faults = { ...noFaults, throttle: 1, delayMs: 5_000 }
    try {
      valueOf(await say(conversation, 'Too late', id))
      await expect.poll(states, { interval: 5 }).toEqual([{ state: 'submitting' }])
      carrier.faults = { ...noFaults, throttle: 1 }
      await write(from, 'STOP')
      await expect.poll(async () => wordOn(await entriesOf(server, conversation), id)).toBe('failed')
    } finally {
      carrier.faults = noFaults
    }
    await expect.poll(() => arrived(from), { timeout: 40_000 }).toEqual([stopWords.sv.say.stopped('Hotel Lantern')])
  }, 60_000)

  it('[SM5] has stopped every channel of the house, and still has after the person was erased', async () => {
    const from = phone()
    await write(from, 'STOP')
    const other = await makeSmppChannel(server, carrier.port, { numbers: ['+46850002000'] })
    await untilReady(server, other.id)
    expect(await server.callAs(ada)(testChannel, { params: { channel: other.id }, body: { id: newId(), to: from } })).toMatchObject({ ok: false, code: 'opted_out' })
    await makeSmppChannel(server, carrier.port, { numbers: ['+46850002000'], active: false }, other.id)
    const { contact } = (await smsConversations(server))[0]!
    valueOf(await server.callAs(ada)(eraseContact, { params: { contact } }))
    const again = await write(from, 'It is me again')
    expect(await stateOf(again)).toMatchObject({ optedOut: true })
    const kept = await server.database.db.read('rows', 1000, (tx) => tx.all<{ row: string }>({ text: `select to_jsonb(t)::text as row from (select * from opt_outs) t`, values: [] }))
    expect(kept.map((r) => r.row).join()).not.toContain(from.slice(1))
  })

  it('[SM5] is told how to when it asks for help', async () => {
    const from = phone()
    await write(from, 'HELP')
    await expect.poll(() => arrived(from)).toEqual([stopWords.sv.say.help('Hotel Lantern')])
  })
})

describe('[SM13] outside hours', () => {
  it('answers once per guest and closing time', async () => {
    const never = Array.from({ length: 7 }, () => null)
    await makeSmppChannel(server, carrier.port, { languages: ['sv', 'fr', 'zh'], hours: never, automaticAnswer: 'We open at eight.' }, channel)
    const from = phone()
    await write(from, 'Anybody?')
    await write(from, 'Hello??')
    await expect.poll(() => arrived(from)).toEqual(['We open at eight.'])
    await makeSmppChannel(server, carrier.port, { languages: ['sv', 'fr', 'zh'], hours: null }, channel)
    await write(from, 'Good morning')
    expect(arrived(from)).toEqual(['We open at eight.'])
  })
  it('knows days, nights over midnight, and zones', () => {
    const week = [...Array.from({ length: 5 }, () => ({ from: '08:00', to: '18:00' })), { from: '22:00', to: '02:00' }, null]
    const at = (iso: string) => closedSince(week, 'Europe/Stockholm', Date.parse(iso))
    expect(at('2026-03-02T10:00:00Z')).toBeUndefined()                         // Monday, 11:00 there
    expect(at('2026-03-02T06:59:00Z')).toBe('2026-03-01T01:00:00.000Z')        // Monday, 07:59; Saturday night ended at 02:00
    expect(at('2026-03-02T17:00:00Z')).toBe('2026-03-02T17:00:00.000Z')        // 18:00 sharp
    expect(at('2026-03-02T22:31:00Z')).toBe('2026-03-02T17:00:00.000Z')
    expect(at('2026-03-08T00:30:00Z')).toBeUndefined()                         // Sunday 01:30: Saturday's night goes on
    expect(closedSince(null, 'UTC', 0)).toBeUndefined()
    expect(closedSince(week.map(() => null), 'UTC', 0)).toBe('always')
  })
})

describe('[CH5] who needs no numbers', () => {
  it('sees them masked, cannot find by them and cannot change them', async () => {
    const from = phone()
    const conversation = await write(from, 'Hello')
    valueOf(await server.callAs(ada)(changeUser, { params: { user: noor.id }, body: { seesPhones: false } }))
    // As the ticket would say from now on.
    const masked = server.callAs({ ...noor, hidesPhones: true })
    const { contact } = valueOf(await masked(getConversation, { params: { conversation } }))
    expect(contact.phone).toMatch(/^\+46[ •]+\d\d$/)
    expect(contact.phone?.endsWith(from.slice(-2))).toBe(true)
    const everything = JSON.stringify(await Promise.all([
      masked(getConversation, { params: { conversation } }), masked(listEntries, { params: { conversation } }), masked(getContact, { params: { contact: contact.id } }), masked(listContacts, { query: { limit: 200 } }),
      masked(getContact, { params: { contact: mara.id } }), masked(createContact, { body: { id: newId(), name: 'New', phone: '+46 70 999 88 77' } }),
    ]))
    for (const number of [from, mara.phone!, '+46 70 999 88 77']) expect(everything.replace(/[^+\d•]/g, '')).not.toContain(number.replace(/[^\d]/g, ''))
    expect(valueOf(await masked(listContacts, { query: { search: from.slice(-7) } })).contacts).toEqual([])
    expect(valueOf(await server.callAs(kit)(listContacts, { query: { search: '70 555' } })).contacts.length).toBeGreaterThan(0)
    expect(await masked(changeContact, { params: { contact: contact.id }, body: { id: newId(), phone: '1' } })).toMatchObject({ ok: false, code: 'forbidden' })
    expect(valueOf(await server.callAs(kit)(getContact, { params: { contact: contact.id } })).phone?.replaceAll(' ', '')).toBe(from)
  })

  it('hears none over the socket', async () => {
    const heardThere: string[] = []
    const lodge = server.connectAs({ ...noor, hidesPhones: true })
    const hear = (x: unknown): void => { heardThere.push(JSON.stringify(x)) }
    lodge.join(`contact:${mara.id}`, { fresh: hear, entries: hear })
    await expect.poll(() => heardThere.length).toBeGreaterThan(0)
    valueOf(await server.callAs(ada)(changeContact, { params: { contact: mara.id }, body: { id: newId(), phone: '+46 70 765 43 21' } }))
    await expect.poll(() => heardThere.join()).toContain('contact.changed')
    expect(heardThere.join()).not.toContain('765 43')
  })
})
