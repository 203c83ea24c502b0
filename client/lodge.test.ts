import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket as Ws } from 'ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getConversation, listConversations } from '#contract/conversations.ts'
import type { Entry } from '#contract/entries.ts'
import type { Marks } from '#contract/frames.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, ben, kit, mara, tomas, website } from '#test/world.ts'
import { connect, newId, TicketDenied, type Lodge, type Observer, type Position, type Status } from './lodge.ts'
import { memoryOutbox } from './outbox-memory.ts'
import { thread } from './thread.ts'

let server: TestServer
beforeAll(async () => { server = await startTestServer({ commandsPerSecond: 10_000, commandBurst: 10_000 }) })
afterAll(() => server.close())

/** Sockets that can be torn off as a network does it, without a closing handshake. */
function tearable() {
  const open = new Set<Ws>()
  return {
    open,
    WebSocket: class extends Ws {
      constructor(url: string) {
        super(url)
        open.add(this)
        this.on('close', () => open.delete(this))
      }
    },
    tear(): void { for (const socket of open) socket.terminate() },
  }
}

class Reader implements Observer {
  at: Position | undefined
  list: Entry[] = []
  calls = { fresh: 0, entries: 0 }
  marked: Marks | undefined
  typist: string | undefined
  code: string | undefined
  fresh({ epoch, head, entries, marks }: Parameters<Observer['fresh']>[0]): void {
    this.calls.fresh++
    this.at = { epoch, offset: head }
    this.list = [...entries]
    this.marked = marks
  }
  entries(entries: readonly Entry[]): void {
    this.calls.entries++
    this.at = { epoch: this.at!.epoch, offset: entries.at(-1)!.offset }
    this.list.push(...entries)
  }
  marks(marks: Marks): void { this.marked = marks }
  typing(actor: string): void { this.typist = actor }
  refused(code: string): void { this.code = code }
  get texts(): string[] { return this.list.flatMap((e) => e.type === 'message.sent' && e.body ? [e.body.text] : []) }
}
function read(lodge: Lodge, topic: string, from?: Position): Reader & { off: () => void } {
  const reader = new Reader()
  return Object.assign(reader, { off: lodge.join(topic, reader, from) })
}
const until = (lodge: Lodge, is: (status: Status) => boolean): Promise<Status> => new Promise((resolve) => {
  const off = lodge.onStatus((status) => {
    if (!is(status)) return
    queueMicrotask(() => off())
    resolve(status)
  })
})
const newTopic = async (visitor: Lodge): Promise<string> => {
  const topic = `conversation:${newId()}`
  await visitor.send({ type: 'conversation.open', topic, body: { inbox: website.id } }).stored
  return topic
}

describe('a client of the real server', () => {
  it('[RS1] [OR3] exchanges everything once and in order while its sockets are torn again and again', { timeout: 60_000 }, async () => {
    const wire = tearable(), otherWire = tearable()
    const visitor = server.connectAs(mara, { WebSocket: wire.WebSocket }), agent = server.connectAs(ada, { WebSocket: otherWire.WebSocket })
    const topic = await newTopic(visitor)
    const seenByVisitor = read(visitor, topic), seenByAgent = read(agent, topic)
    // Who joins late is given the newest 50 only.
    await expect.poll(() => [seenByVisitor.at?.offset, seenByAgent.at?.offset]).toEqual([1, 1])
    const count = 80
    const waits: Promise<unknown>[] = []
    for (let i = 0; i < count; i++) {
      waits.push(visitor.send({ type: 'message.send', topic, body: { text: `visitor ${i}` } }).stored, agent.send({ type: 'message.send', topic, body: { text: `agent ${i}` } }).stored)
      if (i % 30 === 10) wire.tear()
      if (i % 30 === 20) otherWire.tear()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await Promise.all(waits)
    const wanted = (who: string): string[] => Array.from({ length: count }, (_, i) => `${who} ${i}`)
    await expect.poll(() => [seenByVisitor.texts.length, seenByAgent.texts.length], { timeout: 20_000 }).toEqual([2 * count, 2 * count])
    for (const reader of [seenByVisitor, seenByAgent]) {
      expect(reader.texts.filter((t) => t.startsWith('visitor'))).toEqual(wanted('visitor'))
      expect(reader.texts.filter((t) => t.startsWith('agent'))).toEqual(wanted('agent'))
      expect(reader.list.map((e) => e.offset)).toEqual(reader.list.map((_, i) => reader.list[0]!.offset + i))
      expect(reader.calls.fresh).toBe(1)
    }
    expect(visitor.outbox.list()).toEqual([])
  })

  it('[P9] shows as pending what is written without a server, across a reload, and sends it in order afterwards', async () => {
    const outbox = memoryOutbox()
    const broken = class extends Ws { constructor() { super('ws://127.0.0.1:1') } }
    const topic = `conversation:${newId()}`
    const page = connect({ url: server.url, app: 'test', ticket: async () => server.ticketOf(mara), outbox, WebSocket: broken })
    page.send({ type: 'conversation.open', topic, body: { inbox: website.id } })
    for (const text of ['one', 'two', 'three']) page.send({ type: 'message.send', topic, body: { text } })
    const shown = thread({ entries: [], pending: page.outbox.list(topic), me: `contact:${mara.id}` })
    expect(shown.map((item) => item.kind === 'message' ? item.text : item.kind)).toEqual(['opened', 'one', 'two', 'three'])
    await until(page, ({ state, pending, retryAtMs }) => state === 'waiting' && pending === 4 && retryAtMs !== undefined)
    page.close()

    const reloaded = server.connectAs(mara, { outbox })
    // Joined before it exists: that is no refusal as long as its opening is on its way.
    const reader = read(reloaded, topic)
    await expect.poll(() => reader.texts, { timeout: 8000 }).toEqual(['one', 'two', 'three'])
    expect(reader.code).toBeUndefined()
    await until(reloaded, ({ pending }) => pending === 0)
  })

  it('gives later observers what the server would, and continues those who bring a position', async () => {
    const visitor = server.connectAs(mara)
    const topic = await newTopic(visitor)
    const first = read(visitor, topic)
    for (let i = 1; i <= 60; i++) await visitor.send({ type: 'message.send', topic, body: { text: `${i}` } }).stored
    await expect.poll(() => first.at?.offset).toBe(61)
    const second = read(visitor, topic)
    await expect.poll(() => second.at?.offset).toBe(61)
    expect(second.list.length).toBe(50)
    first.off()
    second.off()

    const other = server.connectAs(ada)
    const cached = read(other, topic, { epoch: second.at!.epoch, offset: 58 })
    cached.at = { epoch: second.at!.epoch, offset: 58 }
    await expect.poll(() => cached.list.map((e) => e.offset)).toEqual([59, 60, 61])
    expect(cached.calls.fresh).toBe(0)
    // Its tail holds three entries only: for this one the server is asked, and the first one goes on undisturbed.
    const third = read(other, topic)
    await expect.poll(() => third.list.length).toBe(50)
    await visitor.send({ type: 'message.send', topic, body: { text: 'more' } }).stored
    await expect.poll(() => [cached.at?.offset, third.at?.offset]).toEqual([62, 62])
    expect([cached.calls.fresh, third.calls.fresh]).toEqual([0, 1])
    const stale = read(other, topic, { epoch: newId(), offset: 62 })
    await expect.poll(() => stale.calls.fresh).toBe(1)
  })

  it('says that a join is refused for good', async () => {
    const stranger = server.connectAs(ben)
    const topic = await newTopic(server.connectAs(mara))
    const reader = read(stranger, topic)
    await expect.poll(() => reader.code).toBe('not_found')
    expect(reader.calls).toEqual({ fresh: 0, entries: 0 })
  })

  it('[MK1] carries marks and typing, and repeats a mark that a torn socket lost', async () => {
    const wire = tearable()
    const visitor = server.connectAs(mara), agent = server.connectAs(ada, { WebSocket: wire.WebSocket })
    const topic = await newTopic(visitor)
    const mine = read(visitor, topic), theirs = read(agent, topic)
    await visitor.send({ type: 'message.send', topic, body: { text: 'Hello' } }).stored
    await expect.poll(() => [mine.at?.offset, theirs.at?.offset]).toEqual([2, 2])
    agent.typing(topic)
    await expect.poll(() => mine.typist).toBe(`user:${ada.id}`)
    agent.mark(topic, { delivered: 2 })
    await expect.poll(() => mine.marked?.agent).toEqual({ delivered: 2, read: 0 })
    wire.tear()
    agent.mark(topic, { read: 2 })
    await expect.poll(() => mine.marked?.agent, { timeout: 8000 }).toEqual({ delivered: 2, read: 2 })
    await expect.poll(() => theirs.marked?.mine).toBe(2)
  })

  it('shows who is there, and says when a view may have missed something', async () => {
    const wire = tearable()
    const watcher = server.connectAs(ada, { WebSocket: wire.WebSocket })
    const pushes: { presence: Record<string, string>; fresh: boolean }[] = []
    const off = watcher.watch('people', (body, _, { fresh }) => { pushes.push({ ...(body as { presence: Record<string, string> }), fresh }) })
    await expect.poll(() => pushes[0]?.fresh).toBe(true)
    const other = server.connectAs(kit)
    await expect.poll(() => pushes.at(-1)).toMatchObject({ presence: { [kit.id]: 'online' }, fresh: false })
    other.presence('away')
    await expect.poll(() => pushes.at(-1)?.presence[kit.id]).toBe('away')
    const before = pushes.length
    wire.tear()
    await expect.poll(() => pushes.slice(before).map((p) => p.fresh)[0], { timeout: 8000 }).toBe(true)
    const late: boolean[] = []
    watcher.watch('people', (_, __, { fresh }) => { late.push(fresh) })
    await expect.poll(() => late[0]).toBe(true)
    off()
  })

  it('[PR7] ends when the session is revoked, and keeps what was not sent', async () => {
    const lodge = server.connectAs(tomas)
    await until(lodge, ({ state }) => state === 'open')
    server.app.hub.revoke(tomas.account, `contact:${tomas.id}`)
    expect(await until(lodge, ({ state }) => state === 'ended')).toMatchObject({ code: 4503 })
    lodge.send({ type: 'message.send', topic: `conversation:${newId()}`, body: { text: 'too late' } })
    expect(lodge.status).toMatchObject({ pending: 1 })
  })

  it('asks for another ticket when the server does not take the first, and ends when there is none', async () => {
    let asked = 0
    const renewed = server.connectAs(mara, { ticket: async () => ++asked === 1 ? { ...server.ticketOf(mara), ticket: 'worn.out.ticket' } : server.ticketOf(mara) })
    await until(renewed, ({ state }) => state === 'open')
    expect(asked).toBe(2)
    const denied = server.connectAs(mara, { ticket: async () => { throw new TicketDenied('Signed out') } })
    expect(await until(denied, ({ state }) => state === 'ended')).toMatchObject({ code: 4503 })
    expect(await denied.call(listConversations, {})).toMatchObject({ ok: false, status: 401, code: 'unauthenticated' })
  })

  it('[PR7] renews its ticket at half its life, on the open connection', async () => {
    let asked = 0
    const short = server.connectAs(mara, { ticket: async () => ({ ...server.ticketOf(mara), expiresAt: new Date(Date.now() + (++asked === 1 ? 3000 : 900_000)).toISOString() }), random: () => 0 })
    await until(short, ({ state }) => state === 'open')
    const { sinceMs } = short.status
    await expect.poll(() => asked, { timeout: 4000 }).toBe(2)
    await short.send({ type: 'conversation.open', topic: `conversation:${newId()}`, body: { inbox: website.id } }).stored
    expect(short.status).toMatchObject({ state: 'open', sinceMs })
  })
})

describe('[LM2] a call', () => {
  it('returns what the contract says, or why not', async () => {
    const visitor = server.connectAs(mara)
    const topic = await newTopic(visitor), conversation = topic.slice(13)
    expect(await visitor.call(getConversation, { params: { conversation } })).toMatchObject({ ok: true, value: { conversation: { id: conversation, status: 'open', head: 1 } } })
    expect(await visitor.call(getConversation, { params: { conversation: newId() } })).toMatchObject({ ok: false, status: 404, code: 'not_found', message: expect.stringMatching(/\w/) as string })
    expect(await server.callAs()(getConversation, { params: { conversation } })).toMatchObject({ ok: false, status: 401, code: 'unauthenticated' })
  })

  it('renews the ticket once when it is refused', async () => {
    let asked = 0
    const agent = server.connectAs(ada, { ticket: async () => ++asked === 1 ? { ...server.ticketOf(ada), ticket: 'worn.out.ticket' } : server.ticketOf(ada) })
    expect(await agent.call(listConversations, { query: { limit: 1 } })).toMatchObject({ ok: true })
  })

  it('never throws and never hangs: no server, no answer, no JSON', async () => {
    const odd = createServer((request, response) => { if (request.url?.includes('search=html')) response.writeHead(502).end('<h1>Bad gateway</h1>') })
    await new Promise<void>((resolve) => { odd.listen(0, '127.0.0.1', resolve) })
    const url = `http://127.0.0.1:${(odd.address() as AddressInfo).port}`
    const lodge = connect({ url, app: 'test', ticket: async () => server.ticketOf(ada), WebSocket: class extends Ws { constructor() { super('ws://127.0.0.1:1') } } })
    expect(await lodge.call(listConversations, { query: { search: 'html' } })).toMatchObject({ ok: false, status: 502, code: 'unreachable' })
    expect(await lodge.call(listConversations, {}, { timeoutMs: 100 })).toMatchObject({ ok: false, status: 0, code: 'unreachable' })
    odd.closeAllConnections()
    await new Promise((resolve) => { odd.close(resolve) })
    expect(await lodge.call(listConversations, {})).toMatchObject({ ok: false, status: 0, code: 'unreachable' })
    lodge.close()
  })
})

describe('[PR9] a planned stop', () => {
  // The last test: the server takes nobody back afterwards.
  it('sends everybody away with a slot, which nothing shortens', async () => {
    const lodge = server.connectAs(ada)
    await until(lodge, ({ state }) => state === 'open')
    const drained = server.app.hub.drain(2000)
    const { retryAtMs, sinceMs, because } = await until(lodge, ({ state }) => state === 'waiting')
    expect(because).toBe('draining')
    expect(retryAtMs! - sinceMs).toBeGreaterThan(0)
    lodge.retryNow()
    expect(lodge.status.state).toBe('waiting')
    await drained
  })
})
