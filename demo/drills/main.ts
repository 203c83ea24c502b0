/** One drill of the demo, in a process of its own: it sees the server from outside, and goes on when the server is killed. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { DemoDrill, DrillRun, Sighting } from '#contract/demo-drills.ts'
import type { FromDrill, Lever, ToDrill } from '../line.ts'
import { disk } from './disk.ts'
import { database, server, sockets } from './faults.ts'
import { leak, tidied } from './leak.ts'
import type { Fault, Scene } from './scene.ts'
import { startTalk } from './talk.ts'
import { watch as startWatch } from './watch.ts'

const faults: Record<DemoDrill, Fault> = { database, server, sockets, disk, leak }
/** How long people talk before the fault and after it is over; how long all may take; how long the last word may be on its way. */
const beforeMs = 1_500, afterMs = 1_500, mostMs = 75_000, settleMs = 15_000

const pulls = new Map<number, PromiseWithResolvers<number>>()
const serverTimes: { goneAtMs?: number; startedAtMs?: number } = {}
const orders = Promise.withResolvers<Extract<ToDrill, { is: 'begin' }>>()
process.on('message', (said: ToDrill) => {
  if (said.is === 'begin') orders.resolve(said)
  else if (said.is === 'server') serverTimes[said.what === 'gone' ? 'goneAtMs' : 'startedAtMs'] = said.atMs
  else if (said.failed === undefined) pulls.get(said.id)?.resolve(said.n ?? 0)
  else pulls.get(said.id)?.reject(new Error(said.failed))
})
process.on('disconnect', () => process.exit(0))   // the keeper is gone
const tell = (message: FromDrill): void => { process.send!(message) }
const pull = async (lever: Lever): Promise<number> => {
  const asked = Promise.withResolvers<number>(), id = pulls.size + 1
  pulls.set(id, asked)
  tell({ is: 'pull', id, lever })
  return Promise.race([asked.promise, sleep(5_000).then(() => { throw new Error('The server did not do it in time.') })])
}

const { drill, orders: guestOrders, conversation } = await orders.promise
let run: DrillRun = { drill, sightings: [] }
const change = (more: Partial<DrillRun>): void => { run = { ...run, ...more }; tell({ is: 'run', run }) }

try {
  await perform()
} catch (error) {
  change({ failed: (error as Error).message })
}
process.exit(0)

async function perform(): Promise<void> {
  const seen = { look: (): void => {} }
  const watch = startWatch(guestOrders.url, () => { seen.look() })
  const talk = await Promise.race([startTalk(guestOrders, conversation), sleep(15_000).then(() => { throw new Error('The guests did not get in. Try again when the server is ready.') })])
  await sleep(beforeMs)
  const noted = new Map<string, Sighting>()
  let faultAtMs = 0, askedAtMs = 0
  const since = (atMs: number): number => Math.max(0, Math.round(atMs - faultAtMs))
  const scene: Scene = {
    orders: guestOrders, talk, watch, since, pull, server: serverTimes,
    get askedAtMs() { return askedAtMs },
    nowMs: () => since(Date.now()),
    killServer: () => { tell({ is: 'kill server' }) },
    begin(what, more) { faultAtMs = Date.now(); change({ faultAtMs }); scene.note(what, more) },
    note(what, more) {
      if (noted.has(what)) return
      noted.set(what, { what, atMs: scene.nowMs(), ...more })
      change({ sightings: [...noted.values()].sort((a, b) => a.atMs - b.atMs) })
    },
    has: (what) => noted.has(what),
    at: (what) => noted.get(what)?.atMs ?? 0,
  }
  const fault = faults[drill]
  askedAtMs = Date.now()
  await fault.make(scene)
  const over = Promise.withResolvers<number | null>()
  seen.look = () => { if (fault.look(scene)) over.resolve(scene.nowMs()) }
  const tookMs = await Promise.race([over.promise, sleep(mostMs).then(() => null)])
  await sleep(afterMs)
  await talk.settle(settleMs)
  await tidied()
  const verdict = { tookMs, ...await talk.judge() }
  watch.stop()
  await talk.close()
  change({ verdict })
}
