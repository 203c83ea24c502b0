/** What is half done when something goes wrong, or when one goes elsewhere. */
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { getContact } from '#contract/contacts.ts'
import { valueOf } from '#client/call.ts'
import { makeRule } from '../rules.ts'
import { ada, mara, tomas } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { composer, leaveClean, list, notices, openHouse, phoneView, row, thread, type House } from './console.ts'

let house: House
beforeAll(async () => { house = await openHouse() }, 120_000)
leaveClean(() => house)
const refusal = { status: 503, contentType: 'application/problem+json', body: JSON.stringify({ code: 'overloaded', detail: 'Too much is going on' }) }
/** Requests can be answered in the server's stead. */
const direct = { serviceWorkers: 'block' } as const

it('[DK1] a further page of the list that was refused is asked for again by a person only', async () => {
  await house.guest('The first of many', mara)
  const page = await house.enter('/visits', direct)
  let asked = 0
  let isRefused = true
  await page.route(/\/api\/v1\/conversations\?/, async (route) => {
    const isFurther = route.request().url().includes('cursor=')
    if (isFurther) asked++
    if (isFurther && isRefused) return route.fulfill(refusal)
    const body = await (await route.fetch({ url: route.request().url().replace(/&?cursor=[^&]*/, '') })).json() as { conversations: unknown[] }
    return route.fulfill({ json: isFurther ? { ...body, conversations: [], next: null } : { ...body, next: 'further' } })
  })
  await page.goto(`${house.wire.url}/inbox?tab=all`)
  await row(page, 'The first of many').waitFor()
  await expect.poll(() => asked).toBeGreaterThan(0)
  await page.waitForTimeout(1500)
  expect(asked).toBe(1)
  const pane = page.getByRole('region', { name: 'Conversations' })
  await pane.getByText('The rest cannot be read right now').waitFor()
  await expectAccessible(page, 'list without its rest')
  await house.shotBoth(page, 'list-rest')
  await page.setViewportSize(phoneView.viewport)
  await house.shotBoth(page, 'list-rest-phone')
  await page.setViewportSize({ width: 1440, height: 900 })
  isRefused = false
  await pane.getByRole('button', { name: 'Try again' }).click()
  await expect.poll(() => pane.getByText('The rest cannot be read right now').count()).toBe(0)
  expect(asked).toBe(2)
  await list(page).waitFor()
})

it('[DK2] a field belongs to the contact it was opened for, also when one goes back while writing', async () => {
  const call = house.server.callAs(ada)
  const emailOf = async (contact: string): Promise<string | null> => valueOf(await call(getContact, { params: { contact } })).email
  const page = await house.enter(`/contacts/${mara.id}`)
  const email = page.getByRole('textbox', { name: 'E-mail' })
  await expect.poll(() => email.inputValue()).toBe(mara.email)
  await page.getByRole('link', { name: new RegExp(tomas.name) }).click()
  await expect.poll(() => email.inputValue()).toBe('')
  await email.focus()
  await page.keyboard.type('tomas@example.com')
  await page.goBack()
  await expect.poll(() => page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe(mara.name)
  expect(await email.inputValue()).toBe(mara.email)
  await page.keyboard.press('Tab')
  await expect.poll(() => emailOf(tomas.id)).toBe('tomas@example.com')   // left is saved
  expect(await emailOf(mara.id)).toBe(mara.email)
})

it('[DK2] a contact that is there stays when it cannot be read again, and one that is not can be asked for again', async () => {
  const page = await house.enter('/visits', direct)
  let isRefused = true
  await page.route(`**/api/v1/contacts/${mara.id}`, (route) => isRefused ? route.fulfill(refusal) : route.continue())
  await page.goto(`${house.wire.url}/contacts/${mara.id}`)
  const name = page.getByRole('textbox', { name: 'Name' })
  await page.getByText('This contact cannot be read right now').waitFor()
  await house.shotBoth(page, 'contact-failed')
  isRefused = false
  await page.getByRole('button', { name: 'Try again' }).click()
  await name.waitFor()
  // Saved, and what is read afterwards is refused.
  const reread = page.waitForResponse((response) => response.request().method() === 'GET' && response.url().endsWith(mara.id))
  await page.unroute(`**/api/v1/contacts/${mara.id}`)
  await page.route(`**/api/v1/contacts/${mara.id}`, (route) => route.request().method() === 'GET' ? route.fulfill(refusal) : route.continue())
  await page.getByRole('textbox', { name: 'Notes' }).fill('Likes the quiet side')
  await page.keyboard.press('Tab')
  await reread
  await page.waitForTimeout(300)
  expect(await name.inputValue()).toBe(mara.name)
})

it('[RU17] a suggestion that is edited takes the focus once, and a refusal brings it back as it was written', async () => {
  await makeRule(house.server.callAs(ada), { name: 'Late', mode: 'suggest', once: 'conversation', actions: [{ do: 'message', text: 'Until two.' }] })
  const guest = await house.guest('May we stay longer?', tomas)
  const page = await house.enter(`/inbox/${guest.conversation}`, direct)
  const strip = page.getByRole('region', { name: 'Rules at work here' })
  await strip.getByRole('button', { name: 'Edit' }).click()
  const box = strip.getByLabel('Text of the suggestion')
  expect(await box.evaluate((one) => one === document.activeElement)).toBe(true)
  await box.fill('Until three, gladly.')
  await composer(page).focus()
  await guest.say('Please?')
  await thread(page).getByText('Please?').waitFor()
  await page.keyboard.type('Let me see')
  expect(await composer(page).inputValue()).toBe('Let me see')
  expect(await box.inputValue()).toBe('Until three, gladly.')

  let answer: () => void = () => {}
  const isHeld = new Promise<void>((resolve) => { answer = resolve })
  await page.route('**/acceptance', async (route) => {
    await isHeld
    await route.fulfill(refusal)
  })
  await strip.getByRole('button', { name: 'Send' }).click()
  await expect.poll(() => box.count()).toBe(0)
  await composer(page).focus()
  answer()
  await box.waitFor()
  expect(await box.inputValue()).toBe('Until three, gladly.')
  expect(await composer(page).evaluate((one) => one === document.activeElement)).toBe(true)
  await page.unroute('**/acceptance')
  await strip.getByRole('button', { name: 'Send' }).click()
  await thread(page).getByText('Until three, gladly.').waitFor()
})

const marked = (page: Page): Promise<unknown> => page.evaluate('window.isSame')
const reports = /\/assets\/reports-screen-[^/]+\.js$/

it('[DK4] a part that does not come ahead of time changes nothing, and comes with a shell that is loaded again when it is wanted', async () => {
  const page = await house.enter('/visits', direct)
  const palette = /\/assets\/palette-[^/]+\.js$/
  let failed = 0
  await page.route(palette, (route) => { failed++; return route.abort() })
  await page.route(reports, (route) => { failed++; return route.abort() })
  await page.reload()
  await page.evaluate('window.isSame = true')
  await page.getByText('connected ·').waitFor({ state: 'attached' })
  await page.getByRole('link', { name: 'Reports' }).hover()
  await expect.poll(() => failed).toBe(2)
  await page.waitForTimeout(500)   // a page would have reported an error, or loaded itself again, by now
  expect(await marked(page)).toBe(true)
  await page.unroute(palette)
  await page.keyboard.press('Control+k')   // this browser does not fetch a second time what it could not fetch
  await expect.poll(() => marked(page)).toBeUndefined()
  await page.getByText('connected ·').waitFor({ state: 'attached' })
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Where to, who, or what?').waitFor()
})

it('[DK4] a screen that was never loaded waits for the server and then opens; a menu says that it cannot', async () => {
  await house.guest('Is there a menu?', mara)
  const page = await house.enter('/inbox?tab=all', direct)
  await row(page, 'Is there a menu').click()
  await thread(page).waitFor()
  await page.evaluate('window.isSame = true')
  house.wire.cut()
  await page.keyboard.press('l')
  await notices(page).getByText('This cannot be opened right now').waitFor()
  await thread(page).waitFor()
  await page.getByRole('link', { name: 'Reports' }).click()
  await page.getByText('The server cannot be reached').waitFor()
  await expectAccessible(page, 'screen that is away')
  await house.shotBoth(page, 'part-away')
  await page.setViewportSize(phoneView.viewport)
  await house.shotBoth(page, 'part-away-phone')
  await page.setViewportSize({ width: 1440, height: 900 })
  house.wire.mend()
  await page.getByRole('heading', { name: 'Reports' }).first().waitFor()
})

it('[DK4] [P12] a screen that is no longer on the server comes with the new shell', async () => {
  const page = await house.enter('/visits', direct)
  await page.evaluate('window.isSame = true')
  let isGone = true
  await page.route(reports, (route) => isGone ? route.fulfill({ status: 404, body: '' }) : route.continue())
  page.once('load', () => { isGone = false })   // the new shell names another file; this test has only the one
  await page.getByRole('link', { name: 'Reports' }).click()
  await page.getByRole('heading', { name: 'Reports' }).first().waitFor()
  expect(await marked(page)).toBeUndefined()
})
