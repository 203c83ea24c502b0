/** A process of the load, as the runner holds it. */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { chance } from '#drills/chance.ts'
import type { Figures, News, Order, Start } from './load/role.ts'

export interface Hand {
  readonly role: Start['role']
  /** As it last said. */
  readonly figures: Figures
  /** Files of its history: one for each of its lives. */
  readonly files: readonly string[]
  /** Of its present life. */
  readonly pid: number
  rate(perSecond: number): Promise<void>
  settle(forMs: number): Promise<string | undefined>
  /** SIGKILL, and a new life with the same devices. */
  dieAndStart(): Promise<void>
  close(): Promise<void>
}

const program = fileURLToPath(new URL('load/main.ts', import.meta.url))

export async function startHand(of: Start): Promise<Hand> {
  const files: string[] = []
  let child: ChildProcess
  let figures: Figures = {}
  let past: Record<string, number> = {}   // what earlier lives counted
  let waiting: PromiseWithResolvers<string | undefined> | undefined
  let perSecond = 0

  function order(what: Order): Promise<string | undefined> {
    const mine = waiting = Promise.withResolvers<string | undefined>()
    child.send(what)
    return mine.promise
  }
  async function start(): Promise<void> {
    const file = `${of.file}.${files.length}.jsonl`, seed = chance(of.seed).stream(`${of.role} ${files.length}`).below(2 ** 32)
    files.push(file)
    const own = child = fork(program, [], { execArgv: ['--max-old-space-size=4096'] })
    own.on('message', (news: News) => {
      if ('figures' in news) figures = { ...news.figures, ...Object.fromEntries(Object.entries(past).map(([k, n]) => [k, n + (news.figures[k] ?? 0)])) }
      else if ('failed' in news) waiting?.reject(new Error(`The load (${of.role}) failed: ${news.failed}`))
      else waiting?.resolve(news.what)
    })
    own.on('exit', (code, signal) => { if (signal !== 'SIGKILL') waiting?.reject(new Error(`The load (${of.role}) ended with ${code ?? signal}`)) })
    await order({ do: 'start', of: { ...of, file, seed } })
  }
  const kill = async (): Promise<void> => {
    const own = child
    if (own.exitCode !== null || own.signalCode !== null) return
    const gone = new Promise((done) => { own.once('exit', done) })
    own.kill('SIGKILL')
    await gone
  }
  await start()
  return {
    role: of.role, files,
    get pid() { return child.pid! },
    get figures() { return figures },
    async rate(next) {
      perSecond = next
      await order({ do: 'rate', perSecond })
    },
    settle: (forMs) => order({ do: 'settle', forMs }),
    async dieAndStart() {
      await kill()
      past = Object.fromEntries(Object.entries(figures).filter(([name]) => !/(?:Now|Ms)$/.test(name)))
      await start()
      await order({ do: 'rate', perSecond })
    },
    async close() {
      const late = setTimeout(() => void kill(), 5_000)
      await order({ do: 'close' }).catch(() => {})
      clearTimeout(late)
      await kill()
    },
  }
}
