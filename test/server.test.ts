import { afterAll, beforeAll, expect, it } from 'vitest'
import { listEntries } from '#contract/conversations.ts'
import type { Entry } from '#contract/entries.ts'
import { newId } from '#client/lodge.ts'
import { startTestServer, type TestServer } from './server.ts'
import { ada, iris, mara, website } from './world.ts'

let server: TestServer
beforeAll(async () => { server = await startTestServer() })
afterAll(() => server.close())

it('carries a message from a visitor to an agent and back, and shows it to nobody of another account', async () => {
  const topic = `conversation:${newId()}`, conversation = topic.slice(13)
  const visitor = server.connectAs(mara), agent = server.connectAs(ada)
  await visitor.send({ type: 'conversation.open', topic, body: { inbox: website.id } }).stored
  const heard = (by: typeof visitor, text: string): Promise<Entry> => new Promise((resolve) => {
    const look = (entries: readonly Entry[]): void => {
      const found = entries.find((entry) => entry.type === 'message.sent' && entry.body?.text === text)
      if (found) resolve(found)
    }
    by.join(topic, { fresh: ({ entries }) => look(entries), entries: look })
  })
  const asked = heard(agent, 'Is breakfast included?'), answered = heard(visitor, 'It is, from seven.')
  visitor.send({ type: 'message.send', topic, body: { text: 'Is breakfast included?' } })
  expect((await asked).offset).toBe(2)
  agent.send({ type: 'message.send', topic, body: { text: 'It is, from seven.' } })
  expect((await answered).actor).toBe(`user:${ada.id}`)

  const read = await server.callAs(mara)(listEntries, { params: { conversation } })
  expect(read.ok && read.value.entries.map((entry) => entry.type)).toEqual(['conversation.opened', 'message.sent', 'message.sent'])
  expect(await server.callAs(iris)(listEntries, { params: { conversation } })).toMatchObject({ ok: false, code: 'not_found' })
})
