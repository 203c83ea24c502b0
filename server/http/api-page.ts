/** The readable page of the API at /api: made from the OpenAPI document, so it cannot say anything else. */
import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import { clientFrameTexts, serverFrameTexts } from '#contract/frame-texts.ts'
import { clientFrames } from '#contract/frames.ts'
import { errorKinds } from '#contract/errors.ts'
import { endpoints, modules } from '#contract/api.ts'
import { closeCodes, protocolVersion, socketPath } from '#contract/protocol.ts'
import type { ApiDocument } from './openapi.ts'
import { html, type Html } from './html.ts'

interface Schema {
  type?: string; format?: string; pattern?: string; description?: string; enum?: unknown[]; const?: unknown; anyOf?: Schema[]; items?: Schema; $ref?: string
  properties?: Record<string, Schema>; required?: string[]; additionalProperties?: Schema | boolean; minimum?: number; maximum?: number; minLength?: number; maxLength?: number; maxItems?: number
}
interface Operation {
  operationId: string; summary: string; description: string
  parameters?: { name: string; in: string; required: boolean; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>
}

export function apiPage(app: FastifyInstance): void {
  let page: string | undefined
  app.get('/api', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page ??= pageOf(app.swagger() as unknown as ApiDocument).markup))
  app.get('/api/page.css', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'no-cache').send(await tokens() + style))
}
/** The colours of the screens. They are a file, not code: the page of the API must not need a build. */
const tokens = (): Promise<string> => readFile(new URL('../../web/ui/tokens.css', import.meta.url), 'utf8')

function pageOf(document: ApiDocument): Html {
  const paths = document['paths'] as unknown as Record<string, Record<string, Operation>>
  const schemas = (document['components'] as unknown as { schemas: Record<string, Schema> }).schemas
  const operations = new Map(Object.entries(paths).flatMap(([path, of]) => Object.entries(of).map(([method, operation]) => [operation.operationId, { path, method, operation }] as const)))
  const groups = Object.keys(modules).map((tag) => ({ tag, calls: endpoints.filter((e) => e.tag === tag).flatMap(({ name }) => operations.get(name) ?? []) })).filter(({ calls }) => calls.length > 0)
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Lodge API</title><link rel="stylesheet" href="/api/page.css"></head>
<body><nav aria-label="Contents"><a href="#top"><b>Lodge API</b></a>${chapters.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}
${groups.map(({ tag, calls }) => html`<div><h2>${tag}</h2>${calls.map(({ operation }) => html`<a href="#${operation.operationId}">${operation.operationId}</a>`)}</div>`)}</nav>
<main id="top"><h1>Lodge API</h1><p>JSON over HTTP under <code>/api/v1</code>, and a WebSocket for what happens live. The same as a document for programs: <a href="/api/v1/openapi.json">OpenAPI 3.1</a>.</p>
${guide()}${socket()}${catalogue()}
${groups.map(({ tag, calls }) => html`<section><h2>${tag}</h2>${calls.map(callOf)}</section>`)}
<section id="shapes"><h2>Shapes</h2>${Object.entries(schemas).map(([name, schema]) => html`<article id="shape-${name}"><h3>${name}</h3>${fieldsOf(schema)}</article>`)}</section></main></body></html>`
}
const chapters = [['start', 'Getting in'], ['again', 'Trying again'], ['lists', 'Lists'], ['socket', 'Live'], ['errors', 'Errors'], ['shapes', 'Shapes']] as const

const guide = (): Html => html`
<section id="start"><h2>Getting in</h2>
<p>Send <code>authorization: Bearer …</code> with each request. What you put there is one of two:</p>
<ul><li>An <b>API token</b> (<code>lk_…</code>), made in the settings. It acts as the user who made it and lives until it is revoked.</li>
<li>A <b>ticket</b>. It lives 15 minutes. A user gets one by <a href="#signIn">signing in</a> and <a href="#renewTicket">renews</a> it from the session cookie; a visitor gets one from <a href="#openVisitorSession">a visitor session</a>.</li></ul>
<pre>curl -H "authorization: Bearer $LODGE_TOKEN" ${'"$LODGE_URL/api/v1/conversations?limit=10"'}</pre>
<p>What visitors may call answers pages of any origin, because it never looks at cookies. Everything else answers Lodge’s own pages and programs.</p></section>
<section id="again"><h2>Trying again</h2>
<p>Whatever you create or change carries an <code>id</code> that you make, a UUIDv7. The same id is done once, however often and wherever you send it, and each repeat gets the first answer. So after a broken connection just send it again. The same id with something else in it is refused with <a href="#id_reused"><code>id_reused</code></a>.</p></section>
<section id="lists"><h2>Lists</h2>
<p>A list that can be long returns <code>next</code>. Ask again with <code>cursor</code> set to it for the next page; <code>null</code> means there is none. Cursors are opaque. The entries of a conversation are counted instead: <code>after</code> and <code>before</code> are offsets, 1, 2, 3 … without holes.</p></section>`

const socket = (): Html => html`
<section id="socket"><h2>Live</h2>
<p>Open a WebSocket at <code>${socketPath}</code> and send <code>hello</code> with <code>version: ${protocolVersion}</code>. Each message, in both directions, is a JSON array of frames.</p>
<h3>What you send</h3><table><thead><tr><th>Frame</th><th>Fields</th><th>For</th></tr></thead><tbody>
${Object.entries(clientFrames).map(([type, schema]) => html`<tr><td><code>${type}</code></td><td>${Object.keys(schema.properties).filter((name) => name !== 'type').map((name) => html`<code>${name}</code> `)}</td><td>${words(clientFrameTexts[type as keyof typeof clientFrames])}</td></tr>`)}</tbody></table>
<h3>What you get</h3><table><thead><tr><th>Frame</th><th>Fields</th><th>For</th></tr></thead><tbody>
${Object.entries(serverFrameTexts).map(([type, { fields, text }]) => html`<tr><td><code>${type}</code></td><td>${fields.split(', ').map((name) => html`<code>${name}</code> `)}</td><td>${words(text)}</td></tr>`)}</tbody></table>
<h3>Why it closes</h3><table><thead><tr><th>Code</th><th>Meaning</th><th>Come back by yourself</th></tr></thead><tbody>
${Object.entries(closeCodes).map(([code, { text, retry }]) => html`<tr><td><code>${code}</code></td><td>${words(text)}</td><td>${retry ? 'yes' : 'no'}</td></tr>`)}</tbody></table></section>`

const retries = { never: 'No: the same request will fail again.', now: 'At once, one time.', after: 'After retryAfterMs, or with growing pauses.', renew: 'With a new token.' }
const catalogue = (): Html => html`
<section id="errors"><h2>Errors</h2><p>Every error is a problem (RFC 9457, <code>application/problem+json</code>): <code>code</code> is for programs, <code>detail</code> is for people.</p>
<table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th><th>Try again</th></tr></thead><tbody>
${Object.entries(errorKinds).map(([code, { status, text, retry }]) => html`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${text}</td><td>${retries[retry]}</td></tr>`)}</tbody></table></section>`

function callOf({ path, method, operation }: { path: string; method: string; operation: Operation }): Html {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation
  const body = Object.values(requestBody?.content ?? {})[0]?.schema
  const result = Object.values(responses['200']?.content ?? {})[0]?.schema
  const codes = endpoints.find(({ name }) => name === operationId)?.endpoint.errors ?? []
  return html`<article id="${operationId}"><h3>${operationId}</h3><p class="call"><b>${method.toUpperCase()}</b> <code>${path}</code></p><p>${words(summary)} <span class="for">${description}</span></p>
${parameters.length > 0 ? html`<h4>Parameters</h4><table>${parameters.map((p) => rowOf(p.name, p.schema, p.required, p.in))}</table>` : html``}
${body ? html`<h4>Body</h4>${fieldsOf(body)}` : html``}
${result ? html`<h4>Result</h4>${fieldsOf(result)}` : html``}
${codes.length > 0 ? html`<h4>Refusals</h4><p>${codes.map((code) => html`<a href="#${code}"><code>${code}</code></a> `)}</p>` : html``}</article>`
}

function fieldsOf(schema: Schema): Html {
  if (!schema.properties) return html`<p>${typeOf(schema)}</p>`
  const rows = Object.entries(schema.properties).map(([name, inner]) => rowOf(name, inner, schema.required?.includes(name) ?? false))
  return rows.length > 0 ? html`<table>${rows}</table>` : html`<p>Empty.</p>`
}
const rowOf = (name: string, schema: Schema, isRequired: boolean, where = ''): Html => html`<tr><td><code>${name}</code></td><td>${typeOf(schema)}${isRequired ? '' : html`, <i>optional</i>`}</td><td>${where ? `In the ${where}. ` : ''}${words(schema.description ?? '')}</td></tr>`

function typeOf(schema: Schema): Html {
  if (schema.$ref) { const name = schema.$ref.split('/').at(-1)!; return html`<a href="#shape-${name}">${name}</a>` }
  if (schema.anyOf) return html`${schema.anyOf.map((one, i) => html`${i > 0 ? ' or ' : ''}${typeOf(one)}`)}`
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`
  if (schema.enum) return html`${schema.enum.map((one, i) => html`${i > 0 ? ' or ' : ''}<code>${JSON.stringify(one)}</code>`)}`
  if (schema.type === 'array') return html`list of ${typeOf(schema.items ?? {})}${schema.maxItems ? `, at most ${schema.maxItems}` : ''}`
  if (schema.type === 'object' && schema.properties && Object.keys(schema.properties).length > 0) return html`{ ${Object.entries(schema.properties).map(([name, inner], i) => html`${i > 0 ? ', ' : ''}<code>${name}</code>: ${typeOf(inner)}`)} }`
  if (typeof schema.additionalProperties === 'object') return html`texts by name`
  const bounds = [schema.minimum !== undefined && `from ${schema.minimum}`, schema.maximum !== undefined && `to ${schema.maximum}`, schema.minLength && `at least ${schema.minLength} characters`, schema.maxLength && `at most ${schema.maxLength} characters`].filter(Boolean)
  return html`${schema.format ?? schema.type ?? 'anything'}${bounds.length > 0 ? ` ${bounds.join(' ')}` : ''}`
}

/** Text with `code` in it. */
const words = (text: string): Html => html`${text.split('`').map((part, i) => i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`)}`

const style = `
* { box-sizing: border-box }
html { scroll-padding-top: 16px }
body { margin: 0; background: var(--paper); color: var(--ink); font: 14px/1.45 'Inter Variable', Inter, system-ui, sans-serif; display: grid; grid-template-columns: 220px minmax(0, 860px); gap: 40px; padding-inline: 24px }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding-block: 24px; border-inline-end: 1px solid var(--line) }
nav a { display: block; color: var(--muted); text-decoration: none; padding: 2px 8px 2px 0; overflow: hidden; text-overflow: ellipsis }
nav a:hover { color: var(--ink) }
nav h2 { font-size: 12px; color: var(--muted); margin: 16px 0 4px }
h2::first-letter { text-transform: capitalize }
main { padding-block: 24px 96px }
h1 { font-size: 28px; margin: 0 0 8px } h2 { font-size: 20px; margin: 48px 0 12px } h3 { font-size: 16px; margin: 0 0 4px } section > h3 { margin-top: 24px } h4 { font-size: 12px; color: var(--muted); margin: 16px 0 4px }
article { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 16px; margin-block: 12px }
p { margin: 4px 0 12px } .call { margin-bottom: 4px } .call b { color: var(--accent-ink) } .for { color: var(--muted) }
a { color: var(--accent-ink) } a:focus-visible { outline: 2px solid var(--accent-ink); outline-offset: 2px }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
td, th { text-align: start; vertical-align: top; padding: 6px 12px 6px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere } thead th { border: 0; color: var(--muted); font-size: 12px; font-weight: 500 }
td:first-child { width: 24% } td:nth-child(2) { width: 34% }
tr:target, article:target { background: var(--note) }
code, pre { font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, monospace } pre { background: var(--raised); border-radius: 6px; padding: 12px; overflow-x: auto }
@media (max-width: 760px) { body { display: block } nav { position: static; height: auto; border: 0; padding-bottom: 0 } nav div { display: none } }
`
