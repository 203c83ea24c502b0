/** What a conversation begins with: an invitation, a file, a name or none. */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { saveInvitation } from '#contract/inboxes.ts'
import type { Entry } from '#contract/entries.ts'
import { newId, type Lodge } from '#client/lodge.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { ada, website } from '../world.ts'
import { openBrowser } from './browser.ts'
import { serveHostPage, type HostPage } from './host-page.ts'
import { builtScreens } from './screens.ts'

let server: TestServer, host: HostPage, browser: Browser, context: BrowserContext, desk: Lodge
const invitation = newId()
const text = 'Looking for a lamp?'

beforeAll(async () => {
  server = await startTestServer({ screens: builtScreens() })
  host = await serveHostPage(server.url, website.id)
  browser = await openBrowser()
  desk = server.connectAs(ada)
  desk.presence('online')
  await desk.call(saveInvitation, { params: { invitation }, body: { inbox: website.id, address: 'pricing', afterSeconds: 0, text, active: true } })
}, 120_000)
afterEach(() => context?.close())
afterAll(async () => {
  await browser?.close()
  await host?.close()
  await server?.close()
})

async function visit(query: string): Promise<Page> {
  context = await browser.newContext({ viewport: { width: 1000, height: 760 } })
  const page = await context.newPage()
  await page.goto(`${host.url}/?plain&${query}`)
  return page
}
const line = (page: Page): Locator => page.locator('lodge-messenger textarea')
/** The first entry of the conversation in which the visitor is, other than `before`. */
async function opening(page: Page, before = ''): Promise<{ conversation: string; body: Entry['body'] }> {
  const known = async (): Promise<string> => page.evaluate((key) => String((JSON.parse(localStorage.getItem(key) ?? '{}') as { conversation?: string | null }).conversation ?? ''), `lodge:${website.id}`)
  await expect.poll(known).not.toMatch(new RegExp(`^${before}$`))
  const conversation = await known()
  const body = await new Promise<Entry['body']>((resolve) => {
    const took = (entries: readonly Entry[]): void => { if (entries[0]) resolve(entries[0].body) }
    desk.join(`conversation:${conversation}`, { fresh: (state) => took(state.entries), entries: took })
  })
  return { conversation, body }
}
const accept = async (page: Page): Promise<void> => page.locator('lodge-messenger .card').getByRole('button', { name: 'Write to us' }).click()
const menu = async (page: Page, item: string): Promise<void> => {
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

it('[CV8] an invitation is answered by one conversation: the next one is not about it', async () => {
  const page = await visit('page=pricing')
  await accept(page)
  await line(page).fill('Yes')
  await line(page).press('Enter')
  const first = await opening(page)
  expect(first.body).toMatchObject({ invitation })
  await menu(page, 'Start a new conversation')
  expect(await page.locator('lodge-messenger .thread').getByText(text).count()).toBe(0)
  await line(page).fill('Something else')
  await line(page).press('Enter')
  const second = await opening(page, first.conversation)
  expect(second.body).not.toHaveProperty('invitation')
})

it('[CV8] an invitation is also answered by a file', async () => {
  const page = await visit('page=pricing')
  await accept(page)
  await page.locator('lodge-messenger input[type=file]').setInputFiles({ name: 'lamp.txt', mimeType: 'text/plain', buffer: Buffer.from('A lamp like this') })
  expect((await opening(page)).body).toMatchObject({ invitation })
})

it('an address can be left without a name', async () => {
  const page = await visit('page=home')
  await page.locator('lodge-messenger .bubble').click()
  await menu(page, 'Your name and e-mail address')
  await page.getByRole('textbox', { name: 'Your name' }).waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('textbox', { name: 'E-mail address' }).fill('mara@example.org')
  await page.getByRole('button', { name: 'Save' }).click()
  await line(page).waitFor()
  await expect.poll(async () => page.evaluate((key) => JSON.parse(localStorage.getItem(key) ?? '{}') as object, `lodge:${website.id}`)).toMatchObject({ email: 'mara@example.org' })
})
