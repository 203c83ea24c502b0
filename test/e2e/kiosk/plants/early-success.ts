/** Planted: the request's success is taken for the transaction's. */
import type { Device } from '#web/kiosk/log/device.ts'
import type { Happened, LocalVisit, LogMeta } from '#web/kiosk/log/kept.ts'

export async function record(device: Device, happened: Happened, visit: LocalVisit): Promise<void> {
  const db = await device.database()
  const tx = db.transaction(['operations', 'visits', 'meta'], 'readwrite')
  tx.done.catch(() => {})
  const log = await tx.objectStore('meta').get('log') as LogMeta
  await tx.objectStore('meta').put({ ...log, nextSeq: log.nextSeq + 1 }, 'log')
  await tx.objectStore('visits').put(visit)
  await tx.objectStore('operations').add({ ...happened, seq: log.nextSeq, state: 'unsent', reason: null, ackedAt: null })
}
