/**
 * One run: a house, a storm over it, then calm until everything has settled, and the verdict. The same seed gives the same
 * run, event by event.
 *
 *   LODGE_SEED=1234 npx vitest run test/simulation                     replays one
 *   LODGE_SEED=1 LODGE_SEEDS=20000 npx vitest run test/simulation      runs 20,000, from 1 on
 *
 * Real: the client SDK, the socket hub, the sequencer, topics and rings. Simulated: time, the lines, the database, the bus
 * between the nodes, the devices' disks.
 */
import { check } from '#drills/checker/check.ts'
import type { Violation } from '#drills/checker/violation.ts'
import type { Content } from './database.ts'
import type { Event, History, Journal } from '#drills/checker/history.ts'
import { openHouse, type Defects, type House } from './house.ts'
import { account, hasGuard } from './node.ts'
import { scheduler, withVirtualTimers } from './scheduler.ts'
import { storm } from './storm.ts'

export interface Run {
  readonly seed: number
  readonly history: History
  readonly violations: readonly Violation[]
  /** What happened, a line each; of the events only those that the violations are about. */
  readonly trace: readonly string[]
  readonly events: number
}

const startMs = Date.UTC(2026, 10, 24, 9)
const settleMs = 150_000

export async function simulate(seed: number, planted: Defects = {}): Promise<Run> {
  const time = scheduler(startMs)
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 3   // most errors here are refusals, made by the thousand
  try {
    return await withVirtualTimers(time, async () => {
      const house = openHouse(seed, time, planted)
      const violations: Violation[] = []
      let history: History | undefined
      try {
        await live(house, violations)
        history = historyOf(house)
        violations.push(...check(history), ...numbering(house.database.content))
        await leave(house, violations)
      } catch (error) {
        violations.push({ rule: 'I10', what: (error as Error).message })
      }
      violations.push(...house.defects.map((what) => ({ rule: 'defect', what })))
      return { seed, history: history ?? historyOf(house), violations, trace: traceOf(violations, house), events: time.events }
    })
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

async function live(house: House, violations: Violation[]): Promise<void> {
  const { time, people, callers, database } = house
  await time.run(storm(house).untilMs)
  house.note('calm')
  house.mend()
  await time.run(time.now() + 20_000)   // what was cut off notices, nodes are up
  // A program repeats what a restore may have lost; the client SDK does so by itself.
  if (database.ended.length > 0) for (const one of callers) one.callAgain()
  const isSettled = (): boolean => [...people, ...callers].every((one) => one.isIdle) && house.up().every((n) => n.sequencer.queued === 0)
  await time.run(time.now() + settleMs, isSettled)
  if (!isSettled()) violations.push({ rule: 'I10', what: `not settled after ${settleMs} ms of calm` })
  await time.run(time.now() + 45_000)
}

/** Everybody goes; nothing may be left behind. */
async function leave({ time, people, up }: House, violations: Violation[]): Promise<void> {
  for (const one of people) one.close()
  await time.run(time.now() + 60_000)
  for (const { name, hub, topics, sequencer } of up()) {
    const left = { sockets: hub.size, topics: topics.stats.topics, ringBytes: topics.stats.ringBytes, queued: sequencer.queued }
    if (Object.values(left).some((n) => n !== 0)) violations.push({ rule: 'leak', what: `${name} still holds ${JSON.stringify(left)}` })
    hub.close()
  }
}

const historyOf = ({ events, database }: House): History => ({ events: [...events], journal: journalOf(database.content), ended: database.ended.map(journalOf) })

function journalOf({ epoch, topics, state, untilMs, isContinued }: Content): Journal {
  return {
    epoch, ...(untilMs !== undefined && { untilMs }), ...(isContinued && { isContinued }),
    topics: Object.fromEntries([...topics].map(([key, rows]) => [key.slice(account.length + 1), rows.map((r) => {
      const inside = `${r.type} ${r.actor} ${JSON.stringify(JSON.parse(r.body))}`
      const isPrivate = ['note.added', 'conversation.assigned', 'conversation.labelled'].includes(r.type)
      return { offset: r.offset, id: r.id, by: r.actor, hasGuard: hasGuard(r.type), marks: { '': r.digest, inside, contact: isPrivate ? 'hidden system null' : inside } }
    })])),
    effects: Object.fromEntries([...state].flatMap(([key, value]) => key.startsWith('effect ') ? [[key.slice(7), Number(value)]] : [])),
  }
}

/** Guards count the labels of a topic: entries must carry the numbers in the order in which they stand. */
function numbering({ topics, state }: Content): Violation[] {
  return [...topics].flatMap(([key, rows]) => {
    const numbers = rows.filter((r) => r.type === 'conversation.labelled').map((r) => Number(/number (\d+)/.exec(r.body)?.[1]))
    const isRight = numbers.every((n, i) => n === i + 1) && Number(state.get(`count ${key}`) ?? 0) === numbers.length
    return isRight ? [] : [{ rule: 'I15', what: `labels are numbered ${numbers.join(' ')}, the guards counted ${state.get(`count ${key}`)}`, topic: rows[0]!.topic }]
  })
}

function traceOf(violations: readonly Violation[], { notes, events }: House): string[] {
  if (violations.length === 0) return []
  const ids = new Set(violations.flatMap((v) => v.id ?? []).slice(0, 3))
  const watched = violations.find((v) => v.observer !== undefined)
  const isAbout = (e: Event): boolean => 'id' in e && ids.has(e.id) || 'entries' in e && e.entries.some((s) => ids.has(s.id))
    || watched !== undefined && 'topic' in e && e.topic === watched.topic && ('observer' in e ? e.observer === watched.observer : e.type === 'acked' && e.by === watched.by)
  const line = ({ atMs: _, type, ...rest }: Event): string =>
    `${type} ${JSON.stringify('entries' in rest ? { ...rest, entries: rest.entries.map((s) => ids.has(s.id) ? `${s.offset}=${s.id}` : s.offset).join(' ') } : rest)}`
  return [...notes, ...events.filter(isAbout).map((e) => ({ atMs: e.atMs, text: line(e) }))]
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ atMs, text }) => `${((atMs - startMs) / 1000).toFixed(3).padStart(8)} s  ${text.replace(/[0-9a-f]{4}([0-9a-f]{4})-[0-9a-f-]{27}/g, '$1')}`)
    .slice(-80)
}
