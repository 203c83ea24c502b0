/**
 * Rules while the server is killed: messages come, runs become due, and at moments nobody chose the process is gone. Afterwards
 * each run acted exactly once, none is forgotten, and what came too late was left.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listEntries, openConversation, sendMessage } from '#contract/conversations.ts'
import { listDeliveries } from '#contract/deliveries.ts'
import type { Entry } from '#contract/entries.ts'
import { openVisitorSession } from '#contract/inboxes.ts'
import { listRules, type Run } from '#contract/rules.ts'
import { caller, valueOf, type Call, type Outcome } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { startOwnServer, type OwnServer } from '#tools/replay/own-server.ts'
import { makeRule, runsOf } from './rules.ts'

const guestsCount = 12, messagesEach = 5, killsCount = 6
let own: OwnServer
let desk: Call
beforeAll(async () => {
  own = await startOwnServer()
  desk = caller({ url: own.url, bearer: async () => own.token })
}, 90_000)
afterAll(() => own.stop(), 60_000)

/** Until it is stored, with the same id: as every client does. */
async function insist<T>(ask: () => Promise<Outcome<T>>): Promise<T> {
  for (let tries = 0; ; tries++) {
    const outcome = await ask().catch(() => undefined)
    if (outcome?.ok) return outcome.value
    if (tries > 600) throw new Error(`It was never accepted: ${JSON.stringify(outcome)}`)
    await sleep(100)
  }
}

it('[RU15] [RU4] act exactly once, forget nothing and send nothing stale, whenever the server is killed', async () => {
  const echo = await makeRule(desk, { name: 'Echo', actions: [{ do: 'message', text: 'We have read it, {{contact.firstName}}.' }, { do: 'note', text: 'Echoed' }, { do: 'notify', whom: 'admins', text: 'Somebody wrote' }] })
  const once = await makeRule(desk, { name: 'Once', once: 'conversation', actions: [{ do: 'label', labels: ['new'] }, { do: 'message', text: 'Welcome' }] })
  const later = await makeRule(desk, { name: 'Later', timing: { from: 'event', minutes: 60 }, once: 'conversation' })

  const guests = await Promise.all(Array.from({ length: guestsCount }, async (_, i) => {
    const contact = newId(), conversation = newId(), secret = `${'g'.repeat(41)}${String(i).padStart(2, '0')}`
    const { ticket } = await insist(() => caller({ url: own.url })(openVisitorSession, { params: { inbox: own.inbox }, body: { contact, secret, name: `Guest ${i}` } }))
    const call = caller({ url: own.url, bearer: async () => ticket })
    const opening = newId()
    await insist(() => call(openConversation, { body: { id: opening, conversation, inbox: own.inbox } }))
    return { conversation, call }
  }))

  // They write while the server is killed.
  const writing = Promise.all(guests.map(async ({ conversation, call }, i) => {
    for (let n = 0; n < messagesEach; n++) {
      const id = newId()
      await insist(() => call(sendMessage, { params: { conversation }, body: { id, text: `Message ${n} of guest ${i}` } }))
      await sleep(300 + Math.random() * 900)
    }
  }))
  for (let n = 0; n < killsCount; n++) {
    await sleep(200 + Math.random() * 1_500)
    await own.kill()
  }
  await writing

  const runs = async (rule: string): Promise<Run[]> => runsOf(desk, rule)
  const isOver = async (): Promise<boolean> => {
    const [a, b, c] = [await runs(echo.id), await runs(once.id), await runs(later.id)]
    return a.length === guestsCount * messagesEach && b.length === guestsCount && c.length === guestsCount && [...a, ...b].every((r) => r.state === 'ended')
  }
  await expect.poll(isOver, { timeout: 120_000, interval: 500 }).toBe(true)

  expect(new Set((await runs(echo.id)).map((r) => r.outcome))).toEqual(new Set(['done']))
  expect(new Set((await runs(later.id)).map((r) => r.state))).toEqual(new Set(['waiting']))
  for (const [i, { conversation }] of guests.entries()) {
    const { entries } = valueOf(await desk(listEntries, { params: { conversation }, query: { limit: 1000 } }))
    const by = (rule: string, type: string): Entry[] => (entries as Entry[]).filter((e) => e.actor === `rule:${rule}` && e.type === type)
    expect(by(echo.id, 'message.sent').map((e) => e.type === 'message.sent' && e.body?.text)).toEqual(Array.from({ length: messagesEach }, () => `We have read it, Guest.`))
    expect(by(echo.id, 'note.added')).toHaveLength(messagesEach)
    expect(by(once.id, 'message.sent'), `guest ${i}`).toHaveLength(1)
    expect(by(once.id, 'conversation.labelled')).toHaveLength(1)
    expect(by(later.id, 'message.sent')).toHaveLength(0)
  }
  const notices: string[] = []
  for (let cursor: string | undefined; ;) {
    const page = valueOf(await desk(listDeliveries, { query: { limit: 200, ...(cursor && { cursor }) } }))
    notices.push(...page.deliveries.filter((d) => d.subject === 'Echo').map((d) => d.id))
    if (!page.next) break
    cursor = page.next
  }
  expect(notices).toHaveLength(guestsCount * messagesEach)
  expect(valueOf(await desk(listRules, {})).rules.filter((r) => r.paused)).toEqual([])
}, 300_000)
