/** One server process: the real sequencer, topics and socket hub around a simulated journal. Its memory dies with it. */
import type { WebSocket } from 'ws'
import type { CommandType } from '#contract/commands.ts'
import type { EntryType } from '#contract/entries.ts'
import { ticketLifeMs } from '#contract/limits.ts'
import type { Marks } from '#contract/frames.ts'
import { admission } from '#server/kernel/admission.ts'
import { keyOf, type Draft } from '#server/kernel/entry-row.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { Away, sequencer, type Accept, type Journal, type NewRow, type Sequencer } from '#server/kernel/sequencer.ts'
import type { Session } from '#server/kernel/session.ts'
import { topics as openTopics, type Topics } from '#server/kernel/topics.ts'
import { Hub } from '#server/realtime/hub.ts'
import type { CommandCall, CommandHandlers } from '#server/realtime/plugs.ts'
import type { Chance } from '#drills/chance.ts'
import type { Database, SimTx } from './database.ts'
import { simJournal, type Faults, type JournalDefects } from './journal.ts'
import type { Scheduler } from './scheduler.ts'

export const account = '00000000-0000-7000-8000-000000000001'
export type Actor = Session['actor']

/** Defects put in on purpose, around the real parts. */
export interface NodeDefects extends JournalDefects {
  journal?: (journal: Journal<SimTx>) => Journal<SimTx>
  topics?: (topics: Topics) => Topics
}

interface Options {
  name: string
  database: Database
  time: Scheduler
  chance: Chance
  faults: () => Faults
  defects: NodeDefects
  /** A hint for the other nodes. Lost without harm. */
  hint: (epoch: string, rows: readonly NewRow[]) => void
  /** What nobody planned for: a defect. */
  defect: (error: unknown, what: string) => void
}

export interface Node {
  readonly name: string
  readonly accept: Accept<SimTx>
  readonly epoch: string
  readonly topics: Topics
  readonly sequencer: Sequencer<SimTx>
  readonly hub: Hub
  open(ws: WebSocket): void
  /** Everything in memory is gone. */
  kill(): void
}

const noMarks: Marks = { contact: { delivered: 0, read: 0 }, agent: { delivered: 0, read: 0 }, mine: 0 }

export function startNode({ name, database, time, chance, faults, defects, hint, defect }: Options): Node {
  const journal = simJournal({ database, time, chance: chance.stream('journal'), faults, defects, onRestart })
  function onRestart(): void {
    seq.forget()
    topics.restart()
  }
  const seq = sequencer<SimTx>({
    journal: defects.journal?.(journal) ?? journal, now: time.now, sleep: time.sleep, random: chance.next, maxRows: 16,
    found: (k) => topics.hint(k.account, k.topic, k.offset),
    publish(rows) {
      journal.committed(rows)
      topics.publish(rows)
      hint(journal.epoch, rows)
    },
  })
  const real = openTopics({
    now: time.now, epoch: () => journal.epoch, read: journal.read,
    async ahead() {
      try { await journal.restart(journal.epoch) } catch (error) { throw error instanceof Away ? new Refusal('unavailable') : error }
    },
    // Small, so that a short run meets every border.
    ringRows: 8, resumeRows: 12, tailRows: 5, ringsBytes: 6_000, ringAgeMs: 20_000,
  })
  const topics = defects.topics?.(real) ?? real
  const admitting = admission({ now: time.now, after: time.after, loop: () => ({ p99Ms: 0, utilisation: 0.1 }) })
  const hub = new Hub({
    admission: admitting,
    node: name, build: 'simulation', now: time.now, newId: chance.stream('connections').uuid, epoch: () => journal.epoch, topics, settled: (of, actor, ids) => seq.settled(of, actor, ids),
    marks: { of: () => Promise.resolve(noMarks), move: () => Promise.resolve(false), now: () => noMarks, flush: () => Promise.resolve(), stop: () => Promise.resolve() },
    log: { error: (o: { err?: unknown }, message) => defect(o.err, message) },
  })
  hub.plug({
    topics: [{ kind: 'conversation', async mayJoin(_session, ids) {
      await time.sleep(chance.between(0, 3))
      if (chance.is(faults().away)) throw new Refusal('unavailable')
      return ids.map(() => true)
    } }],
    commands: commands(seq.accept), views: [],
    async authenticate(token) {
      await time.sleep(chance.between(0, 2))
      const [actor, expires] = token.split('|') as [Actor, string]
      if (Number(expires) < time.now()) throw new Refusal('unauthenticated')
      return { account, actor, role: actor.startsWith('user:') ? 'agent' : 'contact', subject: actor, expiresAtMs: Number(expires) }
    },
    mayConnect: () => Promise.resolve(true),
    onPresence: () => {},
  })
  return {
    name, accept: seq.accept, topics, hub, sequencer: seq,
    get epoch() { return journal.epoch },
    open: (ws) => hub.open(ws, { origin: undefined, host: undefined }),
    kill() {
      admitting.stop()
      journal.kill()
      hub.close()
    },
  }
}

export const ticketOf = (actor: Actor, nowMs: number): { ticket: string; expiresAt: string } =>
  ({ ticket: `${actor}|${nowMs + ticketLifeMs}`, expiresAt: new Date(nowMs + ticketLifeMs).toISOString() })

// --- verbs that leave something behind

const entryTypes = { 'message.send': 'message.sent', 'note.add': 'note.added', 'conversation.assign': 'conversation.assigned', 'conversation.label': 'conversation.labelled' } as const
type Used = keyof typeof entryTypes
export const isUsed = (type: string): type is Used => type in entryTypes
export const hasGuard = (type: string): boolean => type === 'conversation.assigned' || type === 'conversation.labelled'

/** What a verb of a feature would hand to `accept`. */
export function draftOf(actor: string, { id, type, topic, body }: CommandCall): Draft<SimTx> {
  if (!isUsed(type)) throw new Error(`The simulation has no ${type}`)
  const draft = { account, topic, id, type: entryTypes[type] satisfies EntryType, actor, body: body as object }
  const owner = `owner ${keyOf(draft)}`, count = `count ${keyOf(draft)}`
  const leave = (tx: SimTx, offset: number): void => tx.set(`effect ${id}`, String(offset))
  if (type === 'conversation.assign') {
    return { ...draft, guard: async (tx, { offset }) => {
      leave(tx, offset)   // before the refusal: the savepoint has to undo it
      const { assignee } = body as { assignee: string | null }
      if (assignee && tx.get(owner)) throw new Refusal('assigned_elsewhere')
      tx.set(owner, assignee ?? '')
    } }
  }
  if (type === 'conversation.label') {
    return { ...draft, guard: async (tx, { offset }) => {
      const n = Number(tx.get(count) ?? 0) + 1
      tx.set(count, String(n))
      leave(tx, offset)
      return { labels: [...(body as { labels: string[] }).labels, `number ${n}`] }
    } }
  }
  return draft
}

function commands(accept: Accept<SimTx>): CommandHandlers {
  const handle = async (session: Session, command: CommandCall) => accept(draftOf(session.actor, command))
  return new Proxy({} as CommandHandlers, { get: (_target, type: CommandType) => isUsed(type) ? handle : undefined })
}
