/** One dialogue between one visitor and one agent, each with a connection of its own. */
import { WebSocket } from 'ws'
import type { Entry } from '#contract/entries.ts'
import { openVisitorSession } from '#contract/inboxes.ts'
import { caller } from '#client/call.ts'
import { connect, newId, type Lodge, type Pending } from '#client/lodge.ts'
import { randomBytes } from 'node:crypto'
import type { Said } from './compare.ts'
import type { Dialogue, Turn } from './dialogues.ts'

export interface House { readonly url: string; readonly token: string; readonly inbox: string }
export interface Played {
  readonly conversation: string
  readonly said: readonly Said[]
  /** What the screens of both sides showed at the end. */
  readonly heard: readonly (readonly Said[])[]
  /** Why it was not played to its end. */
  readonly failure?: string
}

/** Without any news for this long a dialogue is given up: longer than any outage that is made here, with all its retries. */
const patienceMs = 120_000
const tokenIsAskedAgainMs = 600_000

/** @param received told of every message: from `send` to its receipt by the other side. */
export async function play(dialogue: Dialogue, house: House, received: (latencyMs: number) => void): Promise<Played> {
  const conversation = newId(), topic = `conversation:${conversation}`
  const said = dialogue.turns.map((turn) => ({ ...turn, id: newId() }))
  const sides = { user: visitor(house), system: agent(house) }
  const ears: Ear[] = []
  const end = (failure?: string): Played => ({ conversation, said, heard: ears.map((ear) => ear.heard()), ...(failure !== undefined && { failure }) })
  try {
    await soon(sides.user.send({ type: 'conversation.open', topic, body: { inbox: house.inbox } }).stored, 'The conversation was not opened')
    const userEar = listen(sides.user, topic), systemEar = listen(sides.system, topic)
    ears.push(userEar, systemEar)
    const hears = (speaker: Turn['speaker']): Ear => speaker === 'user' ? systemEar : userEar
    const arrivals: Promise<void>[] = []
    for (const [i, { id, speaker, text }] of said.entries()) {
      if (said[i - 1]?.speaker !== speaker) await Promise.all(arrivals)   // whoever answers has read what is answered
      const sentMs = performance.now()
      const sent = sides[speaker].send({ id, type: 'message.send', topic, body: { text } })
      const arrival = orRefused(hears(speaker).arrival(id), sent).then(() => received(performance.now() - sentMs))
      arrivals.push(soon(arrival, `Turn ${i + 1} did not arrive`))
      arrivals.at(-1)!.catch(() => {})   // heard at the next await
    }
    await Promise.all(arrivals)
    // Each side shows its own words as well; the last one's may be a frame behind.
    await Promise.all(ears.flatMap((ear) => said.map(({ id }, i) => soon(ear.arrival(id), `Turn ${i + 1} did not come back`))))
    return end()
  } catch (error) {
    return end((error as Error).message)
  } finally {
    sides.user.close()
    sides.system.close()
  }
}

function visitor({ url, inbox }: House): Lodge {
  const body = { contact: newId(), secret: randomBytes(32).toString('base64url') }
  const call = caller({ url })
  return connect({ url, app: 'replay', WebSocket, ticket: async () => {
    const opened = await call(openVisitorSession, { params: { inbox }, body })
    if (opened.ok) return opened.value
    throw new Error(`No visitor's session: ${opened.message}`)   // the SDK asks again
  } })
}

const agent = ({ url, token }: House): Lodge =>
  connect({ url, app: 'replay', WebSocket, ticket: async () => ({ ticket: token, expiresAt: new Date(Date.now() + tokenIsAskedAgainMs).toISOString() }) })

interface Ear { heard(): Said[]; arrival(id: string): Promise<void> }

/** The messages of a topic as a screen would have them. */
function listen(lodge: Lodge, topic: string): Ear {
  let entries: Entry[] = []
  const came = new Map<string, PromiseWithResolvers<void>>()
  const arrival = (id: string): PromiseWithResolvers<void> => {
    const known = came.get(id) ?? Promise.withResolvers<void>()
    came.set(id, known)
    return known
  }
  const take = (more: readonly Entry[]): void => {
    entries.push(...more)
    for (const { id } of more) arrival(id).resolve()
  }
  lodge.join(topic, {
    fresh({ entries: newest, head }) {
      const first = newest[0]?.offset ?? head + 1
      entries = entries.filter(({ offset }) => offset < first)
      take(newest)
    },
    entries: take,
    refused: (code) => { for (const one of came.values()) one.reject(new Error(`The conversation was refused: ${code}`)) },
  })
  return { heard: () => messagesOf(entries), arrival: (id) => arrival(id).promise }
}

export const messagesOf = (entries: readonly Entry[]): Said[] =>
  entries.flatMap(({ type, id, actor, body }) => type === 'message.sent' ? [{ id, speaker: actor.startsWith('contact:') ? 'user' : 'system', text: body?.text ?? '' }] : [])

/** A refusal is final, whoever waits for the arrival. */
const orRefused = (arrival: Promise<void>, sent: Pending): Promise<void> => Promise.race([arrival, sent.stored.then(() => arrival)])

async function soon<T>(what: Promise<T>, complaint: string): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`${complaint} within ${patienceMs / 1000} s.`)), patienceMs)
  try {
    return await Promise.race([what, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
