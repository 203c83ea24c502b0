/** A visitor and an agent, each in a browser, while the database hangs: they go on talking, and no tick says more than is so (P7, P9). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { listEntries } from '#contract/conversations.ts'
import { valueOf } from '#client/call.ts'
import type { Entry } from '#contract/entries.ts'
import { startOwnDatabase, type OwnDatabase } from '../own-database.ts'
import { newId } from '#client/lodge.ts'
import { sql } from '#server/db/sql.ts'
import { ada, fillWorld, hotel, mara, website } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { composer, expectNoErrors, list, openHouse, phoneView, thread, type House } from './console.ts'
import { serveHostPage, type HostPage } from './host-page.ts'

let database: OwnDatabase, house: House, host: HostPage
beforeAll(async () => {
  database = await startOwnDatabase()
  await fillWorld(database.pool)
  house = await openHouse({ world: false, pool: database.pool, spool: { queueMs: 250 } })
  host = await serveHostPage(house.wire.url, website.id)
}, 180_000)
afterEach(async () => {
  await database?.thaw()
  await house?.endTabs()
  if (house) expectNoErrors(house.errors)
})
afterAll(async () => {
  await host?.close()
  await house?.close()
  await database?.close()
}, 60_000)

const ticks = (page: Page): Locator => page.locator('lodge-messenger .own .tick')
async function write(page: Page, text: string): Promise<void> {
  const line = page.locator('lodge-messenger textarea')
  await line.fill(text)
  await line.press('Enter')
}
const states = (page: Page): Promise<(string | null)[]> => page.locator('lodge-messenger .message').evaluateAll((all) => all.map((m) => m.getAttribute('data-state')))

describe('while the database hangs', () => {
  it('[SP7] [SP8] [MK2] a visitor and an agent go on talking; afterwards all of it is stored', async () => {
    const visitor = await house.browser.newPage({ viewport: { width: 1000, height: 760 } })
    await visitor.goto(`${host.url}/?plain`)
    await visitor.locator('lodge-messenger .bubble').click()
    await write(visitor, 'Good evening')
    await expect.poll(() => states(visitor)).toEqual(['stored'])
    const agent = await house.enter('/inbox?tab=all')
    await list(agent).getByRole('link').first().click()
    await thread(agent).getByText('Good evening').waitFor()
    await expect.poll(() => states(visitor), { timeout: 20_000 }).toEqual(['read'])

    await database.freeze()
    await write(visitor, 'Is the kitchen open?')
    await expect.poll(() => states(visitor), { timeout: 20_000 }).toEqual(['read', 'kept'])
    await expect.poll(() => ticks(visitor).last().getAttribute('aria-label')).toBe('Kept by the server, not stored yet')
    const asked = thread(agent).getByRole('article').filter({ hasText: 'Is the kitchen open?' })
    await asked.getByRole('img', { name: 'Kept by the server, not stored yet' }).waitFor()
    await composer(agent).fill('Until ten. A table for two?')
    await composer(agent).press('Enter')
    await thread(agent).getByRole('article').filter({ hasText: 'Until ten.' }).getByRole('img', { name: 'Kept by the server, not stored yet' }).waitFor()
    await visitor.locator('lodge-messenger .theirs').filter({ hasText: 'Until ten.' }).waitFor()
    await expect.poll(() => states(visitor)).toEqual(['read', 'kept', 'kept'])
    await house.shotBoth(agent, 'kept')
    await visitor.screenshot({ path: new URL('../screenshots/messenger-kept.png', import.meta.url).pathname })
    await expectAccessible(agent, 'kept')

    await database.thaw()
    await expect.poll(() => states(visitor), { timeout: 30_000 }).toEqual(['read', 'read', null])
    await asked.getByRole('img', { name: 'Kept by the server, not stored yet' }).waitFor({ state: 'detached' })
    await thread(agent).getByRole('article').filter({ hasText: 'Until ten.' }).getByRole('img', { name: /^(?:Delivered|Read)$/ }).waitFor()
    const conversation = /inbox\/([0-9a-f-]{36})/.exec(agent.url())![1]!
    const entries = valueOf(await house.server.callAs(ada)(listEntries, { params: { conversation }, query: {} })).entries as Entry[]
    expect(entries.flatMap((e) => e.type === 'message.sent' ? [e.body?.text] : [])).toEqual(['Good evening', 'Is the kitchen open?', 'Until ten. A table for two?'])
    await visitor.close()
  }, 180_000)
})

describe('what could not be done afterwards', () => {
  it('[SP10] stands in the tray, and goes when somebody has decided', async () => {
    const rows = [['command', 'message.send', 'Where do I find the key? I stand in front of the house, and nobody opens.', 'not_found'], ['visit', 'arrival', null, 'gone']] as const
    for (const [kind, type, text, code] of rows) {
      await database.pool.read('refusal', 1_000, (tx) => tx.run(sql`
        insert into kept_refusals (account_id, id, kind, type, topic, actor, kept_at, code, reason, command)
        values (${hotel.id}, ${newId()}, ${kind}, ${type}, ${`${kind === 'visit' ? 'visit' : 'conversation'}:${newId()}`}, ${`contact:${mara.id}`}, now() - interval '7 minutes', ${code}, 'No.', ${JSON.stringify({ body: { text } })}::jsonb)`))
    }
    const page = await house.enter('/tray')
    const section = page.getByRole('region', { name: '2 things that were kept could not be done' })
    await section.getByText('Where do I find the key?').waitFor()
    await house.shotBoth(page, 'kept-refusals')
    await expectAccessible(page, 'kept refusals')
    const phone = await house.enter('/tray', phoneView)
    await phone.getByText('Where do I find the key?').waitFor()
    await house.shotBoth(phone, 'kept-refusals-phone')
    await section.getByRole('button', { name: 'Dismiss' }).first().click()
    await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Dismiss' }).click()
    await page.getByRole('region', { name: '1 thing that was kept could not be done' }).waitFor()
    expect(await page.getByText('Where do I find the key?').count()).toBe(0)
  }, 120_000)
})
