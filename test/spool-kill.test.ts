/** The server dies while it keeps what the database cannot take: the next process stores it (SP1, SP8). */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listEntries, openConversation, sendMessage } from '#contract/conversations.ts'
import { valueOf } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { startLodgeProcess, type LodgeProcess } from './lodge-process.ts'
import { startOwnDatabase, type OwnDatabase } from './own-database.ts'
import { fillWorld, kit, mara, website } from './world.ts'

let database: OwnDatabase, lodge: LodgeProcess
beforeAll(async () => {
  database = await startOwnDatabase()
  await fillWorld(database.pool)
  lodge = await startLodgeProcess(database.target, {})
}, 120_000)
afterAll(async () => {
  await database?.thaw()
  await lodge?.close()
  await database?.close()
}, 60_000)

describe('a server that is killed while its database hangs', () => {
  it('[SP1] [SP3] [SP8] loses, doubles and turns nothing that it had answered', async () => {
    const conversation = newId()
    const visitor = lodge.callAs(mara)
    valueOf(await visitor(openConversation, { body: { id: newId(), conversation, inbox: website.id } }))
    const answered: string[] = [], asked: string[] = []
    let moment = 0
    const askedAt = new Map<string, number>(), answeredAt = new Map<string, number>()
    let kept = 0
    for (let round = 0; round < 3; round++) {
      await database.freeze()
      const all: Promise<unknown>[] = []
      for (let i = 0; i < 30; i++) {
        const text = `${round}.${i}`
        asked.push(text)
        askedAt.set(text, moment++)
        all.push(visitor(sendMessage, { params: { conversation }, body: { id: newId(), text } }).then((o) => {
          if (o.ok) { answered.push(text); answeredAt.set(text, moment++); if (o.value.state === 'kept') kept++ }
        }))
        await sleep(i === 0 ? 700 : 5)
      }
      const restarted = lodge.dieAndStart()   // the last of them have no answer yet
      await sleep(300)
      await database.thaw()
      await restarted
      await Promise.all(all)
      await expect.poll(async () => {
        const read = await lodge.callAs(kit)(listEntries, { params: { conversation }, query: { limit: 1000 } })
        const there = new Set(read.ok ? read.value.entries.map((e) => (e.body as { text?: string }).text) : [])
        return answered.filter((text) => !there.has(text))
      }, { timeout: 30_000 }).toEqual([])
    }
    expect(kept).toBeGreaterThan(30)
    const { entries } = valueOf(await lodge.callAs(kit)(listEntries, { params: { conversation }, query: { limit: 1000 } }))
    const texts = entries.flatMap((e) => e.type === 'message.sent' ? [(e.body as { text: string }).text] : [])
    expect(new Set(texts).size).toBe(texts.length)
    expect(texts.filter((t) => !asked.includes(t))).toEqual([])
    // Whatever has no answer may have got there or not. Each has a line of its own, so two that were on their way together may pass each other; nothing passes what was answered before it was asked.
    expect(texts.flatMap((before, i) => texts.slice(i + 1).filter((after) => (answeredAt.get(after) ?? Infinity) < askedAt.get(before)!).map((after) => `${after} was answered before ${before} was asked, and stands behind it`))).toEqual([])
    expect(entries.map((e) => e.offset)).toEqual(entries.map((_, i) => i + 1))
  }, 150_000)
})
