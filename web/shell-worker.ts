/** What the service workers of console, kiosk and room panel share: the scope they run in, the parts of a build, how a shell is kept, and how older builds go. */

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
async function dropOlderShells(prefix: string, current: string): Promise<void> {
  const shells = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== current)
  for (const name of shells.slice(0, -1)) await caches.delete(name)
}

interface Keeper {
  /** Of all caches of this shell, and this build's among them. */
  readonly prefix: string
  readonly cacheName: string
  fill(): Promise<void>
  /** Whether a page's address is this shell's. */
  isPage(pathname: string): boolean
  page(request: Request): Promise<Response>
  /** Where the files with a hash in their name are. */
  readonly folder: string
  file(request: Request, pathname: string): Promise<Response>
}
/** A new worker takes over as soon as it has its build; what is asked of the shell is answered by it. */
export function keepShell({ prefix, cacheName, fill, isPage, page, folder, file }: Keeper): void {
  worker.addEventListener('install', (event) => event.waitUntil(fill().then(async () => worker.skipWaiting())))
  worker.addEventListener('activate', (event) => event.waitUntil(dropOlderShells(prefix, cacheName).then(async () => worker.clients.claim())))
  worker.addEventListener('fetch', (event) => {
    const { request } = event
    const { origin, pathname } = new URL(request.url)
    if (request.method !== 'GET' || origin !== location.origin) return
    if (request.mode === 'navigate' && isPage(pathname)) event.respondWith(page(request))
    else if (pathname.startsWith(folder)) event.respondWith(file(request, pathname))
  })
}

interface Shell {
  /** The folder, and the first part of the address: `kiosk` stands at `/kiosk` with its files in `/kiosk/`. */
  readonly name: string
  readonly build: string
  /** Whether a page's address is this shell's. */
  readonly isPage: (pathname: string) => boolean
}

/** Keeps a shell whole or not at all, and takes the page from here first: no sign-in page of a network, no server that restarts comes between. */
export function keepWhole({ name, build, isPage }: Shell): void {
  const prefix = `${name}-shell-`
  const cacheName = `${prefix}${build}`
  const pagePath = `/${name}`

  async function ours(path: string): Promise<Response> {
    const response = await fetch(path, { cache: 'no-cache', redirect: 'error', credentials: 'omit' })
    const isHtml = response.headers.get('content-type')?.startsWith('text/html') ?? false
    if (!response.ok || isHtml !== (path === pagePath)) throw new Error(`${path} is not there`)
    if (isHtml && !(await response.clone().text()).includes(`content="lodge ${build}"`)) throw new Error('The page is of another build')
    return response
  }
  async function fill(): Promise<void> {
    const paths = [pagePath, ...(await partsOf(await ours(`/${name}/files.json`))).map((path) => `/${name}/${path}`)]
    const cache = await caches.open(cacheName)
    await Promise.all(paths.map(async (path) => cache.put(path, await ours(path))))
  }
  async function kept(path: string, request: Request): Promise<Response> {
    const found = await (await caches.open(cacheName)).match(path) ?? (path === pagePath ? undefined : await caches.match(path))
    return found ?? fetch(request)
  }

  keepShell({ prefix, cacheName, fill, isPage, page: async (request) => kept(pagePath, request), folder: `/${name}/assets/`, file: async (request, pathname) => kept(pathname, request) })
}
