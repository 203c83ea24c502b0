/** Fails a test file that leaves something behind: a database, a socket, a timer, a child process. In a server it would leak. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll } from 'vitest'
import { connectionsTo, open } from './db.ts'

const watched: Record<string, string> = {
  TCPSocketWrap: 'TCP socket', TCPServerWrap: 'listening server', PipeWrap: 'unix socket or pipe', PipeServerWrap: 'listening unix socket',
  UDPWrap: 'UDP socket', ProcessWrap: 'child process',
}
const patienceMs = 10_000   // what closes by itself may be late on a busy machine; what leaks stays

/** What keeps this process alive right now. */
function count(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) if (watched[kind]) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

// Timers are followed one by one: Vitest has its own, which would blur a count, and the stack of who set it says whose it is.
const timers = new Map<NodeJS.Timeout, string>()
const following = <F extends typeof setTimeout | typeof setInterval>(original: F): F => new Proxy(original, {
  apply(target, self, args) {
    const timer = Reflect.apply(target as (...args: unknown[]) => NodeJS.Timeout, self, args)
    timers.set(timer, new Error().stack?.split('\n').slice(2, 5).join('\n') ?? '')
    return timer
  },
})
globalThis.setTimeout = following(setTimeout)
globalThis.setInterval = following(setInterval)
const isPending = (timer: NodeJS.Timeout): boolean => timer.hasRef?.() && !(timer as unknown as { _destroyed: boolean })._destroyed
const pending = (): string[] => [...timers].flatMap(([timer, stack]) => isPending(timer) ? [`a timer, set\n${stack}`] : [])

let before = new Map<string, number>()
// Vitest's own pipes are the same in this hook and in the last one: they cancel out.
beforeAll(() => { before = count() })

afterAll(async () => {
  let left: string[] = []
  for (const untilMs = Date.now() + patienceMs; Date.now() < untilMs; await sleep(50)) {
    left = [...count()].flatMap(([kind, n]) => {
      const extra = n - (before.get(kind) ?? 0)
      return extra > 0 ? [`${extra} × ${watched[kind]}`] : []
    })
    left.push(...pending())
    if (left.length === 0) break
  }
  for (const database of open) left.push(`the database ${database} was not dropped`, ...await connectionsTo(database))
  if (left.length > 0) throw new Error(`This file leaves something behind: ${left.join('\n')}`)
})
