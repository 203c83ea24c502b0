/** What a drill of the demo asks of the server: to break something of its own. All of it ends by itself, should nobody end it. */
import type { Server } from 'node:http'
import type { Embedded } from '#server/db/embedded.ts'
import type { Pool } from '#server/db/pool.ts'
import { leakSwitch } from '#server/features/drill/leak.ts'
import type { NarrowDisk } from '#server/features/drill/narrow.ts'
import { socketSwitch } from '#server/features/drill/sockets.ts'
import type { Lever } from './line.ts'

interface Options { server: Server; pool: Pool; embedded: Pick<Embedded, 'pid'> | undefined; disk: NarrowDisk; account: string }

const diskMaxMs = 40_000, leakMaxMs = 40_000
/** One booking in so many keeps its connection. */
const leakEvery = 2

/** @returns how many it met */
export function levers({ server, pool, embedded, disk, account }: Options): (lever: Lever) => number {
  const sockets = socketSwitch(server)
  const leak = leakSwitch(pool)
  let leakEnds: NodeJS.Timeout | undefined
  return (lever) => {
    switch (lever.pull) {
      case 'database':
        if (!embedded) throw new Error('The database is not this demo’s own.')
        process.kill(embedded.pid, 'SIGKILL')
        return 1
      case 'sockets': return sockets.drop()
      case 'disk':
        disk.narrow(lever.leftBytes ?? undefined, diskMaxMs)
        return 1
      case 'leak': {
        clearTimeout(leakEnds)
        const { leaked } = leak.now()
        leak.set({ label: 'book', account, every: lever.isOn ? leakEvery : 0 })
        if (lever.isOn) leakEnds = setTimeout(() => { leak.set({ label: 'book', account, every: 0 }) }, leakMaxMs).unref()
        return leaked
      }
    }
  }
}
