/** A house with its console: the whole server, a real browser, a line that can be cut, and people at both ends. */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, expect } from 'vitest'
import { newId, type Lodge } from '#client/lodge.ts'
import { startTestServer, type Somebody, type TestServer } from '../server.ts'
import { ada, mara, password, website } from '../world.ts'
import { openBrowser } from './browser.ts'
import { builtScreens } from './screens.ts'
import { layWire, type Wire } from './wire.ts'

const shots = fileURLToPath(new URL('../screenshots/', import.meta.url))
const wide = { width: 1440, height: 900 }
export const phoneView = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 }

export interface Guest {
  readonly lodge: Lodge
  readonly conversation: string
  say(text: string): Promise<unknown>
}
export interface House {
  readonly server: TestServer
  readonly wire: Wire
  readonly browser: Browser
  /** What the pages reported; a test that expects none looks here. */
  readonly errors: string[]
  /** A tab in which somebody is signed in, at this path. */
  enter(path: string, options?: BrowserContextOptions & { who?: { email: string } }): Promise<Page>
  /** A tab in which nobody is. */
  visit(path: string, options?: BrowserContextOptions): Promise<Page>
  /** A guest who has written, by the SDK. */
  guest(text: string, who?: Somebody, inbox?: string): Promise<Guest>
  shot(page: Page, name: string): Promise<void>
  /** In light and, as `-dark`, in dark. */
  shotBoth(page: Page, name: string): Promise<void>
  /** The same wide, and as `-phone` of a phone's size; it is wide again afterwards. */
  shotAll(page: Page, name: string): Promise<void>
  endTabs(): Promise<void>
  close(): Promise<void>
}

export async function openHouse({ isWhole = false, ...options }: Parameters<typeof startTestServer>[0] & { /** The browser, with its notices. */ isWhole?: boolean } = {}): Promise<House> {
  const server = await startTestServer({ screens: builtScreens(), commandsPerSecond: 1000, commandBurst: 2000, ...options })
  const wire = await layWire(server.url)
  const browser = await openBrowser({ isWhole })
  const contexts = new Set<BrowserContext>()
  const errors: string[] = []
  mkdirSync(shots, { recursive: true })

  const visit: House['visit'] = async (path, more) => {
    const context = await browser.newContext({ viewport: wide, locale: 'en-GB', timezoneId: 'Europe/Stockholm', ...more })
    contexts.add(context)
    const page = await context.newPage()
    page.on('pageerror', (error) => errors.push(String(error)))
    // A line that was cut and a password that was wrong are no errors of the page.
    page.on('console', (message) => { if (message.type() === 'error' && !/Failed to load resource|WebSocket connection to/.test(message.text())) errors.push(message.text()) })
    await page.goto(wire.url + path)
    return page
  }
  // Settled: half a transition between light and dark is no picture of either.
  const shot: House['shot'] = async (page, name) => { await page.screenshot({ path: `${shots}console-${name}.png`, animations: 'disabled' }) }
  const shotBoth: House['shotBoth'] = async (page, name) => {
    await shot(page, name)
    await page.emulateMedia({ colorScheme: 'dark' })
    await shot(page, `${name}-dark`)
    await page.emulateMedia({ colorScheme: 'light' })
  }
  return {
    server, wire, browser, errors, visit, shot, shotBoth,
    async enter(path, { who = ada, ...more } = {}) {
      const page = await visit(`/sign-in?next=${encodeURIComponent(path)}`, more)
      await signIn(page, who)
      return page
    },
    async guest(text, who = mara, inbox = website.id) {
      const lodge = server.connectAs(who)
      const conversation = newId()
      const topic = `conversation:${conversation}`
      await lodge.send({ type: 'conversation.open', topic, body: { inbox, page: 'https://lantern.example/rooms' } }).stored
      const say = async (words: string): Promise<unknown> => lodge.send({ type: 'message.send', topic, body: { text: words } }).stored
      await say(text)
      return { lodge, conversation, say }
    },
    async shotAll(page, name) {
      await shotBoth(page, name)
      await page.setViewportSize(phoneView.viewport)
      await shotBoth(page, `${name}-phone`)
      await page.setViewportSize(wide)
    },
    async endTabs() {
      for (const context of contexts) await context.close()
      contexts.clear()
    },
    async close() {
      await browser.close()
      await wire.close()
      await server.close()
    },
  }
}

/** On the page that asks for it. */
export async function signIn(page: Page, who: { email: string }): Promise<void> {
  await page.getByLabel('E-mail').fill(who.email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('connected ·').waitFor({ state: 'attached' })
}

/** Of what the pages reported nothing is left; a failure begins with the first one's own words. */
export function expectNoErrors(errors: string[]): void {
  expect(errors.splice(0).join('\n')).toBe('')
}

/** For the tests of a file that opens a house: after each the line is whole, no tab is open and no page has reported an error; after the last the house is closed. */
export function leaveClean(house: () => House | undefined): void {
  afterEach(async () => {
    const { wire, endTabs, errors } = house()!
    wire.mend()
    await endTabs()
    expectNoErrors(errors)
  })
  afterAll(async () => { await house()?.close() })
}

/** The whole page, from right to left. */
export async function readArabic(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.setItem('lodge:preferences', JSON.stringify({ language: 'ar' })))
  await page.reload()
}

export const composer = (page: Page): Locator => page.getByRole('textbox', { name: /^(Reply to|Note about)/ })
export const thread = (page: Page): Locator => page.getByRole('log', { name: 'Messages' })
export const list = (page: Page): Locator => page.getByRole('list', { name: 'Conversations' })
export const row = (page: Page, name: string): Locator => list(page).getByRole('link', { name: new RegExp(name) })
export const notices = (page: Page): Locator => page.getByRole('log', { name: 'Notices' })
