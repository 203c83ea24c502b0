/**
 * The demo's page `/drills`, on the server's side: who may press a button, what is seen, and the levers that only this process can
 * pull. For this machine alone: to whoever asks from elsewhere, or by a name that only leads here, there is nothing.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { demoDrills, isRunning, type DemoDrill, type DrillNews, type DrillRun } from '#contract/demo-drills.ts'
import { tokenOf } from '#server/http/access.ts'
import { refuseOtherOrigin } from '#server/http/origin.ts'
import { mayScrape } from '#server/http/scrape.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'

export interface DrillPageOptions {
  /** web/dist */
  screens: string
  /** The demo's. Its administrators may press the buttons. */
  account: string
  authenticate: (token: string) => Session | Promise<Session>
  missing: readonly DemoDrill[]
  /** The last run of each drill, and who tells of changes. */
  runs: () => readonly DrillRun[]
  follow: (fn: () => void) => () => void
  start: (drill: DemoDrill, conversation: string | undefined) => void
}

const sayEveryMs = 1_000
const ownNames = new Set(['localhost', '127.0.0.1', '[::1]'])
/** Also by the name that was asked for: a page of elsewhere could have its own name lead here. */
const isHere = (request: FastifyRequest): boolean => mayScrape(request, undefined) && ownNames.has(request.hostname.replace(/:\d+$/, ''))
const conversationIn = (body: unknown): string | undefined => {
  const { conversation } = (body ?? {}) as { conversation?: unknown }
  return typeof conversation === 'string' && /^[0-9a-f-]{36}$/.test(conversation) ? conversation : undefined
}

export async function drillPage(http: FastifyInstance, o: DrillPageOptions): Promise<void> {
  const folder = join(o.screens, 'drills')
  const nothing = (reply: FastifyReply): FastifyReply => reply.code(404).type('text/plain').send('There is nothing at this address.\n')
  const hereOnly = { schema: { hide: true }, onRequest: async (request: FastifyRequest, reply: FastifyReply) => { if (!isHere(request)) return nothing(reply) } }
  const administrator = async (request: FastifyRequest): Promise<void> => {
    const session = await o.authenticate(tokenOf(request))
    if (session.role !== 'admin' || session.account !== o.account) throw new Refusal('forbidden', 'Only the administrator of this demo may do this.')
  }

  // The page shows two others of this house in frames. Only in a demo: elsewhere nobody may.
  http.addHook('onSend', async (_request, reply) => {
    const policy = reply.getHeader('content-security-policy')
    if (typeof policy !== 'string') return
    reply.header('content-security-policy', policy.replace(`frame-ancestors 'none'`, `frame-ancestors 'self'`)).header('x-frame-options', 'SAMEORIGIN')
  })
  await http.register(fastifyStatic, { root: folder, prefix: '/drills/', decorateReply: false, index: false, allowedPath: (_path, _root, request) => isHere(request) })
  http.get('/drills', hereOnly, async (_request, reply) => reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(readFileSync(join(folder, 'index.html'))))

  const open = new Set<FastifyReply['raw']>()
  http.addHook('preClose', async () => { for (const raw of open) raw.end() })
  http.get('/demo/drills/news', hereOnly, async (request, reply) => {
    await administrator(request)
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
    const say = (): void => { raw.write(`${JSON.stringify({ runs: o.runs(), missing: o.missing } satisfies DrillNews)}\n`) }
    const off = o.follow(say)
    const beat = setInterval(say, sayEveryMs)   // a page that hears nothing knows that nobody is there
    open.add(raw)
    raw.on('close', () => { off(); clearInterval(beat); open.delete(raw) })
    say()
  })
  http.post<{ Params: { drill: string } }>('/demo/drills/:drill', hereOnly, async (request, reply) => {
    refuseOtherOrigin(request, undefined)
    await administrator(request)
    const drill = demoDrills.find((name) => name === request.params.drill)
    if (!drill || o.missing.includes(drill)) throw new Refusal('not_found')
    if (o.runs().some(isRunning)) throw new Refusal('overloaded', 'One drill at a time.')
    o.start(drill, conversationIn(request.body))
    return reply.code(204).send()
  })
}
