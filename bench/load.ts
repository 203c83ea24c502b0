/** The load generator: a process of its own, on the same machine, that does what its parent orders. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Target } from '#server/db/connection.ts'
import { bareDriver } from './contenders/bare-driver.ts'
import type { Contender, Side, Stage, Talk } from './contenders/contender.ts'
import { lodge, type LodgeAt } from './contenders/lodge.ts'
import { socketio } from './contenders/socketio.ts'
import { text } from './rounds.ts'

export type At = { name: 'lodge'; at: LodgeAt } | { name: 'socketio'; at: { url: string } }
export type Order =
  | { do: 'open'; of: At; talks: number }
  /** Everybody answers what reached them: one message is under way in each conversation. */
  | { do: 'converse'; name: At['name']; warmSeconds: number; seconds: number }
  /** So many messages a second, whatever happens to those before. */
  | { do: 'steady'; name: At['name']; perSecond: number; warmSeconds: number; seconds: number }
  | { do: 'bare'; target: Target; inFlight: number; warmSeconds: number; seconds: number }
  | { do: 'crowd'; of: At; visitors: number }
  | { do: 'close'; name: At['name'] }
/** `perSecond`: messages that were durable and had reached the other side. Latencies: from when it was due to its arrival there. */
/** `costUs`: processor time of this process for each message. */
export interface Answer { perSecond?: number; messages?: number; costUs?: number; p50Ms?: number; p99Ms?: number; error?: string }

const stages = new Map<At['name'], Stage>()
const crowds = new Map<At['name'], (() => void)[]>()
const contender = (of: At): Contender => of.name === 'lodge' ? lodge(of.at) : socketio(of.at.url)

async function obey(order: Order): Promise<Answer> {
  switch (order.do) {
    case 'open': stages.set(order.of.name, await contender(order.of).open(order.talks)); return {}
    case 'converse': return converse(stages.get(order.name)!.talks, order)
    case 'steady': return steady(stages.get(order.name)!.talks, order)
    case 'bare': return { perSecond: await bareDriver({ ...order, body: JSON.stringify({ text }) }) }
    case 'crowd': {
      const all = crowds.get(order.of.name) ?? []
      crowds.set(order.of.name, all)
      all.push(await contender(order.of).crowd(order.visitors))
      return {}
    }
    case 'close':
      stages.get(order.name)?.close()
      for (const close of crowds.get(order.name) ?? []) close()
      stages.delete(order.name)
      crowds.delete(order.name)
      return {}
  }
}

const other = (side: Side): Side => side === 'visitor' ? 'agent' : 'visitor'

async function converse(talks: readonly Talk[], { warmSeconds, seconds }: { warmSeconds: number; seconds: number }): Promise<Answer> {
  let isOver = false
  let stored = 0, heard = 0
  const cpu = process.cpuUsage()
  let failure: unknown
  let underWay = 0
  let quiet = (): void => {}
  const over = (): void => { if (--underWay === 0) quiet() }
  const say = (talk: Talk, side: Side): void => {
    underWay++
    talk.say(side, text).then(() => { stored++; over() }, (error: unknown) => { failure = error; over() })
  }
  for (const talk of talks) {
    talk.onHeard = (from) => {
      heard++
      if (!isOver) say(talk, other(from))
    }
  }
  for (const talk of talks) say(talk, 'visitor')
  await sleep(warmSeconds * 1000)
  const before = Math.min(stored, heard), startMs = performance.now()
  await sleep(seconds * 1000)
  const perSecond = (Math.min(stored, heard) - before) / (performance.now() - startMs) * 1000
  isOver = true
  if (underWay > 0) await new Promise<void>((resolve) => { quiet = resolve })
  if (failure !== undefined) throw failure
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond, messages: stored, costUs: (user + system) / stored }
}

async function steady(talks: readonly Talk[], { perSecond, warmSeconds, seconds }: { perSecond: number; warmSeconds: number; seconds: number }): Promise<Answer> {
  const due = talks.map(() => ({ visitor: [] as number[], agent: [] as number[] }))
  const latencies: number[] = []
  let failure: unknown
  const startMs = performance.now()
  talks.forEach((talk, i) => {
    talk.onHeard = (from) => {
      const dueMs = due[i]![from].shift()!
      if (dueMs >= startMs + warmSeconds * 1000) latencies.push(performance.now() - dueMs)
    }
  })
  const all = Math.round(perSecond * (warmSeconds + seconds))
  const underWay: Promise<unknown>[] = []
  for (let sent = 0; sent < all; await sleep(1)) {
    // What is late is sent at once, and counts from when it was due.
    for (; sent < all && startMs + sent / perSecond * 1000 <= performance.now(); sent++) {
      const i = sent % talks.length, side = Math.floor(sent / talks.length) % 2 ? 'agent' : 'visitor'
      due[i]![side].push(startMs + sent / perSecond * 1000)
      underWay.push(talks[i]!.say(side, text).catch((error: unknown) => { failure = error }))
    }
  }
  await Promise.all(underWay)
  for (const untilMs = Date.now() + 5_000; due.some(({ visitor, agent }) => visitor.length + agent.length > 0) && Date.now() < untilMs;) await sleep(20)
  if (failure !== undefined) throw failure
  if (due.some(({ visitor, agent }) => visitor.length + agent.length > 0)) throw new Error('Messages were stored and did not arrive.')
  latencies.sort((a, b) => a - b)
  return { perSecond: latencies.length / seconds, p50Ms: latencies[latencies.length >> 1]!, p99Ms: latencies[Math.floor(latencies.length * 0.99)]! }
}

process.on('message', (order: Order) => {
  obey(order).then((answer) => process.send!(answer), (error: unknown) => process.send!({ error: String((error as Error).stack) } satisfies Answer))
})
process.on('disconnect', () => process.exit())
