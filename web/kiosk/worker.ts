/**
 * Keeps the shell on the device, whole or not at all. The page is taken from here first: no sign-in page of a network, no
 * server that restarts comes between a visitor and the screen. Operations never pass through here; the page's log owns them.
 */
import { dropOlderShells, partsOf, worker } from '#web/shell-worker.ts'

declare const __BUILD__: string

const prefix = 'kiosk-shell-'
const cacheName = `${prefix}${__BUILD__}`
const pagePath = '/kiosk'

worker.addEventListener('install', (event) => event.waitUntil(fill().then(async () => worker.skipWaiting())))
worker.addEventListener('activate', (event) => event.waitUntil(dropOlderShells(prefix, cacheName).then(async () => worker.clients.claim())))
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
  const paths = [pagePath, ...(await partsOf(await ours('/kiosk/files.json'))).map((path) => `/kiosk/${path}`)]
  const cache = await caches.open(cacheName)
  await Promise.all(paths.map(async (path) => cache.put(path, await ours(path))))
}

async function kept(path: string, request: Request): Promise<Response> {
  const found = await (await caches.open(cacheName)).match(path) ?? (path === pagePath ? undefined : await caches.match(path))
  return found ?? fetch(request)
}
