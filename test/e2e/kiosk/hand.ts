/** Touches the kiosk as a visitor does: one answer per screen until something final is shown. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Tablet } from './tablet.ts'

/** `operation`: what the screen says it has kept. */
export interface Ended { screen: string; operation: string | null }
const ends = new Set(['done', 'left', 'waiting', 'reception', 'failed', 'already', 'unknown'])
const patienceMs = 30_000

/** @param before runs before each touch; a browser that is killed there ends the walk with an error */
export async function walk(tablet: Tablet, begin: 'expected' | 'walkIn' | 'leaving', name: string, before: () => Promise<void> = async () => {}): Promise<Ended> {
  await toStart(tablet)
  const page = tablet.page()
  await before()
  await page.locator(`[data-begin="${begin}"]`).click()
  for (const untilMs = Date.now() + patienceMs; Date.now() < untilMs;) {
    const screen = await tablet.screen()
    if (ends.has(screen)) return { screen, operation: await page.locator('[data-operation]').first().getAttribute('data-operation', { timeout: 1_000 }).catch(() => null) }
    if (screen === 'saving' || screen === 'start') { await sleep(20); continue }
    await before()
    const field = page.locator('[data-screen] input:not([type=checkbox]), [data-screen] textarea').first()
    if (await field.count() > 0 && screen === 'name') await field.fill(name)
    await page.locator('[data-primary]').first().click({ timeout: 5_000 }).catch(() => {})   // the screen may have gone on by itself
    await settle(tablet, screen)
  }
  throw new Error(`The kiosk led nowhere: it shows "${await tablet.screen()}".`)
}

async function settle(tablet: Tablet, from: string): Promise<void> {
  for (let i = 0; i < 50 && await tablet.screen() === from; i++) await sleep(10)
}

export async function toStart(tablet: Tablet): Promise<void> {
  const page = tablet.page()
  for (const untilMs = Date.now() + patienceMs; await tablet.screen() !== 'start';) {
    if (Date.now() > untilMs) throw new Error(`The kiosk does not come back to its start: it shows "${await tablet.screen()}".`)
    await page.locator('[data-home]').first().click({ timeout: 500 }).catch(() => {})
    await sleep(30)
  }
}
