/**
 * The oracle. A carrier in another process loses answers and reports, delivers late and twice, throttles, breaks lines; Lodge,
 * in a third, is killed in the middle, more than once. Then everything is counted, on the phones and in the threads.
 */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { smsParts } from '#contract/sms-parts.ts'
import { sendMessage } from '#contract/conversations.ts'
import { newId } from '#client/id.ts'
import { noFaults } from '#demo/carrier.ts'
import { entriesOf, makeSmppChannel, ourNumber, quick, smsConversations, textsOf, untilReady, wordOn } from '#test/channels.ts'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { startLodgeProcess, type LodgeProcess } from '#test/lodge-process.ts'
import type { CarrierProcess } from '#demo/carrier-process.ts'
import { startSmppPeer } from '#test/smpp-peer.ts'
import { fillWorld, kit } from '#test/world.ts'

const seed = Number(process.env['STORM_SEED'] ?? 1)
let database: TestDatabase, lodge: LodgeProcess, peer: CarrierProcess
beforeAll(async () => {
  database = await createTestDatabase()
  await fillWorld(database.db)
  peer = await startSmppPeer({ seed })
  lodge = await startLodgeProcess(database.target, { channels: { networks: '127.0.0.0/8', tuning: { ...quick, gapMs: 60_000, unclearMs: 6_000, reportMs: 8_000 } } })
  const { id } = await makeSmppChannel(lodge, peer.port)
  await untilReady(lodge, id)
}, 60_000)
afterAll(async () => {
  await lodge.close()
  await peer.close()
  await database.drop()
})

const phones = Array.from({ length: 8 }, (_, i) => `+467055512${10 + i}`)
const pause = (ms: number): Promise<void> => new Promise((done) => { setTimeout(done, ms) })

it('[SM3, SM10] shows once what was acknowledged, and says of all that left what became of it', async () => {
  // One message each, so that there are conversations to answer in.
  for (const [i, from] of phones.entries()) await peer.send(from, ourNumber, `first ${i}`)
  await vi.waitUntil(async () => (await smsConversations(lodge)).length === phones.length, { timeout: 30_000, interval: 200 })
  const conversations = (await smsConversations(lodge)).map((c) => c.id)

  await peer.faults({ loseResponses: 0.05, loseReports: 0.1, throttle: 0.1, refuse: 0.03, duplicate: 0.25, drop: 0.02, silent: 0, delayMs: 250 })
  const answers = new Map<string, { conversation: string; text: string }>()
  const answer = async (n: number): Promise<void> => {
    const [id, conversation] = [newId(), conversations[n % conversations.length]!]
    const text = `answer ${n} ${n % 3 === 0 ? `word${n} of many `.repeat(25) : n % 3 === 1 ? '您好' : ''}`.trim()
    // The agent's outbox: the same id until it is stored.
    for (;;) {
      const outcome = await lodge.callAs(kit)(sendMessage, { params: { conversation }, body: { id, text } })
      if (outcome.ok) break
      await pause(100)
    }
    answers.set(id, { conversation, text })
  }
  const rounds = 60
  for (let n = 0; n < rounds; n++) {
    await peer.send(phones[n % phones.length]!, ourNumber, `question ${n} ${n % 4 === 0 ? 'and some more of it, as people do '.repeat(9) : n % 4 === 1 ? 'früh 🌅' : ''}`.trim())
    await answer(n)
    if (n === 20 || n === 41) {
      await lodge.dieAndStart()
      // The dead one's lease runs out; what is written meanwhile waits, or the rest would leave in fair weather.
      if (n === 20) await vi.waitUntil(async () => (await peer.state()).isBound, { timeout: 30_000, interval: 100 })
    }
    if (n === 30) await peer.drop()
    await pause(60)
  }

  // The weather stays bad until most has left in it.
  await vi.waitUntil(async () => {
    const entries = (await Promise.all(conversations.map((id) => entriesOf(lodge, id)))).flat()
    return [...answers.keys()].filter((id) => wordOn(entries, id) !== undefined).length > rounds * 0.8
  }, { timeout: 60_000, interval: 300 })
  await peer.faults(noFaults)
  await vi.waitUntil(async () => (await peer.state()).waiting === 0, { timeout: 60_000, interval: 300 })
  const threads = new Map<string, Awaited<ReturnType<typeof entriesOf>>>()
  const final = new Set(['delivered', 'failed', 'unknown'])
  await vi.waitUntil(async () => {
    for (const id of conversations) threads.set(id, await entriesOf(lodge, id))
    return [...answers].every(([id, { conversation }]) => final.has(wordOn(threads.get(conversation)!, id) ?? ''))
  }, { timeout: 120_000, interval: 500 })

  const { fromPhones, onPhones, lostReports } = await peer.state()
  expect(lostReports.length).toBeGreaterThan(0)   // or the weather was fair
  const unreported = new Set(lostReports)
  // In: everything that was acknowledged, once, and nothing else.
  expect(fromPhones.filter((m) => !m.acknowledged)).toEqual([])
  const shown = [...threads.values()].flatMap((entries) => textsOf(entries, 'contact'))
  expect(shown.toSorted()).toEqual(fromPhones.map((m) => m.text).toSorted())
  // Out: never twice on a phone; `delivered` is on the phone, and what is not on the phone is not called delivered.
  expect(onPhones.filter((m) => m.count > 1)).toEqual([])
  const arrived = new Set(onPhones.map((m) => m.text))
  const words = { delivered: 0, failed: 0, unknown: 0 } as Record<string, number>
  for (const [id, { conversation, text }] of answers) {
    const word = wordOn(threads.get(conversation)!, id)!
    words[word]!++
    if (word === 'delivered') {
      expect(arrived).toContain(text)
      expect(smsParts(text).parts.filter((part) => unreported.has(part))).toEqual([])   // nobody may say so on its own
    }
    if (word === 'failed') expect(arrived).not.toContain(text)
  }
  expect(answers.size).toBe(rounds)
  console.info(`storm ${seed}:`, words, `${shown.length} in`)
  expect(words['delivered']).toBeGreaterThan(rounds / 2)
}, 300_000)
