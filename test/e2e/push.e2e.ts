import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { listPushSubscriptions } from '#contract/pushes.ts'
import { checkInVisit } from '#contract/visits.ts'
import { newId } from '#client/lodge.ts'
import { anywhere } from '#server/http/reach.ts'
import { startPushPeer, type PushPeer } from '../push-peer.ts'
import { ada, kit } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { expectNoErrors, notices, signIn } from './console.ts'
import { allowPush, click, deliver, notes } from './push-browser.ts'
import { need, openReception, panel, zone, type Reception } from './visits.ts'

let reception: Reception, peer: PushPeer
beforeAll(async () => {
  peer = await startPushPeer()
  reception = await openReception({ pushReach: anywhere, isWhole: true })
}, 120_000)
afterAll(async () => {
  await reception?.close()
  await peer?.close()
})
afterEach(async () => {
  reception.house.wire.mend()
  await reception.house.endTabs()
  expectNoErrors(reception.house.errors)
})

const choice = (page: Page) => page.getByRole('checkbox', { name: /^Tell me in this browser/ })
const devices = async () => (await need(reception.house.server.callAs(kit)(listPushSubscriptions, {}))).subscriptions
/** Kit's settings, with a push service at hand. */
async function settings(options: Parameters<Reception['house']['visit']>[1] & { name?: string } = {}): Promise<Page> {
  const { name = 'kit', ...rest } = options
  const page = await reception.house.visit('/sign-in?next=/settings/you', { timezoneId: zone, ...rest })
  await allowPush(page.context(), peer.browser(name))
  await page.reload()
  await signIn(page, kit)
  return page
}
describe('notices in the browser', () => {
  it('[WP4] are turned on and off in the settings, and a click on one opens the visit', { timeout: 120_000 }, async () => {
    const page = await settings()
    await page.getByText('Also while no tab of Lodge is open. It holds').waitFor()
    await choice(page).check()
    await page.getByText('On. This browser tells you').waitFor()
    await expectAccessible(page, 'settings, told in this browser')
    await reception.house.shot(page, 'push-on')
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.setViewportSize({ width: 390, height: 844 })
    await choice(page).scrollIntoViewIfNeeded()
    await reception.house.shot(page, 'push-on-phone-dark')
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize({ width: 1440, height: 900 })
    expect(await devices()).toMatchObject([{ device: 'Chrome, Linux' }])
    await page.reload()
    await page.getByText('On. This browser tells you').waitFor()

    const visit = await reception.expect('Greta Guest', { host: kit.id })
    await need(reception.house.server.callAs(ada)(checkInVisit, { params: { visit: visit.id }, body: { id: newId() } }))
    await expect.poll(() => peer.received.length).toBe(1)
    expect(peer.broken).toEqual([])
    await deliver(page, JSON.stringify(peer.received[0]?.message))
    await expect.poll(() => notes(page)).toMatchObject([{ title: 'Greta Guest is here', body: expect.stringContaining('checked in at Lobby') }])
    await click(page, 'Greta Guest is here')
    await panel(page).getByText('Greta Guest').first().waitFor({ state: 'attached' })
    expect(new URL(page.url()).pathname).toBe(`/visits/${visit.id}`)
    expect(await notes(page)).toEqual([])
    await panel(page).getByText('Told').first().waitFor({ state: 'attached' })

    await page.goto(`${reception.house.wire.url}/settings/you`)
    await page.getByText('On. This browser tells you').waitFor()
    await choice(page).uncheck()
    await page.getByText('Also while no tab of Lodge is open. It holds').waitFor()
    await expect.poll(devices).toEqual([])

    const admin = await reception.house.enter('/tray')
    await admin.getByRole('link', { name: /Greta Guest is here.*Kit \(Chrome, Linux\), in the browser/ }).click()
    await admin.getByRole('heading', { name: 'Greta Guest is here' }).waitFor()
    await expectAccessible(admin, 'tray with a push')
    await reception.house.shot(admin, 'push-tray')
  })

  it('[WP4] end with the session, and are off again when the server has forgotten the browser', { timeout: 90_000 }, async () => {
    const page = await settings({ name: 'second' })
    await choice(page).check()
    await page.getByText('On. This browser tells you').waitFor()
    await page.getByRole('button', { name: /^Kit/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByLabel('E-mail').waitFor()
    await expect.poll(devices).toEqual([])
    await page.goto(`${reception.house.wire.url}/sign-in?next=/settings/you`)
    await signIn(page, kit)
    await choice(page).check()
    await page.getByText('On. This browser tells you').waitFor()
    peer.mood = 'gone'
    const visit = await reception.expect('Nobody Told', { host: kit.id })
    await need(reception.house.server.callAs(ada)(checkInVisit, { params: { visit: visit.id }, body: { id: newId() } }))
    await expect.poll(devices).toEqual([])
    peer.mood = 'accept'
    await page.reload()
    await page.getByText('Also while no tab of Lodge is open. It holds').waitFor()
    expect(await choice(page).isChecked()).toBe(false)
  })

  it('[WP4] say why not: blocked, not supported, not by HTTPS, no push service', { timeout: 120_000 }, async () => {
    const { house } = reception
    const open = async (before?: () => void): Promise<Page> => {
      const page = await house.visit('/sign-in?next=/settings/you', { timezoneId: zone })
      if (before) {
        await page.context().grantPermissions(['notifications'])
        await page.addInitScript(before)
        await page.reload()
      }
      await signIn(page, kit)
      return page
    }
    const cases = [
      ['blocked', () => { Object.defineProperty(Notification, 'permission', { get: () => 'denied' }) }, 'Notices from here are blocked'],
      ['unsupported', () => { delete (globalThis as { PushManager?: unknown }).PushManager }, 'This browser cannot do it'],
      ['insecure', () => { Object.defineProperty(globalThis, 'isSecureContext', { value: false }) }, 'was not opened by HTTPS'],
    ] as const
    for (const [name, before, words] of cases) {
      const page = await open(before)
      await page.getByText(words).waitFor()
      expect(await choice(page).isDisabled()).toBe(true)
      await expectAccessible(page, `settings, push ${name}`)
      await house.shot(page, `push-${name}`)
    }
    const page = await open(() => { PushManager.prototype.subscribe = async () => { throw new DOMException('push service not available', 'AbortError') } })
    await choice(page).click()
    await notices(page).getByText('could not reach its push service').waitFor()
    expect(await choice(page).isChecked()).toBe(false)
  })
})
