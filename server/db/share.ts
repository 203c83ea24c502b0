/** A part of the connections for one kind of work: however much of it there is, the others keep the rest. */
import { Refusal } from '#server/kernel/refusal.ts'
import { turns } from '#server/kernel/turns.ts'
import { whoAsks } from './asked.ts'
import type { Db, Tx } from './db.ts'
import { owner as currentOwner, type Owner } from './on-behalf.ts'

interface Waiting { go: () => void; timer: NodeJS.Timeout }

export interface Share extends Db {
  readonly inUse: number
  readonly waiting: number
  /** Whether work of this name has gone through it. */
  serves(label: string): boolean
}

/**
 * Never more than `max` of the pool's connections at once. Who waits longer than the deadline is refused, and what is left of the
 * deadline is what the work itself has. Accounts take turns, and of three places or more one account leaves one to the others.
 * @param max asked anew each time: what this node may open changes @param isFair false only in drills @throws Refusal `overloaded`
 */
export function shareOf(db: Db, name: string, max: number | (() => number), now: () => number = Date.now, isFair = true): Share {
  const most = typeof max === 'number' ? () => max : max
  let inUse = 0
  const labels = new Set<string>()   // they stand in the code, so there are few
  const queue = turns<Waiting>(() => most() < 3 || !isFair ? most() : most() - 1)

  async function enter(owner: Owner, deadlineMs: number): Promise<void> {
    if (inUse < most() && queue.enter(owner)) { inUse++; return }
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = {
        go: () => { clearTimeout(waiting.timer); inUse++; resolve() },
        timer: setTimeout(() => {
          queue.forget(owner, waiting)
          reject(new Refusal('overloaded', `Too many ${name} at once. Try again shortly.`, 1_000))
        }, deadlineMs),
      }
      queue.wait(owner, waiting)
    })
  }
  function leave(owner: Owner): void {
    inUse--
    queue.leave(owner)
    while (inUse < most()) {
      const next = queue.next()
      if (!next) return
      next.go()
    }
  }
  const within = (how: 'tx' | 'read') => async <T>(label: string, deadlineMs: number, fn: (tx: Tx) => Promise<T>, asked = whoAsks(label)): Promise<T> => {   // who comes out of the queue is woken by a timer, and has no stack
    const untilMs = now() + deadlineMs
    const owner = currentOwner()
    labels.add(label)
    await enter(owner, deadlineMs)
    try { return await db[how](label, Math.max(1, untilMs - now()), fn, asked) } finally { leave(owner) }
  }
  return { tx: within('tx'), read: within('read'), get inUse() { return inUse }, get waiting() { return queue.waiting }, serves: (label) => labels.has(label) }
}
