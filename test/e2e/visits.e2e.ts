import { beforeAll, describe, expect, it } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { beatKiosk, pairKiosk } from '#contract/kiosks.ts'
import { listHosts, listVisitorTypes, saveVisitorType } from '#contract/places.ts'
import { checkInVisit, checkOutVisit, createVisit, listVisitLog, listVisits } from '#contract/visits.ts'
import { newId } from '#client/lodge.ts'
import { ada, kit, lobby, noor } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { leaveClean, notices, phoneView } from './console.ts'
import { finder, fromNow, group, line, need, openReception, panel, today, zone, type Reception } from './visits.ts'

let reception: Reception
beforeAll(async () => { reception = await openReception() }, 120_000)
leaveClean(() => reception?.house)
/** Of one visit. */
const changes = /\/api\/v1\/visits\/[^/]+$/
const enter = (path = '/visits', who = kit): Promise<Page> => reception.house.enter(path, { timezoneId: zone, who })

describe('the book', () => {
  it('checks somebody in and out by keyboard, within two seconds', async () => {
    const visit = await reception.expect('Zelda Quick', { company: 'Quick & Co' })
    const page = await enter()
    await line(page, 'Zelda Quick').waitFor()
    const began = Date.now()
    await page.keyboard.press('/')
    await page.keyboard.type('zelda q')
    await page.keyboard.press('Enter')
    await page.keyboard.press('i')
    await notices(page).getByText('Zelda Quick is checked in').waitFor()
    expect(Date.now() - began).toBeLessThan(2000)
    expect((await reception.visit(visit.id)).status).toBe('checked_in')
    await page.keyboard.press('o')
    await notices(page).getByText('Zelda Quick is checked out').waitFor()
    expect((await reception.visit(visit.id)).status).toBe('checked_out')
    await page.keyboard.press('z')
    await expect.poll(async () => (await reception.visit(visit.id)).status).toBe('checked_in')
    await panel(page).getByText('You saw the visitor here').waitFor()
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Where to, who, or what?').fill('check out')
    await page.getByRole('option', { name: 'Check out' }).click()
    await expect.poll(async () => (await reception.visit(visit.id)).status).toBe('checked_out')
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Where to, who, or what?').fill('zelda')
    await page.getByRole('option', { name: /Zelda Quick/ }).waitFor()
  })

  it('follows what others do, without a reload', async () => {
    const visit = await reception.expect('Lena Live')
    const page = await enter()
    await group(page, 'Expected').getByRole('link', { name: 'Lena Live' }).waitFor()
    const desk = reception.house.server.callAs(noor)
    await need(desk(checkInVisit, { params: { visit: visit.id }, body: { id: newId() } }))
    await group(page, 'On site').getByRole('link', { name: 'Lena Live' }).waitFor()
    await need(desk(checkOutVisit, { params: { visit: visit.id }, body: { id: newId() } }))
    await group(page, 'On site').getByRole('link', { name: 'Lena Live' }).waitFor({ state: 'detached' })
    const late = await reception.expect('Nils New')
    await group(page, 'Expected').getByRole('link', { name: 'Nils New' }).waitFor()
    expect(late.status).toBe('expected')
  })

  it('reads again what changed in a burst, and no more than a few times a second', async () => {
    const page = await enter()
    await group(page, 'Expected').waitFor()
    let reads = 0
    page.on('request', (request) => { if (/\/api\/v1\/visits[?/]/.test(request.url())) reads++ })
    await Promise.all(Array.from({ length: 60 }, async (_, n) => reception.expect(`Burst ${n}`, { minutes: 90 + n })))
    await group(page, 'Expected').getByRole('link', { name: 'Burst 59' }).waitFor()
    await expect.poll(() => page.getByRole('link', { name: /^Burst / }).count()).toBe(60)
    expect(reads).toBeLessThan(60)
  })

  it('finds over all time, at once what it knows, and says when there is nothing', async () => {
    await reception.expect('Wilhelmina Past', { company: 'Yesterday Ltd', minutes: -26 * 60 })
    const page = await enter()
    await finder(page).fill('wilhel past')
    await page.getByText('Nothing found').waitFor()
    await finder(page).fill('yesterday ltd')
    await page.getByRole('link', { name: 'Wilhelmina Past' }).waitFor()
    await page.getByRole('heading', { name: /Yesterday|day/ }).first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'The day before' }).click()
    await page.getByText('Yesterday').first().waitFor()
    await page.getByRole('link', { name: 'Wilhelmina Past' }).waitFor()
    await page.getByRole('button', { name: 'Today', exact: true }).click()
    await group(page, 'Expected').waitFor()
  })

  it('shows first who waits, lets in, and refuses with a reason that stands on the visit', async () => {
    const [one, two] = [await reception.asks('Waldo Wait', { company: 'Stadswerken' }), await reception.asks('Rudi Refused')]
    const page = await enter()
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: /Visitors, 2 waiting/ }).waitFor()
    await page.getByRole('button', { name: 'Let in Waldo Wait' }).click()
    await group(page, 'On site').getByRole('link', { name: 'Waldo Wait' }).waitFor()
    expect((await reception.visit(one)).status).toBe('checked_in')
    await page.getByRole('button', { name: 'Refuse Rudi Refused' }).click()
    await page.getByLabel('Why may they not come in?').fill('Nobody here knows them.')
    await page.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click()
    await expect.poll(async () => (await reception.visit(two)).status).toBe('refused')
    await page.getByRole('button', { name: /Left and others/ }).click()
    await page.getByRole('link', { name: 'Rudi Refused' }).click()
    await panel(page).getByText('Nobody here knows them.').waitFor()
    await panel(page).getByText('You refused').waitFor()
  })
})

describe('a visit', () => {
  it('is changed in place, put back by undo, and tells every change in a sentence', async () => {
    const visit = await reception.expect('Edda Edit', { email: 'edda@example.com' })
    const page = await enter(`/visits/${visit.id}`)
    await panel(page).getByRole('textbox', { name: 'Company' }).fill('New Company')
    await page.keyboard.press('Enter')
    await panel(page).getByText('You changed company').waitFor()
    expect((await reception.visit(visit.id)).company).toBe('New Company')
    await notices(page).getByRole('button', { name: 'Undo' }).last().click()
    await expect.poll(() => panel(page).getByRole('textbox', { name: 'Company' }).inputValue()).toBe('')
    await panel(page).getByRole('button', { name: /^Host/ }).click()
    await page.getByPlaceholder('Whom do they visit?').fill('noor')
    await page.keyboard.press('Enter')
    await panel(page).getByText('You changed host').waitFor()
    expect((await reception.visit(visit.id)).host).toBe(noor.id)
    await panel(page).getByLabel('Expected').fill(new Date(Date.parse(visit.expectedAt ?? '') + 86_400_000).toISOString().slice(0, 16))
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await reception.visit(visit.id)).expectedAt).not.toBe(visit.expectedAt)
  })

  it('[VS12] keeps words that were refused in their field, with the reason, and shows no other change that was, however many were one after the other', async () => {
    const visit = await reception.expect('Rita Refused')
    const page = await enter(`/visits/${visit.id}`)
    await page.route(changes, async (route) => {
      if (route.request().method() !== 'PATCH') return route.continue()
      await new Promise((resolve) => { setTimeout(resolve, 500) })
      return route.fulfill({ status: 422, contentType: 'application/problem+json', body: JSON.stringify({ code: 'invalid', detail: 'No' }) })
    })
    const field = (name: string): Locator => panel(page).getByLabel(name, { exact: true })
    const [company, note, leaving] = [field('Company'), field('Note'), field('Leaving')]
    await company.fill('Not Saved')
    await company.press('Enter')
    await note.fill('Nor this')
    await note.blur()
    await leaving.fill(`${today()}T23:45`)
    await leaving.blur()
    await panel(page).getByRole('button', { name: /^Host/ }).click()
    await page.getByPlaceholder('Whom do they visit?').fill('noor')
    await page.keyboard.press('Enter')
    await notices(page).getByText('not of the right form').waitFor()   // said of the host, who stands in no field
    for (const one of [company, note, leaving]) expect(await one.getAttribute('aria-invalid')).toBe('true')
    expect([await company.inputValue(), await note.inputValue(), await leaving.inputValue()]).toEqual(['Not Saved', 'Nor this', `${today()}T23:45`])
    await panel(page).getByRole('button', { name: /Ada/ }).waitFor()
    expect(await panel(page).getByRole('alert').count()).toBe(3)
    expect(await notices(page).getByText('not of the right form').count()).toBe(1)
    await expectAccessible(page, 'visit with words that were refused')
    await reception.house.shotAll(page, 'visit-refused-words')
    await note.press('Escape')
    await expect.poll(() => note.inputValue()).toBe('')
    await page.unroute(changes)
    await company.focus()
    await company.press('Enter')
    await panel(page).getByText('You changed company').waitFor()
    expect(await company.getAttribute('aria-invalid')).toBe('false')
    expect(await reception.visit(visit.id)).toMatchObject({ company: 'Not Saved', note: '', leavingAt: null, host: ada.id })
  })

  it('[VS12] says in a notice why words were refused whose field is gone, and tries again what may pass', async () => {
    const visit = await reception.expect('Gwen Gone')
    const page = await enter(`/visits/${visit.id}`)
    await page.route(changes, (route) => route.request().method() === 'PATCH'
      ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ code: 'unavailable', detail: 'Away' }) })
      : route.continue())
    await panel(page).getByLabel('Company', { exact: true }).fill('Elsewhere Ltd')
    await page.getByRole('link', { name: 'Close' }).click()
    await notices(page).getByText('database is away').waitFor({ timeout: 15_000 })
    await page.unroute(changes)
    await notices(page).getByRole('button', { name: 'Try again' }).click()
    await expect.poll(async () => (await reception.visit(visit.id)).company).toBe('Elsewhere Ltd')
  })

  it('is cancelled, expected again by undo or later, and erased by an administrator for good', async () => {
    const visit = await reception.expect('Carl Cancel')
    const agent = await enter(`/visits/${visit.id}`)
    await panel(agent).getByRole('button', { name: 'More' }).click()
    expect(await agent.getByRole('menuitem', { name: 'Erase the person' }).count()).toBe(0)
    await agent.getByRole('menuitem', { name: 'Cancel the visit' }).click()
    await panel(agent).getByText('You cancelled').waitFor()
    await notices(agent).getByRole('button', { name: 'Undo' }).click()
    await panel(agent).getByText('You took the cancellation back').waitFor()
    await panel(agent).getByRole('button', { name: 'More' }).click()
    await agent.getByRole('menuitem', { name: 'Cancel the visit' }).click()
    await panel(agent).getByRole('button', { name: 'Expect again' }).click()
    await expect.poll(async () => (await reception.visit(visit.id)).status).toBe('expected')
    const admin = await enter(`/visits/${visit.id}`, ada)
    await panel(admin).getByRole('button', { name: 'More' }).click()
    await admin.getByRole('menuitem', { name: 'Erase the person' }).click()
    await admin.getByRole('dialog').getByRole('button', { name: 'Erase the person' }).click()
    await panel(admin).getByText('You erased the person').waitFor()
    expect(await reception.visit(visit.id)).toMatchObject({ isErased: true, company: '' })
    await panel(agent).getByText('Carl Cancel').waitFor({ state: 'detached' })
  })

  it('that resembles the watchlist is not checked in without a second look', async () => {
    const { house } = reception
    const admin = await enter('/settings/watchlist', ada)
    await admin.getByRole('button', { name: 'New entry' }).click()
    await admin.getByLabel('Name').fill('Wanda Watched')
    await admin.getByLabel('Reason').fill('Call security.')
    await admin.getByRole('button', { name: 'Save' }).click()
    await admin.getByText('Call security.').waitFor()
    const visit = await reception.expect('Wanda Watched')
    const page = await house.enter('/visits', { timezoneId: zone, who: kit })
    await line(page, 'Wanda Watched').getByText('watchlist').first().waitFor()
    await page.getByRole('button', { name: 'Check in Wanda Watched' }).click()
    await page.getByRole('dialog', { name: 'Check Wanda Watched in?' }).getByRole('button', { name: 'Check in' }).click()
    await expect.poll(async () => (await reception.visit(visit.id)).status).toBe('checked_in')
  })
})

describe('a new visit', () => {
  it('is expected with an invitation, at the local time of the place', async () => {
    const page = await reception.house.enter('/visits?new=true', { timezoneId: 'Asia/Kathmandu', who: kit })
    const dialog = page.getByRole('dialog', { name: 'New visit' })
    await dialog.getByLabel('Name').fill('Ivo Invited')
    await dialog.getByRole('textbox', { name: 'E-mail' }).fill('ivo@example.com')
    const [day] = new Date(Date.now()).toISOString().split('T')
    await dialog.getByLabel('Expected').fill(`${day}T16:30`)
    await dialog.getByText(`Times of ${zone.split('/')[1]?.replaceAll('_', ' ')}`).waitFor()
    await dialog.getByText('kept with the outgoing mail').waitFor()   // said before it is asked for
    await dialog.getByRole('button', { name: 'Add to the book' }).click()
    await notices(page).getByText('the invitation to ivo@example.com is kept and does not leave').waitFor()
    const { visits } = await need(reception.house.server.callAs(kit)(listVisits, { query: { search: 'Ivo Invited' } }))
    expect(visits).toHaveLength(1)
    expect(new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(new Date(visits[0]?.expectedAt ?? ''))).toBe('16:30')
  })

  it('is one visit although the answer was lost, and keeps what was typed when it fails', async () => {
    const page = await enter()
    await group(page, 'Expected').waitFor()
    await page.keyboard.press('n')
    const dialog = page.getByRole('dialog', { name: 'New visit' })
    await dialog.getByLabel('Name').fill('Lotta Lost')
    await dialog.getByLabel('Company').fill('Lost Letters')
    let lost = 0
    await page.route('**/api/v1/visits', async (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      // It arrives, the answer does not.
      if (lost++ < 1) {
        await route.fetch()
        return route.abort()
      }
      return route.continue()
    })
    await dialog.getByRole('button', { name: 'Add to the book' }).click()
    await group(page, 'Expected').getByRole('link', { name: 'Lotta Lost' }).waitFor()
    expect(lost).toBe(2)
    expect((await need(reception.house.server.callAs(kit)(listVisits, { query: { search: 'Lotta Lost' } }))).visits).toHaveLength(1)

    await page.unroute('**/api/v1/visits')
    await page.route('**/api/v1/visits', async (route) => route.request().method() === 'POST' ? route.abort() : route.continue())
    await page.keyboard.press('n')
    await dialog.getByLabel('Name').fill('Fritz Fails')
    await dialog.getByRole('button', { name: 'Add to the book' }).click()
    await dialog.getByText('The server cannot be reached').waitFor({ timeout: 15_000 })
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Fritz Fails')
    await page.reload()
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Fritz Fails')
    await page.unroute('**/api/v1/visits')
    await dialog.getByRole('button', { name: 'Add to the book' }).click()
    await group(page, 'Expected').getByRole('link', { name: 'Fritz Fails' }).waitFor()
  })
})

describe('a host', () => {
  it('is told in the console that the visitor is here, and opens the visit from there', async () => {
    const page = await enter('/inbox', ada)
    await page.getByRole('tab', { name: 'Mine' }).waitFor()
    await page.waitForTimeout(1000)
    const id = newId()
    const at = fromNow(0)
    await reception.kiosk.send([reception.kiosk.operation('check_in', id, { expected: false, name: 'Mara Lindqvist', host: ada.id }, { at }), reception.kiosk.operation('check_in', newId(), { expected: false, name: 'Not Hers', host: noor.id }, { at })])
    await notices(page).getByText('Mara Lindqvist is here').waitFor()
    expect(await notices(page).getByText('Not Hers').count()).toBe(0)
    await notices(page).getByRole('button', { name: 'Open' }).click()
    await panel(page).getByText('Kiosk Entrance checked in').waitFor()
  })
})

describe('the roll-call', () => {
  it('merges the ticks of several wardens, and goes on without a network', { timeout: 120_000 }, async () => {
    const [one, two, three] = [await reception.arrived('Rolf Roll', 50), await reception.arrived('Cora Call', 40), await reception.arrived('Dora Drill', 30)]
    const path = `/visits/roll-call/${lobby.id}`
    const [first, second] = [await enter(path, kit), await enter(path, noor)]
    const tick = (page: Page, name: string) => page.getByRole('checkbox', { name: `${name} is here` })
    await tick(second, 'Rolf Roll').waitFor()
    await tick(first, 'Rolf Roll').click()
    // A slip is taken back before it leaves.
    await tick(first, 'Dora Drill').click()
    await tick(first, 'Dora Drill').click()
    await expect.poll(() => tick(second, 'Rolf Roll').getAttribute('aria-checked'), { timeout: 15_000 }).toBe('true')
    expect(await tick(first, 'Dora Drill').getAttribute('aria-checked')).toBe('false')
    expect((await reception.visit(three.id)).confirmedAt).toBe(three.confirmedAt)

    await expect.poll(() => first.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state), { timeout: 20_000 }).toBe('activated')
    await first.waitForTimeout(2500)   // the snapshot is kept a moment after it changed
    reception.house.wire.cut()
    await first.getByText('The server cannot be reached').waitFor()
    await tick(first, 'Cora Call').click()
    const tickedAt = Date.now()
    await first.getByText('1 tick kept on this device').waitFor()
    await first.reload()
    await tick(first, 'Rolf Roll').waitFor({ timeout: 20_000 })
    expect(await tick(first, 'Cora Call').getAttribute('aria-checked')).toBe('true')
    await first.getByText('1 tick kept on this device').waitFor()
    await reception.house.shot(first, 'roll-call-offline')
    await first.goto(`${reception.house.wire.url}/visits`)
    await first.getByText('The server cannot be reached').waitFor()
    await group(first, 'On site').getByRole('link', { name: 'Cora Call' }).waitFor()
    expect(await first.getByRole('button', { name: /^Check out/ }).count()).toBe(0)
    await reception.house.shot(first, 'book-offline')
    await first.waitForTimeout(3000)

    reception.house.wire.mend()
    await expect.poll(async () => (await reception.visit(two.id)).confirmedAt, { timeout: 40_000 }).not.toBe(two.confirmedAt)
    expect(Math.abs(Date.parse((await reception.visit(two.id)).confirmedAt ?? '') - tickedAt)).toBeLessThan(2000)
    await expect.poll(() => tick(second, 'Cora Call').getAttribute('aria-checked'), { timeout: 40_000 }).toBe('true')
    const { entries } = await need(reception.house.server.callAs(kit)(listVisitLog, { params: { visit: one.id } }))
    expect(entries.filter((e) => e.type === 'visit.seen')).toHaveLength(1)

    // What was seen before a warden began may be older than the alarm: it is offered, not counted.
    const third = await enter(path, ada)
    await tick(third, 'Rolf Roll').waitFor()
    expect(await tick(third, 'Rolf Roll').getAttribute('aria-checked')).toBe('false')
    await third.getByRole('button', { name: 'Count them' }).click()
    await expect.poll(() => tick(third, 'Rolf Roll').getAttribute('aria-checked')).toBe('true')
  })

  it('[VS11] says of what time it is while changes cannot be read, and shows who came as soon as they can', async () => {
    await reception.arrived('Anna Already', 20)
    const page = await enter(`/visits/roll-call/${lobby.id}`)
    await page.getByRole('checkbox', { name: 'Anna Already is here' }).waitFor()
    const one = /\/api\/v1\/visits\/[^/]+$/
    await page.route(one, (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ code: 'overloaded', detail: 'Too much', retryAfterMs: 500 }) }))
    await reception.arrived('Ines Inside', 1)
    await page.getByText('Not every change can be read right now. This is as of').waitFor()
    await reception.house.shotBoth(page, 'roll-call-behind')
    expect(await page.getByRole('checkbox', { name: 'Ines Inside is here' }).count()).toBe(0)
    await page.unroute(one)
    await page.getByRole('checkbox', { name: 'Ines Inside is here' }).waitFor()
    await page.getByText('Not every change can be read right now').waitFor({ state: 'detached' })
  })
})

describe('settings', () => {
  it('make a location, and a kind of visitor whose document gets its next version', async () => {
    const page = await enter('/settings/locations', ada)
    await page.getByRole('button', { name: 'New location' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Garden gate')
    await dialog.getByLabel('Time zone').fill('Atlantis/Capital')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('there is no time zone').waitFor()
    await dialog.getByLabel('Time zone').fill(zone)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Garden gate' }).waitFor()

    const row = page.getByRole('listitem').filter({ hasText: 'Garden gate' })
    await row.getByRole('button', { name: 'New kind' }).click()
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Contractor')
    await dialog.getByRole('button', { name: 'Question' }).click()
    await dialog.getByRole('textbox', { name: 'Question' }).last().fill('Licence plate')
    await dialog.getByLabel('They sign a document').check()
    await dialog.getByRole('textbox', { name: 'Title' }).fill('House rules')
    await dialog.getByRole('textbox', { name: 'Text' }).fill('Wear your badge.')
    await dialog.getByText('Saving makes version 1.').waitFor()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await row.getByRole('button', { name: 'Contractor version 1' }).click()
    await dialog.getByText('This is version 1.').waitFor()
    await dialog.getByRole('textbox', { name: 'Text' }).fill('Wear your badge. Always.')
    await dialog.getByText('Saving makes version 2.').waitFor()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await row.getByRole('button', { name: 'Contractor version 2' }).waitFor()

    await page.goto(`${reception.house.wire.url}/visits`)
    await page.getByRole('button', { name: /choose the location/ }).click()
    await page.getByRole('menuitemradio', { name: 'Garden gate' }).click()
    await page.getByText('Nobody is expected today').waitFor()
    await page.goto(`${reception.house.wire.url}/visits`)
    await page.getByRole('heading', { name: 'Garden gate' }).waitFor()   // where one was last
  })

  it('[VS13] never ask a new question where the answer to a removed one stands', async () => {
    const { house } = reception
    const desk = house.server.callAs(ada)
    const visitorType = newId()
    const of = async () => (await need(desk(listVisitorTypes, {}))).visitorTypes.find(({ id }) => id === visitorType)?.fields
    await need(desk(saveVisitorType, { params: { visitorType }, body: { location: lobby.id, name: 'Supplier', fields: [{ key: 'field1', label: 'Licence plate', required: false }] } }))
    const visit = await need(desk(createVisit, { body: { id: newId(), location: lobby.id, name: 'Selma Supply', visitorType, fields: { field1: 'AB 12' }, expectedAt: fromNow(30) } }))
    const page = await enter('/settings/locations', ada)
    await page.getByRole('button', { name: 'Supplier' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Delete Licence plate' }).click()
    await dialog.getByRole('button', { name: 'Question' }).click()
    await dialog.getByRole('textbox', { name: 'Question' }).fill('Delivery number')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await of()).toMatchObject([{ label: 'Delivery number' }])
    expect((await of())![0]!.key).not.toBe('field1')
    await page.goto(`${house.wire.url}/visits/${visit.id}`)
    expect(await panel(page).getByRole('textbox', { name: 'Delivery number' }).inputValue()).toBe('')
    expect(await panel(page).getByRole('textbox', { name: 'No longer asked' }).inputValue()).toBe('AB 12')
    await house.shotBoth(page, 'visit-no-longer-asked')
    await page.setViewportSize(phoneView.viewport)
    await house.shotBoth(page, 'visit-no-longer-asked-phone')
  })

  it('make a code that pairs a kiosk, and give unsent check-ins up only by a second yes', async () => {
    const { house, kiosk } = reception
    const page = await enter('/settings/kiosks', ada)
    await page.getByRole('button', { name: 'New kiosk' }).click()
    await page.getByLabel('Name').fill('Garage')
    await page.getByRole('button', { name: 'Make the code' }).click()
    const code = (await page.getByRole('img', { name: 'Pairing code' }).innerText()).replace(/\D/g, '')
    expect(code).toMatch(/^\d{8}$/)
    await need(house.server.callAs()(pairKiosk, { body: { code } }))
    await page.getByRole('button', { name: 'Done' }).click()
    const row = page.getByRole('listitem').filter({ hasText: 'Garage' })
    await row.getByText('online').waitFor({ timeout: 20_000 })

    await need(kiosk.call(beatKiosk, { body: {
      log: kiosk.log, now: new Date().toISOString(), app: '1.2.3', unsent: 3, oldestUnsentMs: 120_000, fromSeq: 1, uptoSeq: 0, count: 0, digest: '0'.repeat(16),
      storage: { usedBytes: 4_000_000, quotaBytes: 2_000_000_000, persisted: true }, battery: { percent: 64, charging: false },
    } }))
    const entrance = page.getByRole('listitem').filter({ hasText: 'Entrance' })
    await entrance.getByText('3 check-ins have been waiting, the oldest for 2 min').waitFor({ timeout: 20_000 })
    await house.shot(page, 'kiosks-alarm')
    await entrance.getByRole('button', { name: /Entrance/ }).click()
    await page.getByRole('menuitem', { name: 'Unpair' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Unpair' }).click()
    await page.getByRole('dialog', { name: 'Give up 3 check-ins?' }).getByRole('button', { name: 'Back' }).click()
    await entrance.getByText('3 unsent').waitFor()
    await row.getByRole('button', { name: /Garage/ }).click()
    await page.getByRole('menuitem', { name: 'Unpair' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Unpair' }).click()
    await row.waitFor({ state: 'detached' })
  })

  it('[KO2] show what kiosks sent and could not be entered, and why in the reader’s language, until somebody decides', async () => {
    const { kiosk } = reception
    await kiosk.send([kiosk.operation('dance', newId(), { name: 'Somebody' })])
    const page = await enter(`/visits?location=${lobby.id}`)
    await page.getByRole('link', { name: 'Have a look' }).click()
    const why = page.getByText('This version of Lodge does not know what “dance” means')
    await why.waitFor()
    for (const [language, sentence] of [['ar', page.getByText(/هذه النسخة من Lodge لا تعرف معنى «\u2068dance\u2069»/)], ['en', why]] as const) {
      await page.evaluate((to) => localStorage.setItem('lodge:preferences', JSON.stringify({ language: to })), language)
      await page.reload()
      await sentence.waitFor()
    }
    await page.getByText('As it was sent').click()
    await page.getByText('"type": "dance"').waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    await notices(page).getByText('It still cannot be entered').waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Dismiss' }).click()
    await page.getByText('Nothing is set aside').waitFor()
  })

  it('say how one is told of visitors, and who is told as well', async () => {
    const page = await enter('/settings/you', kit)
    await page.getByLabel('Tell me by e-mail').uncheck()
    await page.getByText('Nobody else is told of my visitors').click()
    await page.getByLabel('Ada').check()
    await page.getByText('Also told of my visitors: Ada').waitFor()
    await expect.poll(async () => (await need(reception.house.server.callAs(kit)(listHosts, {}))).hosts.find((h) => h.id === kit.id)).toMatchObject({ mail: false, delegates: [ada.id] })
    const other = await enter('/inbox', ada)
    await other.getByRole('tab', { name: 'Mine' }).waitFor()
    await other.waitForTimeout(1000)
    await reception.kiosk.send([reception.kiosk.operation('check_in', newId(), { expected: false, name: 'Della Gate', host: kit.id })])
    await notices(other).getByText('Della Gate is here for Kit').waitFor()
  })
})
