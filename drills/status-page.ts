/** The house's own status page: a process that outlives the server, so the drill ends it. */
import { readFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export async function freePort(): Promise<number> {
  const listener = createServer()
  await new Promise<void>((done) => { listener.listen(0, '127.0.0.1', done) })
  const { port } = listener.address() as AddressInfo
  await new Promise((done) => { listener.close(done) })
  return port
}

/** By the file in which it says where it is and how it is spoken to; without one there is none. */
export async function endStatusPage(data: string): Promise<void> {
  const text = await readFile(join(data, 'status/process.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return
  const { url, token } = JSON.parse(text) as { url: string; token: string }
  const ask = (method: string, path: string): Promise<boolean> => fetch(`${url}${path}`, { method, headers: { 'x-lodge-status': token }, signal: AbortSignal.timeout(2_000) }).then(({ ok }) => ok, () => false)
  await ask('POST', '/-/stop')
  for (let n = 0; n < 100 && await ask('GET', '/-/alive'); n++) await sleep(50)
}
