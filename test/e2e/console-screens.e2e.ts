import { beforeAll, describe, expect, it } from 'vitest'
import { changeContact } from '#contract/contacts.ts'
import { newId } from '#client/lodge.ts'
import { ada, kit, mara, noor, tomas } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { composer, leaveClean, notices, openHouse, phoneView, readArabic, row, thread, type House } from './console.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ about: { name: 'Hotel Lantern', version: '0.1.0', build: 'test', demo: true, drills: true, inbox: null, statusPage: 'http://127.0.0.1:4100', mail: false } })
  await house.server.callAs(ada)(changeContact, { params: { contact: mara.id }, body: { id: newId(), attributes: { room: '412', stay: '12–15 Nov' }, notes: 'Prefers a quiet room.' } })
}, 120_000)
leaveClean(() => house)

/** A lived-in conversation: both sides, a colleague, a note, an edit, a deletion, a label, something unread in the list. */
async function livedIn(): Promise<string> {
  const guest = await house.guest('Good afternoon. Could we check out at one on Sunday?', mara)
  const [desk, colleague] = [house.server.connectAs(ada), house.server.connectAs(kit)]
  const topic = `conversation:${guest.conversation}`
  await colleague.send({ type: 'message.send', topic, body: { text: 'Good afternoon, Mara. Let me ask.' } }).stored
  await colleague.send({ type: 'conversation.assign', topic, body: { assignee: ada.id, note: 'She may want to stay longer.' } }).stored
  await desk.send({ type: 'note.add', topic, body: { text: '@Kit the room is free until two.', mentions: [kit.id] } }).stored
  const first = await desk.send({ type: 'message.send', topic, body: { text: 'Of course. I have noted one.' } }).stored
  await desk.send({ type: 'message.edit', topic, body: { message: first.id, text: 'Of course. I have noted 13:00. The way to the garage: https://lantern.example/garage' } }).stored
  const second = await desk.send({ type: 'message.send', topic, body: { text: 'Wrong window' } }).stored
  await desk.send({ type: 'message.delete', topic, body: { message: second.id } }).stored
  await desk.send({ type: 'conversation.label', topic, body: { labels: ['late check-out'] } }).stored
  await guest.say('Wonderful, thank you!')
  const other = await house.guest('Your table is lovely. Is there a second one for six?', tomas)
  await desk.send({ type: 'conversation.assign', topic: `conversation:${other.conversation}`, body: { assignee: ada.id } }).stored
  await house.guest('مساء الخير، هل يمكن تأخير المغادرة؟', tomas)
  return guest.conversation
}

describe('every screen', () => {
  it('of the inbox is accessible in light and dark, wide and on a phone', { timeout: 180_000 }, async () => {
    const conversation = await livedIn()
    const page = await house.enter(`/inbox/${conversation}`)
    await thread(page).getByText('Wonderful, thank you!').waitFor()
    await page.getByRole('textbox', { name: 'room' }).waitFor()
    await expectAccessible(page, 'conversation')
    await house.shotBoth(page, 'conversation')

    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Where to, who, or what?').waitFor()
    await expectAccessible(page, 'palette')
    await house.shot(page, 'palette')
    await page.keyboard.press('Escape')
    await page.keyboard.press('a')
    await page.getByPlaceholder('Person or team').waitFor()
    await expectAccessible(page, 'assign')
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys of this page' }).waitFor()
    await expectAccessible(page, 'keys')
    await page.keyboard.press('Escape')
    await page.keyboard.press('@')
    await page.getByRole('option', { name: /Kit/ }).waitFor()
    await expectAccessible(page, 'note with suggestions')
    await composer(page).fill('')

    await page.goto(`${house.wire.url}/inbox?tab=unassigned`)
    await page.getByText('Choose a conversation').waitFor()
    await expectAccessible(page, 'inbox')
    await page.goto(`${house.wire.url}/inbox?status=snoozed`)
    await page.getByText('Nothing is snoozed').waitFor()
    await expectAccessible(page, 'empty list')
    await house.endTabs()

    const phone = await house.enter('/inbox', phoneView)
    await row(phone, mara.name).waitFor()
    await expectAccessible(phone, 'list on a phone')
    await house.shot(phone, 'phone-list')
    await row(phone, mara.name).tap()
    await thread(phone).getByText('Wonderful, thank you!').waitFor()
    await expectAccessible(phone, 'conversation on a phone')
    await house.shot(phone, 'phone-conversation')
    await phone.getByRole('button', { name: 'Contact panel' }).tap()
    await phone.getByRole('textbox', { name: 'room' }).waitFor()
    await expectAccessible(phone, 'panel on a phone')
    await phone.getByRole('complementary').getByRole('button', { name: 'Close' }).tap()
    await phone.goBack()
    await row(phone, mara.name).waitFor()
  })

  it('before and beside the inbox is accessible in light and dark', { timeout: 240_000 }, async () => {
    const stranger = await house.visit('/sign-in')
    await stranger.getByRole('button', { name: 'Sign in' }).waitFor()
    await expectAccessible(stranger, 'sign-in')
    await house.shot(stranger, 'sign-in')
    await stranger.goto(`${house.wire.url}/welcome/nonsense`)
    await stranger.getByText('This link is no longer valid').waitFor()
    await expectAccessible(stranger, 'used link')

    const page = await house.enter('/inbox')
    await page.goto(house.wire.url)
    await page.getByRole('heading', { name: 'Hotel Lantern is open' }).waitFor()
    await expectAccessible(page, 'door')
    const doors = await page.getByRole('main').getByRole('link').evaluateAll((all) => all.map((a) => a.getAttribute('href')))
    expect(doors).toEqual(['/guest', '/inbox', '/visits', '/kiosk', '/phone', '/spaces', '/panel', '/contacts', '/reports', '/operations', 'http://127.0.0.1:4100', '/drills', '/tray', '/settings', '/settings/rules', '/api'])
    await house.shot(page, 'door')
    for (const [path, seen] of [['/contacts', 'Mara Lindqvist'], [`/contacts/${mara.id}`, 'First seen'], ['/tray', 'No mail'], ['/settings/you', 'Enter sends'], ['/settings/inboxes', 'data-inbox'], ['/settings/people', 'Administrator'], ['/settings/teams', 'Reception'], ['/settings/canned', 'No canned answer yet'], ['/settings/invitations', 'No invitation yet'], ['/settings/tokens', 'No token yet'], ['/nowhere', 'There is no such page']] as const) {
      await page.goto(house.wire.url + path)
      await page.getByText(seen).first().waitFor()
      await expectAccessible(page, path)
    }
  })

  it('is read from right to left in Arabic', async () => {
    const page = await house.enter('/inbox?tab=all', { locale: 'en-GB' })
    await readArabic(page)
    await page.getByRole('heading', { name: 'الوارد' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.dir)).toBe('rtl')
    await page.getByRole('list', { name: 'المحادثات' }).getByRole('link').first().waitFor()
    await page.keyboard.press('j')
    await page.getByRole('log', { name: 'الرسائل' }).getByRole('article').first().waitFor()
    const [rail, list] = [await page.getByRole('navigation').boundingBox(), await page.getByRole('region', { name: 'المحادثات' }).boundingBox()]
    expect(rail?.x).toBeGreaterThan(list?.x ?? Infinity)
    await house.shot(page, 'arabic')
  })
})

describe('settings', () => {
  it('invite a colleague, whose link stands in the tray and opens the door', async () => {
    const page = await house.enter('/settings/people')
    await page.getByRole('button', { name: 'Invite' }).click()
    await page.getByLabel('Name').fill('Jonas Weiß')
    await page.getByLabel('E-mail').fill('jonas@lantern.example')
    await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click()
    await notices(page).getByText('jonas@lantern.example').waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('t')
    await page.getByRole('link', { name: /to jonas@lantern.example/ }).click()
    const text = await page.getByRole('article').innerText()
    expect(text).toContain('Kept here')
    const secret = /welcome\/([\w-]+)/.exec(text)?.[1]
    await house.shot(page, 'tray')

    const newcomer = await house.visit(`/welcome/${secret}`)
    expect(await newcomer.getByLabel('Your name').inputValue()).toBe('Jonas Weiß')
    await newcomer.getByLabel('Password').fill('short')
    await newcomer.getByRole('button', { name: 'Start' }).click()
    await newcomer.getByLabel('Password').fill('a long enough one')
    await newcomer.getByRole('button', { name: 'Start' }).click()
    await newcomer.getByRole('tab', { name: 'Mine' }).waitFor()
    await page.goto(`${house.wire.url}/settings/people`)
    await page.getByText('Jonas Weiß').waitFor()
  })

  it('[ID10] send a colleague who forgot the password a link for another one, and oneself too', async () => {
    const page = await house.enter('/settings/people')
    await page.getByRole('button', { name: `What to do with ${noor.name}` }).click()
    await page.getByRole('menuitem', { name: 'Send a new link' }).click()
    await notices(page).getByText(noor.email).waitFor()
    await page.getByRole('button', { name: `What to do with ${ada.name}` }).click()
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(['Send a new link for the password'])
    await page.keyboard.press('Escape')
    await notices(page).getByRole('button', { name: 'Outgoing mail' }).click()
    await page.getByRole('link', { name: new RegExp(`to ${noor.email}`) }).first().click()
    await page.getByRole('heading', { name: 'Choose a new password for Hotel Lantern' }).waitFor()
    const secret = /welcome\/([\w-]+)/.exec(await page.getByRole('article').innerText())?.[1]

    const forgetful = await house.visit(`/welcome/${secret}`)
    await forgetful.getByText(`Choose a new password for ${noor.email}`).waitFor()
    expect(await forgetful.getByLabel('Your name').count()).toBe(0)
    await forgetful.getByLabel('Password').fill('another long enough one')
    await house.shot(forgetful, 'new-password')
    await forgetful.getByRole('button', { name: 'Sign in' }).click()
    await forgetful.getByRole('tab', { name: 'Mine' }).waitFor()
  })

  it('for administrators say so to whoever was sent their address', async () => {
    const page = await house.enter('/settings/channels', { who: kit })
    await page.getByText('This page is for administrators').waitFor()
    await page.goto(`${house.wire.url}/tray`)
    await page.getByText('This page is for administrators').waitFor()
  })

  it('keep canned answers, teams, invitations and tokens, and take back by undo', async () => {
    const page = await house.enter('/settings/canned')
    await page.getByRole('button', { name: 'New answer' }).click()
    await page.getByLabel('Shortcut').fill('two words')
    await page.getByRole('textbox', { name: 'Answer' }).fill('Breakfast is until eleven.')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('A shortcut has up to 40 letters').waitFor()
    await page.getByLabel('Shortcut').fill('/breakfast')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: '/breakfast Breakfast is until eleven.' }).waitFor()
    await page.getByRole('button', { name: 'Delete /breakfast' }).click()
    await page.getByText('No canned answer yet').waitFor()
    await notices(page).getByRole('button', { name: 'Undo' }).last().click()
    await page.getByRole('button', { name: '/breakfast Breakfast is until eleven.' }).waitFor()

    await page.getByRole('link', { name: 'Teams' }).click()
    await page.getByRole('button', { name: 'New team' }).click()
    await page.getByLabel('Name').fill('Night desk')
    await page.getByLabel('Kit').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Night desk').waitFor()

    await page.getByRole('link', { name: 'Invitations' }).click()
    await page.getByRole('button', { name: 'New invitation' }).click()
    await page.getByLabel('What it says').fill('May we help?')
    await page.getByLabel('On pages whose address contains').fill('/rooms')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('on pages with “/rooms” after 20 s').waitFor()
    await page.getByRole('button', { name: 'Withdraw' }).click()
    await page.getByText('· withdrawn').waitFor()

    await page.getByRole('link', { name: 'API tokens' }).click()
    await page.getByRole('button', { name: 'New token' }).click()
    await page.getByLabel('Name').fill('booking engine')
    await page.getByRole('dialog').getByRole('button', { name: 'New token' }).click()
    const token = await page.getByRole('dialog').locator('code').innerText()
    const answer = await fetch(`${house.wire.url}/api/v1/inboxes`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(200)
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('No token yet').waitFor()
    expect((await fetch(`${house.wire.url}/api/v1/inboxes`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401)
  })

  it('change a contact in place, for every colleague at once', async () => {
    const guest = await house.guest('My new number?', tomas)
    const page = await house.enter(`/inbox/${guest.conversation}`)
    const colleague = await house.enter(`/inbox/${guest.conversation}`, { who: kit })
    await page.getByRole('textbox', { name: 'Phone' }).fill('+34 600 000 000')
    await page.keyboard.press('Enter')
    await expect.poll(() => colleague.getByRole('textbox', { name: 'Phone' }).inputValue()).toBe('+34 600 000 000')
    await notices(page).getByRole('button', { name: 'Undo' }).last().click()
    await expect.poll(() => colleague.getByRole('textbox', { name: 'Phone' }).inputValue()).toBe('')
  })
})

describe('copying', () => {
  it('works where the page did not come by HTTPS, and says so where the browser does not let it', async () => {
    const page = await house.enter('/settings/inboxes')
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
    const button = page.getByRole('button', { name: 'Copy' }).first()
    await button.click()
    await notices(page).getByText('Copied').waitFor()
    await page.keyboard.press('Control+k')
    const line = page.getByPlaceholder('Where to, who, or what?')
    await line.waitFor()
    await page.keyboard.press('Control+v')
    await expect.poll(() => line.inputValue()).toContain('messenger.js')
    await page.keyboard.press('Escape')

    await page.evaluate(() => { document.execCommand = () => false })
    await button.click()
    await notices(page).getByText('does not allow copying here').waitFor()
  })
})
