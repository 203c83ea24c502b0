/** Every screen of the kiosk, as it stands in a lobby: clean for axe, large enough for a glove, and a picture to look at. */
import { writeFile, readFile, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kioskLanguages } from '#contract/places.ts'
import { builtScreens } from './screens.ts'
import { begin, fresh, go, landscape, openLobby, phone, portrait, seen, shot, shows, thorough, type, type Lobby } from './kiosk-lobby.ts'

let house: Lobby, visitorType: string, video: string
beforeAll(async () => {
  house = await openLobby()
  await house.place({ walkIns: 'approve', languages: [...kioskLanguages] })
  visitorType = await thorough(house)
  video = join(tmpdir(), `kiosk-look-${process.pid}.y4m`)
  await writeFile(video, face())
}, 120_000)
afterAll(() => house?.close())

const home = async (page: Page): Promise<void> => {
  while (await page.locator('[data-screen=start]').count() === 0) await page.locator('[data-home]').first().click()
}

describe.each([
  { name: 'landscape', viewport: landscape }, { name: 'portrait', viewport: portrait }, { name: 'phone', viewport: phone },
] as const)('$name', ({ name, viewport }) => {
  it('looks as it should on every screen', { timeout: 240_000 }, async () => {
    const who = `Mara ${name[0]!.toUpperCase()}${name.slice(1)}`
    await house.expect(who, { visitorType, company: 'Lindqvist & Daughters' })
    const page = await house.device({ viewport, video })
    const see = async (screen: string, picture = screen): Promise<void> => {
      await shows(page, screen)
      await seen(page, `${name}-${picture}`)
      // Nothing stands beyond the edge.
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), picture).toBeLessThanOrEqual(0)
    }
    await see('pairing')
    await type(page, 'pairing', await house.code())
    await page.getByRole('button', { name: 'Scan a code' }).waitFor()
    await see('start')
    await page.getByRole('button', { name: 'Scan a code' }).click()
    await page.locator('video').evaluate((v: HTMLVideoElement) => v.readyState > 1 || new Promise((resolve) => v.addEventListener('playing', resolve)))
    await see('scan')
    await home(page)
    await begin(page, 'expected')
    await see('name')
    await go(page)
    await see('name', 'name-empty')
    await type(page, 'name', 'Maria Nobody')
    await see('unknown')
    await go(page)
    await type(page, 'name', who)
    await see('confirm')
    await go(page)
    await see('field')
    await type(page, 'field', 'The lift')
    await page.getByText('Licence plate').waitFor()
    await go(page)
    await see('document')
    const pad = (await page.locator('canvas').boundingBox())!
    await page.mouse.move(pad.x + 40, pad.y + 80)
    await page.mouse.down()
    for (let i = 0; i < 60; i++) await page.mouse.move(pad.x + 40 + i * (pad.width - 100) / 60, pad.y + 70 + Math.sin(i / 2.6) * 28 - i / 3)
    await page.mouse.up()
    await see('document', 'document-signed')
    await go(page)
    await shows(page, 'photo')
    await page.locator('video').evaluate((v: HTMLVideoElement) => v.readyState > 1 || new Promise((resolve) => v.addEventListener('playing', resolve)))
    await see('photo')
    await page.locator('[data-primary]:not([aria-disabled=true])').click()
    await page.locator('.viewer img').waitFor()
    await see('photo', 'photo-taken')
    await go(page)
    await see('done')
    await page.emulateMedia({ media: 'print' })
    await shot(page, `${name}-badge`)
    await page.emulateMedia({ media: 'screen', colorScheme: 'dark' })
    await shot(page, `${name}-done-dark`)
    await home(page)
    await shot(page, `${name}-start-dark`)
    await page.getByRole('button', { name: 'High contrast' }).click()
    await see('start', 'start-contrast')
    await page.emulateMedia({ colorScheme: 'light' })
    await begin(page, 'leaving')
    await type(page, 'name', who)
    await see('confirm', 'leaving')
    await go(page)
    await see('left')
    await home(page)
    await begin(page, 'walkIn')
    await type(page, 'name', `Tomás ${name}`)
    await type(page, 'company', '')
    await see('type')
    await page.getByRole('button', { name: 'Day visitor' }).click()
    await see('host')
    await type(page, 'host', 'Ada Okafor')
    await see('unknown-host')
    await page.getByRole('button', { name: 'Go on without' }).click()
    await shows(page, 'document')
    await page.getByRole('button', { name: 'Type it instead' }).click()
    await page.getByLabel('as a signature').fill('Tomás Rivera')
    await see('document', 'document-typed')
    await go(page)
    await page.locator('[data-state=waiting]').waitFor()
    await see('waiting')
    await page.context().close()
  })
})

describe.each(kioskLanguages.map((language) => ({ language })))('$language', ({ language }) => {
  it('fits the screens in its own words', { timeout: 120_000 }, async () => {
    const who = language === 'ar' ? 'ليلى حداد' : `Mara ${language}`
    await house.expect(who, { visitorType })
    for (const [shape, viewport] of [['landscape', landscape], ['phone', phone]] as const) {
      const page = await house.kiosk({ viewport })
      const see = async (screen: string): Promise<void> => {
        await shows(page, screen)
        await seen(page, `${language}-${shape}-${screen}`)
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), screen).toBeLessThanOrEqual(0)
      }
      if (viewport === phone) await page.getByLabel('Language').selectOption(language)
      else await page.locator(`button[lang=${language}]`).click()
      await page.locator(`html[lang=${language}]`).waitFor()
      expect(await page.locator('html').getAttribute('dir')).toBe(language === 'ar' ? 'rtl' : 'ltr')
      await see('start')
      await begin(page, 'expected')
      await see('name')
      await type(page, 'name', who)
      await see('confirm')
      await go(page)
      await type(page, 'field', '…')
      await page.locator('[data-primary]').click()
      await see('document')
      await page.context().close()
    }
  })
})

it('says how old its list is, that it must be paired again, and that somebody may have gone', { timeout: 90_000 }, async () => {
  const page = await house.device()
  await page.clock.install()
  await type(page, 'pairing', await house.code())
  await shows(page, 'start')
  await page.route('**/api/v1/kiosk/**', (route) => route.fulfill({ status: 401, json: { code: 'unauthenticated' } }))
  // One jump: had every second of it passed at once, requests would have come to their deadline before their answer could come.
  await page.clock.fastForward(7 * 60_000)
  await page.getByText('needs pairing again').waitFor()
  await page.locator('[data-age]').waitFor()
  await seen(page, 'landscape-start-unpaired')
  await page.getByRole('button', { name: 'Pair it' }).click()
  await shows(page, 'pairing')
  await page.locator('[data-home], .other').first().click()
  await begin(page, 'expected')
  await page.clock.runFor(46_000)
  await shows(page, 'still')
  await seen(page, 'landscape-still')
  await page.context().close()
})

it('says so when the device can keep nothing', async () => {
  await house.expect('Fay Full')
  const page = await house.kiosk({ viewport: portrait })
  await fresh(page)
  await begin(page, 'expected')
  await type(page, 'name', 'Fay Full')
  await shows(page, 'confirm')
  await page.evaluate(() => { IDBDatabase.prototype.transaction = () => { throw new DOMException('full', 'QuotaExceededError') } })
  await go(page)
  await shows(page, 'failed')
  await seen(page, 'portrait-failed')
  await page.context().close()
})

it('weighs at most 60 kB before the first screen, without its letters', async () => {
  const folder = join(builtScreens(), 'kiosk')
  const html = await readFile(join(folder, 'index.html'), 'utf8')
  const parts = [...html.matchAll(/\/kiosk\/(assets\/[^"]+)/g)].map(([, path]) => path!)
  const sizes = await Promise.all(parts.map(async (path) => [path, path.endsWith('.woff2') ? (await readFile(join(folder, path))).length : gzipSync(await readFile(join(folder, path))).length] as const))
  const code = sizes.filter(([path]) => !path.endsWith('.woff2')).reduce((sum, [, n]) => sum + n, gzipSync(html).length)
  const all = sizes.reduce((sum, [, n]) => sum + n, gzipSync(html).length)
  console.log(`first screen ${code} bytes, with its letters ${all} bytes; ${(await readdir(join(folder, 'assets'))).length} files in all`)
  expect(code).toBeLessThanOrEqual(60_000)
  expect(all).toBeLessThanOrEqual(150_000)
})

/** A film of a face of sorts. */
function face(): Buffer {
  const [width, height] = [640, 480]
  const luma = Buffer.alloc(width * height)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const [head, body] = [Math.hypot((x - 320) / 78, (y - 190) / 100), Math.hypot((x - 320) / 170, (y - 480) / 190)]
    luma[y * width + x] = head < 1 ? 190 - head * 30 : body < 1 ? 90 : 150 + y / 12
  }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc(width * height / 4, 118), Buffer.alloc(width * height / 4, 140)])
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame])
}
