/** The outbox of a browser, in a browser: what is written survives the page, the tab and the crash, and goes out once. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Browser, Page } from 'playwright-core'
import { build, type Rollup } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listEntries } from '#contract/conversations.ts'
import type { Entry } from '#contract/entries.ts'
import { newId, type Lodge } from '#client/lodge.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { mara, website } from '#test/world.ts'
import { openBrowser } from './browser.ts'

const script = `
  import { connect } from '#client/lodge.ts'
  import { idbOutbox } from '#client/browser/idb-outbox.ts'
  window.open = (url, name) => { window.lodge = connect({ url, app: 'outbox test', ticket: () => window.ticket(), outbox: idbOutbox(name) }) }
`
declare global {
  interface Window { lodge: Lodge }
}

let server: TestServer, site: Server, browser: Browser, siteUrl = ''
beforeAll(async () => {
  server = await startTestServer()
  const entry = new URL('./outbox-page.ts', import.meta.url).pathname
  const [output] = [await build({
    configFile: false, logLevel: 'silent', build: { write: false, rolldownOptions: { input: entry } },
    plugins: [{ name: 'page', resolveId: (id) => id === entry ? entry : null, load: (id) => id === entry ? script : null }],
  })].flat() as Rollup.RollupOutput[]
  const code = output!.output[0].code
  site = createServer((_, response) => { response.setHeader('content-type', 'text/html').end(`<!doctype html><title>Outbox</title><script type="module">${code}</script>`) })
  await new Promise<void>((resolve) => { site.listen(0, '127.0.0.1', resolve) })
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  site?.closeAllConnections()
  await new Promise((resolve) => { site.close(resolve) })
  await server.close()
})

const nowhere = 'http://127.0.0.1:1'
let context: BrowserContext, topic: string
beforeEach(async () => {
  context = await browser.newContext()
  await context.exposeFunction('ticket', () => server.ticketOf(mara))
  topic = `conversation:${newId()}`
})
afterEach(() => context.close())

async function openPage(url: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(siteUrl)
  await page.evaluate((to) => { window.open(to, 'outbox of mara') }, url)
  return page
}
const write = (page: Page, texts: readonly string[]): Promise<void> => page.evaluate(({ to, all, inbox }) => {
  if (all.includes('one')) window.lodge.send({ type: 'conversation.open', topic: to, body: { inbox } })
  for (const text of all) window.lodge.send({ type: 'message.send', topic: to, body: { text } })
}, { to: topic, all: texts, inbox: website.id })
const pending = (page: Page): Promise<number> => page.evaluate(() => window.lodge.status.pending)
const kept = (page: Page): Promise<number> => page.evaluate(() => new Promise((resolve) => {
  indexedDB.open('outbox of mara').onsuccess = function open() {
    const rows = this.result.transaction('commands').objectStore('commands').getAll()
    rows.onsuccess = () => { resolve(rows.result.length); this.result.close() }
  }
}))
const stored = async (): Promise<string[]> => {
  const outcome = await server.callAs(mara)(listEntries, { params: { conversation: topic.slice('conversation:'.length) } })
  return outcome.ok ? (outcome.value.entries as Entry[]).flatMap((e) => e.type === 'message.sent' && e.body ? [e.body.text] : []) : []
}
const long = { timeout: 20_000 }

describe('[P9] [RS5] what a browser has not sent yet', () => {
  it('survives a reload, and goes out in order', async () => {
    const page = await openPage(nowhere)
    await write(page, ['one', 'two', 'three'])
    await expect.poll(() => kept(page)).toBe(4)
    await page.reload()
    await page.evaluate((to) => { window.open(to, 'outbox of mara') }, server.url)
    await expect.poll(stored, long).toEqual(['one', 'two', 'three'])
    await expect.poll(() => pending(page)).toBe(0)
    expect(await page.evaluate(() => window.lodge.status.storage)).toBe('working')
  })

  it('is taken over by another tab when its own is closed', async () => {
    const writer = await openPage(nowhere)
    await write(writer, ['one', 'two'])
    await expect.poll(() => kept(writer)).toBe(3)
    const other = await openPage(server.url)
    await expect.poll(() => other.evaluate(() => window.lodge.status.state)).toBe('open')
    // As long as the first tab lives the commands are its own.
    expect(await pending(other)).toBe(0)
    await writer.close()
    await expect.poll(stored, long).toEqual(['one', 'two'])
  })

  it('is taken over when its tab crashes', async () => {
    const writer = await openPage(nowhere)
    await write(writer, ['one'])
    await expect.poll(() => kept(writer)).toBe(2)
    const other = await openPage(server.url)
    const crashed = new Promise((resolve) => { writer.on('crash', resolve) })
    void writer.goto('chrome://crash').catch(() => {})
    await crashed
    await expect.poll(stored, long).toEqual(['one'])
    await write(other, ['two'])
    await expect.poll(stored, long).toEqual(['one', 'two'])
  })

  it('is sent all the same where nothing can be stored, and the status says so', async () => {
    const page = await context.newPage()
    await page.addInitScript(() => { Object.defineProperty(window, 'indexedDB', { value: { open() { throw new DOMException('Storage is off', 'SecurityError') } } }) })
    await page.goto(siteUrl)
    await page.evaluate((to) => { window.open(to, 'outbox of mara') }, server.url)
    await write(page, ['one'])
    await expect.poll(stored, long).toEqual(['one'])
    expect(await page.evaluate(() => window.lodge.status.storage)).toBe('failing')
  })

  it('is shared by pages without Web Locks, as on a site without HTTPS', async () => {
    await context.addInitScript(() => { Object.defineProperty(Navigator.prototype, 'locks', { value: undefined }); delete (Navigator.prototype as { locks?: unknown }).locks })
    const writer = await openPage(nowhere)
    await write(writer, ['one'])
    await expect.poll(() => kept(writer)).toBe(2)
    await openPage(server.url)
    await expect.poll(stored, long).toEqual(['one'])
  })
})
