/** The demo: a lived-in hotel, and guests who write by themselves from a process of their own. */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { App } from '#server/app.ts'
import type { Pool } from '#server/db/pool.ts'
import { timeMachine } from './clock.ts'
import { fillDemo, type Demo } from './fill.ts'

export interface RunningDemo {
  /** For `buildApp`: goes with the real clock once the past is written. */
  now: () => number
  fill(app: App, pool: Pool): Promise<Demo>
  /** Opens the doors to the guests. @returns a link that signs in and opens `/` */
  open(app: App, url: string, demo: Demo): Promise<string>
  close(): void
}

export function openDemo(): RunningDemo {
  const clock = timeMachine()
  let guests: ChildProcess | undefined
  return {
    now: () => clock.now(),
    fill: (app, pool) => fillDemo(app, pool, clock),
    async open(app, url, { account, admin, inbox, tokens, book }) {
      guests = fork(fileURLToPath(new URL('guests.ts', import.meta.url)), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
      guests.send({ url, inbox, tokens, book })   // not as arguments: those are seen by everybody on this machine
      return `${url}/welcome/${await app.identity.links.makeDemo(account, admin)}?next=/`
    },
    close() { guests?.kill() },
  }
}
