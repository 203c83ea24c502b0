/**
 * A disk that fills up. No byte is written: the watch over the disks is told that little is left, by steps. What it then does is all
 * real: it refuses files, then bookings, and lets its ballast go.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '#client/id.ts'
import { probe } from './probe.ts'
import type { Fault, Scene } from './scene.ts'

const mb = 2 ** 20
const stayMs = 3_000, stepMaxMs = 12_000
let isOver = false

async function steps({ pull, note, has, at, nowMs, watch, talk, orders }: Scene): Promise<void> {
  const asks = probe(orders)
  const wait = async (done: () => boolean): Promise<void> => { for (const untilMs = nowMs() + stepMaxMs; !done() && nowMs() < untilMs;) await sleep(20) }
  const asking = (async () => {
    for (; !isOver; await sleep(200)) {
      const [file, booking] = await Promise.all([asks('/blobs', { id: newId(), conversation: newId(), name: 'passport.jpg', mediaType: 'image/jpeg', sizeBytes: 1, sha256: '0'.repeat(64) }), asks('/bookings', { id: newId(), space: newId(), when: { day: new Date().toISOString().slice(0, 10) } })])
      if (file?.code === 'storage_full') note('filesRefused', { text: file.detail })
      if (booking?.code === 'storage_full') note('bookingsRefused', { text: booking.detail })
      else if (has('diskFreed') && booking) note('bookingsAgain')
    }
  })()
  try {
    await wait(() => has('filesRefused') && has('bookingsRefused'))
    await sleep(stayMs)
    await pull({ pull: 'disk', leftBytes: 100 * mb })
    note('diskFull')
    await wait(() => watch.metric('lodge_disk_level') === 3)
    if (watch.metric('lodge_disk_level') === 3) note('fullSeen')
    await sleep(stayMs)
    note('storedMeanwhile', { n: talk.said.filter((s) => s.storedMs !== undefined && s.sentMs > Date.now() - nowMs() + at('bookingsRefused')).length })
    await pull({ pull: 'disk', leftBytes: null })
    note('diskFreed')
    await wait(() => has('bookingsAgain'))
  } finally {
    isOver = true
    await asking
  }
}

export const disk: Fault = {
  async make(scene) {
    await scene.pull({ pull: 'disk', leftBytes: 300 * mb })
    scene.begin('diskNearlyFull')
    void steps(scene).catch(() => {})
  },
  look: ({ has, watch }) => has('bookingsAgain') && watch.reasons.length === 0,
}
