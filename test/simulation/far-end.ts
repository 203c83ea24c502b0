/**
 * What a client talks to in the simulation: a network that delays, cuts and falls silent, and behind it a server that is slow,
 * forgetful about hints, overloaded, draining or restored from a backup, but never lies about what it stored.
 */
import type { Ack, Command } from '#contract/commands.ts'
import type { Entry } from '#contract/entries.ts'
import type { ClientFrame, Join, Joined, Marks, ServerFrame } from '#contract/frames.ts'
import type { Socket, SocketClass } from '#client/connection.ts'
import type { Chance } from '#drills/chance.ts'
import type { Scheduler } from './scheduler.ts'

type Listener = (event: { data: unknown; code: number }) => void
type Kinds = 'open' | 'message' | 'close' | 'error'

/** Probabilities, per connection or per frame. */
export interface Weather { refused: number; hangs: number; cut: number; halfOpen: number; hintLost: number; doubled: number; overloaded: number; kept: number; unanswered: number; drains: number; stale: number; gappy: number }
export const calm: Weather = { refused: 0, hangs: 0, cut: 0, halfOpen: 0, hintLost: 0, doubled: 0, overloaded: 0, kept: 0, unanswered: 0, drains: 0, stale: 0, gappy: 0 }
export const stormy: Weather = { refused: 0.2, hangs: 0.05, cut: 0.04, halfOpen: 0.02, hintLost: 0.1, doubled: 0.1, overloaded: 0.1, kept: 0.1, unanswered: 0.02, drains: 0.05, stale: 0.05, gappy: 0.1 }

const noMarks: Marks = { contact: { delivered: 0, read: 0 }, agent: { delivered: 0, read: 0 }, mine: 0 }
const resumeMax = 12
const tail = 5

/** One socket as the network sees it. */
interface Wire {
  readonly joined: Set<string>
  isGreeted: boolean
  isTerse: boolean
  /** Open from the client's side: it would still listen. */
  isHeld: boolean
  say(frames: readonly ServerFrame[]): void
  end(code: number): void
}

export interface FarEnd {
  weather: Weather
  readonly WebSocket: SocketClass
  readonly epoch: string
  /** All histories by epoch; the newest is what stands in the journal. */
  readonly histories: ReadonlyMap<string, ReadonlyMap<string, readonly Entry[]>>
  readonly wires: ReadonlySet<Wire>
  /** How often a topic was answered `fresh`. */
  readonly freshAnswers: number
  has(id: string): boolean
  topic(name: string): readonly Entry[]
  /** Somebody else writes. */
  append(topic: string): void
  /** The journal goes back to what it was some commits ago, under a new epoch. */
  restore(): void
  /** The node dies with its disk: every socket ends, and what was only kept is gone. */
  die(): void
  /** Whether commands wait in the spool. */
  readonly isSpooling: boolean
}

export function farEnd({ time, chance, topics }: { time: Scheduler; chance: Chance; topics: readonly string[] }): FarEnd {
  let weather = stormy
  let epoch = chance.uuid()
  let freshAnswers = 0
  let commits: Entry[] = []
  let ids = new Map<string, Ack>()
  const histories = new Map<string, Map<string, Entry[]>>()
  const wires = new Set<Wire>()
  const spool: { command: Command; wire: Wire }[] = []
  const begin = (): void => {
    histories.set(epoch, new Map(topics.map((topic) => [topic, []])))
    ids = new Map()
  }
  begin()
  const of = (topic: string): Entry[] => histories.get(epoch)!.get(topic)!

  function store(topic: string, id: string, actor: string, text: string): Ack {
    const known = ids.get(id)
    if (known) return known
    const entries = of(topic)
    const at = new Date(time.now()).toISOString()
    const entry: Entry = { topic, offset: entries.length + 1, id, type: 'message.sent', actor, at, body: { text } }
    entries.push(entry)
    commits.push(entry)
    const ack: Ack = { id, state: 'stored', topic, offset: entry.offset, at }
    ids.set(id, ack)
    for (const wire of wires) if (wire.joined.has(topic)) hint(wire, entry)
    return ack
  }

  function hint(wire: Wire, entry: Entry): void {
    if (chance.is(weather.hintLost)) return
    const frame: ServerFrame = { type: 'entries', topic: entry.topic, entries: [entry] }
    wire.say(chance.is(weather.doubled) ? [frame, frame] : [frame])
  }

  function answer(wire: Wire, { topic, epoch: theirs, offset }: Join): Joined {
    if (!topics.includes(topic)) return { topic, how: 'refused', code: 'not_found' }
    if (chance.is(weather.overloaded)) return { topic, how: 'refused', code: 'overloaded' }
    wire.joined.add(topic)
    const all = of(topic)
    const head = all.length
    if (theirs === epoch && offset !== undefined && offset <= head && head - offset <= resumeMax) {
      const missed = all.slice(offset)
      return { topic, how: 'resumed', epoch, head, entries: chance.is(weather.gappy) ? missed.slice(1) : missed, marks: noMarks }
    }
    freshAnswers++
    return { topic, how: 'fresh', epoch, head, entries: all.slice(-tail), marks: noMarks }
  }

  function obey(wire: Wire, frame: Extract<ClientFrame, { type: 'command' }>): void {
    const { id, topic } = frame
    const { text } = frame.body as { text: string }
    const command = { id, topic, type: 'message.send', body: { text } } as Command
    if (text.startsWith('bad')) return wire.say([{ type: 'refused', id, code: 'blank_message', message: 'No.' }])
    const isBehindSpool = spool.some((s) => s.command.topic === topic)
    if (!ids.has(id) && (isBehindSpool || chance.is(weather.kept))) {
      if (!spool.some((s) => s.command.id === id)) {
        spool.push({ command, wire })
        time.after(chance.between(100, 20_000), unspool)
      }
      return wire.say([{ type: 'ack', id, state: 'kept', topic, at: new Date(time.now()).toISOString() }])
    }
    if (chance.is(weather.overloaded)) return wire.say([{ type: 'refused', id, code: 'overloaded', message: 'Later.', retryAfterMs: 1000 }])
    const isSeen = wire.isTerse && wire.joined.has(topic) && !ids.has(id)
    const ack = store(topic, id, 'contact:me', text)
    if (!isSeen && !chance.is(weather.unanswered)) wire.say([{ type: 'ack', ...ack }])
  }
  function unspool(): void {
    const next = spool.shift()
    if (!next) return
    const ack = store(next.command.topic, next.command.id, 'contact:me', (next.command.body as { text: string }).text)
    next.wire.say([{ type: 'ack', ...ack }])
  }

  function handle(wire: Wire, frame: ClientFrame): void {
    if (frame.type === 'hello') {
      if (chance.is(weather.stale)) return wire.end(4002)
      if (chance.is(weather.drains)) {
        wire.say([{ type: 'wait', afterMs: chance.between(0, 5000), because: 'overloaded' }])
        return wire.end(1013)
      }
      wire.isGreeted = true
      const joined = frame.joins.map((join) => answer(wire, join))
      const settled = frame.inflight.flatMap((id) => {
        const item = spool.find((s) => s.command.id === id)
        if (item) item.wire = wire
        const known = ids.get(id)
        return known ? [known] : item ? [{ id, state: 'kept' as const, topic: item.command.topic, at: '2026-01-01T00:00:00.000Z' }] : []
      })
      const found = new Set(settled.map((ack) => ack.id))
      wire.say([{
        type: 'welcome', version: 1, connection: 'c', node: 'n', build: 'b', epoch, now: new Date(time.now()).toISOString(), heartbeatMs: 10_000, windowMs: 1000,
        joined, settled, unknown: frame.inflight.filter((id) => !found.has(id)),
      }])
      beat(wire)
    }
    if (!wire.isGreeted) return
    if (frame.type === 'terse') wire.isTerse = true
    if (frame.type === 'join') wire.say([{ type: 'joined', ...answer(wire, frame) }])
    if (frame.type === 'leave') wire.joined.delete(frame.topic)
    if (frame.type === 'command') obey(wire, frame)
  }
  function beat(wire: Wire): void {
    time.after(10_000, () => {
      if (!wires.has(wire)) return
      wire.say([{ type: 'beat', heads: Object.fromEntries([...wire.joined].map((topic) => [topic, of(topic).length])), windowMs: 1000, build: 'b' }])
      if (chance.is(weather.drains)) {
        wire.say([{ type: 'wait', afterMs: chance.between(0, 5000), because: 'draining' }])
        wire.end(1013)
      }
      beat(wire)
    })
  }

  /** Frames arrive in the order sent, or not at all from the moment of a cut. */
  const WebSocket = class implements Socket {
    #listeners = new Map<Kinds, Listener[]>()
    #isCut = false
    #isClosed = false
    #upMs = 0
    #downMs = 0
    #wire: Wire

    constructor(_url: string) {
      this.#wire = {
        joined: new Set(), isGreeted: false, isTerse: false, isHeld: true,
        say: (frames) => {
          this.#maybeCut()
          this.#later('down', () => this.#emit('message', { data: JSON.stringify(frames), code: 0 }))
        },
        end: (code) => {
          wires.delete(this.#wire)
          this.#later('down', () => this.#closed(code))
        },
      }
      if (chance.is(weather.hangs)) return
      if (chance.is(weather.refused)) { time.after(chance.between(1, 200), () => this.#closed(1006)); return }
      wires.add(this.#wire)
      this.#later('down', () => this.#emit('open', { data: undefined, code: 0 }))
    }
    addEventListener(type: Kinds, fn: unknown): void {
      this.#listeners.set(type, [...this.#listeners.get(type) ?? [], fn as Listener])
    }
    send(text: string): void {
      this.#maybeCut()
      this.#later('up', () => { for (const frame of JSON.parse(text) as ClientFrame[]) if (wires.has(this.#wire)) handle(this.#wire, frame) })
    }
    close(): void {
      this.#wire.isHeld = false
      this.#isCut = true
      wires.delete(this.#wire)
    }
    #emit(type: Kinds, event: { data: unknown; code: number }): void {
      for (const fn of this.#listeners.get(type) ?? []) fn(event)
    }
    #closed(code: number): void {
      if (this.#isClosed) return
      this.#isClosed = true
      this.#wire.isHeld = false
      this.#emit('close', { data: undefined, code })
    }
    #later(way: 'up' | 'down', fn: () => void): void {
      const now = time.now()
      const atMs = Math.max(now + chance.between(1, 80), way === 'up' ? this.#upMs : this.#downMs)
      if (way === 'up') this.#upMs = atMs
      else this.#downMs = atMs
      time.after(atMs - now, () => { if (!this.#isCut) fn() })
    }
    #maybeCut(): void {
      if (this.#isCut || this.#isClosed) return
      const isSilent = chance.is(weather.halfOpen)
      if (!isSilent && !chance.is(weather.cut)) return
      this.#isCut = true
      const wire = this.#wire
      time.after(chance.between(0, 30_000), () => { wires.delete(wire) })
      if (!isSilent) time.after(chance.between(1, 500), () => this.#closed(1006))
    }
  }

  return {
    get weather() { return weather },
    set weather(next) { weather = next },
    WebSocket, histories, wires,
    get epoch() { return epoch },
    get freshAnswers() { return freshAnswers },
    get isSpooling() { return spool.length > 0 },
    die() {
      spool.length = 0
      for (const wire of wires) wire.end(1006)
    },
    has: (id) => ids.has(id),
    topic: of,
    append: (topic) => { store(topic, chance.uuid(), 'user:other', 'hello') },
    restore() {
      const left = commits.slice(0, Math.max(0, commits.length - 1 - chance.below(6)))
      epoch = chance.uuid()
      begin()
      commits = []
      for (const { topic, id, actor, body } of left) store(topic, id, actor, (body as { text: string }).text)
      for (const wire of wires) {
        const joined = [...wire.joined]
        wire.joined.clear()
        wire.say(joined.map((topic) => ({ type: 'rejoin', topic })))
      }
    },
  }
}
