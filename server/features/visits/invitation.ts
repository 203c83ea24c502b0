/** The visitor's invitation, as a delivery in the commit of the visit. */
import type { Visit } from '#contract/visits.ts'
import type { Tx } from '#server/db/db.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import * as statements from './visits.sql.ts'

export interface Invitation { id: string; to: string; visit: string; name: string; host: string | null; from: { name: string; email: string } | null; account: string; location: string; address: string; zone: string; at: string; until: string | null; code: string }

/** @throws Refusal `invalid`: no address to write to */
export const visitInvitations = (deliver: (tx: Tx, account: string, of: Invitation) => Promise<void>) => async (tx: Tx, account: string, visit: Visit): Promise<void> => {
  if (!visit.email || !visit.expectedAt) throw new Refusal('invalid', 'body/email is needed to send an invitation.')
  const place = await tx.one(statements.placeOf(account, visit.location))
  const host = visit.host ? (await tx.all(statements.recipients(account, visit.host))).find((r) => r.isHost) : undefined
  await deliver(tx, account, {
    id: derivedId('visit invitation', visit.id, visit.expectedAt), to: visit.email, visit: visit.id, name: visit.name, host: host?.name ?? null, from: host ? { name: host.name, email: host.email } : null,
    ...place, at: visit.expectedAt, until: visit.leavingAt, code: visit.code,
  })
}
