import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { probe } from './probe.ts'

it('[SG8] notes what it sees when the disk takes it again, if it took nothing when Lodge went away', async () => {
  let status = 200, isFull = false
  const lodge = createServer((_request, reply) => { reply.writeHead(status).end('{"reasons":[]}') }).listen(0, '127.0.0.1')
  await once(lodge, 'listening')
  try {
    const noted: string[] = [], failures: unknown[] = []
    const { look } = probe({ url: `http://127.0.0.1:${(lodge.address() as AddressInfo).port}`, now: Date.now, failed: (error) => failures.push(error), async changed({ level }) {
      if (isFull) throw new Error('ENOSPC')
      noted.push(level)
    } })
    await look()
    ;[status, isFull] = [503, true]
    for (let n = 0; n < 4; n++) await look()
    isFull = false
    await look()
    await look()
    expect(noted).toEqual(['works', 'disrupted'])
    expect(failures).toHaveLength(1)
  } finally {
    lodge.close()
    lodge.closeAllConnections()
  }
})
