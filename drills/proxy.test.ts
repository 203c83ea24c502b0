import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openFaultProxy, type FaultProxy } from './proxy.ts'

let far: Server, proxy: FaultProxy
const clients: Socket[] = []
beforeEach(async () => {
  far = createServer({ allowHalfOpen: true }, (socket) => { socket.on('error', () => {}).pipe(socket) }).listen(0, '127.0.0.1')
  await once(far, 'listening')
  proxy = await openFaultProxy({ host: '127.0.0.1', port: (far.address() as AddressInfo).port })
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy()
  await proxy.close()
  far.close()
})

interface Client { socket: Socket; heard: () => string; ended: () => boolean; fault: () => string }
async function dial(): Promise<Client> {
  const socket = connect({ host: '127.0.0.1', port: proxy.port })
  clients.push(socket)
  let heard = '', isEnded = false, fault = ''
  socket.on('data', (chunk) => { heard += chunk }).on('close', () => { isEnded = true }).on('error', (error: NodeJS.ErrnoException) => { fault = error.code ?? '' })
  await once(socket, 'connect')
  return { socket, heard: () => heard, ended: () => isEnded, fault: () => fault }
}

it('passes bytes both ways, and the end of one side [DR3]', async () => {
  const { socket, heard, ended } = await dial()
  const text = 'x'.repeat(3_000_000)
  socket.end(text)
  await expect.poll(() => heard().length).toBe(text.length)
  await expect.poll(ended).toBe(true)
})

it('delays without reordering [DR3]', async () => {
  proxy.toxics = [{ kind: 'latency', ms: 80, jitterMs: 60, only: 'down' }]
  const { socket, heard } = await dial()
  const startMs = performance.now()
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  for (const letter of letters) { socket.write(letter); await new Promise((go) => { setTimeout(go, 2) }) }
  await expect.poll(heard).toBe(letters)
  expect(performance.now() - startMs).toBeGreaterThan(80)
})

it('swallows in a black hole and goes on where it was, with nothing lost [DR3]', async () => {
  const { socket, heard, ended } = await dial()
  socket.write('before')
  await expect.poll(heard).toBe('before')
  proxy.toxics = [{ kind: 'timeout', ms: 0 }]
  socket.write(' inside')
  await new Promise((go) => { setTimeout(go, 150) })
  expect([heard(), ended()]).toEqual(['before', false])
  proxy.toxics = []
  await expect.poll(heard).toBe('before inside')
})

it('closes after a time, and resets [DR3]', async () => {
  for (const toxic of [{ kind: 'timeout', ms: 50 }, { kind: 'reset_peer', ms: 50 }] as const) {
    proxy.toxics = [toxic]
    const { socket, heard, ended } = await dial()
    socket.write('x')
    await expect.poll(ended).toBe(true)
    expect(heard()).toBe('')
  }
})

it('carries no more than the bandwidth, and slices [DR3]', async () => {
  proxy.toxics = [{ kind: 'bandwidth', bytesPerSecond: 100_000, only: 'up' }, { kind: 'slicer', sizeBytes: 500, pauseMs: 0, only: 'up' }]
  const { socket, heard } = await dial()
  const startMs = performance.now()
  socket.write('x'.repeat(20_000))
  await expect.poll(() => heard().length).toBe(20_000)
  expect(performance.now() - startMs).toBeGreaterThan(190)
})

it('is down and up again on the same port, and cuts all lines [DR3]', async () => {
  const { ended, fault } = await dial()
  await proxy.down()
  await expect.poll(ended).toBe(true)
  expect(fault()).toBe('ECONNRESET')
  await expect(dial()).rejects.toThrow('ECONNREFUSED')
  await proxy.up()
  const again = await dial()
  await expect.poll(() => proxy.lines).toBe(1)
  expect(proxy.cut()).toBe(1)
  await expect.poll(again.ended).toBe(true)
})

it('lets new lines stall while old ones go on [DR3]', async () => {
  const old = await dial()
  proxy.stallsNew = true
  const stalled = await dial()
  stalled.socket.write('hello')
  old.socket.write('still here')
  await expect.poll(old.heard).toBe('still here')
  proxy.stallsNew = false
  const next = await dial()
  next.socket.write('me too')
  await expect.poll(next.heard).toBe('me too')
  expect([stalled.heard(), stalled.ended()]).toEqual(['', false])
})

it('reaches what listens on a unix socket, which knows no reset [DR3]', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lodge-proxy-')), path = join(folder, 'socket')
  const local = createServer((socket) => { socket.on('error', () => {}).pipe(socket) }).listen(path)
  await once(local, 'listening')
  await proxy.close()
  proxy = await openFaultProxy({ path })
  const first = await dial()
  first.socket.write('heard')
  await expect.poll(first.heard).toBe('heard')
  expect([proxy.cut(), proxy.accepted]).toEqual([1, 1])
  await expect.poll(first.ended).toBe(true)
  proxy.stallsNew = true
  const second = await dial()
  second.socket.write('not answered')
  await expect.poll(() => proxy.accepted).toBe(2)
  await proxy.close()
  await new Promise((done) => { local.close(done) })
  await rm(folder, { recursive: true })
})

it('does not let one side hear of the other’s end in a black hole, until it is over [DR3]', async () => {
  const sockets: Socket[] = []
  far.on('connection', (socket) => sockets.push(socket))
  const { socket, heard, ended } = await dial()
  socket.write('before')
  await expect.poll(heard).toBe('before')
  proxy.toxics = [{ kind: 'timeout', ms: 0 }]
  sockets[0]!.end('farewell')
  sockets[0]!.destroy()
  await new Promise((go) => { setTimeout(go, 150) })
  expect([heard(), ended()]).toEqual(['before', false])
  proxy.toxics = []
  await expect.poll(ended).toBe(true)
})

it('leaves no socket behind where a line is cut while it ends by itself [DR3]', async () => {
  const sockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length
  const ends: Socket[] = []
  far.on('connection', (socket) => ends.push(socket))
  const line = await dial()
  await expect.poll(() => ends.length).toBe(1)
  const bell = connect((far.address() as AddressInfo).port)   // both ends are read in one turn of the loop, the line's first: it is shutting down when the bell rings
  clients.push(bell)
  await expect.poll(() => ends.length).toBe(2)
  bell.on('end', () => { proxy.cut() }).resume()
  for (const end of ends) end.end()
  await expect.poll(line.ended).toBe(true)
  for (const end of ends) end.destroy()
  bell.destroy()
  await expect.poll(sockets).toBe(0)
})
