import { v7 as newId } from 'uuid'
import type { Ack } from '#contract/commands.ts'
import type { Contact } from '#contract/contacts.ts'
import type { Actor } from '#contract/ids.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { cursorOf, readCursor } from '#server/kernel/cursor.ts'
import { phoneFor } from '#server/kernel/phone.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Accept } from '#server/kernel/sequencer.ts'
import type { Session } from '#server/kernel/session.ts'
import { insertContact, selectByPhone, selectContact, selectContacts, selectContactsByPhone, updateContact, type Change } from './contacts.sql.ts'

interface Query { search?: string; cursor?: string; limit?: number }
interface New { id: string; name: string; email?: string | null; phone?: string | null }

const shown = (session: Session, contact: Contact): Contact => ({ ...contact, phone: phoneFor(session, contact.phone) })

export { eraseContact } from './erasure.ts'

export function contacts({ db, accept }: { db: Db; accept: Accept<Tx> }) {
  async function change(account: string, actor: Actor, contact: string, id: string, to: Change): Promise<Ack> {
    const stored = await accept({
      account, topic: `contact:${contact}`, id, type: 'contact.changed', actor, body: to,
      guard: async (tx, { offset }) => { if (await tx.run(updateContact(account, contact, to, offset)) === 0) throw new Refusal('not_found') },
    })
    return { id, state: 'stored', topic: stored.topic, offset: stored.offset, at: stored.at }
  }

  return {
    /** @throws Refusal `invalid`: the cursor is none of ours */
    list: (session: Session, { search, cursor, limit = 50 }: Query) => db.read('list contacts', 5_000, async (tx) => {
      const after = cursor === undefined ? undefined : readCursor(cursor, (name) => !name.includes('\0'))
      const found = await tx.all(selectContacts(session.account, { search: search?.trim(), byPhone: !session.hidesPhones, after, limit: limit + 1 }))
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return { contacts: page.map((c) => shown(session, c)), next: found.length > limit && last ? cursorOf(last.name, last.id) : null }
    }),

    /** By exactly one of the three; letters' case aside. */
    findExact: (account: string, { email, phone, name }: { email?: string; phone?: string; name?: string }): Promise<Contact[]> => db.read('find contact', 5_000, async (tx) => {
      const of = (c: Contact): string | null => email !== undefined ? c.email : phone !== undefined ? c.phone : c.name
      const plain = (text: string): string => phone === undefined ? text.trim().toLowerCase() : text.replace(/\D/g, '').slice(-9)
      const wanted = email ?? phone ?? name ?? ''
      // Phone numbers are written in many ways: their last digits are looked for.
      return (await tx.all(phone === undefined ? selectContacts(account, { search: wanted.trim(), byPhone: false, after: undefined, limit: 200 }) : selectContactsByPhone(account, plain(phone)))).filter((c) => plain(of(c) ?? '') === plain(wanted))
    }),

    /** @throws Refusal `not_found` */
    async get(session: Session, id: string): Promise<Contact> {
      const contact = await db.read('get contact', 3_000, (tx) => tx.maybe(selectContact(session.account, id)))
      if (!contact) throw new Refusal('not_found')
      return shown(session, contact)
    },

    /** Idempotent by id. @throws Refusal `id_reused` */
    create: async (session: Session, given: New): Promise<Contact> => shown(session, await db.read('create contact', 3_000, async (tx) => {
      const c = { id: given.id, name: given.name.trim(), email: given.email ?? null, phone: given.phone ?? null }
      if (c.name === '') throw new Refusal('invalid', '`name` in the body must not be blank.')
      const made = await tx.maybe(insertContact(session.account, c))
      if (made) return made
      const before = await tx.one(selectContact(session.account, c.id))
      // Whoever may not see the number would learn by trying whether it is this one.
      const isOther = !session.hidesPhones && before.phone !== c.phone
      if (before.head > 0 || before.name !== c.name || before.email !== c.email || isOther) throw new Refusal('id_reused')
      return before
    })),

    /** An entry in the topic `contact:<id>`; the row changes in its commit. @throws Refusal `not_found`, `id_reused`, `invalid` */
    async change({ account, actor, hidesPhones }: Session, contact: string, id: string, to: Change): Promise<Ack> {
      if (Object.keys(to).length === 0) throw new Refusal('invalid', 'The body names nothing to change.')
      if (to.name?.trim() === '') throw new Refusal('invalid', '`name` in the body must not be blank.')
      if (hidesPhones && to.phone !== undefined) throw new Refusal('forbidden', 'Phone numbers are masked for you, so you cannot change one.')
      return change(account, actor, contact, id, to)
    },

    /** What a visitor says of itself. */
    fillIn: (account: string, contact: string, said: Pick<Change, 'name' | 'email'>): Promise<Ack> =>
      change(account, `contact:${contact}`, contact, newId(), said),
  }
}
export type Contacts = ReturnType<typeof contacts>

/** Who has this number, in whatever form it was written; else a new contact. Within the caller's transaction. @returns the id */
export async function contactOfPhone(tx: Tx, account: string, { phone, address, name }: { phone: string; address: string; name: string }): Promise<string> {
  const known = await tx.maybe(selectByPhone(account, address))
  if (known) return known.id
  const id = newId()
  await tx.run(insertContact(account, { id, name, email: null, phone }))
  return id
}
