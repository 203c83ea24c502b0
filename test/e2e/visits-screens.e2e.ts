import { beforeAll, describe, expect, it } from 'vitest'
import { beatKiosk } from '#contract/kiosks.ts'
import { saveWatched } from '#contract/watchlist.ts'
import { cancelVisit, decideVisit } from '#contract/visits.ts'
import { saveVisitorType } from '#contract/places.ts'
import { newId } from '#client/lodge.ts'
import { ada, kit, lobby, noor } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { leaveClean, phoneView, readArabic } from './console.ts'
import { fromNow, group, line, need, openReception, panel, zone, type Reception } from './visits.ts'

let reception: Reception
const phoneHere = { ...phoneView, timezoneId: zone }

/** A lobby as it is at noon: all states, both scripts, something odd here and there. */
beforeAll(async () => {
  reception = await openReception()
  const { house: { server }, kiosk } = reception
  const admin = server.callAs(ada)
  await need(admin(saveWatched, { params: { watched: newId() }, body: { name: 'Viktor Falk', action: 'alert', reason: 'Took a laptop in March. Security wants to be called.' } }))
  await need(admin(saveVisitorType, { params: { visitorType: newId() }, body: {
    location: lobby.id, name: 'Contractor', fields: [{ key: 'plate', label: 'Licence plate', required: false }], document: { title: 'House rules', text: 'No photographs beyond reception.' }, photo: true, badge: true,
  } }))
  await reception.expect('Tomás Rivera', { company: 'Rivera & Hijos', minutes: -40, host: kit.id })
  const odd = await reception.expect('Viktor Falk', { company: 'Falk Logistics', minutes: 10, host: noor.id })
  expect(odd.flags).toEqual(['watchlist'])
  await reception.expect('Mara Lindqvist', { company: 'Nordlys AB', email: 'mara@example.com', phone: '+46 70 123 45 67', minutes: 25, note: 'Allergic to nuts.' })
  await reception.expect('李小龙', { company: '东方公司', minutes: 55, host: kit.id })
  await reception.expect('فاطمة الزهراء', { company: 'شركة النور', minutes: 80, host: noor.id })
  await reception.expect('A person whose name is far longer than any row of a book could ever hope to hold in one line', { company: 'The company with the equally long name, Incorporated', minutes: 120 })
  await reception.arrived('Ines Duarte', 290, { company: 'Duarte Legal', phone: '+351 910 000 000' })
  await reception.arrived('Jonas Weiß', 95, { company: 'Weiß Elektro', host: kit.id })
  await reception.arrived('Priya Raman', 30, { company: 'Kaveri Labs', host: noor.id, phone: '+91 44 0000 0000' })
  const late = newId()
  await kiosk.send([kiosk.operation('check_in', late, { expected: false, name: 'Oskar Lind', company: 'Walk-in', host: kit.id }, { at: fromNow(-18) })])
  for (const [name, ago] of [['Emil Sand', 20], ['Laila Haddad', 100]] as const) await reception.left(name, ago, { company: 'Sand & Söner' })
  const gone = await reception.expect('Bo Ek', { minutes: 15 })
  await need(admin(cancelVisit, { params: { visit: gone.id }, body: { id: newId() } }))
  const no = await reception.asks('Someone Else')
  await need(admin(decideVisit, { params: { visit: no }, body: { id: newId(), approved: false, reason: 'Nobody here knows them.' } }))
  await reception.asks('Anouk de Wit', { company: 'Stadswerken' })
  await kiosk.send([kiosk.operation('dance', newId(), { name: 'Somebody' })])
}, 180_000)
leaveClean(() => reception?.house)

describe('every screen', () => {
  it('of the book is accessible in light and dark, wide and on a phone', { timeout: 240_000 }, async () => {
    const { house } = reception
    const page = await house.enter('/visits', { timezoneId: zone })
    await line(page, 'Anouk de Wit').waitFor()
    await page.getByText('could not be entered').waitFor()
    await expectAccessible(page, 'book')
    await house.shot(page, 'book')
    await page.emulateMedia({ colorScheme: 'dark' })
    await house.shot(page, 'book-dark')
    await page.emulateMedia({ colorScheme: 'light', media: 'print' })
    await house.shot(page, 'book-print')
    await page.emulateMedia({ media: 'screen' })

    await page.getByRole('link', { name: 'Mara Lindqvist' }).click()
    await panel(page).getByText('expected this visit').waitFor()
    await expectAccessible(page, 'visit')
    await house.shotBoth(page, 'visit')
    await page.getByRole('link', { name: 'Viktor Falk' }).click()
    await panel(page).getByText('Compare before you let them in').waitFor()
    await expectAccessible(page, 'watched visit')
    await page.getByRole('button', { name: /Left and others/ }).click()
    await page.getByRole('link', { name: 'Someone Else' }).click()
    await panel(page).getByText('Nobody here knows them.').waitFor()
    await expectAccessible(page, 'refused visit')
    await house.shot(page, 'visit-refused')

    await page.keyboard.press('n')
    await page.getByRole('dialog', { name: 'New visit' }).waitFor()
    await page.getByRole('combobox', { name: 'Kind of visitor' }).last().selectOption({ label: 'Contractor' })
    await expectAccessible(page, 'new visit')
    await house.shot(page, 'visit-new')
    await page.getByRole('button', { name: /^Host/ }).last().click()
    await page.getByPlaceholder('Whom do they visit?').waitFor()
    await expectAccessible(page, 'host picker')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Discard' }).click()
    await house.endTabs()

    const phone = await house.enter('/visits', phoneHere)
    await line(phone, 'Anouk de Wit').waitFor()
    await expectAccessible(phone, 'book on a phone')
    await house.shot(phone, 'phone-book')
    await phone.getByRole('link', { name: 'Mara Lindqvist' }).tap()
    await panel(phone).getByText('expected this visit').waitFor()
    await expectAccessible(phone, 'visit on a phone')
    await house.shot(phone, 'phone-visit')
  })

  it('of the book that is empty, away, not set up or searched in vain is accessible', { timeout: 120_000 }, async () => {
    const { house } = reception
    const page = await house.enter('/visits?day=2031-05-05', { timezoneId: zone })
    await page.getByText('Nobody is expected on this day').waitFor()
    await expectAccessible(page, 'empty day')
    await page.getByRole('searchbox', { name: 'Find a visitor' }).fill('qqqq')
    await page.getByText('Nothing found').waitFor()
    await expectAccessible(page, 'searched in vain')
    await page.getByRole('searchbox', { name: 'Find a visitor' }).fill('viktor')
    await page.getByRole('link', { name: 'Viktor Falk' }).waitFor()
    await house.shot(page, 'book-found')
    await page.route('**/api/v1/visits?**', async (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"code":"unavailable"}' }))
    await page.goto(`${house.wire.url}/visits?day=2031-05-06`)
    await page.getByText('The book cannot be read right now').waitFor({ timeout: 20_000 })
    await expectAccessible(page, 'book away')
    await house.shot(page, 'book-away')
    await page.route('**/api/v1/locations', async (route) => route.fulfill({ json: { locations: [] } }))
    await page.goto(`${house.wire.url}/visits`)
    await page.getByRole('link', { name: 'Set up the first location' }).waitFor()
    await expectAccessible(page, 'no location')
    await house.shot(page, 'book-no-location')
  })

  it('of the roll-call is accessible, on a phone first', { timeout: 120_000 }, async () => {
    const { house } = reception
    const phone = await house.enter(`/visits/roll-call/${lobby.id}`, phoneHere)
    await phone.getByRole('checkbox', { name: 'Ines Duarte is here' }).waitFor()
    await phone.getByRole('checkbox', { name: 'Jonas Weiß is here' }).tap()
    await phone.getByText('1 of 4 seen').waitFor()
    await expectAccessible(phone, 'roll-call on a phone')
    await house.shot(phone, 'phone-roll-call')
    await phone.emulateMedia({ colorScheme: 'dark' })
    await house.shot(phone, 'phone-roll-call-dark')
    await house.endTabs()
    const page = await house.enter(`/visits/roll-call/${lobby.id}`, { timezoneId: zone })
    await page.getByText(/of 4 seen/).waitFor()
    await expectAccessible(page, 'roll-call')
    await house.shot(page, 'roll-call')
    await page.emulateMedia({ media: 'print' })
    await house.shot(page, 'roll-call-print')
  })

  it('of the settings is accessible', { timeout: 240_000 }, async () => {
    const { house } = reception
    const { kiosk } = reception
    await need(kiosk.call(beatKiosk, { body: {
      log: kiosk.log, now: new Date().toISOString(), app: '0.1.0', unsent: 2, oldestUnsentMs: 190_000, fromSeq: 1, uptoSeq: 0, count: 0, digest: '0'.repeat(16),
      storage: { usedBytes: 84_000_000, quotaBytes: 2_000_000_000, persisted: true }, battery: { percent: 64, charging: false },
    } }))
    const page = await house.enter('/settings/locations', { timezoneId: zone })
    await page.getByText('Lantern Street 12').waitFor()
    await expectAccessible(page, 'locations')
    await house.shot(page, 'locations')
    await page.getByRole('button', { name: 'Change' }).first().click()
    await page.getByRole('dialog').waitFor()
    await expectAccessible(page, 'location')
    await house.shot(page, 'location')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /Contractor/ }).click()
    await page.getByRole('dialog').waitFor()
    await page.getByLabel('Text').fill('No photographs beyond reception. Wear your badge.')
    await page.getByText('Saving makes version 2').waitFor()
    await expectAccessible(page, 'kind of visitor')
    await house.shot(page, 'visitor-type')
    await page.keyboard.press('Escape')
    for (const [path, seen, shot] of [['/settings/kiosks', 'Entrance', 'kiosks'], ['/settings/set-aside', 'dance', 'set-aside'], ['/settings/watchlist', 'Took a laptop', 'watchlist'], ['/settings/you', 'My visitors', 'you']] as const) {
      await page.goto(house.wire.url + path)
      await page.getByText(seen).first().waitFor()
      await expectAccessible(page, path)
      await house.shot(page, shot)
    }
    await page.goto(`${house.wire.url}/settings/kiosks`)
    await page.getByRole('button', { name: 'New kiosk' }).click()
    await page.getByLabel('Name').fill('Garage')
    await page.getByRole('button', { name: 'Make the code' }).click()
    await page.getByRole('img', { name: 'Pairing code' }).waitFor()
    await expectAccessible(page, 'pairing code')
    await house.shot(page, 'kiosk-code')
    await house.endTabs()
    const phone = await house.enter('/settings/kiosks', phoneHere)
    await phone.getByText('Entrance').first().waitFor()
    await expectAccessible(phone, 'kiosks on a phone')
    await house.shot(phone, 'phone-kiosks')
    for (const [path, seen, shot] of [['/settings/locations', 'Lantern Street 12', 'phone-locations'], ['/settings/set-aside', 'dance', 'phone-set-aside'], ['/visits?new=true', 'Add to the book', 'phone-visit-new']] as const) {
      await phone.goto(house.wire.url + path)
      await phone.getByText(seen).first().waitFor()
      await house.shot(phone, shot)
    }
  })

  it('is read from right to left in Arabic', async () => {
    const { house } = reception
    const page = await house.enter('/visits', { timezoneId: zone })
    await readArabic(page)
    await group(page, 'ينتظرون الموافقة').waitFor()
    await page.getByRole('link', { name: 'Mara Lindqvist' }).click()
    await page.getByRole('complementary', { name: 'الزيارة' }).getByText('سجّل').first().waitFor()
    await house.shot(page, 'book-arabic')
  })
})
