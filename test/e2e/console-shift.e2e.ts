/** A shift at the desk: what people get in each other's way with, or in their own. */
import { beforeAll, expect, it } from 'vitest'
import { tomas } from '../world.ts'
import { leaveClean, list, openHouse, row, type House } from './console.ts'

let house: House
beforeAll(async () => { house = await openHouse() }, 120_000)
leaveClean(() => house)

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
