/** The machine's side: environment, signals, the database; then the app. The only file that ends the process. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import pino from 'pino'
import { buildApp } from './app.ts'
import { readConfig } from './config.ts'
import { migrate } from './db/migrate.ts'
import { openPool } from './db/pool.ts'
import { openDatabase } from './db/postgres.ts'
import { CannotStart } from './kernel/cannot-start.ts'
import { loadKeys } from './features/identity/identity.ts'

const root = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))
const startedMs = performance.now()

try {
  await main()
} catch (error) {
  console.error(error instanceof CannotStart ? `Lodge cannot start. ${error.message}` : error)
  process.exit(1)
}

async function main(): Promise<void> {
  const { values: { demo } } = parseArgs({ options: { demo: { type: 'boolean', default: false } } })
  const config = readConfig(process.env)
  const log = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: false }))
  const { version } = JSON.parse(readFileSync(root('package.json'), 'utf8')) as { version: string }
  const stamp = root('web/dist/.built-from')
  const build = existsSync(stamp) ? `${version}+${readFileSync(stamp, 'utf8').trim().slice(0, 8)}` : version

  const database = await openDatabase({ url: config.databaseUrl, folder: config.folder, cores: config.databaseCores, connections: config.databaseConnections, log })
  const pool = openPool({ connect: database.target, max: database.connections, log, application: 'lodge' })
  const end = async (): Promise<void> => {
    await pool.close()
    await database.stop()
  }
  await migrate(database.target).catch(async (error) => { await end(); throw error })
  const tls = config.tlsCert && config.tlsKey ? { cert: readFileSync(config.tlsCert, 'utf8'), key: readFileSync(config.tlsKey, 'utf8') } : undefined
  const about = { name: 'Lodge', version, build, demo, inbox: null as string | null }
  const app = await buildApp({
    pool, keys: await loadKeys(config.keys), log, node: `${hostname()}/${randomBytes(3).toString('hex')}`, folder: config.folder, about,
    screens: root('web/dist'), publicUrl: config.publicUrl, metricsToken: config.metricsToken,
    http: { trustProxy: config.trustProxy, tls },
  })
  await app.http.listen({ host: config.host, port: config.port }).catch(async (error: NodeJS.ErrnoException) => {
    await app.close()
    await end()
    throw error.code === 'EADDRINUSE' ? new CannotStart(`Port ${config.port} is taken by another program. Set PORT to a free one.`) : error
  })
  const at = app.http.server.address() as { port: number }
  const url = config.publicUrl ?? `${tls ? 'https' : 'http'}://${config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host}:${at.port}`
  const link = await app.identity.links.makeFirstAdmin()
  console.log(`Lodge is open at ${url} (${Math.round(performance.now() - startedMs)} ms)`)
  if (link) console.log(`First start: make the first administrator at ${url}/welcome/${link}`)

  let stopping = false
  const stop = async (why: string): Promise<void> => {
    if (stopping) return process.exit(1)   // asked twice: at once
    stopping = true
    log.info({ why }, 'stopping')
    // Whatever hangs, a stop ends.
    setTimeout(() => process.exit(1), config.drainMs + 25_000).unref()
    await app.drain(config.drainMs)
    await app.close()
    await end()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop('SIGTERM'))
  process.on('SIGINT', () => void stop('SIGINT'))
  // npm that is killed tells nobody; only under npm, or nohup would end the server.
  if (process.env['npm_lifecycle_event']) {
    const parent = process.ppid
    setInterval(() => { if (process.ppid !== parent) void stop('npm is gone') }, 500).unref()
  }
}
