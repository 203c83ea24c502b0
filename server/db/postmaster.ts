/** One PostgreSQL process group on one data folder: set it up, recognise it, start it, end it. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { chown, mkdir, readFile, readdir, readlink, rename, rm, stat } from 'node:fs/promises'
import { closeSync, existsSync, fchownSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { hasProcess } from './has-process.ts'
import type { Home } from './home.ts'

export const superuser = 'lodge'
const environment = {
  LANG: 'C.UTF-8', PATH: '/usr/bin:/bin', TZ: 'UTC',
  // glibc would give what a batch took back to the system and ask for it again with the next: page faults were a fifth of the writer's time.
  MALLOC_TRIM_THRESHOLD_: String(8 << 20), MALLOC_TOP_PAD_: String(1 << 20), MALLOC_MMAP_THRESHOLD_: String(4 << 20),
}
const logMaxBytes = 10 * 1024 * 1024
const onLinux = process.platform === 'linux'

const identity = (home: Home): { uid?: number; gid?: number; env: NodeJS.ProcessEnv; cwd: string } =>
  ({ ...(home.owner && { uid: home.owner.uid, gid: home.owner.gid }), env: environment, cwd: '/' })

/** Makes the cluster unless there is one. A half-made one is never mistaken for it: the folder gets its name when it is complete. */
export async function initialise(home: Home, bin: string): Promise<boolean> {
  if (existsSync(join(home.cluster, 'PG_VERSION'))) return false
  const half = `${home.cluster}.new`
  await rm(half, { recursive: true, force: true })
  await mkdir(half, { mode: 0o700 })
  if (home.owner) await chown(half, home.owner.uid, home.owner.gid)
  await promisify(execFile)(join(bin, 'initdb'), [
    '-D', half, '-U', superuser, '--auth-local=trust', '--auth-host=reject', '--encoding=UTF8',
    '--locale-provider=builtin', '--locale=C.UTF-8', '--data-checksums', '--no-instructions',
  ], identity(home))
  await rename(half, home.cluster)
  return true
}

/** The process number of the postmaster that works on this data, if one does. A zombie or a reused number is none. */
export async function running(home: Home): Promise<number | undefined> {
  const [first] = (await readFile(join(home.cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  const pid = Number(first)
  return pid > 0 && await worksOn(home, pid) ? pid : undefined
}

/** PostgreSQL's processes have the data folder as working directory. */
export async function worksOn(home: Home, pid: number): Promise<boolean> {
  if (!onLinux) return hasProcess(pid)
  try {
    return await readlink(`/proc/${pid}/cwd`) === home.cluster && (await readFile(`/proc/${pid}/comm`, 'utf8')).startsWith('postgres')
  } catch {
    return false
  }
}

/**
 * Lock files of a dead postmaster may name a reused process or a zombie, and PostgreSQL then refuses to start for ever. They
 * also keep a new one away from backends of the dead one that still work on the data. So: wait for these first, then remove.
 * Only for the holder of the supervisor's lock. Without /proc this is left to PostgreSQL.
 */
export async function clearRemains(home: Home): Promise<void> {
  if (!onLinux) return
  for (const untilMs = Date.now() + 5_000; ;) {
    const left = await processesOn(home)
    if (left.length === 0) break
    if (Date.now() > untilMs) left.forEach((pid) => signal(pid, 'SIGKILL'))
    await sleep(20)
  }
  await rm(join(home.cluster, 'postmaster.pid'), { force: true })
  await rm(join(home.run, '.s.PGSQL.5432.lock'), { force: true })
}

/** The postmaster and all of its children. Only where there is /proc. */
export async function processesOn(home: Home): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const works = await Promise.all(pids.map((pid) => worksOn(home, pid)))
  return pids.filter((_, i) => works[i])
}

/** Spawns the postmaster in a session of its own, so that Ctrl-C does not reach it. Its log is a file, not a pipe: it outlives us. */
export async function launch(home: Home, bin: string, settings: Record<string, string | number>): Promise<ChildProcess> {
  const logBytes = (await stat(home.log).catch(() => undefined))?.size ?? 0
  if (logBytes > logMaxBytes) await rename(home.log, `${home.log}.1`)
  const log = openSync(home.log, 'a', 0o600)
  try {
    if (home.owner) fchownSync(log, home.owner.uid, home.owner.gid)
    const all = { listen_addresses: '', unix_socket_directories: home.run, unix_socket_permissions: '0700', ...settings }
    const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn(join(bin, 'postgres'), ['-D', home.cluster, ...flags], { ...identity(home), detached: true, stdio: ['ignore', log, log] })
    child.unref()
    return child
  } finally {
    closeSync(log)
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // gone already
  }
}

/**
 * A fast shutdown hangs for ever when it meets a crash re-initialisation (seen on 15 and 18), so it is followed by an immediate
 * one, which costs a recovery at the next start, and that by the end of patience.
 */
export async function end(isGone: () => boolean | Promise<boolean>, pid: number, fastMs: number): Promise<void> {
  for (const [name, patienceMs] of [['SIGINT', fastMs], ['SIGQUIT', 5_000], ['SIGKILL', 2_000]] as const) {
    signal(pid, name)
    for (const untilMs = Date.now() + patienceMs; Date.now() < untilMs;) {
      if (await isGone()) return
      await sleep(10)
    }
  }
}
