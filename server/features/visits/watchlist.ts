import type { Watched } from '#contract/watchlist.ts'
import { listKeys, watchKeys } from '#contract/watch-keys.ts'
import type { Db } from '#server/db/db.ts'
import type { Changed } from '#server/features/settings/settings.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import * as statements from './visits.sql.ts'

type Given = { name?: string | null; email?: string | null; phone?: string | null; action: Watched['action']; reason: string }

/** Who changed it, the topic `settings` says. */
export function watchlist({ db, changed }: { db: Db; changed: Changed }) {
  return {
    list: async (account: string): Promise<Watched[]> => (await db.read('list watchlist', 3_000, (tx) => tx.all(statements.selectWatched(account)))).map(({ keys: _, ...shown }) => shown),
    /** What is known of the visitor by now is compared with the list as it is by now. @throws Refusal `not_found` */
    matches: (account: string, visit: string): Promise<Watched[]> => db.read('watchlist matches', 3_000, async (tx) => {
      const person = await tx.maybe(statements.selectVisit(account, visit))
      if (!person) throw new Refusal('not_found')
      const keys = person.isErased ? [] : watchKeys(person)
      return keys.length === 0 ? [] : tx.all(statements.watchedBy(account, keys))
    }),
    /** @throws Refusal `invalid`: nothing to be found by */
    async save({ account, actor }: Session, id: string, { name = null, email = null, phone = null, action, reason }: Given): Promise<Watched> {
      const watched = { id, name: name?.trim() || null, email: email?.trim() || null, phone: phone?.trim() || null, action, reason: reason.trim() }
      const keys = listKeys(watched)
      if (keys.length === 0) throw new Refusal('invalid', 'Say whom to watch for: a name, an e-mail address or domain, or a phone number with at least six digits.')
      await db.read('save watched', 3_000, (tx) => tx.run(statements.upsertWatched(account, { ...watched, keys })))
      await changed(account, actor, 'watchlist', id)
      return watched
    },
    /** @throws Refusal `not_found` */
    async remove({ account, actor }: Session, id: string): Promise<void> {
      if (await db.read('delete watched', 3_000, (tx) => tx.run(statements.deleteWatched(account, id))) === 0) throw new Refusal('not_found')
      await changed(account, actor, 'watchlist', id)
    },
  }
}
export type Watchlist = ReturnType<typeof watchlist>
