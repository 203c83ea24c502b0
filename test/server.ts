import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { caller, type Call } from '#client/call.ts'
import { connect, type Lodge, type Options } from '#client/lodge.ts'
import { buildApp, type App, type AppOptions } from '#server/app/app.ts'
import { newPushSecret, type Keys } from '#server/features/identity/keys.ts'
import { signTicket } from '#server/kernel/ticket.ts'
import { createTestDatabase, type TestDatabase } from './db.ts'
import { fillWorld, sessionOf } from './world.ts'

export type Somebody = Parameters<typeof sessionOf>[0]

export interface TestServer {
  /** Without a trailing slash. */
  readonly url: string
  readonly app: App
  readonly database: TestDatabase
  /** What a person or contact would hold after signing in. */
  ticketOf(who: Somebody): { ticket: string; expiresAt: string }
  /** The SDK over a real socket; ends with the server. */
  connectAs(who: Somebody, options?: Partial<Options>): Lodge
  /** Typed HTTP without a socket; as nobody, only public endpoints answer. */
  callAs(who?: Somebody): Call
  /** The server goes, database and folder stay; and comes back at the same address. */
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/**
 * The whole server on loopback with a database and a folder of its own, and the people of the world in it
 * (nobody yet without `world`). An endpoint that
 * issues more statements than it declares, or returns what its schema does not describe, fails.
 */
export async function startTestServer({ http, world = true, connections = 8, prepare, ...options }: Partial<AppOptions> & { world?: boolean; connections?: number; /** Before it listens. */ prepare?: (app: App) => Promise<void> } = {}): Promise<TestServer> {
  const database = await createTestDatabase({ max: connections, reclaims: !options.off?.includes('reclaim') })
  if (world) await fillWorld(database.db)
  const folder = await mkdtemp(join(tmpdir(), 'lodge-server-'))
  const keys: Keys = { tickets: [{ id: 'test', secret: randomBytes(32) }], cookieSecret: randomBytes(32).toString('base64url'), pushSecret: newPushSecret() }
  const open = async (port: number): Promise<App> => {
    const opened = await buildApp({
      pool: database.db, keys, log: pino({ level: process.env['TEST_LOG'] ?? 'silent' }), node: 'test', folder,
      about: { name: 'Lodge', version: '0.0.0', build: 'test', demo: false, drills: false, inbox: null, statusPage: null, mail: false },
      // On a busy machine a commit may take its time: only tests of the spool have it kept after 250 ms.
      spool: { queueMs: 5_000 }, http: { strict: true, ...http }, ...options,
    })
    await prepare?.(opened)
    await opened.http.listen({ host: '127.0.0.1', port })
    return opened
  }
  let app = await open(0)
  const { port } = app.http.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const clients = new Set<Lodge>()

  const ticketOf = (who: Somebody) => {
    const { expiresAtMs: _, ...session } = sessionOf(who)
    return signTicket(keys.tickets, session, (options.now ?? Date.now)())
  }
  return {
    url, database, ticketOf,
    get app() { return app },
    stop: () => app.close(),
    async start() { app = await open(port) },
    connectAs(who, more) {
      const lodge = connect({ url, app: 'test', ticket: async () => ticketOf(who), ...more })
      clients.add(lodge)
      return lodge
    },
    callAs: (who) => caller({ url, ...(who && { bearer: async () => ticketOf(who).ticket }) }),
    async close() {
      for (const lodge of clients) lodge.close()
      await app.close()
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
