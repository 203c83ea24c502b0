/** One day at the front desk, station by station, with everything real: mails, pushes, camera, kiosk, console, and a server that goes in the middle of it. */
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listDeliveries } from '#contract/deliveries.ts'
import { createVisit, getVisit, listVisitLog, type Visit } from '#contract/visits.ts'
import { saveWatched } from '#contract/watchlist.ts'
import { newId } from '#client/lodge.ts'
import { anywhere } from '#server/http/reach.ts'
import { startPushPeer, type PushPeer } from '../push-peer.ts'
import { startSmtpPeer, type SmtpPeer } from '../smtp-peer.ts'
import { ada, kit, lobby, password } from '../world.ts'
import { openBrowser } from './browser.ts'
import { framesOf } from './film.ts'
import { begin, fresh, go, openLobby, phone, shot, shows, thorough, type, type Lobby } from './kiosk-lobby.ts'
import { allowPush, click, deliver, notes } from './push-browser.ts'
import { clock, fromNow, group, line, need, panel, zone } from './visits.ts'
import { builtScreens } from './screens.ts'

let house: Lobby, mail: SmtpPeer, push: PushPeer, browser: Browser, desk: Page, kiosk: Page
/** How far the server's clock is before everybody else's: minutes need not be waited for. */
let aheadMs = 0

beforeAll(async () => {
  mail = await startSmtpPeer()
  push = await startPushPeer()
  house = await openLobby(builtScreens(), {
    now: () => Date.now() + aheadMs, pushReach: anywhere, baseUrl: () => house.wire.url, mail: { smtpUrl: mail.url, from: 'Front desk <desk@lantern.example>' },
    commandsPerSecond: 1000, commandBurst: 2000,
  })
  await house.place({ zone, walkIns: 'approve' })
  await thorough(house)
  browser = await openBrowser({ isWhole: true })
  desk = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', timezoneId: zone })).newPage()
  desk.setDefaultTimeout(15_000)
  desk.on('pageerror', (error) => house.errors.push(String(error)))
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await house?.close()
  await mail?.close()
  await push?.close()
})

const mailsTo = (address: string): string[] => mail.accepted.filter((m) => m.to === address).map((m) => m.raw.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))))
const subjects = (): string[] => mailsTo(kit.email).map((raw) => /^subject: *(.*(?:\r?\n[ \t].*)*)/im.exec(raw)?.[1]?.replace(/\r?\n[ \t]/g, ' ') ?? '')
const pushed = (): string[] => push.received.map((p) => p.message.title)
const visit = async (id: string): Promise<Visit> => need(house.server.callAs(kit)(getVisit, { params: { visit: id } }))
const home = async (page: Page): Promise<void> => {
  await page.locator('[data-home]').first().click()
  await shows(page, 'start')
}
/** By name, when nothing more is asked. */
async function checkIn(page: Page, name: string): Promise<void> {
  await begin(page, 'expected')
  await type(page, 'name', name)
  await shows(page, 'confirm')
  await go(page)
}

it('a guest is invited, fills in at home, shows the code, signs, is photographed, met, seen and goes', { timeout: 120_000 }, async () => {
  // At the desk: notices in the browser, then an invitation.
  await desk.goto(`${house.wire.url}/sign-in?next=/settings/you`)
  await allowPush(desk.context(), push.browser('kit'))
  await desk.reload()
  await desk.getByLabel('E-mail').fill(kit.email)
  await desk.getByLabel('Password').fill(password)
  await desk.getByRole('button', { name: 'Sign in' }).click()
  await desk.getByRole('checkbox', { name: /^Tell me in this browser/ }).check()
  await desk.getByText('On. This browser tells you').waitFor()
  await desk.goto(`${house.wire.url}/visits?new=true`)
  const dialog = desk.getByRole('dialog', { name: 'New visit' })
  await dialog.getByLabel('Name').fill('Mara Lindqvist')
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill('mara@example.com')
  await dialog.getByRole('combobox', { name: 'Kind of visitor' }).selectOption({ label: 'Contractor' })
  await dialog.getByRole('button', { name: 'Add to the book' }).click()
  await group(desk, 'Expected').getByRole('link', { name: 'Mara Lindqvist' }).waitFor()
  const [guest] = await house.book('Lindqvist')
  if (!guest) throw new Error('The book holds no Mara.')

  // At home: the mail, its link, the page.
  await expect.poll(() => mailsTo('mara@example.com').length).toBe(1)
  const link = mailsTo('mara@example.com')[0]?.match(/http:\/\/127\.0\.0\.1:\d+\/invited\/[A-Za-z0-9]{20}/)?.[0] ?? ''
  expect(link).toBe(`${house.wire.url}/invited/${guest.code}`)
  const home_ = await (await browser.newContext({ viewport: phone, locale: 'en-GB', hasTouch: true })).newPage()
  await home_.goto(link)
  await home_.getByText('Mara Lindqvist, Kit is expecting you.').waitFor()
  await home_.getByLabel('What will you work on?').fill('The lift')
  await home_.getByLabel('Licence plate').fill('LA 12345')
  await home_.getByLabel('Company').fill('Nordlys AB')
  await home_.getByRole('button', { name: 'Save' }).tap()
  await home_.getByText('Saved. You are all set.').waitFor()
  await shot(home_, 'day-1-at-home')

  // In the lobby: the camera sees the code of the mail.
  const video = join(tmpdir(), `day-${process.pid}.y4m`)
  await writeFile(video, framesOf(link))
  kiosk = await house.kiosk({ video })
  await kiosk.getByRole('button', { name: 'Scan a code' }).click()
  await shows(kiosk, 'confirm')
  await shot(kiosk, 'day-2-code-read')
  await go(kiosk)
  // What was said at home is not asked again.
  await shows(kiosk, 'document')
  await kiosk.getByRole('button', { name: 'Type it instead' }).click()
  await kiosk.getByLabel('as a signature').fill('Mara Lindqvist')
  await shot(kiosk, 'day-3-document')
  await go(kiosk)
  await shows(kiosk, 'photo')
  await kiosk.locator('[data-primary]:not([aria-disabled=true])').click()
  await kiosk.getByRole('img').waitFor()
  await go(kiosk)
  await shows(kiosk, 'done')
  await kiosk.locator('html[data-printed="1"]').waitFor()
  expect(await kiosk.locator('.badge').textContent()).toContain('Mara Lindqvist')
  await shot(kiosk, 'day-4-done')

  // The host hears of it twice, once each way; the desk sees it without asking.
  await group(desk, 'On site').getByRole('link', { name: 'Mara Lindqvist' }).waitFor()
  await expect.poll(subjects).toEqual(['Mara Lindqvist is here'])
  await expect.poll(pushed).toEqual(['Mara Lindqvist is here'])
  expect(push.broken).toEqual([])
  await deliver(desk, JSON.stringify(push.received[0]?.message))
  await expect.poll(() => notes(desk)).toMatchObject([{ title: 'Mara Lindqvist is here' }])
  await click(desk, 'Mara Lindqvist is here')
  await panel(desk).getByRole('img', { name: 'Photo of Mara Lindqvist' }).waitFor()
  await panel(desk).getByRole('img', { name: 'Signature of Mara Lindqvist' }).waitFor()
  await shot(desk, 'day-5-desk')
  expect(await visit(guest.id)).toMatchObject({ status: 'checked_in', fields: { purpose: 'The lift', plate: 'LA 12345' }, company: 'Nordlys AB', signed: { version: 1 }, hasPhoto: true, told: true, flags: [] })

  // An alarm, and later the way out.
  await desk.goto(`${house.wire.url}/visits/roll-call/${lobby.id}`)
  await desk.getByRole('checkbox', { name: 'Mara Lindqvist is here' }).click()
  await expect.poll(async () => (await visit(guest.id)).confirmedAt).not.toBe((await visit(guest.id)).arrivedAt)
  await shot(desk, 'day-6-roll-call')
  await desk.goto(`${house.wire.url}/visits`)
  await home(kiosk)
  await begin(kiosk, 'leaving')
  await type(kiosk, 'name', 'Mara Lindqvist')
  await shows(kiosk, 'confirm')
  await go(kiosk)
  await shows(kiosk, 'left')
  await shot(kiosk, 'day-7-left')
  await group(desk, 'On site').getByRole('link', { name: 'Mara Lindqvist' }).waitFor({ state: 'detached' })
  expect(await visit(guest.id)).toMatchObject({ status: 'checked_out', leftBy: 'kiosk' })
  await home(kiosk)
})

it('a group, a walk-in who waits, and somebody on the watchlist', { timeout: 90_000 }, async () => {
  const of = newId()
  for (const name of ['Gro First', 'Gus Middle', 'Gwen Last']) await need(house.server.callAs(kit)(createVisit, { body: { id: newId(), location: lobby.id, name, host: kit.id, expectedAt: fromNow(10), group: of } }))
  const watched = await house.expect('Boris Grishenko')
  await need(house.server.callAs(ada)(saveWatched, { params: { watched: newId() }, body: { name: 'Boris Grischenko', action: 'block', reason: 'Copies keys' } }))
  await fresh(kiosk)
  for (const [name, tells] of [['Gro First', 'Gro First is here, the first of your group'], ['Gus Middle', undefined], ['Gwen Last', 'Gwen Last is here, your group is complete']] as const) {
    await checkIn(kiosk, name)
    await shows(kiosk, 'done')
    await expect.poll(async () => (await house.book(name))[0]?.status).toBe('checked_in')
    if (tells) await expect.poll(() => [subjects().includes(tells), pushed().includes(tells)]).toEqual([true, true])
    await home(kiosk)
  }
  expect([...subjects(), ...pushed()].filter((s) => s.startsWith('Gus'))).toEqual([])
  await line(desk, 'Gwen Last').waitFor()
  await shot(desk, 'day-8-group')

  await begin(kiosk, 'walkIn')
  await type(kiosk, 'name', 'Wanda Walker')
  await type(kiosk, 'company', 'Acme')
  await shows(kiosk, 'type')
  await kiosk.getByRole('button', { name: 'Day visitor' }).click()
  await type(kiosk, 'host', 'Kit')
  await kiosk.getByRole('button', { name: 'Type it instead' }).click()
  await kiosk.getByLabel('as a signature').fill('Wanda Walker')
  await go(kiosk)
  await shows(kiosk, 'waiting')
  await shot(kiosk, 'day-9-waiting')
  expect(subjects()).not.toContain('Wanda Walker is here')
  await line(desk, 'Wanda Walker').getByRole('button', { name: /^Let in/ }).click()
  await shows(kiosk, 'done')
  await expect.poll(() => [subjects().includes('Wanda Walker is here'), pushed().includes('Wanda Walker is here')]).toEqual([true, true])
  await home(kiosk)

  await checkIn(kiosk, 'Boris Grishenko')
  await shows(kiosk, 'waiting')
  expect(await kiosk.locator('h1').innerText()).toBe('Reception is coming')
  await expect.poll(async () => (await visit(watched.id)).flags).toContain('watchlist')
  await line(desk, 'Boris Grishenko').waitFor()
  await shot(desk, 'day-10-watchlist')
  expect((await visit(watched.id)).status).toBe('waiting')
  expect(subjects().filter((s) => s.startsWith('Boris'))).toEqual([])
  await home(kiosk)
})

it('[P8] the server goes in the middle of the day: the lobby goes on, and the book is whole afterwards', { timeout: 120_000 }, async () => {
  const [one, two] = [await house.expect('Odin Offline'), await house.expect('Freya Offline')]
  await fresh(kiosk)
  await line(desk, 'Freya Offline').waitFor()
  await house.server.stop()
  for (const name of ['Odin Offline', 'Freya Offline']) {
    await checkIn(kiosk, name)
    await shows(kiosk, 'done')
    await kiosk.getByText('Kit will be told as soon as we are back online.').waitFor()
    if (name === 'Odin Offline') await shot(kiosk, 'day-11-server-gone')
    await home(kiosk)
  }
  await begin(kiosk, 'leaving')
  await type(kiosk, 'name', 'Freya Offline')
  await shows(kiosk, 'confirm')
  await go(kiosk)
  await shows(kiosk, 'left')
  await home(kiosk)
  const said = Date.now()
  await desk.getByRole('contentinfo').getByRole('status').getByText(/^(reconnecting|connecting|offline)/).waitFor()
  await shot(desk, 'day-12-desk-alone')

  // Ten minutes later: longer than a notice may take, shorter than a ticket lives.
  aheadMs = 10 * 60_000
  await house.server.start()
  await kiosk.evaluate(() => dispatchEvent(new Event('online')))
  await expect.poll(async () => (await house.book('Offline')).map((v) => `${v.name} ${v.status}`).toSorted(), { timeout: 40_000 }).toEqual(['Freya Offline checked_out', 'Odin Offline checked_in'])
  const odin = await visit(one.id)
  expect(odin.flags).toEqual(['late'])
  expect(Math.abs(Date.parse(odin.arrivedAt ?? '') - said)).toBeLessThan(60_000)
  // Each once: in the book, in its log, in the host's mails and pushes. Who has left by now is told of by nobody.
  for (const { id } of [one, two]) {
    const { entries } = await need(house.server.callAs(kit)(listVisitLog, { params: { visit: id } }))
    expect(entries.filter((e) => e.type === 'visit.checked_in')).toHaveLength(1)
  }
  await expect.poll(() => subjects().filter((s) => s === 'Odin Offline is here').length, { timeout: 20_000 }).toBe(1)
  await expect.poll(() => pushed().filter((s) => s === 'Odin Offline is here').length).toBe(1)
  expect([...subjects(), ...pushed()].filter((s) => s.startsWith('Freya'))).toEqual([])
  for (const text of [mailsTo(kit.email).find((raw) => raw.includes('Odin Offline is here')) ?? '', push.received.find((p) => p.message.title === 'Odin Offline is here')?.message.body ?? '']) {
    expect(text).toContain(clock(odin.arrivedAt ?? ''))
    expect(text).toContain('The kiosk was offline')
  }
  await group(desk, 'On site').getByRole('link', { name: 'Odin Offline' }).waitFor({ timeout: 30_000 })
  await shot(desk, 'day-13-whole-again')
  const { deliveries } = await need(house.server.callAs(ada)(listDeliveries, { query: { limit: 200 } }))
  expect(deliveries.filter((d) => d.state !== 'sent')).toEqual([])
  expect(new Set(subjects()).size).toBe(subjects().length)
  expect(new Set(pushed()).size).toBe(pushed().length)
  expect(house.errors.filter((e) => !/Failed to fetch|WebSocket/.test(e))).toEqual([])
})
