import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface CuttingProxy {
  /** What clients use instead of the server's address. */
  readonly url: string
  /** Resets every connection, whatever is on its way in either direction. @returns how many clients lost theirs */
  cut(): number
  close(): Promise<void>
}

/** Passes bytes to an http address, and breaks lines on demand. */
export async function openCuttingProxy(to: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(to)
  const clients = new Set<Socket>()
  const pair = (client: Socket): void => {
    const server = connect({ host: hostname, port: Number(port || 80) })
    clients.add(client)
    for (const [socket, other] of [[client, server], [server, client]] as const) {
      socket.on('error', () => {}).on('close', () => other.resetAndDestroy())
      socket.setNoDelay(true).pipe(other)
    }
    client.on('close', () => clients.delete(client))
  }
  const listener = createServer(pair)
  await new Promise<void>((done) => { listener.listen(0, '127.0.0.1', done) })
  const cut = (): number => {
    const count = clients.size
    for (const client of clients) client.resetAndDestroy()
    return count
  }
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`, cut,
    async close() {
      cut()
      await new Promise((done) => { listener.close(done) })
    },
  }
}
