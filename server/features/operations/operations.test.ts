/** The lights of a real server, and that nobody sees them who does not run the house. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endHolder, getOperations, pauseWork, stopServer, takeBackup, withdrawInvitations, type OperationsBoard } from '#contract/operations.ts'
import { getConversationReport } from '#contract/reports.ts'
import { newId } from '#client/lodge.ts'
import { sql } from '#server/db/sql.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, iris, kit } from '#test/world.ts'

let server: TestServer
const stops: string[] = []
beforeAll(async () => { server = await startTestServer({ operations: { canaryEveryMs: 1_000, lookEveryMs: 100, countEveryMs: 300, stop: () => { stops.push('stop') } } }) })
afterAll(() => server.close())

const board = async (): Promise<OperationsBoard> => {
  const outcome = await server.callAs(ada)(getOperations, {})
  if (!outcome.ok) throw new Error(outcome.code)
  return outcome.value
}
const light = async (promise: string): Promise<string> => (await board()).promises.find((p) => p.promise === promise)!.light
const web = async () => (await board()).canary.find((c) => c.channel === 'web')!

describe('the operations page', () => {
  it('[OP1] is for administrators of the account that runs the house', async () => {
    for (const who of [kit, iris]) {
      expect(await server.callAs(who)(getOperations, {})).toMatchObject({ ok: false, code: 'forbidden' })
      expect(await server.callAs(who)(stopServer, { body: { node: 'test' } })).toMatchObject({ ok: false, code: 'forbidden' })
      const heard: unknown[] = []
      const lodge = server.connectAs(who)
      lodge.watch('operations', (body) => heard.push(body))
      const people = Promise.withResolvers<unknown>()
      lodge.watch('people', people.resolve)   // asked for later, answered later
      await people.promise
      expect(heard).toEqual([])
      lodge.close()
    }
    expect(stops).toEqual([])
  })

  it('[OP2] [OP3] has a light for each promise, and never a green one for what is not measured', { timeout: 30_000 }, async () => {
    await expect.poll(async () => (await board()).promises.find((p) => p.promise === 'P3')!.light, { timeout: 15_000 }).toBe('ok')
    const { promises } = await board()
    expect(promises.map((p) => p.promise)).toEqual(['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9', 'P10', 'P11', 'P12', 'P13'])
    expect(promises.find((p) => p.promise === 'P12')).toMatchObject({ light: 'unknown' })   // this server's build has no name
    for (const { figures, light: of } of promises) {
      for (const f of figures) if (f.value === null) expect(f.light).toBe('unknown')
      if (figures.every((f) => f.value === null)) expect(of).toBe('unknown')
    }
  })

  it('[OP6] sends a canary the whole way: accepted, stored, heard at a socket, read back', { timeout: 30_000 }, async () => {
    await expect.poll(async () => (await web()).state, { timeout: 20_000 }).toBe('ok')
    const { latencyMs, failures } = await web()
    expect(latencyMs).toBeGreaterThan(0)
    expect(failures).toBe(0)
    expect(await light('P2')).toBe('ok')
    const rows = await server.database.db.read('canary', 5_000, (tx) => tx.all(sql<{ n: number; elsewhere: number }>`
      select count(*) filter (where topic = 'canary')::int as n, (select count(*)::int from conversations) as elsewhere from journal`))
    expect(rows[0]!.n).toBeGreaterThan(0)
    expect(rows[0]!.elsewhere).toBe(0)
    const heard: unknown[] = []
    const lodge = server.connectAs(ada)
    lodge.join('canary', { fresh: (rows_) => heard.push(rows_), entries: (rows_) => heard.push(rows_), marks: () => {}, typing: () => {}, refused: (code) => heard.push(code) })
    await expect.poll(() => heard.length, { timeout: 10_000 }).toBeGreaterThan(0)
    expect(heard).toEqual(['not_found'])
    lodge.close()
  })

  it('[OP2] pushes itself to whoever looks, every two seconds at most', { timeout: 30_000 }, async () => {
    const pushes: { atMs: number; body: OperationsBoard }[] = []
    const lodge = server.connectAs(ada)
    lodge.watch('operations', (body) => pushes.push({ atMs: performance.now(), body: body as OperationsBoard }))
    await expect.poll(() => pushes.length, { timeout: 20_000 }).toBeGreaterThan(3)
    for (const [i, push] of pushes.entries()) if (i > 1) expect(push.atMs - pushes[i - 1]!.atMs).toBeGreaterThan(1_500)
    expect(pushes.at(-1)!.body.asOf > pushes[0]!.body.asOf).toBe(true)
    lodge.close()
  })

  it('[OP3] goes red with the figure as evidence, and green again', { timeout: 60_000 }, async () => {
    server.app.findings.look('leak:booking', { promise: 'P4', component: 'bookings', severity: 'critical', evidence: 'It did not give it back.', whatToDo: 'Report it.' })
    expect(await light('P4')).toBe('bad')
    expect((await board()).findings.filter((f) => f.id === 'leak:booking')).toMatchObject([{ evidence: 'It did not give it back.', whatToDo: 'Report it.' }])   // a busy machine may have findings of its own
    for (let i = 0; i < 3; i++) server.app.findings.look('leak:booking', undefined)
    await expect.poll(() => light('P4'), { timeout: 15_000 }).toBe('ok')
  })

  it('[OP4] pauses a kind of work and withdraws invitations, for all accounts, and takes both back', { timeout: 30_000 }, async () => {
    const of = async (kind: string) => (await board()).classes!.find((c) => c.kind === kind)!
    expect(await server.callAs(ada)(pauseWork, { params: { kind: 'reports' }, body: { isPaused: true } })).toMatchObject({ ok: true })
    expect(await of('reports')).toEqual({ kind: 'reports', isPaused: true, hasGivenWay: false })
    const today = new Date().toISOString().slice(0, 10)
    expect(await server.callAs(iris)(getConversationReport, { query: { from: today, to: today, zone: 'UTC' } })).toMatchObject({ ok: false, code: 'overloaded', message: expect.stringContaining('paused by whoever runs this server') as string })
    expect(await server.callAs(ada)(pauseWork, { params: { kind: 'reports' }, body: { isPaused: false } })).toMatchObject({ ok: true })
    expect(await server.callAs(iris)(getConversationReport, { query: { from: today, to: today, zone: 'UTC' } })).toMatchObject({ ok: true })
    expect(await server.callAs(ada)(withdrawInvitations, { body: { isWithdrawn: true, why: 'The morning is too busy.' } })).toMatchObject({ ok: true, value: { invitations: { isWithdrawn: true, why: 'The morning is too busy.' } } })
    expect((await of('invitations')).isPaused).toBe(true)
    expect(await server.callAs(ada)(withdrawInvitations, { body: { isWithdrawn: false } })).toMatchObject({ ok: true, value: { invitations: { isWithdrawn: false, why: null } } })
  })

  it('[OP4] ends what holds a connection, by what the page shows of it', { timeout: 30_000 }, async () => {
    const busy = server.database.db.read('an export', 60_000, (tx) => tx.one(sql`select pg_sleep(60)`))
    busy.catch(() => {})
    await expect.poll(async () => (await board()).holders.some((h) => h.label === 'an export' && h.canEnd)).toBe(true)
    const holder = (await board()).holders.find((h) => h.label === 'an export')!
    expect(holder.stack).toContain('operations.test.ts')
    expect(await server.callAs(ada)(endHolder, { params: { holder: holder.id } })).toMatchObject({ ok: true })
    await expect(busy).rejects.toMatchObject({ code: 'overloaded' })
    await expect.poll(async () => (await board()).holders.filter((h) => h.label === 'an export')).toEqual([])   // its cancel is on the way
  })

  it('[SP10] [OP3] counts what waits for a person as it stands in the database, and is well again when somebody saw to it', { timeout: 30_000 }, async () => {
    const aside = async (): Promise<number | null> => (await board()).promises.find((p) => p.promise === 'P7')!.figures.find((f) => f.id === 'setAside')!.value
    const id = newId()
    await expect.poll(aside, { timeout: 10_000 }).toBe(0)
    await server.database.db.tx('set aside', 5_000, (tx) => tx.run(sql`insert into kept_refusals (account_id, id, kind, type, topic, actor, kept_at, code, reason) values (${iris.account}, ${id}, 'command', 'message.send', 'conversation:x', 'user:x', now(), 'gone', 'It is gone.')`))
    await expect.poll(aside, { timeout: 10_000 }).toBe(1)   // since before this server was started, and of whichever account
    await expect.poll(() => light('P7'), { timeout: 10_000 }).toBe('warn')
    await server.database.db.tx('dismiss', 5_000, (tx) => tx.run(sql`update kept_refusals set state = 'dismissed' where account_id = ${iris.account} and id = ${id}`))
    await expect.poll(aside, { timeout: 10_000 }).toBe(0)
  })

  it('[OP4] stops only the server that was meant, and knows no lever that there is not', async () => {
    expect(await server.callAs(ada)(stopServer, { body: { node: 'other' } })).toMatchObject({ ok: false, code: 'wrong_status' })
    expect(stops).toEqual([])
    expect(await server.callAs(ada)(endHolder, { params: { holder: 'none' } })).toMatchObject({ ok: false, code: 'not_found' })
    expect((await board()).backups).toBeNull()
    expect(await server.callAs(ada)(takeBackup, {})).toMatchObject({ ok: false, code: 'not_found', message: expect.stringContaining('BACKUP_FOLDER') as string })   // OP11
    expect(await server.callAs(ada)(stopServer, { body: { node: 'test' } })).toMatchObject({ ok: true })
    expect(stops).toEqual(['stop'])
  })

  it('[OP7] gives the same lights to this machine, and to nobody who comes through a proxy', async () => {
    const answer = await fetch(`${server.url}/lights`)
    const { sentences } = await answer.json() as { sentences: { about: string; text: string }[] }
    expect(sentences.find((s) => s.about === 'promises')!.text).toMatch(/^Kept: .*P3.*\. Not measured: .*P12/)
    expect(sentences.filter((s) => s.about === 'headroom')).toHaveLength(4)
    expect((await fetch(`${server.url}/lights`, { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(403)
    const text = await (await fetch(`${server.url}/metrics`)).text()
    expect(text).toMatch(/^lodge_promise_light\{promise="P3"\} 0$/m)
    expect(text).toMatch(/^lodge_canary_latency_seconds [\d.e-]+$/m)
  })
})
