import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { listDeliveries } from '#contract/deliveries.ts'
import { saveVisitorType } from '#contract/places.ts'
import { cancelVisit, checkInVisit, createVisit, listVisitLog, type Visit } from '#contract/visits.ts'
import { newId } from '#client/lodge.ts'
import { ada, kit, lobby } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { leaveClean, phoneView } from './console.ts'
import { fromNow, need, openReception, panel, zone, type Reception } from './visits.ts'

const shots = fileURLToPath(new URL('../screenshots/', import.meta.url))
let reception: Reception
const visitorType = newId()
const place = zone.split('/').at(-1)?.replaceAll('_', ' ') ?? ''
/** The visitor reads this far from the house. */
const phoneAway = { ...phoneView, timezoneId: 'Asia/Kathmandu' }

beforeAll(async () => {
  reception = await openReception()
  await need(reception.house.server.callAs(ada)(saveVisitorType, { params: { visitorType }, body: {
    location: lobby.id, name: 'Contractor',
    fields: [{ key: 'plate', label: 'Licence plate', required: true }, { key: 'diet', label: 'What you do not eat', required: false }],
  } }))
}, 120_000)
leaveClean(() => reception?.house)

/** As the visitor gets it: the address stands in the mail. */
async function invite(name: string): Promise<{ visit: Visit; path: string }> {
  const { server } = reception.house
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.com`
  const visit = await need(server.callAs(kit)(createVisit, { body: {
    id: newId(), location: lobby.id, name, email, host: kit.id, visitorType, expectedAt: fromNow(45), leavingAt: fromNow(105), invite: true,
  } }))
  const { deliveries } = await need(server.callAs(ada)(listDeliveries, { query: { limit: 200 } }))
  const path = deliveries.find((d) => d.to === email)?.text.match(/\/invited\/[A-Za-z0-9]{20}/)?.[0]
  if (!path) throw new Error('The mail holds no link.')
  return { visit, path }
}
const open = (path: string): Promise<Page> => reception.house.visit(path, phoneAway)
const changes = async (visit: string): Promise<number> =>
  (await need(reception.house.server.callAs(kit)(listVisitLog, { params: { visit } }))).entries.filter((e) => e.type === 'visit.changed').length

describe('an invitation', () => {
  it('is opened by its link, filled in, seen at the desk, checked in there and left by link', { timeout: 120_000 }, async () => {
    const { house } = reception
    const { visit, path } = await invite('Mara Lindqvist')
    const page = await open(path)
    await page.getByText('Mara Lindqvist, Kit is expecting you.').waitFor()
    await page.getByText('Lantern Street 12').waitFor()
    await page.getByText(`Times of ${place}`).waitFor()
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    await page.getByText(`${clock.format(new Date(visit.expectedAt ?? ''))} – ${clock.format(new Date(visit.leavingAt ?? ''))}`).waitFor()
    await page.getByRole('img', { name: 'Your code for the kiosk' }).waitFor()
    await expectAccessible(page, 'invitation')
    await page.screenshot({ path: `${shots}invited.png`, fullPage: true })
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.screenshot({ path: `${shots}invited-dark.png`, fullPage: true })
    await page.emulateMedia({ colorScheme: 'light' })
    await page.getByRole('button', { name: 'Save' }).tap()
    expect(await changes(visit.id)).toBe(0)   // the plate is needed
    await page.getByLabel('Licence plate').fill('LA 12345')
    await page.getByLabel('Company').fill('Nordlys AB')
    await page.getByLabel('Phone').fill('+46 70 123 45 67')
    await page.getByRole('button', { name: 'Save' }).tap()
    await page.getByText('Saved. You are all set.').waitFor()
    await expectAccessible(page, 'invitation, saved')

    const desk = await house.enter(`/visits/${visit.id}`, { timezoneId: zone, who: kit })
    await expect.poll(() => panel(desk).getByRole('textbox', { name: 'Licence plate' }).inputValue()).toBe('LA 12345')
    expect(await panel(desk).getByRole('textbox', { name: 'Company' }).inputValue()).toBe('Nordlys AB')
    await panel(desk).getByRole('button', { name: /^Check in/ }).click()
    await panel(desk).getByText('You checked in').waitFor()

    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))   // the phone is taken out again
    await page.getByText('Welcome, Mara Lindqvist').waitFor()
    await expectAccessible(page, 'invitation, checked in')
    await page.screenshot({ path: `${shots}invited-here.png`, fullPage: true })
    await page.getByRole('button', { name: 'I am leaving' }).tap()
    await page.getByRole('dialog', { name: 'Are you leaving now?' }).waitFor()
    await expectAccessible(page, 'invitation, leaving')
    expect((await reception.visit(visit.id)).status).toBe('checked_in')
    await page.getByRole('dialog').getByRole('button', { name: 'I am leaving' }).tap()
    await page.getByText('Goodbye, Mara Lindqvist').waitFor()
    expect(await reception.visit(visit.id)).toMatchObject({ status: 'checked_out', leftBy: 'link' })
    await panel(desk).getByText('The visitor left, by link').waitFor()
  })

  it('is saved once although the answer was lost', async () => {
    const { visit, path } = await invite('Lotta Lost')
    const page = await open(path)
    const ids: string[] = []
    await page.route('**/api/v1/invited/*', async (route) => {
      if (route.request().method() !== 'PUT') return route.continue()
      ids.push((route.request().postDataJSON() as { id: string }).id)
      if (ids.length > 1) return route.continue()
      await route.fetch()
      return route.abort()
    })
    await page.getByLabel('Licence plate').fill('LOST 1')
    await page.getByRole('button', { name: 'Save' }).tap()
    await page.getByText('Saved. You are all set.').waitFor()
    expect([ids.length, new Set(ids).size]).toEqual([2, 1])
    expect(await changes(visit.id)).toBe(1)
    await page.getByLabel('Licence plate').fill('LOST 2')
    await page.getByRole('button', { name: 'Save' }).tap()
    await expect.poll(async () => (await reception.visit(visit.id)).fields).toEqual({ plate: 'LOST 2' })
    expect(new Set(ids).size).toBe(2)
  })

  it('keeps what was typed while the line is cut, also across a reload', { timeout: 90_000 }, async () => {
    const { house: { wire } } = reception
    const { visit, path } = await invite('Otto Offline')
    const page = await open(path)
    await page.getByLabel('Licence plate').fill('OFF 1')
    wire.cut()
    await page.getByRole('button', { name: 'Save' }).tap()
    await page.getByText('Not saved yet.').waitFor({ timeout: 40_000 })
    expect(await page.getByLabel('Licence plate').inputValue()).toBe('OFF 1')
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await page.getByText('There is no connection right now').waitFor({ timeout: 20_000 })
    await expectAccessible(page, 'invitation, offline')
    wire.mend()
    await page.reload()
    await expect.poll(() => page.getByLabel('Licence plate').inputValue()).toBe('OFF 1')
    await page.getByRole('button', { name: 'Save' }).tap()
    await page.getByText('Saved. You are all set.').waitFor()
    expect((await reception.visit(visit.id)).fields).toEqual({ plate: 'OFF 1' })
    await page.getByLabel('Company').fill('Too late')
    await need(reception.house.server.callAs(kit)(checkInVisit, { params: { visit: visit.id }, body: { id: newId() } }))
    await page.getByRole('button', { name: 'Save' }).tap()
    await page.getByText('Your visit began before your last answers were saved').waitFor()
  })

  it('says in plain words what is not known, cancelled, or cannot be read', async () => {
    for (const path of [`/invited/${'x'.repeat(20)}`, '/invited/short']) {
      const page = await open(path)
      await page.getByText('This invitation is not valid').waitFor()
      await expectAccessible(page, 'invitation that is not known')
    }
    const { visit, path } = await invite('Carl Cancel')
    await need(reception.house.server.callAs(kit)(cancelVisit, { params: { visit: visit.id }, body: { id: newId() } }))
    const page = await open(path)
    await page.getByText('This visit was cancelled').waitFor()
    await expectAccessible(page, 'invitation, cancelled')
    await page.route('**/api/v1/invited/*', async (route) =>
      route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"code":"unavailable"}' }))
    await page.reload()
    await page.getByText('Your visit cannot be shown right now').waitFor()
    await page.getByRole('img', { name: 'Your code for the kiosk' }).waitFor()
    await expectAccessible(page, 'invitation, away')
  })
})

it('a visit shows photo and signature, and prints its badge in the size of the label', { timeout: 120_000 }, async () => {
  const { house, kiosk } = reception
  const page = await house.enter('/visits', { timezoneId: zone, who: kit })
  const [photo, signature] = await page.evaluate(() => {
    const drawn = (width: number, height: number, type: string, draw: (pen: CanvasRenderingContext2D) => void): string => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height })
      const pen = canvas.getContext('2d')
      if (pen) draw(pen)
      return canvas.toDataURL(type)
    }
    return [
      drawn(240, 300, 'image/jpeg', (pen) => {
        pen.fillStyle = '#c9b59a'
        pen.fillRect(0, 0, 240, 300)
        pen.fillStyle = '#5b4636'
        pen.arc(120, 130, 70, 0, 7)
        pen.fill()
      }),
      drawn(600, 200, 'image/png', (pen) => {
        pen.lineWidth = 5
        pen.moveTo(20, 150)
        pen.bezierCurveTo(200, -80, 300, 300, 580, 60)
        pen.stroke()
      }),
    ] as const
  })
  const visit = await reception.expect('Priya Raman', { company: 'Kaveri Labs', host: kit.id })
  const taken = { photo, signature: { version: 1, image: signature } }
  const [sent] = await kiosk.send([kiosk.operation('check_in', visit.id, { expected: true, name: visit.name, ...taken })])
  expect(sent?.state).toBe('applied')
  await page.getByRole('link', { name: 'Priya Raman' }).click()
  await panel(page).getByRole('img', { name: 'Photo of Priya Raman' }).waitFor()
  await panel(page).getByRole('img', { name: 'Signature of Priya Raman' }).waitFor()
  await expectAccessible(page, 'visit with pictures')
  await house.shot(page, 'visit-pictures')

  await panel(page).getByRole('button', { name: 'Print badge' }).click()
  const dialog = page.getByRole('dialog', { name: 'Badge for Priya Raman' })
  await dialog.getByRole('img', { name: 'Code of the visit' }).waitFor()
  await expectAccessible(page, 'badge')
  await house.shot(page, 'badge')
  await dialog.getByLabel('Label in the printer').selectOption({ label: '102 × 54 mm, landscape' })
  await house.shot(page, 'badge-landscape')
  await page.setViewportSize({ width: 390, height: 844 })
  await expectAccessible(page, 'badge on a phone')
  await house.shot(page, 'badge-phone')
  await page.setViewportSize({ width: 1440, height: 900 })
  const box = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g
  const papers = async (): Promise<string[]> => [...(await page.pdf({ preferCSSPageSize: true })).toString('latin1').matchAll(box)]
    .map(([, w, h]) => `${Math.round(Number(w) / 72 * 25.4)}x${Math.round(Number(h) / 72 * 25.4)}`)
  expect(await papers()).toEqual(['102x54'])
  const saving = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Save as PDF' }).click()
  const saved = await saving
  expect(saved.suggestedFilename()).toBe('Badge of Priya Raman.pdf')
  expect([...(await readFile(await saved.path())).toString('latin1').matchAll(box)].map(([, w, h]) => `${Math.round(Number(w) / 72 * 25.4)}x${Math.round(Number(h) / 72 * 25.4)}`)).toEqual(['102x54'])
  await dialog.getByLabel('Label in the printer').selectOption({ label: '62 × 100 mm, portrait' })
  expect(await papers()).toEqual(['62x100'])
  await page.evaluate(() => { Object.assign(globalThis, { print: () => { document.title = 'printed' } }) })
  await dialog.getByRole('button', { name: 'Print' }).click()
  await expect.poll(() => page.title()).toBe('printed')
  await dialog.getByLabel('Label in the printer').selectOption({ label: '102 × 54 mm, landscape' })
  await page.reload()
  await panel(page).getByRole('button', { name: 'Print badge' }).click()
  await dialog.getByLabel('Label in the printer').waitFor()
  expect(await dialog.getByLabel('Label in the printer').inputValue()).toBe('102x54')
  await page.emulateMedia({ media: 'print' })
  await house.shot(page, 'badge-print')
})
