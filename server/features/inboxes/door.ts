/** What of inboxes goes over the socket: the view `door:<inbox>`, and which pages may connect. */
import { isId } from '#contract/ids.ts'
import type { Db } from '#server/db/db.ts'
import { hostOf } from '#server/http/origin.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { isInside, type Session } from '#server/kernel/session.ts'
import type { ViewKind } from '#server/realtime/plugs.ts'
import type { Inviting } from './inviting.ts'
import * as statements from './inboxes.sql.ts'
import { isAllowedOrigin } from './origins.ts'

export const doorView = ({ door }: Pick<Inviting, 'door'>): ViewKind => ({
  kind: 'door',
  async open({ account }, inbox) {
    if (!inbox || !isId(inbox)) throw new Refusal('not_found')
    return door(account, inbox)
  },
})

/** Rule PR8. Origins of an account change seldom: they are read at most every 5 s, and once for all who reconnect together. */
export function mayConnect(db: Db, publicUrl: string | undefined, keptMs = 5000) {
  const known = new Map<string, { atMs: number; origins: Promise<string[][]> }>()
  const originsOf = (account: string): Promise<string[][]> => {
    const kept = known.get(account)
    if (kept && Date.now() - kept.atMs < keptMs) return kept.origins
    const origins = db.read('allowed sites', 3_000, (tx) => tx.all(statements.selectOrigins(account))).then((rows) => rows.map((r) => r.origins))
    origins.catch(() => { known.delete(account) })
    known.set(account, { atMs: Date.now(), origins })
    return origins
  }
  return async function mayConnect(session: Session, origin: string | undefined, host: string | undefined): Promise<boolean> {
    if (origin === undefined) return true   // no browser
    const isOwn = origin === publicUrl || (host !== undefined && hostOf(origin) === host)
    if (isOwn || isInside(session)) return isOwn
    // While the database is away the ticket decides: it was given to an allowed page.
    const inboxes = await originsOf(session.account).catch(() => [])
    return inboxes.length === 0 || inboxes.some((allowed) => isAllowedOrigin(allowed, origin, undefined))
  }
}
