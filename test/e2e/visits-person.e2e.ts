import { readFile } from 'node:fs/promises'
import { beforeAll, expect, it } from 'vitest'
import type { PersonExport } from '#contract/persons.ts'
import { createContact } from '#contract/contacts.ts'
import { createSeries } from '#contract/visit-series.ts'
import { newId } from '#client/lodge.ts'
import { ada, kit, lobby } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { leaveClean, notices, phoneView } from './console.ts'
import { need, openReception, today, zone, type Reception } from './visits.ts'

let reception: Reception
beforeAll(async () => { reception = await openReception() }, 120_000)
leaveClean(() => reception?.house)

it('[PN1] [PN2] [PN3] a person is found, handed over as a file and erased; a namesake is left alone', { timeout: 120_000 }, async () => {
  const { house } = reception
  const desk = house.server.callAs(kit)
  const [here, past, namesake] = [await reception.arrived('Mona Mustermann', 20, { email: 'mona@example.com' }), await reception.left('Mona Mustermann', 60, { email: 'mona@example.com' }), await reception.expect('Mona Mustermann', { email: 'other-mona@example.com', company: 'Namesake Ltd' })]
  await need(desk(createSeries, { body: { id: newId(), location: lobby.id, name: 'Mona Mustermann', email: 'mona@example.com', rule: 'FREQ=WEEKLY;COUNT=3', startsAt: `${today(1)}T10:00` } }))
  await need(desk(createContact, { body: { id: newId(), name: 'Mona Mustermann', email: 'mona@example.com' } }))

  const agent = await house.enter('/visits', { timezoneId: zone, who: kit })
  await agent.getByRole('link', { name: 'Mona Mustermann' }).first().waitFor()
  const page = await house.enter('/settings/you', { timezoneId: zone, who: ada })
  await page.getByRole('link', { name: 'One person' }).click()
  await page.getByRole('textbox', { name: 'E-mail address' }).fill('nobody@example.com')
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByText('Nothing is held of anybody').waitFor()
  await expectAccessible(page, 'nobody found')
  await page.getByLabel('Find by').selectOption({ label: 'Whole name' })
  await page.getByRole('textbox', { name: 'Whole name' }).fill('mona mustermann')
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByText('Two people may have one name').waitFor()
  await page.getByRole('heading', { name: '6 visits' }).waitFor()
  await page.getByText('1 contact').waitFor()
  await expectAccessible(page, 'person')
  await house.shotBoth(page, 'person')
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download everything' }).click()])
  const saved = JSON.parse(await readFile(await file.path(), 'utf8')) as PersonExport
  expect(saved.visits.map((v) => v.visit.id)).toEqual(expect.arrayContaining([here.id, past.id, namesake.id]))

  await page.getByRole('listitem').filter({ hasText: 'Namesake Ltd' }).getByRole('checkbox').uncheck()
  await page.getByText('6 chosen').waitFor()
  await page.getByRole('button', { name: 'Erase the chosen' }).click()
  const dialog = page.getByRole('dialog', { name: 'Erase this person?' })
  await dialog.getByText('From 5 visits and 1 series').waitFor()
  expect(await dialog.getByRole('button', { name: 'Erase for good' }).isDisabled()).toBe(true)
  await expectAccessible(page, 'erasure of a person')
  await house.shot(page, 'person-erase')
  await dialog.getByRole('checkbox').check()
  await dialog.getByRole('button', { name: 'Erase for good' }).click()
  await notices(page).getByText('Erased from 5 visits').waitFor()
  await page.getByRole('heading', { name: '1 visit' }).waitFor()
  for (const { id } of [here, past]) expect(await reception.visit(id)).toMatchObject({ isErased: true, name: '–' })
  expect(await reception.visit(namesake.id)).toMatchObject({ isErased: false })
  // In the book that lies open elsewhere as well.
  await expect.poll(() => agent.getByRole('link', { name: 'Mona Mustermann' }).count()).toBe(1)
  await house.endTabs()
  const phone = await house.enter('/settings/person', { ...phoneView, timezoneId: zone, who: ada })
  await phone.getByRole('textbox', { name: 'E-mail address' }).fill('other-mona@example.com')
  await phone.getByRole('button', { name: 'Find' }).click()
  await phone.getByRole('heading', { name: '1 visit' }).waitFor()
  await expectAccessible(phone, 'person on a phone')
  await house.shot(phone, 'phone-person')
})
