import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket, type WebSocket as ServerSocket } from 'ws'
import { afterEach, describe, expect, it } from 'vitest'
import { socketPath } from '#contract/protocol.ts'
import type { Marks, ServerFrame } from '#contract/frames.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { topics } from '#server/kernel/topics.ts'
import { Hub } from './hub.ts'
import type { CommandDoor } from './plugs.ts'
import { acceptSockets } from './upgrade.ts'

const account = 'a', topic = 'conversation:t', epoch = '00000000-0000-7000-8000-000000000001'
const marks: Marks = { contact: { delivered: 0, read: 0 }, agent: { delivered: 0, read: 0 }, mine: 0 }
const ends: (() => unknown)[] = []
afterEach(async () => { for (const end of ends.splice(0)) await end() })

/** A hub over real sockets without a database; joins wait while `gate` is closed. A token is the actor's name. */
async function house() {
  let nowMs = 1_000_000
  const self = {
    heard: 0, gate: Promise.resolve(), sockets: [] as ServerSocket[], mayJoin: true, isAway: false,
    advance: (ms: number): void => { nowMs += ms },
  }
  const hub = new Hub({
    node: 'n', build: 'b', now: () => nowMs, epoch: () => epoch, settled: () => Promise.resolve([]),
    topics: topics({ now: () => nowMs, epoch: () => epoch, read: () => Promise.resolve({ head: 0, rows: [] }), ahead: () => Promise.resolve() }),
    marks: {
      of: () => Promise.resolve(marks), move: () => Promise.resolve(false), now: () => marks, flush: () => Promise.resolve(), stop: () => Promise.resolve(),
    },
    log: { error: (o) => { throw (o as { err: Error }).err } },
  })
  hub.plug({
    topics: [{ kind: 'conversation', async mayJoin(_session, ids) { await self.gate; if (self.isAway) throw new Refusal('unavailable'); return ids.map(() => self.mayJoin) } }],
    commands: {} as CommandDoor, views: [],
    authenticate: (token) => ({
      account, actor: token as 'system', role: token.startsWith('user:') ? 'agent' : 'contact', subject: token, expiresAtMs: Infinity,
    }),
    mayConnect: () => Promise.resolve(true), onPresence: () => {},
  })
  const server = createServer()
  const stop = acceptSockets(server, { open: (ws: ServerSocket, from: Parameters<Hub['open']>[1]) => {
    self.sockets.push(ws)
    ws.on('message', (data) => { self.heard += (JSON.parse((data as Buffer).toString()) as unknown[]).length })
    hub.open(ws, from)
  } } as Hub, { upgrade: (begin) => { begin() } })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}${socketPath}`
  ends.push(() => { hub.close(); stop(); return new Promise((resolve) => { server.close(resolve) }) })
  return {
    self, hub,
    async connect(actor: string, joins: object[] = []) {
      const ws = new WebSocket(url)
      const frames: ServerFrame[] = []
      ws.on('message', (data) => frames.push(...JSON.parse((data as Buffer).toString()) as ServerFrame[]))
      const send = (...list: object[]): void => { ws.send(JSON.stringify(list)) }
      await new Promise((resolve) => { ws.on('open', resolve) })
      send({ type: 'hello', version: 1, token: actor, joins, views: [], inflight: [] })
      await expect.poll(() => frames.length).toBeGreaterThan(0)
      return { ws, send, of: <T extends ServerFrame['type']>(type: T) => frames.filter((f): f is Extract<ServerFrame, { type: T }> => f.type === type) }
    },
  }
}

describe('a flood of frames', () => {
  const messages = 40, each = 1_000
  const join = (n: number): object => ({ type: 'join', topic: `conversation:${n}` })

  it('[PR12] of joins is not read while the first ones wait, and is answered whole, in order', async () => {
    const { self, connect } = await house()
    const one = await connect('contact:c')
    const { promise, resolve } = Promise.withResolvers<void>()
    self.gate = promise; self.mayJoin = false; self.heard = 0
    for (let i = 0; i < messages; i++) one.send(...Array.from({ length: each }, (_, n) => join(i * each + n)))
    await expect.poll(() => self.sockets[0]!.isPaused).toBe(true)
    await new Promise((r) => { setTimeout(r, 300) })
    expect(self.heard).toBeLessThan(6 * each)   // and what stood in the same piece that was read
    resolve()
    await expect.poll(() => one.of('joined').length, { timeout: 20_000 }).toBe(messages * each)
    expect(one.of('joined').map((f) => f.topic)).toEqual(Array.from({ length: messages * each }, (_, n) => `conversation:${n}`))
    expect(self.sockets[0]!.isPaused).toBe(false)
  }, 40_000)

  it('[PR12] does not keep a socket open that the server ends', async () => {
    const { self, hub, connect } = await house()
    const one = await connect('contact:c')
    self.gate = new Promise(() => {})
    for (let i = 0; i < messages; i++) one.send(...Array.from({ length: each }, (_, n) => join(i * each + n)))
    await expect.poll(() => self.sockets[0]!.isPaused).toBe(true)
    hub.revoke(account, 'contact:c')
    await expect.poll(() => hub.size, { timeout: 5_000 }).toBe(0)
  }, 20_000)

  it('[PR12] of topics that nobody can look up now is remembered up to a thousand', async () => {
    const { self, hub, connect } = await house()
    const one = await connect('contact:c'), closed = new Promise<number>((resolve) => { one.ws.on('close', resolve) })
    self.isAway = true
    one.send(...Array.from({ length: each }, (_, n) => join(n)), ...Array.from({ length: each }, (_, n) => join(n)))
    await expect.poll(() => one.of('joined').length).toBe(2 * each)
    expect(hub.size).toBe(1)
    one.send(join(each))
    expect(await closed).toBe(1013)
  }, 20_000)

  it('[PR12] of typing reaches those who follow as one a second', async () => {
    const { self, connect } = await house()
    const visitor = await connect('contact:c', [{ topic }]), agent = await connect('user:u', [{ topic }])
    const flood = (): void => {
      visitor.send(...Array.from({ length: 1_000 }, () => ({ type: 'typing', topic })))
      visitor.send(join(self.heard))
    }
    const isOver = async (n: number): Promise<void> => expect.poll(() => visitor.of('joined').length).toBe(n)
    flood()
    await isOver(1)
    flood()
    await isOver(2)
    self.advance(1_000)
    flood()
    await isOver(3)
    agent.send(join(0))
    await expect.poll(() => agent.of('joined').length).toBe(1)
    expect(agent.of('typing').length).toBe(2)
  }, 20_000)
})
