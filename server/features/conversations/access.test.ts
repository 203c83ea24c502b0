import { afterAll, beforeAll, expect, it } from 'vitest'
import { openConversation } from '#contract/conversations.ts'
import { newId } from '#client/lodge.ts'
import type { Db } from '#server/db/db.ts'
import { remembered } from '#server/db/remembered.ts'
import { testFolder } from '#test/backup.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { value } from '#test/value.ts'
import { mara, sessionOf, tomas, website } from '#test/world.ts'
import { conversationAccess, type Access } from './access.ts'

let server: TestServer
let data: Awaited<ReturnType<typeof testFolder>>
const conversation = newId()
beforeAll(async () => {
  data = await testFolder('access')
  server = await startTestServer()
  await value(server.callAs(mara)(openConversation, { body: { id: newId(), conversation, inbox: website.id } }))
})
afterAll(async () => { await server.close(); await data.remove() })

/** One that knows nothing yet, on the real database. `fails`: the question with this number does. */
async function freshAccess({ isGatherOff, fails }: { isGatherOff: boolean; fails?: number }): Promise<{ access: Access; reads: () => number }> {
  let reads = 0
  const { db } = server.database
  const counted: Db = { ...db, read: (...call) => ++reads === fails ? Promise.reject(new Error('It does not answer.')) : db.read(...call) }
  const noted = remembered<never>({ folder: data.path, name: 'conversations', log: { warn() {} } })
  return { access: await conversationAccess(counted, { noted: { ...noted, note() {} }, recalls: false, isGatherOff }), reads: () => reads }
}
const together = (access: Access): Promise<PromiseSettledResult<unknown>[]> => Promise.allSettled(Array.from({ length: 32 }, async () => access.conversation(sessionOf(mara), conversation)))

it.each([true, false])('[SP3] commands of one conversation that come together pass together, by one question (each asks by itself: %s)', async (isGatherOff) => {
  const { access, reads } = await freshAccess({ isGatherOff })
  const order: number[] = []
  await Promise.all(Array.from({ length: 32 }, async (_, i) => { await access.conversation(sessionOf(mara), conversation); order.push(i) }))
  expect(order).toEqual(Array.from({ length: 32 }, (_, i) => i))
  expect(reads()).toBe(1)
})

it.each([true, false])('[SP3] or fail together, and may ask again (each asks by itself: %s)', async (isGatherOff) => {
  const { access, reads } = await freshAccess({ isGatherOff, fails: 1 })
  expect((await together(access)).every(({ status }) => status === 'rejected')).toBe(true)
  expect((await together(access)).every(({ status }) => status === 'fulfilled')).toBe(true)
  expect(reads()).toBe(2)
})

it('is asked for one session and answers another by what that one may see', async () => {
  const { access } = await freshAccess({ isGatherOff: false })
  const [own, other] = await Promise.allSettled([access.conversation(sessionOf(mara), conversation), access.conversation(sessionOf(tomas), conversation)])
  expect(own.status).toBe('fulfilled')
  expect(other).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } })
})
