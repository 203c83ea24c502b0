import { readFile } from 'node:fs/promises'
import { beforeAll, expect, it } from 'vitest'
import { listVisits, type Visit } from '#contract/visits.ts'
import { kit, lobby } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { leaveClean, phoneView } from './console.ts'
import { need, openReception, zone, type Reception } from './visits.ts'

let reception: Reception
beforeAll(async () => { reception = await openReception() }, 120_000)
leaveClean(() => reception?.house)
const path = `/visits/import/${lobby.id}`
const onDay = async (day: string): Promise<Visit[]> => (await need(reception.house.server.callAs(kit)(listVisits, { query: { location: lobby.id, day } }))).visits
const rows = 'Name;Firma;E-Mail;Datum;Uhrzeit;Gastgeber;Schuhgröße\n' +
  'Ines Importiert;Duarte Légal;ines@example.com;5.5.2031;09:30;Kit;38\nOhne Datum;;;;;;\nJonas Weiß;=1+1;;5.5.2031;10:00;Niemand;\nPriya Raman;Kaveri;;5.5.2031;11:00;;\n'

it('[VI1] a file is read, looked at, imported row by row, and twice is once', { timeout: 120_000 }, async () => {
  const { house } = reception
  const page = await house.enter('/visits', { timezoneId: zone, who: kit })
  await page.getByRole('link', { name: 'Import visits' }).click()
  await page.getByText('Straight from a spreadsheet').waitFor()
  await expectAccessible(page, 'import')
  await house.shot(page, 'import')
  // As a Western spreadsheet saves it: not UTF-8.
  await page.getByLabel('Choose a CSV file').setInputFiles({ name: 'visits.csv', mimeType: 'text/csv', buffer: Buffer.from(rows, 'latin1') })
  await page.getByText('2 visits are ready').waitFor()
  await page.getByText('2 rows have something wrong').waitFor()
  await page.getByText('Nobody here is called “Niemand”').waitFor()
  await page.getByText('Datum is missing').waitFor()
  await page.getByText('Not used: Schuhgröße').waitFor()
  await page.getByText('Duarte Légal').waitFor()
  await page.getByRole('cell', { name: /^Mon,? 5 May 2031, 09:30/ }).waitFor()
  expect(await onDay('2031-05-05')).toEqual([])
  await expectAccessible(page, 'preview of an import')
  await house.shotBoth(page, 'import-preview')
  await page.getByRole('button', { name: 'Import 2 visits' }).click()
  await page.getByText('2 visits are in the book').waitFor()
  await expectAccessible(page, 'import done')
  await house.shot(page, 'import-done')
  expect((await onDay('2031-05-05')).map((v) => v.name).toSorted()).toEqual(['Ines Importiert', 'Priya Raman'])
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download the rows that were not imported' }).click()])
  const saved = await readFile(await file.path(), 'utf8')
  expect(saved).toContain('Ohne Datum')
  expect(saved).toContain("'=1+1")
  expect(saved).not.toContain('Priya Raman')

  await page.getByRole('button', { name: 'Another file' }).click()
  await page.getByLabel('Or paste the rows').fill(rows.replace('Niemand', 'Noor').replaceAll(';', '\t'))
  await page.getByRole('button', { name: 'Look at it' }).click()
  await page.getByText('2 are in the book already').waitFor()
  await page.getByRole('button', { name: 'Import 1 visit' }).click()
  await page.getByText('1 visit is in the book').waitFor()
  expect(await onDay('2031-05-05')).toHaveLength(3)
})

it('[VI3] a row that fails is tried again, and a file that is none says why', { timeout: 120_000 }, async () => {
  const { house } = reception
  const page = await house.enter(path, { timezoneId: zone, who: kit })
  await page.getByLabel('Or paste the rows').fill('hello\nworld')
  await page.getByRole('button', { name: 'Look at it' }).click()
  await page.getByText('The first line has to name the columns').waitFor()
  await expectAccessible(page, 'file that is none')
  await page.getByLabel('Or paste the rows').fill('name,date\nOne Way,3/4/2031\nOther Way,5/4/2031\n')
  await page.getByRole('button', { name: 'Look at it' }).click()
  await page.getByText('Dates like 3/4/2026 are read as').waitFor()
  await page.getByRole('button', { name: 'Read them the other way' }).click()
  await page.route('**/api/v1/visits', async (route) => route.request().postData()?.includes('Other Way') ? route.abort() : route.continue())
  await page.getByRole('button', { name: 'Import 2 visits' }).click()
  await page.getByText('1 row was not imported').waitFor({ timeout: 30_000 })
  await page.getByText('The server cannot be reached. Check the connection').waitFor()
  await page.unroute('**/api/v1/visits')
  await page.getByRole('button', { name: 'Try those again' }).click()
  await page.getByText('2 visits are in the book').waitFor()
  await house.endTabs()
  const phone = await house.enter(path, { ...phoneView, timezoneId: zone, who: kit })
  await phone.getByLabel('Or paste the rows').fill(rows)
  await phone.getByRole('button', { name: 'Look at it' }).click()
  await phone.getByText('have something wrong').waitFor()
  await expectAccessible(phone, 'preview of an import on a phone')
  await house.shot(phone, 'phone-import-preview')
})
