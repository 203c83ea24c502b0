/** A kiosk that was cut off for long: how soon everything is on the server once the line is mended, and whether reception notices. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from '#client/id.ts'
import { pair } from './drill.ts'
import { openHouse } from './house.ts'
import { startFaultProxy } from './proxy.ts'
import { openTablet } from './tablet.ts'

/** `deskP99Ms`: of check-ins at the desk meanwhile, four a second. */
export interface Backlog { operations: number; seconds: number; applied: number; deskCheckIns: number; deskP99Ms: number }

export async function sendBacklog(operations: number, tell: (what: string) => void): Promise<Backlog> {
  const house = await openHouse()
  const profile = await mkdtemp(join(tmpdir(), 'lodge-tablet-'))
  const proxy = await startFaultProxy(house.server.url)
  const tablet = await openTablet(profile, proxy.url)
  try {
    await pair(tablet, await house.pairingCode(newId()))
    proxy.fault = 'refuse'
    await tablet.page().evaluate(fill, operations)
    tell(`${operations} operations wait on the device`)
    const startMs = performance.now()
    proxy.fault = 'pass'
    await tablet.page().evaluate(() => dispatchEvent(new Event('online')))
    const deskMs: number[] = []
    let applied = 0
    for (let i = 0; applied < operations && performance.now() - startMs < 300_000; i++) {
      const id = await house.expect(`Desk ${i}`)
      const askedMs = performance.now()
      await house.checkIn(id)
      deskMs.push(performance.now() - askedMs)
      applied = (await tablet.log()).operations.filter((o) => o.state === 'applied').length
      if (i % 8 === 0) tell(`${applied} of ${operations} are on the server`)
      await sleep(250)
    }
    const seconds = (performance.now() - startMs) / 1000
    deskMs.sort((a, b) => a - b)
    return { operations, seconds: Number(seconds.toFixed(1)), applied, deskCheckIns: deskMs.length, deskP99Ms: Math.round(deskMs[Math.floor(deskMs.length * 0.99)] ?? 0) }
  } finally {
    await tablet.close()
    await proxy.close()
    await house.stop()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Runs in the page: walk-ins of the last hours, as the app would have written them. */
function fill(count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('lodge-kiosk')
    opening.onerror = () => reject(opening.error as Error)
    opening.onsuccess = () => {
      const tx = opening.result.transaction(['operations', 'meta'], 'readwrite')
      const meta = tx.objectStore('meta').get('log')
      meta.onsuccess = () => {
        const log = meta.result as { nextSeq: number }
        for (let i = 0; i < count; i++) {
          tx.objectStore('operations').add({ seq: log.nextSeq + i, id: crypto.randomUUID(), type: 'check_in', visit: crypto.randomUUID(), at: new Date(Date.now() - (count - i) * 2_000).toISOString(), offsetMs: 0,
            body: { expected: false, name: `Backlog ${i}`, language: 'en' }, state: 'unsent', reason: null, ackedAt: null })
        }
        tx.objectStore('meta').put({ ...log, nextSeq: log.nextSeq + count }, 'log')
      }
      tx.oncomplete = () => { opening.result.close(); resolve() }
      tx.onabort = () => reject(tx.error as Error)
    }
  })
}
