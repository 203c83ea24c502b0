/** Planted: what is sent is removed first, and put back only if the request is seen to fail. A browser that dies in between has lost it. */
import { sendOperations } from '#contract/kiosks.ts'
import type { Flusher, Flushing } from '#web/kiosk/log/flush.ts'
import { wireForm } from '#web/kiosk/log/batch.ts'

async function remove(seqs: readonly number[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const opening = indexedDB.open('lodge-kiosk')
    opening.onerror = () => reject(opening.error as Error)
    opening.onsuccess = () => {
      const tx = opening.result.transaction('operations', 'readwrite')
      for (const seq of seqs) tx.objectStore('operations').delete(seq)
      tx.oncomplete = () => { opening.result.close(); resolve() }
      tx.onabort = () => reject(tx.error as Error)
    }
  })
}

export function flusher({ shelf, ask, heard, marked }: Flushing): Flusher {
  let isRunning = false
  const run = async (): Promise<void> => {
    if (isRunning) return
    isRunning = true
    try {
      const batch = await shelf.unsent(0, 50)
      if (batch.length === 0) return
      await remove(batch.map((kept) => kept.seq))
      await ask('POST', sendOperations.path, { log: (await shelf.log()).id, operations: batch.map(wireForm) })
      heard('reached')
      marked?.(batch.map((kept) => kept.id))
    } finally { isRunning = false }
  }
  const timer = setInterval(() => void run(), 1_000)
  return { wake: () => void run(), stop: () => clearInterval(timer) }
}
export type { Flusher, Flushing }
