/** The fault of `zendesk` in small: all sockets break at once, without a word to either end. */
import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** Knows the sockets that are opened from now on. */
export function socketSwitch(server: Server): { /** @returns how many there were */ drop(): number } {
  const open = new Set<Duplex>()
  server.on('upgrade', (_request, socket: Duplex) => {
    open.add(socket)
    socket.once('close', () => { open.delete(socket) })
  })
  return {
    drop() {
      const dropped = open.size
      for (const socket of open) socket.destroy()
      return dropped
    },
  }
}
