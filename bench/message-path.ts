/**
 * The server's own code for a message, from the frame that comes in to the frames that go out: sockets and journal are stand-ins
 * that do nothing, so neither the kernel nor PostgreSQL is in it. A process of its own; it prints what each round took, in µs for a message.
 */
import { EventEmitter } from 'node:events'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import { protocolVersion, type Marks } from '#contract/frames.ts'
import type { Actor } from '#contract/ids.ts'
import { newId } from '#client/lodge.ts'
import { arrayWriter } from '#server/db/binary-arrays.ts'
import type { Db, Tx } from '#server/db/db.ts'
import * as statements from '#server/db/journal.sql.ts'
import { conversationAccess } from '#server/features/conversations/access.ts'
import { conversationCommands } from '#server/features/conversations/conversations.ts'
import { doors } from '#server/features/kept/doors.ts'
import { handover } from '#server/kernel/handover.ts'
import { keeping as openKeeping } from '#server/kernel/keeping.ts'
import { sequencer } from '#server/kernel/sequencer.ts'
import { openSpool } from '#server/kernel/spool.ts'
import { topics as openTopics } from '#server/kernel/topics.ts'
import { Hub } from '#server/realtime/hub.ts'
import { costsOf, text } from './rounds.ts'

const conversations = 200, lines = 20, messagesARound = 6_000, warmRounds = 5, rounds = 100
const account = newId(), agent: Actor = `user:${newId()}`
const now = Date.now, unused = (): never => { throw new Error('Not in this path') }

class Line extends EventEmitter {
  readonly OPEN = 1
  readonly readyState = 1
  readonly bufferedAmount = 0
  /** As a socket would: what it is given becomes bytes. */
  send(text: string): void { Buffer.from(text) }
  close(): void {}
  hear(frames: readonly string[]): void { this.emit('message', Buffer.from(`[${frames.join(',')}]`), false) }
}

let n = 0
const arrays = arrayWriter()
const seq = sequencer<Tx>({
  now, sleep, random: Math.random, publish: (rows) => { topics.publish(rows) },
  journal: {
    transaction: unused, find: async () => [], heads: async (of) => of.map(() => 0),
    async append(rows) {
      statements.append(arrays, rows, { writer: 1, firstN: n += rows.length, epoch: account })
      await turn()
      return []
    },
  },
})
const spool = await openSpool({ disks: [], now, after: () => () => {}, report: unused }, unused)
const keeping = openKeeping<never>({ spool, now, random: Math.random, sleep, apply: unused, isPlain: () => true, setAside: unused, probe: unused }, [])
const gate = handover<Tx>(seq.accept, () => keeping)
const topics = openTopics({ now, epoch: () => account, read: async () => ({ head: 0, rows: [] }), ahead: unused })
const access = await conversationAccess({ read: unused, tx: unused } as unknown as Db, { noted: { note() {}, read: async () => [], settled: async () => {} }, recalls: false })
const commands = conversationCommands({ accept: gate.accept, access, checkAttachments: unused, releaseBlobs: unused, leave: unused, recall: unused })
const noMarks: Marks = { contact: { delivered: 0, read: 0 }, agent: { delivered: 0, read: 0 }, mine: 0 }
const hub = new Hub({
  node: 'bench', build: 'bench', now, epoch: () => account, topics, settled: async () => [], log: console, commandsPerSecond: 1e6, commandBurst: 1e6,
  marks: { of: async () => noMarks, move: async () => false, now: () => undefined, flush: async () => {}, stop: async () => {} },
})
hub.plug({
  mayConnect: async () => true, onPresence() {},
  authenticate: (actor) => ({ account, actor: actor as Actor, role: actor === agent ? 'agent' : 'contact', subject: actor, expiresAtMs: now() + 3_600_000 }),
  topics: [{ kind: 'conversation', mayJoin: async (_, ids) => ids.map(() => true) }], views: [],
  commands: doors({ gate, keeping, now, doneBefore: () => undefined, onAway: () => unused }).commands(commands),
})

function line(actor: Actor): Line {
  const opened = new Line()
  hub.open(opened as unknown as WebSocket, { origin: undefined, host: undefined })
  opened.hear([JSON.stringify({ type: 'hello', version: protocolVersion, token: actor, joins: [], views: [], inflight: [] })])
  return opened
}
const contacts = Array.from({ length: lines }, newId)
const inside = contacts.map(() => line(agent)), outside = contacts.map((contact) => line(`contact:${contact}`))
await sleep(20)
const talks = Array.from({ length: conversations }, (_, i) => {
  const id = newId(), topic = `conversation:${id}`, sides = [inside[i % lines]!, outside[i % lines]!]
  access.learn({ account, id, inbox: account, contact: contacts[i % lines]!, channel: null })
  for (const side of sides) side.hear([JSON.stringify({ type: 'join', topic })])
  return topic
})
await sleep(20)

/** The load of `messages-end-to-end`: half of what is under way comes at once, five messages to a socket's turn. */
const idStart = newId().slice(0, 24)
let sent = 0
const frame = (topic: string): string => `{"type":"command","id":"${idStart}${(++sent).toString(16).padStart(12, '0')}","command":"message.send","topic":"${topic}","body":{"text":"${text}"}}`
async function round(): Promise<number> {
  for (let left = messagesARound, turns = 0; left > 0; turns++) {
    for (let i = 0; i < lines; i++, left -= 5) {
      (turns + i & 1 ? inside : outside)[i]!.hear(Array.from({ length: 5 }, (_, j) => frame(talks[i + lines * ((turns * 5 + j) % (conversations / lines))]!)))
    }
    await seq.idle()
    await turn()
    await turn()
  }
  return messagesARound
}

const costsUs = await costsOf(warmRounds, rounds, round)
if (topics.head(account, talks[0]!) !== sent / conversations) throw new Error('Messages are missing')
console.log(JSON.stringify(costsUs))
process.exit()
