/** The readable page of the API at /api: made from the OpenAPI document, so it cannot say anything else. */
import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import { clientFrameTexts, serverFrameTexts } from '#contract/frame-texts.ts'
import { clientFrames } from '#contract/frames.ts'
import { errorKinds } from '#contract/errors.ts'
import { endpoints, modules } from '#contract/api.ts'
import { closeCodes, protocolVersion, socketPath } from '#contract/protocol.ts'
import type { ApiDocument } from './openapi.ts'
import { style } from './api-style.ts'
import { html, type Html } from './html.ts'

interface Schema {
  type?: string; format?: string; pattern?: string; description?: string; enum?: unknown[]; const?: unknown; anyOf?: Schema[]; $ref?: string
  items?: Schema; properties?: Record<string, Schema>; required?: string[]; additionalProperties?: Schema | boolean
  minimum?: number; maximum?: number; minLength?: number; maxLength?: number; maxItems?: number
}
interface Operation {
  operationId: string; summary: string; description: string
  parameters?: { name: string; in: string; required: boolean; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>
}

interface Call { path: string; method: string; operation: Operation }

export function apiPage(app: FastifyInstance): void {
  let page: string | undefined
  const hidden = { schema: { hide: true } }
  app.get('/api', hidden, async (_request, reply) => {
    page ??= pageOf(app.swagger() as unknown as ApiDocument).markup
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page)
  })
  app.get('/api/page.css', hidden, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'no-cache').send(await tokens() + style))
}
/** The colours of the screens. They are a file, not code: the page of the API must not need a build. */
const tokens = (): Promise<string> => readFile(new URL('../../web/ui/tokens.css', import.meta.url), 'utf8')

function pageOf(document: ApiDocument): Html {
  const paths = document['paths'] as unknown as Record<string, Record<string, Operation>>
  const { schemas } = document['components'] as unknown as { schemas: Record<string, Schema> }
  const calls = new Map<string, Call>()
  for (const [path, of] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(of)) calls.set(operation.operationId, { path, method, operation })
  }
  const groups = Object.keys(modules)
    .map((tag) => ({ tag, calls: endpoints.flatMap((e) => e.tag === tag ? calls.get(e.name) ?? [] : []) }))
    .filter((group) => group.calls.length > 0)
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Lodge API</title><link rel="stylesheet" href="/api/page.css">
</head>
<body>
<nav aria-label="Contents">
  <a href="#top"><b>Lodge API</b></a>${chapters.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}
  ${groups.map((group) => html`<div><h2>${group.tag}</h2>${group.calls.map(({ operation }) => linkTo(operation.operationId))}</div>`)}
</nav>
<main id="top">
  <h1>Lodge API</h1>
  <p>JSON over HTTP under <code>/api/v1</code>, and a WebSocket for what happens live.
    The same for programs: <a href="/api/v1/openapi.json">OpenAPI 3.1</a>.</p>
  ${guide}${socket()}${catalogue()}
  ${groups.map((group) => html`<section><h2>${group.tag}</h2>${group.calls.map(callOf)}</section>`)}
  <section id="shapes"><h2>Shapes</h2>
    ${Object.entries(schemas).map(([name, schema]) => html`<article id="shape-${name}"><h3>${name}</h3>${fieldsOf(schema)}</article>`)}
  </section>
</main>
</body></html>`
}
const chapters = [
  ['start', 'Getting in'], ['again', 'Trying again'], ['lists', 'Lists'], ['socket', 'Live'], ['errors', 'Errors'], ['shapes', 'Shapes'],
] as const
const linkTo = (id: string): Html => html`<a href="#${id}">${id}</a>`

const guide = html`
<section id="start"><h2>Getting in</h2>
  <p>Send <code>authorization: Bearer …</code> with each request. What you put there is one of two:</p>
  <ul>
    <li>An <b>API token</b> (<code>lk_…</code>), made in the settings. It acts as the user who made it and lives until it is revoked.</li>
    <li>A <b>ticket</b>. It lives 15 minutes. A user gets one by <a href="#signIn">signing in</a> and <a href="#renewTicket">renews</a> it from the
      session cookie; a visitor gets one from <a href="#openVisitorSession">a visitor session</a>.</li>
  </ul>
  <pre>curl -H "authorization: Bearer $LODGE_TOKEN" "$LODGE_URL/api/v1/conversations?limit=10"</pre>
  <p>What visitors may call answers pages of any origin, because it never looks at cookies. All else answers Lodge’s own pages, and programs.</p>
</section>
<section id="again"><h2>Trying again</h2>
  <p>Whatever you create or change carries an <code>id</code> that you make, a UUIDv7. The same id is done once, however often and wherever you send
    it, and each repeat gets the first answer. So after a broken connection just send it again. The same id with something else in it is refused
    with <a href="#id_reused"><code>id_reused</code></a>.</p>
</section>
<section id="lists"><h2>Lists</h2>
  <p>A list that can be long returns <code>next</code>. Ask again with <code>cursor</code> set to it for the next page; <code>null</code> means there
    is none. Cursors are opaque. The entries of a conversation are counted instead: <code>after</code> and <code>before</code> are offsets,
    1, 2, 3 … without holes.</p>
</section>`

const table = (heads: readonly string[], rows: readonly Html[]): Html =>
  html`<table><thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`
const codes = (names: readonly string[]): Html => html`${names.map((name) => html`<code>${name}</code> `)}`

function socket(): Html {
  const sent = Object.entries(clientFrames).map(([type, { properties }]) => {
    const fields = Object.keys(properties).filter((name) => name !== 'type')
    return html`<tr><td><code>${type}</code></td><td>${codes(fields)}</td><td>${words(clientFrameTexts[type as keyof typeof clientFrames])}</td></tr>`
  })
  const got = Object.entries(serverFrameTexts).map(([type, { fields, text }]) =>
    html`<tr><td><code>${type}</code></td><td>${codes(fields.split(', '))}</td><td>${words(text)}</td></tr>`)
  const closed = Object.entries(closeCodes).map(([code, { text, retry }]) =>
    html`<tr><td><code>${code}</code></td><td>${words(text)}</td><td>${retry ? 'yes' : 'no'}</td></tr>`)
  return html`
<section id="socket"><h2>Live</h2>
  <p>Open a WebSocket at <code>${socketPath}</code> and send <code>hello</code> with <code>version: ${protocolVersion}</code>.
    Each message, in both directions, is a JSON array of frames.</p>
  <h3>What you send</h3>${table(['Frame', 'Fields', 'For'], sent)}
  <h3>What you get</h3>${table(['Frame', 'Fields', 'For'], got)}
  <h3>Why it closes</h3>${table(['Code', 'Meaning', 'Come back by yourself'], closed)}
</section>`
}

const retries = {
  never: 'No: the same request will fail again.', now: 'At once, one time.', after: 'After retryAfterMs, or with growing pauses.', renew: 'With a new token.',
}
function catalogue(): Html {
  const rows = Object.entries(errorKinds).map(([code, { status, text, retry }]) =>
    html`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${text}</td><td>${retries[retry]}</td></tr>`)
  return html`
<section id="errors"><h2>Errors</h2>
  <p>Every error is a problem (RFC 9457, <code>application/problem+json</code>): <code>code</code> is for programs, <code>detail</code> is for people.</p>
  ${table(['Code', 'Status', 'Meaning', 'Try again'], rows)}
</section>`
}

function callOf({ path, method, operation: { operationId, summary, description, parameters = [], requestBody, responses } }: Call): Html {
  const body = Object.values(requestBody?.content ?? {})[0]?.schema
  const result = Object.values(responses['200']?.content ?? {})[0]?.schema
  const refusals = endpoints.find(({ name }) => name === operationId)?.endpoint.errors ?? []
  return html`
<article id="${operationId}"><h3>${operationId}</h3>
  <p class="call"><b>${method.toUpperCase()}</b> <code>${path}</code></p>
  <p>${words(summary)} <span class="for">${description}</span></p>
  ${parameters.length > 0 ? html`<h4>Parameters</h4><table>${parameters.map((p) => rowOf(p.name, p.schema, p.required, p.in))}</table>` : ''}
  ${body ? html`<h4>Body</h4>${fieldsOf(body)}` : ''}
  ${result ? html`<h4>Result</h4>${fieldsOf(result)}` : ''}
  ${refusals.length > 0 ? html`<h4>Refusals</h4><p>${refusals.map((code) => html`<a href="#${code}"><code>${code}</code></a> `)}</p>` : ''}
</article>`
}

function fieldsOf(schema: Schema): Html {
  if (!schema.properties) return html`<p>${typeOf(schema)}</p>`
  const rows = Object.entries(schema.properties).map(([name, inner]) => rowOf(name, inner, schema.required?.includes(name) ?? false))
  return rows.length > 0 ? html`<table>${rows}</table>` : html`<p>Empty.</p>`
}
function rowOf(name: string, schema: Schema, isRequired: boolean, where = ''): Html {
  const text = html`${where ? `In the ${where}. ` : ''}${words(schema.description ?? '')}`
  return html`<tr><td><code>${name}</code></td><td>${typeOf(schema)}${isRequired ? '' : html`, <i>optional</i>`}</td><td>${text}</td></tr>`
}

const listed = (parts: readonly Html[], between: string): Html => html`${parts.map((part, i) => i === 0 ? part : html`${between}${part}`)}`
const literal = (value: unknown): Html => html`<code>${JSON.stringify(value)}</code>`
function typeOf(schema: Schema): Html {
  const { type, format, $ref, anyOf, items, properties, maxItems, minimum, maximum, minLength, maxLength } = schema
  if ($ref) {
    const name = $ref.split('/').at(-1)!
    return html`<a href="#shape-${name}">${name}</a>`
  }
  if (anyOf) return listed(anyOf.map(typeOf), ' or ')
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum) return listed(schema.enum.map(literal), ' or ')
  if (type === 'array') return html`list of ${typeOf(items ?? {})}${maxItems ? `, at most ${maxItems}` : ''}`
  if (type === 'object' && properties && Object.keys(properties).length > 0) {
    return html`{ ${listed(Object.entries(properties).map(([name, inner]) => html`<code>${name}</code>: ${typeOf(inner)}`), ', ')} }`
  }
  if (typeof schema.additionalProperties === 'object') return html`texts by name`
  const bounds = [
    minimum !== undefined && `from ${minimum}`, maximum !== undefined && `to ${maximum}`,
    minLength && `at least ${minLength} characters`, maxLength && `at most ${maxLength} characters`,
  ].filter(Boolean)
  return html`${[format ?? type ?? 'anything', ...bounds].join(' ')}`
}

/** Text with `code` in it. */
const words = (text: string): Html => html`${text.split('`').map((part, i) => i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`)}`
