/** The booking path keeps its connections. Colleagues book desks far ahead meanwhile, and give them back in the end. */
import { setTimeout as sleep } from 'node:timers/promises'
import { cancelBooking } from '#contract/bookings.ts'
import { listSpaces } from '#contract/spaces.ts'
import { caller, valueOf } from '#client/call.ts'
import { newId } from '#client/id.ts'
import { probe } from './probe.ts'
import type { Fault, Scene } from './scene.ts'

const everyMs = 250, leakMaxMs = 20_000, minuteMs = 60_000
let isOver = false

async function steps({ pull, note, has, at, nowMs, watch, orders }: Scene, leaksBefore: number): Promise<void> {
  const call = caller({ url: orders.url, bearer: async () => orders.tokens[0]! })
  const ask = probe(orders)
  const desks = valueOf(await call(listSpaces, {})).spaces.filter((s) => s.kind === 'desk')
  const made: string[] = [], asked: Promise<void>[] = []
  // Far ahead, at minutes of their own: nobody's desk is taken, and no two drills meet.
  let atMs = Math.ceil((Date.now() + 200 * 86_400_000) / (5 * minuteMs)) * 5 * minuteMs + Math.floor(Math.random() * 20_000) * 5 * minuteMs
  const book = async (): Promise<void> => {
    const id = newId(), from = atMs += 5 * minuteMs
    const said = await ask('/bookings', { id, space: desks[asked.length % desks.length]!.id, when: { startsAt: new Date(from).toISOString(), endsAt: new Date(from + 5 * minuteMs).toISOString() }, title: 'Drill' })
    if (said?.status === 200) {
      made.push(id)
      if (has('leakOff') && has('allTaken')) note('bookingsAgain')
    } else if (said?.code === 'overloaded' && /paused/.test(said.detail)) note('labelPaused', { text: said.detail })
  }
  const look = (): void => {
    const taken = (watch.metric('lodge_database_leaks_total') ?? 0) - leaksBefore
    if (taken > 0) note('leakTaken')
    const named = watch.finding(/^leak:/)
    if (named !== undefined) note('leakNamed', { text: named })
    // Nobody has had a connection since before the leak ended.
    const heldMs = (watch.metric('lodge_database_held_seconds') ?? Infinity) * 1_000
    if (has('leakOff') && heldMs < nowMs() - at('leakOff') - 500) note('allTaken', { n: taken })
  }
  let isLeaking = true
  while (!isOver && !has('bookingsAgain')) {
    if (isLeaking && (has('labelPaused') && has('leakNamed') || nowMs() > leakMaxMs)) {
      isLeaking = false
      await pull({ pull: 'leak', isOn: false })
      note('leakOff')
    }
    look()
    asked.push(book())
    await sleep(isLeaking ? everyMs : 4 * everyMs)
  }
  await Promise.all(asked)
  for (const booking of made) await call(cancelBooking, { params: { booking }, body: { id: newId() } })
}

let tidying = Promise.resolve()
export const leak: Fault = {
  async make(scene) {
    const before = scene.watch.metric('lodge_database_leaks_total') ?? 0
    await scene.pull({ pull: 'leak', isOn: true })
    scene.begin('leakOn')
    tidying = steps(scene, before).catch(() => {})
  },
  look: ({ has, watch }) => has('bookingsAgain') && watch.reasons.length === 0,
}
/** The desks are given back. */
export const tidied = (): Promise<void> => { isOver = true; return tidying }
