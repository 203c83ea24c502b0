/** The demo's page of drills, as somebody who watches it sees it: a real demo is broken in each way, while guest and desk go on. */
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoFolder, startDemo, type DemoFolder, type DemoProcess } from '../demo-process.ts'
import { expectAccessible } from './axe.ts'
import { openBrowser } from './browser.ts'
import { expectNoErrors, phoneView } from './console.ts'
import { builtScreens } from './screens.ts'

const shots = fileURLToPath(new URL('../screenshots/', import.meta.url))
let data: DemoFolder, demo: DemoProcess, browser: Browser, context: BrowserContext, page: Page
let guest: FrameLocator, desk: FrameLocator
const errors: string[] = []

beforeAll(async () => {
  builtScreens()
  mkdirSync(shots, { recursive: true })
  data = await demoFolder()
  demo = await startDemo(data)
  browser = await openBrowser()
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', timezoneId: 'Europe/Stockholm', reducedMotion: 'reduce' })
  page = await context.newPage()
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.goto(demo.link)
  const [opened] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: 'Drills' }).click()])
  await page.close()
  page = opened
  page.on('pageerror', (error) => errors.push(String(error)))
  guest = page.frameLocator('iframe[title="The guest"]')
  desk = page.frameLocator('iframe[title="The front desk"]')
  await guest.getByRole('textbox', { name: 'Write a message' }).waitFor({ timeout: 30_000 })
  await fromGuest('Hello, is this the desk?')
  await desk.getByRole('list', { name: 'Conversations' }).getByRole('link', { name: /Hello, is this the desk/ }).click()
  await fromDesk('It is. How can we help?')
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await demo?.end('SIGTERM')
  await data?.remove()
  expectNoErrors(errors)
}, 60_000)

const patience = { timeout: 45_000 }
const deskSays = () => desk.getByRole('log', { name: 'Messages' })
/** Written by the guest, and read at the desk. */
async function fromGuest(text: string): Promise<void> {
  const box = guest.getByRole('textbox', { name: /Write a message|Write to go on/ })
  await box.fill(text)
  await box.press('Enter')
}
async function fromDesk(text: string): Promise<void> {
  const box = desk.getByRole('textbox', { name: /^Reply to/ })
  await box.fill(text)
  await box.press('Enter')
  await guest.getByText(text, { exact: true }).first().waitFor(patience)
}
const shot = async (name: string): Promise<void> => { await page.screenshot({ path: `${shots}drills-${name}.png`, animations: 'disabled' }) }
const seen = () => page.getByRole('region', { name: 'What is seen' })

interface Drill { button: string; sees: readonly RegExp[]; pid?: true }
const all: readonly Drill[] = [
  { button: 'Kill the database', sees: [/PostgreSQL killed/, /The server says that it is away/, /Lodge keeps messages on its own disk/, /PostgreSQL is back/, /\d+ kept messages? (?:is|are) stored/] },
  { button: 'Kill the server', sees: [/Server killed/, /The process is gone/, /The keeper starts another/, /It answers/, /All are back/, /\d+ messages? that waited/], pid: true },
  { button: 'Drop all sockets', sees: [/\d+ sockets? dropped/, /The 5 who talk are offline/, /All are back/] },
  { button: 'Fill the disk', sees: [/300 MB left/, /Files are refused/, /Bookings are refused/, /The ballast is let go/, /\d+ messages? stored meanwhile/, /Bookings are taken again/] },
  { button: 'Leak connections', sees: [/Bookings begin to leak/, /The first connection is taken back/, /Bookings pause, messages go on/, /The leak is named/, /connections? (?:was|were) taken back; none is missing/, /Bookings are taken again/] },
]

describe('/drills', () => {
  it('is ready for somebody who sees it for the first time', async () => {
    await expect.poll(() => page.getByRole('button', { name: 'Kill the database' }).isEnabled()).toBe(true)
    await shot('ready')
    await page.emulateMedia({ colorScheme: 'dark' })
    await shot('ready-dark')
    await page.emulateMedia({ colorScheme: 'light' })
    await expectAccessible(page, 'drills')
  })

  it.each(all)('[DM1] [DM4] $button: guest and desk go on, and it says what was seen, how long it took, and that nothing was lost', async ({ button, sees, pid }) => {
    const before = demo.serverPid()
    await page.getByRole('button', { name: button }).click()
    const clock = seen().getByRole('timer')
    await seen().getByText(sees[0]!).waitFor({ timeout: 30_000 })
    expect(await page.getByRole('button', { name: 'Fill the disk' }).isDisabled()).toBe(true)   // one at a time
    // While it is broken, both write; what each wrote reaches the other.
    const [question, reply] = [`Are you still there? (${button})`, `We are. (${button})`]
    await fromGuest(question)
    await shot(`${button.split(' ').at(-1)!}-running`)
    await fromDesk(reply)
    await deskSays().getByText(question).first().waitFor(patience)
    await seen().getByText('Nothing lost').waitFor({ timeout: 120_000 })
    for (const sentence of sees) expect(await seen().getByText(sentence).count(), String(sentence)).toBeGreaterThan(0)
    expect(await seen().getByText('until everything was as before').count()).toBe(1)
    expect(await seen().getByText('Each once, and in order.').count()).toBe(1)
    const tookS = Number.parseFloat(await clock.innerText())
    expect(tookS).toBeGreaterThan(0)
    console.log(`${button}: ${await clock.innerText()}; ${(await seen().locator('ol').innerText()).replaceAll('\n', ' ')}`)
    if (pid) expect(demo.serverPid()).not.toBe(before)
    await expect.poll(() => page.getByRole('button', { name: button }).isEnabled()).toBe(true)
    await shot(button.split(' ').at(-1)!)
    await page.emulateMedia({ colorScheme: 'dark' })
    await shot(`${button.split(' ').at(-1)!}-dark`)
    await page.emulateMedia({ colorScheme: 'light' })
  }, 200_000)

  it('shows one screen at a time on a phone', async () => {
    const { cookies } = await context.storageState()
    const hand = await browser.newContext({ ...phoneView, locale: 'en-GB', reducedMotion: 'reduce', storageState: { cookies, origins: [] } })
    try {
      const small = await hand.newPage()
      await small.goto(`${demo.url}/drills`)
      await small.getByText('Nothing lost').first().waitFor()
      await small.screenshot({ path: `${shots}drills-phone.png`, animations: 'disabled' })
      await expectAccessible(small, 'drills on a phone')
      await small.getByRole('button', { name: 'The guest' }).click()
      await small.frameLocator('iframe[title="The guest"]').getByRole('textbox', { name: 'Write a message' }).waitFor()
      await small.screenshot({ path: `${shots}drills-phone-guest.png`, animations: 'disabled' })
      await small.getByRole('button', { name: 'The front desk' }).click()
      await small.frameLocator('iframe[title="The front desk"]').getByRole('list', { name: 'Conversations' }).waitFor()
      await small.screenshot({ path: `${shots}drills-phone-desk.png`, animations: 'disabled' })
      await small.emulateMedia({ colorScheme: 'dark' })
      await small.getByRole('button', { name: 'Drills', exact: true }).click()
      await small.screenshot({ path: `${shots}drills-phone-dark.png`, animations: 'disabled' })
    } finally { await hand.close() }
  })

  it('asks a stranger to sign in, and reads from right to left', async () => {
    const other = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'ar' })
    try {
      const stranger = await other.newPage()
      await stranger.goto(`${demo.url}/drills`)
      await stranger.getByRole('link', { name: 'تسجيل الدخول' }).waitFor()
      await other.addCookies((await context.storageState()).cookies)
      await stranger.reload()
      await stranger.getByRole('button', { name: 'أوقف قاعدة البيانات' }).waitFor()
      await stranger.screenshot({ path: `${shots}drills-arabic.png`, animations: 'disabled' })
    } finally { await other.close() }
  })
})
