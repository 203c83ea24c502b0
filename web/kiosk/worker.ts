/**
 * Keeps the shell on the device, whole or not at all. The page is taken from here first: no sign-in page of a network, no
 * server that restarts comes between a visitor and the screen. Operations never pass through here; the page's log owns them.
 */
export {}
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

const prefix = 'kiosk-shell-'
const cacheName = `${prefix}${__BUILD__}`
const pagePath = '/kiosk'

worker.addEventListener('install', (event) => event.waitUntil(fill().then(async () => worker.skipWaiting())))
worker.addEventListener('activate', (event) => event.waitUntil(tidy().then(async () => worker.clients.claim())))
worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (request.mode === 'navigate' && /^\/kiosk\/?$/.test(pathname)) event.respondWith(kept(pagePath, request))
  else if (pathname.startsWith('/kiosk/assets/')) event.respondWith(kept(pathname, request))
})

async function ours(path: string): Promise<Response> {
  const response = await fetch(path, { cache: 'no-cache', redirect: 'error', credentials: 'omit' })
  const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false
  if (!response.ok || isPage !== (path === pagePath)) throw new Error(`${path} is not there`)
  if (isPage && !(await response.clone().text()).includes(`content="lodge ${__BUILD__}"`)) throw new Error('The page is of another build')
  return response
}

async function fill(): Promise<void> {
  const files = await (await ours('/kiosk/files.json')).json() as Record<string, { file: string; css?: string[]; assets?: string[] }>
  const parts = new Set(Object.values(files).flatMap(({ file, css = [], assets = [] }) => [file, ...css, ...assets]).filter((path) => path.startsWith('assets/')))
  // Other scripts' letters are the device's own.
  const paths = [pagePath, ...[...parts].filter((path) => !path.endsWith('.woff2') || path.includes('latin-wght')).map((path) => `/kiosk/${path}`)]
  const cache = await caches.open(cacheName)
  await Promise.all(paths.map(async (path) => cache.put(path, await ours(path))))
}

/** The build before stays: a page that is still open on it may ask for one of its parts. */
async function tidy(): Promise<void> {
  const shells = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== cacheName)
  for (const name of shells.slice(0, -1)) await caches.delete(name)
}

async function kept(path: string, request: Request): Promise<Response> {
  const found = await (await caches.open(cacheName)).match(path) ?? (path === pagePath ? undefined : await caches.match(path))
  return found ?? fetch(request)
}
