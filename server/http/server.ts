/** The HTTP server: borders, access and errors. What it serves is mounted by the parts in `server/app/`. */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Compile, type Validator } from 'typebox/compile'
import { statements } from '#server/db/handle.ts'
import { onBehalfOf } from '#server/db/on-behalf.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import { refuseWithoutAccess, tokenOf } from './access.ts'
import { refuseOtherOrigin } from './origin.ts'
import { openApi } from './openapi.ts'
import { onError, sendProblem } from './problem.ts'
import { addressRates } from './rates.ts'
import { pageHeaders } from './headers.ts'
import type { AnyEndpoint } from '#contract/api.ts'
import { validatorCompiler } from './validation.ts'

export interface HttpOptions {
  /** Who holds this bearer token. @throws Refusal `unauthenticated` or `unavailable` */
  authenticate: (token: string) => Session | Promise<Session>
  log: FastifyBaseLogger
  now?: () => number
  /** Where people reach Lodge, e.g. `https://desk.example.com`; its origin may use cookies besides the host that was asked. */
  publicUrl?: string | undefined
  /** Whose X-Forwarded-For, -Host and -Proto are believed: true, or addresses and networks. */
  trustProxy?: boolean | string
  tls?: { cert: string; key: string } | undefined
  bodyMaxBytes?: number
  /** Told of every call of an endpoint once its handler has ended. */
  onCall?: (call: Call) => void
  /** For tests: a handler that issues more statements than declared, or returns what its schema does not describe, fails. */
  strict?: boolean
  /** Answers what no route does, outside `/api`: the screens. */
  otherwise?: (request: FastifyRequest, reply: FastifyReply) => unknown
}
export interface Call { readonly endpoint: AnyEndpoint; readonly statements: number; readonly ms: number }

/** Not listening yet; register features as plugins, then `listen` or `inject`. */
export async function buildHttp(options: HttpOptions): Promise<FastifyInstance> {
  const { authenticate, log, now = Date.now, publicUrl, tls, strict = false, onCall, otherwise } = options
  const app: FastifyInstance = Fastify({
    loggerInstance: log,
    // Addresses of links hold secrets, so requests are not logged; failures are, by their route.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy ?? false,
    bodyLimit: options.bodyMaxBytes ?? 256 * 1024,
    genReqId: () => randomBytes(6).toString('base64url'),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    serverFactory: (handler) => tls ? createTlsServer(tls, handler) : createServer(handler),
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setErrorHandler(onError)
  app.removeContentTypeParser('text/plain')   // a form of another site can send text/plain without asking
  app.decorateRequest('session', undefined)
  app.decorate('observed', observe(strict, log, onCall))
  app.setNotFoundHandler((request, reply) => otherwise && !request.url.startsWith('/api/')
    ? otherwise(request, reply)
    : sendProblem(reply, new Refusal('not_found', 'There is nothing at this address.')))

  const countRate = addressRates(now)
  app.addHook('onRequest', async (request) => {
    const { endpoint, cookie, rate } = request.routeOptions.config
    if (rate) countRate(request, rate)
    if (cookie && request.method !== 'GET') refuseOtherOrigin(request, publicUrl)
    if (!endpoint || endpoint.access === 'public') return
    request.session = await authenticate(tokenOf(request))
    refuseWithoutAccess(request.session, endpoint.access)
  })
  app.addHook('onSend', pageHeaders)
  await app.register(openApi)
  return app
}

function observe(strict: boolean, log: FastifyBaseLogger, onCall: HttpOptions['onCall']) {
  const told = new Set<AnyEndpoint>()
  const checks = new Map<AnyEndpoint, Validator>()
  const matches = (endpoint: AnyEndpoint, value: unknown): boolean => {
    let check = checks.get(endpoint)
    if (!check) checks.set(endpoint, check = Compile(endpoint.returns))
    return check.Check(value)
  }
  return async (endpoint: AnyEndpoint, session: Session | undefined, handler: () => Promise<unknown>): Promise<unknown> => {
    const name = `${endpoint.method} ${endpoint.path}`
    const counted = { count: 0, texts: [] as string[] }
    const startMs = performance.now()
    const ended = (): void => {
      onCall?.({ endpoint, statements: counted.count, ms: performance.now() - startMs })
      if (counted.count <= endpoint.statements) return
      if (!told.has(endpoint)) {
        told.add(endpoint)
        log.warn({ endpoint: name, statements: counted.count, declared: endpoint.statements }, 'an endpoint issues more statements than it declares; said once')
      }
      if (strict) {
        throw new Error(`${name} issued ${counted.count} statements and declares ${endpoint.statements}:\n${counted.texts.join('\n')}`)
      }
    }
    let value: unknown
    try {
      value = await onBehalfOf(session?.account ?? 'public', () => statements.run(counted, handler))
    } catch (error) {
      ended()
      throw error
    }
    ended()
    if (strict && !matches(endpoint, value)) throw new Error(`${name} returned what its schema does not describe: ${JSON.stringify(value)}`)
    return value
  }
}
