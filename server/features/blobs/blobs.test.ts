import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, stat, symlink } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Upload } from '#contract/blobs.ts'
import { blobMaxBytes, visitorDayMaxBytes } from '#contract/limits.ts'
import { newId } from '#client/id.ts'
import { sql } from '#server/db/sql.ts'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { bensTalk, marasTalk, openBlobServer, sha256Of, tomassTalk, type BlobServer, type Caller } from '#test/blob-server.ts'
import { fillWorld, hotel, tomas } from '#test/world.ts'

let database: TestDatabase
let server: BlobServer
beforeAll(async () => {
  database = await createTestDatabase()
  await fillWorld(database.db)
  server = await openBlobServer(database)
})
afterAll(async () => {
  await server.close()
  await database.drop()
})

const progress = async (who: Caller, blob: string): Promise<Upload> => await (await server.call(who, 'GET', `/api/v1/blobs/${blob}`)).json() as Upload
const announced = async (who: Caller, bytes: Uint8Array, more = {}): Promise<string> => (await (await server.announce(who, bytes, more)).json() as Upload).id
const codeOf = async (response: Promise<Response>): Promise<string> => (await (await response).json() as { code: string }).code
// Summed, not compared: an assertion over megabytes takes seconds.
const isKept = async (bytes: Uint8Array): Promise<boolean> => sha256Of(await readFile(pathOf(bytes))) === sha256Of(bytes)
const pathOf = (bytes: Uint8Array): string => join(server.folder, sha256Of(bytes).slice(0, 2), sha256Of(bytes))

/** Sends the first `count` bytes of a piece that was promised whole, then cuts the connection. */
const cutAfter = (count: number, blob: string, bytes: Uint8Array): Promise<void> => new Promise((resolve) => {
  const sent = request(`${server.url}/api/v1/blobs/${blob}/bytes?offset=0`, { method: 'PUT', headers: { authorization: 'Bearer mara', 'content-type': 'application/octet-stream', 'content-length': bytes.length } })
  sent.on('error', () => {})
  sent.on('close', resolve)
  sent.write(bytes.subarray(0, count), () => setTimeout(() => sent.destroy(), 50))
})

describe('an upload', () => {
  it('[BL1] is kept under its sum, once for all who upload the same', async () => {
    const bytes = randomBytes(700_000)
    const first = await server.upload('mara', bytes, { name: 'plan.pdf', mediaType: 'application/pdf' })
    expect(first).toMatchObject({ name: 'plan.pdf', mediaType: 'application/pdf', receivedBytes: bytes.length, sizeBytes: bytes.length, complete: true })
    expect(await isKept(bytes)).toBe(true)
    await server.upload('ben', bytes, { conversation: bensTalk })
    expect(await readdir(join(server.folder, sha256Of(bytes).slice(0, 2)))).toEqual([sha256Of(bytes)])
    expect(await readdir(join(server.folder, 'incoming'))).toEqual([])
  })

  it('[BL1] goes on where it was cut', async () => {
    const bytes = randomBytes(900_000)
    const blob = await announced('mara', bytes)
    await cutAfter(300_000, blob, bytes)
    const goOn = async (): Promise<Response> => {
      const { receivedBytes, complete } = await progress('mara', blob)
      expect(complete).toBe(false)
      expect(receivedBytes).toBeGreaterThan(0)
      expect(receivedBytes).toBeLessThanOrEqual(300_000)
      return server.put('mara', blob, receivedBytes, bytes.subarray(receivedBytes))
    }
    let rest = await goOn()
    if (rest.status === 409) rest = await goOn()   // what was on its way when the line broke was still being written
    expect(await rest.json()).toMatchObject({ receivedBytes: bytes.length, complete: true })
    expect(await isKept(bytes)).toBe(true)
  })

  it('is taken over from a connection that hangs, and only once', async () => {
    const bytes = randomBytes(100_000)
    const blob = await announced('mara', bytes)
    const hanging = request(`${server.url}/api/v1/blobs/${blob}/bytes?offset=0`, { method: 'PUT', headers: { authorization: 'Bearer mara', 'content-type': 'application/octet-stream', 'content-length': bytes.length } })
    const ended = new Promise((resolve) => { hanging.on('close', resolve).on('error', () => {}) })
    hanging.write(bytes.subarray(0, 40_000))
    await expect.poll(async () => (await progress('mara', blob)).receivedBytes).toBe(40_000)
    const rest = await server.put('mara', blob, 40_000, bytes.subarray(40_000))
    expect(await rest.json()).toMatchObject({ complete: true })
    await ended
    expect(await isKept(bytes)).toBe(true)
  })

  it('keeps what came over a connection on which nothing more comes, and ends that', async () => {
    const impatient = await openBlobServer(database, { stallMs: 200 })
    try {
      const bytes = randomBytes(1_000)
      const { id } = await (await impatient.announce('mara', bytes)).json() as Upload
      const hanging = request(`${impatient.url}/api/v1/blobs/${id}/bytes?offset=0`, { method: 'PUT', headers: { authorization: 'Bearer mara', 'content-type': 'application/octet-stream', 'content-length': bytes.length } })
      const ended = new Promise((resolve) => { hanging.on('close', resolve).on('error', () => {}) })
      hanging.write(bytes.subarray(0, 400))
      await ended
      expect((await (await impatient.put('mara', id, 400, bytes.subarray(400))).json())).toMatchObject({ complete: true })
    } finally {
      await impatient.close()
    }
  })

  it('takes the last piece again while it is finishing, and after', async () => {
    const bytes = randomBytes(2_000_000)
    const blob = await announced('mara', bytes)
    await server.put('mara', blob, 0, bytes.subarray(0, 1_999_999))
    const last = Array.from({ length: 5 }, () => server.put('mara', blob, 1_999_999, bytes.subarray(1_999_999)))
    const answers = await Promise.all(last.map((one) => one.catch(() => undefined)))
    expect(answers.some((one) => one?.status === 200)).toBe(true)
    expect(await (await server.put('mara', blob, 0, bytes)).json()).toMatchObject({ complete: true })
    expect(await progress('mara', blob)).toMatchObject({ complete: true, receivedBytes: bytes.length })
  })

  it('is refused at the wrong offset, with the right one', async () => {
    const bytes = randomBytes(5_000)
    const blob = await announced('mara', bytes)
    await server.put('mara', blob, 0, bytes.subarray(0, 2_000))
    const refused = await server.put('mara', blob, 3_000, randomBytes(3_000_000))
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({ code: 'wrong_offset', retry: 'now', detail: 'The upload goes on at offset 2000.' })
    expect((await server.put('mara', blob, 2_000, bytes.subarray(2_000))).status).toBe(200)
  })

  it('[BL1] is thrown away when the sum is another, and may begin again', async () => {
    const bytes = randomBytes(5_000)
    const blob = await announced('mara', bytes)
    const damaged = await server.put('mara', blob, 0, bytes.map((byte, i) => i === 77 ? byte ^ 1 : byte))
    expect(damaged.status).toBe(422)
    expect(await damaged.json()).toMatchObject({ code: 'checksum_differs', retry: 'now' })
    expect(existsSync(pathOf(bytes))).toBe(false)
    expect(await progress('mara', blob)).toMatchObject({ receivedBytes: 0, complete: false })
    expect((await server.put('mara', blob, 0, bytes)).status).toBe(200)
  })

  it('takes no more bytes than were announced', async () => {
    const bytes = randomBytes(5_000)
    const blob = await announced('mara', bytes)
    await server.put('mara', blob, 0, bytes.subarray(0, 4_000))
    expect(await codeOf(server.put('mara', blob, 4_000, randomBytes(3_000_000)))).toBe('too_large')
    expect((await progress('mara', blob)).receivedBytes).toBe(4_000)
    expect((await server.put('mara', blob, 4_000, bytes.subarray(4_000))).status).toBe(200)
    expect(await codeOf(server.announce('mara', bytes, { sizeBytes: blobMaxBytes + 1 }))).toBe('invalid')
  })

  it('may be announced again with the same words only', async () => {
    const bytes = randomBytes(100)
    const id = newId()
    await server.announce('mara', bytes, { id })
    expect((await server.announce('mara', bytes, { id })).status).toBe(200)
    expect(await codeOf(server.announce('mara', randomBytes(100), { id }))).toBe('id_reused')
    expect(await codeOf(server.announce('kit', bytes, { id }))).toBe('id_reused')
  })

  it('gets a name without what could mislead', async () => {
    expect(await server.upload('mara', randomBytes(10), { name: '../a\u0001b\u202egpj.exe', mediaType: 'no type' })).toMatchObject({ name: '.._a_b_gpj.exe', mediaType: 'application/octet-stream' })
  })
})

describe('who may', () => {
  it('upload: whoever is in the conversation', async () => {
    const bytes = randomBytes(10)
    expect(await codeOf(server.announce('tomas', bytes))).toBe('not_found')
    expect(await codeOf(server.announce('iris', bytes))).toBe('not_found')
    expect(await codeOf(server.announce('mara', bytes, { conversation: bensTalk }))).toBe('not_found')
    expect((await server.announce('kit', bytes, { conversation: tomassTalk })).status).toBe(200)
  })

  it('go on with an upload: who began it', async () => {
    const bytes = randomBytes(10)
    const blob = await announced('mara', bytes)
    for (const who of ['tomas', 'kit', 'iris', 'ben'] as const) {
      expect(await codeOf(server.put(who, blob, 0, bytes))).toBe('not_found')
      expect(await codeOf(server.call(who, 'GET', `/api/v1/blobs/${blob}`))).toBe('not_found')
    }
    expect((await server.put('mara', blob, 0, bytes)).status).toBe(200)
  })

  it('fill the disk: no visitor', async () => {
    await database.db.tx('much', 1_000, (tx) => tx.run(sql`
      insert into blobs (account_id, id, conversation_id, sha256, name, media_type, size_bytes, uploader)
      values (${hotel.id}, ${newId()}, ${tomassTalk}, '\\x00', 'much', 'text/plain', ${visitorDayMaxBytes - 100}, ${`contact:${tomas.id}`})`))
    expect((await server.announce('tomas', randomBytes(100), { conversation: tomassTalk })).status).toBe(200)
    const refused = await server.announce('tomas', randomBytes(1), { conversation: tomassTalk })
    expect(refused.status).toBe(429)
    expect(await refused.json()).toMatchObject({ code: 'rate_limited', detail: 'You have sent as many files as fit into a day (200 MB). Send the next one tomorrow.' })
    expect((await server.announce('kit', randomBytes(100), { conversation: tomassTalk })).status).toBe(200)
  })
})

describe('a full disk', () => {
  it.runIf(existsSync('/dev/full'))('is said, and what had come is kept', async () => {
    const bytes = randomBytes(5_000)
    const blob = await announced('mara', bytes)
    const file = join(server.folder, 'incoming', `${hotel.id}_${blob}`)
    await symlink('/dev/full', file)
    const refused = await server.put('mara', blob, 0, bytes)
    expect(refused.status).toBe(507)
    expect(await refused.json()).toMatchObject({ code: 'storage_full', retry: 'after', retryAfterMs: 60_000 })
    await rm(file)
    expect((await server.put('mara', blob, 0, bytes)).status).toBe(200)
    expect((await stat(pathOf(bytes))).size).toBe(5_000)
  })

  it('is foreseen: room for messages is kept free', async () => {
    const tight = await openBlobServer(database, { keepFreeBytes: 2 ** 52 })
    try {
      expect(await codeOf(tight.announce('mara', randomBytes(10), { conversation: marasTalk }))).toBe('storage_full')
    } finally {
      await tight.close()
    }
  })
})
