/** The processes that are measured and the one that makes the load. All on loopback; all end with the lab. */
import { execFile, fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openConnection, type Target } from '#server/db/connection.ts'
import { prepareHome } from '#server/db/home.ts'
import { migrate } from '#server/db/migrate.ts'
import { superuser } from '#server/db/postmaster.ts'
import { startOwnServer, type OwnServer } from '#tools/replay/own-server.ts'
import type { Answer, Order } from './load.ts'

const file = (name: string): string => join(import.meta.dirname, name)
const database = 'bench'

export interface Lab {
  readonly tell: (what: string) => void
  /** A Lodge for throughput and latency; started once. */
  lodge(): Promise<OwnServer>
  /** The contenders' database: same PostgreSQL, same schema. */
  target(): Promise<Target>
  /** Empties the contenders' journal. */
  truncate(): Promise<void>
  /** What a team would otherwise write, on that database; started once. */
  socketio(): Promise<{ url: string; pid: number }>
  load(order: Order): Promise<Answer>
  /** One of one's own, that is ended before the lab is. */
  ownLodge(nodeFlags?: readonly string[], tree?: () => string): Promise<OwnServer>
  close(): Promise<void>
}

/** The load is hundreds of times what one person writes. */
const env = { COMMANDS_PER_SECOND: '1000000' }

export function openLab(tell: (what: string) => void): Lab {
  const endings: (() => Promise<unknown>)[] = []
  const ownLodge: Lab['ownLodge'] = async (nodeFlags = [], tree) => {
    const own = await startOwnServer({ env, nodeFlags, ...(tree && { tree }) })
    endings.push(() => own.stop())
    return own
  }
  function child(name: string, more: NodeJS.ProcessEnv = {}): ChildProcess {
    const started = fork(file(name), [], { env: { ...process.env, ...more }, execArgv: [] })
    const gone = once(started, 'exit')
    endings.push(async () => {
      if (started.connected) started.disconnect()   // which ends it
      const late = setTimeout(() => started.kill('SIGKILL'), 5_000)
      await gone
      clearTimeout(late)
    })
    return started
  }

  const lodge = memo(() => ownLodge())
  const target = memo(async (): Promise<Target> => {
    const { run } = await prepareHome(join((await lodge()).folder, 'data', 'postgres'))
    const at: Target = { host: run, port: 5432, user: superuser, database: 'postgres' }
    await query(at, `create database ${database}`)
    await migrate({ ...at, database })
    return { ...at, database }
  })
  const socketio = memo(async () => {
    const server = child('contenders/socketio-server.ts', { BENCH_TARGET: JSON.stringify(await target()) })
    const [port] = await once(server, 'message') as [number]
    return { url: `http://127.0.0.1:${port}`, pid: server.pid! }
  })
  const generator = memo(async () => child('load.ts'))

  return {
    tell, lodge, target, socketio, ownLodge,
    truncate: async () => query(await target(), 'truncate journal'),
    async load(order) {
      const running = await generator()
      running.send(order)
      const gone = new AbortController()
      const [answer] = await Promise.race([
        once(running, 'message', { signal: gone.signal }) as Promise<[Answer]>,
        once(running, 'exit', { signal: gone.signal }).then((): never => { throw new Error('The load generator ended') }),
      ]).finally(() => gone.abort())
      if (answer.error !== undefined) throw new Error(`The load generator failed at ${order.do}: ${answer.error}`)
      return answer
    },
    async close() {
      for (const ending of endings.splice(0).reverse()) await ending().catch((error: unknown) => console.error(error))
    },
  }
}

function memo<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => made ??= make()
}

async function query(target: Target, text: string): Promise<void> {
  const { client } = await openConnection(target, 'lodge bench')
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

/** Resident memory of a process. */
export async function residentBytes(pid: number): Promise<number> {
  if (process.platform !== 'linux') return Number((await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])).stdout) * 1024
  return Number(/VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}
