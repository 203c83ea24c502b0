/** A tablet: a real Chromium with a profile that outlives it, and a hand that touches its screen. */
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { findChromium } from '../browser.ts'

/** What the device's log holds, read from its database past the app. */
export interface LoggedOperation { id: string; seq: number; type: string; visit: string; state: string; reason: string | null }

export interface Tablet {
  /** Operations of which some screen said that they are done: whatever happens next, these must arrive. */
  readonly said: ReadonlySet<string>
  page(): Page
  /** The device's clock goes wrong by so much. */
  skew(ms: number): Promise<void>
  /** The device has no room left, or has again. */
  room(isFull: boolean): Promise<void>
  /** Something that no version of the app should have written stands next in the queue. */
  poison(): Promise<string>
  /** SIGKILL to the browser, and a new start on the same profile. */
  kill(): Promise<void>
  /** Which screen is shown. */
  screen(): Promise<string>
  log(): Promise<{ id: string; operations: LoggedOperation[] }>
  close(): Promise<void>
}

/** Less than the app's own files take. */
const fullBytes = 1_000

export async function openTablet(profile: string, url: string): Promise<Tablet> {
  const { path, args } = await findChromium('installed')
  let context: BrowserContext | undefined, page: Page | undefined
  const said = new Set<string>()
  let isFull = false

  async function open(): Promise<void> {
    context = await chromium.launchPersistentContext(profile, {
      executablePath: path, args: [...args, '--no-sandbox', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
      viewport: { width: 810, height: 1080 }, serviceWorkers: 'allow', chromiumSandbox: false,
    })
    await context.exposeBinding('drillSaid', (_source, operation: string) => { said.add(operation) })
    await context.addInitScript(watchScreen)
    page = context.pages()[0] ?? await context.newPage()
    page.setDefaultTimeout(15_000)
    isFull = false   // which a browser forgets with its process
    await show()
  }
  const hasRoom = (): Promise<boolean> => page!.evaluate(() => new Promise<boolean>((resolve) => {
    const opening = indexedDB.open('drill-probe')
    opening.onupgradeneeded = () => { opening.result.createObjectStore('probes', { autoIncrement: true }) }
    opening.onerror = () => resolve(false)
    opening.onsuccess = () => {
      const tx = opening.result.transaction('probes', 'readwrite')
      tx.objectStore('probes').add('x'.repeat(100))
      const end = (kept: boolean) => (): void => { opening.result.close(); resolve(kept) }
      tx.oncomplete = end(true)
      tx.onabort = end(false)
    }
  }))
  /** With the server away the shell comes from the device. */
  async function show(): Promise<void> {
    for (let tries = 0; ; tries++) {
      try { await page!.goto(`${url}/kiosk`, { waitUntil: 'domcontentloaded' }); return } catch (error) { if (tries === 20) throw error; await sleep(250) }
    }
  }
  async function room(bytes: number | undefined): Promise<void> {
    if (bytes === undefined && !isFull) return
    isFull = bytes !== undefined
    const cdp = await context!.newCDPSession(page!)
    await cdp.send('Storage.overrideQuotaForOrigin', { origin: new URL(url).origin, ...(bytes !== undefined && { quotaSize: bytes }) })
    // An open database goes on with the room it was once promised; it is forgotten two seconds after the last one is closed.
    for (let tries = 0; tries < 5; tries++) {
      await page!.goto('about:blank')
      await sleep(2_500 + tries * 1_500)
      await show()
      if (await hasRoom() !== isFull) return
    }
    throw new Error('The browser does not notice that its room was changed.')
  }
  await open()
  return {
    said,
    page: () => page!,
    async skew(ms) {
      await page!.evaluate((by) => { localStorage.setItem('drill-skew', String(by)) }, ms)
      await page!.reload({ waitUntil: 'domcontentloaded' }).catch(() => {})
    },
    room: (isFull) => room(isFull ? fullBytes : undefined),
    poison: () => page!.evaluate(() => new Promise<string>((resolve, reject) => {
      const opening = indexedDB.open('lodge-kiosk')
      opening.onerror = () => reject(opening.error as Error)
      opening.onsuccess = () => {
        const id = crypto.randomUUID()
        const tx = opening.result.transaction(['operations', 'meta'], 'readwrite')
        const meta = tx.objectStore('meta').get('log')
        meta.onsuccess = () => {
          const log = meta.result as { nextSeq: number }
          tx.objectStore('operations').add({ seq: log.nextSeq, id, type: 'dance', visit: crypto.randomUUID(), at: 'noon', offsetMs: null, body: { n: 1 }, state: 'unsent', reason: null, ackedAt: null })
          tx.objectStore('meta').put({ ...log, nextSeq: log.nextSeq + 1 }, 'log')
        }
        tx.oncomplete = () => { opening.result.close(); resolve(id) }
        tx.onabort = () => reject(tx.error as Error)
      }
    })),
    async kill() {
      const gone = new Promise((resolve) => context!.once('close', resolve))
      for (const pid of await pidsOf(profile)) try { process.kill(pid, 'SIGKILL') } catch { /* It ended by itself. */ }
      await Promise.race([gone, sleep(5_000)])
      while ((await pidsOf(profile)).length > 0) await sleep(20)
      const wasFull = isFull
      await open()
      if (wasFull) await room(fullBytes)   // a disk stays full; the browser's orders end with its process
    },
    screen: async () => await page!.locator('[data-screen]').first().getAttribute('data-screen', { timeout: 10_000 }) ?? '',
    log: () => page!.evaluate(() => new Promise<{ id: string; operations: LoggedOperation[] }>((resolve, reject) => {
      const opening = indexedDB.open('lodge-kiosk')
      opening.onerror = () => reject(opening.error as Error)
      opening.onsuccess = () => {
        const tx = opening.result.transaction(['operations', 'meta'])
        const all = tx.objectStore('operations').getAll(), meta = tx.objectStore('meta').get('log')
        tx.oncomplete = () => {
          opening.result.close()
          resolve({ id: (meta.result as { id: string }).id, operations: (all.result as LoggedOperation[]).map(({ id, seq, type, visit, state, reason }) => ({ id, seq, type, visit, state, reason })) })
        }
        tx.onerror = () => reject(tx.error as Error)
      }
    })),
    async close() {
      await context?.close().catch(() => {})
    },
  }
}

/** Runs in the page before the app: tells what screens say at the moment they say it, and gives the page a wrong clock. */
function watchScreen(): void {
  const skewMs = Number(localStorage.getItem('drill-skew') ?? 0)
  if (skewMs !== 0) {
    const RealDate = Date
    const now = (): number => RealDate.now() + skewMs
    globalThis.Date = class extends RealDate {
      constructor(...given: [] | [number | string]) { if (given.length === 0) super(now()); else super(...given as [number]) }
      static override now(): number { return now() }
    } as DateConstructor
  }
  const tell = (globalThis as unknown as { drillSaid: (operation: string) => void }).drillSaid
  new MutationObserver(() => {
    for (const screen of document.querySelectorAll('[data-screen="done"] [data-operation], [data-screen="done"][data-operation], [data-screen="left"] [data-operation], [data-screen="left"][data-operation]')) {
      tell(screen.getAttribute('data-operation')!)
    }
  }).observe(document, { subtree: true, childList: true, attributes: true })
}

/** Of the browser itself, not of its children. */
async function pidsOf(profile: string): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    if (line.includes(`--user-data-dir=${profile}`)) found.push(Number(name))
  }
  return found
}
