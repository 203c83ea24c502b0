/**
 * What stands between a kiosk and its server: everything that goes wrong there, one request at a time. Pages pass whenever
 * requests can pass at all; faults in the middle of an answer are for the API, whose answers the kiosk must not trust.
 */
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * `refuse`: connections are reset at once. `hang`: accepted, never answered. `cut`: the answer breaks off in its middle.
 * `captive`: a hotspot's page with status 200. `drop`: the server does it, the answer is lost. `twice`: the server gets it twice.
 */
export const faults = ['pass', 'refuse', 'hang', 'cut', 'captive', 'error500', 'error503', 'drop', 'twice', 'slow'] as const
export type Fault = (typeof faults)[number]

export interface FaultProxy {
  readonly url: string
  fault: Fault
  /** Appended to the service worker: another number is another version. */
  workerVersion: number
  /** Files that are served instead of the server's, by path; for planted bugs. */
  instead: ((path: string) => Promise<{ body: Buffer; type: string } | undefined>) | undefined
  close(): Promise<void>
}

const captivePage = '<!doctype html><title>Welcome to the free Wi-Fi</title><form><button>I agree</button></form>'
const slowMs = 400

/** @param to where the server is; it may be dead at times */
export async function startFaultProxy(to: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(to)
  const sockets = new Set<Socket>()
  const self = { fault: 'pass' as Fault, workerVersion: 0, instead: undefined as FaultProxy['instead'] }

  const ask = (request: IncomingMessage, body: Buffer): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> => new Promise((resolve, reject) => {
    const { host: _, connection: __, ...headers } = request.headers
    const upstream = forward({ hostname, port, method: request.method, path: request.url, headers: { ...headers, host: `${hostname}:${port}`, 'accept-encoding': 'identity' }, agent: false }, (answer) => {
      read(answer).then((bytes) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes }), reject)
    })
    upstream.on('error', reject)
    upstream.end(body)
  })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { fault } = self
    const isApi = request.url!.startsWith('/api/')
    if (fault === 'refuse') return void request.socket.resetAndDestroy()
    const body = await read(request)
    if (fault === 'hang') return   // until the client gives up
    if (fault === 'captive') return void response.writeHead(200, { 'content-type': 'text/html' }).end(captivePage)
    if (isApi && fault === 'error500') return void response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Internal Server Error</h1>')
    if (isApi && fault === 'error503') return void response.writeHead(503, { 'retry-after': '1' }).end('{}')
    const path = new URL(request.url!, to).pathname
    const planted = isApi ? undefined : await self.instead?.(path)
    if (planted) return void response.writeHead(200, { 'content-type': planted.type, 'service-worker-allowed': '/kiosk', 'cache-control': 'no-cache' }).end(planted.body)
    if (fault === 'slow') await sleep(slowMs)
    if (isApi && fault === 'twice') await ask(request, body)
    let answer
    try { answer = await ask(request, body) } catch { return void request.socket.resetAndDestroy() }
    if (isApi && fault === 'drop') return void request.socket.resetAndDestroy()
    const { 'transfer-encoding': _, connection: __, ...headers } = answer.headers
    const isWorker = request.headers['service-worker'] === 'script'
    const bytes = isWorker && self.workerVersion > 0 ? Buffer.concat([answer.body, Buffer.from(`\n// version ${self.workerVersion}\n`)]) : answer.body
    response.writeHead(answer.status, { ...headers, 'content-length': String(bytes.length) })
    if (isApi && fault === 'cut' && bytes.length > 1) {
      response.write(bytes.subarray(0, bytes.length >> 1))
      await sleep(20)
      return void request.socket.resetAndDestroy()
    }
    response.end(bytes)
  }

  const server = createServer((request, response) => { serve(request, response).catch(() => request.socket.destroy()) })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(self, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
