/** Guests and colleagues who talk while a drill is on, and write down what was acknowledged to them. They use the SDK over the network like anybody. */
import { setTimeout as sleep } from 'node:timers/promises'
import { listEntries } from '#contract/conversations.ts'
import { openVisitorSession } from '#contract/inboxes.ts'
import { caller, valueOf } from '#client/call.ts'
import { connect, newId, type Lodge } from '#client/lodge.ts'
import type { GuestOrders } from '../line.ts'
import { answers, guestNames, questions } from './sentences.ts'
import { judge, type Said } from './judge.ts'

export interface Talk {
  readonly said: readonly Said[]
  /** Of guests and colleagues: when each broke last, and since when it is back. */
  readonly lines: readonly Line[]
  /** Written, and acknowledged by nobody yet. */
  waiting(): Said[]
  /** Nobody writes any more. @returns when all is acknowledged, or after `forMs` */
  settle(forMs: number): Promise<void>
  /** What the journal says of it. */
  judge(): Promise<ReturnType<typeof judge>>
  /** Guests leave, and their conversations are closed. */
  close(): Promise<void>
}

export interface Line { lostMs?: number | undefined; backMs?: number | undefined }

const everyMs = 650, viewerEveryMs = 1_500

/** Resolves when everybody is in and the first words are stored. @param conversation of the person who watches: a colleague writes there too */
export async function startTalk({ url, inbox, tokens }: GuestOrders, conversation: string | undefined): Promise<Talk> {
  const said: Said[] = []
  const byId = new Map<string, Said>()
  const lines: Line[] = []
  let isTalking = true
  const colleague = (i: number): Lodge => watched(connect({ url, app: 'demo drill', ticket: async () => ({ ticket: tokens[i % tokens.length]!, expiresAt: new Date(Date.now() + 9e5).toISOString() }) }))
  const lodges: Lodge[] = [], colleagues = [colleague(0), colleague(1)] as const
  const topics = await Promise.all(guestNames.map((name, i) => converse(name, colleagues[i % 2]!)))
  if (conversation) void goOn(`conversation:${conversation}`, colleagues[1], answers, viewerEveryMs)

  /** Its outbox is its writer's knowledge: what is kept, and what is still here. */
  function watched(lodge: Lodge): Lodge {
    lodges.push(lodge)
    const line: Line = {}
    lines.push(line)
    let wasOpen = false
    lodge.onStatus(({ state }) => {
      const isOpen = state === 'open'
      if (wasOpen && !isOpen) Object.assign(line, { lostMs: Date.now(), backMs: undefined })
      if (isOpen && line.lostMs !== undefined) line.backMs ??= Date.now()
      wasOpen = isOpen
    })
    lodge.outbox.onChange(() => {
      for (const { id, state } of lodge.outbox.list()) {
        const one = byId.get(id)
        if (one && state === 'kept') one.keptMs ??= Date.now()
      }
    })
    return lodge
  }
  async function converse(name: string, answering: Lodge): Promise<string> {
    const contact = newId(), secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')
    const guest = watched(connect({ url, app: 'demo drill guest', ticket: async () => valueOf(await caller({ url })(openVisitorSession, { params: { inbox }, body: { contact, secret, name, page: `${url}/guest` } })) }))
    const topic = `conversation:${newId()}`
    await guest.send({ type: 'conversation.open', topic, body: { inbox, page: `${url}/guest` } }).stored
    await say(guest, topic, questions[0]!)
    void goOn(topic, guest, questions, everyMs)
    void sleep(everyMs / 2).then(() => goOn(topic, answering, answers, everyMs))
    return topic
  }
  async function goOn(topic: string, lodge: Lodge, words: readonly string[], pauseMs: number): Promise<void> {
    for (let n = 1; isTalking; n++) {
      void say(lodge, topic, `${n} · ${words[n % words.length]!}`)
      await sleep(pauseMs * (0.8 + 0.4 * Math.random()))
    }
  }
  async function say(lodge: Lodge, topic: string, text: string): Promise<void> {
    const { id, stored } = lodge.send({ type: 'message.send', topic, body: { text } })
    const one: Said = { id, topic, by: lodges.indexOf(lodge), sentMs: Date.now() }
    said.push(one)
    byId.set(id, one)
    // A refusal is an answer too: nobody was told that it is safe.
    await stored.then(() => { one.storedMs = Date.now() }, (error: unknown) => { one.refused = String(error) })
  }

  const talk: Talk = {
    said, lines,
    waiting: () => said.filter((s) => s.storedMs === undefined && s.keptMs === undefined && s.refused === undefined),
    async settle(forMs) {
      isTalking = false
      for (const untilMs = Date.now() + forMs; Date.now() < untilMs && said.some((s) => s.storedMs === undefined && s.refused === undefined);) await sleep(20)
    },
    async judge() {
      const journal = new Map(await Promise.all([...new Set(said.map((s) => s.topic))].map(async (topic) => [topic, await idsOf(topic)] as const)))
      return judge(said, journal)
    },
    async close() {
      await Promise.race([Promise.allSettled(topics.map((topic) => colleagues[0].send({ type: 'conversation.close', topic, body: {} }).stored)), sleep(2_000)])
      for (const lodge of lodges) lodge.close()
    },
  }
  return talk

  /** Of the messages in the journal, in its order. */
  async function idsOf(topic: string): Promise<string[]> {
    const ids: string[] = []
    for (let after = 0; ;) {
      const { entries } = valueOf(await colleagues[0].call(listEntries, { params: { conversation: topic.slice('conversation:'.length) }, query: { after, limit: 1_000 } }))
      for (const entry of entries) { after = entry.offset; if (entry.type === 'message.sent') ids.push(entry.id) }
      if (entries.length < 1_000) return ids
    }
  }
}
