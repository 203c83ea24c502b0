/**
 * A TCP proxy that breaks lines on demand, in toxiproxy's words. It stands between any two of: clients, server, database (also
 * where one listens on a unix socket), and works on bytes: nothing is understood, nothing is made up.
 */
import { connect, createServer, type AddressInfo, type NetConnectOpts, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Target } from '#server/db/connection.ts'

/** What is done to bytes on their way; both directions, unless `only` names one (`down`: from the far end to the client). Several at once add up. */
export type Toxic = { readonly only?: 'up' | 'down' } & (
  /** Everything arrives this much later, give or take the jitter, in order. */
  | { readonly kind: 'latency'; readonly ms: number; readonly jitterMs?: number }
  /** Nothing passes; after `ms` the line is closed, with 0 never: a black hole that accepts. */
  | { readonly kind: 'timeout'; readonly ms: number }
  /** The line is reset after `ms`. */
  | { readonly kind: 'reset_peer'; readonly ms: number }
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number }
  /** Small pieces with a pause after each. */
  | { readonly kind: 'slicer'; readonly sizeBytes: number; readonly pauseMs: number }
)

export interface FaultProxy {
  readonly port: number
  /** Of lines to come, and of those that are open. */
  toxics: readonly Toxic[]
  /** Lines that are opened meanwhile reach the far end, and no answer ever comes back; the far end keeps its side when the client has gone. Those that are open go on. */
  stallsNew: boolean
  /** Nobody listens, and all lines are reset. */
  down(): Promise<void>
  /** On the same port as before. */
  up(): Promise<void>
  /** Resets every line. @returns how many there were */
  cut(): number
  readonly lines: number
  /** How many ever came. */
  readonly accepted: number
  close(): Promise<void>
}

export async function openFaultProxy(to: NetConnectOpts, random: () => number = Math.random): Promise<FaultProxy> {
  let toxics: readonly Toxic[] = []
  let changed = Promise.withResolvers<void>()
  let stallsNew = false, accepted = 0
  const lines = new Set<Line>()
  const stalled = new Set<Socket>()   // far ends
  const endFar = (far: Socket): void => { if ('path' in to) far.destroy(); else reset(far) }   // a unix socket knows no reset, and Node throws
  const of = <K extends Toxic['kind']>(kind: K, way: 'up' | 'down') => toxics.filter((t): t is Extract<Toxic, { kind: K }> => t.kind === kind && (t.only ?? way) === way)

  interface Line { end(): void }
  function accept(client: Socket): void {
    accepted++
    const far = connect(to)
    const line = { end }
    lines.add(line)
    function end(): void {
      if (!lines.delete(line)) return
      reset(client)
      endFar(far)
    }
    if (stallsNew) return stall(client, far, () => { lines.delete(line) })
    // In a black hole the end of one side is not heard of on the other either.
    for (const [socket, way] of [[client, 'up'], [far, 'down']] as const) socket.setNoDelay(true).on('error', () => {}).on('close', () => { void passable(way, end).then(end) })
    void carry(client, far, 'up', end)
    void carry(far, client, 'down', end)
  }

  function stall(client: Socket, far: Socket, end: () => void): void {
    stalled.add(far)
    far.on('error', () => {}).on('close', () => { stalled.delete(far) }).resume()
    client.on('error', () => {}).on('close', end).on('data', (bytes) => far.write(bytes))
  }

  async function carry(from: Socket, into: Socket, way: 'up' | 'down', end: () => void): Promise<void> {
    // One after the other: two timers of nearly the same time may fire in either order.
    let sent = Promise.resolve()
    let waiting = 0
    const send = async (piece: Buffer, arrivesMs: number): Promise<void> => {
      waiting++
      if (arrivesMs > performance.now()) await sleep(arrivesMs - performance.now())
      if (!into.destroyed && !into.write(piece)) await drained(into)
      waiting--
    }
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        for (const piece of sliced(chunk, of('slicer', way)[0]?.sizeBytes)) {
          await passable(way, end)
          const delayMs = of('latency', way).reduce((sum, t) => sum + t.ms + (random() * 2 - 1) * (t.jitterMs ?? 0), 0)
          const [rate] = of('bandwidth', way), [slicer] = of('slicer', way)
          if (rate) await sleep(piece.length / rate.bytesPerSecond * 1000)
          const arrivesMs = performance.now() + delayMs
          sent = sent.then(() => send(piece, arrivesMs))
          if (delayMs <= 0 && waiting === 0) await sent
          if (slicer) await sleep(slicer.pauseMs)
        }
      }
      await sent
      await passable(way, end)
      into.end()   // a half-closed line stays open the other way
    } catch {
      await passable(way, end)
      end()
    }
  }

  /** Waits in a black hole; a line that is to be closed or reset never gets out. */
  async function passable(way: 'up' | 'down', end: () => void): Promise<void> {
    for (let fatal: number | undefined; ; ) {
      const [stop] = of('timeout', way), [reset] = of('reset_peer', way)
      if (!stop && !reset) return
      const ms = stop && stop.ms > 0 ? stop.ms : reset?.ms
      if (ms !== undefined) fatal ??= performance.now() + ms
      if (fatal !== undefined && performance.now() >= fatal) return end()
      await Promise.race([changed.promise, ...(fatal === undefined ? [] : [sleep(fatal - performance.now())])])
    }
  }

  const listener = createServer({ allowHalfOpen: true }, accept)
  const listen = (port: number): Promise<void> => new Promise((done, fail) => { listener.once('error', fail).listen(port, '127.0.0.1', done) })
  await listen(0)
  const { port } = listener.address() as AddressInfo
  const cut = (): number => {
    const all = [...lines]
    for (const line of all) line.end()
    for (const far of stalled) endFar(far)
    return all.length
  }
  const down = async (): Promise<void> => {
    const closed = new Promise<void>((done) => { listener.close(() => { done() }) })
    cut()
    if (listener.listening) return
    await closed
  }
  return {
    port, cut, down,
    get toxics() { return toxics },
    set toxics(next) {
      toxics = next
      changed.resolve()
      changed = Promise.withResolvers()
    },
    get stallsNew() { return stallsNew },
    set stallsNew(next) { stallsNew = next },
    up: () => listen(port),
    get lines() { return lines.size },
    get accepted() { return accepted },
    close: down,
  }
}

function* sliced(chunk: Buffer, sizeBytes = chunk.length): Generator<Buffer> {
  for (let at = 0; at < chunk.length; at += sizeBytes) yield chunk.subarray(at, at + sizeBytes)
}

/** Before a PostgreSQL, wherever it listens. */
export const openFaultProxyBefore = ({ host = 'localhost', port = 5432 }: Target): Promise<FaultProxy> =>
  openFaultProxy(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port })

/** Before an http address. @returns what clients use instead, too */
export async function openFaultProxyTo(url: string): Promise<FaultProxy & { readonly url: string }> {
  const { hostname, port } = new URL(url)
  const proxy = await openFaultProxy({ host: hostname, port: Number(port || 80) })
  return Object.assign(proxy, { url: `http://127.0.0.1:${proxy.port}` })
}

/** Node leaves the socket of `resetAndDestroy` open for good when it is shutting down just then: the reset is refused (EINVAL) and the handle forgotten. */
export function reset(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy()
  else socket.resetAndDestroy()
}

const drained = (socket: Socket): Promise<void> => new Promise((done) => {
  socket.once('drain', done).once('close', done)
})
