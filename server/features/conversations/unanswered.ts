/** A mail to those responsible when a contact waits for an answer and none of them is there. Once per wait and person. */
import type { Db, Tx } from '#server/db/db.ts'
import * as statements from './conversations.sql.ts'
import { derivedId } from '#server/kernel/derived-id.ts'

export interface Waiting { id: string; to: string; contact: string; inbox: string; since: Date; text: string; conversation: string }
interface Options { db: Db; deliver: (tx: Tx, account: string, waiting: Waiting) => Promise<void>; isThere: (account: string, user: string) => boolean; now: () => number; afterMs?: number }

/** Older waits are left alone: after a long outage nobody needs a thousand mails about yesterday. */
const freshMs = 12 * 3_600_000

export async function tellUnanswered({ db, deliver, isThere, now, afterMs = 15 * 60_000 }: Options): Promise<void> {
  const at = (ms: number): string => new Date(ms).toISOString()
  await db.tx('tell unanswered', 10_000, async (tx) => {
    for (const w of await tx.all(statements.unanswered(at(now() - afterMs), at(now() - freshMs), 200))) {
      if (isThere(w.account, w.user)) continue
      await deliver(tx, w.account, { id: derivedId('unanswered', w.id, w.since, w.user), to: w.email, contact: w.contact, inbox: w.inbox, since: new Date(w.since), text: w.text, conversation: w.id })
    }
  })
}
