/** Kiosks as things that people set up and look after. */
import { randomBytes } from 'node:crypto'
import type { Kiosk } from '#contract/kiosks.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { refuseOn } from '#server/db/violation.ts'
import type { Changed } from '#server/features/settings/settings.ts'
import { newPairingCode } from '#server/kernel/code.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { hashOf } from '#server/kernel/secret.ts'
import type { Session } from '#server/kernel/session.ts'
import * as statements from './kiosks.sql.ts'

/** Long enough to walk to the kiosk. */
const codeLifeMs = 30 * 60_000

/** Who holds a kiosk's token. */
export const kioskOfToken = async (tx: Tx, hash: Buffer): Promise<{ account: string; actor: `kiosk:${string}` } | undefined> => {
  const found = await tx.maybe(statements.kioskOfToken(hash))
  return found && { account: found.account, actor: `kiosk:${found.id}` }
}

/** @param isThere whether somebody looks at the console: then an arrival is told there */
export function kiosks({ db, changed, isThere, now }: { db: Db; changed: Changed; isThere: (account: string, user: string) => boolean; now: () => number }) {
  return {
    list: (account: string): Promise<Kiosk[]> => db.read('list kiosks', 3_000, (tx) => tx.all(statements.selectKiosks(account))),

    /** A new code; a device that is paired goes on until another is. @throws Refusal `not_found`: no such location */
    async save({ account, actor }: Session, id: string, { name, location }: { name: string; location: string }): Promise<{ kiosk: Kiosk; code: string; expiresAt: string }> {
      const code = newPairingCode()
      const expiresAt = new Date(now() + codeLifeMs).toISOString()
      const kiosk = await db.read('save kiosk', 3_000, async (tx) => {
        await tx.run(statements.upsertKiosk(account, { id, name, location, codeHash: hashOf(code), expiresAt }))
        return tx.one(statements.selectKiosk(account, id))
      }).catch(refuseOn({ kiosks_account_id_location_id_fkey: ['not_found', 'There is no such location.'], kiosks_code: ['unavailable', 'This code is in use just now. Try again.'] }))
      await changed(account, actor, 'kiosks', id)
      return { kiosk, code, expiresAt }
    },

    /** @throws Refusal `link_used`: wrong, used or expired */
    async pair(code: string): Promise<{ kiosk: string; token: string }> {
      const token = `kt_${randomBytes(32).toString('base64url')}`
      const paired = await db.read('pair kiosk', 3_000, (tx) => tx.maybe(statements.pairKiosk(hashOf(code), hashOf(token))))
      if (!paired) throw new Refusal('link_used', 'This code is wrong, was used, or is older than 30 minutes. Make a new one in the settings.')
      await changed(paired.account, `kiosk:${paired.id}`, 'kiosks', paired.id)
      return { kiosk: paired.id, token }
    },

    /** @throws Refusal `has_unsent` */
    async unpair({ account, actor }: Session, id: string, evenUnsent: boolean): Promise<void> {
      await db.read('unpair kiosk', 3_000, async (tx) => {
        if (await tx.run(statements.unpairKiosk(account, id, evenUnsent)) > 0) return
        throw new Refusal(await tx.maybe(statements.selectKiosk(account, id)) ? 'has_unsent' : 'not_found')
      })
      await changed(account, actor, 'kiosks', id)
    },

    /** What the kiosk's screen waits for. @throws Refusal `not_found`: not here, or not yet */
    async told(account: string, kiosk: string, visit: string): Promise<{ status: string; told: boolean; reason: string | null }> {
      const found = await db.read('told', 3_000, (tx) => tx.maybe(statements.toldOf(account, visit, kiosk)))
      if (!found) throw new Refusal('not_found')
      const { host, told, ...rest } = found
      return { ...rest, told: told || (host !== null && isThere(account, host)) }
    },
  }
}
export type Kiosks = ReturnType<typeof kiosks>
