/** What is being written when the line goes for a moment, or for longer. */
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { changeVisit } from '#contract/visits.ts'
import { newId } from '#client/lodge.ts'
import { kit } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { leaveClean } from './console.ts'
import { need, openReception, panel, type Reception } from './visits.ts'

let reception: Reception
beforeAll(async () => { reception = await openReception() }, 180_000)
leaveClean(() => reception?.house)

const foot = (page: Page) => page.getByRole('contentinfo', { includeHidden: true }).getByRole('status', { includeHidden: true })

it('[DK3] a line that blinks takes neither the focus nor a word, and saves none', async () => {
  const { id } = await reception.expect('Nora Note')
  const page = await reception.house.enter(`/visits/${id}`)
  const note = panel(page).getByLabel('Note', { exact: true })
  await note.fill('Car')
  reception.house.wire.cut()
  await expect.poll(() => foot(page).textContent()).not.toContain('connected ·')
  await page.waitForTimeout(500)
  await page.keyboard.type(' or irno')
  reception.house.wire.mend()
  await expect.poll(() => foot(page).textContent(), { timeout: 20_000 }).toContain('connected ·')
  expect(new URL(page.url()).pathname).toBe(`/visits/${id}`)
  expect(await note.inputValue()).toBe('Car or irno')
  expect(await note.evaluate((one) => one === document.activeElement)).toBe(true)
  expect(await reception.visit(id)).toMatchObject({ note: '', status: 'expected' })
  await page.keyboard.press('Tab')
  await expect.poll(async () => (await reception.visit(id)).note).toBe('Car or irno')
})

it('[DK3] a line that is away leaves a field open in which somebody writes, keeps what is left there, and saves it when it is back', { timeout: 120_000 }, async () => {
  const { id } = await reception.expect('Lena Long')
  const page = await reception.house.enter(`/visits/${id}`)
  const { wire } = reception.house
  const note = panel(page).getByLabel('Note', { exact: true })
  const company = panel(page).getByLabel('Company', { exact: true })
  const lose = async (): Promise<void> => {
    wire.cut()
    await page.getByText('The server cannot be reached').waitFor({ timeout: 15_000 })
  }
  await note.fill('Car')
  await lose()
  await page.keyboard.type(' or irno')
  await company.focus()
  await page.keyboard.type('rno')   // nothing is begun, and nothing is a key of the page
  expect(await company.inputValue()).toBe('')
  expect(new URL(page.url()).pathname).toBe(`/visits/${id}`)
  expect(await note.inputValue()).toBe('Car or irno')
  await panel(page).getByText('Kept here. It is saved when the connection is back.').waitFor()
  await expectAccessible(page, 'visit with kept words')
  await reception.house.shotAll(page, 'visit-kept-words')
  wire.mend()
  await expect.poll(async () => (await reception.visit(id)).note, { timeout: 40_000 }).toBe('Car or irno')
  await expect.poll(() => panel(page).getByText('Kept here').count()).toBe(0)

  await company.fill('Mine')
  await lose()
  await note.focus()
  await need(reception.house.server.callAs(kit)(changeVisit, { params: { visit: id }, body: { id: newId(), company: 'Theirs' } }))
  wire.mend()
  await panel(page).getByText('Somebody else changed this meanwhile').waitFor({ timeout: 40_000 })
  expect(await company.inputValue()).toBe('Mine')
  expect((await reception.visit(id)).company).toBe('Theirs')
  await company.focus()
  await page.keyboard.press('Escape')
  await expect.poll(() => company.inputValue()).toBe('Theirs')
})

it('[DK3] a line that is away leaves open what is written into a dialog about a visit; sent meanwhile it stays there, with the reason, until it went', { timeout: 120_000 }, async () => {
  const { id } = await reception.expect('Rosa Reason')
  const page = await reception.house.enter(`/visits/${id}`)
  const { wire } = reception.house
  await panel(page).getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Refuse …' }).click()
  const dialog = page.getByRole('dialog')
  const reason = dialog.getByLabel('Why may they not come in?')
  await reason.fill('No badge')
  wire.cut()
  await page.getByText('The server cannot be reached').first().waitFor({ timeout: 15_000 })
  await page.keyboard.type(' of this year')
  expect(await reason.inputValue()).toBe('No badge of this year')
  expect(await panel(page).getByRole('button', { name: 'More', includeHidden: true }).count()).toBe(0)   // nothing is begun meanwhile
  await dialog.getByRole('button', { name: 'Refuse' }).click()
  await dialog.getByRole('alert').getByText('The server cannot be reached').waitFor({ timeout: 30_000 })
  expect(await reason.inputValue()).toBe('No badge of this year')
  expect((await reception.visit(id)).status).toBe('expected')
  await expectAccessible(page, 'refusal that did not go')
  await reception.house.shotAll(page, 'visit-refuse-away')
  wire.mend()
  await expect.poll(() => foot(page).textContent(), { timeout: 40_000 }).toContain('connected ·')
  await dialog.getByRole('button', { name: 'Refuse' }).click()
  await expect.poll(async () => reception.visit(id)).toMatchObject({ status: 'refused', reason: 'No badge of this year' })
  await expect.poll(() => dialog.count()).toBe(0)
})
