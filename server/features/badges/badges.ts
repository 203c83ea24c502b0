/** The badge of a visit as a file. */
import type { BadgeLanguage, BadgeSize } from '#contract/badges.ts'
import type { Db } from '#server/db/db.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { selectBadge } from './badges.sql.ts'
import { openEasel } from './easel.ts'

export function badges({ db }: { db: Db }) {
  const easel = openEasel()
  return {
    /** @throws Refusal `not_found`, `gone` (the person was erased), `overloaded` */
    async draw(account: string, visit: string, size: BadgeSize, language: BadgeLanguage): Promise<Buffer> {
      const found = await db.read('badge', 3_000, (tx) => tx.maybe(selectBadge(account, visit)))
      if (!found) throw new Refusal('not_found')
      if (found.isErased) throw new Refusal('gone')
      return easel.draw(found, size, language)
    },
    close: (): Promise<void> => easel.close(),
  }
}
export type Badges = ReturnType<typeof badges>
