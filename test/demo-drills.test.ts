/** Who may make a drill in a demo, and what it counts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { get } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DemoDrill, DrillRun } from '#contract/demo-drills.ts'
import { drillPage } from '#demo/drill-page.ts'
import { judge, type Said } from '#demo/drills/judge.ts'
import { en, type DrillSentences } from '#web/drills/words.en.ts'
import { ar } from '#web/drills/words.ar.ts'
import { expectWhole } from './catalogues.ts'
import { startTestServer, type Somebody, type TestServer } from './server.ts'
import { ada, hotel, iris, kit, mara } from './world.ts'

const screens = mkdtempSync(join(tmpdir(), 'lodge-screens-'))
for (const name of ['console', 'drills']) {
  mkdirSync(join(screens, name))
  writeFileSync(join(screens, name, 'index.html'), `<title>${name}</title>`)
}
afterAll(() => { rmSync(screens, { recursive: true }) })

describe('in a demo', () => {
  let server: TestServer
  let runs: readonly DrillRun[] = []
  const started: [DemoDrill, string | undefined][] = []
  beforeAll(async () => {
    server = await startTestServer({ screens, prepare: (app) => drillPage(app.http, {
      screens, account: hotel.id, authenticate: app.identity.authenticate, missing: ['database'], runs: () => runs, follow: () => () => {}, start: (...of) => { started.push(of) },
    }) })
  })
  afterAll(() => server.close())

  const press = (drill: string, who?: Somebody, headers: Record<string, string> = {}, body: object = {}): Promise<Response> => fetch(`${server.url}/demo/drills/${drill}`, {
    method: 'POST', headers: { 'content-type': 'application/json', ...(who && { authorization: `Bearer ${server.ticketOf(who).ticket}` }), ...headers }, body: JSON.stringify(body),
  })
  /** `fetch` sets this header itself. */
  const askedAs = (host: string): Promise<number | undefined> => new Promise((done) => { get(`${server.url}/drills`, { headers: { host } }, (response) => { response.resume(); done(response.statusCode) }) })

  it('[DM3] is for the demo’s administrator, from a page of its own', async () => {
    expect((await press('server')).status).toBe(401)
    expect((await press('server', kit)).status).toBe(403)   // an agent
    expect((await press('server', mara)).status).toBe(403)   // a guest
    expect((await press('server', iris)).status).toBe(403)   // an administrator of another account
    expect((await press('server', ada, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await press('server', ada, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await fetch(`${server.url}/demo/drills/news`)).status).toBe(401)
    expect(started).toEqual([])
    const conversation = '01890000-0000-7000-8000-000000000000'
    expect((await press('server', ada, { origin: server.url }, { conversation })).status).toBe(204)
    expect((await press('disk', ada, {}, { conversation: '../x' })).status).toBe(204)
    expect(started).toEqual([['server', conversation], ['disk', undefined]])
  })

  it('[DM3] is not there for another machine, nor under another name', async () => {
    expect(await askedAs(new URL(server.url).host)).toBe(200)
    expect(await askedAs('evil.example')).toBe(404)
    expect((await fetch(`${server.url}/drills`, { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(404)
    expect((await press('server', ada, { 'x-forwarded-for': '203.0.113.9' })).status).toBe(404)
  })

  it('[DM3] makes one at a time, and none that cannot be made here', async () => {
    expect((await press('database', ada)).status).toBe(404)
    expect((await press('everything', ada)).status).toBe(404)
    runs = [{ drill: 'disk', sightings: [] }]
    expect((await press('server', ada)).status).toBe(503)
    runs = []
  })

  it('lets pages of the house stand in its frames, and no others', async () => {
    const page = await fetch(`${server.url}/inbox`)
    expect(page.headers.get('content-security-policy')).toContain(`frame-ancestors 'self'`)
    expect(page.headers.get('x-frame-options')).toBe('SAMEORIGIN')
  })
})

it('[DM3] without a demo there is no page, no button, and nobody may frame the console', async () => {
  const server = await startTestServer({ world: false, screens })
  try {
    for (const path of ['/drills', '/drills/', '/drills/index.html', '/demo/drills/news']) expect((await fetch(server.url + path)).status, path).toBe(404)
    expect((await fetch(`${server.url}/demo/drills/server`, { method: 'POST' })).status).toBe(404)
    expect((await fetch(`${server.url}/inbox`)).headers.get('x-frame-options')).toBe('DENY')
  } finally { await server.close() }
})

describe('what a drill counts', () => {
  const said = (id: string, more: Partial<Said> = {}): Said => ({ id, topic: 't', by: 0, sentMs: 100, storedMs: 150, ...more })

  it('[DM4] finds what was acknowledged and is not in the journal, kept or stored', () => {
    expect(judge([said('a'), said('b'), said('c', { by: 1 })], new Map([['t', ['c', 'a', 'b']]]))).toEqual({ sent: 3, stored: 3, lost: 0, doubled: 0, disordered: 0, slowestMs: 50 })
    expect(judge([said('a'), said('b')], new Map([['t', ['a']]]))).toMatchObject({ stored: 1, lost: 1 })
    const { storedMs: _, ...kept } = said('b', { keptMs: 400 })
    expect(judge([said('a'), kept], new Map([['t', ['a']]]))).toMatchObject({ lost: 1, slowestMs: 300 })
    const { storedMs: __, ...refused } = said('b', { refused: 'no' })
    expect(judge([said('a'), refused], new Map([['t', ['a']]]))).toMatchObject({ sent: 2, stored: 1, lost: 0 })
  })

  it('[DM4] finds what stands there twice, or before what the same person wrote earlier', () => {
    expect(judge([said('a'), said('b')], new Map([['t', ['a', 'b', 'b']]]))).toMatchObject({ doubled: 1 })
    expect(judge([said('a'), said('b')], new Map([['t', ['b', 'a']]]))).toMatchObject({ disordered: 1 })
    expect(judge([said('a'), said('b', { by: 1 })], new Map([['t', ['b', 'a']]]))).toMatchObject({ disordered: 0 })
  })
})

it('is said in Arabic as well', () => { expectWhole<DrillSentences>(ar, en) })
