/** What a floor plan may do to whoever looks at it: nothing. */
import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { redraw } from '#server/features/spaces/drawing.ts'
import { openBrowser } from './browser.ts'

let browser: Browser
beforeAll(async () => { browser = await openBrowser() })
afterAll(() => browser.close())

const evil = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 30" width="40" height="30" onload="document.documentElement.dataset.hit = 'onload'; fetch('http://plan.test/onload')">
  <script>fetch('http://plan.test/script'); top.hit = 1</script><image href="http://plan.test/image.png" width="5" height="5"/><style>@import url(http://plan.test/style.css); rect{fill:red}</style>
  <foreignObject width="40" height="30"><img xmlns="http://www.w3.org/1999/xhtml" src="http://plan.test/foreign.png" onerror="fetch('http://plan.test/onerror')"/></foreignObject><rect width="40" height="30"/></svg>`

/** Everything the page asks for while it shows the drawing, as an image or, for comparison, as a document of its own. */
async function show(svg: string, how: 'image' | 'document'): Promise<{ asked: string[]; hit: unknown; width: number }> {
  const page = await browser.newPage()
  const asked: string[] = []
  try {
    await page.route('http://plan.test/**', (route) => {
      const { pathname } = new URL(route.request().url())
      if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Plan</title>' })
      if (pathname === '/plan.svg') return route.fulfill({ contentType: 'image/svg+xml', body: svg })
      asked.push(pathname)
      return route.fulfill({ status: 404, body: '' })
    })
    await page.goto(how === 'image' ? 'http://plan.test/' : 'http://plan.test/plan.svg')
    let width = 0
    if (how === 'image') {
      width = await page.evaluate(async (src) => {
        const img = document.createElement('img')
        img.src = src
        document.body.append(img)
        await img.decode()
        return img.naturalWidth
      }, `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`)
    } else await expect.poll(() => asked).toContain('/script')
    await page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => { requestAnimationFrame(done) }) }))
    return { asked, width, hit: await page.evaluate(() => (window as { hit?: number }).hit ?? null) }
  } finally {
    await page.close()
  }
}

it('[BK15] as an image of a page it runs and loads nothing, even as it was before it was drawn anew', async () => {
  expect(await show(evil, 'image')).toEqual({ asked: [], hit: null, width: 40 })
  expect((await show(evil, 'document')).asked).toContain('/script')   // or the above would prove nothing
})

it('[BK15] drawn anew it would run nothing as a document either', async () => {
  const page = await browser.newPage()
  const asked: string[] = []
  await page.route('http://plan.test/**', (route) => {
    asked.push(new URL(route.request().url()).pathname)
    return route.fulfill({ contentType: 'image/svg+xml', body: redraw(evil).text })
  })
  await page.goto('http://plan.test/plan.svg')
  expect(await page.locator('rect').count()).toBe(1)
  expect(asked).toEqual(['/plan.svg'])
  await page.close()
})

it('[BK15] the demo’s plan survives', async () => {
  const { text, widthPx } = redraw(readFileSync(new URL('../../demo/office.svg', import.meta.url), 'utf8'))
  expect((await show(text, 'image')).width).toBeGreaterThan(0)
  expect(widthPx).toBe(1200)
})
