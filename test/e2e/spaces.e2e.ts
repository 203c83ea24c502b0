import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createClosure, getBooking, listBookings } from '#contract/bookings.ts'
import { saveLocation } from '#contract/places.ts'
import { saveFloor, saveSpace } from '#contract/spaces.ts'
import { newId } from '#client/lodge.ts'
import { hoursOf, spanOf } from '#web/console/spaces/day.ts'
import { ada, kit, lobby, noor } from '../world.ts'
import { notices } from './console.ts'
import { clock, dialog, line, need, onPlan, openOffice, panel, slot, today, zone, type Office } from './spaces.ts'

let office: Office
beforeAll(async () => { office = await openOffice() }, 120_000)
afterAll(async () => { await office?.close() })
afterEach(async () => {
  await office.house.endTabs()
  expect(office.house.errors.splice(0)).toEqual([])
})

const enter = (path = '/spaces', who: { email: string } = kit) => office.house.enter(path, { timezoneId: zone, who })

describe('the floor at a moment', () => {
  it('[SC1] says the same on the plan and in the list, and follows what others do', async () => {
    const [desk] = office.desks
    const page = await enter()
    await line(page, 'Desk 1').getByText('Free for the rest of the day').waitFor()
    expect(await onPlan(page, 'Desk 1').getAttribute('data-state')).toBe('free')
    const booking = await office.bookFor(noor, desk!, -5, 60)
    await line(page, 'Desk 1').getByText(`Noor until ${clock(booking.endsAt)}`).waitFor()
    await onPlan(page, 'Desk 1').and(page.locator('[data-state=taken]')).waitFor()
    // Later, the slider says so; the address is what one can send to a colleague.
    await page.getByRole('slider', { name: 'Time of the day that is shown' }).focus()
    await page.keyboard.press('End')
    await line(page, 'Desk 1').getByText('Free for the rest of the day').waitFor()
    expect(new URL(page.url()).searchParams.get('at')).toBeTruthy()
    await page.keyboard.press('Tab')
    await page.locator('body').click({ position: { x: 5, y: 400 } })
    await page.keyboard.press('n')
    await line(page, 'Desk 1').getByText('Noor until').waitFor()
    await page.keyboard.press('f')
    await line(page, 'Desk 1').waitFor({ state: 'detached' })
    await page.getByText('5 of 5 free').waitFor()
  })

  it('finds what has the seats and the equipment, and is free for so long', async () => {
    const page = await enter()
    await line(page, 'Desk 2').waitFor()
    await page.getByRole('combobox', { name: 'Kind' }).selectOption('room')
    await line(page, 'Desk 2').waitFor({ state: 'detached' })
    await page.getByLabel('Seats at least').fill('9')
    await page.getByText('Nothing fits what you asked for').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.getByRole('button', { name: /^Equipment/ }).click()
    await page.getByRole('checkbox', { name: 'Standing' }).check()
    await page.keyboard.press('Escape')
    await line(page, 'Desk 2').waitFor()
    expect(await line(page, 'Desk 3').count()).toBe(0)
    await office.bookFor(noor, office.desks[1]!, 45, 60)
    await page.getByRole('combobox', { name: 'For how long' }).selectOption({ label: '1 hour' })
    await line(page, 'Desk 2').getByText('Noor from').waitFor()
  })
})

describe('booking', () => {
  it('[SC2] books from the plan by keyboard, and says when it is', async () => {
    const page = await enter()
    await line(page, 'Desk 3').waitFor()
    await onPlan(page, 'Desk 3').focus()
    await page.keyboard.press('Enter')
    await panel(page).getByRole('heading', { name: 'Desk 3' }).waitFor()
    await page.keyboard.press('b')
    await dialog(page).getByLabel('Until').fill('23:00')
    await page.keyboard.press('Enter')
    await notices(page).getByText('Desk 3 is yours: Today').waitFor()
    await line(page, 'Desk 3').getByText('Yours until 23:00').waitFor()
    await onPlan(page, 'Desk 3').and(page.locator('[data-state=mine]')).waitFor()
    await panel(page).getByRole('button', { name: 'End now' }).click()
    await line(page, 'Desk 3').getByText('Free').waitFor()
  })

  it('[SC3] says who has it and when, and what is free nearby', async () => {
    const taken = await office.bookFor(noor, office.desks[3]!, 120, 60)
    const page = await enter()
    await line(page, 'Desk 4').getByRole('button', { name: 'Book Desk 4' }).click()
    await dialog(page).getByLabel('From').fill(clock(slot(100)))
    await dialog(page).getByLabel('Until').fill(clock(slot(150)))
    await dialog(page).getByRole('button', { name: 'Book', exact: true }).click()
    const alert = dialog(page).getByRole('alert')
    await alert.getByText(`Today, ${clock(taken.startsAt)}–${clock(taken.endsAt)}: Noor has it`).waitFor()
    await alert.getByRole('button', { name: 'Take Desk 2' }).or(alert.getByRole('button', { name: 'Take Desk 3' })).first().waitFor()
    await alert.getByRole('button', { name: 'Take Desk 5' }).click()
    await dialog(page).getByRole('heading', { name: 'Book Desk 5' }).waitFor()
    await dialog(page).getByRole('button', { name: 'Book', exact: true }).click()
    await notices(page).getByText('Desk 5 is yours').waitFor()
  })

  it('books a colleague a whole day', async () => {
    const page = await enter(`/spaces?day=${today(3)}`)
    await line(page, 'Desk 1').getByRole('button', { name: 'Book Desk 1' }).click()
    await dialog(page).getByRole('checkbox', { name: 'Whole day' }).check()
    await dialog(page).getByRole('button', { name: /^For/ }).click()
    await page.getByPlaceholder('Which colleague?').fill('noor')
    await page.keyboard.press('Enter')
    await dialog(page).getByText('Noor is told by e-mail').waitFor()
    await dialog(page).getByRole('button', { name: 'Book', exact: true }).click()
    await notices(page).getByText('Desk 1 is booked for Noor').waitFor()
    const { bookings } = await need(office.house.server.callAs(ada)(listBookings, { query: { user: noor.id, from: today(3), to: today(3) } }))
    expect(bookings.map((b) => ({ wholeDay: b.wholeDay, by: b.bookedBy?.name }))).toEqual([{ wholeDay: true, by: 'Kit' }])
  })

  it.each([23, 25])('[SC2] goes over the whole of a day that has %i hours', async (hours) => {
    const admin = office.house.server.callAs(ada)
    const [location, floor, space] = [newId(), newId(), newId()]
    await need(admin(saveLocation, { params: { location }, body: { name: `Pier ${hours}`, zone: 'Europe/Stockholm', opensAt: '07:00', closesAt: '19:00' } }))
    await need(admin(saveFloor, { params: { floor }, body: { location, name: 'Deck' } }))
    await need(admin(saveSpace, { params: { space }, body: { floor, name: 'Bench', kind: 'desk' } }))
    const days = Array.from({ length: 365 }, (_, n) => today(n + 1))
    const day = days.find((d) => hoursOf(spanOf('Europe/Stockholm', d)) === hours)!
    const page = await enter(`/spaces?location=${location}&day=${day}`)
    await line(page, 'Bench').getByRole('button', { name: 'Book Bench' }).waitFor()
    expect(await page.getByRole('slider').getAttribute('max')).toBe(String(hours * 60 - 15))
    await page.getByRole('slider').focus()
    await page.keyboard.press('End')
    await page.getByText('at 23:45').waitFor()
    await line(page, 'Bench').getByRole('button', { name: 'Book Bench' }).click()
    await dialog(page).getByRole('checkbox', { name: 'Whole day' }).check()
    await dialog(page).getByText(`this day has ${hours} hours`).waitFor()
    await dialog(page).getByRole('button', { name: 'Book', exact: true }).click()
    await line(page, 'Bench').getByText('Yours until the end of the day').waitFor()
    const { bookings } = await need(admin(listBookings, { query: { space } }))
    expect(bookings.map((b) => (Date.parse(b.endsAt) - Date.parse(b.startsAt)) / 3_600_000)).toEqual([hours])
  })

  it('[SC4] shows what comes of a series before it is booked, and skips what is taken only when told to', async () => {
    const day = today(7)
    await office.book(noor, office.desks[4]!, { day: today(14) })
    await need(office.house.server.callAs(ada)(createClosure, { body: { id: newId(), location: lobby.id, when: { day: today(21) }, text: 'Painting', cancelBookings: true } }))
    const page = await enter(`/spaces?day=${day}`)
    await line(page, 'Desk 5').getByRole('button', { name: 'Book Desk 5' }).click()
    await dialog(page).getByLabel('From').fill('09:00')
    await dialog(page).getByLabel('Until').fill('10:30')
    await dialog(page).getByRole('combobox', { name: 'Repeat' }).selectOption({ label: 'Every week' })
    await dialog(page).getByLabel('Times').fill('4')
    const preview = dialog(page).getByRole('region', { name: 'What comes of it' })
    await preview.getByText('2 of 4 times are free').waitFor()
    await preview.getByText('taken by Noor').waitFor()
    await preview.getByText('closed: Painting').waitFor()
    await dialog(page).getByRole('button', { name: 'Book 2 times' }).click()
    await dialog(page).getByRole('alert').getByText('may be skipped').waitFor()
    await preview.getByRole('checkbox', { name: 'Skip the 2 that are not free' }).check()
    await dialog(page).getByRole('button', { name: 'Book 2 times' }).click()
    const done = dialog(page).getByRole('list', { name: 'What came of it' })
    await done.getByText('booked').first().waitFor()
    expect(await done.getByRole('listitem').count()).toBe(4)
    await dialog(page).getByRole('button', { name: 'Done' }).click()
    await page.goto(`${office.house.wire.url}/spaces/mine`)
    const lines = page.getByRole('listitem').filter({ hasText: 'repeats' })
    await lines.first().waitFor()
    expect(await lines.count()).toBe(2)
    await lines.first().getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('menuitem', { name: 'Cancel all that are to come' }).click()
    await dialog(page).getByRole('button', { name: 'Cancel all that are to come' }).click()
    await notices(page).getByText('2 bookings are cancelled').waitFor()
    await lines.first().waitFor({ state: 'detached' })
  })
})

describe('one’s own bookings', () => {
  it('[SC5] are checked in, changed, cancelled and taken back', async () => {
    const booking = await office.bookFor(kit, office.room, 5, 60, { title: 'Budget' })
    const page = await enter('/spaces/mine')
    const mine = page.locator(`[data-booking="${booking.id}"]`)
    await mine.getByText('Budget').waitFor()
    await mine.getByRole('button', { name: 'Check in' }).click()
    await notices(page).getByText('You are checked in: Harbour').waitFor()
    await mine.getByText('Checked in at').waitFor()
    await mine.getByRole('button', { name: 'Change …' }).click()
    await dialog(page).getByLabel('What for').fill('Budget and plans')
    await dialog(page).getByRole('button', { name: 'Save' }).click()
    await mine.getByText('Budget and plans').waitFor()
    await mine.getByRole('button', { name: 'Cancel' }).click()
    await mine.waitFor({ state: 'detached' })
    await notices(page).getByRole('button', { name: 'Undo' }).last().click()
    await notices(page).getByText('Booked again').waitFor()
    await page.getByText('Budget and plans').waitFor()
    expect((await need(office.house.server.callAs(kit)(getBooking, { params: { booking: booking.id } }))).status).toBe('cancelled')
  })

  it('that were taken away say by what', async () => {
    const booking = await office.book(kit, office.desks[1]!, { day: today(4) })
    const page = await enter('/spaces/mine')
    await page.locator(`[data-booking="${booking.id}"]`).waitFor()
    await need(office.house.server.callAs(ada)(createClosure, { body: { id: newId(), location: lobby.id, space: office.desks[1]!.id, when: { day: today(4) }, text: 'Painting', cancelBookings: true } }))
    await page.getByRole('region', { name: 'No longer yours' }).getByText('Cancelled, because it is closed then').waitFor()
    expect(await page.locator(`[data-booking="${booking.id}"]`).count()).toBe(0)
  })

  it('says why not when the change is in the way of somebody', async () => {
    await office.bookFor(noor, office.desks[2]!, 300, 60)
    const booking = await office.bookFor(kit, office.desks[2]!, 200, 60)
    const page = await enter('/spaces/mine')
    const mine = page.locator(`[data-booking="${booking.id}"]`)
    await mine.getByRole('button', { name: 'Change …' }).click()
    await dialog(page).getByLabel('Until').fill(clock(slot(310)))
    await dialog(page).getByRole('button', { name: 'Save' }).click()
    await dialog(page).getByRole('alert').getByText('Noor has it').waitFor()
    await page.keyboard.press('Escape')
    await mine.getByRole('button', { name: 'Cancel' }).click()
    await mine.waitFor({ state: 'detached' })
  })
})

it('[SC6] says who is in, and finds a colleague and their desk', async () => {
  const page = await enter('/spaces/people')
  await page.getByRole('region', { name: /^Here|^To come/ }).first().getByText('Noor').waitFor()
  await page.getByRole('searchbox', { name: 'Find a colleague' }).fill('ada')
  await page.getByText('Has booked nothing on this day').waitFor()
  await page.getByRole('searchbox', { name: 'Find a colleague' }).fill('noor')
  await page.getByRole('link', { name: /^Show Desk .* on the plan/ }).first().click()
  await panel(page).getByRole('heading', { name: /^Desk/ }).waitFor()
})

describe('the code at a space', () => {
  it('[SC7] leads to one’s booking and checks in, or books what is free', async () => {
    const spare = await office.space('Desk 12', { checkIn: { opensBeforeMinutes: 15, releasesAfterMinutes: 30, wholeDayUntil: '23:30' } })
    const page = await enter(`/checkin/${spare.code}`)
    await page.getByRole('heading', { name: 'Desk 12' }).waitFor()
    await page.getByRole('button', { name: 'Book for 1 hour' }).click()
    await page.getByText(/^Yours: Today/).waitFor()
    await page.getByRole('button', { name: 'Check in' }).click()
    await page.getByText('Checked in at').waitFor()
    await office.house.endTabs()
    const other = await enter(`/checkin/${spare.code}`, noor)
    await other.getByText('Kit has it until').waitFor()
    await other.goto(`${office.house.wire.url}/checkin/AAAAAAAAAA`)
    await other.getByText('Nothing belongs to this code').waitFor()
  })
})

it('[SC8] shows what was known when the line is cut, says since when, and books nothing', { timeout: 60_000 }, async () => {
  const { wire } = office.house
  const page = await enter()
  await line(page, 'Desk 1').waitFor()
  await page.evaluate(async () => { await navigator.serviceWorker.ready })
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  await expect.poll(async () => page.evaluate(async () => (await caches.keys()).length)).toBeGreaterThan(0)
  wire.cut()
  try {
    await page.getByText(/^Offline. This is as of/).waitFor()
    await line(page, 'Desk 1').waitFor()
    expect(await page.getByRole('button', { name: /^Book / }).first().isDisabled()).toBe(true)
    await page.reload()
    await page.getByText(/^Offline. This is as of/).waitFor({ timeout: 20_000 })
    await line(page, 'Desk 1').waitFor()
  } finally {
    wire.mend()
  }
  await page.getByText(/^Offline. This is as of/).waitFor({ state: 'detached', timeout: 30_000 })
})

it('opens where a mail’s booking is', async () => {
  const booking = await office.book(kit, office.desks[0]!, { day: today(9) })
  const page = await enter(`/spaces?booking=${booking.id}`)
  await panel(page).getByRole('heading', { name: 'Desk 1' }).waitFor()
  expect(new URL(page.url()).searchParams.get('day')).toBe(today(9))
})
