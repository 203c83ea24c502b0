/**
 * Entries on their way into the journal. A booking is committed on a connection of its own, where a lock may be waited for, and not on
 * the writer's: so its entry is written beside it, in its transaction, and carried over afterwards. It is never lost (the row is there
 * exactly when the booking is) and never doubled (it keeps its id, and the journal takes each id once).
 */
import type { EntryType } from '#contract/entries.ts'
import type { Actor } from '#contract/ids.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { ofTheHouse } from '#server/db/on-behalf.ts'
import { sql } from '#server/db/sql.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Accept } from '#server/kernel/sequencer.ts'

export interface Posted { account: string; id: string; topic: `bookings:${string}`; type: EntryType; actor: Actor; body: object }
interface Row extends Posted { n: number }

/** In the transaction of what it tells. */
export const post = async (tx: Tx, { account, id, topic, type, actor, body }: Posted): Promise<void> => {
  await tx.run(sql`insert into booking_outbox (account_id, id, topic, type, actor, body) values (${account}, ${id}, ${topic}, ${type}, ${actor}, ${JSON.stringify(body)}::jsonb)`)
}
/** Oldest first: entries of one booking stand in the order of its changes, since their numbers are given out under its lock. */
const oldest = (limit: number) => sql<Row>`select n, account_id as account, id, topic, type, actor, body from booking_outbox order by n limit ${limit}`
const remove = (ns: readonly number[]) => sql`delete from booking_outbox where n = any (${ns}::bigint[])`

const atOnce = 500

export interface Outbox {
  /** Something was posted and is committed. */
  kick(): void
  /** Carries over what is there. For the chore, which finds what a crash left, and for tests. */
  carry(): Promise<void>
  /** Resolves when nothing is on its way. */
  idle(): Promise<void>
}

export function outbox({ db, accept, log }: { db: Db; accept: Accept<Tx>; log: { error(o: object, msg: string): void } }): Outbox {
  let running: Promise<void> | undefined
  let isWanted = false

  async function one({ account, id, topic, type, actor, body }: Row): Promise<void> {
    try {
      await accept({ account, topic, id, type, actor, body })
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'id_reused') throw error
      // Somebody used the id for something else between our look and the commit: the change is made, so its entry gets another.
      await accept({ account, topic, id: derivedId('entry of booking', id), type, actor, body })
    }
  }
  async function carryAll(): Promise<void> {
    for (;;) {
      isWanted = false
      const rows = await db.read('booking entries', 5_000, (tx) => tx.all(oldest(atOnce)))
      if (rows.length === 0) { if (isWanted) continue; return }
      // Of one booking one after the other: if one fails, those behind it wait for the next round.
      const lanes = Map.groupBy(rows, (row) => (row.body as { booking?: string }).booking ?? row.id)
      const done: number[] = []
      const outcomes = await Promise.allSettled([...lanes.values()].map(async (lane) => {
        for (const row of lane) {
          await one(row)
          done.push(row.n)
        }
      }))
      if (done.length > 0) await db.read('booking entries carried', 5_000, (tx) => tx.run(remove(done)))
      const failed = outcomes.find((o) => o.status === 'rejected')
      if (failed) throw failed.reason
      if (rows.length < atOnce && !isWanted) return
    }
  }
  const carry = (): Promise<void> => {
    isWanted = true
    running ??= ofTheHouse(carryAll).finally(() => { running = undefined })
    return running.then(() => isWanted ? carry() : undefined)   // one that came in the moment between
  }
  return {
    carry,
    async idle() { await running?.catch(() => {}) },
    kick() { void carry().catch((error: unknown) => { log.error({ err: error }, 'Entries of bookings wait to be carried into the journal') }) },
  }
}
