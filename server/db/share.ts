/** A part of the connections for one kind of work: however much of it there is, the others keep the rest. */
import { Refusal } from '#server/kernel/refusal.ts'
import type { Db, Tx } from './db.ts'

interface Waiting { go: () => void; timer: NodeJS.Timeout }

/**
 * Never more than `max` of the pool's connections at once. Who waits longer than the deadline is refused, and what is left of the
 * deadline is what the work itself has. First come, first served. @throws Refusal `overloaded`
 */
export function shareOf(db: Db, name: string, max: number, now: () => number = Date.now): Db & { readonly inUse: number; readonly waiting: number } {
  let inUse = 0
  const queue: Waiting[] = []

  async function enter(deadlineMs: number): Promise<void> {
    if (inUse < max) { inUse++; return }
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = {
        go: () => { clearTimeout(waiting.timer); resolve() },
        timer: setTimeout(() => {
          queue.splice(queue.indexOf(waiting), 1)
          reject(new Refusal('overloaded', `Too many ${name} at once. Try again shortly.`, 1_000))
        }, deadlineMs),
      }
      queue.push(waiting)
    })
  }
  function leave(): void {
    const next = queue.shift()
    if (next) next.go(); else inUse--   // the place goes from hand to hand
  }
  const within = (how: 'tx' | 'read') => async <T>(label: string, deadlineMs: number, fn: (tx: Tx) => Promise<T>): Promise<T> => {
    const untilMs = now() + deadlineMs
    await enter(deadlineMs)
    try { return await db[how](label, Math.max(1, untilMs - now()), fn) } finally { leave() }
  }
  return { tx: within('tx'), read: within('read'), get inUse() { return inUse }, get waiting() { return queue.length } }
}
