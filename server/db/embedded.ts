/** Supervises the embedded PostgreSQL: starts or adopts it, notices when it dies and brings it back, and always ends it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Socket } from 'node:net'
import type { BaseLogger } from 'pino'
import { binaries } from './binaries.ts'
import { openConnection, type Target } from './connection.ts'
import { prepareHome, type Home } from './home.ts'
import { claim } from './lock.ts'
import { memoryBytes } from './memory.ts'
import { NoDatabaseYet } from './no-database-yet.ts'
import { clearRemains, end, initialise, launch, running, superuser, worksOn } from './postmaster.ts'

export interface EmbeddedOptions {
  /** The folder for programs, data, sockets and log; made when missing. */
  home: string
  log: Pick<BaseLogger, 'info' | 'warn' | 'error'>
  /** Over the defaults, as in postgresql.conf. */
  settings?: Record<string, string | number>
  /** When this process is killed, PostgreSQL waits this long for the next one to adopt it, then it is stopped. */
  orphanSeconds?: number
  /** False: where there is no database none is made. A disk that is not mounted looks like that. */
  mayMake?: boolean
  /** How long a stop waits for a shutdown in good order before it goes on without; the next start then recovers. */
  fastMs?: number
}

export interface Embedded {
  /** For Lodge: a role that is no superuser, so that a connection limit and a fence hold for it. */
  readonly target: Target
  /** For the supervisor and tools. */
  readonly superuser: Target
  readonly folder: string
  readonly pid: number
  /** Set while PostgreSQL is not running. */
  readonly downSinceMs: number | undefined
  /** How often it was brought back. */
  readonly restarts: number
  /** Ends within `fastMs` and some seconds, whatever PostgreSQL does. */
  stop(): Promise<void>
}

const restartFirstMs = 250
/** What ends an outage is often somebody who makes room; then nobody wants to wait for the next try. */
const restartCapMs = 2_000
/** Who lived this long has not crashed at once: the next restart is immediate. */
const steadyMs = 10_000
const pollMs = 250
const readyTimeoutMs = 300_000

function defaults(): Record<string, string | number> {
  const sharedMb = Math.round(Math.min(1024, Math.max(128, memoryBytes() / 16 / 2 ** 20)))
  return {
    max_connections: Math.min(100, 4 * availableParallelism() + 20),
    shared_buffers: `${sharedMb}MB`,
    // A move to another server replicates logically, and this setting needs a restart: so it is on from the beginning.
    wal_level: 'logical',
    // Recovery after a crash reads the WAL since the last checkpoint: this bounds it to a second or two.
    max_wal_size: '256MB', checkpoint_timeout: '60s', log_checkpoints: 'off',
    synchronous_commit: 'on', fsync: 'on',
    ...(process.platform === 'linux' && { client_connection_check_interval: '2s' }),   // ends the query of a node that was killed
  }
}

/** @throws CannotStart when another Lodge has this data, or this machine cannot run it. */
export async function startEmbedded({ home: wanted, log, settings = {}, orphanSeconds = 10, fastMs = 10_000, mayMake = true }: EmbeddedOptions): Promise<Embedded> {
  const home = await prepareHome(wanted)
  const release = await claim(join(home.run, 'lock'), home.folder)
  const superuserTarget: Target = { host: home.run, port: 5432, user: superuser, database: 'postgres' }
  const stopping = new AbortController()
  let bin = ''
  let guard: ChildProcess | undefined
  let pid = 0
  let isGone: () => boolean | Promise<boolean> = () => true
  let startedMs = 0
  let downSinceMs: number | undefined
  let restarts = 0
  let mending: Promise<void> | undefined
  let poll: NodeJS.Timeout | undefined

  async function up(): Promise<void> {
    const found = await running(home)
    if (found) {
      pid = found
      isGone = async () => !(await worksOn(home, found))
      if (await isReady()) {
        log.info({ postgres: pid }, 'adopted the PostgreSQL of a Lodge that was killed')
        poll = setInterval(() => { void Promise.resolve(isGone()).then((gone) => { if (gone) fallen('it is gone') }) }, pollMs).unref()
        return
      }   // it was just being stopped
    }
    await clearRemains(home)
    stopping.signal.throwIfAborted()
    const child = await launch(home, bin, { ...defaults(), ...settings })
    let exited: string | undefined
    const ended = (how: string): void => { exited = how; fallen(how) }
    child.once('exit', (code, name) => ended(name ?? `code ${code}`))
    child.once('error', (error) => ended(error.message))
    pid = child.pid ?? 0
    isGone = () => exited !== undefined
    if (!await isReady()) throw new Error(`PostgreSQL ended while starting (${exited}). The last lines of ${home.log}:\n${await lastLines(home.log)}`)
    log.info({ postgres: pid }, 'started PostgreSQL')
  }

  /** True when it takes connections, false when it is gone. Recovery from a crash may take a while. */
  async function isReady(): Promise<boolean> {
    for (const untilMs = Date.now() + readyTimeoutMs; ;) {
      try {
        const connection = await openConnection(superuserTarget, 'lodge supervisor')
        connection.destroy()
        startedMs = Date.now()
        return true
      } catch (error) {
        stopping.signal.throwIfAborted()
        if (await isGone()) return false
        if (Date.now() > untilMs) throw error
        await sleep(15)
      }
    }
  }

  function fallen(how: string): void {
    clearInterval(poll)
    if (stopping.signal.aborted || mending || downSinceMs !== undefined || startedMs === 0) return
    downSinceMs = Date.now()
    log.error({ how }, 'PostgreSQL died; starting it again')
    mending = mend().finally(() => { mending = undefined })
  }

  async function mend(): Promise<void> {
    let delayMs = Date.now() - startedMs > steadyMs ? 0 : restartFirstMs
    let said: string | undefined
    while (!stopping.signal.aborted) {
      try {
        await sleep(delayMs, undefined, { signal: stopping.signal })
        await up()
        restarts++
        log.info({ downMs: Date.now() - downSinceMs! }, 'PostgreSQL is back')
        downSinceMs = undefined
        return
      } catch (error) {
        if (stopping.signal.aborted) return
        delayMs = Math.min(restartCapMs, Math.max(restartFirstMs, delayMs * 2))
        const reason = error instanceof Error ? error.message : String(error)
        if (reason !== said) log.error({ err: error, nextTryMs: delayMs }, 'PostgreSQL does not start')   // every two seconds the same would hide the rest
        said = reason
      }
    }
  }

  async function stop(): Promise<void> {
    stopping.abort()
    clearInterval(poll)
    if (!await isGone()) await end(isGone, pid, fastMs)
    await mending
    if (!await isGone()) await end(isGone, pid, fastMs)   // a restart was just on its way
    if (guard?.exitCode === null && guard.kill('SIGKILL')) {
      guard.ref()   // or nothing keeps this process alive until the event
      await once(guard, 'exit')
    }
    await release()
  }

  try {
    if (!mayMake && !existsSync(join(home.cluster, 'PG_VERSION'))) throw new NoDatabaseYet(`There is no database in ${home.cluster}, where it was before. Is its disk mounted? To begin with an empty one, remove the folder last-known in LODGE_DATA.`)
    bin = await binaries(home.folder)
    guard = await arm(home, bin, orphanSeconds)
    if (await initialise(home, bin)) log.info({ folder: home.folder }, 'made the database')
    await up()
    const target = await prepareDatabase(superuserTarget)
    return {
      target, superuser: superuserTarget, folder: home.folder, stop,
      get pid() { return pid }, get downSinceMs() { return downSinceMs }, get restarts() { return restarts },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * A shell that waits on a pipe of ours, which closes when this process ends in whatever way. It stops PostgreSQL then, unless
 * the next Lodge came and wrote the number of its own guard into the file.
 */
async function arm(home: Home, bin: string, orphanSeconds: number): Promise<ChildProcess> {
  const file = join(home.run, 'guard')
  const script = 'read x; sleep "$4"; [ "$(cat "$2")" = "$$" ] || exit 0; "$1" -D "$3" -s -m fast -t 20 stop || "$1" -D "$3" -s -m immediate -t 10 stop'
  const guard = spawn('/bin/sh', ['-c', script, 'lodge-guard', join(bin, 'pg_ctl'), file, home.cluster, String(orphanSeconds)], {
    ...(home.owner && { uid: home.owner.uid, gid: home.owner.gid }), cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.on('error', () => {})
  guard.unref()
  ;(guard.stdin as Socket).unref()
  await writeFile(file, String(guard.pid))
  return guard
}

async function prepareDatabase(superuserTarget: Target): Promise<Target> {
  const connection = await openConnection(superuserTarget, 'lodge supervisor')
  const { client } = connection
  try {
    const { rows: [there] } = await client.query<{ role: boolean; database: boolean }>(
      "select exists (select from pg_roles where rolname = 'lodge_app') as role, exists (select from pg_database where datname = 'lodge') as database")
    if (!there?.role) await client.query('create role lodge_app login nosuperuser')
    if (!there?.database) await client.query('create database lodge owner lodge_app')
  } finally {
    connection.destroy()
  }
  return { ...superuserTarget, user: 'lodge_app', database: 'lodge' }
}

async function lastLines(path: string): Promise<string> {
  if (!existsSync(path)) return '(no log)'
  return (await readFile(path, 'utf8')).trimEnd().split('\n').slice(-5).join('\n')
}
