/** The machine's side: environment, signals, the database; then the app. The only file that ends the process. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pino from 'pino'
import { openDemo } from '#demo/demo.ts'
import { isKept } from '#demo/line.ts'
import { buildApp, type App } from './app/app.ts'
import { cannotListen, readConfig, tlsOf } from './config.ts'
import { makeFolderOf } from './db/folder.ts'
import { known, migrate, schemaVersion } from './db/migrate.ts'
import { leaseBehind, openEntrance } from './db/entrance.ts'
import { claimLease } from './db/node-lease.ts'
import { copyCluster } from './db/physical.ts'
import { openPool, type Pool } from './db/pool.ts'
import { openDatabase, type Database } from './db/postgres.ts'
import { lowerPriority } from './db/priority.ts'
import { sameDatabase } from './db/same-database.ts'
import { loadKeys } from './features/identity/identity.ts'
import { openRoom } from './features/room/room.ts'
import { openLife } from './features/status/status.ts'
import { whenAskedToEnd } from './jobs/asked-to-end.ts'
import { heapByLoad } from './jobs/heap.ts'
import { whenNpmIsGone } from './jobs/orphaned.ts'
import { CannotStart } from './kernel/cannot-start.ts'
import { ensureStatusProcess } from './status/process.ts'

const root = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))

try {
  await main()
} catch (error) {
  console.error(error instanceof CannotStart ? `Lodge cannot start. ${error.message}` : error)
  process.exit(1)
}

async function main(): Promise<void> {
  const { demo: isDemo } = options()
  const config = readConfig(isDemo ? { LODGE_DATA: join('.lodge', 'demo'), ...process.env } : process.env)   // a demo never mixes with real data
  const tls = tlsOf(config)
  const log = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: false }))
  const opened: (() => unknown)[] = []   // closed in the opposite order
  const stopping = new AbortController()
  const close = async (): Promise<void> => { stopping.abort(new CannotStart('It was stopped while it waited.')); for (const one of opened.splice(0).reverse()) await one() }
  stopOnSignal(close, config.drainMs, log)
  const demo = isDemo ? openDemo() : undefined

  try {
    await makeFolderOf('LODGE_DATA', config.folder, { inside: 'spool' })
    if (config.spool !== undefined) await makeFolderOf('LODGE_SPOOL', config.spool, { mode: 0o700 })
    const room = await openRoom({ folders: [config.folder, join(config.folder, 'postgres')], ballastBytes: config.ballastMb * 2 ** 20, log, ...(demo && { diskOf: demo.diskOf }) })   // first: a database without room cannot even recover
    opened.push(() => room.stop())
    const incarnation = randomBytes(3).toString('hex')
    const node = `${hostname()}/${incarnation}`
    const application = `lodge/${hostname().slice(0, 40)}/${incarnation}`   // PostgreSQL cuts names at 63 characters
    const same = sameDatabase(config.folder, log)
    const isKnown = await same.isKnown()
    let database: Database | undefined, pool: Pool | undefined
    let isCopied = false   // once, however often an upgrade that fails is tried
    opened.push(() => database?.stop())
    const entrance = await openEntrance({
      log, signal: stopping.signal, maySkip: isKnown && !isDemo && !config.protectionsOff.includes('spool'),
      async enter(say) {
        database ??= await openDatabase({ url: config.databaseUrl, folder: config.folder, cores: config.databaseCores, connections: config.databaseConnections, isKnown, log })
        await same.check(database.target)
        if (config.upgradeCopy === 'on') isCopied ||= await copyBeforeUpgrade(database, config.folder, log)
        say('The database is being brought to this version.')
        await migrate(database.target)
        const lease = await claimLease({
          target: database.target, node: `${hostname()}:${resolve(config.folder)}`, incarnation, application, log, signal: stopping.signal, onWaiting: say, isAlone: database.embedded !== undefined,
          // Of an external database's budget one stays free for a node that comes and asks for its part.
          budget: database.embedded ? database.connections : Math.max(3, database.connections - 1),
        })
        return { target: database.target, lease }
      },
      onEntered: ({ lease }) => { pool?.setMax(lease.connections); pool?.retryNow() },
    })
    opened.push(() => entrance.idle())
    const lease = leaseBehind(entrance)
    const connections = pool = openPool({ connect: entrance.target, max: lease.connections, log, application, reclaims: !config.protectionsOff.includes('reclaim') })
    opened.push(() => connections.close(), () => lease.release(connections))

    const about = { name: 'Lodge', ...build(), demo: isDemo, drills: isDemo && isKept(), inbox: null as string | null, statusPage: null as string | null, mail: config.smtpUrl !== undefined }
    let url = config.publicUrl ?? ''
    const app = await buildApp({
      pool: connections, keys: await loadKeys(config.keys), log, node, lease, drill: config.drill === 'on', folder: config.folder, about,
      screens: root('web/dist'), publicUrl: config.publicUrl, baseUrl: () => url, mail: { smtpUrl: config.smtpUrl, from: config.mailFrom }, channels: { networks: [config.channelNetworks, demo?.networks].filter(Boolean).join(',') }, metricsToken: config.metricsToken,
      commandsPerSecond: config.commandsPerSecond, commandBurst: 2 * config.commandsPerSecond, off: config.protectionsOff, operations: { canaryEveryMs: 60_000, stop: () => { process.kill(process.pid, 'SIGTERM') } }, backups: config.backupFolder === undefined ? undefined : { into: config.backupFolder, at: config.backupAt, keep: { daily: config.backupDaily, weekly: config.backupWeekly }, keys: config.keys, bytesPerSecond: 8 * 2 ** 20 }, lowerPriority: config.databaseUrl === undefined ? lowerPriority : undefined,
      spool: { folders: [join(config.folder, 'spool'), ...(config.spool ? [config.spool] : [])], maxBytes: config.spoolMaxMb * 2 ** 20, graceMs: config.sessionGraceHours * 3_600_000 },
      room, http: { trustProxy: config.trustProxy, tls }, ...(demo && { now: demo.now }),
    })
    opened.push(() => app.close(), () => app.drain(config.drainMs), heapByLoad(() => app.committed))
    const filled = await demo?.fill(app, connections, root('web/dist'), database?.embedded)
    about.inbox = filled?.inbox ?? null

    const { host } = config
    await app.http.listen({ host, port: config.port }).catch((error: NodeJS.ErrnoException) => {
      throw cannotListen(error, host, 'PORT', config.port)
    })
    const life = await openLife({ folder: config.folder, now: Date.now, random: Math.random, log })
    opened.unshift(() => life.stop())   // last: a stop that hangs until it is killed was none
    if (life.lastMs !== undefined) void app.verbs.status.proposeAfterCrash(life.lastMs)
    const { port } = app.http.server.address() as { port: number }
    url = config.publicUrl ?? `${tls ? 'https' : 'http'}://${host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`
    console.log(`Lodge is open at ${url} (started in ${Math.round(performance.now())} ms)`)
    flushCompileCache()   // now, since a process that is killed would leave nothing to its next start; half a second once, then 30 ms
    if (entrance.why !== undefined) console.log(`Its database is not there yet: messages and check-ins are kept on this disk, all else waits. ${entrance.why}`)
    if (demo && filled) {
      opened.push(() => demo.close())
      console.log(`Demo: sign in and look around at ${await demo.open(app, `http://127.0.0.1:${port}`, filled)}`)
    } else void welcomeFirst(app, url, stopping.signal, log)
    // Not waited for: nothing of Lodge needs it.
    if (config.statusPort > 0) ensureStatusProcess({ data: config.folder, port: config.statusPort, watches: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, env: process.env, version: build().version }).then(
      ({ url: page, how }) => {
        about.statusPage = page
        console.log(`Status page: ${page} (${how === 'adopted' ? 'it went on while Lodge was away' : 'it goes on when Lodge stops'}; "npm run lodge -- status stop" ends it)`)
      },
      (error: unknown) => console.log(`The status page is not open. ${(error as Error).message}`),
    )
  } catch (error) {
    await close()
    throw error
  }
}

/** Asked again until the database answers: it may go at this very moment, and a server that is open already does not end for that. */
async function welcomeFirst(app: App, url: string, stopping: AbortSignal, log: pino.Logger): Promise<void> {
  for (; !stopping.aborted; await sleep(2_000, undefined, { signal: stopping }).catch(() => {})) {
    try {
      const link = await app.identity.links.makeFirstAdmin()
      if (link) console.log(`First start: make the first administrator at ${url}/welcome/${link}`)
      return
    } catch (error) {
      if (!stopping.aborted) log.warn({ err: error }, 'Whether there is an administrator yet could not be asked; it will be tried again')
    }
  }
}

/** The way back, before the first statement of a new version: tables are changed forwards only. @returns false when there was nothing to copy */
async function copyBeforeUpgrade({ target, embedded }: Database, folder: string, log: pino.Logger): Promise<boolean> {
  const [from, to] = [await schemaVersion(target), (await known()).length]
  if (!embedded || from === 0 || from >= to) return false
  const copied = await copyCluster({ superuser: embedded.superuser, home: { cluster: join(embedded.folder, 'data') }, into: join(folder, 'before-upgrade'), beforeLodge: build().version, schemaVersion: from })
  log.info({ folder: copied.folder, tookMs: copied.copy.tookMs, from, to }, 'copied the database before its upgrade')
  return true
}

function options(): { demo: boolean } {
  try { return parseArgs({ options: { demo: { type: 'boolean', default: false } } }).values as { demo: boolean } }
  catch (error) { throw new CannotStart(`${(error as Error).message} The only option is --demo; everything else is set by environment variables, see docs/config.md.`) }
}

/** What runs here; screens that were made from something else load themselves anew. */
function build(): { version: string; build: string } {
  const { version } = JSON.parse(readFileSync(root('package.json'), 'utf8')) as { version: string }
  const stamp = root('web/dist/.built-from')
  return { version, build: existsSync(stamp) ? readFileSync(stamp, 'utf8').slice(0, 12) : 'dev' }   // the same name that tools/build.mjs gives to the screens
}

function stopOnSignal(close: () => Promise<void>, drainMs: number, log: pino.Logger): void {
  let stopping = false
  const stop = async (why: string): Promise<void> => {
    if (stopping) return
    stopping = true
    log.info({ why }, 'stopping')
    setTimeout(() => process.exit(1), drainMs + 25_000).unref()   // whatever hangs, a stop ends
    await close()
    process.exit(0)
  }
  whenAskedToEnd((why, isAgain) => { if (isAgain) process.exit(1); void stop(why) })   // asked again: at once
  if (isKept()) process.on('disconnect', () => void stop('the keeper of this demo is gone'))
  whenNpmIsGone(() => void stop('npm is gone'))
}
