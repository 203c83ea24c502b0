/** P12 as a running server sees it: which open screens are still of the version before. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { getOperations } from '#contract/operations.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, kit, mara, noor } from '#test/world.ts'

let server: TestServer
const build = 'aaaaaaaaaaaa'
beforeAll(async () => { server = await startTestServer({ about: { name: 'Lodge', version: '0.0.0', build, demo: false, drills: false, inbox: null, statusPage: null, mail: false }, operations: { lookEveryMs: 100 } }) })
afterAll(() => server.close())

it('[OP2] [P12] counts the open screens of another build, and since when the slowest has known; messengers are of their pages', async () => {
  const p12 = async () => {
    const outcome = await server.callAs(ada)(getOperations, {})
    if (!outcome.ok) throw new Error(outcome.code)
    const { light, figures } = outcome.value.promises.find((p) => p.promise === 'P12')!
    return { light, open: figures.find((f) => f.id === 'olderScreens')!.value, forS: figures.find((f) => f.id === 'olderScreensS')!.value }
  }
  server.connectAs(kit, { app: `console ${build}` })
  server.connectAs(mara, { app: 'messenger bbbbbbbbbbbb' })
  server.connectAs(ada, { app: 'console dev' })
  await expect.poll(() => server.app.hub.size).toBe(3)
  await expect.poll(p12).toEqual({ light: 'ok', open: 0, forS: 0 })
  const old = server.connectAs(noor, { app: 'console bbbbbbbbbbbb' })
  await expect.poll(async () => (await p12()).open).toBe(1)
  await expect.poll(async () => (await p12()).forS).toBeGreaterThan(0.2)
  old.close()   // it reloads
  await expect.poll(p12).toEqual({ light: 'ok', open: 0, forS: 0 })
})
