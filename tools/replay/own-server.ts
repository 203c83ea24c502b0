/** A Lodge in a temporary folder, set up as a person would: by the link that the first start prints. */
import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { options } from '#contract/config.ts'
import { saveInbox } from '#contract/inboxes.ts'
import { acceptLink, createToken } from '#contract/people.ts'
import { caller, valueOf } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import type { House } from './play.ts'

export interface OwnServer extends House {
  readonly folder: string
  /** Of the first administrator. */
  readonly login: { readonly email: string; readonly password: string }
  readonly pid: number
  /** SIGKILL, and a new start on the same data and port. Resolves when it serves again. */
  kill(): Promise<void>
  /** SIGKILL, and nothing more. */
  crash(): Promise<void>
  /** After a crash, on the same data and port. Resolves when it listens, ready or not. @throws when it does not within a minute, or ends */
  startAgain(): Promise<void>
  /** SIGKILL to the postmaster. Resolves when the server has brought it back. */
  killDatabase(): Promise<void>
  /** Ends the server and its database, and removes the folder. */
  stop(): Promise<void>
}

/** `secret`: of the link for the first administrator, which only a first start prints. */
interface Opened { url: string; secret: string }

const root = fileURLToPath(new URL('../..', import.meta.url))
/** What `npm start` runs. */
export const [main = '', ...engineFlags] = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } }).scripts.start.replace(/^exec node /, '').split(' ').toReversed()
const startTimeoutMs = 60_000
const stopTimeoutMs = 40_000

interface Options {
  /** Over the defaults. */
  env?: Record<string, string>
  /** Such as `--cpu-prof`; they have the last word. */
  nodeFlags?: readonly string[]
  /** A command that goes before Node, and becomes it: the process number stays. */
  launcher?: readonly string[]
  /** Asked at each start: where the version stands that is to run. This one unless given. */
  tree?: () => string
  /** Before the first start: for what has to be in the folder. `tidy` is called when all is over, before the folder goes. */
  prepare?: (folder: string) => Promise<{ env?: Record<string, string>; tidy: () => Promise<void> }>
}

export async function startOwnServer({ env = {}, nodeFlags = [], launcher = [], tree = () => root, prepare }: Options = {}): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'lodge-own-'))
  await chmod(folder, 0o755)   // as root PostgreSQL runs as somebody else, who must get in
  const prepared = await prepare?.(folder)
  const log = await open(join(folder, 'server.log'), 'a')
  let child: ChildProcess | undefined
  let starting: Promise<Opened> | undefined

  async function start(port: string): Promise<Opened> {
    const command = [...launcher, process.execPath, ...engineFlags, ...nodeFlags, main]
    const own = child = spawn(command[0]!, command.slice(1), {
      // As below npm it watches its parent, and ends when we are killed.
      cwd: tree(), env: { ...cleanEnvironment(), npm_lifecycle_event: 'start', LODGE_DATA: join(folder, 'data'), LOG_LEVEL: 'warn', DRAIN_MS: '0', STATUS_PORT: '0', ...env, ...prepared?.env, PORT: port },
      stdio: ['ignore', 'pipe', log.fd], detached: true,   // Ctrl-C is for us; we end it
    })
    const late = setTimeout(() => own.kill('SIGKILL'), startTimeoutMs)
    try {
      return await ready(own, port === '0')
    } catch {
      throw new Error(`The server did not start. Its log ends with:\n${(await readFile(join(folder, 'server.log'), 'utf8')).trimEnd().split('\n').slice(-8).join('\n')}`)
    } finally {
      clearTimeout(late)
    }
  }

  async function crash(): Promise<void> {
    const gone = exit(child!)
    child!.kill('SIGKILL')
    await gone
  }

  const postmaster = async (): Promise<number> => Number((await readFile(join(folder, 'data/postgres/data/postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0])

  async function stop(): Promise<void> {
    await starting?.catch(() => {})
    if (child) await end(child)
    await log.close()
    await prepared?.tidy()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }

  try {
    const { url, secret } = await (starting = start('0'))
    const { port } = new URL(url)
    return {
      url, folder, stop, ...await furnish(url, secret),
      get pid() { return child!.pid! },
      crash,
      async startAgain() { await (starting = start(port)) },
      async kill() {
        await crash()
        await (starting = start(port))
        await until(() => serves(url), 'The server does not serve again')
      },
      async killDatabase() {
        const pid = await postmaster()
        if (pid > 0) killIfThere(pid)
        await until(async () => { const now = await postmaster(); return now > 0 && now !== pid && await serves(url) }, 'The server does not bring PostgreSQL back')
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Ours, without what is meant for another Lodge. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env }
  for (const { env: name } of Object.values(options)) delete env[name]
  return env
}

const exit = (child: ChildProcess): Promise<void> => child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((done) => { child.once('exit', () => done()) })

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch { /* It ended by itself. */ }
}

const serves = (url: string): Promise<boolean> => fetch(`${url}/readyz`).then(({ ok }) => ok, () => false)

async function until(what: () => Promise<boolean>, complaint: string): Promise<void> {
  for (const untilMs = Date.now() + startTimeoutMs; !await what(); await sleep(50)) if (Date.now() > untilMs) throw new Error(`${complaint} within ${startTimeoutMs / 1000} s.`)
}

/** Resolves with what the server prints when it is open. @throws when it ends before that */
function ready(child: ChildProcess, isFirst: boolean): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const opened = { url: '', secret: '' }
    child.once('error', reject)
    child.once('exit', () => reject(new Error('ended')))
    createInterface({ input: child.stdout! }).on('line', (line) => {
      opened.url ||= /open at (http\S+)/.exec(line)?.[1] ?? ''
      opened.secret ||= /\/welcome\/(\S+)/.exec(line)?.[1] ?? ''
      if (opened.url && (opened.secret || !isFirst)) resolve(opened)
    })
  })
}

async function end(child: ChildProcess): Promise<void> {
  const gone = exit(child)
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
  await gone
  clearTimeout(late)
}

async function furnish(url: string, secret: string): Promise<Pick<OwnServer, 'token' | 'inbox' | 'login'>> {
  const login = { email: 'replay@lodge.example', password: newId() }
  const { ticket } = valueOf(await caller({ url })(acceptLink, {
    params: { secret }, body: { name: 'Replay', ...login, account: 'Replay' },
  }))
  const call = caller({ url, bearer: async () => ticket })
  const { token } = valueOf(await call(createToken, { body: { id: newId(), name: 'Replay' } }))
  const { id: inbox } = valueOf(await call(saveInbox, { params: { inbox: newId() }, body: { name: 'Replay' } }))
  return { token, inbox, login }
}
