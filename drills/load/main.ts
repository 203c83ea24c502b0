/** A process of the load: plays one role, does what its parent orders, and says every second how it goes. */
import { openBookings } from './bookings.ts'
import { openCrowd } from './crowd.ts'
import { openKiosks } from './kiosks.ts'
import type { News, Order, Role, RoleName, Start } from './role.ts'
import { openTalk } from './talk.ts'

const openers: Readonly<Record<RoleName, (of: Start) => Promise<Role>>> = { talk: openTalk, crowd: openCrowd, kiosks: openKiosks, bookings: openBookings }
const tell = (news: News): void => { process.send?.(news) }
let role: Role | undefined

async function obey(order: Order): Promise<string | undefined> {
  switch (order.do) {
    case 'start':
      role = await openers[order.of.role](order.of)
      setInterval(() => { tell({ figures: role!.figures() }) }, 1_000)
      return undefined
    case 'rate': role!.rate(order.perSecond); return undefined
    case 'settle': return role!.settle(order.forMs)
    case 'close': role?.close(); return undefined
  }
}

process.on('message', (order: Order) => {
  obey(order).then((what) => { tell({ done: order.do, ...(what !== undefined && { what }) }) }, (error: unknown) => { tell({ failed: String((error as Error).stack) }) })
})
process.on('disconnect', () => process.exit())
