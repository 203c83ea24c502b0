import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openConversation, sendTranscript } from '#contract/conversations.ts'
import { openVisitorSession } from '#contract/inboxes.ts'
import { caller, valueOf, type Call } from '#client/call.ts'
import { newId } from '#client/id.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, website } from '#test/world.ts'

let server: TestServer, nowMs = Date.now()
beforeAll(async () => { server = await startTestServer({ now: () => nowMs }) })
afterAll(() => server.close())

async function visitor(): Promise<{ call: Call; conversation: string }> {
  const { ticket } = valueOf(await caller({ url: server.url })(openVisitorSession, { params: { inbox: website.id }, body: { contact: newId(), secret: newId().replaceAll('-', '').padEnd(43, 'x') } }))
  const call = caller({ url: server.url, bearer: async () => ticket })
  const conversation = newId()
  valueOf(await call(openConversation, { body: { id: newId(), conversation, inbox: website.id } }))
  return { call, conversation }
}
const ask = ({ call, conversation }: { call: Call; conversation: string }, to: string) => call(sendTranscript, { params: { conversation }, body: { id: newId(), to } })
const aDay = 24 * 3_600_000

describe('[DL5] transcripts that visitors ask for', () => {
  it('are so many an hour from one network, however many visitors it makes; of those inside as many as they want', async () => {
    nowMs += aDay
    const outcomes = []
    let last: Awaited<ReturnType<typeof visitor>>
    for (let i = 0; i < 7; i++) {
      last = await visitor()
      for (let n = 0; n < 2; n++) outcomes.push(await ask(last, `stranger-${i}-${n}@example.com`))
    }
    expect(outcomes.map((o) => o.ok)).toEqual(Array.from({ length: 14 }, (_, i) => i < 10))
    const refused = outcomes.at(-1)!
    expect(refused).toMatchObject({ code: 'rate_limited' })
    const waitMs = refused.ok ? 0 : refused.retryAfterMs!
    expect(Math.round(waitMs / 60_000)).toBe(6)
    for (let i = 0; i < 12; i++) expect(await ask({ call: server.callAs(ada), conversation: last!.conversation }, `stranger-${i}@example.com`)).toMatchObject({ ok: true })
    nowMs += waitMs
    expect(await ask(await visitor(), 'later@example.com')).toMatchObject({ ok: true })
  })

  it('are five an hour of one visitor', async () => {
    nowMs += aDay
    const one = await visitor()
    for (let i = 0; i < 5; i++) expect(await ask(one, `own-${i}@example.com`)).toMatchObject({ ok: true })
    expect(await ask(one, 'own@example.com')).toMatchObject({ ok: false, code: 'rate_limited' })
    expect(await ask(await visitor(), 'own@example.com')).toMatchObject({ ok: true })
  })

  it('are five a day to one address, whoever asks and however it is written', async () => {
    nowMs += aDay
    const written = ['one@example.com', 'One@example.com', 'one@EXAMPLE.com', 'one+a@example.com', 'one+b@example.com']
    for (const to of written) expect(await ask(await visitor(), to), to).toMatchObject({ ok: true })
    nowMs += 3_600_000
    const asked = await visitor()
    expect(await ask(asked, 'one+c@example.com')).toMatchObject({ ok: false, code: 'rate_limited' })
    expect(await ask(asked, 'another@example.com')).toMatchObject({ ok: true })
    expect(await ask({ call: server.callAs(ada), conversation: asked.conversation }, 'one@example.com')).toMatchObject({ ok: true })
    nowMs += aDay / 5 + 1
    expect(await ask(await visitor(), 'one@example.com')).toMatchObject({ ok: true })
  })
})
