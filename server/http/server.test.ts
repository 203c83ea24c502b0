import { Type } from 'typebox'
import pino from 'pino'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { endpoint } from '#contract/endpoint.ts'
import { statements } from '#server/db/handle.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import { route, type RouteOptions } from './route.ts'
import { buildHttp, type HttpOptions } from './server.ts'

const account = '01890000-0000-7000-8000-000000000001'
const sessions: Record<string, Session> = Object.fromEntries((['contact', 'agent', 'admin'] as const).map((role) =>
  [role, { account, actor: 'user:01890000-0000-7000-8000-000000000002', role, subject: `session:${role}`, expiresAtMs: 0 }]))

const closed = { additionalProperties: false } as const
const Knock = Type.Object({
  email: Type.String({ format: 'email', maxLength: 40 }), role: Type.Union([Type.Literal('guest'), Type.Literal('host')]), text: Type.Optional(Type.String()),
}, closed)
const Times = { times: Type.Optional(Type.Integer({ minimum: 1 })), loud: Type.Optional(Type.Boolean()) }
const knock = endpoint({
  method: 'POST', path: '/doors/:door/knocks', access: 'public', statements: 2, summary: 'Knock.', params: Type.Object({ door: Type.Integer() }),
  query: Type.Object(Times, closed), body: Knock, returns: Type.Object({ door: Type.Integer(), ...Times, text: Type.String() }), errors: ['taken'],
})
const at = (access: 'visitor' | 'agent' | 'admin') =>
  endpoint({ method: 'GET', path: `/only/${access}`, access, statements: 0, summary: 'Look.', returns: Type.Object({}) })

let app: FastifyInstance | undefined
afterEach(async () => { await app?.close() })

interface Given { options?: Partial<HttpOptions>; on?: RouteOptions; handle?: (text: string) => Promise<{ door: number; text: string }> }
async function open({ options = {}, on = {}, handle }: Given = {}): Promise<FastifyInstance> {
  app = await buildHttp({
    log: pino({ level: 'silent' }), strict: true, ...options,
    authenticate: (token) => sessions[token] ?? (() => { throw new Refusal('unauthenticated') })(),
  })
  await app.register(async (app) => {
    route(app, knock, on)(async ({ params, query, body }) => handle ? handle(body.text ?? '') : { door: params.door, ...query, text: body.text ?? '' })
    for (const access of ['visitor', 'agent', 'admin'] as const) route(app, at(access))(async () => ({}))
  })
  return app
}
const good = { email: 'mara@example.com', role: 'guest' }
const post = (app: FastifyInstance, payload: unknown, { path = '/api/v1/doors/7/knocks', headers = {}, from = '203.0.113.7' } = {}) =>
  app.inject({
    method: 'POST', url: path, remoteAddress: from, headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  })

describe('what comes in', () => {
  it('is read from path and query, and taken as it is from the body', async () => {
    const answer = await post(await open(), { ...good, text: ' 12 ' }, { path: '/api/v1/doors/7/knocks?times=3&loud=true' })
    expect(answer.json()).toEqual({ door: 7, times: 3, loud: true, text: ' 12 ' })
  })

  it.each([
    ['an unknown field', { ...good, extra: 1 }, '`extra` in the body is not known here.'],
    ['a number for a text', { ...good, text: 5 }, '`text` in the body must be a string.'],
    ['a missing field', { email: good.email }, '`role` is missing in the body.'],
    ['no e-mail address', { ...good, email: 'mara' }, '`email` in the body must be an e-mail address.'],
    ['none of the choices', { ...good, role: 'cat' }, '`role` in the body must be one of: guest, host.'],
    ['no object', [], 'The body must be an object.'],
    ['no JSON', '{', 'The body is not JSON.'],
    ['nothing', '', 'The body is empty, but its content type says JSON.'],
    ['half a character', '{"email":"mara@example.com","role":"guest","text":"\\ud83d"}',
      'The text holds half of a character (a lone surrogate), which cannot be kept.'],
  ])('[LM2] is refused in a sentence that names the field: %s', async (_what, body, detail) => {
    const answer = await post(await open(), body)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid', type: '/api#invalid', retry: 'never', detail })
  })

  it.each([
    ['times=1.5', 'must be an integer'], ['times=', 'must be an integer'], ['times=0', 'must be >= 1'],
    ['loud=1', 'must be a boolean'], ['loudness=1', 'is not known here'],
  ])('is refused in the query: %s', async (query, detail) => {
    const answer = await post(await open(), good, { path: `/api/v1/doors/7/knocks?${query}` })
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid', detail: expect.stringContaining(detail) })
  })

  it('may not hold U+0000', async () => {
    expect((await post(await open(), { ...good, text: 'a\0b' })).json()).toMatchObject({ code: 'nul_character', status: 400 })
  })

  it('may not be too large, nor another type', async () => {
    const app = await open({ options: { bodyMaxBytes: 1000 } })
    expect((await post(app, { ...good, text: 'x'.repeat(1000) })).json()).toMatchObject({ code: 'too_large', status: 413 })
    expect((await post(app, 'email=x', { headers: { 'content-type': 'text/plain' } })).json()).toMatchObject({ code: 'unsupported_type', status: 415 })
  })
})

describe('what goes wrong', () => {
  it('in a handler is `internal`, logged under the id that the answer quotes, and tells nothing', async () => {
    const lines: string[] = []
    const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) })
    const answer = await post(await open({ options: { log }, handle: async () => { throw new Error('the cellar is flooded') } }), good)
    const { requestId } = JSON.parse(lines[0]!) as { requestId: string }
    expect(answer.json()).toMatchObject({ code: 'internal', status: 500, detail: expect.stringContaining(requestId) })
    expect(answer.body).not.toContain('cellar')
    expect(lines[0]).toContain('cellar')
  })

  it('is told with the time to come back', async () => {
    const answer = await post(await open({ handle: async () => { throw new Refusal('overloaded', undefined, 1500) } }), good)
    expect(answer.statusCode).toBe(503)
    expect(answer.headers['retry-after']).toBe('2')
    expect(answer.json()).toMatchObject({ code: 'overloaded', retry: 'after', retryAfterMs: 1500 })
  })

  it('is a problem at addresses that do not exist', async () => {
    const answer = await (await open()).inject({ url: '/api/v1/nowhere' })
    expect(answer.json()).toMatchObject({ code: 'not_found', status: 404 })
  })

  it('[LM3] when strict: more statements than declared, and results that the schema does not describe', async () => {
    const failures: string[] = []
    const log = pino({ level: 'error' }, { write: (line: string) => void failures.push(line) })
    const app = await open({ options: { log }, handle: async (text) => {
      statements.getStore()!.count = text === 'greedy' ? 3 : 2
      return { door: text === 'wrong' ? '7' as never : 7, text }
    } })
    expect((await post(app, good)).statusCode).toBe(200)
    expect((await post(app, { ...good, text: 'greedy' })).statusCode).toBe(500)
    expect((await post(app, { ...good, text: 'wrong' })).statusCode).toBe(500)
    expect(failures.join()).toMatch(/issued 3 statements and declares 2.*returned what its schema does not describe/s)
  })

  it('[WD9] otherwise: an endpoint that exceeds its statements is told of at every call, and logged once', async () => {
    const lines: string[] = []
    const calls: number[] = []
    const app = await open({
      options: { strict: false, log: pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }), onCall: ({ statements, endpoint }) => calls.push(statements - endpoint.statements) },
      handle: async (text) => { statements.getStore()!.count = 5; return { door: 7, text } },
    })
    for (let n = 0; n < 3; n++) expect((await post(app, good)).statusCode).toBe(200)
    expect(calls).toEqual([3, 3, 3])
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ endpoint: 'POST /doors/:door/knocks', statements: 5, declared: 2 }])
  })
})

describe('access', () => {
  it.each([
    ['contact', [200, 403, 403]], ['agent', [200, 200, 403]], ['admin', [200, 200, 200]], ['nobody', [401, 401, 401]],
  ])('of %s', async (token, statuses) => {
    const app = await open()
    const headers = { authorization: `Bearer ${token}` }
    const answers = await Promise.all(['visitor', 'agent', 'admin'].map((access) => app.inject({ url: `/api/v1/only/${access}`, headers })))
    expect(answers.map((a) => a.statusCode)).toEqual(statuses)
  })

  it('needs a bearer token', async () => {
    const app = await open()
    for (const headers of [{}, { authorization: 'agent' }, { authorization: 'Basic agent' }, { authorization: 'Bearer a b' }]) {
      expect((await app.inject({ url: '/api/v1/only/agent', headers })).json()).toMatchObject({ code: 'unauthenticated', status: 401, retry: 'renew' })
    }
  })
})

describe('pages of other sites', () => {
  it('may call what a visitor may, with a token and without cookies', async () => {
    const app = await open()
    const headers = { origin: 'https://hotel.example', 'access-control-request-method': 'GET' }
    const preflight = await app.inject({ method: 'OPTIONS', url: '/api/v1/only/visitor', headers })
    expect(preflight.statusCode).toBe(204)
    expect(preflight.headers).toMatchObject({ 'access-control-allow-origin': '*', 'access-control-allow-headers': 'authorization, content-type' })
    const refused = await app.inject({ url: '/api/v1/only/visitor' })
    expect(refused.statusCode).toBe(401)   // readable for the page
    expect(refused.headers).toMatchObject({ 'access-control-allow-origin': '*', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    expect(refused.headers).not.toHaveProperty('access-control-allow-credentials')
  })

  it('may not call anything else', async () => {
    const app = await open()
    expect((await app.inject({ method: 'OPTIONS', url: '/api/v1/only/agent' })).statusCode).toBe(404)
    expect((await app.inject({ url: '/api/v1/only/agent' })).headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('[ID6] may not use the session cookie', async () => {
    const app = await open({ on: { cookie: true }, options: { publicUrl: 'https://desk.example' } })
    const from = async (headers: Record<string, string>) => (await post(app, good, { headers: { host: '127.0.0.1:4000', ...headers } })).statusCode
    expect(await from({ origin: 'http://127.0.0.1:4000' })).toBe(200)
    expect(await from({ origin: 'https://desk.example' })).toBe(200)
    expect(await from({})).toBe(200)
    expect(await from({ origin: 'https://evil.example' })).toBe(403)
    expect(await from({ origin: 'http://127.0.0.1:4001' })).toBe(403)
    expect(await from({ origin: 'null' })).toBe(403)
    expect(await from({ 'sec-fetch-site': 'cross-site' })).toBe(403)
  })
})

describe('rates', () => {
  it('[ID9] count per address, and come back with time', async () => {
    let nowMs = 0
    const app = await open({ on: { rate: 'session' }, options: { now: () => nowMs } })
    const status = async (from: string) => (await post(app, good, { from })).statusCode
    for (let i = 0; i < 20; i++) expect(await status('203.0.113.7')).toBe(200)
    const refused = await post(app, good)
    expect(refused.json()).toMatchObject({ code: 'rate_limited', status: 429, retryAfterMs: 6000 })
    expect(await status('203.0.113.8')).toBe(200)
    nowMs = 6000
    expect(await status('203.0.113.7')).toBe(200)
    expect(await status('203.0.113.7')).toBe(429)
  })

  it('count an IPv6 household as one address, and believe a proxy only when told to', async () => {
    const app = await open({ on: { rate: 'session' } })
    for (let i = 0; i < 20; i++) await post(app, good, { from: `2001:db8:1:2::${i}` })
    expect((await post(app, good, { from: '2001:db8:1:2:ffff::1' })).statusCode).toBe(429)
    expect((await post(app, good, { from: '2001:db8:1:3::1' })).statusCode).toBe(200)
    expect((await post(app, good, { from: '2001:db8:1:2::1', headers: { 'x-forwarded-for': '198.51.100.1' } })).statusCode).toBe(429)
    await app.close()
    const behindProxy = await open({ on: { rate: 'session' }, options: { trustProxy: true } })
    for (let i = 0; i < 20; i++) await post(behindProxy, good, { from: '10.0.0.1', headers: { 'x-forwarded-for': '198.51.100.1' } })
    expect((await post(behindProxy, good, { from: '10.0.0.1', headers: { 'x-forwarded-for': '198.51.100.1' } })).statusCode).toBe(429)
    expect((await post(behindProxy, good, { from: '10.0.0.1', headers: { 'x-forwarded-for': '198.51.100.2' } })).statusCode).toBe(200)
  })

  it('let programs on this machine be many visitors', async () => {
    const app = await open({ on: { rate: 'visitors' } })
    for (let i = 0; i < 130; i++) expect((await post(app, good, { from: '127.0.0.1' })).statusCode).toBe(200)
    const proxied: number[] = []
    for (let i = 0; i < 130; i++) proxied.push((await post(app, good, { from: '127.0.0.1', headers: { 'x-forwarded-for': '198.51.100.1' } })).statusCode)
    expect(proxied).toContain(429)
  })
})
