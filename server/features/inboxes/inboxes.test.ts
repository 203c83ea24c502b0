import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as contract from '#contract/inboxes.ts'
import { changeContact, getContact } from '#contract/contacts.ts'
import { openConversation } from '#contract/conversations.ts'
import { newId } from '#client/lodge.ts'
import { sql } from '#server/db/sql.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, ben, concierge, frontDoor, hotel, kit, mara, website } from '#test/world.ts'
import { isAllowedOrigin, toOrigin } from './origins.ts'

let server: TestServer
beforeAll(async () => { server = await startTestServer() })
afterAll(() => server.close())

const secretOf = (letter: string): string => letter.repeat(43)
const visit = (body: { contact: string; secret: string; name?: string; email?: string }, { inbox = website.id, headers = {} as Record<string, string> } = {}) =>
  server.app.http.inject({ method: 'POST', url: `/api/v1/inboxes/${inbox}/visitor-sessions`, payload: body, headers })

describe('an inbox', () => {
  it('is made with what is usual, and changed only where it is said', async () => {
    const call = server.callAs(ada)
    const id = newId()
    const usual = { id, name: 'Spa', greeting: '', replyTime: '', origins: [], side: 'right', offsetPx: 20, language: 'auto' }
    expect(await call(contract.saveInbox, { params: { inbox: id }, body: { name: 'Spa' } })).toEqual({ ok: true, value: usual })
    const changed = { greeting: 'Good day', origins: ['https://lantern.example'], offsetPx: 0 }
    expect(await call(contract.saveInbox, { params: { inbox: id }, body: { name: 'Spa', ...changed } })).toEqual({ ok: true, value: { ...usual, ...changed } })
    expect(await call(contract.saveInbox, { params: { inbox: id }, body: { name: 'Spa and pool', side: 'left' } }))
      .toEqual({ ok: true, value: { ...usual, ...changed, name: 'Spa and pool', side: 'left' } })
    expect(await server.callAs(kit)(contract.listInboxes, {}))
      .toMatchObject({ value: { inboxes: [{ name: 'Concierge' }, { name: 'Spa and pool', side: 'left' }, { name: 'Website' }] } })
    expect(await server.callAs(kit)(contract.saveInbox, { params: { inbox: id }, body: { name: 'Mine' } })).toMatchObject({ ok: false, code: 'forbidden' })
  })

  it('takes addresses of sites as people write them', () => {
    expect(['lantern.example', ' https://Lantern.example/rooms?x=1 ', 'http://localhost:3000'].map(toOrigin))
      .toEqual(['https://lantern.example', 'https://lantern.example', 'http://localhost:3000'])
    for (const bad of ['', 'ftp://lantern.example', 'a b', 'javascript:alert(1)', '*']) {
      expect(() => toOrigin(bad), bad).toThrow(expect.objectContaining({ code: 'invalid' }))
    }
  })

  it('lets any page in until sites are named, then those and its own', () => {
    expect(isAllowedOrigin([], 'https://any.example', undefined)).toBe(true)
    const allowed = ['https://lantern.example']
    expect(isAllowedOrigin(allowed, 'https://lantern.example', undefined)).toBe(true)
    expect(isAllowedOrigin(allowed, 'http://desk.example', 'http://desk.example')).toBe(true)
    expect(isAllowedOrigin(allowed, undefined, undefined)).toBe(true)
    for (const other of ['https://evil.example', 'http://lantern.example', 'https://lantern.example.evil.example', 'null']) {
      expect(isAllowedOrigin(allowed, other, 'http://desk.example'), other).toBe(false)
    }
  })
})

describe('canned answers', () => {
  it('are saved, listed by shortcut, unique by it, and deleted once', async () => {
    const call = server.callAs(kit)
    const [late, bye] = [newId(), newId()]
    expect(await call(contract.saveCanned, { params: { canned: late }, body: { shortcut: 'late', text: 'Of course, {{contact.name}}.' } }))
      .toMatchObject({ ok: true })
    expect(await call(contract.saveCanned, { params: { canned: bye }, body: { shortcut: 'bye', text: 'Good bye' } })).toMatchObject({ ok: true })
    expect(await call(contract.saveCanned, { params: { canned: newId() }, body: { shortcut: 'bye', text: 'So long' } }))
      .toMatchObject({ ok: false, code: 'taken', message: 'Another canned answer has the shortcut /bye.' })
    expect(await call(contract.listCanned, {})).toMatchObject({ value: { canned: [{ id: bye, shortcut: 'bye' }, { id: late, shortcut: 'late' }] } })
    expect(await call(contract.deleteCanned, { params: { canned: bye } })).toEqual({ ok: true, value: {} })
    expect(await call(contract.deleteCanned, { params: { canned: bye } })).toMatchObject({ ok: false, code: 'not_found' })
  })
})

describe('an invitation', () => {
  it('stands at the door while it is active', async () => {
    const call = server.callAs(kit)
    const id = newId()
    const rule = { inbox: concierge.id, address: '/rooms', afterSeconds: 20, text: 'May I help?', active: true }
    expect(await call(contract.saveInvitation, { params: { invitation: id }, body: rule })).toEqual({ ok: true, value: { id, ...rule } })
    const doorOf = async () => (await visit({ contact: mara.id, secret: mara.secret }, { inbox: concierge.id })).json<{ door: unknown }>().door
    expect(await doorOf()).toMatchObject({
      account: hotel.name, inbox: { id: concierge.id, name: 'Concierge' }, invitations: [{ id, address: '/rooms', afterSeconds: 20, text: 'May I help?' }],
    })
    await call(contract.saveInvitation, { params: { invitation: id }, body: { ...rule, active: false } })
    expect(await doorOf()).toMatchObject({ invitations: [] })
    expect(await call(contract.listInvitations, {})).toMatchObject({ value: { invitations: [{ id, active: false }] } })
  })
})

describe('a visitor', () => {
  it('is a new contact on the first visit, and the same on the next', async () => {
    const contact = newId()
    const first = await visit({ contact, secret: secretOf('a') })
    expect(first.statusCode).toBe(200)
    expect(first.headers['access-control-allow-origin']).toBe('*')
    expect(first.json()).toMatchObject({ door: { inbox: { id: website.id } }, conversations: [] })
    expect(await server.callAs(kit)(getContact, { params: { contact } }))
      .toMatchObject({ value: { name: `Visitor ${contact.slice(-4).toUpperCase()}`, email: null } })

    const session = await server.app.identity.authenticate(first.json<{ ticket: string }>().ticket)
    expect(session).toMatchObject({ account: hotel.id, actor: `contact:${contact}`, role: 'contact', subject: `contact:${contact}` })
    const conversation = newId()
    expect(await server.callAs({ ...mara, id: contact })(openConversation, { body: { id: newId(), conversation, inbox: website.id } }))
      .toMatchObject({ ok: true })
    expect((await visit({ contact, secret: secretOf('a') })).json()).toMatchObject({ conversations: [{ id: conversation, status: 'open', assignee: null }] })
    const kept = await server.database.db.read('secret', 1000, (tx) => tx.one<{ row: string }>(sql`
      select c::text as row from contacts c where account_id = ${hotel.id} and id = ${contact}`))
    expect(kept.row).not.toContain(secretOf('a'))
  })

  it('in two tabs at once is one contact', async () => {
    const contact = newId()
    const answers = await Promise.all(Array.from({ length: 6 }, () => visit({ contact, secret: secretOf('b') })))
    expect(answers.map((a) => a.statusCode)).toEqual(Array(6).fill(200))
  })

  it('[ID8] cannot be another, nor learn whether there is one', async () => {
    const agentMade = newId()
    await server.database.db.tx('contact', 1000, (tx) => tx.run(sql`
      insert into contacts (account_id, id, name) values (${hotel.id}, ${agentMade}, 'Made by an agent')`))
    const erased = newId()
    await server.database.db.tx('contact', 1000, (tx) => tx.run(sql`
      insert into contacts (account_id, id, name, secret_hash, erased_at) values (${hotel.id}, ${erased}, '', sha256(${secretOf('e')}::bytea), now())`))
    const answers = await Promise.all([
      visit({ contact: mara.id, secret: secretOf('x') }),
      visit({ contact: agentMade, secret: secretOf('x') }),
      visit({ contact: erased, secret: secretOf('e') }),
    ])
    for (const answer of answers) {
      expect(answer.statusCode).toBe(403)
      expect(answer.body).toBe(answers[0]!.body)
    }
    expect(answers[0]!.body).not.toContain('Mara')
  })

  it('of one account is a stranger to the other', async () => {
    const answer = await visit({ contact: ben.id, secret: ben.secret })   // the harbour's Ben at the hotel's door
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({ door: { account: hotel.name }, conversations: [] })
    expect((await visit({ contact: ben.id, secret: ben.secret }, { inbox: frontDoor.id })).json()).toMatchObject({ door: { account: 'Harbour Office' } })
  })

  it('fills gaps with what it says of itself, and overwrites nobody', async () => {
    const contact = newId()
    const known = async () => { const found = await server.callAs(kit)(getContact, { params: { contact } }); return found.ok ? found.value : undefined }
    await visit({ contact, secret: secretOf('c') })
    await visit({ contact, secret: secretOf('c'), name: ' Lea ', email: 'lea@example.com' })
    expect(await known()).toMatchObject({ name: 'Lea', email: 'lea@example.com', head: 1 })
    await server.callAs(kit)(changeContact, { params: { contact }, body: { id: newId(), name: 'Lea Sommer' } })
    await visit({ contact, secret: secretOf('c'), name: 'Lea', email: 'other@example.com' })
    expect(await known()).toMatchObject({ name: 'Lea Sommer', email: 'lea@example.com', head: 2 })
  })

  it('[PR8] comes from an allowed page', async () => {
    const inbox = newId()
    await server.callAs(ada)(contract.saveInbox, { params: { inbox }, body: { name: 'Guarded', origins: ['lantern.example'] } })
    const from = async (origin: string) => {
      const answer = await visit({ contact: newId(), secret: secretOf('d') }, { inbox, headers: { origin, host: '127.0.0.1:4000' } })
      return answer.statusCode === 200 ? 'in' : answer.json<{ code: string }>().code
    }
    expect(await from('https://lantern.example')).toBe('in')
    expect(await from('http://127.0.0.1:4000')).toBe('in')   // the guest page of this server
    expect(await from('https://evil.example')).toBe('wrong_origin')
    expect(await from('null')).toBe('wrong_origin')
  })

  it('needs an inbox and a whole secret', async () => {
    expect((await visit({ contact: newId(), secret: secretOf('a') }, { inbox: newId() })).json()).toMatchObject({ code: 'not_found' })
    expect((await visit({ contact: newId(), secret: 'short' })).json())
      .toMatchObject({ code: 'invalid', detail: '`secret` in the body is not of the right form.' })
  })
})
