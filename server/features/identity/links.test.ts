import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from '#server/db/sql.ts'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { openIdentityServer, type IdentityServer } from '#test/identity-server.ts'
import { ada, fillWorld, harbour, hotel, iris, kit } from '#test/world.ts'
import { makeLinkFor } from './links.ts'

const password = 'a long enough one'
let empty: TestDatabase
let database: TestDatabase
let first: IdentityServer
let server: IdentityServer
beforeAll(async () => {
  await import('./ceremonies.ts')   // as slow as a test may be
  empty = await createTestDatabase()
  database = await createTestDatabase()
  await fillWorld(database.db)
  first = await openIdentityServer(empty.db)
  server = await openIdentityServer(database.db)
})
afterAll(async () => {
  await first.close()
  await server.close()
  await empty.drop()
  await database.drop()
})

async function invite(id: string, email: string, name = 'Lena') {
  const admin = server.browser()
  admin.ticket = await ticketOf(ada)
  const answer = await admin.call('POST', '/people', { id, name, email, role: 'agent' })
  return { answer, secret: server.invitations.at(-1)?.secret ?? '' }
}
/** A ticket without the password's tenth of a second. */
async function ticketOf(who: typeof ada): Promise<string> {
  const browser = server.browser()
  await browser.call('POST', `/links/${await server.identity.links.makeDemo(who.account, who.id)}`, {})
  return browser.ticket
}
const id = (n: number): string => `016806b5-bc00-7000-8000-00000000e${n.toString(16).padStart(3, '0')}`

describe('the first administrator', () => {
  it('[ID5] makes the account by the link of the first start, once', async () => {
    const [secret, browser] = [await first.identity.links.makeFirstAdmin(), first.browser()]
    expect((await browser.call('GET', `/links/${secret}`)).json).toEqual({ purpose: 'first_admin', email: null, name: null })
    expect((await browser.call('POST', `/links/${secret}`, { name: 'Ada', email: 'ada@new.example', account: 'New Hotel' })).json)
      .toMatchObject({ code: 'invalid', detail: '`password` is missing in the body.' })
    const made = await browser.call('POST', `/links/${secret}`, { name: 'Ada', email: 'ada@new.example', account: 'New Hotel', password })
    expect(made.json).toMatchObject({ user: { name: 'Ada', role: 'admin' }, account: { name: 'New Hotel' } })
    expect((await browser.call('POST', '/session/tickets')).status).toBe(200)
    expect((await first.browser().call('POST', '/session', { email: 'ada@new.example', password })).status).toBe(200)

    const used = { status: 410, json: { code: 'link_used' } }
    expect(await browser.call('GET', `/links/${secret}`)).toMatchObject(used)
    expect(await browser.call('POST', `/links/${secret}`, { name: 'Eve', email: 'eve@new.example', account: 'Mine', password })).toMatchObject(used)
    expect(await first.identity.links.makeFirstAdmin()).toBeUndefined()
  })

  it('is asked for by the newest start only, and by none once somebody is there', async () => {
    expect(await server.identity.links.makeFirstAdmin()).toBeUndefined()
    const other = await createTestDatabase()
    const fresh = await openIdentityServer(other.db)
    const [older, newer] = [await fresh.identity.links.makeFirstAdmin(), await fresh.identity.links.makeFirstAdmin()]
    expect((await fresh.browser().call('GET', `/links/${older}`)).status).toBe(410)
    expect((await fresh.browser().call('GET', `/links/${newer}`)).status).toBe(200)
    await fresh.close()
    await other.drop()
  })
})

describe('an invitation', () => {
  it('[ID8] goes to the mail with its secret, of which the database keeps a hash, and lets the invited in', async () => {
    const { answer, secret } = await invite(id(1), 'lena@lantern.example')
    expect(answer.json).toEqual({ id: id(1), name: 'Lena', email: 'lena@lantern.example', role: 'agent', active: true, seesPhones: true })
    expect(server.invitations.at(-1)).toMatchObject({ account: hotel.id, user: id(1), to: 'lena@lantern.example', invitedBy: `user:${ada.id}` })
    const kept = await database.db.read('links', 1000, (tx) => tx.all<{ hash: string; row: string }>(sql`
      select encode(secret_hash, 'hex') as hash, l::text as row from links l where user_id = ${id(1)}`))
    expect(kept.map((k) => k.hash)).toEqual([createHash('sha256').update(secret).digest('hex')])
    expect(kept[0]!.row).not.toContain(secret)

    const browser = server.browser()
    expect((await browser.call('GET', `/links/${secret}`)).json).toEqual({ purpose: 'invitation', email: 'lena@lantern.example', name: 'Lena' })
    expect((await browser.call('POST', `/links/${secret}`, { email: 'other@lantern.example', password })).json).toMatchObject({ code: 'invalid' })
    expect((await browser.call('POST', `/links/${secret}`, { name: 'Lena Berg', password })).json)
      .toMatchObject({ user: { id: id(1), name: 'Lena Berg', role: 'agent' }, account: hotel })
    expect(server.changes).toContain(`people ${id(1)}`)
    expect((await browser.call('GET', '/people')).status).toBe(200)
    expect((await server.browser().call('POST', '/session', { email: 'lena@lantern.example', password })).status).toBe(200)
    expect((await browser.call('POST', `/links/${secret}`, { password })).json).toMatchObject({ code: 'link_used' })
  })

  it('is idempotent by id, and mails once', async () => {
    const before = server.invitations.length
    const { answer } = await invite(id(2), 'omar@lantern.example', 'Omar')
    expect((await invite(id(2), 'omar@lantern.example', 'Omar')).answer.json).toEqual(answer.json)
    expect(server.invitations.length).toBe(before + 1)
    expect((await invite(id(2), 'omar@lantern.example', 'Another')).answer.json).toMatchObject({ code: 'id_reused' })
    expect((await invite(id(3), 'OMAR@lantern.example')).answer.json).toMatchObject({ code: 'taken' })
    expect((await invite(id(3), iris.email)).answer.json).toMatchObject({ code: 'taken' })   // of another account
  })

  it('[ID5] is accepted by one of two who try at once', async () => {
    const { secret } = await invite(id(4), 'pia@lantern.example', 'Pia')
    const answers = await Promise.all([1, 2].map(() => server.browser().call('POST', `/links/${secret}`, { password })))
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 410])
  })

  it('ends after a week, and with the invited who was deactivated', async () => {
    const [late, unwanted] = [await invite(id(5), 'late@lantern.example'), await invite(id(6), 'unwanted@lantern.example')]
    await database.db.tx('a week', 1000, (tx) => tx.run(sql`update links set expires_at = expires_at - interval '7 days' where user_id = ${id(5)}`))
    const admin = server.browser()
    admin.ticket = await ticketOf(ada)
    await admin.call('PATCH', `/people/${id(6)}`, { active: false })
    for (const { secret } of [late, unwanted]) {
      expect((await server.browser().call('POST', `/links/${secret}`, { password })).json).toMatchObject({ code: 'link_used' })
    }
  })
})

describe('another link', () => {
  const admin = async () => {
    const browser = server.browser()
    browser.ticket = await ticketOf(ada)
    return browser
  }
  const renewed = async (user: string): Promise<string> => {
    expect((await (await admin()).call('POST', `/people/${user}/links`)).status).toBe(200)
    return server.invitations.at(-1)!.secret
  }

  it('[ID10] lets in whose invitation is too old, and ends the one before', async () => {
    const { secret: first } = await invite(id(10), 'ines@lantern.example', 'Ines')
    const [older, newer] = [await renewed(id(10)), await renewed(id(10))]
    expect(server.invitations.at(-1)).toMatchObject({ account: hotel.id, user: id(10), to: 'ines@lantern.example', name: 'Ines', invitedBy: `user:${ada.id}`, isMember: false })
    for (const secret of [first, older]) expect((await server.browser().call('POST', `/links/${secret}`, { password })).json).toMatchObject({ code: 'link_used' })
    expect((await server.browser().call('GET', `/links/${newer}`)).json).toMatchObject({ purpose: 'invitation' })
    expect((await server.browser().call('POST', `/links/${newer}`, { password })).json).toMatchObject({ user: { name: 'Ines' } })
  })

  it('[ID10] replaces a forgotten password, and ends the sessions and tickets from before when it is used', async () => {
    const { secret: first } = await invite(id(11), 'jon@lantern.example', 'Jon')
    const before = server.browser()
    await before.call('POST', `/links/${first}`, { password })
    const secret = await renewed(id(11))
    expect(server.invitations.at(-1)).toMatchObject({ to: 'jon@lantern.example', isMember: true })
    expect((await before.call('POST', '/session/tickets')).status).toBe(200)   // nobody is signed out by a link that nobody used
    expect((await server.browser().call('GET', `/links/${secret}`)).json).toEqual({ purpose: 'password', email: 'jon@lantern.example', name: 'Jon' })

    const browser = server.browser()
    expect((await browser.call('POST', `/links/${secret}`, { password: 'quite another one' })).json).toMatchObject({ user: { id: id(11), name: 'Jon' } })
    expect((await browser.call('GET', '/people')).status).toBe(200)
    expect((await before.call('GET', '/people')).status).toBe(401)
    expect((await before.call('POST', '/session/tickets')).status).toBe(401)
    expect((await server.browser().call('POST', '/session', { email: 'jon@lantern.example', password })).json).toMatchObject({ code: 'wrong_password' })
    expect((await server.browser().call('POST', '/session', { email: 'jon@lantern.example', password: 'quite another one' })).status).toBe(200)
    expect((await server.browser().call('POST', `/links/${secret}`, { password })).json).toMatchObject({ code: 'link_used' })
  })

  it('[ID10] is sent by administrators, to whoever is active in their account', async () => {
    const kits = server.browser()
    kits.ticket = await ticketOf(kit)
    expect((await kits.call('POST', `/people/${ada.id}/links`)).status).toBe(403)
    const browser = await admin()
    expect((await browser.call('POST', `/people/${iris.id}/links`)).json).toMatchObject({ code: 'not_found' })
    await invite(id(12), 'gone@lantern.example', 'Gone')
    await browser.call('PATCH', `/people/${id(12)}`, { active: false })
    expect((await browser.call('POST', `/people/${id(12)}/links`)).json).toMatchObject({ code: 'not_found' })
  })

  it('[ID10] is made for whoever keeps the house, by the address in any case', async () => {
    await invite(id(13), 'Solo@lantern.example', 'Solo')
    const made = await makeLinkFor(database.db, 'solo@LANTERN.example')
    expect(made).toMatchObject({ name: 'Solo', email: 'Solo@lantern.example' })
    expect((await server.browser().call('POST', `/links/${made!.secret}`, { password })).json).toMatchObject({ user: { id: id(13) } })
    expect(await makeLinkFor(database.db, 'nobody@lantern.example')).toBeUndefined()
  })
})

describe('a demo link', () => {
  it('signs in without a password, once, also somebody who never had one', async () => {
    await database.db.tx('no password', 1000, (tx) => tx.run(sql`
      insert into users (account_id, id, name, email, role) values (${harbour.id}, ${id(9)}, 'Uma', 'uma@harbour.example', 'agent')`))
    for (const who of [{ account: hotel.id, id: kit.id, name: 'Kit' }, { account: harbour.id, id: id(9), name: 'Uma' }]) {
      const [secret, browser] = [await server.identity.links.makeDemo(who.account, who.id), server.browser()]
      expect((await browser.call('POST', `/links/${secret}`, {})).json).toMatchObject({ user: { name: who.name } })
      expect((await browser.call('POST', '/session/tickets')).json).toMatchObject({ user: { name: who.name } })
      expect((await browser.call('POST', `/links/${secret}`, {})).json).toMatchObject({ code: 'link_used' })
    }
  })
})

describe('secrets', () => {
  it('[ID9] cannot be tried in numbers from one address', async () => {
    const browser = server.browser()
    const statuses: number[] = []
    for (let i = 0; i < 21; i++) statuses.push((await browser.call('GET', `/links/${i}`)).status)
    expect(statuses).toEqual([...Array<number>(20).fill(410), 429])
  })
})
