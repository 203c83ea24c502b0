import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { announceBlob } from '#contract/blobs.ts'
import { createBooking } from '#contract/bookings.ts'
import { openConversation, sendMessage } from '#contract/conversations.ts'
import { newId } from '#client/lodge.ts'
import { roomLevel } from '#server/kernel/room.ts'
import { startTestServer } from '#test/server.ts'
import { kit, mara, website } from '#test/world.ts'
import { openRoom, type Room } from './room.ts'

const gb = 2 ** 30, ballastBytes = 3 * 2 ** 20
let folder: string
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'lodge-room-')) })
afterAll(() => rm(folder, { recursive: true, force: true }))

const log = pino({ level: 'silent' })
let free = 50 * gb
const open = (): Promise<Room> => openRoom({ folders: [folder, join(folder, 'postgres')], ballastBytes, log, diskOf: async () => ({ freeBytes: free, totalBytes: 100 * gb }), everyMs: 1_000_000 })
const ballast = (): Promise<number> => stat(join(folder, 'ballast')).then(({ size }) => size, () => 0)

describe('room on the disk', () => {
  it('[SP12] is a share of a small disk and an amount of a large one', () => {
    expect([50, 9, 4, 0.2].map((free) => roomLevel({ freeBytes: free * gb, totalBytes: 100 * gb }))).toEqual(['plenty', 'low', 'scarce', 'full'])
    expect([25, 15, 8, 0.2].map((free) => roomLevel({ freeBytes: free * gb, totalBytes: 4_000 * gb }))).toEqual(['plenty', 'low', 'scarce', 'full'])
    expect([2, 0.9, 0.4, 0.1].map((free) => roomLevel({ freeBytes: free * gb, totalBytes: 5 * gb }))).toEqual(['plenty', 'low', 'scarce', 'full'])
  })

  it('[SP12] holds one ballast for a disk, lets it go when there is no room, and takes it again when there is', async () => {
    const room = await open()
    expect(await ballast()).toBe(ballastBytes)
    expect(await stat(join(folder, 'postgres', 'ballast')).catch(() => undefined)).toBeUndefined()
    free = 0.1 * gb
    await room.look()
    expect([room.level, await ballast()]).toEqual(['full', 0])
    free = 0.6 * gb
    await room.look()
    expect([room.level, await ballast()]).toEqual(['scarce', 0])
    free = 50 * gb
    await room.look()
    expect([room.level, await ballast()]).toEqual(['plenty', ballastBytes])
    room.stop()
  })

  it('[SP12] refuses files first, then bookings, and messages never', async () => {
    const room = await open()
    const server = await startTestServer({ room })
    try {
      const [visitor, conversation] = [server.callAs(mara), newId()]
      expect(await visitor(openConversation, { body: { id: newId(), conversation, inbox: website.id } })).toMatchObject({ ok: true })
      const file = () => visitor(announceBlob, { body: { id: newId(), conversation, name: 'a.txt', mediaType: 'text/plain', sizeBytes: 1, sha256: 'a'.repeat(64) } })
      const book = () => server.callAs(kit)(createBooking, { body: { id: newId(), space: newId(), when: { startsAt: new Date(Date.now() + 60_000).toISOString(), endsAt: new Date(Date.now() + 120_000).toISOString() } } })
      const answers = async (): Promise<unknown[]> => [await file(), await book()].map((o) => o.ok || o.code)
      expect(await answers()).toEqual([true, 'not_found'])
      free = 9 * gb; await room.look()
      expect(await answers()).toEqual(['storage_full', 'not_found'])
      free = 4 * gb; await room.look()
      expect(await answers()).toEqual(['storage_full', 'storage_full'])
      expect(await visitor(sendMessage, { params: { conversation }, body: { id: newId(), text: 'Still here' } })).toMatchObject({ ok: true })
      const ready = await (await fetch(`${server.url}/readyz`)).json() as { reasons: string[] }
      expect(ready.reasons).toEqual([])   // it serves; that room is short stands in the metrics
      expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/lodge_disk_level 2/)
    } finally { await server.close(); room.stop(); free = 50 * gb }
  })
})
