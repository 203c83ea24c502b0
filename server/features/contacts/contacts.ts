import { v7 as newId } from 'uuid'
import type { Ack } from '#contract/commands.ts'
import type { Contact } from '#contract/contacts.ts'
import type { Actor } from '#contract/ids.ts'
import type { Db, Tx } from '#server/db/db.ts'
import { cursorOf, readCursor } from '#server/kernel/cursor.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Accept } from '#server/kernel/sequencer.ts'
import type { Session } from '#server/kernel/session.ts'
import { insertContact, selectContact, selectContacts, selectContactsByPhone, updateContact, type Change } from './contacts.sql.ts'

interface Query { search?: string; cursor?: string; limit?: number }
interface New { id: string; name: string; email?: string | null; phone?: string | null }

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
    list: (account: string, { search, cursor, limit = 50 }: Query) => db.read('list contacts', 5_000, async (tx) => {
      const after = cursor === undefined ? undefined : readCursor(cursor, (name) => !name.includes('\0'))
      const found = await tx.all(selectContacts(account, { search: search?.trim(), after, limit: limit + 1 }))
      const page = found.slice(0, limit)
      const last = page.at(-1)
      return { contacts: page, next: found.length > limit && last ? cursorOf(last.name, last.id) : null }
    }),

    /** By exactly one of the three; letters' case aside. */
    findExact: (account: string, { email, phone, name }: { email?: string; phone?: string; name?: string }): Promise<Contact[]> => db.read('find contact', 5_000, async (tx) => {
      const of = (c: Contact): string | null => email !== undefined ? c.email : phone !== undefined ? c.phone : c.name
      const plain = (text: string): string => phone === undefined ? text.trim().toLowerCase() : text.replace(/\D/g, '').slice(-9)
      const wanted = email ?? phone ?? name ?? ''
      // Phone numbers are written in many ways: their last digits are looked for.
      return (await tx.all(phone === undefined ? selectContacts(account, { search: wanted.trim(), after: undefined, limit: 200 }) : selectContactsByPhone(account, plain(phone)))).filter((c) => plain(of(c) ?? '') === plain(wanted))
    }),

    /** @throws Refusal `not_found` */
    async get(account: string, id: string): Promise<Contact> {
      const contact = await db.read('get contact', 3_000, (tx) => tx.maybe(selectContact(account, id)))
      if (!contact) throw new Refusal('not_found')
      return contact
    },

    /** Idempotent by id. @throws Refusal `id_reused` */
    create: (account: string, given: New): Promise<Contact> => db.read('create contact', 3_000, async (tx) => {
      const c = { id: given.id, name: given.name.trim(), email: given.email ?? null, phone: given.phone ?? null }
      if (c.name === '') throw new Refusal('invalid', '`name` in the body must not be blank.')
      const made = await tx.maybe(insertContact(account, c))
      if (made) return made
      const before = await tx.one(selectContact(account, c.id))
      if (before.head > 0 || before.name !== c.name || before.email !== c.email || before.phone !== c.phone) throw new Refusal('id_reused')
      return before
    }),

    /** An entry in the topic `contact:<id>`; the row changes in its commit. @throws Refusal `not_found`, `id_reused`, `invalid` */
    async change({ account, actor }: Session, contact: string, id: string, to: Change): Promise<Ack> {
      if (Object.keys(to).length === 0) throw new Refusal('invalid', 'The body names nothing to change.')
      if (to.name?.trim() === '') throw new Refusal('invalid', '`name` in the body must not be blank.')
      return change(account, actor, contact, id, to)
    },

    /** What a visitor says of itself. */
    fillIn: (account: string, contact: string, said: Pick<Change, 'name' | 'email'>): Promise<Ack> =>
      change(account, `contact:${contact}`, contact, newId(), said),
  }
}
export type Contacts = ReturnType<typeof contacts>
