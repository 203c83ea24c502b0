import { mkdir, rm, rmdir, stat } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { CannotStart } from '#server/kernel/cannot-start.ts'

/** Whoever holds it lives. */
export class HeldByAnother extends CannotStart {
  readonly process: string
  constructor(pid: string, folder: string) {
    super(`Lodge already runs on this data, process ${pid} (${folder}). Stop it first, or give this one a folder of its own with LODGE_DATA.`)
    this.process = pid
  }
}

const answerTimeoutMs = 2_000

/**
 * Holds `path` as long as this process lives: a listening unix socket, which, other than a file, cannot outlive its owner.
 * @returns the release. @throws HeldByAnother when another process holds it.
 */
export async function claim(path: string, folder: string): Promise<() => Promise<void>> {
  for (;;) {
    const server = await listen(path)
    if (server) return release(server)
    await refuseIfHeld(path, folder)
    // Nobody answers: left by a killed process. One at a time takes it away, or the second would remove the first one's new socket.
    const turn = `${path}.taking`
    if (await mkdir(turn).then(() => true, () => false)) {
      try {
        await refuseIfHeld(path, folder)
        await rm(path, { force: true })
      } finally {
        await rmdir(turn)
      }
    } else {
      const ageMs = Date.now() - ((await stat(turn).catch(() => undefined))?.mtimeMs ?? Date.now())
      if (ageMs > 10_000) await rmdir(turn).catch(() => {})   // that process was killed too
      await sleep(20)
    }
  }
}

async function refuseIfHeld(path: string, folder: string): Promise<void> {
  const pid = await ask(path)
  if (!pid) return
  throw new HeldByAnother(pid, folder)
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
