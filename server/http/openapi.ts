import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { endpoints, modules, type AnyEndpoint } from '#contract/api.ts'
import * as entries from '#contract/entries.ts'
import { errorKinds, type ErrorCode } from '#contract/errors.ts'
import { Ack } from '#contract/commands.ts'
import { protocolVersion } from '#contract/protocol.ts'
import { apiPage } from './api-page.ts'
import { codesOf, Problem } from './problem.ts'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type ApiDocument = { [key: string]: Json }

const named = new Map<AnyEndpoint, { name: string; tag: string }>(endpoints.map(({ endpoint, ...rest }) => [endpoint, rest]))

const audience = { public: 'everybody, without a token', visitor: 'visitors and people inside', agent: 'people inside', admin: 'administrators', kiosk: 'paired kiosks', panel: 'room panels' }
const byName = new Map(endpoints.map(({ name, endpoint }) => [name, endpoint]))

const about = `The public API of Lodge. Every change has an id that the caller makes (UUIDv7): repeat a request with the same id and it is done once.
Errors are problem details (RFC 9457) with a \`code\` of the catalogue at /api, which says whether and when to try again.
Lists continue with \`cursor\` = the \`next\` of the page before. What happens live comes over a WebSocket (protocol ${protocolVersion}), see /api.`

/** OpenAPI 3.1 from the schemas of the contract, at /api/v1/openapi.json. Registered before any route, else it does not see them. */
export async function openApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    convertConstToEnum: false,
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Lodge', version: '1', description: about },
      tags: Object.keys(modules).map((name) => ({ name })),
      components: { securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A ticket (from /session/tickets or a visitor session) or an API token (`lk_…`).' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'lodge.session_token', description: 'Set by signing in.' },
      } },
    },
    transform({ schema, url, route }) {
      const { endpoint, cookie } = route.config ?? {}
      const known = endpoint && named.get(endpoint)
      if (!endpoint || !known) return { schema: { ...schema, hide: true }, url }
      const security = endpoint.access === 'public' ? (cookie ? [{ cookie: [] }] : []) : [{ bearer: [] }]
      return { schema: { ...schema, operationId: known.name, tags: [known.tag], security, description: `For: ${audience[endpoint.access]}.` }, url }
    },
    transformObject: (of) => 'openapiObject' in of ? finish(of.openapiObject as unknown as ApiDocument) as typeof of.openapiObject : of.swaggerObject,
  })
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  apiPage(app)
}
// Hooks of the document must see routes of the whole app, not of this plugin only.
Object.assign(openApi, { [Symbol.for('skip-override')]: true })

/** Adds the refusals, and gives names to what the contract names: what is written once there stands once here. */
function finish(document: ApiDocument): ApiDocument {
  const schemas: Record<string, Json> = {}
  const names = new Map<string, string>()
  for (const [name, value] of Object.entries<unknown>({ ...Object.assign({}, ...Object.values(modules)), ...entries, Ack, Problem })) {
    if (typeof value === 'object' && value !== null && 'properties' in value && /^[A-Z]/.test(name)) names.set(asDocumented(value), name)
  }
  const walk = (value: Json, isRoot = false): Json => {
    if (Array.isArray(value)) return value.map((inner) => walk(inner))
    if (typeof value !== 'object' || value === null) return value
    const name = isRoot ? undefined : names.get(JSON.stringify(value))
    if (!name) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]))
    schemas[name] ??= walk(value, true)
    return { $ref: `#/components/schemas/${name}` }
  }
  const paths = document['paths'] as Record<string, Record<string, { operationId: string; responses: Record<string, Json> }>>
  for (const operation of Object.values(paths).flatMap((of) => Object.values(of))) {
    Object.assign(operation.responses, refusalsOf(byName.get(operation.operationId)))
    Object.assign(operation.responses['200'] as ApiDocument, { description: 'Done.' })
  }
  const walked = walk(document) as { components: ApiDocument }
  return { ...walked, components: { ...walked.components, schemas } }
}

/** The swagger plugin turns a record into `additionalProperties`. */
const asDocumented = (schema: object): string => JSON.stringify(schema, (_key, value: unknown) =>
  typeof value === 'object' && value !== null && 'patternProperties' in value
    ? { type: 'object', additionalProperties: Object.values(value.patternProperties as object)[0] as unknown }
    : value)

function refusalsOf(endpoint: AnyEndpoint | undefined): Record<string, Json> {
  if (!endpoint) return {}
  const byStatus = Map.groupBy<number, ErrorCode>(codesOf(endpoint), (code) => errorKinds[code].status)
  return Object.fromEntries([...byStatus].map(([status, codes]) => [status, {
    description: codes.map((code) => `\`${code}\`: ${errorKinds[code].text}`).join('\n'),
    content: { 'application/problem+json': { schema: { allOf: [Problem as unknown as Json, { properties: { code: { enum: codes } } }] } } },
  }]))
}
