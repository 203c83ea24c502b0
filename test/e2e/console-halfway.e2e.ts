/** What is half done when something goes wrong, or when one goes elsewhere. */
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { getContact } from '#contract/contacts.ts'
import { valueOf } from '#client/call.ts'
import { uploadBlob } from '#client/upload.ts'
import { makeRule } from '../rules.ts'
import { ada, lobby, mara, tomas } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { composer, leaveClean, list, notices, openHouse, phoneView, row, thread, type House } from './console.ts'

let house: House
beforeAll(async () => { house = await openHouse() }, 120_000)
leaveClean(() => house)
const refusal = { status: 503, contentType: 'application/problem+json', body: JSON.stringify({ code: 'overloaded', detail: 'Too much is going on' }) }
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FAAhKDveksOjmAAAAAElFTkSuQmCC', 'base64')
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
  await house.shotAll(page, 'list-rest')
  isRefused = false
  await pane.getByRole('button', { name: 'Try again' }).click()
  await expect.poll(() => pane.getByText('The rest cannot be read right now').count()).toBe(0)
  expect(asked).toBe(2)
  await list(page).waitFor()
})

it('[BL4] a file goes on into its conversation while another one is open, and what fails there is said', async () => {
  const one = await house.guest('The file is for me', mara)
  await house.guest('And not for me', tomas)
  const page = await house.enter(`/inbox/${one.conversation}?tab=all`, direct)
  const tray = page.getByRole('list', { name: 'Attachments' })
  const attach = async (name: string): Promise<void> => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Attach files' }).click()])
    await chooser.setFiles([{ name, mimeType: 'text/plain', buffer: Buffer.from(`This is ${name}`) }])
  }
  const seen = async (name: string): Promise<void> => {
    await expectAccessible(page, name)
    await house.shotAll(page, name)
  }
  const turnTo = async (text: string): Promise<void> => {
    await row(page, text).click()
    await thread(page).getByText(text).waitFor()
  }
  let answer: () => void = () => {}
  const isHeld = new Promise<void>((resolve) => { answer = resolve })
  await page.route('**/bytes?*', async (route) => {
    await isHeld
    await route.continue()
  })
  await attach('plan.txt')
  await tray.getByText('% sent').waitFor()
  await turnTo('And not for me')
  expect(await tray.count()).toBe(0)
  await row(page, 'The file is for me').getByLabel('Draft').waitFor()
  await turnTo('The file is for me')
  await tray.getByText('0 % sent').waitFor()
  await seen('upload-running')
  await turnTo('And not for me')
  answer()
  const hasArrived = (): Promise<boolean> =>
    page.evaluate((id) => Object.entries(localStorage).some(([key, value]) => key.includes(id) && String(value).includes('plan.txt')), one.conversation)
  await expect.poll(hasArrived).toBe(true)
  await turnTo('The file is for me')
  await tray.getByText('16 B').waitFor()

  await page.unroute('**/bytes?*')
  await page.route('**/api/v1/blobs', async (route) => {
    await page.waitForTimeout(1000)
    await route.fulfill({ status: 507, contentType: 'application/problem+json', body: JSON.stringify({ code: 'unsupported_type', detail: 'No' }) })
  })
  await attach('prices.txt')
  await tray.getByText('prices.txt').waitFor()
  await turnTo('And not for me')
  await notices(page).getByText('prices.txt could not be uploaded').waitFor()
  await turnTo('The file is for me')
  await seen('upload-failed')
  const reason = tray.getByText('Files of this type are not accepted')
  expect(await reason.evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true)   // nothing of it is hidden
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await notices(page).getByText('A file could not be uploaded').waitFor()
  await page.unroute('**/api/v1/blobs')
  await tray.getByRole('button', { name: 'Try again' }).click()
  await expect.poll(() => tray.getByText('18 B').count()).toBe(1)
  await composer(page).focus()
  await page.keyboard.press('Enter')
  await thread(page).getByText('plan.txt').waitFor()
  await thread(page).getByText('prices.txt').waitFor()
})

it('[BL2] a picture is shown and a file is saved although their links have ended', async () => {
  const guest = await house.guest('Here they are', tomas)
  const [picture, file] = await Promise.all([
    { name: 'view.png', mediaType: 'image/png', file: png }, { name: 'wishes.txt', mediaType: 'text/plain', file: Buffer.from('A view') },
  ].map(async (one) => uploadBlob(guest.lodge, { ...one, file: new Uint8Array(one.file), conversation: guest.conversation })))
  await guest.lodge.send({ type: 'message.send', topic: `conversation:${guest.conversation}`, body: { text: '', attachments: [picture!, file!] } }).stored
  const page = await house.enter('/visits', direct)
  const seen = new Set<string>()
  /** The first link of each leads nowhere by now. */
  await page.route('**/api/v1/blobs/*/links', async (route) => {
    const url = new URL(route.request().url()).pathname
    if (seen.has(url)) return route.continue()
    seen.add(url)
    return route.fulfill({ json: { url: `${url}/ended`, expiresAt: new Date().toISOString() } })
  })
  await page.goto(`${house.wire.url}/inbox/${guest.conversation}?tab=all`)
  const shown = thread(page).getByRole('button', { name: 'Show view.png large' })
  await expect.poll(() => shown.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(10)
  for (const { blob } of [picture!, file!]) seen.add(`/api/v1/blobs/${blob}/links`)
  const [saved] = await Promise.all([page.waitForEvent('download'), thread(page).getByText('wishes.txt').click()])
  expect(await readFile(await saved.path(), 'utf8')).toBe('A view')
  await shown.click()
  const [large] = await Promise.all([page.waitForEvent('download'), page.getByRole('dialog').getByRole('button', { name: 'Download' }).click()])
  expect(await readFile(await large.path())).toEqual(png)
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
  await page.getByText('Try again in a moment').waitFor()   // the line is there: nothing reads it again by itself
  await house.shotBoth(page, 'contact-failed')
  await page.setViewportSize(phoneView.viewport)
  await expectAccessible(page, 'contact that cannot be read, on a phone')
  await house.shotBoth(page, 'contact-failed-phone')
  await page.getByRole('main').getByRole('link', { name: 'Contacts' }).click()
  await page.getByRole('link', { name: new RegExp(mara.name) }).click()
  await page.getByText('This contact cannot be read right now').waitFor()
  await page.setViewportSize({ width: 1440, height: 900 })
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

it('[DK2] what cannot be read is not said to come by itself while the line is there, and comes by itself when a line comes back', async () => {
  const page = await house.enter('/visits', direct)
  let isRefused = true
  const unavailable = { ...refusal, body: JSON.stringify({ code: 'unavailable', detail: 'Not now' }) }
  await page.route(/\/api\/v1\/(?:operations\/on-call|reports\/conversations|visits|conversations)(?:\?|$)/, (route) => isRefused ? route.fulfill(unavailable) : route.continue())
  const screens = [['/operations/on-call', 'The page could not be read'], ['/reports', 'The report could not be read'], [`/visits/roll-call/${lobby.id}`, 'The book cannot be read'], ['/inbox?tab=all', 'The list cannot be read']] as const
  for (const [path, title] of screens) {
    await page.goto(house.wire.url + path)
    await page.getByText(title).waitFor()
    await page.getByText('Try again in a moment').waitFor()
    expect(await page.getByText('will be read again').count(), path).toBe(0)
  }
  await page.goto(`${house.wire.url}/operations/on-call`)
  await page.getByText('Try again in a moment').waitFor()
  house.wire.cut()
  await page.getByText('It will be read again when the connection is back').waitFor()
  isRefused = false
  house.wire.mend()
  await page.getByRole('heading', { name: 'People' }).waitFor()
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
  await house.shotAll(page, 'part-away')
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
