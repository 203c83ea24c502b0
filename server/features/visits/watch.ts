import { watchKeys } from '#contract/watch-keys.ts'
import type { VisitFlag } from '#contract/visits.ts'
import type { Tx } from '#server/db/db.ts'
import * as statements from './visits.sql.ts'

type Person = Parameters<typeof watchKeys>[0]

/** What the watchlist says of a person. */
export async function watched(tx: Tx, account: string, person: Person): Promise<{ action: 'alert' | 'block'; reason: string } | undefined> {
  const keys = watchKeys(person)
  return keys.length === 0 ? undefined : (await tx.all(statements.watchedBy(account, keys)))[0]
}

/** Of somebody who is in the house. Whoever should have been stopped, or is learnt of late, walked past: that is an alarm of its own. */
export async function listedFlags(tx: Tx, account: string, person: Person, isLate: boolean): Promise<VisitFlag[]> {
  const hit = await watched(tx, account, person)
  return !hit ? [] : hit.action === 'block' || isLate ? ['watchlist', 'watchlist_late'] : ['watchlist']
}
