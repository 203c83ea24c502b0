/**
 * Commands of this device, until they are stored.
 *
 *   send ──► on the device ──► under way ──ack stored──► stored (seven days, in case the journal loses it)
 *                  ▲               │ ├──ack kept────► kept: a server holds it; out of the way of later ones, not done
 *                  └──lost, after──┘ └──refused─────► failed: waits for a person; later ones go on
 *
 * Of each topic one command is under way at a time. More would be quicker after a long absence, but a command that is put
 * off (`overloaded`) would be overtaken by the next. Everything here may be sent twice: ids make twice harmless.
 */
import type { Ack, Command, CommandBody, CommandType } from '#contract/commands.ts'
import type { Entry } from '#contract/entries.ts'
import type { ServerFrameOf } from '#contract/frames.ts'
import { retryBudget, retryDelayMs } from './backoff.ts'
import type { Clock } from './clock.ts'
import { newId } from './id.ts'
import { device } from './outbox-device.ts'
import type { Kept, OutboxStore } from './outbox-store.ts'
import { tell } from './tell.ts'

export type NewCommand = { [T in CommandType]: { id?: string; type: T; topic: string; body: CommandBody<T> } }[CommandType]
export interface Pending {
  readonly id: string
  /** Resolves at `stored` (never at `kept`); rejects with `Refused`. */
  readonly stored: Promise<Ack>
}
/** `discarded` = by `outbox.discard`; `closed` = by `close`, the command stays in the store. Else a code of contract/errors.ts. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
export type PendingCommand = Command & {
  readonly madeAt: string
  readonly state: 'pending' | 'kept' | 'failed'
  readonly code?: string
  readonly message?: string
}
export interface OutboxView {
  /** In the order of making; the same array until something changes. */
  list(topic?: string): readonly PendingCommand[]
  /** Told once per turn of the event loop, however much changed. */
  onChange(fn: () => void): () => void
  /** Sends a failed command again, after all others of its topic. */
  retry(id: string): void
  /** Forgets a command. One that is under way may be stored all the same. */
  discard(id: string): void
}

interface Options {
  store: OutboxStore
  clock: Clock
  random: () => number
  send: (command: Command) => 'sent' | 'down' | 'too_large'
  renew: () => Promise<void>
  /** Anything of `counts`. Called often; gather it. */
  changed: () => void
}
interface Item {
  command: Kept
  /** `saving` on this device → `ready` → `asked` on this connection, or `resting` until a retry → `answered` with kept. */
  step: 'saving' | 'ready' | 'asked' | 'resting' | 'answered'
  askedMs: number
  tries: number
  /** Was stored before, in a history that the journal has lost since. */
  isOfferedAgain: boolean
  cancel: () => void
  settle?: PromiseWithResolvers<Ack>
}

const nothing = (): void => {}

/** Whoever shows the list needs no promise; unheard, its rejection must not end a process. */
function reject({ settle }: Item, code: string, message: string): void {
  settle?.promise.catch(nothing)
  settle?.reject(new Refused(code, message))
}

function shown({ id, type, topic, body, state, madeAtMs, code, message }: Kept): PendingCommand {
  const why = { ...(code !== undefined && { code }), ...(message !== undefined && { message }) }
  return { id, type, topic, body, state, madeAt: new Date(madeAtMs).toISOString(), ...why } as PendingCommand
}

/** The journal may lose what a backup did not have yet; longer than this nobody is asked for it. */
const storedMs = 7 * 24 * 3600_000
const storedMax = 1_000
/** More than `storedMax` by this much are forgotten at once: one by one would move a thousand for each. */
const stride = 100
const answerMs = 20_000
/** The server tells when it has stored what it kept; if that is lost, asking costs little. */
const keptMs = 60_000
const inflightMax = 1_000

export function outbox(o: Options) {
  const { clock, store } = o
  /** By order. One that is empty stays until the next beat: in a lively conversation it is needed again at once. */
  const byTopic = new Map<string, Item[]>()
  /** The oldest first. */
  let stored: Kept[] = []
  const listeners = new Set<() => void>()
  const lists = new Map<string | undefined, readonly PendingCommand[]>()
  const budget = retryBudget(clock.now())
  const disk = device({ store, clock, changed })
  let epoch: string | undefined
  let lastOrder = 0
  let isOpen = false
  let isLoaded = false
  let isClosed = false
  let isTelling = false

  function changed(): void {
    if (lists.size > 0) lists.clear()
    o.changed()
    if (isTelling || listeners.size === 0) return
    isTelling = true
    queueMicrotask(() => {
      isTelling = false
      for (const fn of listeners) tell(fn)
    })
  }

  function order(): number {
    lastOrder = Math.max(lastOrder + 1, clock.now() * 1000)
    return lastOrder
  }

  /** All that wait for `stored`, topic by topic. */
  function* items(): Generator<Item> {
    for (const queue of byTopic.values()) yield* queue
  }
  function itemOf(id: string): Item | undefined {
    for (const item of items()) if (item.command.id === id) return item
    return undefined
  }
  const inOrder = (): Item[] => [...items()].sort((a, b) => a.command.order - b.command.order)

  /** Into its topic's queue, by order; the newest, as almost always, at the end. */
  function enqueue(item: Item): void {
    const { topic, order: mine } = item.command
    let queue = byTopic.get(topic)
    if (!queue) byTopic.set(topic, queue = [])
    let at = queue.length
    while (at > 0 && queue[at - 1]!.command.order > mine) at--
    if (at === queue.length) queue.push(item)
    else queue.splice(at, 0, item)
  }
  function dequeue(item: Item): void {
    item.cancel()
    const queue = byTopic.get(item.command.topic)!
    const at = queue.indexOf(item)
    if (at === 0) queue.shift()
    else queue.splice(at, 1)
  }

  function add(asked: NewCommand): Pending {
    const id = asked.id ?? newId()
    const command = { ...asked, id, order: order(), madeAtMs: clock.now(), state: 'pending' } as Kept
    const settle = Promise.withResolvers<Ack>()
    const item: Item = { command, step: 'saving', askedMs: 0, tries: 0, isOfferedAgain: false, cancel: nothing, settle }
    enqueue(item)
    budget.earn()
    disk.save(command, () => { if (item.step === 'saving') ready(item) })
    changed()
    return { id, stored: settle.promise }
  }

  function ready(item: Item): void {
    item.cancel()
    item.step = 'ready'
    pump(item.command.topic)
  }

  /** Sends the next one of a topic, unless one is on its way. */
  function pump(topic: string): void {
    if (!isOpen || !isLoaded) return
    for (const item of byTopic.get(topic) ?? []) {
      if (item.command.state === 'failed' || item.step === 'answered') continue
      if (item.step !== 'ready') return
      const { id, type, topic: to, body } = item.command
      const result = o.send({ id, type, topic: to, body } as Command)
      if (result === 'too_large') { fail(item, result, 'It does not fit into a frame.'); return pump(topic) }
      if (result === 'down') return
      item.step = 'asked'
      item.askedMs = clock.now()
      return
    }
  }

  function rest(item: Item, ms: number): void {
    item.step = 'resting'
    item.cancel()
    item.cancel = clock.after(ms, () => ready(item))
  }

  function fail(item: Item, code: string, message: string): void {
    const { type } = item.command
    reject(item, code, message)
    if (item.isOfferedAgain && type !== 'message.send' && type !== 'note.add') {
      // An assignment of last week, out of place by now. Words that people wrote are never dropped in silence.
      dequeue(item)
      disk.forget([item.command.id])
    } else {
      item.command = { ...item.command, state: 'failed', code, message }
      item.cancel()
      disk.save(item.command)
    }
    changed()
  }

  function acked(ack: Ack): void {
    const item = byTopic.get(ack.topic)?.find(({ command }) => command.id === ack.id)
    if (!item) return
    if (ack.state === 'kept') {
      item.step = 'answered'
      item.askedMs = clock.now()
      if (item.command.state !== 'kept') {
        item.command = { ...item.command, state: 'kept' }
        disk.save(item.command)
      }
    } else {
      dequeue(item)
      const command: Kept = { ...item.command, state: 'stored', storedAtMs: clock.now(), epoch: epoch ?? '' }
      stored.push(command)
      disk.save(command)
      // In strides, and whenever a history is named.
      if (stored.length >= storedMax + stride) prune()
      item.settle?.resolve(ack)
    }
    changed()
    pump(ack.topic)
  }

  /** An own entry is its acknowledgement (PR11). */
  function heard(entries: readonly Entry[]): void {
    for (const { id, topic, offset, at } of entries) if (byTopic.get(topic)?.length) acked({ id, state: 'stored', topic, offset, at })
  }

  function prune(): void {
    const oldestMs = clock.now() - storedMs
    const young = stored.findIndex(({ storedAtMs = 0 }) => storedAtMs > oldestMs)
    const over = stored.splice(0, Math.max(young < 0 ? stored.length : young, stored.length - storedMax))
    if (over.length > 0) disk.forget(over.map(({ id }) => id))
  }

  function refused({ id, code, message, retryAfterMs }: ServerFrameOf<'refused'>): void {
    const item = itemOf(id)
    if (!item || item.command.state === 'failed') return
    const tries = item.tries++
    const renews = code === 'unauthenticated'
    if (retryAfterMs === undefined && !renews) fail(item, code, message)
    else rest(item, Math.max(budget.spend(clock.now()), retryDelayMs(tries, retryAfterMs, o.random)))
    if (renews && tries === 0) o.renew().then(() => ready(item), () => {})
    pump(item.command.topic)
  }

  /** What was stored in a history that the journal has no longer, or in a topic of which it lacks something, goes back into its queue. */
  function queueLost(topic?: string): void {
    if (epoch === undefined) return
    const isLost = (command: Kept): boolean => command.epoch !== epoch || command.topic === topic
    const lost = stored.filter(isLost)
    if (lost.length === 0) return
    stored = stored.filter((command) => !isLost(command))
    for (const command of lost) enqueue({ command: { ...command, state: 'pending' }, step: 'ready', askedMs: 0, tries: 0, isOfferedAgain: true, cancel: nothing })
  }
  function pumpAll(): void {
    for (const topic of byTopic.keys()) pump(topic)
  }

  /** The journal's history as it is now. */
  function seen(now: string): void {
    if (epoch === now) return
    epoch = now
    offerAgain()
  }
  function offerAgain(topic?: string): void {
    prune()
    queueLost(topic)
    pumpAll()
    changed()
  }

  /** Commands of an earlier page, or of a tab that died. */
  function adopt(commands: readonly Kept[]): void {
    if (isClosed) return
    const known = new Set([...items()].map(({ command }) => command.id).concat(stored.map(({ id }) => id)))
    for (const command of [...commands].sort((a, b) => a.order - b.order)) {
      if (known.has(command.id)) continue
      lastOrder = Math.max(lastOrder, command.order)
      if (command.state === 'stored') stored.push(command)
      else enqueue({ command, step: 'ready', askedMs: 0, tries: 0, isOfferedAgain: false, cancel: nothing })
    }
    queueLost()
    pumpAll()
    changed()
  }

  disk.open(adopt, () => {
    isLoaded = true
    pumpAll()
  })

  const view: OutboxView = {
    list(topic) {
      const known = lists.get(topic)
      if (known) return known
      const of = topic === undefined ? inOrder() : byTopic.get(topic) ?? []
      const list = of.map(({ command }) => shown(command))
      lists.set(topic, list)
      return list
    },
    onChange(fn) {
      const listener = (): void => fn()
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    retry(id) {
      const item = itemOf(id)
      if (item?.command.state !== 'failed') return
      dequeue(item)
      const { code: _, message: __, ...command } = item.command
      item.command = { ...command, state: 'pending', order: order() } as Kept
      Object.assign(item, { step: 'saving', tries: 0 })
      enqueue(item)
      disk.save(item.command, () => { if (item.step === 'saving') ready(item) })
      changed()
    },
    discard(id) {
      const item = itemOf(id)
      if (!item) return
      dequeue(item)
      disk.forget([id])
      reject(item, 'discarded', 'It was discarded.')
      changed()
      pump(item.command.topic)
    },
  }

  return {
    add, acked, heard, refused, seen, offerAgain, view,
    /** Sent or found without an answer so far, oldest first. */
    inflight: (): string[] => inOrder()
      .filter(({ command, step }) => command.state !== 'failed' && step !== 'saving')
      .slice(0, inflightMax).map(({ command }) => command.id),
    welcomed({ settled, epoch: now }: ServerFrameOf<'welcome'>): void {
      seen(now)
      for (const ack of settled) acked(ack)
      isOpen = true
      pumpAll()
    },
    lost(): void {
      isOpen = false
      for (const item of items()) {
        item.cancel()
        if (item.step !== 'saving') item.step = 'ready'
      }
    },
    /** Every few seconds: what stays without an answer on a living connection, or is kept for long, is asked again. */
    beat(): void {
      for (const item of items()) {
        const waitMs = item.step === 'asked' ? answerMs : item.step === 'answered' ? keptMs : Infinity
        if (clock.now() - item.askedMs > waitMs) rest(item, budget.spend(clock.now()))
      }
      for (const [topic, queue] of byTopic) if (queue.length === 0) byTopic.delete(topic)
    },
    has: (topic: string): boolean => byTopic.get(topic)?.some(({ command }) => command.state !== 'failed') ?? false,
    counts(): { pending: number; failed: number; isFailing: boolean } {
      let pending = 0, failed = 0
      for (const { command } of items()) if (command.state === 'failed') failed++; else pending++
      return { pending, failed, isFailing: disk.isFailing }
    },
    close(): void {
      isOpen = false
      isClosed = true
      for (const item of items()) {
        item.cancel()
        reject(item, 'closed', 'The connection was closed; the command stays on the device.')
      }
      store.close()
    },
  }
}
