import { randomBytes } from 'node:crypto'
import { connect as dial, createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { announceBlob } from '#contract/blobs.ts'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { marasTalk, openBlobServer, sha256Of, type BlobServer } from '#test/blob-server.ts'
import { fillWorld } from '#test/world.ts'
import { caller, type Call } from './call.ts'
import { uploadBlob } from './upload.ts'

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

/** A line to the server that can be bad: each connection is cut after so many bytes from the client, if given. */
class Line {
  readonly url: Promise<string>
  cuts = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  constructor(cutAfterBytes: () => number | undefined) {
    this.#server = createServer((near) => {
      const far = dial(Number(new URL(server.url).port), '127.0.0.1')
      let left = cutAfterBytes()
      for (const socket of [near, far]) {
        this.#sockets.add(socket)
        socket.on('error', () => {}).on('close', () => { near.destroy(); far.destroy() })
      }
      far.pipe(near)
      near.on('data', (chunk: Buffer) => {
        if (left === undefined || (left -= chunk.length) > 0) return far.write(chunk)
        this.cuts++
        far.write(chunk.subarray(0, Math.max(0, chunk.length + left)), () => near.destroy())
      })
    })
    this.url = new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`))
    })
  }
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => { this.#server.close(resolve) })
  }
}
const lines: Line[] = []
async function lineFor(who: string, cutAfterBytes: () => number | undefined = () => undefined): Promise<{ lodge: { call: Call }; line: Line }> {
  const line = new Line(cutAfterBytes)
  lines.push(line)
  return { line, lodge: { call: caller({ url: await line.url, bearer: async () => who }) } }
}
afterEach(() => Promise.all(lines.splice(0).map((line) => line.close())))

// Summed, not compared: an assertion over megabytes takes seconds.
const fetchedSum = async (blob: string): Promise<string> => sha256Of(new Uint8Array(await (await fetch(server.url + await server.link('mara', blob))).arrayBuffer()))
const file = { conversation: marasTalk, name: 'plan.pdf', mediaType: 'application/pdf' }
const quick = { random: () => 0.05 }

describe('uploadBlob', () => {
  it('sends a file in pieces, tells how far it is, and says what a message names', async () => {
    const { lodge } = await lineFor('mara')
    const bytes = randomBytes(700_000)
    const seen: number[] = []
    const attachment = await uploadBlob(lodge, { ...file, file: new Blob([bytes]) }, { onProgress: (sent, size) => { seen.push(sent); expect(size).toBe(700_000) } })
    expect(attachment).toEqual({ blob: attachment.blob, name: 'plan.pdf', mediaType: 'application/pdf', sizeBytes: 700_000 })
    expect(seen).toEqual([0, 262_144, 524_288, 700_000])
    expect(await fetchedSum(attachment.blob)).toBe(sha256Of(bytes))
  })

  it('[BL1] survives a line that breaks again and again', async () => {
    let connections = 0
    const { lodge, line } = await lineFor('mara', () => [40_000, 300_000, 1_000, 500_000, 700, 270_000][connections++])
    const bytes = randomBytes(1_500_000)
    const attachment = await uploadBlob(lodge, { ...file, file: bytes }, quick)
    expect(line.cuts).toBeGreaterThan(4)
    expect(await fetchedSum(attachment.blob)).toBe(sha256Of(bytes))
  })

  it('goes on after a reload, with the id it was given', async () => {
    const bytes = randomBytes(600_000)
    const id = crypto.randomUUID()
    const end = new AbortController()
    const { lodge } = await lineFor('mara')
    await expect(uploadBlob(lodge, { ...file, file: bytes }, { id, signal: end.signal, onProgress: (sent) => { if (sent > 0) end.abort(new Error('the tab was closed')) } })).rejects.toThrow('the tab was closed')
    const seen: number[] = []
    const attachment = await uploadBlob(lodge, { ...file, file: bytes }, { id, onProgress: (sent) => { seen.push(sent) } })
    expect(seen[0]).toBeGreaterThanOrEqual(262_144)
    expect(await fetchedSum(attachment.blob)).toBe(sha256Of(bytes))
  })

  it('cuts a name that is too long, and leaves no half of a character', async () => {
    const { lodge } = await lineFor('mara')
    expect(await uploadBlob(lodge, { ...file, name: `${'n'.repeat(254)}😀.png`, file: randomBytes(10) })).toMatchObject({ name: `${'n'.repeat(254)}\ufffd` })
  })

  it('says at once what no retry would mend', async () => {
    const { lodge } = await lineFor('tomas')
    await expect(uploadBlob(lodge, { ...file, file: randomBytes(10) })).rejects.toMatchObject({ name: 'Refused', code: 'not_found' })
  })

  it('gives a file up that is damaged twice', async () => {
    const { lodge: { call } } = await lineFor('mara')
    const wrong = '0'.repeat(64)
    const lodge = { call: ((endpoint, input, options) => call(endpoint, endpoint === (announceBlob as unknown) ? { body: { ...(input as { body: object }).body, sha256: wrong } } as never : input, options)) as Call }
    await expect(uploadBlob(lodge, { ...file, file: randomBytes(10) }, quick)).rejects.toMatchObject({ code: 'checksum_differs' })
  })

  it('takes the sum itself where a page has no WebCrypto', async () => {
    const { lodge } = await lineFor('mara')
    const subtle = Object.getOwnPropertyDescriptor(Crypto.prototype, 'subtle')!
    Object.defineProperty(Crypto.prototype, 'subtle', { configurable: true, get: () => undefined })
    try {
      expect((await uploadBlob(lodge, { ...file, file: randomBytes(100_000) })).sizeBytes).toBe(100_000)
    } finally {
      Object.defineProperty(Crypto.prototype, 'subtle', subtle)
    }
  })
})
