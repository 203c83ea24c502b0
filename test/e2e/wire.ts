import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { reset } from '#drills/proxy.ts'

export interface Wire {
  /** The far end's address, by way of this wire. */
  readonly url: string
  /** Ends every connection and refuses new ones, as a pulled cable would. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

/** A line to a server that can be cut. */
export async function layWire(to: string): Promise<Wire> {
  const { hostname, port } = new URL(to)
  const sockets = new Set<Socket>()
  let isCut = false
  const hold = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }
  const wire = createServer((near) => {
    hold(near)
    if (isCut) {
      reset(near)
      return
    }
    const far = connect(Number(port), hostname)
    hold(far)
    near.pipe(far).pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve))
  const cut = (): void => {
    isCut = true
    for (const socket of sockets) reset(socket)
  }
  return {
    url: `http://127.0.0.1:${(wire.address() as AddressInfo).port}`,
    cut,
    mend: () => { isCut = false },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => wire.close(resolve))
    },
  }
}
