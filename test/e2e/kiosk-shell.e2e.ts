/** The shell of the kiosk: a new build comes by itself and at rest, and what a browser lacks is done without. */
import { cp, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectNoErrors } from './console.ts'
import { go, openLobby, shows, type, type Lobby } from './kiosk-lobby.ts'
import { builtScreens } from './screens.ts'

let house: Lobby, folder: string, build: string
const nextBuild = 'feedfacecafe'
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lodge-screens-'))
  await cp(builtScreens(), folder, { recursive: true })
  build = /content="lodge ([0-9a-f]{12})"/.exec(await readFile(join(folder, 'kiosk/index.html'), 'utf8'))![1]!
  house = await openLobby(folder)
  await house.place({ walkIns: 'welcome' })
}, 120_000)
afterAll(async () => {
  await house?.close()
  await rm(folder, { recursive: true, force: true })
})

/** Deploys the same sources under another name, as a build of changed sources would be. */
async function deploy(): Promise<void> {
  const kiosk = join(folder, 'kiosk')
  for (const name of ['index.html', 'worker.js', 'files.json']) await writeFile(join(kiosk, name), (await readFile(join(kiosk, name), 'utf8')).replaceAll(build, nextBuild).replace(/(index-)[\w-]{8}(\.js)/g, '$1NEWBUILD$2'))
  for (const name of await readdir(join(kiosk, 'assets'))) {
    if (!name.endsWith('.js')) continue
    const path = join(kiosk, 'assets', name)
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll(build, nextBuild).replace(/(index-)[\w-]{8}(\.js)/g, '$1NEWBUILD$2'))
    if (name.startsWith('index-')) await rename(path, path.replace(/index-.*\.js$/, 'index-NEWBUILD.js'))
  }
}
const buildOf = (page: Page): Promise<string | null> => page.locator('meta[name=generator]').getAttribute('content')

it('takes a new build at rest, and not while a visitor is at the screen', { timeout: 120_000 }, async () => {
  const page = await house.kiosk()
  await expect.poll(async () => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
  await page.locator('[data-begin=expected]').click()
  await shows(page, 'name')
  await page.locator('input').fill('Half a na')
  await deploy()
  await page.route('**/api/v1/kiosk/beats', async (route) => {
    const response = await route.fetch().catch(() => undefined)
    if (!response) return route.abort().catch(() => {})
    await route.fulfill({ response, json: { ...await response.json() as object, build: nextBuild } }).catch(() => {})   // the route was taken off while the answer was under way
  })
  await expect.poll(async () => page.evaluate(async (name) => (await caches.keys()).includes(name), `kiosk-shell-${nextBuild}`), { timeout: 40_000 }).toBe(true)
  await page.waitForTimeout(6_000)
  expect(await page.locator('input').inputValue()).toBe('Half a na')
  await page.locator('[data-home]').first().click()
  await expect.poll(() => buildOf(page).catch(() => null), { timeout: 20_000 }).toBe(`lodge ${nextBuild}`)
  await shows(page, 'start')
  await page.unroute('**/api/v1/kiosk/beats')
  house.wire.cut()
  await page.reload()
  await shows(page, 'start')
  house.wire.mend()
})

it('takes no sign-in page of a network for its own', async () => {
  const page = await house.kiosk()
  await expect.poll(async () => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
  await page.context().route(/lodge|127/, (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Welcome to the WiFi</h1>' }))
  await page.reload()
  await shows(page, 'start')
  await page.locator('[data-begin=walkIn]').click()
  await type(page, 'name', 'Walter Wifi')
  await type(page, 'company', '')
  await type(page, 'host', 'Kit')
  await type(page, 'remember', '')
  await page.getByRole('button', { name: 'Type it instead' }).click()
  await page.getByLabel('as a signature').fill('Walter')
  await go(page)
  await shows(page, 'done')
  await page.getByText('as soon as we are back online').waitFor()
  await page.context().unroute(/lodge|127/)
  await expect.poll(async () => (await house.book('Walter')).map((v) => v.status), { timeout: 40_000 }).toEqual(['checked_in'])
})

it('works without HTTPS, as well as a browser lets it', async () => {
  await house.expect('Hattie Plain')
  const page = await house.kiosk({ url: house.server.url.replace('127.0.0.1', 'lodge.test') })
  expect(await page.evaluate(() => [isSecureContext, 'locks' in navigator, typeof crypto.subtle])).toEqual([false, false, 'undefined'])
  await page.locator('[data-begin=expected]').click()
  await type(page, 'name', 'Hattie Plain')
  await shows(page, 'confirm')
  await go(page)
  await shows(page, 'done')
  await expect.poll(async () => (await house.book('Hattie')).map((v) => v.status)).toEqual(['checked_in'])
  await page.reload()
  await shows(page, 'start')
})

it('begins a new log, still paired, when the browser clears its storage under it', async () => {
  const page = await house.kiosk()
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Storage.clearDataForOrigin', { origin: house.wire.url, storageTypes: 'indexeddb' })
  await house.expect('Cleo Cleared')
  await page.locator('[data-begin=walkIn]').click()
  await type(page, 'name', 'Clem Cleared')
  await type(page, 'company', '')
  await type(page, 'host', '')
  await type(page, 'remember', '')
  await page.getByRole('button', { name: 'Type it instead' }).click()
  await page.getByLabel('as a signature').fill('Clem')
  await go(page)
  await shows(page, 'done')
  await expect.poll(async () => (await house.book('Clem')).map((v) => v.status)).toEqual(['checked_in'])
  await expect.poll(async () => page.evaluate(() => new Promise((resolve) => {
    const opening = indexedDB.open('lodge-kiosk')
    opening.onsuccess = () => { const get = opening.result.transaction('meta').objectStore('meta').get('pairing'); get.onsuccess = () => { opening.result.close(); resolve(typeof get.result) } }
  })), { timeout: 30_000 }).toBe('object')
  await page.reload()
  await shows(page, 'start')
  expectNoErrors(house.errors)
})
