/** The lever: no page invites to chat any more, within two seconds, by hand or by itself. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { saveInvitation } from '#contract/inboxes.ts'
import { newId } from '#client/lodge.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { ada, website } from '../world.ts'
import { openBrowser } from './browser.ts'
import { serveHostPage, type HostPage } from './host-page.ts'
import { builtScreens } from './screens.ts'
import { layWire, type Wire } from './wire.ts'

const text = 'Looking for a lamp? Ask us.'
let server: TestServer, wire: Wire, host: HostPage, browser: Browser
const contexts: BrowserContext[] = []

beforeAll(async () => {
  server = await startTestServer({ screens: builtScreens() })
  wire = await layWire(server.url)
  host = await serveHostPage(wire.url, website.id)
  browser = await openBrowser()
  await server.callAs(ada)(saveInvitation, { params: { invitation: newId() }, body: { inbox: website.id, address: '/', afterSeconds: 0, text, active: true } })
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await host?.close()
  await wire?.close()
  await server?.close()
})
afterEach(async () => {
  wire.mend()
  server.app.load.allowInvitations()
  for (const context of contexts.splice(0)) await context.close()
})

/** Cuts a page's socket and keeps it away, while the rest of the page reaches the server. */
interface SocketSwitch { isBlocked: boolean; cut: () => void }
async function visit(socket?: SocketSwitch): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 900, height: 600 } })
  contexts.push(context)
  const page = await context.newPage()
  if (socket) await page.routeWebSocket(/socket/, (ws) => {
    if (socket.isBlocked) { void ws.close(); return }
    const far = ws.connectToServer()
    socket.cut = () => { socket.isBlocked = true; void far.close(); void ws.close() }
  })
  await page.goto(`${host.url}/?plain`)
  return page
}
const card = (page: Page) => page.locator('lodge-messenger .card')

describe('invitations', () => {
  it('[GV7] [GV8] withdrawn by hand they vanish from every page within two seconds, with the database away, and come back when they are allowed', async () => {
    const pages = [await visit(), await visit(), await visit()]
    for (const page of pages) await card(page).getByText(text).waitFor()
    // Nothing can be read now: what is pushed must come from memory.
    server.database.db.setMax(0)
    const startMs = performance.now()
    server.app.load.withdrawInvitations('The database is being repaired.')
    await Promise.all(pages.map((page) => card(page).waitFor({ state: 'detached', timeout: 10_000 })))
    const tookMs = performance.now() - startMs
    if (process.env['SHOW']) console.log({ tookMs })
    expect(tookMs).toBeLessThan(2_000)
    expect(server.app.load.stats().invitations).toEqual({ isWithdrawn: true, why: 'The database is being repaired.' })
    server.database.db.setMax(8)
    server.app.load.allowInvitations()
    await Promise.all(pages.map((page) => card(page).getByText(text).waitFor()))
  })

  it('[GV8] who comes meanwhile is not invited', async () => {
    server.app.load.withdrawInvitations('By hand.')
    const page = await visit()
    await page.locator('lodge-messenger .bubble').waitFor()
    await page.waitForTimeout(1_500)
    expect(await card(page).count()).toBe(0)
  })

  it('[GV9] a page without a line asks first, and does not invite without an answer', { timeout: 100_000 }, async () => {
    const socket: SocketSwitch = { isBlocked: false, cut: () => {} }
    const page = await visit(socket)
    await card(page).getByText(text).waitFor()
    // The page remembers the door; now its line is gone.
    wire.cut()
    socket.cut()
    await card(page).waitFor({ state: 'detached', timeout: 30_000 })
    await page.waitForTimeout(1_500)
    expect(await card(page).count()).toBe(0)
    // Only the socket stays away: the answer over HTTP lets it invite, and withdrawn it does not.
    wire.mend()
    const asked = page.waitForResponse((r) => r.url().endsWith('/inviting'), { timeout: 60_000 })
    await asked
    await card(page).getByText(text).waitFor()
  })
})
