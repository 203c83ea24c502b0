/** Planted: the queue stops at the first operation that was not applied. */
import { sendOperations, type OperationResult } from '#contract/kiosks.ts'
import type { Flusher, Flushing } from '#web/kiosk/log/flush.ts'
import { wireForm } from '#web/kiosk/log/batch.ts'

export function flusher({ shelf, ask, wall, heard, marked }: Flushing): Flusher {
  let isRunning = false
  const run = async (): Promise<void> => {
    if (isRunning) return
    isRunning = true
    try {
      for (;;) {
        const [first] = await shelf.unsent(0, 1)
        if (!first) return
        const answer = await ask('POST', sendOperations.path, { log: (await shelf.log()).id, operations: [wireForm(first)] }) as { status: number; body?: { results?: OperationResult[] } }
        const result = answer.body?.results?.[0]
        if (result?.state !== 'applied') return
        heard('reached')
        await shelf.mark([result], wall())
        marked?.([first.id])
      }
    } finally { isRunning = false }
  }
  const timer = setInterval(() => void run(), 1_000)
  return { wake: () => void run(), stop: () => clearInterval(timer) }
}
export type { Flusher, Flushing }
