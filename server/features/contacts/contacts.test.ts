import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as contract from '#contract/contacts.ts'
import { newId } from '#client/lodge.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { iris, kit, mara, noor, tomas } from '#test/world.ts'

let server: TestServer
beforeAll(async () => { server = await startTestServer() })
afterAll(() => server.close())

const list = async (query: { search?: string; cursor?: string; limit?: number }) => {
  const found = await server.callAs(kit)(contract.listContacts, { query })
  if (!found.ok) throw new Error(found.message)
  return found.value
}

describe('the list of contacts', () => {
  it('goes by name whatever its case and script, page by page, each once', async () => {
    const names = ['Åsa', 'adam', 'Adam', 'ADAM', '张伟', 'ليلى', "O'Neil \\ %_"]
    for (const name of names) await server.callAs(kit)(contract.createContact, { body: { id: newId(), name } })
    const all = (await list({})).contacts
    expect(all.map((c) => c.name).toSorted()).toEqual([...names, mara.name, tomas.name].toSorted())
    for (const limit of [1, 2, 4]) {
      const paged: typeof all = []
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page = await list({ limit, ...(cursor && { cursor }) })
        expect(page.contacts.length).toBeLessThanOrEqual(limit)
        paged.push(...page.contacts)
        cursor = page.next
      }
      expect(paged).toEqual(all)
    }
  })

  it('is searched in name, e-mail and phone, by the letters as they are written', async () => {
    const found = async (search: string) => (await list({ search })).contacts.map((c) => c.name)
    expect(await found('LINDQ')).toEqual([mara.name])
    expect(await found('mara@example')).toEqual([mara.name])
    expect(await found('123 45')).toEqual([mara.name])
    expect(await found('%_')).toEqual(["O'Neil \\ %_"])
    expect(await found("'; drop table contacts; --")).toEqual([])
    expect(await found('伟')).toEqual(['张伟'])
  })

  it('refuses a cursor that it did not give', async () => {
    for (const text of ['x', '[1,2]', '["a","b"]', `["a\\u0000","${mara.id}"]`]) {
      const cursor = Buffer.from(text).toString('base64url')
      expect(await server.callAs(kit)(contract.listContacts, { query: { cursor } })).toMatchObject({ ok: false, code: 'invalid' })
    }
  })
})

describe('a contact', () => {
  it('is created once by its id', async () => {
    const id = newId()
    const call = server.callAs(kit)
    const made = await call(contract.createContact, { body: { id, name: ' Nadia ', email: 'nadia@example.com' } })
    expect(made).toMatchObject({ ok: true, value: { id, name: 'Nadia', email: 'nadia@example.com', phone: null, notes: '', attributes: {}, head: 0 } })
    expect(await call(contract.createContact, { body: { id, name: 'Nadia', email: 'nadia@example.com' } })).toEqual(made)
    expect(await call(contract.createContact, { body: { id, name: 'Somebody else' } })).toMatchObject({ ok: false, code: 'id_reused' })
    expect(await call(contract.createContact, { body: { id: newId(), name: ' ' } })).toMatchObject({ ok: false, code: 'invalid' })
  })

  it('[CH5] answers who may not see numbers the same whichever number is asked for again', async () => {
    const [id, name] = [newId(), 'Nils']
    await server.callAs(kit)(contract.createContact, { body: { id, name, phone: '+46 70 123 45 99' } })
    const masked = (phone?: string) => server.callAs({ ...noor, hidesPhones: true })(contract.createContact, { body: { id, name, ...(phone !== undefined && { phone }) } })
    const right = await masked('+46 70 123 45 99')
    expect(right).toMatchObject({ ok: true, value: { id, phone: expect.stringContaining('•') } })
    for (const other of ['+46 70 123 46 99', undefined]) expect(await masked(other)).toEqual(right)
    expect(await server.callAs(kit)(contract.createContact, { body: { id, name, phone: '+46 70 123 46 99' } })).toMatchObject({ ok: false, code: 'id_reused' })
  })

  it('changes by entries that every agent hears of, in the fields that are given', async () => {
    const heard: unknown[] = []
    server.connectAs(noor).join(`contact:${mara.id}`, { fresh: ({ entries }) => heard.push(...entries), entries: (entries) => heard.push(...entries) })
    const [call, id] = [server.callAs(kit), newId()]
    const change = { notes: 'Likes the quiet side', attributes: { room: '412' } }
    const first = await call(contract.changeContact, { params: { contact: mara.id }, body: { id, ...change } })
    expect(first).toMatchObject({ ok: true, value: { id, state: 'stored', topic: `contact:${mara.id}`, offset: 1 } })
    expect(await call(contract.changeContact, { params: { contact: mara.id }, body: { id, ...change } })).toEqual(first)
    expect(await call(contract.changeContact, { params: { contact: mara.id }, body: { id, notes: 'Something else' } }))
      .toMatchObject({ ok: false, code: 'id_reused' })
    expect(await call(contract.changeContact, { params: { contact: mara.id }, body: { id: newId(), phone: null } }))
      .toMatchObject({ ok: true, value: { offset: 2 } })
    expect(await call(contract.getContact, { params: { contact: mara.id } }))
      .toMatchObject({ ok: true, value: { name: mara.name, email: mara.email, phone: null, ...change, head: 2 } })
    await expect.poll(() => heard).toMatchObject([
      { type: 'contact.changed', actor: `user:${kit.id}`, offset: 1, body: change }, { type: 'contact.changed', offset: 2, body: { phone: null } },
    ])
  })

  it('is not found when it is not there, or of another account', async () => {
    for (const [who, contact] of [[kit, newId()], [iris, mara.id]] as const) {
      expect(await server.callAs(who)(contract.getContact, { params: { contact } })).toMatchObject({ ok: false, code: 'not_found' })
      expect(await server.callAs(who)(contract.changeContact, { params: { contact }, body: { id: newId(), notes: 'x' } }))
        .toMatchObject({ ok: false, code: 'not_found' })
    }
    expect(await server.callAs(kit)(contract.changeContact, { params: { contact: mara.id }, body: { id: newId() } }))
      .toMatchObject({ ok: false, code: 'invalid' })
    expect(await server.callAs(mara)(contract.getContact, { params: { contact: mara.id } })).toMatchObject({ ok: false, code: 'forbidden' })
  })
})
