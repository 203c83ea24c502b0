/** SMS on the screens: an inbox with a guest's phone in it, the settings of channels, and the demo's phone itself. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Page } from 'playwright-core'
import { changeUser } from '#contract/people.ts'
import { saveChannel } from '#contract/channels.ts'
import { newId } from '#client/lodge.ts'
import { valueOf } from '#client/call.ts'
import { noFaults } from '#demo/carrier.ts'
import { connectPhones, hotelNumber, openPhones, phoneRoutes, type Phones } from '#demo/phone.ts'
import { onLoopback } from '../channels.ts'
import { ada, kit, sessionOf, website } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { composer, expectNoErrors, list, notices, openHouse, phoneView, row, thread, type House } from './console.ts'
import { builtScreens } from './screens.ts'

let house: House, phones: Phones
const guest = '+46705512345'
beforeAll(async () => {
  phones = await openPhones()
  house = await openHouse({ channels: onLoopback, prepare: async (app) => phoneRoutes(app.http, phones, builtScreens()) })
  await connectPhones(house.server.app, phones, sessionOf(ada), website.id)
  await vi.waitUntil(async () => (await phones.carrier.state()).isBound, { timeout: 20_000, interval: 100 })
}, 180_000)
afterAll(async () => {
  await house?.close()
  await phones?.close()
})
afterEach(async () => {
  await phones.carrier.faults(noFaults)
  await house.endTabs()
  expectNoErrors(house.errors)
})

const text = (from: string, words: string) => phones.carrier.send(from, hotelNumber, words)
const open = async (page: Page, name: RegExp): Promise<void> => {
  await row(page, name.source).first().click()
  await thread(page).waitFor()
}
const say = async (page: Page, words: string): Promise<void> => {
  await composer(page).fill(words)
  await composer(page).press('Enter')
}
/** The last number's last two digits name the guest. */
const of = (number: string): RegExp => new RegExp(`\\+46.*${number.slice(-2)}`)

describe('the inbox', () => {
  it('[SM1, SM8] shows where a guest writes from, counts parts, and says what became of an answer', async () => {
    await text(guest, 'We land at 23:40. Can somebody let us in? 🛬')
    const page = await house.enter('/inbox?tab=all')
    await open(page, of(guest))
    await page.getByRole('heading', { level: 2, name: of(guest) }).waitFor()
    expect(await row(page, of(guest).source).getByText('SMS').count()).toBe(1)
    expect(await page.getByRole('button', { name: 'Attach' }).count()).toBe(0)
    await composer(page).fill('Of course. '.repeat(20))
    await page.getByText('67 / 153 · 2 parts').waitFor()
    await composer(page).fill('Of course 🌙')
    await page.getByText('12 / 70').waitFor()
    await composer(page).press('Enter')
    await thread(page).getByText('On the phone').waitFor()
    await composer(page).press('ArrowUp')   // changes the last message, but for one that has left
    expect(await page.getByRole('textbox', { name: 'Edit' }).count()).toBe(0)
    expect((await phones.carrier.state()).onPhones.map((m) => m.text)).toContain('Of course 🌙')
    await phones.carrier.faults({ ...noFaults, loseReports: 1 })
    await say(page, 'The side door is open all night.')
    await thread(page).getByText('The carrier has it').waitFor()
  })

  it('[SM8] keeps what failed in sight, with the reason and a way to try again', async () => {
    const from = '+46705512346'
    await text(from, 'Is anybody there?')
    const page = await house.enter('/inbox?tab=all')
    await open(page, of(from))
    await phones.carrier.faults({ ...noFaults, refuse: 1 })
    await say(page, 'We are!')
    await thread(page).getByText('Not delivered. The carrier refused it.').waitFor()
    await thread(page).getByText('ESME_RINVDSTADR').waitFor()
    await house.shot(page, 'sms-failed')
    await phones.carrier.faults(noFaults)
    await thread(page).getByRole('button', { name: 'Try again' }).click()
    await thread(page).getByText('On the phone').waitFor()
    await phones.carrier.faults({ ...noFaults, loseResponses: 1, loseReports: 1 })
    await say(page, 'Perhaps you read this.')
    await thread(page).getByText('Perhaps not delivered.').waitFor({ timeout: 30_000 })
    await thread(page).getByRole('button', { name: 'Send again (it may arrive twice)' }).waitFor()
    await expectAccessible(page, 'thread with a lost answer')
  }, 90_000)

  it('[SM5] says why nothing can be sent to somebody who said STOP', async () => {
    const from = '+46705512347'
    await text(from, 'Hello')
    const page = await house.enter('/inbox?tab=all')
    await open(page, of(from))
    await text(from, 'Stop')
    await page.getByText('This number has opted out.').waitFor()
    await thread(page).getByText('has opted out of messages (“stop”)').waitFor()
    await composer(page).fill('But wait')
    expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true)
    await expectAccessible(page, 'opted out')
    await house.shot(page, 'sms-stopped')
    await page.emulateMedia({ colorScheme: 'dark' })
    await house.shot(page, 'sms-stopped-dark')
    await page.getByRole('tab', { name: 'Note' }).click()
    await composer(page).fill('Said STOP, call instead.')
    await composer(page).press('Enter')
    await thread(page).getByText('Said STOP, call instead.').waitFor()
    await text(from, 'START')
    await page.getByText('This number has opted out.').waitFor({ state: 'detached' })
  })

  it('[CH5] masks the number for whom it is no use', async () => {
    const from = '+46705512348'
    await text(from, 'My number is secret')
    valueOf(await house.server.callAs(ada)(changeUser, { params: { user: kit.id }, body: { seesPhones: false } }))
    const page = await house.enter('/inbox?tab=all', { who: kit })
    await open(page, of(from))
    await page.getByRole('complementary').getByText('•').first().waitFor()
    expect(await page.content()).not.toContain('55 12')
    expect(await page.content()).not.toContain(from.slice(3))
    valueOf(await house.server.callAs(ada)(changeUser, { params: { user: kit.id }, body: { seesPhones: true } }))
  })

  it('fits onto a phone', async () => {
    const page = await house.enter('/inbox?tab=all', phoneView)
    await list(page).getByText('SMS').first().waitFor()
    await house.shot(page, 'sms-list-phone')
    await open(page, of(guest))
    await composer(page).fill('Good night')
    await page.getByText('10 / 160').waitFor()
    await expectAccessible(page, 'sms thread on a phone')
    await house.shot(page, 'sms-thread-phone')
  })
})

describe('settings › channels', () => {
  it('[CH4] says how each channel is, makes one, and sends a test', async () => {
    const { server } = house
    const settings = { host: '127.0.0.1', port: 1, tls: false, systemId: 'x', systemType: '' }
    const broken = newId()
    valueOf(await server.callAs(ada)(saveChannel, { params: { channel: broken }, body: { kind: 'smpp', name: 'Old carrier', inbox: website.id, numbers: ['+46850009000'], settings, secret: 'x' } }))
    const page = await house.enter('/settings/channels')
    await page.getByText('Connected', { exact: true }).waitFor()
    await page.getByText('Disconnected').waitFor()
    await page.getByText('ECONNREFUSED').waitFor()

    await page.getByRole('button', { name: 'New channel' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name', { exact: true }).fill('American desk')
    await dialog.getByLabel('Carrier').selectOption('twilio')
    await dialog.getByLabel('Our numbers').fill('+46850001000\nthe number of the desk')
    await dialog.getByLabel('Account SID').fill(`AC${'0'.repeat(32)}`)
    await dialog.getByLabel('Auth token').fill('secret-token')
    await dialog.getByRole('checkbox', { name: 'Always open' }).uncheck()
    await dialog.getByLabel('Automatic answer').fill('We are back at eight.')
    await expectAccessible(page, 'channel form')
    await house.shot(page, 'channel-form')
    await dialog.getByRole('checkbox', { name: 'In use' }).uncheck()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('“the number of the desk” is no such number').waitFor()
    expect(await dialog.getByLabel('Our numbers').evaluate((field) => field === document.activeElement)).toBe(true)
    await dialog.getByLabel('Our numbers').fill('+1 (212) 555-1234')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText(/hooks\/twilio/).waitFor()
    await page.getByText('+12125551234').waitFor()
    expect(await page.content()).not.toContain('secret-token')
    await expectAccessible(page, 'channels')
    await house.shotBoth(page, 'channels')

    await page.getByRole('listitem').filter({ hasText: hotelNumber }).getByRole('button', { name: 'Send a test' }).click()
    await dialog.getByLabel('Phone number').fill('070 551 23 49')
    await dialog.getByRole('button', { name: 'Send a test' }).click()
    await dialog.getByText('Write the number with its country').waitFor()
    await dialog.getByLabel('Phone number').fill('+46 70 551 23 49')
    await dialog.getByRole('button', { name: 'Send a test' }).click()
    await notices(page).getByRole('button', { name: 'Look' }).click()
    await thread(page).getByText('On the phone').waitFor()
    valueOf(await server.callAs(ada)(saveChannel, { params: { channel: broken }, body: { kind: 'smpp', name: 'Old carrier', inbox: website.id, numbers: ['+46850009000'], settings, active: false } }))
  }, 90_000)

  it('[CH2] asks for the password again, in its field, where the channel would sign in elsewhere', async () => {
    const channel = newId()
    const settings = { host: '127.0.0.1', port: 1, tls: false, systemId: 'x', systemType: '' }
    valueOf(await house.server.callAs(ada)(saveChannel, { params: { channel }, body: { kind: 'smpp', name: 'Moved carrier', inbox: website.id, numbers: ['+46850009001'], settings, secret: 'x', active: false } }))
    const page = await house.enter('/settings/channels')
    await page.getByRole('listitem').filter({ hasText: 'Moved carrier' }).getByRole('button', { name: 'Change' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Port', { exact: true }).fill('2')
    await dialog.getByRole('button', { name: 'Save' }).click()
    const password = dialog.getByLabel('Password')
    await dialog.getByText('Enter its password again').waitFor()
    await expectAccessible(page, 'channel form without its password')
    await house.shotAll(page, 'channel-secret')
    expect(await password.getAttribute('aria-invalid')).toBe('true')
    expect(await password.evaluate((one) => one === document.activeElement)).toBe(true)
    await page.keyboard.type('sesame')
    await page.keyboard.press('Enter')
    await notices(page).getByText('Saved.').waitFor()
    await expect.poll(() => dialog.count()).toBe(0)
  })

  it('fits onto a phone', async () => {
    const page = await house.enter('/settings/channels', phoneView)
    await page.getByText('Connected', { exact: true }).waitFor()
    await expectAccessible(page, 'channels on a phone')
    await house.shot(page, 'channels-phone')
  })
})

describe('/phone', () => {
  it('sends and receives over the carrier, long ones and emoji, with what became of them', async () => {
    const page = await house.visit('/phone')
    await page.evaluate(`localStorage.setItem('phone', '+46705512399')`)
    await page.reload()
    await page.getByText('Text the hotel.').waitFor()
    await page.getByRole('button', { name: 'A long one' }).click()
    await page.getByText('2 parts').waitFor()
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('Delivered').waitFor()
    await page.getByRole('button', { name: 'Emoji' }).click()
    await page.getByLabel('Text message').press('Enter')

    const desk = await house.enter('/inbox?tab=all')
    await open(desk, of('+46705512399'))
    await thread(desk).getByText('two more pillows').waitFor()
    await say(desk, 'On their way up 🛏️')
    await page.getByText('On their way up 🛏️').waitFor()
    await thread(desk).getByText('On the phone').waitFor()
    await expectAccessible(page, 'phone')
    await house.shot(page, 'demo-phone')
    await page.emulateMedia({ colorScheme: 'dark' })
    await house.shot(page, 'demo-phone-dark')
    await house.shot(desk, 'sms-thread')
    await desk.emulateMedia({ colorScheme: 'dark' })
    await house.shot(desk, 'sms-thread-dark')
  })

  it('makes the carrier misbehave', async () => {
    const page = await house.visit('/phone')
    await page.getByRole('checkbox', { name: /Loses its reports/ }).check()
    await expect.poll(async () => (await phones.carrier.state()).faults.loseReports).toBe(1)
    await page.getByRole('checkbox', { name: /Loses its reports/ }).uncheck()
    await expect.poll(async () => (await phones.carrier.state()).faults.loseReports).toBe(0)
  })

  it('fits onto a real phone', async () => {
    const page = await house.visit('/phone', phoneView)
    await page.getByText('Text the hotel.').waitFor()
    await expectAccessible(page, 'phone on a phone')
    await house.shot(page, 'demo-phone-phone')
  })
})
