/** The page over HTTP, from files, without a framework and without the database: what it needs must be there when nothing else is. */
import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { html, type Html } from '#server/http/html.ts'
import { askerOf } from '#server/http/networks.ts'
import { network } from '#server/http/rates.ts'
import { rateLimiter } from '#server/kernel/rates.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { ar } from './pages/ar.ts'
import { en, type Words } from './pages/en.ts'
import { message } from './pages/layout.ts'
import { chooseForm } from './pages/subscribe.ts'
import { languages } from './pages/view.ts'
import type { Site, Told } from './site.ts'
import type { Book } from './book.ts'
import { byKey, type Subscribers } from './subscribers.ts'

export interface ServeOptions {
  site: Site; book: Book; subscribers: Subscribers; now: () => number; takesMail: boolean
  tls: { cert: string; key: string } | undefined
  trustProxy: boolean | string
  /** Proves whoever asks the process itself something. */
  token: string
  stop: () => void
  /** Something was written. */
  changed: () => void
  log: { error(o: object, m: string): void }
}
const policy = `default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`
/** Everybody looks at once when something is down: a page is made once a second, however many ask. */
const keptMs = 1_000
const keptMax = 200
const bodyMaxBytes = 16_000   // a hundred components chosen
/** How often somebody may ask to be told: one address, and all together. */
const askedMax = { one: { burst: 5, perMinute: 0.5 }, all: { burst: 100, perMinute: 10 } }

export function serve(o: ServeOptions): Server {
  const { site, book, now } = o
  const kept = new Map<string, { told: Told | undefined; untilMs: number }>()
  const askedByOne = rateLimiter(askedMax.one, now), askedByAll = rateLimiter(askedMax.all, now)

  const answer = (reply: ServerResponse, status: number, told: Told, more: Record<string, string> = {}): void => {
    reply.writeHead(status, {
      'content-type': told.type, 'content-length': String(Buffer.byteLength(told.body)), 'cache-control': told.maxAgeS > 0 ? `public, max-age=${told.maxAgeS}` : 'no-cache', 'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer', 'content-security-policy': policy, ...(/json|atom/.test(told.type) && { 'access-control-allow-origin': '*' }), ...more,
    })
    reply.end(reply.req.method === 'HEAD' ? undefined : told.body)
  }
  const said = (reply: ServerResponse, words: Words, path: string, status: number, title: string, text: string, form?: Html): void =>
    answer(reply, status, { type: 'text/html; charset=utf-8', body: message(site.viewOf(words, path), title, text, form), maxAgeS: 0 })

  async function page(path: string): Promise<Told | undefined> {
    const known = kept.get(path)
    if (known && known.untilMs > now()) return known.told
    const told = await site.at(path)
    if (kept.size >= keptMax) kept.clear()
    kept.set(path, { told, untilMs: now() + keptMs })
    return told
  }
  const asker = askerOf(o.trustProxy)
  const mayAsk = (address: string): boolean => askedByOne.take(address) === 0 && askedByAll.take('all') === 0
  const isOurs = (request: IncomingMessage): boolean => {
    const given = Buffer.from(String(request.headers['x-lodge-status'] ?? '')), wanted = Buffer.from(o.token)
    return given.length === wanted.length && timingSafeEqual(given, wanted)
  }

  async function handle(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    let path = ''
    try { path = decodeURIComponent(new URL(request.url ?? '/', 'http://status').pathname.slice(1)) }
    catch { return answer(reply, 400, plain('This address is none.\n')) }
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (path.startsWith('-/')) {
      if (!isOurs(request)) return answer(reply, 404, plain('Not found\n'))
      if (path === '-/stop' && request.method === 'POST') {
        answer(reply, 200, plain('stopping\n'))
        return o.stop()
      }
      return answer(reply, 200, { type: 'application/json', body: JSON.stringify({ pid: process.pid, n: book.n }), maxAgeS: 0 })
    }
    if (path === 'healthz') return answer(reply, 200, plain('alive\n'))
    const [, verb, key] = /^(confirm|end)\/([\w-]{20,40})$/.exec(path) ?? []
    if (verb && key && (isRead || request.method === 'POST')) return link(request, reply, verb as 'confirm' | 'end', key)
    if (path === 'subscribe' && request.method === 'POST' && o.takesMail) return subscribe(request, reply)
    if (!isRead) return answer(reply, 405, plain('This page is read only.\n'), { allow: 'GET, HEAD' })
    if (path === '' && wantsFirst(request) === ar) return answer(reply, 302, plain(''), { location: './ar/', vary: 'accept-language' })
    const told = await page(path)
    if (told) return answer(reply, 200, told, path === '' ? { vary: 'accept-language' } : {})
    if (await page(`${path}/`)) return answer(reply, 308, plain(''), { location: `./${encodeURIComponent(path.slice(path.lastIndexOf('/') + 1))}/` })
    const words = path.startsWith('ar/') ? ar : en
    said(reply, words, words === ar ? path.slice(3) : path, 404, words.notThereTitle, words.notThere)
  }

  async function subscribe(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await bodyOf(request))
    const words = languages.find((l) => l.language === form.get('language')) ?? en
    const path = ''
    if (!mayAsk(network(asker(request)))) return said(reply, words, path, 429, words.wrongTitle, words.tooMany)
    try {
      // The same answer, whether somebody subscribes already or not.
      await o.subscribers.subscribe('subscriber', { kind: 'email', to: form.get('email') ?? '', components: form.getAll('component'), confirmed: false, language: words.language })
      o.changed()
      said(reply, words, path, 200, words.askedTitle, words.asked)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      said(reply, words, path, 400, words.wrongTitle, words.wrongAddress)
    }
  }

  /** Mail programmes and their guards open links by themselves: only a press of the button does something. */
  async function link(request: IncomingMessage, reply: ServerResponse, verb: 'confirm' | 'end', key: string): Promise<void> {
    const known = byKey(book.state, key)
    const words = languages.find((l) => l.language === known?.language) ?? en
    const path = `${verb}/`
    if (!known) return said(reply, words, path, 404, words.wrongTitle, words.wrongLink)
    if (request.method !== 'POST') {
      const [title, text, button] = verb === 'confirm' ? [words.confirmTitle, words.confirmText(known.to), words.confirmButton] : [words.endTitle, words.endText(known.to), words.endButton]
      const press = html`<form method="post"><button>${button}</button></form>`
      return said(reply, words, path, 200, title, text, verb === 'confirm' ? press : html`${press}${chooseForm(site.viewOf(words, path), known.components)}`)
    }
    const form = new URLSearchParams(await bodyOf(request))
    if (verb === 'end' && form.has('only')) {
      try { await o.subscribers.choose(key, form.getAll('component')) }
      catch (error) {
        if (!(error instanceof Refusal)) throw error
        return said(reply, words, path, 400, words.wrongTitle, words.notThere)
      }
      o.changed()
      return said(reply, words, path, 200, words.chosenTitle, words.confirmed)
    }
    if (verb === 'confirm') await o.subscribers.confirm(key)
    else await o.subscribers.unsubscribe('subscriber', key)
    o.changed()
    said(reply, words, path, 200, verb === 'confirm' ? words.confirmedTitle : words.endedTitle, verb === 'confirm' ? words.confirmed : words.ended)
  }

  const onRequest = (request: IncomingMessage, reply: ServerResponse): void => {
    handle(request, reply).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === 'too_large') return answer(reply, 413, plain('This is too much.\n'), { connection: 'close' })
      o.log.error({ err: error }, 'The page could not be made')
      if (!reply.headersSent) answer(reply, 500, plain('This page cannot be made right now.\n'))
      else reply.destroy()
    })
  }
  const server = o.tls ? createSecureServer(o.tls, onRequest) : createServer(onRequest)
  server.headersTimeout = 10_000
  server.requestTimeout = 15_000
  server.maxConnections = 2_000
  return server as Server
}

const plain = (body: string): Told => ({ type: 'text/plain; charset=utf-8', body, maxAgeS: 0 })
function wantsFirst(request: IncomingMessage): Words {
  const first = /^\s*([a-z]+)/i.exec(request.headers['accept-language'] ?? '')?.[1]?.toLowerCase()
  return languages.find((l) => l.language === first) ?? en
}
async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request as AsyncIterable<Buffer>) {
    text += part.toString('utf8')
    if (text.length > bodyMaxBytes) throw new Refusal('too_large')
  }
  return text
}
