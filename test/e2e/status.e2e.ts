/** The status page as people see it, the console in which it is written, and what of it stands on everybody's screen. */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { saveKiosk } from '#contract/kiosks.ts'
import { newId } from '#client/lodge.ts'
import { incidents } from '#server/status/incidents.ts'
import { ensureStatusProcess, stopStatusProcess, type Running } from '#server/status/process.ts'
import { ada, iris, kit, lobby, website } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { leaveClean, notices, openHouse, phoneView, readArabic, type House } from './console.ts'
import { need } from './visits.ts'

const shots = fileURLToPath(new URL('../screenshots/', import.meta.url))
const wide = { viewport: { width: 1440, height: 900 } }
let house: House, page: Running
const hours = (n: number): string => new Date(Date.now() + n * 3_600_000).toISOString()

beforeAll(async () => {
  mkdirSync(shots, { recursive: true })
  house = await openHouse()
  const { folder } = house.server.app.verbs.status
  page = await ensureStatusProcess({ data: dirname(folder), port: 0, watches: house.server.url, env: { PATH: process.env['PATH'], LOG_LEVEL: 'warn', SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'Status <status@lantern.example>' }, version: 'test' })
}, 180_000)
afterAll(() => stopStatusProcess(house.server.app.verbs.status.folder))
leaveClean(() => house)

const dialog = (of: Page) => of.getByRole('dialog')
const fits = async (of: Page, what: string): Promise<void> => { expect(await of.evaluate(() => document.documentElement.scrollWidth - innerWidth), what).toBeLessThanOrEqual(0) }
/** Ours, of another time, so that history and bars have something to show. */
async function past(): Promise<string> {
  const { book } = house.server.app.verbs.status
  const verbs = incidents({ book, now: Date.now })
  const { id } = await verbs.open('Ada', { id: 'kiosks', title: 'Kiosks did not synchronise', text: 'Check-ins are kept on the kiosks.', affected: [{ component: 'kiosk', level: 'down' }], at: hours(-75), impact: [{ from: hours(-75), to: null }] })
  await verbs.update('Ada', id, { text: 'The storage is back.\n\n- All kiosks are connected\n- Nothing is lost', state: 'monitoring', at: hours(-73), impactTo: hours(-73) })
  await verbs.resolve('Ada', id, { text: 'Three hours without a new case.', at: hours(-70) })
  await verbs.edit('Ada', id, {
    cause: 'The mass storage of our provider failed.', timeline: [{ at: hours(-75), text: 'First alert' }, { at: hours(-73), text: 'Storage is back' }],
    remediation: [{ text: 'Kiosks keep every check-in in a log of their own', state: 'done' }, { text: 'Ask the provider', state: 'in_progress' }, { text: 'Rehearse it each month', state: 'scheduled' }],
    postmortem: { text: '## What happened\n\nEvents were rejected.', published: hours(-20) },
  })
  return id
}

describe('the console', () => {
  it('[SG5] [SG7] [SG16] writes an incident from the proposal to the post-mortem', { timeout: 180_000 }, async () => {
    const { status } = house.server.app.verbs
    const desk = await house.enter('/settings/status', { ...wide, who: ada })
    await desk.getByText('Nothing is wrong.').waitFor()
    await expectAccessible(desk, 'status, nothing wrong')
    await house.shot(desk, 'status-empty')
    await status.propose({ title: 'Bookings hang', components: [{ component: 'bookings', level: 'down' }], evidence: '16 of 16 connections taken, the oldest for 9 s', by: 'watchdog: connections' })
    await desk.getByRole('article', { name: 'Bookings hang' }).getByText('What was seen').click()
    await desk.getByRole('article', { name: 'Bookings hang' }).getByText('16 of 16 connections taken').waitFor()
    await desk.getByRole('region', { name: 'Status' }).getByText('A watchdog proposes:').waitFor()
    await expectAccessible(desk, 'proposal')
    await house.shotBoth(desk, 'status-proposal')
    await desk.getByRole('button', { name: 'Publish' }).click()
    const card = desk.getByRole('article', { name: 'Bookings hang' })
    await card.getByText('Investigating').first().waitFor()
    // Above this screen and every other.
    await desk.getByRole('region', { name: 'Status' }).getByText('Bookings hang').first().waitFor()

    await card.getByRole('button', { name: 'Write an update' }).click()
    await dialog(desk).getByLabel('What to tell them').fill('We have restarted the booking service.')
    await dialog(desk).getByLabel('How far it is').selectOption({ label: 'Monitoring' })
    await dialog(desk).getByText('What is affected').first().click()
    await dialog(desk).getByLabel('Bookings of desks and rooms').selectOption({ label: 'Slow' })
    await expectAccessible(desk, 'update form')
    await dialog(desk).getByText('What is affected').first().click()   // what is folded again is sent all the same
    await house.shot(desk, 'status-update')
    await dialog(desk).getByRole('button', { name: 'Publish' }).click()
    await card.getByText('May be called resolved from').waitFor()
    expect([...status.book.state.incident.values()][0]!.affected).toEqual([{ component: 'bookings', level: 'slow' }])
    await card.getByRole('button', { name: 'Resolve' }).click()
    await dialog(desk).getByLabel('What to tell them').fill('Bookings work again.')
    await dialog(desk).getByLabel('Why it is resolved already').fill('It was a rehearsal')
    await dialog(desk).getByRole('button', { name: 'Resolve' }).click()
    await notices(desk).getByText('Resolved').waitFor()
    await card.getByText('Called resolved before its time: It was a rehearsal').waitFor()

    await card.getByRole('button', { name: 'Record and post-mortem' }).click()
    await dialog(desk).getByLabel('First felt').fill('2026-01-02T03:04')
    await dialog(desk).getByLabel('Agents').check()
    await dialog(desk).getByLabel('Cause').fill('A list of connections that grew.')
    await dialog(desk).getByLabel('What is done about it').fill('done: Deadlines\nsomething')
    await dialog(desk).getByRole('button', { name: 'Save' }).click()
    await dialog(desk).getByText('not of the right form: something').waitFor()
    await dialog(desk).getByLabel('What is done about it').fill('done: Deadlines\nscheduled: Read the code')
    await dialog(desk).getByRole('button', { name: 'Draft it from the record' }).click()
    await expect.poll(() => dialog(desk).getByLabel('Post-mortem', { exact: true }).inputValue()).toMatch(/A list of connections that grew\.[\s\S]+16 of 16 connections[\s\S]+- Done: Deadlines/)
    await dialog(desk).getByLabel('Publish the post-mortem').check()
    await expectAccessible(desk, 'record form')
    await house.shot(desk, 'status-record')
    await dialog(desk).getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => [...status.book.state.incident.values()][0]?.postmortem?.published ?? null).not.toBeNull()
    expect([...status.book.state.incident.values()][0]).toMatchObject({ audience: ['agents'], impact: [{ from: '2026-01-02T02:04:00.000Z' }] })   // by this device's clock

    await card.getByRole('button', { name: 'It is back' }).click()
    await dialog(desk).getByLabel('What to tell them').fill('Bookings hang again.')
    await dialog(desk).getByRole('button', { name: 'Publish' }).click()
    await card.getByRole('button', { name: 'Resolve' }).waitFor()
    expect([...status.book.state.incident.values()][0]).toMatchObject({ state: 'investigating', resolvedAt: null, impact: [{ to: expect.any(String) as string }, { to: null }] })
  })

  it('[SG9] [SG10] opens an incident, announces maintenance, adds components and subscribers, wide and on a phone', { timeout: 180_000 }, async () => {
    await past()
    const desk = await house.enter('/settings/status', { ...wide, who: ada })
    await desk.getByRole('button', { name: 'New incident' }).click()
    await dialog(desk).getByLabel('What people notice').fill('Messages are delayed')
    await dialog(desk).getByLabel('What to tell them').fill('Answers arrive some minutes late. Nothing is lost.')
    await dialog(desk).getByLabel('Inbox and replies').selectOption('slow')
    await dialog(desk).getByLabel('Kiosk', { exact: true }).selectOption('disrupted')
    await expectAccessible(desk, 'incident form')
    await house.shot(desk, 'status-open')
    await dialog(desk).getByRole('button', { name: 'Publish' }).click()
    await desk.getByRole('article', { name: 'Messages are delayed' }).waitFor()
    await desk.getByRole('button', { name: 'Announce maintenance' }).click()
    await dialog(desk).getByLabel('What is done').fill('A new database')
    await dialog(desk).getByLabel('Bookings of desks and rooms').check()
    await dialog(desk).getByRole('button', { name: 'Announce' }).click()
    await desk.getByRole('button', { name: 'It does not take place' }).waitFor()
    await desk.getByRole('button', { name: 'Change it' }).click()
    await dialog(desk).getByLabel('What is done').fill('A new database, later')
    await dialog(desk).getByRole('button', { name: 'Announce' }).click()
    await desk.getByText('A new database, later').first().waitFor()
    expect([...house.server.app.verbs.status.book.state.maintenance.values()]).toMatchObject([{ title: 'A new database, later', components: ['bookings'] }])
    await desk.getByRole('button', { name: 'New component' }).click()
    await dialog(desk).getByLabel('Name').fill('Lifts')
    await dialog(desk).getByLabel('Provider it comes from').fill('Liftkontroll AB')
    await dialog(desk).getByRole('button', { name: 'Save' }).click()
    await desk.getByText('by Liftkontroll AB').waitFor()
    await desk.getByRole('button', { name: 'Add', exact: true }).click()
    await dialog(desk).getByLabel('E-mail address or').fill('https://127.0.0.1/hook')
    await dialog(desk).getByRole('button', { name: 'Add' }).click()
    await dialog(desk).getByText('no https:// address that the whole world').waitFor()
    await dialog(desk).getByLabel('E-mail address or').fill('https://hooks.example.com/status')
    await dialog(desk).getByLabel('Kiosk', { exact: true }).check()
    await house.shotBoth(desk, 'status-subscriber')
    await dialog(desk).getByRole('button', { name: 'Add' }).click()
    await dialog(desk).getByText('whsec_').waitFor()
    await dialog(desk).getByRole('button', { name: 'Done' }).click()
    await desk.getByText('Only about Kiosk').waitFor()
    await expectAccessible(desk, 'status')
    await house.shotBoth(desk, 'status')
    await house.endTabs()
    const phone = await house.enter('/settings/status', { ...phoneView, who: ada })
    await phone.getByRole('article', { name: 'Messages are delayed' }).waitFor()
    await expectAccessible(phone, 'status on a phone')
    await fits(phone, 'status on a phone')
    await house.shotBoth(phone, 'phone-status')
    await house.endTabs()
    const arabic = await house.enter('/settings/status', { ...wide, who: ada })
    await readArabic(arabic)
    await arabic.getByText('هناك ما لا يعمل كما ينبغي').waitFor()
    await house.shot(arabic, 'status-arabic')
  })

  it('[SG16] shows another account’s administrator what concerns it, and no pen', async () => {
    const desk = await house.enter('/settings/status', { ...wide, who: iris })
    await desk.getByText('written by administrators of the account that runs this house').waitFor()
    await desk.getByRole('article', { name: 'Messages are delayed' }).waitFor()
    expect(await desk.getByRole('button', { name: /New incident|Write an update|Announce/ }).count()).toBe(0)
    await expectAccessible(desk, 'status, not the operator')
  })

  it('[SG17] answers all affected conversations with one message', { timeout: 90_000 }, async () => {
    const guest = await house.guest('Is anybody there?')
    await house.server.app.feed.settled()
    const desk = await house.enter('/settings/status', { ...wide, who: ada })
    const card = desk.getByRole('article', { name: 'Messages are delayed' })
    await card.getByRole('button', { name: 'Reply to all affected' }).click()
    await dialog(desk).getByText('One open conversation was active since it began.').waitFor()
    await dialog(desk).getByLabel('Message').fill('We are back; thank you for waiting.')
    await expectAccessible(desk, 'reply to all')
    await house.shot(desk, 'status-reply')
    await dialog(desk).getByRole('button', { name: 'Send to all' }).click()
    await card.getByText('Sent to one conversation').waitFor({ timeout: 20_000 })
    await desk.goto(`${house.wire.url}/inbox/${guest.conversation}`)
    await desk.getByRole('log', { name: 'Messages' }).getByText('We are back; thank you for waiting.').waitFor()
  })
})

describe('the banner', () => {
  it('[SG9] stands in the console of an agent until it is put away, and comes back when something changes', { timeout: 90_000 }, async () => {
    const desk = await house.enter('/inbox', { ...wide, who: kit })
    const banner = desk.getByRole('region', { name: 'Status' }).getByRole('status').filter({ hasText: 'Messages are delayed' })
    await banner.waitFor()
    await expectAccessible(desk, 'banner')
    await house.shotBoth(desk, 'status-banner')
    await banner.getByRole('button', { name: 'Hide until something changes' }).click()
    await banner.waitFor({ state: 'detached' })
    const { book } = house.server.app.verbs.status
    const open = [...book.state.incident.values()].find((i) => i.title === 'Messages are delayed')!
    await incidents({ book, now: Date.now }).update('Ada', open.id, { text: 'Only some accounts still wait.', state: 'identified' })
    await banner.getByText('Only some accounts still wait.').waitFor()
    // When nobody can be asked, the way to the page is known.
    await book.change('Ada', 'page', () => ({ puts: [{ kind: 'page', id: 'page', value: { name: 'Lodge', url: 'https://status.lantern.example', auto: false, cleanMinutes: 10 } }], result: undefined }))
    await expect.poll(() => desk.evaluate(() => localStorage.getItem('lodge:status-page'))).toBe('https://status.lantern.example')
    house.wire.cut()
    expect(await desk.getByRole('contentinfo').getByRole('link', { name: 'Status page' }).getAttribute('href')).toBe('https://status.lantern.example')
  })

  it('[SG9] tells visitors in the messenger and at the kiosk, and goes when it is over', { timeout: 120_000 }, async () => {
    const visitor = await house.visit(`/guest?inbox=${website.id}`)
    await visitor.locator('lodge-messenger .bubble').click()
    const notice = visitor.locator('lodge-messenger .status').getByText('Messages are delayed')
    await notice.waitFor()
    await expectAccessible(visitor, 'messenger with a notice')
    await house.shotBoth(visitor, 'status-messenger')
    const { code } = await need(house.server.callAs(ada)(saveKiosk, { params: { kiosk: newId() }, body: { name: 'Entrance', location: lobby.id } }))
    const kiosk = await house.visit('/kiosk', { viewport: { width: 1280, height: 800 } })
    await kiosk.getByLabel('Pair this kiosk').fill(code)
    await kiosk.locator('[data-primary]').click()
    await kiosk.locator('.notice').getByText('Messages are delayed').waitFor({ timeout: 40_000 })
    await expectAccessible(kiosk, 'kiosk with a notice')
    await house.shotBoth(kiosk, 'status-kiosk')
    const { book } = house.server.app.verbs.status
    const open = [...book.state.incident.values()].find((i) => i.title === 'Messages are delayed')!
    await incidents({ book, now: Date.now }).resolve('Ada', open.id, { text: '', early: 'The test is over' })
    await notice.waitFor({ state: 'detached' })
    await kiosk.locator('.notice').waitFor({ state: 'detached', timeout: 40_000 })
  })
})

describe('the page', () => {
  it('[SG18] reads well in light and dark, wide and on a phone, in English and Arabic, and is accessible', { timeout: 180_000 }, async () => {
    const { book } = house.server.app.verbs.status
    await incidents({ book, now: Date.now }).open('Ada', { id: 'late', title: 'Messages are late', text: 'We are looking into it.\n\nSee https://example.com/more. <script>alert(1)</script>', affected: [{ component: 'inbox', level: 'slow' }, { component: 'messenger', level: 'disrupted' }], audience: ['visitors', 'agents'], nextUpdateAt: hours(0.5), recurrenceOf: ['kiosks'] })
    for (const [shape, options] of [['wide', wide], ['phone', phoneView]] as const) {
      const reader = await house.visit('/', options)
      for (const [name, path, text] of [['home', '', 'Messages are late'], ['incident', 'incidents/late/', 'It was seen before'], ['over', 'incidents/kiosks/', 'Rehearse it each month'], ['history', `history/${new Date(Date.parse(hours(-75))).getUTCFullYear()}/`, 'Kiosks did not synchronise'], ['arabic', 'ar/', 'قيد البحث']] as const) {
        await reader.goto(`${page.url}/${path}`)
        await reader.getByText(text).first().waitFor({ timeout: 20_000 })
        await expectAccessible(reader, `status page ${name}, ${shape}`)
        await fits(reader, `${name}, ${shape}`)
        for (const colorScheme of ['light', 'dark'] as const) {
          await reader.emulateMedia({ colorScheme })
          await reader.screenshot({ path: join(shots, `status-page-${name}-${shape}-${colorScheme}.png`), fullPage: true })
        }
      }
      await house.endTabs()
    }
  })

  it('[SG18] is whole without scripts, puts times into the reader’s zone with them, and takes up news by itself', { timeout: 120_000 }, async () => {
    const plain = await house.visit('/', { ...wide, javaScriptEnabled: false })
    await plain.goto(`${page.url}/incidents/late/`)
    expect(await plain.locator('main').textContent()).toMatch(/We are looking into it\..*See https:\/\/example\.com\/more\. <script>alert\(1\)<\/script>/s)
    expect(await plain.locator('time[data-as]').first().textContent()).toMatch(/UTC$/)
    const reader = await house.visit('/', wide)
    await reader.goto(`${page.url}/incidents/late/`)
    await expect.poll(() => reader.locator('time[data-as=moment]').first().textContent()).toMatch(/CES?T$/)
    const { book } = house.server.app.verbs.status
    await incidents({ book, now: Date.now }).update('Ada', 'late', { text: 'Found and mended.', state: 'monitoring' })
    await reader.getByText('Found and mended.').waitFor({ timeout: 40_000 })
    const headers = (await reader.request.get(`${page.url}/`)).headers()
    expect(headers['content-security-policy']).toContain(`default-src 'none'`)
    expect(headers['content-security-policy']).not.toContain('unsafe')
  })

  it('[SG18] takes a subscriber without scripts', async () => {
    const reader = await house.visit('/', { ...wide, javaScriptEnabled: false })
    await reader.goto(`${page.url}/`)
    await reader.getByLabel('E-mail address').fill('mara@example.com')
    await reader.getByText('Only about some of it').click()
    await reader.getByLabel('Kiosk', { exact: true }).check()
    await reader.getByRole('button', { name: 'Be told by e-mail' }).scrollIntoViewIfNeeded()
    await house.shotAll(reader, 'status-subscribe')
    await reader.getByRole('button', { name: 'Be told by e-mail' }).click()
    await reader.getByText('Look into your mail').waitFor()
    const mara = async () => [...(await house.server.app.verbs.status.book.refresh()).subscriber.values()].find((s) => s.to === 'mara@example.com')
    await expect.poll(mara).toMatchObject({ confirmed: false, components: ['kiosk'] })
    await reader.goto(`${page.url}/end/${(await mara())!.key}`)
    await expect.poll(() => reader.getByLabel('Kiosk', { exact: true }).isChecked()).toBe(true)
    await house.shotAll(reader, 'status-choose')
    const scripted = await house.visit('/', wide)
    await scripted.goto(reader.url())
    await expectAccessible(scripted, 'choosing')
    await scripted.goto(`${page.url}/`)
    await scripted.getByText('Only about some of it').click()
    await expectAccessible(scripted, 'subscribing')
    await reader.getByLabel('SMS', { exact: true }).check()
    await reader.getByRole('button', { name: 'Only these' }).click()
    await reader.getByText('Your choice is kept').waitFor()
    await expect.poll(async () => (await mara())?.components).toEqual(['sms', 'kiosk'])
  })
})
