/** The kiosk's log in a real database: what it keeps, what it lets go, and what it sends again. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listKiosks } from '#contract/kiosks.ts'
import { sql } from '#server/db/sql.ts'
import { expectNoErrors } from './console.ts'
import { go, openLobby, shows, type, type Lobby } from './kiosk-lobby.ts'

let house: Lobby
beforeAll(async () => {
  house = await openLobby()
  await house.place({ walkIns: 'welcome' })
}, 120_000)
afterAll(() => house?.close())

interface Row { seq: number; id: string; state: string; ackedAt: number | null; body: Record<string, unknown> }
const log = (page: Page): Promise<Row[]> => page.evaluate(() => new Promise<Row[]>((resolve, reject) => {
  const opening = indexedDB.open('lodge-kiosk')
  opening.onerror = () => reject(opening.error as Error)
  opening.onsuccess = () => {
    const all = opening.result.transaction('operations').objectStore('operations').getAll()
    all.onsuccess = () => { opening.result.close(); resolve(all.result as Row[]) }
  }
}))
/** As if it had been written long ago. */
const age = (page: Page, days: Record<number, number>): Promise<void> => page.evaluate((daysOf) => new Promise<void>((resolve, reject) => {
  const opening = indexedDB.open('lodge-kiosk')
  opening.onsuccess = () => {
    const tx = opening.result.transaction('operations', 'readwrite')
    const rows = tx.objectStore('operations')
    for (const [seq, n] of Object.entries(daysOf)) {
      const get = rows.get(Number(seq))
      get.onsuccess = () => { rows.put({ ...get.result as Row, ackedAt: Date.now() - n * 86_400_000 }) }
    }
    tx.oncomplete = () => { opening.result.close(); resolve() }
    tx.onabort = () => reject(tx.error as Error)
  }
}), days)

async function arrive(page: Page, name: string): Promise<void> {
  await page.locator('[data-begin=walkIn]').click()
  await type(page, 'name', name)
  for (const screen of ['company', 'host', 'remember']) await type(page, screen, '')
  await shows(page, 'document')
  await page.getByRole('button', { name: 'Type it instead' }).click()
  await page.getByLabel('as a signature').fill(name)
  await go(page)
  await shows(page, 'done')
  await page.locator('[data-home]').click()
}
const settled = (page: Page): Promise<void> => expect.poll(async () => (await log(page)).map(({ state }) => state), { timeout: 30_000 }).not.toContain('unsent')

it('sends again what the server has lost, once for each', { timeout: 120_000 }, async () => {
  const page = await house.kiosk()
  for (const name of ['Lena Lost', 'Lars Lost', 'Lotte Lost']) await arrive(page, name)
  await settled(page)
  const { db } = house.server.database
  const ids = (await log(page)).map(({ id }) => id)
  const held = async (): Promise<number> => (await db.read('count', 3_000, (tx) => tx.one(sql<{ n: number }>`select count(*)::int as n from kiosk_operations where id = any(${ids})`))).n
  expect(await held()).toBe(3)
  await db.tx('lose', 3_000, (tx) => tx.run(sql`delete from kiosk_operations where id = any(${ids.slice(1)})`))
  expect(await held()).toBe(1)
  await expect.poll(held, { timeout: 40_000 }).toBe(3)
  await settled(page)
  expect((await house.book('Lost')).map(({ status }) => status)).toEqual(['checked_in', 'checked_in', 'checked_in'])
  const alarms = async () => {
    const listed = await house.desk.call(listKiosks, {})
    return listed.ok && listed.value.kiosks.filter((k) => k.alarm !== null || k.unsent > 0)
  }
  await expect.poll(alarms, { timeout: 40_000 }).toEqual([])
})

it('lets go of the oldest first, of pictures sooner, and of nothing that is unsent', { timeout: 120_000 }, async () => {
  const page = await house.kiosk()
  for (const name of ['Paula Past', 'Pavel Past', 'Petra Past', 'Piotr Past']) await arrive(page, name)
  await settled(page)
  house.wire.cut()
  await arrive(page, 'Pia Past')
  await age(page, { 1: 31, 2: 31, 3: 2, 4: 31 })
  await page.reload()
  await shows(page, 'start')
  await expect.poll(async () => (await log(page)).map(({ seq }) => seq)).toEqual([3, 4, 5])
  const kept = await log(page)
  expect(kept.map(({ body }) => 'signature' in body)).toEqual([false, false, true])
  expect(kept.map(({ state }) => state)).toEqual(['applied', 'applied', 'unsent'])
  house.wire.mend()
  await settled(page)
  // Both sides agree about what is left.
  const beat = await page.waitForResponse((response) => response.url().endsWith('/kiosk/beats') && response.ok() && (response.request().postDataJSON() as { uptoSeq: number }).uptoSeq === 5, { timeout: 40_000 })
  expect(beat.request().postDataJSON()).toMatchObject({ fromSeq: 3, uptoSeq: 5, count: 3, unsent: 0 })
  expect((await beat.json() as { missing: number[] }).missing).toEqual([])
  expect((await house.book('Past')).length).toBe(5)
  expectNoErrors(house.errors)
})
