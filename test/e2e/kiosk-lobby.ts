/** A lobby with its kiosk: the whole server, a real browser with a camera, a line that can be cut, and whom the lobby expects. */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { saveKiosk } from '#contract/kiosks.ts'
import { saveLocation, saveVisitorType, type Location } from '#contract/places.ts'
import { createVisit, listVisits, type Visit } from '#contract/visits.ts'
import { valueOf } from '#client/call.ts'
import { newId, type Lodge } from '#client/lodge.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { ada, kit, lobby } from '../world.ts'
import { expectAccessible, tooSmall } from './axe.ts'
import { openBrowser } from './browser.ts'
import { builtScreens } from './screens.ts'
import { layWire, type Wire } from './wire.ts'

const shots = fileURLToPath(new URL('../screenshots/', import.meta.url))
export const landscape = { width: 1280, height: 800 }
export const portrait = { width: 810, height: 1080 }
export const phone = { width: 390, height: 844 }

export interface Lobby {
  readonly server: TestServer
  readonly wire: Wire
  readonly desk: Lodge
  readonly errors: string[]
  /** An unpaired device. */
  device(options?: BrowserContextOptions & { video?: string; url?: string }): Promise<Page>
  /** A code to pair one with. */
  code(kiosk?: string): Promise<string>
  /** A device that is paired and shows its start. */
  kiosk(options?: BrowserContextOptions & { video?: string; url?: string }): Promise<Page>
  place(change: Partial<Location>): Promise<void>
  expect(name: string, more?: { company?: string; host?: string; visitorType?: string; fields?: Record<string, string>; at?: string }): Promise<Visit>
  book(search: string): Promise<Visit[]>
  close(): Promise<void>
}

/** @param screens another folder than the built one */
export async function openLobby(screens = builtScreens(), options: Parameters<typeof startTestServer>[0] = {}): Promise<Lobby> {
  const server = await startTestServer({ screens, ...options })
  const wire = await layWire(server.url)
  const desk = server.connectAs(ada)
  const errors: string[] = []
  const browsers: Browser[] = []
  mkdirSync(shots, { recursive: true })
  /** A file of frames that the camera shows; without one there is no camera. */
  const browserWith = async (video?: string): Promise<Browser> => {
    const camera = video === undefined ? [] : ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${video}`]
    const browser = await openBrowser({ isWhole: true, more: ['--host-resolver-rules=MAP lodge.test 127.0.0.1', ...camera] })
    browsers.push(browser)
    return browser
  }
  const plain = await browserWith()

  const lobbyOf: Lobby = {
    server, wire, desk, errors,
    async device({ video, url = wire.url, ...options } = {}) {
      const context = await (video === undefined ? plain : await browserWith(video)).newContext({ viewport: landscape, locale: 'en-GB', timezoneId: 'Europe/Stockholm', ...options })
      await context.addInitScript(() => { window.print = () => { document.documentElement.dataset['printed'] = String(Number(document.documentElement.dataset['printed'] ?? 0) + 1) } })
      const page = await context.newPage()
      page.setDefaultTimeout(10_000)
      page.on('pageerror', (error) => errors.push(String(error)))
      page.on('console', (message) => { if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) errors.push(message.text()) })
      await page.goto(`${url}/kiosk`)
      return page
    },
    async code(kiosk = newId()) {
      const saved = await desk.call(saveKiosk, { params: { kiosk }, body: { name: 'Entrance', location: lobby.id } })
      if (!saved.ok) throw new Error(saved.message)
      return saved.value.code
    },
    async kiosk(options) {
      const page = await lobbyOf.device(options)
      await page.getByLabel('Pair this kiosk').fill(await lobbyOf.code())
      await page.locator('[data-primary]').click()
      await shows(page, 'start')
      return page
    },
    async place(change) { valueOf(await desk.call(saveLocation, { params: { location: lobby.id }, body: { name: 'Lobby', ...change } })) },
    async expect(name, { at, ...more } = {}) {
      return valueOf(await desk.call(createVisit, { body: { id: newId(), location: lobby.id, name, expectedAt: at ?? new Date().toISOString(), host: kit.id, ...more } }))
    },
    async book(search) { return valueOf(await desk.call(listVisits, { query: { location: lobby.id, search } })).visits },
    async close() {
      for (const browser of browsers) await browser.close()
      await wire.close()
      await server.close()
    },
  }
  return lobbyOf
}

/** A kind of visitor that is asked everything. */
export async function thorough({ desk }: Lobby): Promise<string> {
  const visitorType = newId()
  const text = 'You are welcome in this house.\n\nPlease wear your badge where it can be seen, stay with your host, and ask before you take pictures of people or screens.\n\nIn an alarm leave by the nearest exit and go to the lamp post by the pier. Somebody will call your name there.\n\nWhat you see and hear here stays here.'
  valueOf(await desk.call(saveVisitorType, { params: { visitorType }, body: {
    location: lobby.id, name: 'Contractor', photo: true, badge: true, document: { title: 'House rules', text },
    fields: [{ key: 'purpose', label: 'What will you work on?', required: true }, { key: 'plate', label: 'Licence plate of your car', required: false }],
  } }))
  return visitorType
}

export const shows = async (page: Page, screen: string): Promise<void> => page.locator(`[data-screen="${screen}"]`).waitFor()
export const begin = async (page: Page, how: 'expected' | 'walkIn' | 'leaving'): Promise<void> => page.locator(`[data-begin="${how}"]`).click()
export const go = async (page: Page): Promise<void> => page.locator('[data-primary]').first().click()
export async function type(page: Page, screen: string, text: string): Promise<void> {
  await shows(page, screen)
  await page.locator('input').fill(text)
  await page.keyboard.press('Enter')
}
/** A list that is newer than what was just written at the desk. */
export async function fresh(page: Page): Promise<void> {
  await page.reload()
  await page.waitForResponse((response) => response.url().endsWith('/kiosk/snapshot') && response.ok())
  await shows(page, 'start')
}

export const shot = async (page: Page, name: string): Promise<void> => {
  await page.evaluate(async () => document.fonts.ready)
  await page.screenshot({ path: `${shots}kiosk-${name}.png` })
}
/** No finding of axe, every target as large as a thumb in a glove, and a picture to look at. */
export async function seen(page: Page, name: string): Promise<void> {
  await expectAccessible(page, `kiosk-${name}`)
  const small = await tooSmall(page)
  if (small.length > 0) throw new Error(`kiosk-${name}: smaller than 64 px: ${small.join(', ')}`)
  await shot(page, name)
}
