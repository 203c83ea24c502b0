import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import { WebSocket } from 'ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { socketPath } from '#contract/protocol.ts'
import type { ServerFrame } from '#contract/frames.ts'
import { newId } from '#client/lodge.ts'
import { startTestServer, type Somebody, type TestServer } from '#test/server.ts'
import { ada, harbour, mara, website } from '#test/world.ts'

let server: TestServer
const logged: string[] = []
beforeAll(async () => {
  server = await startTestServer({ commandsPerSecond: 10, commandBurst: 10, log: pino({ level: 'error' }, { write: (line) => { logged.push(line) } }) })
})
afterAll(() => server.close())

/** A bare socket, to say what the SDK never would. */
function bare(options: { origin?: string } = {}) {
  const ws = new WebSocket(server.url.replace('http', 'ws') + socketPath, options)
  const frames: ServerFrame[] = []
  ws.on('message', (data) => frames.push(...JSON.parse((data as Buffer).toString()) as ServerFrame[]))
  const closed = new Promise<number>((resolve) => ws.on('close', resolve))
  const opened = new Promise<void>((resolve) => ws.on('open', () => resolve()))
  const of = <T extends ServerFrame['type']>(type: T) => frames.filter((f): f is Extract<ServerFrame, { type: T }> => f.type === type)
  return {
    frames, closed, of, ws,
    async send(...list: object[]) { await opened; ws.send(JSON.stringify(list)) },
    async hello(who: Somebody, more: object = {}) {
      await this.send({ type: 'hello', version: 1, token: server.ticketOf(who).ticket, joins: [], views: [], inflight: [], ...more })
      await expect.poll(() => frames.length).toBeGreaterThan(0)
    },
    close() { ws.close(); return closed },
  }
}
const message = (topic: string, text: string, id = newId()) => ({ type: 'command', id, command: 'message.send', topic, body: { text } })
async function conversation(): Promise<string> {
  const topic = `conversation:${newId()}`
  await server.connectAs(mara).send({ type: 'conversation.open', topic, body: { inbox: website.id } }).stored
  return topic
}

describe('the socket', () => {
  it('[PR1] [PR2] [PR4] closes on another version, on nonsense and on frames before hello, with a code that says so', async () => {
    const cases: [string | Buffer, number][] = [
      [JSON.stringify([{ type: 'hello', version: 99, token: 'x', joins: [], views: [], inflight: [] }]), 4500],
      ['not json', 4501], ['{"type":"beat"}', 4501], [JSON.stringify([{ type: 'beat' }]), 4501], [JSON.stringify([{ type: 'hello' }]), 4501], [JSON.stringify([7]), 4501],
      [Buffer.from('binary'), 4501],
      [JSON.stringify([{ type: 'hello', version: 1, token: 'forged', joins: [], views: [], inflight: [] }]), 4002],
    ]
    for (const [text, code] of cases) {
      const s = bare()
      s.ws.on('open', () => s.ws.send(text))
      expect(await s.closed, String(text)).toBe(code)
    }
  })

  it('[PR4] leaves out frames of a type it does not know, and refuses an unknown command while the socket stays', async () => {
    const s = bare()
    await s.hello(ada)
    await s.send({ type: 'from the future', much: true }, { type: 'command', id: newId(), command: 'no.such', topic: 'x', body: {} }, { type: 'beat' })
    await expect.poll(() => s.of('refused')).toMatchObject([{ code: 'invalid' }])
    expect(s.ws.readyState).toBe(WebSocket.OPEN)
    await s.close()
  })

  it('[PR4] closes on a message above 128 kB', async () => {
    const s = bare()
    await s.hello(ada)
    await s.send({ type: 'beat', fill: 'x'.repeat(140_000) })
    expect(await s.closed).toBe(1009)
  })

  it('[PR5] welcome tells which commands are stored, and only to who sent them', async () => {
    const topic = await conversation()
    const a = bare(), id = newId(), unknown = newId()
    await a.hello(mara)
    await a.send(message(topic, 'stored', id))
    await expect.poll(() => a.of('ack').length).toBe(1)
    await a.close()
    const again = bare(), stranger = bare()
    await again.hello(mara, { inflight: [id, unknown] })
    expect(again.of('welcome')[0]).toMatchObject({ settled: [{ id, state: 'stored', topic, offset: 2 }], unknown: [unknown] })
    await stranger.hello(ada, { inflight: [id] })
    expect(stranger.of('welcome')[0]).toMatchObject({ settled: [], unknown: [id] })
    await again.close()
    await stranger.close()
  })

  it('[RS1] [RS7] resumes exactly what was missed, or says that it starts afresh', async () => {
    const topic = await conversation()
    const s = bare()
    await s.hello(mara, { joins: [{ topic }] })
    const { epoch } = s.of('welcome')[0]!
    expect(s.of('welcome')[0]!.joined).toMatchObject([{ topic, how: 'fresh', head: 1 }])
    await s.close()
    const lodge = server.connectAs(ada)
    for (const text of ['two', 'three', 'four']) await lodge.send({ type: 'message.send', topic, body: { text } }).stored
    const joined = async (position: object) => {
      const r = bare()
      await r.hello(mara, { joins: [{ topic, ...position }] })
      await r.close()
      const [j] = r.of('welcome')[0]!.joined
      return j && j.how !== 'refused' ? { how: j.how, head: j.head, offsets: j.entries.map((e) => e.offset) } : j
    }
    expect(await joined({ epoch, offset: 2 })).toEqual({ how: 'resumed', head: 4, offsets: [3, 4] })
    expect(await joined({ epoch, offset: 4 })).toEqual({ how: 'resumed', head: 4, offsets: [] })
    expect(await joined({ epoch: newId(), offset: 2 })).toEqual({ how: 'fresh', head: 4, offsets: [1, 2, 3, 4] })
    expect(await joined({})).toEqual({ how: 'fresh', head: 4, offsets: [1, 2, 3, 4] })
  })

  it('[RS5] a visitor who claims to be ahead of the head starts afresh alone', async () => {
    const topic = await conversation()
    const s = bare()
    await s.hello(ada, { joins: [{ topic }] })
    const { epoch } = s.of('welcome')[0]!
    const ahead = bare()
    await ahead.hello(mara, { joins: [{ topic, epoch, offset: 1_000_000 }] })
    expect(ahead.of('welcome')[0]!.joined).toMatchObject([{ topic, how: 'fresh', epoch, head: 1 }])
    await ahead.send({ type: 'join', topic, epoch, offset: 2 })
    await expect.poll(() => ahead.of('joined')).toMatchObject([{ how: 'fresh', epoch, head: 1 }])
    await ahead.send(message(topic, 'the house goes on'))
    for (const one of [s, ahead]) await expect.poll(() => one.of('entries').flatMap(({ entries }) => entries.map((e) => e.offset))).toEqual([2])
    expect([s.of('rejoin'), server.app.hub.epoch()]).toEqual([[], epoch])
    await s.close()
    await ahead.close()
  })

  it('[RS5] somebody inside who is ahead of the head makes a new epoch, and everybody starts afresh', async () => {
    const topic = await conversation()
    const s = bare()
    await s.hello(mara, { joins: [{ topic }] })
    const { epoch } = s.of('welcome')[0]!
    const ahead = bare()
    await ahead.hello(ada, { joins: [{ topic, epoch, offset: 99 }] })
    // The old history ends for everybody who follows it, the one who proved it included.
    for (const one of [s, ahead]) await expect.poll(() => one.of('rejoin')).toMatchObject([{ topic }])
    await ahead.send({ type: 'join', topic, epoch, offset: 99 })
    await expect.poll(() => ahead.of('joined')).toMatchObject([{ how: 'fresh', head: 1 }])
    const [joined] = ahead.of('joined')
    expect(joined && joined.how !== 'refused' && joined.epoch).not.toBe(epoch)
    await s.close()
    await ahead.close()
  })

  it('[PR8] a page of another site may not connect as a user', async () => {
    const s = bare({ origin: 'https://evil.example' })
    await s.send({ type: 'hello', version: 1, token: server.ticketOf(ada).ticket, joins: [], views: [], inflight: [] })
    expect(await s.closed).toBe(4502)
    const own = bare({ origin: server.url })
    await own.hello(ada)
    expect(own.of('welcome')).toHaveLength(1)
    await own.close()
  })

  it('[PR10] counts commands per connection and says how long to wait', async () => {
    const topic = await conversation()
    const s = bare()
    await s.hello(mara)
    await s.send(...Array.from({ length: 15 }, (_, i) => message(topic, `m${i}`)))
    await expect.poll(() => s.of('ack').length + s.of('refused').length).toBe(15)
    expect(s.of('refused').length).toBeGreaterThan(0)
    expect(s.of('refused')[0]).toMatchObject({ code: 'rate_limited' })
    await sleep(s.of('refused')[0]!.retryAfterMs!)
    await s.send(message(topic, 'later'))
    await expect.poll(() => s.of('ack').length + s.of('refused').length).toBe(16)
    await s.close()
  })

  it('[PR11] lets the entry be the acknowledgement for a terse client that follows the topic, and for nobody else', async () => {
    const topic = await conversation(), other = await conversation()
    const s = bare()
    await s.hello(mara, { joins: [{ topic }] })
    const acked = (): string[] => s.of('ack').map(({ id }) => id)
    const heard = (): string[] => s.of('entries').flatMap(({ entries }) => entries.map(({ id }) => id))
    const [plain, seen, unseen] = [newId(), newId(), newId()]
    await s.send(message(topic, 'plain', plain))
    await expect.poll(acked).toEqual([plain])
    await s.send({ type: 'terse' }, message(topic, 'seen', seen), message(other, 'unseen', unseen))
    await expect.poll(acked).toEqual([plain, unseen])
    await expect.poll(heard).toEqual([plain, seen])
    await s.send(message(topic, 'seen', seen))   // it did not hear of it
    await expect.poll(acked).toEqual([plain, unseen, seen])
    expect(heard()).toEqual([plain, seen])
    await s.close()
  })

  it('[PR12] a view whose id is none is not found, and no error of the database', async () => {
    const visitor = bare(), agent = bare()
    logged.length = 0
    await visitor.hello(mara, { views: ['door:xyz'] })
    const views = ['door:xyz', 'inbox:xyz', 'runs:xyz', 'status:xyz', 'door', 'inbox:']
    await agent.hello(ada)
    await agent.send(...views.map((view) => ({ type: 'watch', view })))
    await expect.poll(() => agent.of('error').map(({ code }) => code)).toEqual(views.map(() => 'not_found'))
    await expect.poll(() => visitor.of('error').map(({ code }) => code)).toEqual(['not_found'])
    expect(logged).toEqual([])
    await visitor.close()
    await agent.close()
  })

  it('[ID3] [PR7] a revoked session’s sockets are closed, and no other account’s', async () => {
    const s = bare()
    await s.hello(mara)
    await server.app.identity.revoke(harbour.id, `contact:${mara.id}`)   // whoever has this id there
    expect(await Promise.race([s.closed, sleep(100)])).toBeUndefined()
    await server.app.identity.revoke(mara.account, `contact:${mara.id}`)
    expect(await s.closed).toBe(4503)
  })
})
