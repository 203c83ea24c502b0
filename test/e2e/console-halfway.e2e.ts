/** What is half done when something goes wrong, or when one goes elsewhere. */
import { beforeAll, expect, it } from 'vitest'
import { mara } from '../world.ts'
import { expectAccessible } from './axe.ts'
import { leaveClean, list, openHouse, row, type House } from './console.ts'

let house: House
beforeAll(async () => { house = await openHouse() }, 120_000)
leaveClean(() => house)
const refusal = { status: 503, contentType: 'application/problem+json', body: JSON.stringify({ code: 'overloaded', detail: 'Too much is going on' }) }
/** Requests can be answered in the server's stead. */
const direct = { serviceWorkers: 'block' } as const

it('[DK1] a further page of the list that was refused is asked for again by a person only', async () => {
  await house.guest('The first of many', mara)
  const page = await house.enter('/visits', direct)
  let asked = 0
  let isRefused = true
  await page.route(/\/api\/v1\/conversations\?/, async (route) => {
    const isFurther = route.request().url().includes('cursor=')
    if (isFurther) asked++
    if (isFurther && isRefused) return route.fulfill(refusal)
    const body = await (await route.fetch({ url: route.request().url().replace(/&?cursor=[^&]*/, '') })).json() as { conversations: unknown[] }
    return route.fulfill({ json: isFurther ? { ...body, conversations: [], next: null } : { ...body, next: 'further' } })
  })
  await page.goto(`${house.wire.url}/inbox?tab=all`)
  await row(page, 'The first of many').waitFor()
  await expect.poll(() => asked).toBeGreaterThan(0)
  await page.waitForTimeout(1500)
  expect(asked).toBe(1)
  const pane = page.getByRole('region', { name: 'Conversations' })
  await pane.getByText('The rest cannot be read right now').waitFor()
  await expectAccessible(page, 'list without its rest')
  await house.shotBoth(page, 'list-rest')
  isRefused = false
  await pane.getByRole('button', { name: 'Try again' }).click()
  await expect.poll(() => pane.getByText('The rest cannot be read right now').count()).toBe(0)
  expect(asked).toBe(2)
  await list(page).waitFor()
})
