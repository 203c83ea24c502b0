/** Erasure of a person on request (rule RD2): texts, personal fields and attachments are gone; ids, offsets and counts stay. */
import { v7 as newId } from 'uuid'
import type { Tx } from '#server/db/db.ts'
import { sql } from '#server/db/sql.ts'
import type { EraseDeliveries } from '#server/features/deliveries/deliveries.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Accept } from '#server/kernel/sequencer.ts'
import type { Session } from '#server/kernel/session.ts'
import * as statements from './contacts.sql.ts'

export interface Erases {
  /** Marks all attachments of these conversations as deleted; returns how many. */
  releaseBlobsOf: (tx: Tx, account: string, conversations: readonly string[]) => Promise<number>
  /** Mails that were sent to these addresses, and what leads to these paths: what rules told colleagues about the person. */
  eraseDeliveries: EraseDeliveries
  /** What channels know the person by. */
  eraseAddressesOf: (tx: Tx, account: string, contact: string) => Promise<unknown>
  /** What was kept while the database was away and could not be applied. */
  forgetKept: (tx: Tx, account: string, contact: string, conversations: readonly string[]) => Promise<unknown>
}
interface Options extends Erases {
  accept: Accept<Tx>
  /** Ends the person's sessions. */
  revoke: (account: string, subject: string) => Promise<void>
}

export interface Erased { readonly conversations: readonly string[]; readonly erasedEntries: number; readonly erasedBlobs: number }

/** The effect of `contact.erased`, within its commit. @throws Refusal `not_found` */
export async function eraseContact(tx: Tx, { account, contact, offset }: { account: string; contact: string; offset: number }, { releaseBlobsOf, eraseDeliveries, eraseAddressesOf, forgetKept }: Erases): Promise<Erased> {
  const email = await tx.maybe(sql<{ email: string | null }>`select email from contacts where account_id = ${account} and id = ${contact} for update`)
  if (!email) throw new Refusal('not_found')
  const conversations = (await tx.all(sql<{ id: string }>`select id from conversations where account_id = ${account} and contact_id = ${contact}`)).map((c) => c.id)
  await tx.run(statements.eraseContact(account, contact, offset))
  const erasedEntries = await tx.run(statements.eraseEntries(account, contact, conversations))
  await tx.run(sql`update conversations set last_text = '', page = null where account_id = ${account} and contact_id = ${contact}`)
  await eraseDeliveries(tx, account, { to: email.email ? [email.email] : [], ids: [], paths: conversations.map((id) => `/inbox/${id}`) })
  await eraseAddressesOf(tx, account, contact)
  await forgetKept(tx, account, contact, conversations)
  return { conversations, erasedEntries, erasedBlobs: await releaseBlobsOf(tx, account, conversations) }
}

/** @throws Refusal `not_found`; erasing twice is no error. */
export const contactErasure = ({ accept, revoke, ...erases }: Options) => async ({ account, actor }: Session, contact: string): Promise<{ erasedEntries: number; erasedBlobs: number }> => {
  let erased: Erased = { conversations: [], erasedEntries: 0, erasedBlobs: 0 }
  await accept({
    account, topic: `contact:${contact}`, id: newId(), type: 'contact.erased', actor, body: {}, looksBack: true,
    async guard(tx, { offset }) { erased = await eraseContact(tx, { account, contact, offset }, erases) },
  })
  await revoke(account, `contact:${contact}`)
  // Tells the screens that hold these texts. The texts themselves are gone with the commit above, but for what the person said until the sessions ended.
  const { conversations, ...counts } = erased
  const again = { looksBack: true, async guard(tx: Tx) { await tx.run(statements.eraseEntries(account, contact, conversations)) } } as const
  await Promise.all(conversations.map((id, i) => accept({ account, topic: `conversation:${id}`, id: newId(), type: 'conversation.erased', actor, body: {}, ...(i === 0 && again) })))
  return counts
}
