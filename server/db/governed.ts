/** The database by class of work: each feature gets the handle of its class, and the governor decides whose turn it is. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Governor, WorkClass } from '#server/kernel/governor.ts'
import { whoAsks } from './asked.ts'
import type { Db, Tx } from './db.ts'

type Lend = Pick<Governor, 'enter' | 'took'>
/** Whoever is inside asks for no second place: that could wait for itself. */
const inside = new AsyncLocalStorage<true>()

/** @param accountOf whose work is being done, where that is known: between accounts turns are fair */
export function governed(db: Db, { enter, took }: Lend, accountOf: () => string | undefined = () => undefined): (of: WorkClass) => Db {
  const through = (how: 'tx' | 'read', of: WorkClass) => async <T>(label: string, deadlineMs: number, fn: (tx: Tx) => Promise<T>, asked = whoAsks(label)): Promise<T> => {   // who comes out of the queue has no stack
    if (inside.getStore()) return db[how](label, deadlineMs, fn, asked)
    const startMs = performance.now()
    const place = enter(of, accountOf() ?? '', deadlineMs)
    const leave = typeof place === 'function' ? place : await place
    const begunMs = performance.now()
    try {
      return await inside.run(true, () => db[how](label, Math.max(1, deadlineMs - (begunMs - startMs)), fn, asked))
    } finally {
      leave()
      took(label, performance.now() - begunMs)
    }
  }
  return (of) => ({ tx: through('tx', of), read: through('read', of) })
}
