/** A person at a device: the real client SDK on a simulated line, with a disk that survives the page. */
import type { Clock } from '#client/clock.ts'
import type { SocketClass } from '#client/connection.ts'
import { connect, type Lodge } from '#client/lodge.ts'
import type { Kept, OutboxStore } from '#client/outbox-store.ts'
import type { Position } from '#client/positions.ts'
import type { Entry } from '#contract/entries.ts'
import { digestOf } from '#server/kernel/sequencer.ts'
import type { Chance } from '#drills/chance.ts'
import type { Recorded, Seen } from '#drills/checker/history.ts'
import { draftOf, ticketOf, type Actor } from './node.ts'
import type { Scheduler } from './scheduler.ts'

export type Asked = { id: string; topic: string } & (
  | { type: 'message.send' | 'note.add'; body: { text: string } }
  | { type: 'conversation.assign'; body: { assignee: string | null } }
  | { type: 'conversation.label'; body: { labels: string[] } }
)

interface Options {
  actor: Actor
  topics: readonly string[]
  time: Scheduler
  chance: Chance
  WebSocket: SocketClass
  /** The node this device is connected to, as it believes. */
  via: () => string
  record: (event: Recorded) => void
  /** What a planted defect makes of the disk. */
  defect?: ((disk: OutboxStore) => OutboxStore) | undefined
}

export interface Person {
  readonly actor: Actor
  send(asked: Asked): void
  /** Starts or stops to observe. */
  toggle(topic: string): void
  observeAll(): void
  /** The page dies and is opened again: what is not on the disk is gone. */
  reload(): void
  /** Nothing waits for an answer. */
  readonly isIdle: boolean
  close(): void
}

export const seenOf = (entries: readonly Entry[]): Seen[] => entries.map(({ offset, id, type, actor, body }) => ({ offset, id, mark: `${type} ${actor} ${JSON.stringify(body)}` }))
export const markOf = (actor: string, asked: Asked): string => digestOf(draftOf(actor, asked))

export function person({ actor, topics, time, chance, WebSocket, via, record, defect }: Options): Person {
  const view = actor.startsWith('user:') ? 'inside' : 'contact'
  const disk = new Map<string, Kept>()
  /** What the screen remembers between two lives of the page. */
  const cache = new Map<string, Position>()
  let lives = 0
  let lodge: Lodge
  let leave = new Map<string, () => void>()
  let clock: Clock
  /** Not yet known to be on the disk. */
  const sent = new Set<string>()

  function open(): void {
    const life = ++lives
    const isDead = (): boolean => life !== lives
    clock = { now: time.now, after: (ms, fn) => time.after(ms, () => { if (!isDead()) fn() }) }
    const store: OutboxStore = {
      open: () => [...disk.values()],
      put: async (command) => {
        await time.sleep(chance.between(0, 4))
        if (isDead()) return new Promise<never>(() => {})
        disk.set(command.id, { ...command })
        sent.delete(command.id)
      },
      remove: (ids) => { if (!isDead()) for (const id of ids) disk.delete(id) },
      close: () => {},
    }
    lodge = connect({
      url: 'http://lodge', app: 'simulation', clock, random: chance.next, WebSocket, outbox: defect?.(store) ?? store,
      async ticket() {
        await time.sleep(chance.between(0, 30))
        if (isDead()) return new Promise<never>(() => {})
        if (chance.is(0.05)) throw new Error('no ticket now')
        return ticketOf(actor, time.now())
      },
    })
    leave = new Map()
  }

  function observe(topic: string): void {
    const observer = `${actor}#${lives}`
    const about = { by: actor, observer, view, topic }
    const from = cache.get(topic)
    if (from) record({ type: 'resumed', ...about, epoch: from.epoch, from: from.offset, entries: [], via: via() })
    const stop = lodge.join(topic, {
      fresh({ epoch, head, entries }) {
        cache.set(topic, { epoch, offset: head })
        record({ type: 'fresh', ...about, epoch, head, entries: seenOf(entries), via: via() })
      },
      entries(entries) {
        const at = cache.get(topic)
        if (at) cache.set(topic, { ...at, offset: entries.at(-1)!.offset })
        record({ type: 'entries', ...about, entries: seenOf(entries), via: via() })
      },
    }, from)
    leave.set(topic, () => {
      record({ type: 'left', observer, topic })
      stop()
    })
  }

  open()
  return {
    actor,
    send(asked) {
      record({ type: 'offered', by: actor, topic: asked.topic, id: asked.id, mark: markOf(actor, asked) })
      sent.add(asked.id)
      lodge.send(asked)
    },
    toggle(topic) {
      const stop = leave.get(topic)
      if (stop) { leave.delete(topic); stop() } else observe(topic)
    },
    observeAll() { for (const topic of topics) if (!leave.has(topic)) observe(topic) },
    reload() {
      const observed = [...leave.keys()]
      for (const topic of observed) record({ type: 'left', observer: `${actor}#${lives}`, topic })
      for (const id of sent) record({ type: 'withdrawn', id })
      sent.clear()
      lives++   // whatever the old page still does, it does to nobody
      lodge.close()
      open()
      for (const topic of observed) observe(topic)
    },
    get isIdle() { return lodge.outbox.list().every((c) => c.state === 'failed') },
    close() {
      for (const stop of leave.values()) stop()
      lodge.close()
    },
  }
}
