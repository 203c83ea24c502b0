/** Devices at doors: how one becomes the panel of a space, and which space a token is of. */
import { randomBytes } from 'node:crypto'
import { v7 as newId } from 'uuid'
import type { Db, Tx } from '#server/db/db.ts'
import { refuseOn } from '#server/db/violation.ts'
import type { Changed } from '#server/features/settings/settings.ts'
import { newPairingCode } from '#server/kernel/code.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { hashOf } from '#server/kernel/secret.ts'
import { idOf } from '#contract/ids.ts'
import { isInside, type Session } from '#server/kernel/session.ts'
import type { TopicKind } from '#server/realtime/plugs.ts'
import * as statements from './spaces.sql.ts'

/** Long enough to walk to the door. */
const codeLifeMs = 30 * 60_000

/** Who holds a panel's token. */
export const panelOfToken = async (tx: Tx, hash: Buffer): Promise<{ account: string; actor: `panel:${string}` } | undefined> => {
  const found = await tx.maybe(statements.panelOfToken(hash))
  return found && { account: found.account, actor: `panel:${found.panel}` }
}

export function panels({ db, changed, now }: { db: Db; changed: Changed; now: () => number }) {
  return {
    /** A new code; a device that is paired goes on until another is. @throws Refusal `not_found` */
    async invite({ account, actor }: Session, space: string): Promise<{ code: string; expiresAt: string }> {
      const code = newPairingCode()
      const expiresAt = new Date(now() + codeLifeMs).toISOString()
      const found = await db.read('panel code', 3_000, (tx) => tx.run(statements.setPanelCode(account, space, hashOf(code), expiresAt)))
        .catch(refuseOn({ spaces_panel_code: ['unavailable', 'This code is in use just now. Try again.'] }))
      if (found === 0) throw new Refusal('not_found')
      await changed(account, actor, 'spaces', space)
      return { code, expiresAt }
    },
    /** @throws Refusal `link_used`: wrong, used or expired */
    async pair(code: string): Promise<{ space: string; token: string }> {
      const token = `pt_${randomBytes(32).toString('base64url')}`
      const panel = newId()
      const paired = await db.read('pair panel', 3_000, (tx) => tx.maybe(statements.pairPanel(hashOf(code), hashOf(token), panel)))
      if (!paired) throw new Refusal('link_used', 'This code is wrong, was used, or is older than 30 minutes. Make a new one in the settings.')
      await changed(paired.account, `panel:${panel}`, 'spaces', paired.space)
      return { space: paired.space, token }
    },
    /** @throws Refusal `not_found` */
    async unpair({ account, actor }: Session, space: string): Promise<void> {
      if (await db.read('unpair panel', 3_000, (tx) => tx.run(statements.unpairPanel(account, space))) === 0) throw new Refusal('not_found')
      await changed(account, actor, 'spaces', space)
    },
  }
}
export type Panels = ReturnType<typeof panels>

/** Whoever is inside may follow what is booked at their account's locations; a panel what is booked at its own. */
export const bookingTopics = (db: Db): TopicKind => ({
  kind: 'bookings',
  async mayJoin(session, ids) {
    if (session.role !== 'panel') return ids.map(() => isInside(session))
    const own = await db.read('location of panel', 3_000, (tx) => tx.maybe(statements.spaceOfPanel(session.account, idOf(session.actor) ?? '')))
    return ids.map((id) => id === own?.location)
  },
})
