/** The operations page: lights, lines, findings with their evidence, who is on call, and what it shows while the line is cut. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Found } from '#server/kernel/findings.ts'
import { testFolder } from '../backup.ts'
import { startSmtpPeer, type SmtpPeer } from '../smtp-peer.ts'
import { iris, kit } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { leaveClean, notices, openHouse, phoneView, readArabic, type House } from './console.ts'

let house: House, peer: SmtpPeer
let backups: Awaited<ReturnType<typeof testFolder>>
beforeAll(async () => {
  peer = await startSmtpPeer()
  backups = await testFolder('backups')
  await writeFile(join(backups.path, 'keys'), 'k')
  house = await openHouse({
    backups: { into: join(backups.path, 'taken'), at: '03:30', keep: { daily: 2, weekly: 0 }, keys: join(backups.path, 'keys') },
    mail: { smtpUrl: peer.url, from: 'Lodge <lodge@lantern.example>' }, operations: { canaryEveryMs: 2_000, lookEveryMs: 500, stop: () => {}, alerts: { raiseAfterMs: 500, clearAfterMs: 1_000, everyMs: 300 } },
  })
}, 240_000)
leaveClean(() => house)
afterAll(async () => { await peer.close(); await backups.remove() })

const leak: Found = {
  promise: 'P4', component: 'bookings', severity: 'warning', whatToDo: 'Nothing at once: the others are not slower. It is a defect of Lodge; report it with the stack above.',
  evidence: '"book a space" did not give its connection back 4 times; each was taken back after its deadline of 5000 ms.\n    at book (server/features/bookings/recipe.ts:41:12)\n    at handle (server/http/route.ts:60:9)',
}
const promise = (page: Page, name: string): Locator => page.getByRole('region', { name: 'Promises' }).locator('details').filter({ hasText: name })
const findings = (page: Page): Locator => page.getByRole('region', { name: 'What is wrong now' })
const enter = async (path = '/operations', options?: Parameters<House['enter']>[1]): Promise<Page> => {
  const page = await house.enter(path, options)
  await promise(page, 'Bounded').waitFor()
  return page
}

describe('operations', () => {
  it('[OP3] are a key away: a light for each promise, what it means, and the canary that arrives', { timeout: 120_000 }, async () => {
    const page = await house.enter('/inbox')
    await page.keyboard.press('g')
    await page.keyboard.press('o')
    await promise(page, 'Bounded').getByText('kept', { exact: true }).first().waitFor()
    await page.getByText('Every promise that is measured is kept').waitFor({ timeout: 30_000 })
    await promise(page, 'No refresh').getByText('not measured').first().waitFor()
    await page.getByRole('region', { name: 'Delivery', exact: true }).getByText('arrives', { exact: true }).waitFor({ timeout: 30_000 })
    await promise(page, 'Bounded').locator('summary').click()
    await promise(page, 'Bounded').getByText('There are never more connections to the database than its budget.').waitFor()
    await house.shotBoth(page, 'operations')
    await expectAccessible(page, 'operations')
  })

  it('[OP1] are not shown to people of other accounts, nor offered to agents', { timeout: 90_000 }, async () => {
    const other = await house.enter('/operations', { who: iris })
    await other.getByText('This page is for whoever runs the house').waitFor()
    await other.getByRole('link', { name: 'Settings' }).waitFor()
    expect(await other.getByRole('link', { name: 'Operations' }).count()).toBe(0)   // an administrator, but of another account
    const agent = await house.enter('/inbox', { who: kit })
    expect(await agent.getByRole('link', { name: 'Operations' }).count()).toBe(0)
  })

  it('[OP3] [AL2] show a finding with its evidence, whom it woke, and who looks after it', { timeout: 120_000 }, async () => {
    const page = await house.enter('/operations/on-call')
    await page.getByRole('button', { name: 'Add a person' }).click()
    await page.getByLabel('Name').fill('Ada')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Give at least one way.').waitFor()
    await page.getByLabel('E-mail').fill('ada@lantern.example')
    await page.getByLabel('SMS').fill('+46 70 123 45 67')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Anything that nobody else is on call for').waitFor()
    await page.getByText('No SMS channel is connected').waitFor()
    await page.getByRole('button', { name: 'Send a trial' }).click()
    await notices(page).getByText('The trial left: ada@lantern.example').waitFor()
    await page.getByRole('button', { name: 'Add a person' }).click()
    await page.getByLabel('Name').fill('Kit')
    await page.getByLabel('Webhook').fill('http://127.0.0.1/inside')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('alert').getByText(/Kit, http:\/\/127\.0\.0\.1\/inside: The address must begin with https/).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await house.shotBoth(page, 'operations-on-call')
    await expectAccessible(page, 'on call')

    house.server.app.findings.look('leak:book a space', leak)
    await page.getByRole('link', { name: 'Operations' }).first().click()
    // A machine that is slow just now is a finding of its own beside ours.
    await page.getByText(/^(1 promise needs|\d+ promises need) you$/).waitFor({ timeout: 20_000 })
    await promise(page, 'Nothing leaks').getByText('look at it').first().waitFor()
    const ours = findings(page).getByRole('listitem').filter({ hasText: 'did not give its connection back 4 times' })
    await ours.getByText('Told: Ada').waitFor({ timeout: 20_000 })
    await expect.poll(() => peer.accepted.filter((m) => m.raw.includes('Warning: bookings')).length, { timeout: 20_000 }).toBe(1)
    await ours.getByText('Where in the code').click()
    await house.shotBoth(page, 'operations-finding')
    await expectAccessible(page, 'operations with a finding')
    await ours.getByRole('button', { name: 'I look after it' }).click()
    await ours.getByText('Ada looks after it').waitFor({ timeout: 20_000 })

    const found = house.server.app.findings
    await expect.poll(() => {
      for (const { id } of found.current()) for (let i = 0; i < 3; i++) found.look(id, undefined)
      return findings(page).getByText('The watchdogs see nothing wrong.').isVisible()
    }, { timeout: 30_000 }).toBe(true)
  })

  it('[OP4] pause a kind of work after asking, and resume it', { timeout: 90_000 }, async () => {
    const page = await enter()
    const work = page.getByRole('region', { name: 'Kinds of work' })
    await work.getByRole('button', { name: 'Pause: Reports and exports' }).click()
    await page.getByRole('dialog').getByText(/is refused in words, in all accounts/).waitFor()
    await house.shotBoth(page, 'operations-pause')
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
    await work.getByText('paused by hand', { exact: true }).waitFor({ timeout: 20_000 })
    await work.getByRole('button', { name: 'Resume: Reports and exports' }).click()
    await work.getByText('paused by hand', { exact: true }).waitFor({ state: 'detached', timeout: 20_000 })
    await work.getByRole('button', { name: 'Withdraw: Invitations to chat' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click()
    await work.getByText('Withdrawn by hand.').waitFor({ timeout: 20_000 })
    await work.scrollIntoViewIfNeeded()
    await house.shotBoth(page, 'operations-levers')
    await work.getByRole('button', { name: 'Allow: Invitations to chat' }).click()
    await work.getByText('paused by hand', { exact: true }).waitFor({ state: 'detached', timeout: 20_000 })
  })

  it('[OP2] stay while the line is cut, say as of when, and offer nothing that needs it', { timeout: 120_000 }, async () => {
    const page = await enter()
    house.wire.cut()
    await page.getByText(/^The connection is away\. This is how it was at \d\d:\d\d:\d\d/).waitFor({ timeout: 40_000 })
    await page.getByRole('button', { name: 'Drain and stop' }).isDisabled()
    expect(await page.getByRole('button', { name: 'Drain and stop' }).isDisabled()).toBe(true)
    await house.shotBoth(page, 'operations-away')
    house.wire.mend()
    await page.getByText(/^as of \d\d:\d\d:\d\d$/).waitFor({ timeout: 40_000 })
  })

  it('[OP11] take a backup when one is wanted, say what there is, and why one failed', { timeout: 120_000 }, async () => {
    const page = await enter()
    const section = page.getByRole('region', { name: 'Backups' })
    await section.getByText(/^One each day, beside everything else; the next one /).waitFor()
    await section.getByText('never.').waitFor()
    const kept = async (): Promise<number> => Number(/^(\d+) kept$/m.exec(await section.innerText())?.[1])
    const before = await kept()   // its own first one comes within a minute of the start
    await section.getByRole('button', { name: 'Back up now' }).click()
    await notices(page).getByText('A backup begins.').or(notices(page).getByText('A backup is under way already.')).waitFor()
    await expect.poll(kept, { timeout: 60_000 }).toBeGreaterThan(before)
    await section.getByText(/, took \d/).waitFor()
    await house.shotAll(page, 'operations-backups')
    await expectAccessible(page, 'backups')

    await rm(join(backups.path, 'taken'), { recursive: true })
    await writeFile(join(backups.path, 'taken'), 'a file where a folder should be')
    await section.getByRole('button', { name: 'Back up now' }).click()
    await section.getByText(/The last try failed; it is tried again\. .*taken/).waitFor({ timeout: 30_000 })
    await house.shotBoth(page, 'operations-backups-failed')
    await rm(join(backups.path, 'taken'))
  })

  it('[OP3] fit on a phone and read from right to left', { timeout: 120_000 }, async () => {
    const page = await enter('/operations', phoneView)
    await house.shotBoth(page, 'operations-phone')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await expectAccessible(page, 'operations on a phone')
    await readArabic(page)
    await page.getByRole('heading', { name: 'الوعود' }).waitFor()
    await house.shotBoth(page, 'operations-arabic')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })
})
