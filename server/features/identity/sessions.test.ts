import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#client/lodge.ts'
import { ticketLifeMs } from '#contract/limits.ts'
import { openPool } from '#server/db/pool.ts'
import { sql } from '#server/db/sql.ts'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { newKeys, openIdentityServer, type IdentityServer } from '#test/identity-server.ts'
import { ada, fillWorld, hotel, kit, noor, password } from '#test/world.ts'
import type { Ceremonies } from './ceremonies.ts'
import { people } from './people.ts'
import { sessions } from './sessions.ts'
import { apiTokens } from './tokens.ts'

const keys = newKeys()
let database: TestDatabase
let server: IdentityServer
let aheadMs = 0
const now = (): number => Date.now() + aheadMs
beforeAll(async () => {
  await import('./ceremonies.ts')   // as slow as a test may be
  database = await createTestDatabase()
  await fillWorld(database.db)
  server = await openIdentityServer(database.db, { keys, now })
})
beforeEach(() => { aheadMs = 0 })
afterAll(async () => {
  await server.close()
  await database.drop()
})

/** By a demo link: the same session as with a password, without its tenth of a second of scrypt. */
async function signedIn(who: { account: string; id: string }) {
  const browser = server.browser()
  const answer = await browser.call('POST', `/links/${await server.identity.links.makeDemo(who.account, who.id)}`, {})
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.json))
  return browser
}
const sessionCount = async (who: { id: string }): Promise<number> =>
  (await database.db.read('count', 1000, (tx) => tx.one(sql<{ count: number }>`
    select count(*)::int as count from auth."session" where "userId" = ${who.id}`))).count

describe('signing in', () => {
  it('gives a ticket that opens the API, and a cookie that scripts and other sites cannot use', async () => {
    const browser = server.browser()
    const answer = await browser.call('POST', '/session', { email: ada.email.toUpperCase(), password })
    expect(answer.json).toMatchObject({ user: { id: ada.id, name: 'Ada', role: 'admin', active: true }, account: { ...hotel, isOperator: true } })
    expect(answer.cookies.join()).toMatch(/^lodge\.session_token=.+; Path=\/; HttpOnly; SameSite=Lax$/m)
    expect((await browser.call('GET', '/people')).json).toMatchObject({ users: [{ name: 'Ada' }, { name: 'Kit' }, { name: 'Noor' }] })
  })

  it('[ID8] says the same of a wrong password and of a stranger', async () => {
    const browser = server.browser()
    const wrong = await browser.call('POST', '/session', { email: ada.email, password: 'the lamp is out' })
    const stranger = await browser.call('POST', '/session', { email: 'nobody@lantern.example', password })
    expect(wrong).toMatchObject({ status: 401, json: { code: 'wrong_password' }, cookies: [] })
    expect(stranger.json).toEqual(wrong.json)
  })

  it('[ID9] limits guesses for one address of a person, wherever they come from', { timeout: 60_000 }, async () => {
    const guess = () => server.browser().call('POST', '/session', { email: 'guessed@lantern.example', password: 'guess' })
    const answers = await Promise.all(Array.from({ length: 11 }, guess))   // ten passwords are checked, by scrypt
    expect(answers.map(({ status }) => status)).toEqual([...Array<number>(10).fill(401), 429])
  })

  it('[ID6] cannot be asked for by a page of another site', async () => {
    const answer = await server.browser().call('POST', '/session', { email: ada.email, password }, { origin: 'https://evil.example' })
    expect(answer).toMatchObject({ status: 403, json: { code: 'forbidden' }, cookies: [] })
  })
})

describe('a session', () => {
  it('is renewed from its cookie, also after a restart, but not with another cookie secret', async () => {
    const browser = await signedIn(kit)
    expect((await browser.call('POST', '/session/tickets')).json).toMatchObject({ user: { id: kit.id } })
    const restarted = await openIdentityServer(database.db, { keys, now })
    const elsewhere = await openIdentityServer(database.db, { now })
    const after = restarted.browser()
    const stranger = elsewhere.browser()
    for (const other of [after, stranger]) for (const [name, value] of browser.cookies) other.cookies.set(name, value)
    expect((await after.call('POST', '/session/tickets')).status).toBe(200)
    expect((await stranger.call('POST', '/session/tickets')).json).toMatchObject({ code: 'unauthenticated', status: 401 })
    await restarted.close()
    await elsewhere.close()
  })

  it('is nobody’s without a cookie, or with one that was changed', async () => {
    expect((await server.browser().call('POST', '/session/tickets')).json).toMatchObject({ code: 'unauthenticated' })
    const browser = await signedIn(kit)
    for (const [name, value] of browser.cookies) browser.cookies.set(name, `${value.startsWith('x') ? 'y' : 'x'}${value.slice(1)}`)
    expect((await browser.call('POST', '/session/tickets')).json).toMatchObject({ code: 'unauthenticated' })
  })

  it('[ID3] ends with signing out: the ticket, the cookie, and the sockets of this session alone', async () => {
    const [browser, other] = [await signedIn(kit), await signedIn(kit)]
    const revoked: string[] = []
    const off = server.identity.revocations.onRevoked((account, subject) => void revoked.push(`${account} ${subject}`))
    const cookies = new Map(browser.cookies)
    expect((await browser.call('DELETE', '/session')).cookies).toEqual(['lodge.session_token=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax'])
    off()
    expect(revoked).toEqual([expect.stringMatching(new RegExp(`^${hotel.id} session:\\w+$`))])
    expect((await browser.call('GET', '/people')).json).toMatchObject({ code: 'unauthenticated', retry: 'renew' })
    for (const [name, value] of cookies) browser.cookies.set(name, value)
    expect((await browser.call('POST', '/session/tickets')).status).toBe(401)
    expect((await other.call('GET', '/people')).status).toBe(200)
    const restarted = await openIdentityServer(database.db, { keys, now })
    await restarted.identity.revocations.load()
    const after = restarted.browser()
    after.ticket = browser.ticket
    expect((await after.call('GET', '/people')).status).toBe(401)
    await restarted.close()
  })

  /** Tabs of one session, in which something happens between the look for the cookie and what follows, or before the commit of a sign-out. */
  async function tabs() {
    const browser = await signedIn(noor)
    const { session } = await database.db.read('session', 1000, (tx) => tx.one(sql<{ session: string }>`
      select "id" as session from auth."session" where "userId" = ${noor.id} order by "createdAt" desc limit 1`))
    const tab = ({ found = async () => {}, committing = async () => {} }: { found?: () => Promise<void>; committing?: () => Promise<void> } = {}) => sessions({
      keys: keys.tickets, revocations: server.identity.revocations, now,
      db: Object.assign(Object.create(database.db) as typeof database.db, {
        tx: async (...of: Parameters<typeof database.db.tx>) => { await committing(); return database.db.tx(...of) },
      }),
      ceremonies: async () => ({
        find: async () => { await found(); return { authId: noor.id, session, cookies: [] } }, forgotten: async () => '',
      } satisfies Pick<Ceremonies, 'find' | 'forgotten'> as unknown as Ceremonies),
    })
    return { browser, tab }
  }
  it('[ID3] that has ended while another tab renewed gives that tab no ticket', async () => {
    const { tab } = await tabs()
    const looked = Promise.withResolvers<void>(), goOn = Promise.withResolvers<void>()
    const renewing = tab({ found: async () => { looked.resolve(); await goOn.promise } }).renew({})
    await looked.promise
    await tab().signOut({})
    aheadMs = 1_000   // a ticket from now on is younger than the revocation
    goOn.resolve()
    await expect(renewing).rejects.toMatchObject({ code: 'unauthenticated' })
  })
  it('[ID3] is revoked as of when it is gone: the ticket that another tab got just before is void', async () => {
    const { browser, tab } = await tabs()
    await tab({ committing: async () => {
      aheadMs = 1_000
      expect((await browser.call('POST', '/session/tickets')).status).toBe(200)
    } }).signOut({})
    expect((await browser.call('GET', '/people')).status).toBe(401)
  })

  it('ends quietly when there is none', async () => {
    expect((await server.browser().call('DELETE', '/session')).status).toBe(200)
  })
})

describe('a change of rights', () => {
  it('[ID7] voids tickets at once; the next one carries the new role', async () => {
    const [admin, browser] = [await signedIn(ada), await signedIn(noor)]
    expect((await browser.call('GET', '/tokens')).status).toBe(403)
    expect((await admin.call('PATCH', `/people/${noor.id}`, { role: 'admin' })).json).toMatchObject({ role: 'admin' })
    expect((await browser.call('GET', '/people')).json).toMatchObject({ code: 'unauthenticated', retry: 'renew' })
    aheadMs = 1
    expect((await browser.call('POST', '/session/tickets')).json).toMatchObject({ user: { role: 'admin' } })
    expect((await browser.call('GET', '/tokens')).status).toBe(200)
    await admin.call('PATCH', `/people/${noor.id}`, { role: 'agent' })
  })

  it('of a name alone voids nothing', async () => {
    const [admin, browser] = [await signedIn(ada), await signedIn(kit)]
    expect((await admin.call('PATCH', `/people/${kit.id}`, { name: 'Kit' })).status).toBe(200)
    expect((await browser.call('GET', '/people')).status).toBe(200)
  })

  it('[ID3] to inactive ends everything a person has: tickets, sessions, API tokens, the way back in', async () => {
    const [admin, browser] = [await signedIn(ada), await signedIn(noor)]
    await admin.call('PATCH', `/people/${noor.id}`, { role: 'admin' })
    aheadMs = 1
    await browser.call('POST', '/session/tickets')
    const made = await browser.call('POST', '/tokens', { id: noor.id, name: 'Noor’s script' })
    const program = server.browser()
    program.ticket = String(made.json['token'])
    expect((await program.call('GET', '/people')).status).toBe(200)
    aheadMs = 2
    expect((await admin.call('PATCH', `/people/${noor.id}`, { active: false })).json).toMatchObject({ active: false })
    expect((await browser.call('GET', '/people')).status).toBe(401)
    expect((await program.call('GET', '/people')).status).toBe(401)
    expect(await sessionCount(noor)).toBe(0)
    expect((await browser.call('POST', '/session/tickets')).status).toBe(401)
    expect((await server.browser().call('POST', '/session', { email: noor.email, password })).json).toMatchObject({ code: 'wrong_password' })
    expect(await sessionCount(noor)).toBe(0)
    await admin.call('PATCH', `/people/${noor.id}`, { active: true })
    expect((await (await signedIn(noor)).call('GET', '/people')).status).toBe(200)
  })

  it('[ID7] never leaves an account without an administrator', async () => {
    const admin = await signedIn(ada)
    await admin.call('PATCH', `/people/${noor.id}`, { role: 'agent' })
    for (const to of [{ role: 'agent' }, { active: false }]) {
      expect((await admin.call('PATCH', `/people/${ada.id}`, to)).json)
        .toMatchObject({ code: 'invalid', detail: expect.stringContaining('at least one active administrator') })
    }
    expect((await admin.call('GET', '/people')).status).toBe(200)
  })
})

describe('while the database is away', () => {
  it('[ID4] nobody is signed out: renewing is unavailable, a known API token gets grace', async () => {
    const browser = await signedIn(ada)
    const { json } = await browser.call('POST', '/tokens', { id: '016806b5-bc00-7000-8000-0000000000aa', name: 'A script' })
    const line = await layLine(database)
    const pool = openPool({ connect: { ...database.target, ...line.target }, max: 2, log: pino({ level: 'silent' }), application: 'lodge test' })
    const node = await openIdentityServer(pool, { keys, now })
    const [person, program] = [node.browser(), node.browser()]
    for (const [name, value] of browser.cookies) person.cookies.set(name, value)
    program.ticket = String(json['token'])
    // Refused for its form, and therefore without the database, once the caller is known.
    const look = async () => (await program.call('POST', '/people', { id: ada.id })).json['code']
    expect(await look()).toBe('invalid')
    await line.cut()
    expect((await person.call('POST', '/session/tickets')).json).toMatchObject({ code: 'unavailable', status: 503, retry: 'after' })
    expect((await person.call('POST', '/session', { email: ada.email, password })).json).toMatchObject({ code: 'unavailable' })
    expect((await person.call('DELETE', '/session')).json).toMatchObject({ code: 'unavailable' })
    aheadMs = 3_600_000
    expect(await look()).toBe('invalid')
    program.ticket = `lk_${'x'.repeat(43)}`
    expect(await look()).toBe('unavailable')
    await node.close()
    await pool.close()
  })

  it('[ID4] an expired ticket is honoured, and not a moment longer than that', async () => {
    let away = false
    const listeners = new Set<(state: 'up' | 'down') => void>()
    const pool = Object.assign(Object.create(database.db) as typeof database.db, {
      stats: () => ({ ...database.db.stats(), downSinceMs: away ? 1 : undefined }),
      onState: (fn: (state: 'up' | 'down') => void) => { listeners.add(fn); return () => { listeners.delete(fn) } },
    })
    const node = await openIdentityServer(pool, { keys, now })
    const turn = (to: 'up' | 'down') => { away = to === 'down'; for (const listener of listeners) listener(to) }
    const browser = node.browser()
    browser.ticket = (await signedIn(ada)).ticket
    const status = async () => (await browser.call('GET', '/people')).status
    aheadMs = ticketLifeMs
    expect(await status()).toBe(401)
    turn('down')
    expect(await status()).toBe(200)
    turn('up')
    aheadMs += 59_000   // everybody renews now; whoever is not first is not told off
    expect(await status()).toBe(200)
    aheadMs += 2_000
    expect(await status()).toBe(401)
    await node.close()
  })
})

/** A line to PostgreSQL that can be cut. */
async function layLine({ target }: TestDatabase) {
  const sockets = new Set<Socket>()
  const line = createServer((near) => {
    const far = connect(`${target.host}/.s.PGSQL.${target.port}`)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
    }
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((done) => { line.listen(0, '127.0.0.1', done) })
  return {
    target: { host: '127.0.0.1', port: (line.address() as AddressInfo).port },
    cut: () => new Promise<void>((done) => {
      line.close(() => done())
      for (const socket of sockets) socket.destroy()
    }),
  }
}

// The last here: the clock of what it revokes is ahead of everybody's.
describe('an API token', () => {
  const isWaiting = () => database.db.read('who waits', 1000, (tx) => tx.one(sql<{ is: boolean }>`
    select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as is`))
  /** It is looked up for the first time after the revocation was written, and before its commit. */
  async function lookedUpDuring(revoke: (of: { db: typeof database.db; id: string }) => Promise<unknown>) {
    const [browser, program, id] = [await signedIn(ada), server.browser(), newId()]
    program.ticket = String((await browser.call('POST', '/tokens', { id, name: 'A script' })).json['token'])
    let looked = Promise.resolve<unknown>(undefined)
    const db = Object.assign(Object.create(database.db) as typeof database.db, {
      tx: ((label, ms, run) => database.db.tx(label, ms, async (tx) => {
        const done = await run(tx)
        aheadMs += 1_000   // what is read from now on is younger than the revocation
        let isOver = false
        looked = program.call('GET', '/tokens').finally(() => { isOver = true })
        await expect.poll(async () => isOver || (await isWaiting()).is).toBe(true)
        return done
      })) as typeof database.db.tx,
    })
    await revoke({ db, id })
    await looked
    return program
  }
  const session = { account: ada.account, actor: `user:${ada.id}`, role: 'admin', subject: 'test', expiresAtMs: Infinity } as const

  it('[ID3] that is looked up in the moment of its revocation is not taken afterwards', async () => {
    const program = await lookedUpDuring(({ db, id }) => apiTokens({ db, revocations: server.identity.revocations, now }).revoke(session, id))
    expect((await program.call('GET', '/tokens')).status).toBe(401)
  })

  it('[ID7] that is looked up in the moment in which its person loses a right has lost it afterwards', async () => {
    const { people: verbs, revocations } = server.identity
    await verbs.change(session, noor.id, { role: 'admin' })   // one has to stay
    const program = await lookedUpDuring(({ db }) => people({ db, revocations, now, changed: async () => {}, sendInvitation: async () => {} }).change(session, ada.id, { role: 'agent' }))
    expect((await program.call('GET', '/tokens')).status).toBe(403)
    await verbs.change(session, ada.id, { role: 'admin' })
    await verbs.change(session, noor.id, { role: 'agent' })
  })
})
