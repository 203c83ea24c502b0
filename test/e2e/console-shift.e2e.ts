/** A shift at the desk: what people get in each other's way with, or in their own. */
import type { Locator } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { saveCanned } from '#contract/inboxes.ts'
import { newId } from '#client/lodge.ts'
import { ada, mara, tomas } from '../world.ts'
import { composer, leaveClean, list, openHouse, phoneView, readArabic, row, thread, type House } from './console.ts'

let house: House
beforeAll(async () => { house = await openHouse() }, 120_000)
leaveClean(() => house)

/** Where the letters stand, whatever the box around them. */
const letters = async (words: Locator): Promise<{ left: number; right: number }> => words.evaluate((element) => {
  const range = element.ownerDocument.createRange()
  range.selectNodeContents(element)
  const { left, right } = range.getBoundingClientRect()
  return { left, right }
})

it('keeps the box of the search within the list', async () => {
  await house.guest('Where is the key?', tomas)
  const page = await house.enter('/inbox?tab=all')
  await row(page, 'Where is the key').waitFor()
  await page.keyboard.press('Control+Shift+F')
  const box = await page.getByRole('searchbox', { name: 'Search' }).boundingBox()
  const pane = await page.getByRole('region', { name: 'Conversations' }).boundingBox()
  expect(box!.x).toBeGreaterThan(pane!.x)
  expect(box!.x + box!.width).toBeLessThan(pane!.x + pane!.width)
  await house.shotAll(page, 'search-box')
})

it('shows the chosen canned answer on a phone whose keyboard takes half of the screen', async () => {
  for (const shortcut of ['breakfast', 'bye', 'garage', 'hello', 'late', 'moment', 'pool', 'taxi']) {
    await house.server.callAs(ada)(saveCanned, { params: { canned: newId() }, body: { shortcut, text: `What we say about ${shortcut}` } })
  }
  const guest = await house.guest('And breakfast?', tomas)
  const page = await house.enter(`/inbox/${guest.conversation}`, { ...phoneView, viewport: { width: 390, height: 430 } })
  await thread(page).getByText('And breakfast?').waitFor()
  await composer(page).fill(`${'What was written before it, at length. '.repeat(8)}/`)
  await composer(page).press('End')
  await page.keyboard.type('b')
  await page.keyboard.press('Backspace')
  const chosen = page.getByRole('option', { selected: true })
  await chosen.waitFor()
  expect((await chosen.boundingBox())!.y).toBeGreaterThanOrEqual(0)
  await page.screenshot({ path: 'test/screenshots/console-canned-phone-keyboard.png' })
})

it('begins names where the page begins, in Arabic as well', async () => {
  const guest = await house.guest('Good evening', mara)
  const page = await house.enter(`/inbox/${guest.conversation}?tab=all`)
  await readArabic(page)
  const line = page.getByRole('link', { name: /Good evening/ }).first()
  await line.waitFor()
  const [name, words] = [await letters(line.getByText(mara.name, { exact: true })), await letters(line.getByText('Good evening', { exact: true }))]
  expect(Math.abs(name.right - words.right)).toBeLessThan(3)
  await page.keyboard.press('a')
  const person = page.getByRole('option').filter({ hasText: 'Kit' })
  await person.waitFor()
  expect((await person.boundingBox())!.x + (await person.boundingBox())!.width - (await letters(person.locator('bdi'))).right).toBeLessThan(60)
})
