/**
 * The one place where the kiosk makes a promise. Number, operation and visit are written in one transaction with strict
 * durability, and `record` resolves at its `complete`: only then may a screen say "checked in", or a badge be printed.
 */
import { inTime, type Database, type Device } from './device.ts'
import { hasPhoto, withoutPhoto, type Happened, type LocalVisit, type LogMeta } from './kept.ts'

async function write(db: Database, happened: Happened, visit: LocalVisit): Promise<void> {
  const tx = db.transaction(['operations', 'visits', 'meta'], 'readwrite', { durability: 'strict' })
  const done = tx.done
  done.catch(() => {})
  const work = async (): Promise<void> => {
    const operations = tx.objectStore('operations')
    // An earlier try may have reached the disk although it seemed to fail.
    if (await operations.index('id').getKey(happened.id) === undefined) {
      const log = await tx.objectStore('meta').get('log') as LogMeta
      await Promise.all([
        operations.add({ ...happened, seq: log.nextSeq, state: 'unsent', reason: null, ackedAt: null }),
        tx.objectStore('meta').put({ ...log, nextSeq: log.nextSeq + 1 }, 'log'),
        tx.objectStore('visits').put(visit),
      ])
    }
    await done
  }
  try {
    await inTime(work())
  } catch (error) {
    try {
      tx.abort()
    } catch { /* It is over already. */ }
    throw error
  }
}

const isFull = (error: unknown): boolean => (error as { name?: string } | undefined)?.name === 'QuotaExceededError'

/** Rejects when it is not kept: then the screen sends the visitor to reception. */
export async function record(device: Device, happened: Happened, visit: LocalVisit): Promise<void> {
  let what = happened
  for (let mayReopen = true; ;) {
    try {
      await write(await device.database(), what, visit)
      return
    } catch (error) {
      if (isFull(error) && hasPhoto(what)) {
        what = withoutPhoto(what)
      } else if (mayReopen) {
        mayReopen = false
        await device.reopen()
      } else {
        throw error
      }
    }
  }
}
