/** A log in memory: for tests, and behind the one that a drill's kiosk has in a file. */
import type { Happened, Kept } from './kept.ts'
import type { Shelf } from './shelf.ts'

export function memoryShelf(log = 'log-1'): Shelf & { rows: Map<number, Kept>; add(...happened: Happened[]): void } {
  const rows = new Map<number, Kept>()
  const sorted = (): Kept[] => [...rows.values()].sort((a, b) => a.seq - b.seq)
  const unsent = (after: number): Kept[] => sorted().filter(({ seq, state }) => seq > after && state === 'unsent')
  let nextSeq = 1
  return {
    rows,
    add(...happened) {
      for (const one of happened) {
        rows.set(nextSeq, { ...one, seq: nextSeq, state: 'unsent', reason: null, ackedAt: null })
        nextSeq++
      }
    },
    log: async () => ({ id: log, nextSeq }),
    unsent: async (after, max) => unsent(after).slice(0, max),
    waiting: async () => ({ count: unsent(0).length, oldest: unsent(0)[0] }),
    async mark(results, nowMs) {
      for (const { seq, id, state, reason } of results) {
        const kept = rows.get(seq)
        if (kept?.id === id) rows.set(seq, { ...kept, state, reason, ackedAt: nowMs })
      }
    },
    async unmark(seqs) {
      for (const seq of seqs) {
        const kept = rows.get(seq)
        if (kept) rows.set(seq, { ...kept, state: 'unsent', reason: null, ackedAt: null })
      }
    },
    from: async (from, max) => sorted().filter(({ seq }) => seq >= from).slice(0, max),
    async prune() {},
  }
}
