import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as contract from '#contract/people.ts'
import { statements } from '#server/db/handle.ts'
import { sql } from '#server/db/sql.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, hosts, iris, kit, noor, otto, reception } from '#test/world.ts'

let server: TestServer
beforeAll(async () => { server = await startTestServer() })
afterAll(() => server.close())

const id = (n: number): string => `016806b5-bc00-7000-8000-00000000f${n.toString(16).padStart(3, '0')}`

describe('teams', () => {
  it('are listed with their members and changed whole', async () => {
    const call = server.callAs(ada)
    expect(await call(contract.listPeople, {})).toMatchObject({ ok: true, value: { teams: [{ id: reception.id, members: [kit.id, noor.id] }] } })
    expect(await call(contract.saveTeam, { params: { team: reception.id }, body: { name: 'Desk', members: [ada.id, kit.id, kit.id] } }))
      .toMatchObject({ ok: true, value: { name: 'Desk', members: [ada.id, kit.id] } })
    expect(await call(contract.listPeople, {})).toMatchObject({ ok: true, value: { teams: [{ name: 'Desk', members: [ada.id, kit.id] }] } })
    expect(await call(contract.saveTeam, { params: { team: id(1) }, body: { name: 'Night', members: [] } })).toMatchObject({ ok: true })
  })

  it('have names of their own and members of the account', async () => {
    const call = server.callAs(ada)
    expect(await call(contract.saveTeam, { params: { team: id(2) }, body: { name: 'Night', members: [] } })).toMatchObject({ ok: false, code: 'taken' })
    expect(await call(contract.saveTeam, { params: { team: id(3) }, body: { name: 'Mixed', members: [kit.id, otto.id] } }))
      .toMatchObject({ ok: false, code: 'invalid' })
    expect(await call(contract.listPeople, {})).not.toMatchObject({ value: { teams: expect.arrayContaining([expect.objectContaining({ name: 'Mixed' })]) } })
  })

  it('of the same id in two accounts are two teams', async () => {
    expect(await server.callAs(ada)(contract.saveTeam, { params: { team: hosts.id }, body: { name: 'Not yours', members: [kit.id] } }))
      .toMatchObject({ ok: true })
    expect(await server.callAs(iris)(contract.listPeople, {}))
      .toMatchObject({ ok: true, value: { teams: [{ id: hosts.id, name: 'Hosts', members: [otto.id] }] } })
  })
})

describe('a change of rights', () => {
  it('[PR7] sends live sockets for a new ticket instead of ending them', async () => {
    const lodge = server.connectAs(noor)
    const states: string[] = []
    await until(() => lodge.status.state === 'open')
    lodge.onStatus(({ state }) => void states.push(state))
    await server.callAs(ada)(contract.changeUser, { params: { user: noor.id }, body: { role: 'admin' } })
    await until(() => states.length > 1 && states.at(-1) === 'open')
    expect(states).not.toContain('ended')
  })
})

describe('API tokens', () => {
  it('[ID3] are shown once, kept as a hash, act as their maker, and end when revoked, with their sockets', async () => {
    const call = server.callAs(ada)
    const made = await call(contract.createToken, { body: { id: id(10), name: 'Import' } })
    if (!made.ok) throw new Error(made.message)
    const { token } = made.value
    const [row] = await server.database.db.read('tokens', 1000, (tx) => tx.all<{ hash: string; row: string }>(sql`
      select encode(secret_hash, 'hex') as hash, t::text as row from api_tokens t`))
    expect(row!.hash).toBe(createHash('sha256').update(token).digest('hex'))
    expect(row!.row).not.toContain(token.slice(3))

    const program = async () => fetch(`${server.url}/api/v1/people`, { headers: { authorization: `Bearer ${token}` } })
    expect((await program()).status).toBe(200)
    expect(await call(contract.listTokens, {}))
      .toMatchObject({ ok: true, value: { tokens: [{ id: id(10), name: 'Import', lastUsedAt: expect.stringMatching(/Z$/) }] } })
    expect(await call(contract.createToken, { body: { id: id(10), name: 'Import' } })).toMatchObject({ ok: false, code: 'id_reused' })

    const lodge = server.connectAs(ada, { ticket: async () => ({ ticket: token, expiresAt: new Date(Date.now() + 60_000).toISOString() }) })
    await until(() => lodge.status.state === 'open')
    expect(await call(contract.revokeToken, { params: { token: id(10) } })).toMatchObject({ ok: true })
    expect((await program()).status).toBe(401)
    await until(() => lodge.status.state !== 'open')
    expect(await call(contract.listTokens, {})).toMatchObject({ value: { tokens: [] } })
    expect(await call(contract.revokeToken, { params: { token: id(10) } })).toMatchObject({ ok: false, code: 'not_found' })
  })

  it('cost the database one look in five seconds, however many ask at once', async () => {
    const made = await server.callAs(ada)(contract.createToken, { body: { id: id(11), name: 'Many' } })
    if (!made.ok) throw new Error(made.message)
    const counted = { count: 0, texts: [] as string[] }
    const answers = await statements.run(counted, async () => Promise.all(Array.from({ length: 40 }, async () => server.app.identity.authenticate(made.value.token))))
    expect(new Set(answers.map((session) => session.subject))).toEqual(new Set([`token:${id(11)}`]))
    expect(counted.texts.filter((text) => text.includes('secret_hash'))).toHaveLength(1)
  })
})

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await isSo()) return
    await new Promise((done) => { setTimeout(done, 50) })
  }
  throw new Error('It did not become so within 5 s')
}
