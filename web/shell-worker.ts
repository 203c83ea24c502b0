/** What the service workers of console and kiosk share: the scope they run in, the parts of a build, and how older builds go. */

/** What is used of a service worker; TypeScript cannot know its types beside those of a page. */
interface Waiting extends Event { waitUntil(what: Promise<unknown>): void }
interface Fetching extends Event { readonly request: Request; respondWith(response: Promise<Response>): void }
interface Pushed extends Waiting { readonly data: { json(): unknown } | null }
interface Clicked extends Waiting { readonly notification: Notification }
interface Tab { readonly url: string; focus(): Promise<unknown>; postMessage(message: unknown): void }
interface ServiceWorkerScope {
  readonly clients: { claim(): Promise<void>; matchAll(of: { type: 'window' }): Promise<Tab[]>; openWindow(path: string): Promise<unknown> }
  readonly registration: { showNotification(title: string, options: NotificationOptions): Promise<void> }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate', fn: (event: Waiting) => void): void
  addEventListener(type: 'fetch', fn: (event: Fetching) => void): void
  addEventListener(type: 'push', fn: (event: Pushed) => void): void
  addEventListener(type: 'notificationclick', fn: (event: Clicked) => void): void
}
export const worker = globalThis as unknown as ServiceWorkerScope

/** Of Vite's manifest: the files with a hash in their name. Of the letters only those that every page needs; the rest are fetched when somebody writes them. */
export async function partsOf(manifest: Response): Promise<string[]> {
  const files = await manifest.json() as Record<string, { file: string; css?: string[]; assets?: string[] }>
  const parts = new Set(Object.values(files).flatMap(({ file, css = [], assets = [] }) => [file, ...css, ...assets]))
  return [...parts].filter((path) => path.startsWith('assets/') && (!path.endsWith('.woff2') || path.includes('inter-latin-wght')))
}

/** The build before stays: a tab that is still open on it may ask for one of its parts. */
export async function dropOlderShells(prefix: string, current: string): Promise<void> {
  const shells = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== current)
  for (const name of shells.slice(0, -1)) await caches.delete(name)
}
