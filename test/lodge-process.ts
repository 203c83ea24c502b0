/** The whole server in a process of its own, on a database of the test's: for tests in which it dies. */
import { fork, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { caller, type Call } from '#client/call.ts'
import { buildApp, type AppOptions } from '#server/app/app.ts'
import type { Target } from '#server/db/connection.ts'
import { openPool } from '#server/db/pool.ts'
import { newPushSecret } from '#server/features/identity/keys.ts'
import { signTicket } from '#server/kernel/ticket.ts'
import type { Somebody } from './server.ts'
import { sessionOf } from './world.ts'

type Given = Pick<AppOptions, 'channels' | 'off'>
interface Start extends Given { target: Target; secret: string; pushSecret: string; folder: string; port: number }
export interface LodgeProcess {
  /** The same in every life. */
  readonly url: string
  ticketOf(who: Somebody): { ticket: string; expiresAt: string }
  callAs(who?: Somebody): Call
  /** SIGKILL, and a new one on the same database. */
  dieAndStart(): Promise<void>
  close(): Promise<void>
}

export async function startLodgeProcess(target: Target, given: Given): Promise<LodgeProcess> {
  const secret = randomBytes(32)
  const folder = await mkdtemp(join(tmpdir(), 'lodge-process-'))
  let child: ChildProcess, url = ''
  const start = async (): Promise<void> => {
    child = fork(fileURLToPath(import.meta.url), [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    child.send({ target, secret: secret.toString('base64url'), pushSecret: newPushSecret(), folder, port: url ? Number(new URL(url).port) : 0, ...given } satisfies Start)
    url = await new Promise((resolve, reject) => {
      child.once('message', (said: string) => { resolve(said) })
      child.once('exit', () => { reject(new Error('The server ended before it listened')) })
    })
    child.removeAllListeners('exit')
  }
  const kill = (): Promise<void> => new Promise((done) => { child.once('exit', () => { done() }); child.kill('SIGKILL') })
  await start()
  const ticketOf = (who: Somebody) => {
    const { expiresAtMs: _, ...session } = sessionOf(who)
    return signTicket([{ id: 'test', secret }], session, Date.now())
  }
  return {
    url, ticketOf,
    callAs: (who) => caller({ url, ...(who && { bearer: async () => ticketOf(who).ticket }) }),
    async dieAndStart() { await kill(); await start() },
    async close() { await kill(); await rm(folder, { recursive: true, force: true }) },
  }
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) process.once('message', (of: Start) => void (async () => {
  const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' })
  const pool = openPool({ connect: of.target, max: 6, log, application: 'lodge process' })
  const app = await buildApp({
    pool, keys: { tickets: [{ id: 'test', secret: Buffer.from(of.secret, 'base64url') }], cookieSecret: of.secret, pushSecret: of.pushSecret }, log, node: `process ${process.pid}`, folder: of.folder,
    about: { name: 'Lodge', version: '0.0.0', build: 'test', demo: false, drills: false, inbox: null, statusPage: null, mail: false }, ...(of.channels && { channels: of.channels }), ...(of.off && { off: of.off }),
  })
  await app.http.listen({ host: '127.0.0.1', port: of.port })
  process.on('disconnect', () => process.exit(0))
  process.send!(`http://127.0.0.1:${(app.http.server.address() as AddressInfo).port}`)
})())
