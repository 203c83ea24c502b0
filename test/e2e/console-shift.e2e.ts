/** A shift at the desk: what people get in each other's way with, or in their own. */
import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { saveCanned } from '#contract/inboxes.ts'
import { newId } from '#client/lodge.ts'
import { ada, kit, mara, tomas } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { composer, leaveClean, list, notices, openHouse, phoneView, readArabic, row, thread, type House } from './console.ts'

let house: House
beforeAll(async () => { house = await openHouse() }, 120_000)
leaveClean(() => house)

const reply = async (page: Page, text: string): Promise<void> => {
  await composer(page).fill(text)
  await composer(page).press('Enter')
  await thread(page).getByText(text).waitFor()
}
const act = async (page: Page, text: string, what: string): Promise<void> => {
  const message = thread(page).getByRole('article').filter({ hasText: text })
  await message.hover()
  await message.getByRole('button', { name: 'What to do with this message' }).click()
  await page.getByRole('menuitem', { name: what }).click()
}
const attach = async (page: Page, name: string, bytes: number): Promise<void> => {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Attach files' }).click()])
  await chooser.setFiles([{ name, mimeType: 'text/plain', buffer: Buffer.alloc(bytes, 'x') }])
}
/** Where the letters stand, whatever the box around them. */
const letters = async (words: Locator): Promise<{ left: number; right: number }> => words.evaluate((element) => {
  const range = element.ownerDocument.createRange()
  range.selectNodeContents(element)
  const { left, right } = range.getBoundingClientRect()
  return { left, right }
})

it('[DK5] words that change a message outlive it when it is deleted elsewhere, and their letters stay letters', async () => {
  const guest = await house.guest('Is the sauna open?')
  const page = await house.enter(`/inbox/${guest.conversation}?tab=all`)
  await thread(page).getByText('Is the sauna open?').waitFor()
  await reply(page, 'Until ten')
  await thread(page).getByRole('img', { name: 'Stored' }).waitFor()
  await composer(page).press('ArrowUp')
  const box = page.getByRole('textbox', { name: 'Edit' })
  await page.keyboard.type(', and the pool')
  const elsewhere = house.server.connectAs(ada)
  const topic = `conversation:${guest.conversation}`
  const message = await new Promise<string>((resolve) => {
    elsewhere.join(topic, { fresh: ({ entries }) => resolve(entries.findLast((e) => e.type === 'message.sent')!.id), entries() {} })
  })
  await elsewhere.send({ type: 'message.delete', topic, body: { message } }).stored
  await page.getByRole('alert').filter({ hasText: 'deleted in the meantime' }).waitFor()
  await page.keyboard.type(' e')   // closes a conversation, outside of a field
  expect(await box.inputValue()).toBe('Until ten, and the pool e')
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await expectAccessible(page, 'edited while it was deleted')
  await house.shotAll(page, 'edit-gone')
  await page.keyboard.press('Enter')
  expect(await box.count()).toBe(1)
  await page.keyboard.press('Escape')
  await thread(page).getByText('Ada deleted a message').waitFor()
  expect(await box.count()).toBe(0)
  await row(page, 'Message deleted').waitFor()
  expect(await list(page).getByText('Nothing said yet').count()).toBe(0)
})

it('[DK5] a change that is too long is not sent, and how Enter is meant holds in it as well', async () => {
  const guest = await house.guest('How do we get there?')
  const page = await house.enter(`/inbox/${guest.conversation}`)
  await page.evaluate(() => localStorage.setItem('lodge:preferences', JSON.stringify({ enterSends: false })))
  await page.reload()
  await thread(page).getByText('How do we get there?').waitFor()
  await composer(page).fill('By boat')
  await composer(page).press('Control+Enter')
  await thread(page).getByRole('img', { name: 'Stored' }).waitFor()
  await composer(page).press('ArrowUp')
  const box = page.getByRole('textbox', { name: 'Edit' })
  await box.fill('x'.repeat(16_001))
  await page.getByText('1 character too many').waitFor()
  await box.press('Control+Enter')
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await box.fill('By boat')
  await box.press('Enter')
  await page.keyboard.type('or on foot')
  expect(await box.inputValue()).toBe('By boat\nor on foot')
  await box.press('Control+Enter')
  await thread(page).getByText('or on foot').waitFor()
  await thread(page).getByText('edited').waitFor()
})

it('[DK7] two windows of one person write into one draft, each in its own tab of the composer', async () => {
  const guest = await house.guest('Do you have a crib?')
  const page = await house.enter(`/inbox/${guest.conversation}`)
  const other = await page.context().newPage()
  await other.goto(page.url())
  for (const one of [page, other]) await thread(one).getByText('Do you have a crib?').waitFor()
  await page.keyboard.press('n')
  await page.keyboard.type('Not before')
  await other.keyboard.press('r')
  await other.keyboard.type('We do')
  await page.keyboard.type(' Friday')
  expect(await page.getByRole('textbox', { name: /^Note about/ }).inputValue()).toBe('Not before Friday')
  expect(await other.getByRole('textbox', { name: /^Reply to/ }).inputValue()).toBe('We do')
  await page.getByRole('tab', { name: 'Reply' }).click()
  expect(await composer(page).inputValue()).toBe('We do')
  await composer(other).press('Enter')
  await thread(page).getByText('We do').waitFor()
  await expect.poll(() => composer(page).inputValue()).toBe('')
  expect(await page.getByRole('tab', { name: 'Note' }).getByRole('img', { name: 'Draft' }).count()).toBe(1)
})

it('[DK6] undo is offered for as long as it undoes', async () => {
  const guest = await house.guest('Two towels, please')
  const page = await house.enter(`/inbox/${guest.conversation}?tab=all`)
  await thread(page).getByText('Two towels, please').waitFor()
  await reply(page, 'On their way')
  await act(page, 'On their way', 'Delete')
  await notices(page).getByRole('button', { name: 'Undo' }).waitFor()
  await thread(page).getByText('Ada deleted a message').waitFor({ timeout: 15_000 })
  expect(await notices(page).getByRole('button', { name: 'Undo' }).count()).toBe(0)
})

it('[DK6] a deletion is done although its tab goes at once, with the line there or not', async () => {
  const guest = await house.guest('Which room is mine?')
  const page = await house.enter(`/inbox/${guest.conversation}`)
  const entries: { type: string }[] = []
  guest.lodge.join(`conversation:${guest.conversation}`, {
    fresh({ entries: all }) { entries.push(...all) },
    entries(more) { entries.push(...more) },
  })
  const deleted = (): number => entries.filter((e) => e.type === 'message.deleted').length
  await thread(page).getByText('Which room is mine?').waitFor()
  for (const text of ['Room 412, Lindqvist', 'Room 413, Rivera']) await reply(page, text)
  await expect.poll(() => entries.filter((e) => e.type === 'message.sent').length).toBe(3)
  await thread(page).getByRole('img', { name: 'Stored' }).waitFor()
  await act(page, 'Room 412', 'Delete')
  await page.goto('about:blank')
  await expect.poll(deleted).toBe(1)
  await page.goto(`${house.wire.url}/inbox/${guest.conversation}`)
  await thread(page).getByText('Ada deleted a message').waitFor()
  house.wire.cut()
  await act(page, 'Room 413', 'Delete')
  await page.goto('about:blank')
  house.wire.mend()
  await page.goto(`${house.wire.url}/inbox/${guest.conversation}`)
  await expect.poll(deleted, { timeout: 15_000 }).toBe(2)
  await reply(page, 'Room 414, Rivera')
  await expect.poll(() => entries.filter((e) => e.type === 'message.sent').length).toBe(4)
  await act(page, 'Room 414', 'Delete')
  await page.getByRole('button', { name: /presence, theme, sign out/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByLabel('Password').waitFor()
  await expect.poll(deleted).toBe(3)
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('lodge:deletions')))).toEqual([])
})

it('[DK6] the key of undo takes back what was done last, whatever was said since', async () => {
  const guest = await house.guest('Two pillows, please')
  const page = await house.enter(`/inbox/${guest.conversation}`)
  await thread(page).getByText('Two pillows, please').waitFor()
  await page.keyboard.press('Shift+A')
  await thread(page).getByText('You took this').waitFor()
  await attach(page, 'nothing.txt', 0)
  await notices(page).getByText('nothing.txt is empty').waitFor()
  await page.keyboard.press('z')
  await expect.poll(() => page.getByRole('button', { name: 'Assigned to Ada' }).count()).toBe(0)
  await thread(page).getByText('You took the assignment back').waitFor()
})

it('[DK6] a notice lies on nothing that sends, however long it is', async () => {
  const guest = await house.guest('A table for two?', tomas)
  const page = await house.enter(`/inbox/${guest.conversation}?tab=all`, { viewport: { width: 1024, height: 768 } })
  await thread(page).getByText('A table for two?').waitFor()
  await composer(page).fill('At eight')
  await attach(page, `${'a name that does not end '.repeat(6)}.txt`, 0)
  await notices(page).getByText('a name that does not end').waitFor()
  await house.shotAll(page, 'notice-long')
  await page.setViewportSize({ width: 1024, height: 768 })
  await page.getByRole('button', { name: 'Send', exact: true }).click({ timeout: 3000 })
  await thread(page).getByText('At eight').waitFor()
  expect(await notices(page).getByText('a name that does not end').count()).toBe(1)
})

it('keeps the box of the search within the list', async () => {
  await house.guest('Where is the key?', tomas)
  const page = await house.enter('/inbox?tab=all')
  await row(page, 'Where is the key').waitFor()
  await page.keyboard.press('Control+Shift+F')
  const box = await page.getByRole('searchbox', { name: 'Search' }).boundingBox()
  const pane = await page.getByRole('region', { name: 'Conversations' }).boundingBox()
  expect(box!.x).toBeGreaterThan(pane!.x)
  expect(box!.x + box!.width).toBeLessThan(pane!.x + pane!.width)
  await house.shotAll(page, 'search-box')
})

it('shows the chosen canned answer on a phone whose keyboard takes half of the screen', async () => {
  for (const shortcut of ['breakfast', 'bye', 'garage', 'hello', 'late', 'moment', 'pool', 'taxi']) {
    await house.server.callAs(ada)(saveCanned, { params: { canned: newId() }, body: { shortcut, text: `What we say about ${shortcut}` } })
  }
  const guest = await house.guest('And breakfast?', tomas)
  const page = await house.enter(`/inbox/${guest.conversation}`, { ...phoneView, viewport: { width: 390, height: 430 } })
  await thread(page).getByText('And breakfast?').waitFor()
  await composer(page).fill(`${'What was written before it, at length. '.repeat(8)}/`)
  await composer(page).press('End')
  await page.keyboard.type('b')
  await page.keyboard.press('Backspace')
  const chosen = page.getByRole('option', { selected: true })
  await chosen.waitFor()
  expect((await chosen.boundingBox())!.y).toBeGreaterThanOrEqual(0)
  await page.screenshot({ path: 'test/screenshots/console-canned-phone-keyboard.png' })
})

it('begins names where the page begins, in Arabic as well', async () => {
  const guest = await house.guest('Good evening', mara)
  const page = await house.enter(`/inbox/${guest.conversation}?tab=all`)
  await readArabic(page)
  const line = page.getByRole('link', { name: /Good evening/ }).first()
  await line.waitFor()
  const [name, words] = [await letters(line.getByText(mara.name, { exact: true })), await letters(line.getByText('Good evening', { exact: true }))]
  expect(Math.abs(name.right - words.right)).toBeLessThan(3)
  await page.keyboard.press('a')
  const person = page.getByRole('option').filter({ hasText: 'Kit' })
  await person.waitFor()
  expect((await person.boundingBox())!.x + (await person.boundingBox())!.width - (await letters(person.locator('bdi'))).right).toBeLessThan(60)
})

it('[CV9] who is mentioned or given a conversation is told where they are, and led there', async () => {
  const guest = await house.guest('May I bring the dog?')
  const page = await house.enter('/settings/inboxes', { who: kit })
  await page.getByRole('heading', { name: 'Inboxes' }).waitFor()
  await expect.poll(() => house.server.app.hub.present(ada.account)[kit.id]).toBe('online')
  const topic = `conversation:${guest.conversation}`
  const desk = house.server.connectAs(ada)
  await desk.send({ type: 'note.add', topic, body: { text: 'You know the rules for dogs, @Kit', mentions: [kit.id] } }).stored
  await notices(page).getByText(/^Ada mentioned you: /).waitFor()
  await expectAccessible(page, 'mentioned')
  await house.shotAll(page, 'mentioned')
  await notices(page).getByRole('button', { name: 'Open' }).click()
  await thread(page).getByText('You know the rules for dogs').waitFor()
  expect(page.url()).toContain(guest.conversation)
  // What one looks at need not be told.
  await page.bringToFront()
  await desk.send({ type: 'conversation.assign', topic, body: { assignee: kit.id } }).stored
  await thread(page).getByText(/^Ada assigned this to/).waitFor()
  expect(await notices(page).getByText('gave you a conversation').count()).toBe(0)
  await page.goto(page.url().replace(/\/inbox.*/, '/settings/inboxes'))
  await page.getByRole('heading', { name: 'Inboxes' }).waitFor()
  await desk.send({ type: 'conversation.assign', topic, body: { assignee: null } }).stored
  await desk.send({ type: 'conversation.assign', topic, body: { assignee: kit.id } }).stored
  await notices(page).getByText(/^Ada gave you a conversation: /).waitFor()
})
