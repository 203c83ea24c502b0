import { Refusal } from '#server/kernel/refusal.ts'
import { codeOf } from './connection.ts'
import type { Db, Tx } from './db.ts'

/** A database that answers and does not write: read-only, out of room, out of memory. Nothing was stored. */
const cannotWrite = /^(?:25006|53100|53200|58030)$/
const retryAfterMs = 2_000
const notWriting = 'This cannot be done right now because the database writes nothing at present. Nothing was changed; try again shortly.'

/**
 * The database for everybody but the writer: refuses at once while it is known to answer nothing, since a connection to a frozen
 * one hangs until its deadline; and says in words when it answers and cannot write. @throws Refusal `unavailable`
 */
export function answering(db: Db, isSilent: () => boolean): Db {
  const through = (how: 'tx' | 'read') => async <T>(label: string, deadlineMs: number, fn: (tx: Tx) => Promise<T>, asked?: Error): Promise<T> => {
    if (isSilent()) throw new Refusal('unavailable', undefined, retryAfterMs)
    try { return await db[how](label, deadlineMs, fn, asked) } catch (error) {
      throw cannotWrite.test(codeOf(error)) ? new Refusal('unavailable', notWriting, retryAfterMs) : error
    }
  }
  return { tx: through('tx'), read: through('read') }
}
