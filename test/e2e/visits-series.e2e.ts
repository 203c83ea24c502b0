import { beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { listVisits, type Visit } from '#contract/visits.ts'
import { createSeries } from '#contract/visit-series.ts'
import { saveWatched } from '#contract/watchlist.ts'
import { newId } from '#client/lodge.ts'
import { ada, kit, lobby, noor } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { leaveClean, notices, phoneView, readArabic } from './console.ts'
import { need, openReception, panel, today, zone, type Reception } from './visits.ts'

let reception: Reception
beforeAll(async () => { reception = await openReception() }, 120_000)
leaveClean(() => reception?.house)
const enter = (path = '/visits', who = kit): Promise<Page> => reception.house.enter(path, { timezoneId: zone, who })
const phoneHere = { ...phoneView, timezoneId: zone }
const found = async (name: string): Promise<Visit[]> => (await need(reception.house.server.callAs(kit)(listVisits, { query: { location: lobby.id, from: today(), to: today(30), limit: 500 } }))).visits.filter((v) => v.name === name).toSorted((a, b) => a.day.localeCompare(b.day))
const repeating = async (name: string, more: object = {}): Promise<Visit[]> =>
  (await need(reception.house.server.callAs(kit)(createSeries, { body: { id: newId(), location: lobby.id, name, host: kit.id, rule: 'FREQ=DAILY;COUNT=6', startsAt: `${today()}T23:30`, ...more } }))).visits

describe('visits that repeat', () => {
  it('are made with the next dates in view, and a rule that is none says why', { timeout: 60_000 }, async () => {
    const { house } = reception
    const page = await enter('/visits?new=true')
    const dialog = page.getByRole('dialog', { name: 'New visit' })
    await dialog.getByLabel('Name').fill('Rosa Rhythm')
    await dialog.getByLabel('Expected').fill(`${today(1)}T09:30`)
    await dialog.getByLabel('Repeats', { exact: true }).selectOption({ label: 'Every week on …' })
    await dialog.getByText('The next dates').waitFor()
    await dialog.getByText('and so on').waitFor()
    for (const weekday of ['Monday', 'Wednesday']) {
      const button = dialog.getByRole('button', { name: weekday })
      if (await button.getAttribute('aria-pressed') === 'false') await button.click()
    }
    await dialog.getByLabel('Ends').selectOption({ label: 'After a number of times' })
    await dialog.getByLabel('How many times').fill('5')
    await expect.poll(() => dialog.getByText('The next dates').locator('..').textContent()).not.toContain('and so on')
    await expectAccessible(page, 'new visit that repeats')
    await house.shotBoth(page, 'series-new')
    await dialog.getByLabel('Repeats', { exact: true }).selectOption({ label: 'By a rule of your own' })
    await dialog.getByLabel('Rule').fill('FREQ=HOURLY')
    await dialog.getByText('It repeats at most once a day').waitFor()
    await expectAccessible(page, 'rule that is none')
    await dialog.getByLabel('Rule').fill('FREQ=DAILY;INTERVAL=3;COUNT=4')
    await dialog.getByText('It repeats at most once a day').waitFor({ state: 'detached' })
    await dialog.getByRole('button', { name: 'Add to the book' }).click()
    await notices(page).getByText('Rosa Rhythm is expected every 3 days, 4 times').waitFor()
    const made = await found('Rosa Rhythm')
    expect(made.map((v) => v.day)).toEqual([1, 4, 7, 10].map(today))
    expect(new Set(made.map((v) => new Date(v.expectedAt ?? '').toLocaleTimeString('en-GB', { timeZone: zone, timeStyle: 'short' })))).toEqual(new Set(['09:30']))
  })

  it('say in the panel how, and are cancelled one by one, from one on, or all', { timeout: 60_000 }, async () => {
    const { house } = reception
    const visits = await repeating('Sami Series')
    const page = await enter(`/visits/${visits[1]?.id}`)
    await panel(page).getByText('Repeats every day, 6 times').waitFor()
    await panel(page).getByText('You expected this series').waitFor()
    await expectAccessible(page, 'visit of a series')
    await house.shot(page, 'series-visit')
    const cancel = async (scope: string): Promise<void> => {
      await panel(page).getByRole('button', { name: 'More' }).click()
      await page.getByRole('menuitem', { name: 'Cancel the visit' }).click()
      await page.getByRole('radio', { name: scope }).check()
    }
    await cancel('Only this one')
    await expectAccessible(page, 'cancel of a series')
    await house.shot(page, 'series-cancel')
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the visit' }).click()
    await panel(page).getByText('You cancelled').waitFor()
    await notices(page).getByRole('button', { name: 'Undo' }).click()
    await panel(page).getByText('You took the cancellation back').waitFor()
    expect((await found('Sami Series')).map((v) => v.status)).toEqual(Array.from({ length: 6 }, () => 'expected'))
    await page.goto(`${house.wire.url}/visits/${visits[3]?.id}`)
    await panel(page).getByText('Repeats every day').waitFor()
    await cancel('This one and those that follow')
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the visit' }).click()
    await panel(page).getByText('You cancelled the series from').waitFor()
    await panel(page).getByText('Repeats every day, until').waitFor()
    expect((await found('Sami Series')).map((v) => v.status)).toEqual(['expected', 'expected', 'expected', 'cancelled', 'cancelled', 'cancelled'])
  })

  it('are changed from one on, and the book of somebody else follows', { timeout: 60_000 }, async () => {
    const { house } = reception
    const visits = await repeating('Carla Change')
    const other = await enter('/visits', noor)
    await other.getByRole('link', { name: 'Carla Change' }).waitFor()
    const page = await enter(`/visits/${visits[0]?.id}`)
    await panel(page).getByRole('button', { name: 'Change the series' }).click()
    const dialog = page.getByRole('dialog', { name: 'Change the series' })
    await dialog.getByLabel('Company').fill('Everyday Ltd')
    await dialog.getByLabel('Time', { exact: true }).fill('23:45')
    await expectAccessible(page, 'change of a series')
    await house.shot(page, 'series-change')
    await dialog.getByRole('checkbox', { name: 'The rule stays as it is' }).uncheck()
    await dialog.getByLabel('Repeats', { exact: true }).selectOption({ label: 'Every day' })
    await expectAccessible(page, 'change of a rule')
    await dialog.getByRole('checkbox', { name: 'The rule stays as it is' }).check()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await notices(page).getByText('The series is changed').waitFor()
    await other.getByText('Everyday Ltd').first().waitFor()
    expect(new Set((await found('Carla Change')).map((v) => v.company))).toEqual(new Set(['Everyday Ltd']))
    await house.endTabs()
    const phone = await house.enter('/visits?new=true', { ...phoneHere, who: kit })
    await phone.getByLabel('Repeats', { exact: true }).selectOption({ label: 'Every week on …' })
    await phone.getByText('and so on').waitFor()
    await phone.getByText('The next dates').scrollIntoViewIfNeeded()
    await expectAccessible(phone, 'new visit that repeats, on a phone')
    await house.shot(phone, 'phone-series-new')
    await phone.goto(`${house.wire.url}/visits/${visits[0]?.id}`)
    await panel(phone).getByText('Repeats every day').waitFor()
    await house.shot(phone, 'phone-series-visit')
  })
})

it('visits that repeat are read from right to left in Arabic', async () => {
  const { house } = reception
  const visits = await repeating('فاطمة الزهراء')
  const page = await enter(`/visits/${visits[0]?.id}`)
  await readArabic(page)
  await page.getByText('تتكرر كل يوم').waitFor()
  await page.goto(`${house.wire.url}/visits?new=true`)
  await page.getByLabel('التكرار', { exact: true }).selectOption({ label: 'كل أسبوع في …' })
  await page.getByText('وهكذا').waitFor()
  await expectAccessible(page, 'new visit that repeats, in Arabic')
  await house.shot(page, 'series-new-arabic')
})

it('a visit that resembles the watchlist says whose entry it is, and why it stands there', async () => {
  await need(reception.house.server.callAs(ada)(saveWatched, { params: { watched: newId() }, body: { name: 'Viktor Falk', action: 'alert', reason: 'Took a laptop in March.' } }))
  const visit = await reception.expect('Falk Victor')
  const page = await enter(`/visits/${visit.id}`)
  await panel(page).getByText('Took a laptop in March.').waitFor()
  await panel(page).getByText('Viktor Falk', { exact: true }).waitFor()
  await panel(page).getByText('alert', { exact: true }).waitFor()
  await expectAccessible(page, 'why the watchlist matched')
  await reception.house.shot(page, 'watched-because')
})
