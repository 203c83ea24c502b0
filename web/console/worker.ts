/**
 * Keeps the shell on the device. A page is asked from the server first and taken from here when there is no answer in time;
 * files with a hash in their name never change and are taken from here at once. Data never passes through here, but for the notices
 * of visitors that come while no tab is open.
 */
import type { PushMessage } from '#contract/pushes.ts'
import { keepShell, partsOf, worker } from '#web/shell-worker.ts'

declare const __BUILD__: string

const prefix = 'shell-'
const cacheName = `${prefix}${__BUILD__}`
const answerMs = 2500
/** Not the console's: the API, the guest page, kiosk, messenger, room panel, the demo's phone, health. */
const others = /^\/(api|guest|kiosk|messenger|panel|phone|healthz|readyz|metrics|assets)\b/

keepShell({ prefix, cacheName, fill, isPage: (pathname) => !others.test(pathname), page, folder: '/assets/', file })

worker.addEventListener('push', (event) => {
  const message = event.data?.json() as PushMessage | undefined
  if (!message) return
  const { title, body, path, tag } = message
  event.waitUntil(worker.registration.showNotification(title, { body, tag, data: path, dir: 'auto' }))
})
worker.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(show(String(event.notification.data)))
})

/** In the tab that is open, without losing what is in it; else in a new one. */
async function show(path: string): Promise<void> {
  const tab = (await worker.clients.matchAll({ type: 'window' })).find(({ url }) => !new URL(url).pathname.startsWith('/invited/'))
  if (!tab) return void await worker.clients.openWindow(path)
  tab.postMessage({ show: path })
  await tab.focus()
}

async function fill(): Promise<void> {
  const cache = await caches.open(cacheName)
  const parts = await partsOf(await fetch('/files.json', { cache: 'no-cache' }))
  await cache.addAll(['/inbox', ...parts.map((path) => `/${path}`)])
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
