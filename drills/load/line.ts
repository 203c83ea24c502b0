/** One device with the real SDK, and what it saw, for the history. */
import { WebSocket, type RawData } from 'ws'
import type { Entry } from '#contract/entries.ts'
import type { ServerFrame } from '#contract/frames.ts'
import { sourceAddress } from '#bench/contenders/contender.ts'
import { connect, newId, type Lodge, type Refused } from '#client/lodge.ts'
import type { Chance } from '#drills/chance.ts'
import type { TicketKey } from '#server/kernel/ticket.ts'
import { hiddenMark, markOf } from './mark.ts'
import { goodMs } from '#drills/series.ts'
import { nowMs, type Recorder } from './recorder.ts'
import { ticketFor } from './tickets.ts'

export type Who = { readonly account: string } & ({ readonly user: string } | { readonly contact: string })
export interface Line {
  readonly lodge: Lodge
  readonly actor: string
  readonly isOpen: () => boolean
  send(asked: { type: 'conversation.open' | 'message.send'; topic: string; text: string; inbox?: string; dueMs: number }): Promise<void>
  /** Records all that this device is shown of the topic. @returns resolves at the first of it */
  observe(topic: string): Promise<void>
}

/** Counted over all lines of this process. */
export interface Tally { offered: number; confirmed: number; /** Of these in time. */ good: number; stored: number; kept: number; refused: number; seen: number; opened: number }
export const tally = (): Tally => ({ offered: 0, confirmed: 0, good: 0, stored: 0, kept: 0, refused: 0, seen: 0, opened: 0 })

/** `luck`: of when it comes back, in a stream by its name. */
interface Options { url: string; keys: readonly TicketKey[]; who: Who; name: string; recorder: Recorder; counts: Tally; luck: Chance }

export function line({ url, keys, who, name, recorder: { record }, counts, luck }: Options): Line {
  const actor = 'user' in who ? `user:${who.user}` : `contact:${who.contact}`
  const view = 'user' in who ? 'inside' : 'contact'
  const unanswered = new Map<string, { topic: string; dueMs: number }>()   // by id
  let isOpen = false

  /** Once, by whichever answer comes first. */
  function confirm(id: string): void {
    const asked = unanswered.get(id)
    if (!asked) return
    unanswered.delete(id)
    counts.confirmed++
    if (nowMs() - asked.dueMs <= goodMs) counts.good++
  }

  /** `kept` settles nothing in the SDK, and is a promise all the same. */
  function listen(data: RawData): void {
    const text = (data as Buffer).toString()
    if (!text.includes('"kept"')) return
    for (const frame of JSON.parse(text) as ServerFrame[]) {
      for (const ack of frame.type === 'ack' ? [frame] : frame.type === 'welcome' ? frame.settled : []) {
        const asked = unanswered.get(ack.id)
        if (ack.state !== 'kept' || asked === undefined) continue
        confirm(ack.id)
        counts.kept++
        record({ type: 'kept', by: actor, topic: asked.topic, id: ack.id, via: 'lodge' })
      }
    }
  }
  class HeardSocket extends WebSocket {
    constructor(address: string) {
      super(address, sourceAddress())
      this.on('message', listen)
    }
  }
  const lodge = connect({ url, app: 'drill', WebSocket: HeardSocket, random: luck.stream(name).next, ticket: async () => ticketFor(keys, 'user' in who ? { ...who, role: 'admin' } : who) })
  lodge.onStatus(({ state }) => {
    if (isOpen === (state === 'open')) return
    isOpen = !isOpen
    if (isOpen) counts.opened++
    record({ type: isOpen ? 'opened' : 'lost', by: name })
  })
  const seenOf = (entries: readonly Entry[]) => {
    counts.seen += entries.length
    return entries.map((e) => ({ offset: e.offset, id: e.id, mark: e.type === 'hidden' ? hiddenMark : markOf(e.type, e.actor, textOf(e)) }))
  }
  const about = (topic: string) => ({ by: actor, observer: name, view, topic, via: 'lodge' })

  return {
    lodge, actor, isOpen: () => isOpen,
    async send({ type, topic, text, inbox, dueMs }) {
      const id = newId(), mark = markOf(type === 'message.send' ? 'message.sent' : 'conversation.opened', actor, text)
      counts.offered++
      unanswered.set(id, { topic, dueMs })
      record({ type: 'offered', by: actor, topic, id, mark, dueMs })
      const { stored } = lodge.send(type === 'message.send' ? { id, type, topic, body: { text } } : { id, type, topic, body: { inbox: inbox! } })
      try {
        const { offset = -1 } = await stored
        counts.stored++
        confirm(id)
        record({ type: 'acked', by: actor, topic, id, offset, via: 'lodge' })
      } catch (error) {
        unanswered.delete(id)
        const { code } = error as Refused
        if (code === 'closed') return
        counts.refused++
        record({ type: 'refused', by: actor, topic, id, mark, code, isFinal: true })
      }
    },
    observe: (topic) => new Promise((resolve, reject) => {
      lodge.join(topic, {
        fresh({ epoch, head, entries }) {
          record({ type: 'fresh', ...about(topic), epoch, head, entries: seenOf(entries) })
          resolve()
        },
        entries(entries) { record({ type: 'entries', ...about(topic), entries: seenOf(entries) }) },
        refused(code) {
          console.error(`${name} may not see ${topic}: ${code}`)   // later than at first nobody would hear of it
          reject(new Error(`${actor} may not see ${topic}: ${code}`))
        },
      })
    }),
  }
}

const textOf = ({ body }: Entry): string => (body as { text?: string } | null)?.text ?? ''
