import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Attachment } from '#contract/entries.ts'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { bensTalk, marasTalk, openBlobServer, tomassTalk, type BlobServer, type Caller } from '#test/blob-server.ts'
import { ada, fillWorld, hotel, kit, mara, sessionOf } from '#test/world.ts'
import { checkAttachments, releaseBlobs } from './blobs.ts'

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
afterEach(() => { server.aheadMs = 0 })

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const linkStatus = async (who: Caller, blob: string): Promise<number> => (await server.call(who, 'POST', `/api/v1/blobs/${blob}/links`)).status
const follow = (url: string, headers: Record<string, string> = {}): Promise<Response> => server.call(undefined, 'GET', url, undefined, headers)
const named = (blob: string): Attachment => ({ blob, name: 'what the caller says', mediaType: 'image/png', sizeBytes: 1 })
const check = (who: typeof kit | typeof mara, audience: 'inside' | 'everyone', blobs: string[], conversation = marasTalk): Promise<Attachment[]> =>
  database.db.tx('name', 1_000, (tx) => checkAttachments(tx, { session: sessionOf(who), conversation, audience }, blobs.map(named)))

describe('a link', () => {
  it('[BL2] shows an image where it stands, in a sandbox', async () => {
    const sent = await server.upload('mara', png, { name: 'räksmörgås "1".png', mediaType: 'image/png' })
    expect(sent).toMatchObject({ mediaType: 'image/png', widthPx: 1, heightPx: 1 })
    const shown = await follow(await server.link('mara', sent.id))
    expect(shown.status).toBe(200)
    expect(Object.fromEntries(shown.headers)).toMatchObject({
      'content-type': 'image/png', 'content-length': String(png.length), 'x-content-type-options': 'nosniff', 'cache-control': 'private, max-age=3600, immutable',
      'content-security-policy': `default-src 'none'; sandbox`, 'cross-origin-resource-policy': 'cross-origin', 'referrer-policy': 'no-referrer',
      'content-disposition': `inline; filename="r_ksm_rg_s _1_.png"; filename*=UTF-8''r%C3%A4ksm%C3%B6rg%C3%A5s%20%221%22.png`,
    })
    expect(Buffer.from(await shown.arrayBuffer())).toEqual(png)
  })

  it.each([
    ['a page', 'evil.html', 'text/html', '<!doctype html><script>alert(document.domain)</script>'],
    ['SVG', 'evil.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['a page that says it is an image', 'evil.png', 'image/png', '<!doctype html><script>alert(1)</script>'],
    ['a program', 'setup.exe', 'application/x-msdownload', 'MZ\u0090'],
  ])('[BL2] lets one save %s, and never shows it', async (_what, name, mediaType, text) => {
    const sent = await server.upload('mara', Buffer.from(text), { name, mediaType })
    expect(sent.mediaType).not.toMatch(/^image\/png/)
    const shown = await follow(await server.link('mara', sent.id))
    expect(shown.headers.get('content-type')).toBe('application/octet-stream')
    expect(shown.headers.get('content-disposition')).toMatch(/^attachment;/)
    expect(shown.headers.get('content-security-policy')).toBe(`default-src 'none'; sandbox`)
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await shown.text()).toBe(text)
  })

  it('answers ranges', async () => {
    const bytes = randomBytes(20_000)
    const { id } = await server.upload('mara', bytes)
    const url = await server.link('mara', id)
    const part = async (range: string) => {
      const answer = await follow(url, { range })
      return [answer.status, answer.headers.get('content-range'), Buffer.from(await answer.arrayBuffer())] as const
    }
    expect(await part('bytes=0-0')).toEqual([206, 'bytes 0-0/20000', bytes.subarray(0, 1)])
    expect(await part('bytes=19990-')).toEqual([206, 'bytes 19990-19999/20000', bytes.subarray(19_990)])
    expect(await part('bytes=-5')).toEqual([206, 'bytes 19995-19999/20000', bytes.subarray(19_995)])
    expect(await part('bytes=100-999999')).toEqual([206, 'bytes 100-19999/20000', bytes.subarray(100)])
    expect(await part('bytes=20000-')).toEqual([416, 'bytes */20000', Buffer.alloc(0)])
    for (const whole of ['bytes=5-1', 'bytes=0-1,3-4', 'lines=1-2', 'bytes=-']) expect((await part(whole))[0]).toBe(200)
  })

  it('[BL2] stays the same for a while and works for an hour, no longer than an hour and a quarter', async () => {
    const { id } = await server.upload('mara', randomBytes(10))
    const quarterMs = 15 * 60_000
    server.aheadMs = quarterMs - Date.now() % quarterMs + 1_000   // at the beginning of a quarter
    const url = await server.link('mara', id)
    server.aheadMs += 60_000
    expect(await server.link('mara', id)).toBe(url)
    server.aheadMs += 60 * 60_000
    expect((await follow(url)).status).toBe(200)
    server.aheadMs += quarterMs
    const expired = await follow(url)
    expect(expired.status).toBe(410)
    expect(await expired.json()).toMatchObject({ code: 'link_used', detail: 'This link has expired. Open the file from its conversation again.' })
  })

  it('leads nowhere when it was made up, or made for another file', async () => {
    const one = await server.upload('mara', randomBytes(10))
    const other = await server.upload('mara', randomBytes(10))
    const url = await server.link('mara', one.id)
    const link = url.split('/').at(-1)!
    const [account, expiry, signature] = link.split('.') as [string, string, string]
    const later = (Number.parseInt(expiry, 36) + 3_600).toString(36)
    const forged = [url.replace(one.id, other.id), url.replace(link, `${account}.${later}.${signature}`), url.replace(link, `${'0'.repeat(32)}.${expiry}.${signature}`), url.replace(link, 'x'), url.slice(0, -2)]
    for (const address of forged) expect((await follow(address)).status).toBe(404)
    expect((await follow(url)).status).toBe(200)
  })

  it('is given to those who see the conversation, and none before the upload is complete', async () => {
    const { id } = await server.upload('mara', randomBytes(10))
    expect(await Promise.all((['mara', 'kit', 'ada', 'tomas', 'iris', 'ben'] as const).map((who) => linkStatus(who, id)))).toEqual([200, 200, 200, 404, 404, 404])
    const begun = await (await server.announce('mara', randomBytes(10))).json() as { id: string }
    expect(await linkStatus('mara', begun.id)).toBe(404)
  })
})

describe('attachments of an entry', () => {
  it('[BL3] are as they were uploaded, whatever the caller says of them', async () => {
    const sent = await server.upload('mara', png, { name: 'lamp.png', mediaType: 'text/plain' })
    expect(await check(mara, 'everyone', [sent.id, sent.id])).toEqual([{ blob: sent.id, name: 'lamp.png', mediaType: 'image/png', sizeBytes: png.length, widthPx: 1, heightPx: 1 }])
    expect(await check(mara, 'everyone', [])).toEqual([])
  })

  it('[BL1] are refused unless complete, of this conversation and account, and there', async () => {
    const begun = await (await server.announce('mara', randomBytes(10))).json() as { id: string }
    const elsewhere = await server.upload('kit', randomBytes(10), { conversation: tomassTalk })
    const foreign = await server.upload('ben', randomBytes(10), { conversation: bensTalk })
    const deleted = await server.upload('mara', randomBytes(10))
    await database.db.tx('delete', 1_000, (tx) => releaseBlobs(tx, hotel.id, [deleted.id]))
    const good = await server.upload('mara', randomBytes(10))
    for (const bad of [begun, elsewhere, foreign, deleted]) await expect(check(kit, 'everyone', [good.id, bad.id])).rejects.toMatchObject({ code: 'not_found' })
    expect(await check(kit, 'everyone', [good.id])).toHaveLength(1)
  })

  it('of a note stay inside: a visitor gets no link and cannot name them in a message', async () => {
    const note = await server.upload('kit', randomBytes(10))
    expect(await linkStatus('mara', note.id)).toBe(404)
    await check(kit, 'inside', [note.id])
    expect(await linkStatus('mara', note.id)).toBe(404)
    await expect(check(mara, 'everyone', [note.id])).rejects.toMatchObject({ code: 'not_found' })
    expect(await linkStatus('ada', note.id)).toBe(200)
  })

  it('of a message are for everyone in the conversation, also when a note names them later', async () => {
    const { id } = await server.upload('kit', randomBytes(10))
    await check(kit, 'everyone', [id])
    expect(await linkStatus('mara', id)).toBe(200)
    await check(ada, 'inside', [id])
    expect(await linkStatus('mara', id)).toBe(200)
    expect(await linkStatus('tomas', id)).toBe(404)
  })
})
