import { beforeAll, describe, expect, it } from 'vitest'
import type { Entry } from '#contract/entries.ts'
import { saveCanned } from '#contract/inboxes.ts'
import { newId, type Lodge } from '#client/lodge.ts'
import { ada, kit, mara, reception, tomas } from '../world.ts'
import { composer, leaveClean, list, notices, openHouse, row, thread, type House } from './console.ts'

let house: House
beforeAll(async () => { house = await openHouse() }, 120_000)
leaveClean(() => house)

/** What one side receives of a conversation. */
function listen(lodge: Lodge, conversation: string): Entry[] {
  const entries: Entry[] = []
  lodge.join(`conversation:${conversation}`, {
    fresh: (state) => { entries.splice(0, entries.length, ...state.entries); lodge.mark(`conversation:${conversation}`, { delivered: state.head, read: state.head }) },
    entries: (more) => { entries.push(...more); lodge.mark(`conversation:${conversation}`, { delivered: more.at(-1)?.offset ?? 0, read: more.at(-1)?.offset ?? 0 }) },
  })
  return entries
}
const types = (entries: readonly Entry[]): string[] => entries.map((e) => e.type)
const said = (entries: readonly Entry[]): string[] => entries.flatMap((e) => e.type === 'message.sent' && e.body ? [e.body.text] : [])

it('[ID11] makes the first administrator through the one-time link, and a second inbox with its snippet', async () => {
  const fresh = await openHouse({ world: false })
  try {
    const older = await fresh.server.app.identity.links.makeFirstAdmin()
    const secret = await fresh.server.app.identity.links.makeFirstAdmin()
    const page = await fresh.visit('/inbox')
    await page.getByText('Nobody is here yet. Lodge printed a link').waitFor()
    await page.goto(`${fresh.wire.url}/welcome/${older}`)
    await page.getByText('Nobody is here yet. Lodge printed a link').waitFor()
    await page.goto(`${fresh.wire.url}/welcome/${secret}`)
    await page.getByLabel('Name of the house').fill('Hotel Lantern')
    await page.getByLabel('Your name').fill('Ada Berg')
    await page.getByLabel('E-mail').fill('ada@lantern.example')
    await page.getByLabel('Password').fill('a long enough one')
    await page.getByRole('button', { name: 'Start' }).click()
    await page.getByText('data-inbox=').waitFor()
    await page.getByRole('button', { name: 'New inbox' }).click()
    await page.getByLabel('Name').fill('Restaurant')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => page.getByText('data-inbox=').count()).toBe(2)
    await page.getByRole('button', { name: 'Change' }).last().click()
    await page.getByLabel('Allowed sites').fill('https://restaurant.example\nnot an address')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('alert').getByText('Not an address is no address of a site.').waitFor()
    await page.keyboard.press('Escape')

    // What stands at a location leads to where the first one is made.
    for (const path of ['kiosks', 'spaces', 'closures']) {
      await page.goto(`${fresh.wire.url}/settings/${path}`)
      await page.getByText('there is none yet').getByRole('link', { name: 'Locations' }).waitFor()
    }

    await page.goto(`${fresh.wire.url}/welcome/${secret}`)
    await page.getByText('Ask an administrator for a new one').waitFor()
  } finally {
    await fresh.endTabs()
    await fresh.close()
  }
})

it('says why one cannot sign in, and keeps the address', async () => {
  const page = await house.visit('/inbox')
  await page.getByLabel('E-mail').fill(ada.email)
  await page.getByLabel('Password').fill('not the right one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('do not belong together').waitFor()
  expect(await page.getByLabel('E-mail').inputValue()).toBe(ada.email)
})

describe('a conversation', () => {
  it('arrives live, is answered, and its ticks follow the truth', async () => {
    const page = await house.enter('/inbox?tab=unassigned')
    const guest = await house.guest('Could we check out at one?')
    await row(page, mara.name).first().click()
    await thread(page).getByText('Could we check out at one?').waitFor()
    await page.keyboard.press('r')
    await page.keyboard.type('Of course.')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('See https://lantern.example/late.')
    await page.keyboard.press('Enter')
    expect(await composer(page).inputValue()).toBe('')
    await thread(page).getByRole('img', { name: 'Stored' }).waitFor()
    const entries = listen(guest.lodge, guest.conversation)
    await expect.poll(() => said(entries)).toEqual(['Could we check out at one?', 'Of course.\nSee https://lantern.example/late.'])
    await thread(page).getByRole('img', { name: 'Read' }).waitFor()
    expect(await thread(page).getByRole('link').getAttribute('href')).toBe('https://lantern.example/late')

    guest.lodge.typing(`conversation:${guest.conversation}`)
    await page.getByText(`${mara.name} is writing`).waitFor()
    await guest.say('<b>Thank</b> you')
    await thread(page).getByText('<b>Thank</b> you').waitFor()
    expect(await page.getByText(`${mara.name} is writing`).count()).toBe(0)
  })

  it('keeps notes inside, and tells the colleague by name', async () => {
    const guest = await house.guest('Where are the bicycles?')
    const page = await house.enter(`/inbox/${guest.conversation}`)
    await thread(page).getByText('Where are the bicycles?').waitFor()
    await page.keyboard.press('n')
    await page.keyboard.type('Ask @ki')
    await page.getByRole('option', { name: /Kit/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.type('for the key')
    await page.keyboard.press('Enter')
    await thread(page).getByText('Note by you').waitFor()
    const inside = listen(house.server.connectAs(kit), guest.conversation)
    await expect.poll(() => inside.at(-1)).toMatchObject({ type: 'note.added', body: { text: 'Ask @Kit for the key', mentions: [kit.id] } })
    const outside = listen(guest.lodge, guest.conversation)
    await expect.poll(() => outside.at(-1)).toMatchObject({ type: 'hidden', body: null })
  })

  it('is assigned, handed over with a note, closed, reopened by undo, snoozed and labelled, from the keyboard', async () => {
    const guest = await house.guest('A taxi, please', tomas)
    const entries = listen(house.server.connectAs(kit), guest.conversation)
    const page = await house.enter(`/inbox/${guest.conversation}?tab=all`)
    await thread(page).getByText('A taxi, please').waitFor()
    await page.keyboard.press('Shift+A')
    await thread(page).getByText('You took this').waitFor()
    await expect.poll(() => entries.at(-1)).toMatchObject({ type: 'conversation.assigned', body: { assignee: ada.id } })

    await page.keyboard.press('a')
    await page.getByText('with a note').click()
    await page.getByPlaceholder('Person or team').fill('ki')
    await page.keyboard.press('Enter')
    await page.getByLabel('What should Kit know?').fill('To the airport')
    await page.getByRole('button', { name: 'Hand over' }).click()
    await thread(page).getByText('You assigned this to Kit').waitFor()
    await thread(page).getByText('To the airport').waitFor()

    await page.keyboard.press('a')
    await page.getByRole('option', { name: reception.name }).click()
    await thread(page).getByText(`You assigned this to ${reception.name}`).waitFor()

    await page.keyboard.press('e')
    await thread(page).getByText('You closed this').waitFor()
    await notices(page).getByRole('button', { name: 'Undo' }).last().click()
    await thread(page).getByText('You opened this again').waitFor()

    await page.keyboard.press('h')
    await page.getByRole('menuitem', { name: 'Tomorrow morning' }).click()
    await thread(page).getByText(/You snoozed this until tomorrow 09:00/).waitFor()
    await page.getByRole('button', { name: 'Open again' }).click()

    await page.keyboard.press('l')
    await page.getByPlaceholder('Find or write a label').fill('airport')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await thread(page).getByText('You labelled this: airport').waitFor()
    await expect.poll(() => types(entries).slice(2)).toEqual([
      'conversation.assigned', 'conversation.assigned', 'conversation.assigned', 'conversation.closed', 'conversation.reopened', 'conversation.snoozed', 'conversation.reopened', 'conversation.labelled',
    ])
  })

  it('says who took it in the meantime instead of taking it away', async () => {
    const guest = await house.guest('Is anybody there?')
    const page = await house.enter(`/inbox/${guest.conversation}`)
    await thread(page).getByText('Is anybody there?').waitFor()
    // Kit is quicker, and this tab has not heard of it: its line is slow.
    house.wire.cut()
    await page.getByText(/reconnecting in|offline since|connecting ·/).waitFor()
    await house.server.connectAs(kit).send({ type: 'conversation.assign', topic: `conversation:${guest.conversation}`, body: { assignee: kit.id } }).stored
    await page.keyboard.press('Shift+A')
    house.wire.mend()
    await notices(page).getByText('Somebody else took this conversation').waitFor({ timeout: 30_000 })
    await page.getByRole('button', { name: 'Assigned to Kit' }).waitFor()
  })

  it('inserts canned answers with the names filled in', async () => {
    await house.server.callAs(ada)(saveCanned, { params: { canned: newId() }, body: { shortcut: 'late', text: 'Dear {{contact.name}}, until one is fine. {{agent.name}}' } })
    const guest = await house.guest('May we stay longer?')
    const page = await house.enter(`/inbox/${guest.conversation}`)
    await thread(page).getByText('May we stay longer?').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('la')
    await page.getByRole('option', { name: /late/ }).waitFor()
    await page.keyboard.press('Tab')
    expect(await composer(page).inputValue()).toBe('Dear Mara, until one is fine. Ada')
  })

  it('lets one mend and delete own messages, with a trace and a way back', async () => {
    const guest = await house.guest('When is breakfast?')
    const page = await house.enter(`/inbox/${guest.conversation}`)
    await thread(page).getByText('When is breakfast?').waitFor()
    await page.keyboard.press('r')
    for (const text of ['At ten.', 'Wrong window']) {
      await composer(page).fill(text)
      await page.keyboard.press('Enter')
    }
    await page.keyboard.press('Escape')
    const act = async (text: string, what: string): Promise<void> => {
      const message = thread(page).getByRole('article').filter({ hasText: text })
      await message.hover()
      await message.getByRole('button', { name: 'What to do with this message' }).click()
      await page.getByRole('menuitem', { name: what }).click()
    }
    await thread(page).getByRole('img', { name: 'Stored' }).waitFor()
    await act('At ten.', 'Edit')
    await page.getByRole('textbox', { name: 'Edit' }).fill('Until eleven.')
    await page.keyboard.press('Enter')
    await thread(page).getByText('edited').waitFor()

    await act('Wrong window', 'Delete')
    await thread(page).getByText('This message is being deleted').waitFor()
    await notices(page).getByRole('button', { name: 'Undo' }).last().click()
    await thread(page).getByText('Wrong window').waitFor()
    await act('Wrong window', 'Delete')
    const entries = listen(guest.lodge, guest.conversation)
    await expect.poll(() => types(entries), { timeout: 15_000 }).toContain('message.deleted')
    await thread(page).getByText('Ada deleted a message').waitFor()
    const afterwards = listen(house.server.connectAs(mara), guest.conversation)
    await expect.poll(() => said(afterwards)).toEqual(['When is breakfast?', 'At ten.'])
  })

  it('carries files both ways, by button and by paste', async () => {
    const guest = await house.guest('Which room is this?')
    const page = await house.enter(`/inbox/${guest.conversation}`)
    await thread(page).getByText('Which room is this?').waitFor()
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FAAhKDveksOjmAAAAAElFTkSuQmCC', 'base64')
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Attach files' }).click()])
    await chooser.setFiles([{ name: 'room.png', mimeType: 'image/png', buffer: png }, { name: 'plan <1>.txt', mimeType: 'text/plain', buffer: Buffer.from('To the left') }])
    await page.getByRole('list', { name: 'Attachments' }).getByText('room.png').waitFor()
    await composer(page).focus()
    await page.evaluate(async () => {
      const data = new DataTransfer()
      data.items.add(new File(['pasted'], 'pasted.txt', { type: 'text/plain' }))
      document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    })
    await expect.poll(() => page.getByRole('list', { name: 'Attachments' }).getByRole('button', { name: /^Remove/ }).count()).toBe(3)
    await expect.poll(() => page.getByText(/% sent/).count(), { timeout: 15_000 }).toBe(0)
    await page.keyboard.press('Enter')
    const entries = listen(guest.lodge, guest.conversation)
    await expect.poll(() => entries.flatMap((e) => e.type === 'message.sent' ? e.body?.attachments?.map((a) => a.name) ?? [] : [])).toEqual(expect.arrayContaining(['room.png', 'pasted.txt']))
    await expect.poll(() => thread(page).getByRole('button', { name: 'Show room.png large' }).locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(10)
    await thread(page).getByRole('button', { name: 'Show room.png large' }).click()
    await page.getByRole('dialog').getByText('room.png').waitFor()
  })

  it('replies and closes in one stroke', async () => {
    const guest = await house.guest('Thank you!')
    const page = await house.enter(`/inbox/${guest.conversation}`)
    await thread(page).getByText('Thank you!').waitFor()
    await composer(page).fill('You are welcome.')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Shift+E')
    const entries = listen(guest.lodge, guest.conversation)
    await expect.poll(() => types(entries).slice(-2)).toEqual(['message.sent', 'conversation.closed'])
  })
})

describe('the list', () => {
  it('keeps its lines in place under the pointer, says what is new, and settles when it is left', async () => {
    const first = await house.guest('I was first', mara)
    await house.guest('I was second', tomas)
    const page = await house.enter('/inbox?tab=all')
    await row(page, 'I was second').waitFor()
    const order = async (): Promise<string[]> => (await list(page).getByRole('link').allInnerTexts()).map((t) => t.includes('I was first') || t.includes('hurry') ? 'first' : t.includes('I was second') ? 'second' : '').filter(Boolean)
    expect(await order()).toEqual(['second', 'first'])
    await row(page, 'I was second').hover()
    await first.say('I am in a hurry')
    await page.getByRole('button', { name: '1 new' }).waitFor()
    await row(page, 'I am in a hurry').waitFor()
    expect(await order()).toEqual(['second', 'first'])
    await page.mouse.move(1200, 400)
    await expect.poll(order).toEqual(['first', 'second'])
    expect(await page.title()).toMatch(/^\(\d+\) Lodge$/)
  })

  it('is counted in the rail on every page, also where its list was never opened', async () => {
    await house.guest('Is anybody there?', tomas)
    const page = await house.enter('/settings/you')
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: /^Inbox, \d+ unread/ }).waitFor()
    await expect.poll(() => page.title()).toMatch(/^\(\d+\) Lodge$/)
  })

  it('is walked with J and K, and keys never fire while one writes', async () => {
    await house.guest('One', mara)
    await house.guest('Two', tomas)
    const page = await house.enter('/inbox?tab=all')
    await row(page, 'Two').waitFor()
    await page.keyboard.press('j')
    await thread(page).getByText('Two').waitFor()
    await page.keyboard.press('j')
    await thread(page).getByText('One').waitFor()
    await page.keyboard.press('k')
    await thread(page).getByText('Two').waitFor()
    const at = page.url()
    await page.keyboard.press('r')
    await page.keyboard.type('jek? gi')
    expect(await composer(page).inputValue()).toBe('jek? gi')
    expect(page.url()).toBe(at)
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys of this page' }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('g')
    await page.keyboard.press('e')
    await page.getByRole('heading', { name: 'You' }).waitFor()
  })

  it('is searched, and the palette reaches conversations, contacts, people, pages and actions', async () => {
    const guest = await house.guest('My umbrella is turquoise', tomas)
    const page = await house.enter('/inbox')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('searchbox').fill('turquoise')
    await row(page, 'turquoise').waitFor()

    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Where to, who, or what?').fill('turquoise')
    await page.getByRole('option', { name: /umbrella/ }).click()
    await page.waitForURL(`**/inbox/${guest.conversation}*`)
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Where to, who, or what?').fill('kit')
    await page.getByRole('option', { name: 'Assign to Kit' }).click()
    await thread(page).getByText('You assigned this to Kit').waitFor()
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Where to, who, or what?').fill('mara')
    await page.getByRole('option', { name: /mara@example.com/ }).click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Where to, who, or what?').fill('canned')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Canned answers' }).waitFor()
  })
})
