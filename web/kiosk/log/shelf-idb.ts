/** The log in the browser's own database. */
import { inTime, type Device } from './device.ts'
import type { Kept, LogMeta } from './kept.ts'
import type { Shelf } from './shelf.ts'

const all = (after: number): IDBKeyRange => IDBKeyRange.bound(['unsent', after + 1], ['unsent', Infinity])

export function idbShelf(device: Device): Shelf {
  const db = device.database
  async function change(seqs: readonly number[], to: (kept: Kept) => Kept | undefined): Promise<void> {
    const tx = (await db()).transaction('operations', 'readwrite')
    await Promise.all([...seqs.map(async (seq) => {
      const kept = await tx.store.get(seq)
      const next = kept && to(kept)
      if (next) await tx.store.put(next)
    }), tx.done])
  }
  return guarded(device, {
    log: async () => await (await db()).get('meta', 'log') as LogMeta,
    unsent: async (after, max) => (await db()).getAllFromIndex('operations', 'state', all(after), max),
    async waiting() {
      const tx = (await db()).transaction('operations')
      const index = tx.store.index('state')
      const [count, oldest] = await Promise.all([index.count(all(0)), index.get(all(0)), tx.done])
      return { count, oldest }
    },
    async mark(results, nowMs) {
      const bySeq = new Map(results.map((result) => [result.seq, result]))
      await change([...bySeq.keys()], (kept) => {
        const { id, state, reason } = bySeq.get(kept.seq)!
        return id === kept.id ? { ...kept, state, reason, ackedAt: nowMs } : undefined
      })
    },
    unmark: async (seqs) => change(seqs, (kept) => ({ ...kept, state: 'unsent', reason: null, ackedAt: null })),
    from: async (seq, max) => (await db()).getAll('operations', IDBKeyRange.lowerBound(seq), max),
    async prune(keepAfterMs, picturesAfterMs) {
      const tx = (await db()).transaction('operations', 'readwrite')
      tx.done.catch(() => {})   // when the browser takes the storage away, both this and the cursor fail; the cursor's is told
      let isPrefix = true
      for (let cursor = await tx.store.openCursor(); cursor; cursor = await cursor.continue()) {
        const { value } = cursor
        // What is kept has no gaps, or the comparison with the server would find them.
        isPrefix &&= value.ackedAt !== null && value.ackedAt < keepAfterMs
        if (isPrefix) await cursor.delete()
        else if (value.ackedAt !== null && value.ackedAt < picturesAfterMs && ('photo' in value.body || 'signature' in value.body)) {
          const { photo: _, signature: __, ...body } = value.body
          await cursor.update({ ...value, body })
        }
      }
      await tx.done
    },
  })
}

/** Storage that fails or hangs is opened anew for the next try; what called waits and comes again. */
function guarded(device: Device, shelf: Shelf): Shelf {
  return Object.fromEntries(Object.entries(shelf).map(([name, work]) => [name, async (...given: unknown[]) => {
    try {
      return await inTime((work as (...given: unknown[]) => Promise<unknown>)(...given), patienceMs)
    } catch (error) {
      device.reopen().catch(() => {})
      throw error
    }
  }])) as unknown as Shelf
}
const patienceMs = 30_000
