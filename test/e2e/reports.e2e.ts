/** Numbers on the screen: how it stands now, how it went, and the same as tables and files. */
import { readFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { CommandType } from '#contract/commands.ts'
import { createVisit, checkInVisit } from '#contract/visits.ts'
import { newId } from '#client/lodge.ts'
import { openConnection } from '#server/db/connection.ts'
import { ada, concierge, kit, lobby, mara, noor, sessionOf, tomas, website } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { leaveClean, openHouse, phoneView, readArabic, type House } from './console.ts'
import { need } from './visits.ts'

const dayMs = 86_400_000, minuteMs = 60_000
let house: House
let atMs: number | undefined
const now = (): number => atMs ?? Date.now()
const do_ = (who: Parameters<typeof sessionOf>[0], type: CommandType, conversation: string, body: object = {}): Promise<unknown> =>
  house.server.app.verbs.commands[type]({ ...sessionOf(who), expiresAtMs: Number.MAX_SAFE_INTEGER }, { id: newId(), type, topic: `conversation:${conversation}`, body })

/** Twenty days of the past, more in the middle of the day than in the evening, answered by two, faster by one of them. */
beforeAll(async () => {
  atMs = Date.now() - 21 * dayMs
  house = await openHouse({ now })
  for (let day = 20; day >= 1; day--) {
    const noonMs = Math.floor((Date.now() - day * dayMs) / dayMs) * dayMs + 9 * 60 * minuteMs
    for (let i = 0; i < 2 + (day * 7) % 4; i++) {
      atMs = noonMs + i * 95 * minuteMs
      const conversation = newId(), who = i % 2 ? tomas : mara, agent = (day + i) % 3 ? kit : noor
      await do_(who, 'conversation.open', conversation, { inbox: (i % 3 ? website : concierge).id })
      await do_(who, 'message.send', conversation, { text: 'Is breakfast included?' })
      atMs += (agent === kit ? 2 : 9) * minuteMs + (day * 13) % 7 * 20_000
      await do_(agent, 'message.send', conversation, { text: 'It is, until half past ten.' })
      atMs += 11 * minuteMs + day * 30_000
      await do_(agent, 'conversation.close', conversation)
    }
  }
  atMs = undefined
  const visit = newId()
  await need(house.server.callAs(kit)(createVisit, { body: { id: visit, location: lobby.id, name: 'Ines', expectedAt: new Date().toISOString() } }))
  await need(house.server.callAs(kit)(checkInVisit, { params: { visit }, body: { id: newId() } }))
  await house.server.app.feed.settled()
}, 240_000)
leaveClean(() => house)

const board = (page: Page): Locator => page.getByRole('region', { name: 'Now' })
const figure = (page: Page, name: string | RegExp): Locator => page.locator('dl > div').filter({ has: page.getByText(name, { exact: true }) })
const enter = async (path = '/reports', options?: Parameters<House['enter']>[1]): Promise<Page> => {
  const page = await house.enter(path, options)
  await figure(page, 'Conversations').waitFor()
  return page
}

describe('reports', () => {
  it('are a key away; the board moves by itself, and says so when it cannot', { timeout: 120_000 }, async () => {
    const page = await house.enter('/inbox')
    await page.keyboard.press('g')
    await page.keyboard.press('r')
    await board(page).getByText('nobody waits').waitFor()
    await figure(page, 'On site').getByText('1', { exact: true }).waitFor()
    const guest = await house.guest('Is anybody there?')
    await figure(page, 'Waiting').getByText(/^longest \d+ s$/).waitFor()
    await figure(page, 'Waiting').getByText('1', { exact: true }).waitFor()
    await do_(ada, 'conversation.assign', guest.conversation, { assignee: ada.id })
    await board(page).getByRole('listitem').filter({ hasText: 'Ada' }).getByText('1 open').waitFor()
    await do_(ada, 'message.send', guest.conversation, { text: 'I am.' })
    await board(page).getByText('nobody waits').waitFor()

    house.wire.cut()
    await board(page).getByText(/^As it was at \d\d:\d\d\./).waitFor({ timeout: 30_000 })
    await page.getByRole('button', { name: '7 days' }).click()   // which cannot be read now
    await page.getByText('could not be read again').or(page.getByText('The report could not be read')).waitFor({ timeout: 30_000 })
    house.wire.mend()
    await board(page).getByText(/^As it was at/).waitFor({ state: 'detached', timeout: 40_000 })
    await page.getByText('Complete up to now').waitFor({ timeout: 20_000 })
    await do_(ada, 'conversation.close', guest.conversation)
    await figure(page, 'Open').getByText('0', { exact: true }).waitFor({ timeout: 20_000 })
  })

  it('show a range, compare it, filter it, and keep it in the address', { timeout: 120_000 }, async () => {
    const page = await enter()
    await page.getByText('Complete up to now').waitFor()
    const all = Number(await figure(page, 'Conversations').locator('dd').first().textContent())
    expect(all).toBeGreaterThan(50)
    await page.getByRole('button', { name: '7 days' }).click()
    await expect.poll(async () => Number(await figure(page, 'Conversations').locator('dd').first().textContent())).toBeLessThan(all)
    await figure(page, 'Conversations').getByText(/than in the days before|as in the days before/).waitFor({ state: 'attached' })
    await page.getByRole('combobox', { name: 'Person' }).selectOption({ label: 'Kit' })
    await expect.poll(() => figure(page, 'Conversations').count()).toBe(0)
    await figure(page, 'Answered').waitFor()
    await page.reload()
    await figure(page, 'Answered').waitFor()
    expect(page.url()).toContain(`agent=${kit.id}`)
    await page.getByRole('combobox', { name: 'Person' }).selectOption('')
    await page.getByRole('combobox', { name: 'Channel' }).selectOption({ label: 'SMS' })
    await page.getByText('No conversations in these days').waitFor()
    await page.getByRole('combobox', { name: 'Channel' }).selectOption('')
    await page.getByRole('button', { name: 'Other days' }).click()
    const day = new Date(Date.now() - 10 * dayMs).toISOString().slice(0, 10)
    await page.getByLabel('First day').fill(day)
    await page.getByLabel('Last day').fill(day)
    const plot = page.getByRole('region', { name: 'Conversations over time' })
    await plot.getByRole('button', { name: 'Show as table' }).click()
    await plot.getByRole('rowheader', { name: /^\d\d:00$/ }).nth(23).waitFor()   // one day, by its hours
  })

  it('leave as a file', { timeout: 60_000 }, async () => {
    const page = await enter()
    await page.getByRole('button', { name: 'Download as CSV' }).click()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'By person' }).click()])
    expect(download.suggestedFilename()).toMatch(/^conversations-agent-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/)
    expect(await readFile(await download.path(), 'utf8')).toMatch(/^\uFEFFagent,agent_id,[^]*\r\nKit,/)
  })

  it('say up to when they are complete while entries are still to come', { timeout: 60_000 }, async () => {
    const { database } = house.server
    const { client } = await openConnection(database.target, 'lodge test')
    await client.query('select pg_advisory_lock(5020624, 8)')   // who has it keeps reports from reading on
    try {
      const conversation = newId()
      await do_(mara, 'conversation.open', conversation, { inbox: website.id })
      await client.query(`update journal set at = now() - interval '3 minutes' where topic = $1`, [`conversation:${conversation}`])
      const page = await enter()
      await page.getByRole('status').filter({ hasText: /^Complete up to \d\d:\d\d\. What came after is being counted\.$/ }).waitFor()
      await house.shot(page, 'reports-behind')
    } finally {
      await client.end()
    }
  })
})

describe('every screen', () => {
  it('of reports is accessible in light and dark, wide, on a phone, on a wall and in Arabic', { timeout: 240_000 }, async () => {
    const page = await enter()
    await page.locator('.uplot canvas').nth(2).waitFor()
    await expectAccessible(page, 'reports')
    await house.shotBoth(page, 'reports')
    for (const plot of ['Conversations over time', 'First response over time', 'Messages by hour of the day']) await page.getByRole('region', { name: plot }).getByRole('button', { name: 'Show as table' }).click()
    await expectAccessible(page, 'reports as tables')
    await page.getByRole('region', { name: 'Messages by hour of the day' }).first().scrollIntoViewIfNeeded()
    await house.shot(page, 'reports-tables')
    await board(page).getByRole('button', { name: 'Full screen' }).click()
    await board(page).getByRole('button', { name: 'Leave full screen' }).waitFor()
    await house.shot(page, 'reports-wall')
    await house.endTabs()

    const phone = await enter('/reports?range=week', phoneView)
    await phone.locator('.uplot canvas').nth(2).waitFor()
    await expectAccessible(phone, 'reports on a phone')
    await house.shot(phone, 'reports-phone')
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(phoneView.viewport.width)
    await phone.getByRole('region', { name: 'First response over time' }).scrollIntoViewIfNeeded()
    await phone.emulateMedia({ colorScheme: 'dark' })
    await house.shot(phone, 'reports-phone-dark')
    await house.endTabs()

    const arabic = await enter()
    await readArabic(arabic)
    await arabic.getByRole('region', { name: 'المحادثات عبر الوقت' }).locator('canvas').waitFor()
    await expectAccessible(arabic, 'reports in Arabic')
    await house.shot(arabic, 'reports-arabic')
  })
})
