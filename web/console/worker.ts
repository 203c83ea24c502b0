/**
 * Keeps the shell on the device. A page is asked from the server first and taken from here when there is no answer in time;
 * files with a hash in their name never change and are taken from here at once. Data never passes through here.
 */
declare const __BUILD__: string

/** What is used of a service worker; TypeScript cannot know its types beside those of a page. */
interface Waiting extends Event { waitUntil(what: Promise<unknown>): void }
interface Fetching extends Event { readonly request: Request; respondWith(response: Promise<Response>): void }
interface ServiceWorkerScope {
  readonly clients: { claim(): Promise<void> }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate', fn: (event: Waiting) => void): void
  addEventListener(type: 'fetch', fn: (event: Fetching) => void): void
}
const worker = globalThis as unknown as ServiceWorkerScope

const cacheName = `shell-${__BUILD__}`
const answerMs = 2500
/** Not the console's: the API, the guest page, the messenger, health. */
const others = /^\/(api|guest|kiosk|messenger|healthz|readyz|metrics|assets)\b/

worker.addEventListener('install', (event) => event.waitUntil(fill().then(async () => worker.skipWaiting())))
worker.addEventListener('activate', (event) => event.waitUntil(tidy().then(async () => worker.clients.claim())))
worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (request.mode === 'navigate' && !others.test(pathname)) event.respondWith(page(request))
  else if (pathname.startsWith('/assets/')) event.respondWith(file(request))
})

async function fill(): Promise<void> {
  const cache = await caches.open(cacheName)
  const files = await (await fetch('/files.json', { cache: 'no-cache' })).json() as Record<string, { file: string; css?: string[]; assets?: string[] }>
  const paths = new Set(Object.values(files).flatMap(({ file: js, css = [], assets = [] }) => [js, ...css, ...assets]).filter((path) => path.startsWith('assets/')).map((path) => `/${path}`))
  // Other scripts' letters are fetched when somebody writes them.
  const letters = /\.woff2$/
  await cache.addAll(['/inbox', ...[...paths].filter((path) => !letters.test(path) || /inter-latin-wght/.test(path))])
}

/** The build before stays: a tab that is still open on it may ask for one of its parts. */
async function tidy(): Promise<void> {
  const shells = (await caches.keys()).filter((name) => name.startsWith('shell-'))
  for (const name of shells.filter((n) => n !== cacheName).slice(0, -1)) await caches.delete(name)
}

async function page(request: Request): Promise<Response> {
  const kept = async (): Promise<Response | undefined> => (await caches.open(cacheName)).match('/inbox')
  // A page's request cannot be given a signal, so the clock runs beside it.
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), answerMs))
  const answer = fetch(request).catch(() => undefined)
  const response = await Promise.race([answer, late])
  if (response && response.status < 500) return response
  return await kept() ?? await answer ?? Response.error()
}

async function file(request: Request): Promise<Response> {
  const kept = await caches.match(request)
  if (kept) return kept
  const response = await fetch(request)
  // A server that answers every address with the shell must not put it in a file's place.
  if (response.ok && !response.headers.get('content-type')?.startsWith('text/html')) await (await caches.open(cacheName)).put(request, response.clone())
  return response
}
