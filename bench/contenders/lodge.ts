/** Lodge as its own SDK sees it. */
import { randomBytes } from 'node:crypto'
import { WebSocket } from 'ws'
import type { Entry } from '#contract/entries.ts'
import { openVisitorSession } from '#contract/inboxes.ts'
import { caller } from '#client/call.ts'
import { connect, newId, type Lodge } from '#client/lodge.ts'
import { each, sourceAddress, talksPerLine, type Contender, type Stage, type Talk } from './contender.ts'

export interface LodgeAt { readonly url: string; readonly token: string; readonly inbox: string }

class SpreadSocket extends WebSocket {
  constructor(url: string) { super(url, sourceAddress()) }
}

export function lodge({ url, token, inbox }: LodgeAt): Contender {
  const call = caller({ url })
  const agent = (): Lodge => connect({ url, app: 'bench', WebSocket: SpreadSocket, ticket: async () => ({ ticket: token, expiresAt: new Date(Date.now() + 600_000).toISOString() }) })

  async function visitor(): Promise<Lodge> {
    const opened = await call(openVisitorSession, { params: { inbox }, body: { contact: newId(), secret: randomBytes(32).toString('base64url') } })
    if (!opened.ok) throw new Error(`No visitor's session: ${opened.message}`)
    return connect({ url, app: 'bench', WebSocket: SpreadSocket, ticket: async () => opened.value })
  }
  async function conversation(by: Lodge): Promise<string> {
    const topic = `conversation:${newId()}`
    await by.send({ type: 'conversation.open', topic, body: { inbox } }).stored
    return topic
  }

  return {
    async open(talks): Promise<Stage> {
      const agents = Array.from({ length: Math.ceil(talks / talksPerLine) }, agent)
      const visitors = await each(agents.length, 16, visitor)
      const all = await each(talks, 16, async (i) => {
        const lodge = visitors[i % visitors.length]!, staff = agents[i % agents.length]!
        const topic = await conversation(lodge)
        const talk: Talk = { say: (side, text) => (side === 'visitor' ? lodge : staff).send({ type: 'message.send', topic, body: { text } }).stored, onHeard: () => {} }
        await Promise.all([
          joined(lodge, topic, ({ actor }) => { if (actor.startsWith('user:')) talk.onHeard('agent') }),
          joined(staff, topic, ({ actor }) => { if (actor.startsWith('contact:')) talk.onHeard('visitor') }),
        ])
        return talk
      })
      return { talks: all, close: () => { for (const one of [...agents, ...visitors]) one.close() } }
    },
    async crowd(visitors) {
      const all = await each(visitors, 32, async () => {
        const one = await visitor()
        await joined(one, await conversation(one), () => {})
        return one
      })
      return () => { for (const one of all) one.close() }
    },
  }
}

/** Follows a topic; resolves when it does. */
const joined = (lodge: Lodge, topic: string, hear: (entry: Entry) => void): Promise<void> => new Promise((resolve, reject) => {
  lodge.join(topic, {
    fresh: () => resolve(),
    entries: (entries) => { for (const entry of entries) hear(entry) },
    refused: (code) => reject(new Error(`The conversation was refused: ${code}`)),
  })
})
