/**
 * The SDK's own code for a message, on both of its sides: sent by one, stored, and given to both. The server is a stand-in in the
 * same process that answers at once, so neither sockets nor a server's checks are in it, and the stand-in's own work is. A process
 * of its own; it prints what each round took, in µs for a message.
 */
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import type { ClientFrame, Joined, ServerFrame } from '#contract/frames.ts'
import { protocolVersion } from '#contract/protocol.ts'
import type { Socket } from '#client/connection.ts'
import { connect, newId, type Lodge } from '#client/lodge.ts'
import { costsOf, text } from './rounds.ts'

const lines = 20, conversations = 200, messagesARound = 4_000, warmRounds = 5, rounds = 50
const epoch = newId(), at = new Date().toISOString()

const joined = new Map<string, Line[]>(), heads = new Map<string, number>()
const outgoing = new Map<Line, string[]>()
function tell(line: Line, frame: string): void {
  const frames = outgoing.get(line)
  if (frames) frames.push(frame)
  else outgoing.set(line, [frame])
}
/** Frames of one turn travel together, as bytes. */
function flush(): void {
  const all = [...outgoing]
  outgoing.clear()
  for (const [line, frames] of all) line.hear(Buffer.from(`[${frames.join(',')}]`).toString())
}

function obey(line: Line, frame: ClientFrame): void {
  if (frame.type === 'hello') {
    tell(line, JSON.stringify({
      type: 'welcome', version: protocolVersion, connection: '', node: '', build: '', epoch, now: at, heartbeatMs: 10_000, windowMs: 1_000, joined: [], settled: [], unknown: [],
    } satisfies ServerFrame))
  } else if (frame.type === 'join') {
    joined.set(frame.topic, [...joined.get(frame.topic) ?? [], line])
    const marks = { contact: { delivered: 0, read: 0 }, agent: { delivered: 0, read: 0 }, mine: 0 }
    tell(line, JSON.stringify({ type: 'joined', topic: frame.topic, how: 'fresh', epoch, head: 0, entries: [], marks } satisfies Joined & { type: 'joined' }))
  } else if (frame.type === 'command') {
    const { id, topic, body } = frame
    const offset = (heads.get(topic) ?? 0) + 1
    heads.set(topic, offset)
    const entries = `{"type":"entries","topic":"${topic}","entries":[{"topic":"${topic}","offset":${offset},"id":"${id}","type":"message.sent","actor":"${line.actor}","at":"${at}","body":${JSON.stringify(body)}}]}`
    for (const follower of joined.get(topic)!) tell(follower, entries)
  }
}

let made = 0
class Line implements Socket {
  readonly actor = `${made++ < lines ? 'user' : 'contact'}:${newId()}`
  readonly #listeners: { open: () => void; message: (event: { data: unknown }) => void } = { open() {}, message() {} }
  constructor() { setImmediate(() => this.#listeners.open()) }
  addEventListener(type: string, fn: (event: never) => void): void { Object.assign(this.#listeners, { [type]: fn }) }
  send(text: string): void { for (const frame of JSON.parse(Buffer.from(text).toString()) as ClientFrame[]) obey(this, frame) }
  hear(text: string): void { this.#listeners.message({ data: text }) }
  close(): void {}
}

const open = (): Lodge => connect({ url: 'http://stand-in', app: 'bench', WebSocket: Line, ticket: async () => ({ ticket: '', expiresAt: new Date(Date.now() + 3_600_000).toISOString() }) })
const agents = Array.from({ length: lines }, open), visitors = Array.from({ length: lines }, open)
await sleep(20)
flush()

/** As in `messages-end-to-end`: everybody answers what reached them, one message is under way in each conversation. */
let stored = 0
let due: (() => void)[] = []
for (let i = 0; i < conversations; i++) {
  const topic = `conversation:${newId()}`
  const say = (by: Lodge) => (): void => { by.send({ type: 'message.send', topic, body: { text } }).stored.then(() => { stored++ }, (error: unknown) => { throw error }) }
  const join = (by: Lodge, other: string): void => { by.join(topic, { fresh() {}, entries: (entries) => { for (const { actor } of entries) if (actor.startsWith(other)) due.push(say(by)) } }) }
  join(agents[i % lines]!, 'contact:')
  join(visitors[i % lines]!, 'user:')
  due.push(say(visitors[i % lines]!))
}
await sleep(20)
flush()

async function round(): Promise<number> {
  const from = stored
  while (stored - from < messagesARound) {
    const now = due
    due = []
    for (const fn of now) fn()
    await turn()
    flush()
    await turn()
  }
  return stored - from
}

const costsUs = await costsOf(warmRounds, rounds, round)
if ([...heads.values()].reduce((sum, head) => sum + head, 0) !== stored) throw new Error('Messages are missing')
console.log(JSON.stringify(costsUs))
process.exit()
