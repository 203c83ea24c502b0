/** The demo: a lived-in hotel, and guests who write by themselves from a process of their own. */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { App } from '#server/app.ts'
import type { Pool } from '#server/db/pool.ts'
import { timeMachine } from './clock.ts'
import { fillDemo, session, type Demo } from './fill.ts'
import { connectPhones, hotelNumber, openPhones, phoneRoutes, type Phones } from './phone.ts'

export interface RunningDemo {
  /** For `buildApp`: goes with the real clock once the past is written. */
  now: () => number
  /** Where the demo's carrier is. */
  readonly networks: string
  /** @param screens web/dist */
  fill(app: App, pool: Pool, screens: string): Promise<Demo>
  /** Opens the doors to the guests. @returns a link that signs in and opens `/` */
  open(app: App, url: string, demo: Demo): Promise<string>
  close(): void
}

export function openDemo(): RunningDemo {
  const clock = timeMachine()
  let guests: ChildProcess | undefined, phones: Phones | undefined
  return {
    now: () => clock.now(),
    networks: '127.0.0.1',
    async fill(app, pool, screens) {
      const demo = await fillDemo(app, pool, clock)
      phones = await openPhones()
      await phoneRoutes(app.http, phones, screens)
      const { isNew } = await connectPhones(app, phones, session(demo.account, `user:${demo.admin}`, 'admin'), demo.inbox)
      if (isNew) await phones.carrier.send('+46705512345', hotelNumber, 'Hi, this is Nora Lind. Our plane is late, we land at 23:40. Can somebody let us in so late? 🛬')
      return demo
    },
    async open(app, url, { account, admin, inbox, tokens, book }) {
      guests = fork(fileURLToPath(new URL('guests.ts', import.meta.url)), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
      guests.send({ url, inbox, tokens, book })   // not as arguments: those are seen by everybody on this machine
      return `${url}/welcome/${await app.identity.links.makeDemo(account, admin)}?next=/`
    },
    close() { guests?.kill(); void phones?.close() },
  }
}
