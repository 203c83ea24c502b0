/**
 * The process ends after each of a run's transactions, and between what a step does and the word that it was done; another goes on
 * in time or too late. Worker and process are one here: once it has ended, none of the rules' transactions comes through until it
 * is begun anew.
 */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { listEntries, openConversation, sendMessage } from '#contract/conversations.ts'
import { listDeliveries } from '#contract/deliveries.ts'
import type { Entry } from '#contract/entries.ts'
import type { Run } from '#contract/rules.ts'
import { valueOf } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { makeRule, runsOf } from '#test/rules.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { ada, kit, mara, noor, website } from '#test/world.ts'

vi.setConfig({ testTimeout: 240_000 })
const labels = /^(take rule runs|begin rule run|hold rule run|rule step|end rule run|retry rule run|leave rule run)$/
let aheadMs = 0
let server: TestServer
/** Counts down the rules' transactions that had something to do; at zero the process ends. */
let left = Infinity
let counted = 0
beforeAll(async () => {
  server = await startTestServer({ now: () => Date.now() + aheadMs })
  const { db } = server.database
  const real = db.tx.bind(db) as (...args: unknown[]) => Promise<unknown>
  const ended = (): never => { throw new Error('The process has ended') }
  db.tx = (async (label: string, ...rest: unknown[]) => {
    if (!labels.test(label)) return real(label, ...rest)
    if (left <= 0) ended()
    if (label === 'take rule runs') {   // an empty look is no moment of a run
      const taken = await real(label, ...rest) as unknown[]
      if (taken.length > 0 && ++counted && --left === 0) ended()
      return taken
    }
    if (label === 'rule step' && ++counted && --left === 0) ended()   // a command is in the journal by now
    counted++
    const done = await real(label, ...rest)
    if (--left === 0) ended()
    return done
  }) as typeof db.tx
})
afterAll(() => server.close())

it('[RU15] [RU4] a run is done once, or left when it has become too late, whenever the process ends', async () => {
  const admin = server.callAs(ada), desk = server.callAs(kit), guest = server.callAs(mara)
  const rule = await makeRule(admin, { once: 'conversation', lateMaxMinutes: 5, actions: [{ do: 'message', text: 'one' }, { do: 'notify', whom: 'user', user: noor.id, text: 'two' }, { do: 'label', labels: ['three'] }] })
  const run = async (conversation: string): Promise<Run | undefined> => (await runsOf(desk, rule.id)).find((r) => r.conversation === conversation)
  const mails = async (): Promise<number> => valueOf(await admin(listDeliveries, { query: { limit: 200 } })).deliveries.filter((d) => d.to === noor.email).length

  async function play(at: number, isLate: boolean): Promise<Run> {
    const conversation = newId(), mailsBefore = await mails()
    counted = 0
    valueOf(await guest(openConversation, { body: { id: newId(), conversation, inbox: website.id } }))
    left = at
    valueOf(await guest(sendMessage, { params: { conversation }, body: { id: newId(), text: 'hi' } }))
    await server.app.feed.settled()
    if (at < Infinity) await vi.waitUntil(() => left <= 0, { timeout: 30_000 })
    aheadMs += isLate ? 6 * 60_000 : 21_000
    const againAt = Date.now() + aheadMs
    left = Infinity
    await vi.waitUntil(async () => (await run(conversation))?.state === 'ended', { timeout: 30_000, interval: 100 })
    const found = (await run(conversation))!
    const entries = (valueOf(await desk(listEntries, { params: { conversation } })).entries as Entry[]).filter((e) => e.actor === `rule:${rule.id}`)
    const said = `ended after ${at}${isLate ? ', late' : ''}: ${JSON.stringify(found.steps)}`
    const done = found.steps.filter((s) => s.state === 'done').map((s) => s.do)
    // What the log says is what there is.
    expect(entries.map((e) => e.type), said).toEqual(done.flatMap((what) => ({ message: ['message.sent'], notify: [], label: ['conversation.labelled'] } as Record<string, string[]>)[what]!))
    expect(await mails() - mailsBefore, said).toBe(done.includes('notify') ? 1 : 0)
    if (!isLate) expect([found.outcome, done.length], said).toEqual(['done', 3])
    else for (const e of entries) expect(Date.parse(e.at), said).toBeLessThan(againAt - 60_000)
    return found
  }

  const whole = await play(Infinity, false)
  expect(whole.outcome).toBe('done')
  const moments = counted
  expect(moments).toBeGreaterThan(10)
  const lateOutcomes = new Set<string | null>()
  for (let at = 1; at <= moments; at++) {
    await play(at, false)
    lateOutcomes.add((await play(at, true)).outcome)
  }
  // Late, most runs are left, wholly or in part; whose last step was done are done.
  expect(lateOutcomes).toEqual(new Set(['expired', 'done']))
})
