/** `npm start -- --demo` in a folder of its own: a keeper, its server, and what these start. */
import { execFileSync, spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment } from '#tools/replay/own-server.ts'

export interface DemoProcess {
  readonly url: string
  /** Of this start; signs in. */
  readonly link: string
  readonly pid: number
  /** The process that serves now; undefined while there is none. */
  serverPid(): number | undefined
  guestsPid(): number | undefined
  /** The keeper, all below it, and PostgreSQL's. */
  everybody(): Promise<number[]>
  /** Resolves with the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>
}
export interface DemoFolder { readonly folder: string; remove(): Promise<void> }

const root = fileURLToPath(new URL('..', import.meta.url))
interface Row { pid: number; parent: number; args: string }
const processes = (): Row[] => execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n').flatMap((line) => {
  const found = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)
  return found ? [{ pid: Number(found[1]), parent: Number(found[2]), args: found[3]! }] : []
})
export const isAlive = (pid: number): boolean => processes().some((p) => p.pid === pid && !p.args.includes('<defunct>'))

export async function demoFolder(): Promise<DemoFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'lodge-demo-'))
  await chmod(folder, 0o755)   // as root PostgreSQL runs as somebody else, who must get in
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) }
}

export async function startDemo({ folder }: DemoFolder): Promise<DemoProcess> {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } }
  const keeper = spawn(process.execPath, [...scripts.start.replace(/^exec node /, '').split(' '), '--demo'], {
    cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...cleanEnvironment(), LODGE_DATA: join(folder, 'data'), PORT: '0', STATUS_PORT: '0', LOG_LEVEL: 'silent', DRAIN_MS: '0' },
  })
  const gone = new Promise<number | null>((done) => { keeper.once('exit', (code) => { done(code) }) })
  const link = await Promise.race([
    new Promise<string>((found) => { createInterface({ input: keeper.stdout }).on('line', (line) => { const at = /(http\S+\/welcome\/\S+)/.exec(line)?.[1]; if (at) found(at) }) }),
    gone.then((code) => { throw new Error(`The demo ended with ${code} before it was open`) }),
    sleep(120_000, undefined, { ref: false }).then(() => { throw new Error('The demo was not open within two minutes') }),
  ])
  const childOf = (program: string): number | undefined => processes().find((p) => p.parent === keeper.pid && p.args.includes(program))?.pid
  return {
    url: new URL(link).origin, link, pid: keeper.pid!,
    serverPid: () => childOf('server/main.ts'),
    guestsPid: () => childOf('demo/guests.ts'),
    async everybody() {
      const all = processes(), family = [keeper.pid!]
      for (const pid of family) family.push(...all.filter((p) => p.parent === pid && !p.args.startsWith('ps ')).map((p) => p.pid))
      const postmaster = Number((await readFile(join(folder, 'data/postgres/data/postmaster.pid'), 'utf8')).split('\n')[0])
      return [...new Set([...family, postmaster])]
    },
    async end(signal) {
      keeper.kill(signal)
      return gone
    },
  }
}
