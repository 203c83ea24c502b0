import { mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { saveInbox, saveInvitation } from '#contract/inboxes.ts'
import { newId, type Lodge } from '#client/lodge.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { ada, concierge, kit, website } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { openBrowser } from './browser.ts'
import { builtScreens } from './screens.ts'

const shots = fileURLToPath(new URL('../screenshots/', import.meta.url))
let server: TestServer, browser: Browser, desk: Lodge, second: Lodge, screens: string
const address = 'rooms'

beforeAll(async () => {
  mkdirSync(shots, { recursive: true })
  screens = builtScreens()
  server = await startTestServer({ screens })
  browser = await openBrowser()
  desk = server.connectAs(ada)
  second = server.connectAs(kit)
  desk.presence('online')
  second.presence('online')
  const settings = { greeting: 'Welcome to Hotel Lantern.\nAsk us anything about your stay; a person answers.', replyTime: 'Usually answers within five minutes' }
  await desk.call(saveInbox, { params: { inbox: website.id }, body: { name: 'Hotel Lantern', ...settings } })
  await desk.call(saveInbox, { params: { inbox: concierge.id }, body: { name: 'فندق الفانوس', greeting: 'أهلًا بكم. اسألونا عن إقامتكم.', replyTime: 'نرد عادةً خلال خمس دقائق', language: 'ar', side: 'left' } })
  await desk.call(saveInvitation, { params: { invitation: newId() }, body: { inbox: website.id, address, afterSeconds: 0, text: 'Looking for a room with a view of the lake? We know which ones.', active: true } })
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

async function guest(options: BrowserContextOptions, { inbox = website.id, hash = '' } = {}): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', locale: 'en-GB', ...options })).newPage()
  await page.goto(`${server.url}/guest?inbox=${inbox}${hash}`)
  await page.locator('lodge-messenger .bubble').waitFor()
  return page
}
/** Axe looks at light and dark in one go; the picture is taken in the page's own colours. */
async function seen(page: Page, name: string, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
  if (colorScheme === 'light') await expectAccessible(page, `messenger-${name}`)
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await page.screenshot({ path: join(shots, `messenger-${name}.png`) })
}
const write = async (page: Page, text: string): Promise<void> => {
  await page.locator('lodge-messenger textarea').fill(text)
  await page.keyboard.press('Enter')
}
/** One that goes on, one that is refused for good and one that failed. */
async function beginUploads(page: Page): Promise<void> {
  await page.route('**/bytes?*', () => {})   // never answered
  await page.route('**/api/v1/blobs', (route) => {
    const { name } = route.request().postDataJSON() as { name: string }
    const refuse = (status: number, code: string): Promise<void> => route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify({ code, detail: 'No' }) })
    return name.endsWith('.exe') ? refuse(415, 'unsupported_type') : name.startsWith('film') ? refuse(413, 'too_large') : route.continue()
  })
  const files = ['room.png', 'installer of the hotel programme, version 12 final.exe', 'film of the lake in the morning.mp4']
  await page.locator('lodge-messenger input[type=file]').setInputFiles(files.map((name) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(name) })))
  await expect.poll(() => page.locator('lodge-messenger .uploads li[data-state=failed]').count()).toBe(2)
}
const topicOf = async (page: Page, inbox: string): Promise<string> => {
  await page.locator('lodge-messenger .tick[data-state=stored]').waitFor()
  return `conversation:${await page.evaluate((key) => (JSON.parse(localStorage.getItem(key) ?? '{}') as { conversation: string }).conversation, `lodge:${inbox}`)}`
}

describe.each([
  { name: 'light', colorScheme: 'light', options: {} },
  { name: 'dark', colorScheme: 'dark', options: {} },
  { name: 'phone', colorScheme: 'light', options: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
] as const)('$name', ({ name, colorScheme, options }) => {
  it('every screen is clean for axe, and as it should look; [DL5] a transcript that was asked for too often says until when', { timeout: 180_000 }, async () => {
    const page = await guest({ ...options, colorScheme })
    await seen(page, `${name}-bubble`, colorScheme)
    await page.evaluate((hash) => { location.hash = hash }, address)
    await page.getByText('a view of the lake?').waitFor()
    await seen(page, `${name}-invitation`, colorScheme)
    await page.getByRole('button', { name: 'No, thanks' }).click()
    await page.locator('lodge-messenger .bubble').click()
    await page.getByText('a person answers').waitFor()
    await seen(page, `${name}-empty`, colorScheme)
    await beginUploads(page)
    await seen(page, `${name}-uploads`, colorScheme)
    // Why it failed stands below its name, which is not cut off for it.
    expect(await page.locator('.uploads li[data-state=failed] bdi').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().bottom <= (one.parentElement?.querySelector('small')?.getBoundingClientRect().top ?? 0)))).toEqual([true, true])
    for (const remove of (await page.getByRole('button', { name: 'Remove' }).all()).reverse()) await remove.click()
    await write(page, 'Good evening! Could we check out at one tomorrow? Our train leaves late.')
    const topic = await topicOf(page, website.id)
    const leave = desk.join(topic, { fresh() {}, entries() {} })
    await desk.send({ type: 'message.send', topic, body: { text: 'Good evening. Of course, I have noted 13:00 for you. Everything else is here: https://lantern.example/leaving' } }).stored
    await second.send({ type: 'message.send', topic, body: { text: 'And two towels for the pool.' } }).stored
    await write(page, 'You are wonderful, thank you')
    await page.locator('lodge-messenger .own').nth(1).locator('.tick[data-state=stored]').waitFor()
    desk.mark(topic, { read: 5 })
    await page.locator('lodge-messenger .own').nth(1).locator('.tick[data-state=read]').waitFor()
    desk.typing(topic)
    await page.getByText('is writing').waitFor()
    await seen(page, `${name}-talk`, colorScheme)
    await page.getByRole('button', { name: 'More' }).click()
    await seen(page, `${name}-menu`, colorScheme)
    await page.getByRole('menuitem', { name: 'E-mail me' }).click()
    await page.getByRole('textbox', { name: 'E-mail address' }).fill('not an address')
    await page.keyboard.press('Enter')
    await page.getByText('does not look like').waitFor()
    await seen(page, `${name}-transcript`, colorScheme)
    await page.getByRole('textbox', { name: 'E-mail address' }).fill('mara@example.com')
    await page.route('**/transcripts', (route) => route.fulfill({ status: 429, contentType: 'application/problem+json', body: JSON.stringify({ code: 'rate_limited', detail: 'No', retryAfterMs: 12 * 60_000 }) }))
    await page.keyboard.press('Enter')
    await page.getByText(/asked for too often\. You can ask again from (?:.+, )?\d\d:\d\d on/).waitFor()
    await seen(page, `${name}-transcript-limit`, colorScheme)
    await page.unroute('**/transcripts')
    await page.keyboard.press('Enter')
    await page.getByText('It is kept for mara@example.com').waitFor()   // no mail server here, and it says so
    await seen(page, `${name}-transcript-kept`, colorScheme)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Your name' }).click()
    await seen(page, `${name}-details`, colorScheme)
    await page.keyboard.press('Escape')
    await desk.send({ type: 'conversation.close', topic, body: {} }).stored
    await page.getByText('The conversation was closed').waitFor()
    await seen(page, `${name}-closed`, colorScheme)
    leave()
    await page.context().close()
  })
})

it('stands and reads from the right in Arabic', async () => {
  const page = await guest({}, { inbox: concierge.id })
  const bubble = page.locator('lodge-messenger .bubble')
  expect((await bubble.boundingBox())?.x).toBeLessThan(100)
  await page.getByRole('button', { name: 'راسلنا' }).click()
  await write(page, 'مساء الخير. هل يمكننا المغادرة في الواحدة غدًا؟')
  const topic = await topicOf(page, concierge.id)
  await desk.send({ type: 'message.send', topic, body: { text: 'بالطبع. سجّلت الساعة 13:00 لكم. See you then!' } }).stored
  await page.locator('lodge-messenger .theirs .text').waitFor()
  expect(await page.locator('lodge-messenger .lodge').getAttribute('dir')).toBe('rtl')
  await seen(page, 'arabic')
  const [own, theirs] = [await page.locator('lodge-messenger .own .text').boundingBox(), await page.locator('lodge-messenger .theirs .text').boundingBox()]
  expect(own?.x).toBeLessThan(theirs?.x ?? 0)
  await page.context().close()
})

it('weighs at most 25 kB before it is opened and 45 kB in all, gzipped', () => {
  const files = readdirSync(join(screens, 'messenger'))
  const weigh = (...names: RegExp[]): number => names.reduce((sum, name) => {
    const found = files.filter((file) => name.test(file))
    expect(found).toHaveLength(1)
    return sum + gzipSync(readFileSync(join(screens, 'messenger', found[0] ?? ''))).length
  }, 0)
  const launcher = weigh(/^messenger\.js$/, /^start-.*\.js$/)
  const all = launcher + weigh(/^panel-.*\.js$/, /^ar-.*\.js$/)
  console.log(`launcher ${launcher} bytes, with panel and a language ${all} bytes`)
  expect(launcher).toBeLessThanOrEqual(25_000)
  expect(all).toBeLessThanOrEqual(45_000)
})
