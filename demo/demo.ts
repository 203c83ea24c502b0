/** The demo: a lived-in hotel, and guests who write by themselves from a process of their own. */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { DemoDrill, DrillRun } from '#contract/demo-drills.ts'
import type { App } from '#server/app/app.ts'
import type { Embedded } from '#server/db/embedded.ts'
import type { Pool } from '#server/db/pool.ts'
import { narrowDisk } from '#server/features/drill/narrow.ts'
import { diskOf } from '#server/features/room/room.ts'
import type { Disk } from '#server/kernel/room.ts'
import { timeMachine } from './clock.ts'
import { drillPage } from './drill-page.ts'
import { fillDemo, session, type Demo } from './fill.ts'
import { levers } from './levers.ts'
import { isKept, type FromServer, type GuestOrders, type ToServer } from './line.ts'
import { connectPhones, hotelNumber, openPhones, phoneRoutes, type Phones } from './phone.ts'

export interface RunningDemo {
  /** For `buildApp`: goes with the real clock once the past is written. */
  now: () => number
  /** Where the demo's carrier is. */
  readonly networks: string
  /** For the watch over the disks: a drill says that one is full. */
  diskOf: (folder: string) => Promise<Disk>
  /** @param screens web/dist @param embedded the database, where it is Lodge's own */
  fill(app: App, pool: Pool, screens: string, embedded: Embedded | undefined): Promise<Demo>
  /** Opens the doors to the guests. @returns a link that signs in and opens `/` */
  open(app: App, url: string, demo: Demo): Promise<string>
  close(): void
}

export function openDemo(): RunningDemo {
  const clock = timeMachine()
  const disk = narrowDisk(diskOf)
  let guests: ChildProcess | undefined, phones: Phones | undefined
  return {
    now: () => clock.now(),
    networks: '127.0.0.1',
    diskOf: disk.diskOf,
    async fill(app, pool, screens, embedded) {
      const demo = await fillDemo(app, pool, clock)
      phones = await openPhones()
      await phoneRoutes(app.http, phones, screens)
      if (isKept()) await openDrills(app, screens, demo.account, levers({ server: app.http.server, pool, embedded, disk, account: demo.account }), embedded ? [] : ['database'])
      const { isNew } = await connectPhones(app, phones, session(demo.account, `user:${demo.admin}`, 'admin'), demo.inbox)
      if (isNew) await phones.carrier.send('+46705512345', hotelNumber, 'Hi, this is Nora Lind. Our plane is late, we land at 23:40. Can somebody let us in so late? 🛬')
      return demo
    },
    async open(app, url, { account, admin, inbox, tokens, book }) {
      const orders: GuestOrders = { url, inbox, tokens, book }
      if (isKept()) say({ is: 'open', port: Number(new URL(url).port), orders })   // who keeps the server keeps the guests: they outlive it
      else {
        guests = fork(fileURLToPath(new URL('guests.ts', import.meta.url)), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
        guests.send(orders)   // not as arguments: those are seen by everybody on this machine
      }
      return `${url}/welcome/${await app.identity.links.makeDemo(account, admin)}?next=/`
    },
    close() { guests?.kill(); void phones?.close() },
  }
}

const say = (message: FromServer): void => { if (process.connected) process.send!(message) }

/** The page of the drills, and the line to the keeper, who makes them. */
async function openDrills(app: App, screens: string, account: string, pull: ReturnType<typeof levers>, missing: readonly DemoDrill[]): Promise<void> {
  let runs: readonly DrillRun[] = []
  const followers = new Set<() => void>()
  process.on('message', (said: ToServer) => {
    if (said.is === 'runs') {
      runs = said.runs
      for (const fn of followers) fn()
      return
    }
    try { say({ is: 'pulled', id: said.id, n: pull(said.lever) }) }
    catch (error) { say({ is: 'pulled', id: said.id, failed: (error as Error).message }) }
  })
  await drillPage(app.http, {
    screens, account, missing, authenticate: app.identity.authenticate,
    runs: () => runs, follow(fn) { followers.add(fn); return () => { followers.delete(fn) } },
    start: (drill, conversation) => { say({ is: 'start', drill, conversation }) },
  })
}
