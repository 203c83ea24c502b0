import { randomBytes } from 'node:crypto'
import type { Db } from '#server/db/db.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { idOf } from '#contract/ids.ts'
import { hashOf } from '#server/kernel/secret.ts'
import type { Session } from '#server/kernel/session.ts'
import { insertRevocation, insertToken, revokeTokenRow, selectTokens } from './identity.sql.ts'
import type { Revocations } from './revocations.ts'

/** API tokens act as the user who made them, for as long as that user is active. */
export function apiTokens({ db, revocations, now }: { db: Db; revocations: Revocations; now: () => number }) {
  return {
    list: (account: string) => db.read('list API tokens', 3_000, (tx) => tx.all(selectTokens(account))),

    /** @throws Refusal `id_reused`, also for a repeat: the token was shown once and cannot be shown again */
    async make({ account, actor }: Session, id: string, name: string) {
      const token = `lk_${randomBytes(32).toString('base64url')}`
      const row = await db.read('make API token', 3_000, (tx) => tx.maybe(insertToken(account, id, idOf(actor)!, name, hashOf(token))))
      if (!row) throw new Refusal('id_reused')
      return { token, ...row }
    },

    /** Its sockets close, and no node takes it any longer than 5 s. @throws Refusal `not_found` */
    async revoke({ account }: Session, id: string): Promise<void> {
      const atMs = await db.tx('revoke API token', 3_000, async (tx) => {
        if (await tx.run(revokeTokenRow(account, id)) === 0) throw new Refusal('not_found')
        const atMs = now()   // after the row is locked: see userOfToken
        await tx.run(insertRevocation(account, `token:${id}`, atMs))
        return atMs
      })
      revocations.apply(account, `token:${id}`, atMs)
    },
  }
}
