import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { cancelBooking, createClosure, listBookings, panelBeatMs } from '#contract/bookings.ts'
import { kioskLanguages } from '#contract/places.ts'
import { pairSpacePanel, unpairSpacePanel, type Space } from '#contract/spaces.ts'
import { newId } from '#client/lodge.ts'
import { ada, kit, lobby, noor } from '../world.ts'
import { expectAccessible, tooSmall } from './axe.ts'
import { leaveClean } from './console.ts'
import { builtScreens } from './screens.ts'
import { clock, need, openOffice, slot, today, zone, type Office } from './spaces.ts'

const shots = fileURLToPath(new URL('../screenshots/', import.meta.url))
const tablet = { width: 1280, height: 800 }
const upright = { width: 800, height: 1280 }
const phone = { width: 390, height: 844 }
let office: Office
beforeAll(async () => {
  office = await openOffice({ withPlan: false })
  mkdirSync(shots, { recursive: true })
}, 120_000)
leaveClean(() => office?.house)

const codeOf = async (space: Space): Promise<string> => (await need(office.house.server.callAs(ada)(pairSpacePanel, { params: { space: space.id } }))).code
/** A tablet at the door. */
async function tabletAt(space: Space, viewport: { width: number; height: number } = tablet): Promise<Page> {
  const page = await office.house.visit(`/panel/${space.id}#${await codeOf(space)}`, { viewport, timezoneId: zone })
  await page.locator('[data-screen=door]').waitFor()
  return page
}
const state = (page: Page, kind: string): Promise<void> => page.locator(`[data-screen=door][data-kind=${kind}]`).waitFor()
const room = async (name: string, more = {}): Promise<Space> => office.space(name, { kind: 'room', capacity: 6, equipment: ['Video'], checkIn: { opensBeforeMinutes: 15, releasesAfterMinutes: 15, wholeDayUntil: '23:30' }, ...more })
/** No finding of axe, every target as large as a thumb, nothing beyond the edge, and a picture. */
async function see(page: Page, name: string): Promise<void> {
  await expectAccessible(page, `panel-${name}`)
  expect(await tooSmall(page), name).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0)
  await page.evaluate(async () => document.fonts.ready)
  await page.screenshot({ path: `${shots}panel-${name}.png` })
}

describe('the panel at the door', () => {
  it('[DP1] is paired by the code that an administrator makes, and stays paired', async () => {
    const space = await room('Quay')
    const page = await office.house.visit('/panel', { viewport: tablet, timezoneId: zone })
    await page.getByLabel('Pair this panel').fill('00000000')
    await page.getByRole('button', { name: 'Pair' }).click()
    await page.getByText('This code is not valid').waitFor()
    await see(page, 'pairing')
    await page.getByLabel('Pair this panel').fill(await codeOf(space))
    await page.getByRole('button', { name: 'Pair' }).click()
    await page.getByRole('heading', { name: 'Quay' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(`/panel/${space.id}`)
    await page.reload()
    await page.getByRole('heading', { name: 'Quay' }).waitFor()
    await need(office.house.server.callAs(ada)(unpairSpacePanel, { params: { space: space.id } }))
    await page.getByLabel('Pair this panel').waitFor({ timeout: 40_000 })
  })

  it('[DP2] books from now on, until the next one at most, and ends', async () => {
    const space = await room('Pier')
    await office.bookFor(noor, space, 45, 60)
    const page = await tabletAt(space)
    await state(page, 'free')
    await page.getByText(`until ${clock(slot(45))}`).first().waitFor()
    expect(await page.getByRole('button', { name: '60 minutes' }).count()).toBe(0)
    await see(page, 'free')
    await page.getByRole('button', { name: '30 minutes' }).click()
    await page.getByText('Booked until').waitFor()
    await state(page, 'taken')
    const { bookings } = await need(office.house.server.callAs(ada)(listBookings, { query: { space: space.id, from: today(), to: today() } }))
    expect(bookings.map((b) => [b.user?.name ?? null, b.status])).toEqual([[null, 'checked_in'], ['Noor', 'booked']])
    await page.getByRole('button', { name: 'End' }).dblclick()   // a hand that shakes ends nothing
    await page.getByRole('button', { name: 'End now? Tap again.', disabled: false }).waitFor()
    await state(page, 'taken')
    await page.getByRole('button', { name: 'End now? Tap again.' }).click()
    await state(page, 'free')
    await page.getByText('It is free again.').waitFor()
  })

  it('[DP3] turns by itself when somebody books, and checks in', async () => {
    const space = await room('Crane')
    const page = await tabletAt(space)
    await state(page, 'free')
    await office.bookFor(kit, space, -1, 50, { title: 'Budget' })
    await state(page, 'expected')
    await page.getByText('Check in until').waitFor()
    await see(page, 'expected')
    await page.getByRole('button', { name: 'Check in' }).click()
    await state(page, 'taken')
    await page.getByText('You are checked in.').waitFor()
    await page.getByText('Kit').first().waitFor()
    await see(page, 'taken')
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.screenshot({ path: `${shots}panel-taken-dark.png` })
  })

  it('[DP3] hears the news also after a power cut, sooner than it would ask', async () => {
    const space = await room('Winch')
    const page = await tabletAt(space)
    await page.reload()
    await state(page, 'free')
    await office.bookFor(kit, space, -1, 50)
    await page.locator('[data-screen=door][data-kind=expected]').waitFor({ timeout: panelBeatMs - 5_000 })
  })

  it('[DP4] keeps names to itself when told to, and says that it is closed', async () => {
    const space = await office.space('Vault', { kind: 'room', panelShowsNames: false })
    await office.bookFor(noor, space, -1, 40, { title: 'Salaries' })
    const page = await tabletAt(space)
    await state(page, 'taken')
    expect(await page.getByText(/Noor|Salaries/).count()).toBe(0)
    await need(office.house.server.callAs(ada)(createClosure, { body: { id: newId(), location: lobby.id, space: space.id, when: { startsAt: slot(-5), endsAt: slot(60) }, text: 'The floor is painted', cancelBookings: true } }))
    await state(page, 'closed')
    await page.getByText('The floor is painted').waitFor()
    await see(page, 'closed')
  })

  it('[DP7] says that it is closed later, and that it takes no bookings', async () => {
    const space = await room('Hatch')
    const page = await tabletAt(space)
    await state(page, 'free')
    await page.getByText('for the rest of the day').waitFor()
    const close = async (startsAt: string): Promise<void> => void await need(office.house.server.callAs(ada)(createClosure, { body: { id: newId(), location: lobby.id, space: space.id, when: { startsAt, endsAt: slot(60) }, text: 'Fire drill', cancelBookings: true } }))
    await close(slot(45))
    await page.getByText(`It closes at ${clock(slot(45))}.`).waitFor()
    await page.getByText(`until ${clock(slot(45))}`).first().waitFor()
    expect(await page.getByText('for the rest of the day').count()).toBe(0)
    expect(await page.getByRole('button', { name: '60 minutes' }).count()).toBe(0)
    await see(page, 'closes')
    await close(new Date(Date.now() + 4 * 60_000).toISOString())
    await page.getByRole('button', { name: '15 minutes' }).waitFor({ state: 'detached' })
    await page.getByText('It closes at').waitFor()
    expect(await page.getByText('Somebody has it').count()).toBe(0)

    const shut = await tabletAt(await room('Buttery', { bookable: false }))
    await state(shut, 'free')
    await shut.getByText('It cannot be booked at present.').waitFor()
    expect(await shut.getByText('Somebody has it').count()).toBe(0)
  })

  it('[DP5] says since when it does not know, keeps what it was told, and books nothing then', { timeout: 90_000 }, async () => {
    const { wire } = office.house
    const space = await room('Buoy')
    const booking = await office.bookFor(noor, space, 30, 60)
    const page = await tabletAt(space)
    await state(page, 'free')
    wire.cut()
    try {
      await page.getByText(/^Offline since \d\d:\d\d\. What is shown may have changed\.$/).waitFor({ timeout: 40_000 })
      expect(await page.getByRole('button', { name: /minutes/ }).count()).toBe(0)
      await page.getByText('Booking, checking in and ending need the connection.').waitFor()
      await page.getByText(clock(booking.startsAt)).first().waitFor()
      await see(page, 'offline')
    } finally {
      wire.mend()
    }
    await need(office.house.server.callAs(ada)(cancelBooking, { params: { booking: booking.id }, body: { id: newId() } }))
    await page.locator('[data-offline=false]').waitFor({ timeout: 20_000 })
    await page.getByText('Nothing more today').waitFor({ timeout: 20_000 })
  })

  it('[DP6] shows what it was told last after a power cut without a network', { timeout: 90_000 }, async () => {
    const { wire } = office.house
    const space = await room('Beacon')
    await office.bookFor(noor, space, 20, 60, { title: 'Tide tables' })
    const page = await tabletAt(space)
    await page.getByText('Noor').first().waitFor()
    await page.evaluate(async () => { await navigator.serviceWorker.ready })
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
    wire.cut()
    try {
      await page.reload()
      await page.getByRole('heading', { name: 'Beacon' }).waitFor()
      await page.getByText('Offline since').waitFor({ timeout: 30_000 })
      await page.getByText('Noor').first().waitFor()
    } finally {
      wire.mend()
    }
  })

  it('does not take what somebody else was quicker to take', async () => {
    const space = await room('Lock')
    const page = await tabletAt(space)
    await state(page, 'free')
    // The news comes late: what is on the screen is older than what is so.
    const old = await page.evaluate(async (path) => (await fetch(path, { headers: { authorization: `Bearer ${JSON.parse(localStorage.getItem(`lodge-panel:${location.pathname.split('/')[2]}`) ?? '{}').token}` } })).json() as Promise<object>, '/api/v1/panel')
    await page.route('**/api/v1/panel', async (route) => route.fulfill({ json: old }))
    await office.bookFor(noor, space, -1, 60)
    await page.getByRole('button', { name: '15 minutes' }).click()
    await page.getByText('Somebody else was quicker.').waitFor()
    await page.unroute('**/api/v1/panel')
    await state(page, 'expected')
  })
})

it('weighs at most 30 kB before the first screen, without its letters', async () => {
  const folder = join(builtScreens(), 'panel')
  const html = await readFile(join(folder, 'index.html'), 'utf8')
  const parts = [...html.matchAll(/\/panel\/(assets\/[^"]+\.(?:js|css))/g)].map(([, path]) => path!)
  expect(parts.length).toBeGreaterThan(1)
  const sizes = await Promise.all(parts.map(async (path) => gzipSync(await readFile(join(folder, path))).length))
  expect(sizes.reduce((sum, n) => sum + n, gzipSync(html).length)).toBeLessThanOrEqual(30_000)
})

describe.each(kioskLanguages.map((language) => ({ language })))('in $language', ({ language }) => {
  it('fits every shape', { timeout: 90_000 }, async () => {
    const space = await room(language === 'ar' ? 'قاعة المرسى' : `Harbour ${language}`)
    await office.bookFor(kit, space, 40, 60, { title: 'Budget' })
    for (const [shape, viewport] of [['tablet', tablet], ['upright', upright], ['phone', phone]] as const) {
      const page = await tabletAt(space, viewport)
      await page.locator('select').selectOption(language)
      await page.locator(`html[lang=${language}]`).waitFor()
      expect(await page.locator('html').getAttribute('dir')).toBe(language === 'ar' ? 'rtl' : 'ltr')
      await see(page, `${language}-${shape}`)
      await page.context().close()
    }
  })
})
