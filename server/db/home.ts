/** Where the embedded PostgreSQL lives, and as whom: it refuses to run as root. */
import { createHash } from 'node:crypto'
import { chmod, chown, lstat, mkdir, realpath, stat, symlink } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { mkdirs } from './folder.ts'

export interface Owner { readonly uid: number; readonly gid: number; readonly name: string }
export interface Home {
  readonly folder: string
  /** The data folder of the cluster; no part of the path is a link. */
  readonly cluster: string
  /** Holds the sockets; only the owner and root may enter. */
  readonly run: string
  readonly log: string
  readonly owner: Owner | undefined
}

/** The longest socket path that every system takes, less PostgreSQL's file name. */
const longestRun = 103 - '/.s.PGSQL.5432'.length

/** As root the first of `lodge`, `postgres` and `nobody` that exists; undefined, which means ourselves, as anybody else. */
function ownerFor(): Owner | undefined {
  const passwd = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'))
  const uid = process.getuid!()
  if (uid !== 0) {
    // initdb asks the system for the name; macOS keeps its users elsewhere
    if (process.platform === 'linux' && !passwd.some((row) => Number(row[2]) === uid)) {
      throw new CannotStart(`PostgreSQL cannot be set up by a user without a name (number ${uid}). ` +
        'Add a line for it to /etc/passwd, run Lodge as another user, or set DATABASE_URL.')
    }
    return undefined
  }
  for (const name of ['lodge', 'postgres', 'nobody']) {
    const row = passwd.find((one) => one[0] === name)
    if (row) return { uid: Number(row[2]), gid: Number(row[3]), name }
  }
  throw new CannotStart('PostgreSQL does not run as root, and this system has none of the users lodge, postgres and nobody. ' +
    'Add one, start Lodge as another user, or set DATABASE_URL.')
}

/**
 * Makes the folders. When Lodge runs as root and the database user cannot reach `wanted` (a clone under /root), the data goes
 * to /var/lib/lodge and `wanted` becomes a link to it.
 */
export async function prepareHome(wanted: string): Promise<Home> {
  if (process.platform === 'win32') throw new CannotStart('The embedded PostgreSQL runs on Linux and macOS only. Set DATABASE_URL to a PostgreSQL 15 or newer.')
  const owner = ownerFor()
  const folder = await realpath(await reachable(resolve(wanted), owner))
  const run = await runFolder(folder, owner)
  return { folder, cluster: join(folder, 'data'), run, log: join(folder, 'postgres.log'), owner }
}

async function reachable(wanted: string, owner: Owner | undefined): Promise<string> {
  const existing = await realpath(wanted).catch(() => undefined)
  if (existing) {
    if (await canEnter(existing, owner)) return existing
    throw new CannotStart(`The user ${owner?.name}, as whom PostgreSQL runs, cannot reach ${existing}. ` +
      'Move the folder, or let others pass through the folders above it (chmod o+x).')
  }
  await mkdirs(dirname(wanted))
  if (await canEnter(dirname(wanted), owner)) {
    await mkdir(wanted, { mode: 0o755 })
    return wanted
  }
  const elsewhere = join('/var/lib/lodge', shortName(wanted))
  await mkdirs(elsewhere, 0o755)
  await symlink(elsewhere, wanted)
  return elsewhere
}

async function canEnter(path: string, owner: Owner | undefined): Promise<boolean> {
  if (!owner) return true
  for (let at = path; ; at = dirname(at)) {
    const { mode, uid, gid } = await stat(at)
    const bit = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001
    if (!(mode & bit)) return false
    if (at === dirname(at)) return true
  }
}

async function runFolder(folder: string, owner: Owner | undefined): Promise<string> {
  const near = join(folder, 'run')
  const run = Buffer.byteLength(near) <= longestRun ? near : join(tmpdir(), `lodge-${shortName(folder)}`)
  await mkdir(run, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => { if (error.code !== 'EEXIST') throw error })
  const { uid } = await lstat(run)
  if (![process.getuid!(), owner?.uid].includes(uid)) throw new CannotStart(`The folder ${run} belongs to somebody else. Remove it.`)
  if (owner) await chown(run, owner.uid, owner.gid)
  await chmod(run, 0o700)
  return run
}

const shortName = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 12)
