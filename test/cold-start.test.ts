/** The server is killed while its database is away, and starts without it: real processes, a PostgreSQL elsewhere behind a proxy. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { caller, valueOf, type Call } from '#client/call.ts'
import { connect, newId } from '#client/lodge.ts'
import { listEntries, openConversation, sendMessage } from '#contract/conversations.ts'
import { openVisitorSession } from '#contract/inboxes.ts'
import { pairKiosk, saveKiosk, sendOperations } from '#contract/kiosks.ts'
import { createToken, revokeToken } from '#contract/people.ts'
import { saveLocation } from '#contract/places.ts'
import { listVisits } from '#contract/visits.ts'
import { startApart, type ApartDatabase } from '#drills/apart.ts'
import { hasProcess } from '#server/db/has-process.ts'
import { cleanEnvironment, startOwnServer, type OwnServer } from '#tools/replay/own-server.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })

const bearing = (url: string, token: string): Call => caller({ url, bearer: async () => token })
const readiness = async ({ url }: OwnServer): Promise<{ code: number; reasons: string }> => {
  const answer = await fetch(`${url}/readyz`)
  return { code: answer.status, reasons: (await answer.json() as { reasons: string[] }).reasons.join(' ') }
}
const isReady = (server: OwnServer): Promise<void> => expect.poll(() => readiness(server), { timeout: 60_000 }).toEqual({ code: 200, reasons: '' })
const kept = async ({ url }: OwnServer): Promise<number> => Number(/^lodge_spool_commands (\d+)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1])
/** SIGKILL, and a start whose time is known. */
async function dieAndStart(server: OwnServer): Promise<number> {
  await server.crash()
  const sinceMs = performance.now()
  await server.startAgain()
  return performance.now() - sinceMs
}
async function visitorOf(server: OwnServer): Promise<{ ticket: string; call: Call; conversation: string }> {
  const { ticket } = valueOf(await caller({ url: server.url })(openVisitorSession, { params: { inbox: server.inbox }, body: { contact: newId(), secret: 'V'.repeat(43) } }))
  const call = bearing(server.url, ticket), conversation = newId()
  valueOf(await call(openConversation, { body: { id: newId(), conversation, inbox: server.inbox } }))
  // Nobody waits for it: what is told in the last milliseconds of a life is refused in the next one until the database is back.
  await expect.poll(() => readFile(join(server.folder, 'data/last-known/conversations'), 'utf8')).toContain(conversation)
  return { ticket, call, conversation }
}
const textsIn = async (server: OwnServer, conversation: string): Promise<(string | undefined)[]> =>
  valueOf(await bearing(server.url, server.token)(listEntries, { params: { conversation }, query: {} })).entries.map((e) => (e.body as { text?: string } | null)?.text)

describe('a server whose database is elsewhere', () => {
  let database: ApartDatabase, server: OwnServer
  beforeAll(async () => {
    server = await startOwnServer({ async prepare(folder) {
      database = await startApart(join(folder, 'apart'))
      return { env: database.env, tidy: database.stop }
    } })
  })
  afterAll(async () => {
    await database.proxy.up().catch(() => {})
    database.proxy.toxics = []
    await server?.stop()
  })

  it('[SP13] [SP8] [P7] is killed in an outage: it opens without it, keeps what it kept, takes more, refuses the rest in words, and stores all of it by itself', async () => {
    const { url } = server
    const agent = bearing(url, server.token)
    const { ticket, call: visitor, conversation } = await visitorOf(server)
    const say = (call: Call, text: string, of = conversation) => call(sendMessage, { params: { conversation: of }, body: { id: newId(), text } })
    valueOf(await say(visitor, 'before'))
    const [location, kiosk, lent] = [newId(), newId(), newId()]
    valueOf(await agent(saveLocation, { params: { location }, body: { name: 'Lobby', zone: 'UTC', opensAt: '00:00', closesAt: '23:59', walkIns: 'welcome' } }))
    const { code } = valueOf(await agent(saveKiosk, { params: { kiosk }, body: { name: 'Entrance', location } }))
    const device = bearing(url, valueOf(await caller({ url })(pairKiosk, { body: { code } })).token)
    const log = newId()
    const arrival = (seq: number, visit: string, name: string) => ({ id: newId(), seq, type: 'check_in', visit, at: new Date().toISOString(), offsetMs: 0, body: { expected: false, name } })
    expect(valueOf(await device(sendOperations, { body: { log, operations: [arrival(1, newId(), 'Ida')] } })).results[0]!.state).toMatch(/^(?:applied|kept)$/)   // a busy machine may have its moments
    const { token: lentToken } = valueOf(await agent(createToken, { body: { id: lent, name: 'Lent' } }))
    expect((await say(bearing(url, lentToken), 'lent')).ok).toBe(true)
    valueOf(await agent(revokeToken, { params: { token: lent } }))

    await database.proxy.down()
    await expect.poll(async () => valueOf(await say(visitor, 'asked until it is kept')).state, { timeout: 10_000 }).toBe('kept')
    const before = await kept(server)
    expect(await dieAndStart(server)).toBeLessThan(20_000)   // some two seconds on a machine of its own

    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect((await fetch(`${url}/api/v1/about`)).status).toBe(200)
    const { code: status, reasons } = await readiness(server)
    expect(status).toBe(503)
    expect(reasons).toContain('The database of DATABASE_URL cannot be reached')
    expect(reasons).toContain(`${before} commands are kept on this disk`)

    const socket = connect({ url, app: 'test', ticket: async () => ({ ticket, expiresAt: new Date(Date.now() + 600_000).toISOString() }) })
    const sent = socket.send({ type: 'message.send', topic: `conversation:${conversation}`, body: { text: 'over a socket' } })
    await expect.poll(() => socket.outbox.list().map((c) => c.state), { timeout: 20_000 }).toEqual(['kept'])
    expect(valueOf(await say(visitor, 'from the visitor')).state).toBe('kept')
    expect(valueOf(await say(agent, 'from inside')).state).toBe('kept')
    const second = newId()
    expect(valueOf(await visitor(openConversation, { body: { id: newId(), conversation: second, inbox: server.inbox } })).state).toBe('kept')
    expect(valueOf(await say(visitor, 'in a new conversation', second)).state).toBe('kept')
    const [result] = valueOf(await device(sendOperations, { body: { log, operations: [arrival(2, newId(), 'Ola')] } })).results
    expect(result).toMatchObject({ seq: 2, state: 'kept' })

    // What this disk knows nothing of is refused at once and may be asked again; who was sent away stays out.
    const sinceMs = performance.now()
    expect(await say(agent, 'nobody knows this conversation', newId())).toMatchObject({ ok: false, code: 'unavailable', retryAfterMs: expect.any(Number) as number })
    expect(performance.now() - sinceMs).toBeLessThan(1_000)
    expect(await say(bearing(url, lentToken), 'lent')).toMatchObject({ ok: false, code: 'unauthenticated' })

    const depth = await kept(server)
    expect(depth).toBe(before + 6)
    await dieAndStart(server)
    expect(await kept(server)).toBe(depth)
    const { pid } = server
    await database.proxy.up()
    await isReady(server)
    expect(server.pid).toBe(pid)
    expect(await kept(server)).toBe(0)

    const texts = await textsIn(server, conversation)
    expect(texts.filter((t) => t !== 'asked until it is kept')).toEqual([undefined, 'before', 'lent', 'over a socket', 'from the visitor', 'from inside'])
    expect(await textsIn(server, second)).toEqual([undefined, 'in a new conversation'])
    expect(valueOf(await agent(listVisits, { query: { location } })).visits.map((v) => v.name).sort()).toEqual(['Ida', 'Ola'])
    await expect.poll(() => sent.stored.then(() => true), { timeout: 30_000 }).toBe(true)
    socket.close()
  })

  it('[SP13] opens while its database takes connections and never answers', async () => {
    const { call, conversation } = await visitorOf(server)
    database.proxy.toxics = [{ kind: 'timeout', ms: 0 }]
    database.proxy.cut()
    expect(await dieAndStart(server)).toBeLessThan(30_000)
    expect((await readiness(server)).code).toBe(503)
    expect(valueOf(await call(sendMessage, { params: { conversation }, body: { id: newId(), text: 'nobody answers' } })).state).toBe('kept')
    // It can be stopped in good order as well.
    const { pid } = server, sinceMs = performance.now()
    process.kill(pid, 'SIGTERM')
    await expect.poll(() => hasProcess(pid), { timeout: 30_000 }).toBe(false)
    expect(performance.now() - sinceMs).toBeLessThan(15_000)
    await server.startAgain()
    expect(await kept(server)).toBe(1)
    database.proxy.toxics = []
    database.proxy.cut()
    await isReady(server)
    expect(await textsIn(server, conversation)).toEqual([undefined, 'nobody answers'])
  })

  it('[SP14] writes nothing into another database than the one of last time, says so, and goes on with it when it is told that this is right', async () => {
    const { call, conversation } = await visitorOf(server)
    await database.proxy.down()
    await expect.poll(async () => (await readiness(server)).code, { timeout: 10_000 }).toBe(503)
    const file = join(server.folder, 'data/last-known/database')
    const ours = await readFile(file, 'utf8')
    await server.crash()
    await writeFile(file, `${JSON.stringify({ system: '7', oid: '16384' })}\n`)
    await server.startAgain()
    expect(valueOf(await call(sendMessage, { params: { conversation }, body: { id: newId(), text: 'for the right one' } })).state).toBe('kept')
    await database.proxy.up()
    await expect.poll(async () => (await readiness(server)).reasons, { timeout: 20_000 }).toContain('This is another database than the one that this data belongs to')
    expect(await kept(server)).toBe(1)
    await rm(file)
    await isReady(server)
    expect(await readFile(file, 'utf8')).toContain(ours.trim())
    expect(await textsIn(server, conversation)).toEqual([undefined, 'for the right one'])
  })
})

describe('a server whose database is its own', () => {
  it('[SP13] [SP14] opens when the disk of it is not there, makes no empty one in its place, and goes on when it is back', async () => {
    const server = await startOwnServer()
    try {
      const { call, conversation } = await visitorOf(server)
      const cluster = join(server.folder, 'data/postgres/data')
      await server.crash()
      await expect.poll(() => rename(cluster, `${cluster}.away`).then(() => true, () => false)).toBe(true)
      await server.startAgain()
      expect((await readiness(server)).reasons).toContain('There is no database in ')
      expect(valueOf(await call(sendMessage, { params: { conversation }, body: { id: newId(), text: 'to come' } })).state).toBe('kept')
      await rename(`${cluster}.away`, cluster)
      await isReady(server)
      expect(await textsIn(server, conversation)).toEqual([undefined, 'to come'])
    } finally { await server.stop() }
  })
})

it('[SP15] a first start says at once that the address of its database is none, and ends', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lodge-first-'))
  const sinceMs = performance.now()
  const ended = await new Promise<{ code: unknown; out: string }>((resolve) => {
    execFile(process.execPath, ['server/main.ts'], { cwd: fileURLToPath(new URL('..', import.meta.url)), env: { ...cleanEnvironment(), LODGE_DATA: folder, PORT: '0', STATUS_PORT: '0', BALLAST_MB: '0', DATABASE_URL: 'postgres://lodge@no-such-house.invalid/lodge' } },
      (error, stdout, stderr) => { resolve({ code: error?.code, out: stdout + stderr }) })
  })
  expect(ended.code).toBe(1)
  expect(ended.out).toContain('Lodge cannot start. The database of DATABASE_URL cannot be reached')
  expect(performance.now() - sinceMs).toBeLessThan(20_000)
  await rm(folder, { recursive: true, force: true })
})
