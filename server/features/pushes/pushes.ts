/** Browsers that are told, and how: a push is a delivery like a mail, written in the transaction of its cause. */
import type { PushMessage, PushSubscription } from '#contract/pushes.ts'
import { idOf } from '#contract/ids.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { publicOnly, type Reach } from '#server/http/reach.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import * as statements from './pushes.sql.ts'
import type { Subscribed } from './pushes.sql.ts'
import { sendPush } from './send.ts'
import { vapidOf } from './vapid.ts'

export interface PushOptions { db: Db; secret: string; contact: string; reach?: Reach | undefined }

/** One that is told. `to`: its person's address, for people. */
export interface Browser { id: string; user: string; to: string }

const browsersMax = 20

export function pushes({ db, secret, contact, reach = publicOnly }: PushOptions) {
  const vapid = vapidOf(secret, contact)
  const userOf = ({ actor }: Session): string => {
    const user = idOf(actor)
    if (!user) throw new Refusal('forbidden')
    return user
  }
  return {
    key: vapid.publicKey,
    list: (session: Session): Promise<PushSubscription[]> => db.read('push subscriptions', 3_000, (tx) => tx.all(statements.selectOwn(session.account, userOf(session)))),

    /** @throws Refusal `invalid` (an address that nothing is sent to), `id_reused` */
    async save(session: Session, id: string, given: Subscribed & { device: string }): Promise<PushSubscription> {
      const { account } = session
      const unfit = reach.refuses(given.endpoint)
      if (unfit !== undefined) throw new Refusal('invalid', `body/endpoint: ${unfit}`)
      const saved = await db.tx('save push subscription', 3_000, async (tx) => {
        await tx.run(statements.deleteSame(account, id, given.endpoint))
        const made = await tx.maybe(statements.upsert(account, userOf(session), id, given))
        await tx.run(statements.deleteOldest(account, userOf(session), browsersMax))
        return made
      })
      if (!saved) throw new Refusal('id_reused')
      return saved
    },

    /** @throws Refusal `not_found` */
    async remove(session: Session, id: string): Promise<void> {
      if (await db.read('remove push subscription', 3_000, (tx) => tx.run(statements.deleteOwn(session.account, userOf(session), id))) === 0) throw new Refusal('not_found')
    },

    browsersOf: (tx: Tx, account: string, users: readonly string[]): Promise<Browser[]> => tx.all(statements.selectBrowsers(account, users)),

    /** A browser that is gone is forgotten. Never throws but when the database is away. */
    async send(account: string, subscription: string, message: PushMessage): Promise<{ state: 'sent' } | { state: 'later' | 'never'; why: string }> {
      const to = await db.read('push to', 3_000, (tx) => tx.maybe(statements.selectSubscribed(account, subscription)))
      if (!to) return { state: 'never', why: 'This browser is no longer told: it was turned off there, or its person has left.' }
      const pushed = await sendPush(to, message, vapid, reach)
      if (pushed.state !== 'gone') return pushed as { state: 'sent' }
      await db.read('push is gone', 3_000, (tx) => tx.run(statements.deleteDead(account, subscription)))
      return { state: 'never', why: `The browser takes no more notices and was forgotten (${pushed.why}).` }
    },
  }
}
export type Pushes = ReturnType<typeof pushes>
