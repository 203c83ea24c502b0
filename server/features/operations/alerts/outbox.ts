/** What is to be said and was not said yet. In memory and, by whoever asks for its state, in a file: sent without the database, tried again for a day. */
import type { Way } from '#contract/alerts.ts'
import type { Words } from './letters.ts'

/** `later`: it may work another time. `never`: this receiver will refuse it again. */
export type Outcome = { state: 'sent' } | { state: 'later' | 'never'; why: string }
export interface Due { readonly key: string; readonly way: Way; readonly words: Words; readonly payload: object; readonly atMs: number; attempts: number; nextMs: number }
/** Never throws. The key stays the same whenever it is sent again. */
export type Send = (due: Due) => Promise<Outcome>

const pausesMs = [5_000, 15_000, 60_000, 180_000, 600_000]
const freshMs = 24 * 3_600_000
const atOnce = 4
/** Beyond that the oldest are given up: nobody reads them any more. */
const dueMax = 500

export function alertOutbox({ send, now, log, state = [], changed }: { send: Send; now: () => number; log: { warn(o: object, m: string): void }; state?: readonly Due[]; changed: () => void }) {
  let due: Due[] = state.map((d) => ({ ...d }))
  const sending = new Set<Due>()
  let sent = 0, failed = 0

  async function one(item: Due): Promise<void> {
    sending.add(item)
    const outcome = await send(item)
    item.attempts++
    sending.delete(item)
    if (outcome.state === 'sent') sent++
    else {
      failed++
      log.warn({ kind: item.way.kind, why: outcome.why, state: outcome.state, attempts: item.attempts }, 'an alert could not be sent')
    }
    if (outcome.state === 'later' && now() - item.atMs < freshMs) item.nextMs = now() + pausesMs[Math.min(item.attempts, pausesMs.length) - 1]!
    else due = due.filter((d) => d !== item)
    changed()
  }
  return {
    add(items: readonly Omit<Due, 'attempts' | 'nextMs'>[]): void {
      due.push(...items.map((item) => ({ ...item, attempts: 0, nextMs: 0 })))
      if (due.length > dueMax) due.splice(0, due.length - dueMax)
    },
    /** Sends what is due, and resolves when that has ended: well or not. */
    async round(): Promise<void> {
      for (;;) {
        const next = due.filter((d) => !sending.has(d) && d.nextMs <= now()).slice(0, atOnce)
        if (next.length === 0) return
        await Promise.all(next.map(one))
      }
    },
    state: (): readonly Due[] => due,
    stats: () => ({ waiting: due.length, sent, failed }),
  }
}
