/** WebSocket upgrades on the HTTP server's port, at /api/v1/socket. The browser's Origin is taken here and judged at `hello`, when the session is known. */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { frameMaxBytes } from '#contract/limits.ts'
import { socketPath } from '#contract/protocol.ts'
import type { Admission } from '#server/kernel/admission.ts'
import type { Hub } from './hub.ts'

const ignore = (): void => {}

/** Upgrades take their turn like handshakes: a failed one would tell a browser nothing, so none is refused. @returns closes the server side. */
export function acceptSockets(server: Server, hub: Hub, admission: Pick<Admission, 'upgrade'>): () => void {
  // Deflate stays off: it costs 30 % more memory per socket and CPU for frames of 200 bytes.
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: frameMaxBytes, clientTracking: false })
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const path = request.url?.split('?', 1)[0]
    if (path !== socketPath) { socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n'); return }
    socket.on('error', ignore)   // while it waits it is nobody's
    admission.upgrade(() => {
      socket.off('error', ignore)
      if (socket.destroyed) return
      sockets.handleUpgrade(request, socket, head, (ws) => hub.open(ws, { origin: request.headers.origin, host: request.headers.host }))
    })
  }
  server.on('upgrade', upgrade)
  return () => { server.off('upgrade', upgrade); sockets.close() }
}
