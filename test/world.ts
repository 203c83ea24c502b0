/** Named people and places. Their ids are the same in every run and older (UUIDv7 of January 2019) than any id made while a test runs. */
import type { Db } from '#server/db/db.ts'
import { sql } from '#server/db/sql.ts'
import type { Session } from '#server/kernel/session.ts'

const id = (n: number): string => `016806b5-bc00-7000-8000-${n.toString(16).padStart(12, '0')}`

interface Person { id: string; account: string; name: string; email: string; role: 'admin' | 'agent'; hidesPhones?: boolean }
interface Contact { id: string; account: string; name: string; email: string | null; phone: string | null; secret: string }
interface Place { id: string; account: string; name: string }

export const hotel = { id: id(0x100), name: 'Hotel Lantern' }
const person = (n: number, account: string, name: string, email: string, role: Person['role']): Person => ({ id: id(n), account, name, email, role })
export const ada = person(0x101, hotel.id, 'Ada', 'ada@lantern.example', 'admin')
export const kit = person(0x102, hotel.id, 'Kit', 'kit@lantern.example', 'agent')
export const noor = person(0x103, hotel.id, 'Noor', 'noor@lantern.example', 'agent')
export const mara: Contact = {
  id: id(0x111), account: hotel.id, name: 'Mara Lindqvist', email: 'mara@example.com', phone: '+46 70 123 45 67', secret: 'M'.repeat(43),
}
export const tomas: Contact = { id: id(0x112), account: hotel.id, name: 'Tomás Rivera', email: null, phone: null, secret: 'T'.repeat(43) }
export const website: Place = { id: id(0x121), account: hotel.id, name: 'Website' }
export const concierge: Place = { id: id(0x122), account: hotel.id, name: 'Concierge' }
export const reception: Place = { id: id(0x131), account: hotel.id, name: 'Reception' }   // a team: Kit and Noor

/** The second account: whoever belongs to the hotel must never see any of this. */
export const harbour = { id: id(0x200), name: 'Harbour Office' }
export const iris = person(0x201, harbour.id, 'Iris', 'iris@harbour.example', 'admin')
export const otto = person(0x202, harbour.id, 'Otto', 'otto@harbour.example', 'agent')
export const ben: Contact = { id: id(0x211), account: harbour.id, name: 'Ben Okafor', email: 'ben@example.com', phone: null, secret: 'B'.repeat(43) }
export const frontDoor: Place = { id: id(0x221), account: harbour.id, name: 'Front door' }
export const hosts: Place = { id: id(0x231), account: harbour.id, name: 'Hosts' }   // a team: Otto

/** Where visitors arrive. Stockholm, walk-ins need approval; and the second account's. */
export const lobby: Place = { id: id(0x141), account: hotel.id, name: 'Lobby' }
export const dayVisitor: Place = { id: id(0x142), account: hotel.id, name: 'Day visitor' }   // signs the house rules, gets a badge
export const quay: Place = { id: id(0x241), account: harbour.id, name: 'Quay' }

export const people = [ada, kit, noor, iris, otto]
export const contacts = [mara, tomas, ben]
export const inboxes = [website, concierge, frontDoor]

/** What everybody in this world signs in with. */
export const password = 'the lamp is lit'
// scrypt as better-auth does it (98 ms each): made once; that people can sign in with it is tested.
const passwordHash = '342e1e5bdd2bb59734b81e389b67a2cf:' +
  '592cfa78b54ea53e294c3bff184c8e54cac18e4968b8d23f8b17d8f17342a82ff21305afaad455bd3e3669fb2f1f0ebc9261a1548974931b00b6c7225c0285ad'

/** Puts the whole world into an empty, migrated database: two accounts with people who can sign in, teams, inboxes and contacts. */
export async function fillWorld(db: Db): Promise<void> {
  await db.tx('fill world', 20_000, async (tx) => {
    for (const account of [hotel, harbour]) await tx.run(sql`insert into accounts (id, name) values (${account.id}, ${account.name})`)
    for (const p of people) {
      await tx.run(sql`insert into auth."user" ("id", "name", "email", "emailVerified") values (${p.id}, ${p.name}, ${p.email}, true)`)
      await tx.run(sql`insert into auth."account" ("id", "accountId", "providerId", "userId", "password", "updatedAt")
        values (${p.id}, ${p.id}, 'credential', ${p.id}, ${passwordHash}, now())`)
      await tx.run(sql`
        insert into users (account_id, id, name, email, role, auth_id) values (${p.account}, ${p.id}, ${p.name}, ${p.email}, ${p.role}, ${p.id})`)
    }
    for (const t of [reception, hosts]) await tx.run(sql`insert into teams (account_id, id, name) values (${t.account}, ${t.id}, ${t.name})`)
    for (const [team, member] of [[reception, kit], [reception, noor], [hosts, otto]] as const) {
      await tx.run(sql`insert into team_members (account_id, team_id, user_id) values (${team.account}, ${team.id}, ${member.id})`)
    }
    for (const i of inboxes) await tx.run(sql`insert into inboxes (account_id, id, name) values (${i.account}, ${i.id}, ${i.name})`)
    for (const l of [lobby, quay]) await tx.run(sql`insert into locations (account_id, id, name, zone) values (${l.account}, ${l.id}, ${l.name}, 'Europe/Stockholm')`)
    await tx.run(sql`insert into visitor_types (account_id, id, location_id, name, document_version) values (${hotel.id}, ${dayVisitor.id}, ${lobby.id}, ${dayVisitor.name}, 1)`)
    await tx.run(sql`insert into documents (account_id, visitor_type_id, version, title, text) values (${hotel.id}, ${dayVisitor.id}, 1, 'House rules', 'Please be kind.')`)
    for (const c of contacts) {
      await tx.run(sql`insert into contacts (account_id, id, name, email, phone, secret_hash)
        values (${c.account}, ${c.id}, ${c.name}, ${c.email}, ${c.phone}, sha256(convert_to(${c.secret}, 'UTF8')))`)
    }
  })
}

/** A session as a verified ticket would give it. */
export const sessionOf = (who: Person | Contact): Session => 'role' in who
  ? { account: who.account, actor: `user:${who.id}`, role: who.role, subject: `session:${who.id}`, expiresAtMs: Date.now() + 15 * 60_000, ...(who.hidesPhones && { hidesPhones: true }) }
  : { account: who.account, actor: `contact:${who.id}`, role: 'contact', subject: `contact:${who.id}`, expiresAtMs: Date.now() + 15 * 60_000 }
