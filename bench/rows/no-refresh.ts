/**
 * P12 in a real browser: a console, a kiosk, a room panel and a messenger stand open, and nobody touches them. The server is killed, and comes back
 * after a while; then it is killed, and comes back as the next version. Counted from when it is ready again.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type Browser, type Page } from 'playwright-core'
import { caller, valueOf, type Call } from '#client/call.ts'
import { newId } from '#client/id.ts'
import { listConversations, sendMessage } from '#contract/conversations.ts'
import { saveKiosk } from '#contract/kiosks.ts'
import { saveLocation } from '#contract/places.ts'
import { pairSpacePanel, saveFloor, saveSpace } from '#contract/spaces.ts'
import { findChromium } from '#test/e2e/browser.ts'
import { serveHostPage } from '#test/e2e/host-page.ts'
import type { OwnServer } from '#tools/replay/own-server.ts'
import { mainOf, nextVersion } from '../next-version.ts'
import { median, of, type Experiment } from '../run.ts'

const rounds = 3
const awayMs = 10_000
/** A console reloads when it has been still for 20 s. */
const restMs = 25_000
const patienceMs = 180_000

type Screen = 'console' | 'kiosk' | 'panel' | 'messenger'
type Times = Partial<Record<Screen, number>>

export const noRefresh: Experiment = {
  ids: ['no-refresh', 'no-refresh-console', 'no-refresh-kiosk', 'no-refresh-panel', 'live-again', 'live-again-console', 'live-again-messenger', 'live-again-kiosk', 'live-again-panel'],
  async run(lab) {
    const folder = await mkdtemp(join(tmpdir(), 'lodge-versions-'))
    let tree: string | undefined
    const server = await lab.ownLodge([], () => tree ?? join(import.meta.dirname, '../..'))
    const { path, args } = await findChromium()
    const browser = await chromium.launch({ executablePath: path, args: [...args, '--no-sandbox', '--disable-dev-shm-usage'] })
    const live: Times[] = [], updated: Times[] = []
    try {
      const house = await furnish(server, browser)
      for (let n = 1; n <= rounds; n++) {
        lab.tell(`no-refresh: round ${n} of ${rounds}, an outage`)
        live.push(await house.liveAgain(async () => {
          await server.crash()
          await sleep(awayMs)
          await comeBack(server)
        }))
        lab.tell(`no-refresh: round ${n} of ${rounds}, an upgrade`)
        const next = await nextVersion(folder, n)
        tree = next.tree
        await house.forgetReloads()
        await sleep(restMs)
        await server.crash()
        await comeBack(server)
        updated.push(await house.updated(mainOf(next.build)))
      }
      await house.close()
    } finally {
      await browser.close()
      await rm(folder, { recursive: true, force: true })
    }
    const slowest = (times: readonly Times[]): number[] => times.map((t) => Math.max(...Object.values(t)) / 1000)
    const each = (id: string, what: string, times: readonly Times[]) => (Object.keys(times[0]!) as Screen[]).map((screen) => ({ id: `${id}-${screen}`, what: `${what}: the ${screen}`, ...of(times.map((t) => t[screen]! / 1000), 1), unit: 's' }))
    return [
      { id: 'no-refresh', what: 'from the next version being ready until the slowest open screen at rest has brought itself up to date', ...of(slowest(updated), 1), unit: 's', bar: '≤ 90 s', met: median(slowest(updated)) <= 90 },
      ...each('no-refresh', 'of these', updated),
      { id: 'live-again', what: 'from the server being ready after an outage until the slowest open screen is live again', ...of(slowest(live), 1), unit: 's', bar: '≤ 20 s', met: median(slowest(live)) <= 20 },
      ...each('live-again', 'of these', live),
    ]
  },
}

async function comeBack(server: OwnServer): Promise<void> {
  await server.startAgain()
  for (const untilMs = Date.now() + patienceMs; !(await fetch(`${server.url}/readyz`)).ok; await sleep(10)) if (Date.now() > untilMs) throw new Error('The server does not become ready again.')
}

async function furnish(server: OwnServer, browser: Browser) {
  const { url } = server
  const call = caller({ url, bearer: async () => server.token })
  const [location, floor, space, kiosk] = [newId(), newId(), newId(), newId()]
  valueOf(await call(saveLocation, { params: { location }, body: { name: 'Lobby', zone: 'UTC', opensAt: '00:00', closesAt: '23:59', walkIns: 'welcome' } }))
  valueOf(await call(saveFloor, { params: { floor }, body: { location, name: 'Ground floor' } }))
  valueOf(await call(saveSpace, { params: { space }, body: { floor, name: 'Quay', kind: 'room' } }))
  const open = async (address: string): Promise<Page> => {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })).newPage()
    page.setDefaultTimeout(30_000)
    await page.goto(address)
    return page
  }

  const site = await serveHostPage(url, server.inbox)
  const messenger = await open(`${site.url}/?plain`)
  await messenger.locator('lodge-messenger .bubble').click()
  await messenger.locator('lodge-messenger textarea').fill('Is anybody there?')
  await messenger.keyboard.press('Enter')
  const conversation = await until(async () => valueOf(await call(listConversations, { query: {} })).conversations[0]?.id)

  const console_ = await open(`${url}/sign-in?next=${encodeURIComponent(`/inbox/${conversation}`)}`)
  await console_.getByLabel('E-mail').fill(server.login.email)
  await console_.getByLabel('Password').fill(server.login.password)
  await console_.getByRole('button', { name: 'Sign in' }).click()
  await console_.getByRole('log', { name: 'Messages' }).getByText('Is anybody there?').waitFor()
  await console_.evaluate('document.activeElement?.blur()')

  const entrance = await open(`${url}/kiosk`)
  await entrance.getByLabel('Pair this kiosk').fill(valueOf(await call(saveKiosk, { params: { kiosk }, body: { name: 'Entrance', location } })).code!)
  await entrance.locator('[data-primary]').click()
  await entrance.locator('[data-begin]').first().waitFor()
  const panel = await open(`${url}/panel/${space}#${valueOf(await call(pairSpacePanel, { params: { space } })).code}`)
  await panel.locator('[data-screen=door]').waitFor()
  for (const page of [console_, entrance, panel]) await until(async () => page.evaluate('navigator.serviceWorker.getRegistration().then((found) => found?.active?.state === "activated")'))

  return {
    /** `outage` resolves when the server is ready again. */
    async liveAgain(outage: () => Promise<void>): Promise<Times> {
      await outage()
      const sinceMs = performance.now(), text = `Live ${newId()}`
      const took = (): number => performance.now() - sinceMs
      const said = say(call, conversation, text)
      const [console, messenger_, kiosk_, panel_] = await Promise.all([
        console_.getByRole('log', { name: 'Messages' }).getByText(text).waitFor({ timeout: patienceMs }).then(took),
        messenger.locator('lodge-messenger').getByText(text, { exact: true }).waitFor({ timeout: patienceMs }).then(took),
        answered(entrance, '/api/v1/kiosk/beats').then(took),
        answered(panel, '/api/v1/panel').then(took),
        said,
      ])
      return { console, messenger: messenger_, kiosk: kiosk_, panel: panel_ }
    },
    /** Kiosk and panel reload at most once in ten minutes, in case a server is behind its own files; upgrades come less often than rounds here. */
    async forgetReloads(): Promise<void> {
      for (const page of [entrance, panel]) await page.evaluate('for (const key of Object.keys(sessionStorage)) if (key.endsWith("-reloaded-at")) sessionStorage.removeItem(key)')
    },
    async updated(script: string): Promise<Times> {
      const sinceMs = performance.now()
      const isNew = async (page: Page): Promise<number> => {
        await until(async () => page.evaluate(`document.querySelector('script[src$="${script}"]') !== null && document.readyState === 'complete'`).catch(() => false))
        return performance.now() - sinceMs
      }
      const [console, kiosk_, panel_] = await Promise.all([console_, entrance, panel].map(isNew))
      return { console: console!, kiosk: kiosk_!, panel: panel_! }
    },
    close: () => site.close(),
  }
}

/** Once; of a server that has just opened it may take a second try. */
async function say(call: Call, conversation: string, text: string): Promise<void> {
  const id = newId()
  await until(async () => (await call(sendMessage, { params: { conversation }, body: { id, text } })).ok)
}
const answered = async (page: Page, path: string): Promise<unknown> => page.waitForResponse((response) => new URL(response.url()).pathname === path && response.ok(), { timeout: patienceMs })

async function until<T>(what: () => Promise<T>): Promise<NonNullable<T>> {
  for (const untilMs = Date.now() + patienceMs; Date.now() < untilMs; await sleep(50)) {
    const found = await what()
    if (found) return found as NonNullable<T>
  }
  throw new Error(`Not within ${patienceMs / 1000} s.`)
}
