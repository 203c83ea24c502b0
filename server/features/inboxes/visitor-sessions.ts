import { timingSafeEqual } from 'node:crypto'
import type { Door } from '#contract/inboxes.ts'
import type { Db } from '#server/db/db.ts'
import type { Contacts } from '#server/features/contacts/contacts.ts'
import type { Identity } from '#server/features/identity/identity.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { hashOf } from '#server/kernel/secret.ts'
import * as statements from './inboxes.sql.ts'
import type { Inviting } from './inviting.ts'
import { isAllowedOrigin } from './origins.ts'

export interface VisitorOptions {
  db: Db
  door: Inviting['door']
  visitorTicket: Identity['visitorTicket']
  fillIn: Contacts['fillIn']
  now: () => number
}
export interface Visitor { contact: string; secret: string; name?: string; email?: string }
export interface Opened { ticket: string; expiresAt: string; door: Door; conversations: OwnConversation[] }
interface OwnConversation { id: string; status: string; lastAt: string; assignee: string | null }
/** `own`: Lodge's own origin. */
interface From { origin: string | undefined; own: string | undefined }

/** Told from others by a glance, until the visitor says a name. The last digits of an id are its random ones. */
export const nameOf = (contact: string): string => `Visitor ${contact.slice(-4).toUpperCase()}`

/**
 * A device proves that a contact is its own by the secret it once made. Contact and secret are made on the first visit.
 * @throws Refusal `not_found` (no such inbox), `wrong_origin`, `forbidden` (another's contact, or an erased one: which is not said)
 */
export function visitorSessions({ db, door, visitorTicket, fillIn, now }: VisitorOptions) {
  return async function open(inbox: string, { contact, secret, ...said }: Visitor, from: From): Promise<Opened> {
    const issuedAtMs = now()
    const secretHash = hashOf(secret)
    const name = said.name?.trim() || undefined
    const email = said.email?.trim() || undefined

    const { account, conversations, known } = await db.read('open visitor session', 5_000, async (tx) => {
      const found = await tx.maybe(statements.accountOfInbox(inbox))
      if (!found) throw new Refusal('not_found', 'There is no such inbox.')
      const { account, origins } = found
      if (!isAllowedOrigin(origins, from.origin, from.own)) throw new Refusal('wrong_origin')
      let known = await tx.maybe(statements.selectVisitor(account, contact))
      if (!known) {
        await tx.run(statements.insertVisitor(account, { id: contact, name: name ?? nameOf(contact), email: email ?? null, secretHash }))
        known = await tx.one(statements.selectVisitor(account, contact))   // two tabs of a first visit may both get here
      }
      const isOwn = !known.erased && known.secretHash !== null && timingSafeEqual(known.secretHash, secretHash)
      if (!isOwn) throw new Refusal('forbidden', 'This visitor’s details are not known here.')
      return { account, known, conversations: await tx.all(statements.conversationsOf(account, contact)) }
    })

    // What a visitor says fills gaps; it never replaces what an agent wrote.
    const news = { ...(name && known.name === nameOf(contact) && { name }), ...(email && known.email === null && { email }) }
    if (Object.keys(news).length > 0) await fillIn(account, contact, news)
    return { ...visitorTicket(account, contact, issuedAtMs), door: await door(account, inbox), conversations }
  }
}
export type OpenVisitorSession = ReturnType<typeof visitorSessions>
