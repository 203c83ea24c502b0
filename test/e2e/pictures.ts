/** `npm run pictures`: the pictures of the README, of a demo as it is now. Look at them before you commit them. */
import { fileURLToPath } from 'node:url'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { demoFolder, startDemo } from '../demo-process.ts'
import { openBrowser } from './browser.ts'
import { begin, go, type } from './kiosk-lobby.ts'
import { builtScreens } from './screens.ts'

const folder = fileURLToPath(new URL('../../docs/pictures/', import.meta.url))
const wide: BrowserContextOptions = { viewport: { width: 1440, height: 900 }, locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce' }
const ends: (() => Promise<unknown>)[] = []
try {
  builtScreens()
  const data = await demoFolder()
  ends.push(() => data.remove())
  const demo = await startDemo(data)
  ends.push(() => demo.end('SIGTERM'))
  const browser = await openBrowser()
  ends.push(() => browser.close())
  const desk = await browser.newContext(wide), guest = await browser.newContext(wide)
  const page = await desk.newPage()
  await page.goto(demo.link)
  await page.getByRole('link', { name: /^Inbox/ }).first().waitFor()

  const site = await guest.newPage()
  await site.goto(`${demo.url}/guest`)
  await site.getByRole('button', { name: 'Ask the desk' }).click()
  const box = site.getByRole('textbox', { name: /Write a message/ })
  await box.fill('Hello! Is the lake room free next weekend?')
  await box.press('Enter')

  await page.goto(`${demo.url}/inbox`)
  await page.getByRole('tab', { name: /^All/ }).click()
  await page.getByRole('link', { name: /lake room free/ }).first().click()
  const reply = page.getByRole('textbox', { name: /^Reply to/ })
  await reply.fill('It is, from Friday on. Shall we keep it for you?')
  await reply.press('Enter')
  await site.getByText('Shall we keep it').first().waitFor()
  await box.fill('Yes please, for two nights.')
  await box.press('Enter')
  await page.getByText('for two nights').first().waitFor()
  await reply.fill('Done: Friday to Sunday, breakfast included.')
  await reply.press('Enter')
  await site.getByText('breakfast included').first().waitFor()
  await picture(site, 'messenger')
  await page.getByRole('link', { name: /green scarf|It leaves today/ }).first().click()
  await picture(page, 'console')

  await open(page, '/visits', 'book')
  await open(page, '/spaces', 'spaces')
  const kiosk = await door(/^Kiosk/)
  await kiosk.locator('[data-screen=start]').waitFor()
  await begin(kiosk, 'expected')
  await type(kiosk, 'name', 'Priya Nair')
  await go(kiosk)   // that is her
  await kiosk.getByRole('heading', { name: /checked in/i }).waitFor()
  await picture(kiosk, 'kiosk')
  await picture(await door(/^Room panel/), 'panel')

  const drills = await door(/^Drills/)
  await drills.getByRole('button', { name: 'Kill the database' }).click()
  await drills.waitForTimeout(12_000)
  await picture(drills, 'drills')

  /** As its tile on the first page opens it, paired where it has to be. */
  async function door(name: RegExp): Promise<Page> {
    await page.goto(demo.url)
    const [opened] = await Promise.all([desk.waitForEvent('page'), page.getByRole('link', { name }).first().click()])
    return opened
  }
  async function open(of: Page, path: string, name: string): Promise<void> {
    await of.goto(demo.url + path)
    await picture(of, name)
  }
} finally {
  for (const end of ends.reverse()) await end()
}

async function picture(of: Page, name: string): Promise<void> {
  await of.waitForTimeout(2_500)   // for what comes by itself: rows, marks, the first light
  await of.screenshot({ path: `${folder}${name}.png`, animations: 'disabled' })
  console.log(`docs/pictures/${name}.png`)
}
