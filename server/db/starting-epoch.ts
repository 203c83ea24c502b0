import { Refusal } from '#server/kernel/refusal.ts'
import type { Db } from './db.ts'
import { epoch as readEpoch } from './journal.sql.ts'
import type { Remembered } from './remembered.ts'

/**
 * The journal's epoch from the database; while it is away, the last one that this node knew: the journal finds out by itself when it is another one by then.
 * @param mustAsk there is nothing that could be done without the database @throws what the database throws, when it was never asked before
 */
export async function startingEpoch(db: Db, noted: Remembered<{ epoch: string }>, mustAsk: boolean): Promise<{ epoch: string; isAsked: boolean; noteEpoch: (epoch: string) => void }> {
  const last = (await noted.read()).at(-1)
  const noteEpoch = (epoch: string): void => { noted.note({ epoch }) }
  try {
    const { epoch } = await db.read('epoch', 10_000, (tx) => tx.one(readEpoch()))
    if (epoch !== last?.epoch) noteEpoch(epoch)
    return { epoch, isAsked: true, noteEpoch }
  } catch (error) {
    if (!last || mustAsk || !(error instanceof Refusal && error.code === 'unavailable')) throw error
    return { ...last, isAsked: false, noteEpoch }
  }
}
