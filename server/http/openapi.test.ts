import pino from 'pino'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoints } from '#contract/api.ts'
import { errorCodes } from '#contract/errors.ts'
import { clientFrames } from '#contract/frames.ts'
import { html } from './html.ts'
import { route } from './route.ts'
import { buildHttp } from './server.ts'

interface Operation {
  operationId: string; security: object[]; parameters?: { name: string; in: string }[]; requestBody?: object
  responses: Record<string, { content?: Record<string, { schema: object }> }>
}
interface Document { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, object> } }

let app: FastifyInstance
let document: Document
beforeAll(async () => {
  app = await buildHttp({ log: pino({ level: 'silent' }), authenticate: () => { throw new Error('not asked') } })
  for (const { endpoint } of endpoints) route(app, endpoint)(async () => ({}))
  document = (await app.inject({ url: '/api/v1/openapi.json' })).json<Document>()
})
afterAll(() => app.close())

describe('the OpenAPI document', () => {
  const operations = () => Object.values(document.paths).flatMap((of) => Object.values(of))

  it('is 3.1 and has every endpoint by its name, with what it takes and how it may be refused', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(operations().map((o) => o.operationId).toSorted()).toEqual(endpoints.map((e) => e.name).toSorted())
    const { get, patch } = document.paths['/api/v1/contacts/{contact}']!
    expect(get).toMatchObject({ security: [{ bearer: [] }], parameters: [{ name: 'contact', in: 'path' }] })
    expect(patch).toMatchObject({ requestBody: { content: { 'application/json': {} } } })
    expect(get!.responses['404']).toMatchObject({ description: expect.stringContaining('`not_found`'), content: { 'application/problem+json': {} } })
  })

  it('names each shape once, and every name it uses is there', () => {
    const used = new Set([...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map((m) => m[1]!))
    expect([...used].toSorted()).toEqual(Object.keys(document.components.schemas).toSorted())
    expect(used).toContain('Problem')
    expect(document.paths['/api/v1/contacts/{contact}']!['get']!.responses['200']!.content!['application/json']!.schema)
      .toEqual({ $ref: '#/components/schemas/Contact' })
  })

  it('leaves out what is for browsers only', () => {
    expect(Object.keys(document.paths).every((path) => path.startsWith('/api/v1/'))).toBe(true)
    expect(document.paths).not.toHaveProperty('/api/v1/openapi.json')
  })
})

describe('the page of the API', () => {
  it('has every endpoint, code and frame, links that lead somewhere, and a policy that runs no script', async () => {
    const page = await app.inject({ url: '/api' })
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['content-security-policy']).toContain(`default-src 'self'`)
    expect(page.headers['x-frame-options']).toBe('DENY')
    const ids = [...page.body.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]!)
    expect(ids).toEqual(expect.arrayContaining([...endpoints.map((e) => e.name), ...errorCodes]))
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, target] of page.body.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target)
    for (const frame of Object.keys(clientFrames)) expect(page.body).toContain(`<code>${frame}</code>`)
    expect(page.body).not.toMatch(/undefined|\[object|<script/)
    expect((await app.inject({ url: '/api/page.css' })).body).toContain('--paper')
  })
})

describe('html', () => {
  it('escapes what is put in, unless it was made by html itself', () => {
    expect(html`<p title="${`"'`}">${'<script>'} & ${[html`<b>${'&'}</b>`, html`!`]}</p>`.markup)
      .toBe('<p title="&quot;&#39;">&lt;script&gt; & <b>&amp;</b>!</p>')
    expect(() => html`${JSON.parse('{"markup":"<script>"}') as { markup: string }}`).toThrow('was not made by html')
  })
})
