import { rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { CannotStart } from '#server/kernel/cannot-start.ts'

const answerTimeoutMs = 2_000

/**
 * Holds `path` as long as this process lives: a listening unix socket, which, other than a file, cannot outlive its owner.
 * @returns the release. @throws CannotStart when another process holds it.
 */
export async function claim(path: string, folder: string): Promise<() => Promise<void>> {
  const held = (pid: string): CannotStart => new CannotStart(`Lodge already runs on this data, process ${pid} (${folder}). Stop it first, or give this one a folder of its own with LODGE_DATA.`)
  const server = await listen(path)
  if (server) return release(server)
  const holder = await ask(path)
  if (holder) throw held(holder)
  await rm(path, { force: true })   // left by a killed process: nobody answers
  const second = await listen(path)
  if (!second) throw held(await ask(path) ?? 'unknown')
  // Another start may have found nobody answering too, and removed our socket instead of the stale one.
  await sleep(50)
  const now = await ask(path)
  if (now === String(process.pid)) return release(second)
  second.close()
  throw held(now ?? 'unknown')
}

const release = (server: Server) => () => new Promise<void>((done) => { server.close(() => done()) })

function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => { socket.on('error', () => {}).end(String(process.pid)) })
    server.once('error', (error: NodeJS.ErrnoException) => { if (error.code === 'EADDRINUSE') resolve(undefined); else reject(error) })
    server.listen(path, () => { server.unref(); resolve(server) })
  })
}

/** The holder's process number; undefined when the socket is stale. A holder too busy to answer is a holder. */
function ask(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(path)
    socket.setTimeout(answerTimeoutMs, () => { socket.destroy(); resolve('unknown') })
    socket.on('data', (bytes) => { answer += bytes.toString() })
    socket.on('end', () => resolve(answer))
    socket.on('error', () => resolve(undefined))
  })
}
