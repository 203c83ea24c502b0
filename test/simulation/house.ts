/** Two nodes on one database, the lines to them, and who uses them. */
import { keyOf } from '#server/kernel/entry-row.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { NewRow } from '#server/kernel/sequencer.ts'
import type { OutboxStore } from '#client/outbox-store.ts'
import { caller, type Caller } from './caller.ts'
import { chance, type Chance } from '#drills/chance.ts'
import { Database, type DatabaseDefects } from './database.ts'
import type { Event, Recorded } from '#drills/checker/history.ts'
import { calm, type Faults } from './journal.ts'
import { socketClass, type Line } from './network.ts'
import { draftOf, startNode, type Actor, type Node, type NodeDefects } from './node.ts'
import { person, type Asked, type Person } from './person.ts'
import type { Scheduler } from './scheduler.ts'
import { witness } from './witness.ts'

export interface Defects extends NodeDefects, DatabaseDefects {
  disk?: (disk: OutboxStore) => OutboxStore
}

export interface House {
  readonly time: Scheduler
  readonly plan: Chance
  readonly topics: readonly string[]
  readonly database: Database
  readonly people: readonly Person[]
  readonly callers: readonly Caller[]
  readonly lines: ReadonlyMap<Line, unknown>
  /** Who cannot reach any node now. */
  readonly cutOff: Set<Actor>
  readonly mayRestore: boolean
  readonly events: readonly Event[]
  readonly notes: readonly { atMs: number; text: string }[]
  /** What should not have happened at all. */
  readonly defects: readonly string[]
  weather: Faults
  /** Nodes that are up. */
  up(): Node[]
  crash(node: number): void
  cut(line: Line): void
  /** A command that somebody may want; poison ones no database takes. */
  think(withPoison: boolean): Asked
  /** The network says again what it has carried, or somebody tries another's id. */
  intrude(): void
  /** The storm is over; nodes that are down start by themselves. */
  mend(): void
  note(text: string): void
}

export function openHouse(seed: number, time: Scheduler, planted: Defects): House {
  const dice = chance(seed)
  const plan = dice.stream('plan'), bus = dice.stream('bus')
  const events: Event[] = []
  const notes: { atMs: number; text: string }[] = []
  const defects: string[] = []
  const marks = new Map<string, string>()
  const acked = new Set<string>()
  const carried = new Map<string, { by: string; asked: Asked }>()   // what a node may have heard of
  const thought = new Map<string, Asked>()

  const note = (text: string): void => { notes.push({ atMs: time.now(), text }) }
  const defect = (error: unknown, what: string): void => { defects.push(`${what}: ${error instanceof Error ? error.stack : String(error)}`) }
  function record(event: Recorded): void {
    events.push({ atMs: time.now(), ...event } as Event)
    if (event.type === 'offered') marks.set(event.id, event.mark)
    if (event.type !== 'acked') return
    acked.add(event.id)
    carry(event.by, event.id)
  }
  function carry(by: string, id: string): void {
    const asked = thought.get(id)
    if (asked) carried.set(id, { by, asked })
  }

  // --- nodes
  const database = new Database(plan.uuid(), time.now, planted)
  const nodes: (Node | undefined)[] = [undefined, undefined]
  const up = (): Node[] => nodes.filter((n) => n !== undefined)
  const hintLoss = plan.pick([0, 0.3, 0.9])
  function start(i: number): void {
    const name = `node-${i}`
    record({ type: 'started', via: name })
    nodes[i] = startNode({ name, database, time, chance: plan.stream(`${name} ${time.now()}`), faults: () => self.weather, defects: planted, defect, hint: (epoch, rows) => hint(1 - i, epoch, rows) })
  }
  /** What one node publishes reaches the other as a hint, as rows, or not at all. */
  function hint(to: number, epoch: string, rows: readonly NewRow[]): void {
    for (const last of new Map(rows.map((r) => [keyOf(r), r])).values()) {
      if (bus.is(hintLoss)) continue
      const withRows = bus.is(0.4)
      time.after(bus.between(0, 60), () => {
        const node = nodes[to]
        if (node?.epoch !== epoch) return
        if (withRows) node.topics.publish(rows.filter((r) => keyOf(r) === keyOf(last))); else node.topics.hint(last.account, last.topic, last.offset)
      })
    }
  }
  start(0); start(1)

  // --- people and programs
  const topics = Array.from({ length: 1 + plan.below(2) }, () => `conversation:${plan.uuid()}`)
  const lines = new Map<Line, Node>()
  const cutOff = new Set<Actor>()
  let lineCount = 0
  function enter(actor: Actor): Person {
    const network = dice.stream(`network ${actor}`)
    let via = ''
    const WebSocket = socketClass({ time, chance: network, dial(line) {
      if (cutOff.has(actor) || up().length === 0) return undefined
      const node = network.pick(up())
      lines.set(line, node)
      via = node.name
      witness({ line, name: `line ${++lineCount}`, actor, node: node.name, record, markOf: (id) => marks.get(id) ?? '', carried: (id) => carry(actor, id), defect })
      return node.open
    } })
    return person({ actor, topics, time, chance: dice.stream(actor), WebSocket, via: () => via, record, defect: planted.disk })
  }
  const people = Array.from({ length: 2 + plan.below(3) }, (_, i) => enter(`${i % 2 === 0 ? 'user' : 'contact'}:${plan.uuid()}`))
  const callers = Array.from({ length: 1 + plan.below(3) }, (_, i) =>
    caller({ actor: `user:${plan.uuid()}`, time, chance: dice.stream(`caller ${i}`), node: () => up().length > 0 ? plan.pick(up()) : undefined, record, defect }))
  for (const one of people) one.observeAll()

  const self: House = {
    time, plan, topics, database, people, callers, lines, cutOff, events, notes, defects, up, note,
    mayRestore: plan.is(0.3),
    weather: calm,
    crash(i) {
      const node = nodes[i]
      if (!node) return
      note(`${node.name} dies`)
      nodes[i] = undefined
      for (const [line, of] of lines) if (of === node) self.cut(line)
      node.kill()
      time.after(plan.between(200, 6_000), () => {
        note(`${node.name} starts`)
        start(i)
      })
    },
    cut(line) {
      line.cut()
      lines.delete(line)
    },
    think(withPoison) {
      const id = plan.uuid(), topic = plan.pick(topics), which = plan.next()
      const asked: Asked = withPoison && which < 0.08 ? { id, topic, type: 'message.send', body: { text: `poison ${id}` } }
        : which < 0.6 ? { id, topic, type: 'message.send', body: { text: `text of ${id}` } }
          : which < 0.75 ? { id, topic, type: 'note.add', body: { text: `note of ${id}` } }
            : which < 0.85 ? { id, topic, type: 'conversation.assign', body: { assignee: plan.uuid() } }
              : { id, topic, type: 'conversation.label', body: { labels: ['vip'] } }
      thought.set(id, asked)
      return asked
    },
    intrude() {
      if (carried.size === 0 || up().length === 0) return
      const { by, asked } = plan.pick([...carried.values()]), { id } = asked, node = plan.pick(up())
      const isForged = !self.mayRestore && acked.has(id) && plan.is(0.4)
      node.accept(draftOf(isForged ? `user:${plan.uuid()}` : by, asked)).then(
        ({ offset, topic }) => { if (isForged) defect('', `another’s id was accepted: ${id}`); else record({ type: 'acked', by, topic, id, offset, via: node.name }) },
        (error: unknown) => { if (!(error instanceof Refusal)) defect(error, 'accept') },
      )
    },
    mend() {
      self.weather = calm
      cutOff.clear()
      database.isDown = false
      for (const line of lines.keys()) line.isCongested = false
      for (const one of people) one.observeAll()
    },
  }
  return self
}
