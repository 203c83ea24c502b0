/** Snoozed conversations wake by themselves. The command's id follows from what it wakes, so two nodes, or a repeat after a crash, wake it once. */
import type { Db, Tx } from '#server/db/db.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Accept } from '#server/kernel/sequencer.ts'
import * as statements from './conversations.sql.ts'
import { derivedId } from '#server/kernel/derived-id.ts'

export async function wakeSnoozed({ db, accept }: { db: Db; accept: Accept<Tx> }): Promise<number> {
  const due = await db.read('due snoozes', 5000, (tx) => tx.all(statements.dueSnoozes(200)))
  const woken = await Promise.allSettled(due.map(({ account, id, offset }) => accept({
    account, topic: `conversation:${id}`, id: derivedId('wake', id, String(offset)), type: 'conversation.reopened', actor: 'system', body: { because: 'snooze_over' },
    guard: async (tx, place) => {
      const state = await tx.one(statements.stateForUpdate(account, id))
      if (state.status !== 'snoozed' || state.statusOffset !== offset) throw new Refusal('already_open')   // somebody was quicker, or has just put it off again
      await tx.run(statements.setStatus(account, id, place.offset, 'open', null))
    },
  })))
  return woken.filter((w) => w.status === 'fulfilled').length
}
