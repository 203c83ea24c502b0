/** A TCP proxy in front of the tests' PostgreSQL, to make it stand still without touching the server that other tests use. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Target } from '#server/db/connection.ts'

export interface Proxy {
  readonly port: number
  /** How many connections came. */
  readonly accepted: number
  /** Takes connections and bytes, and passes nothing on, either way. */
  freeze(): void
  thaw(): void
  /** Brings no answer of connections made from now on, and keeps them open towards the database when the client has gone. */
  swallowAnswers(isSwallowing?: boolean): void
  close(): void
}

export async function proxyTo({ host, port = 5432 }: Target): Promise<Proxy> {
  const sockets = new Set<Socket>()
  let accepted = 0
  let isFrozen = false
  let isSwallowing = false
  const server = createServer((inside) => {
    accepted++
    const upstream = host?.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
    for (const socket of [inside, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
      if (isFrozen) socket.pause()
    }
    if (isSwallowing) {
      inside.on('data', (bytes) => upstream.write(bytes))
      upstream.resume()
      return
    }
    inside.pipe(upstream)
    upstream.pipe(inside)
    inside.on('close', () => { if (!isFrozen) upstream.destroy() })
    upstream.on('close', () => { if (!isFrozen) inside.destroy() })
    if (isFrozen) { inside.pause(); upstream.pause() }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as { port: number }).port,
    get accepted() { return accepted },
    freeze() { isFrozen = true; for (const socket of sockets) socket.pause() },
    thaw() { isFrozen = false; for (const socket of sockets) socket.resume() },
    swallowAnswers(value = true) { isSwallowing = value },
    close() { for (const socket of sockets) socket.destroy(); server.close() },
  }
}
