import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Upload } from '#contract/blobs.ts'
import { sql } from '#server/db/sql.ts'
import { createTestDatabase, type TestDatabase } from '#test/db.ts'
import { bensTalk, marasTalk, openBlobServer, sha256Of, type BlobServer } from '#test/blob-server.ts'
import { fillWorld, harbour, hotel, mara, sessionOf } from '#test/world.ts'
import { checkAttachments, receiver, releaseBlobs, releaseBlobsOf } from './blobs.ts'
import { sweepBlobs } from './sweep.ts'

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

const isKept = (bytes: Uint8Array): boolean => existsSync(join(server.folder, sha256Of(bytes).slice(0, 2), sha256Of(bytes)))
const release = (account: string, ...blobs: string[]): Promise<number> => database.db.tx('delete', 1_000, (tx) => releaseBlobs(tx, account, blobs))
const age = (blob: string, days: number): Promise<number> => database.db.tx('age', 1_000, (tx) => tx.run(sql`update blobs set created_at = now() - make_interval(days => ${days}) where id = ${blob}`))
const sweep = (): Promise<number> => sweepBlobs(server.deps)

describe('a deletion', () => {
  it('[RD3] bites at once, and the sweep removes the bytes', async () => {
    const bytes = randomBytes(1_000)
    const { id } = await server.upload('mara', bytes, { name: 'passport of Mara Lindqvist.jpg' })
    const url = await server.link('mara', id)
    expect(await release(hotel.id, id)).toBe(1)
    expect(await release(hotel.id, id)).toBe(0)
    expect((await server.call(undefined, 'GET', url)).status).toBe(410)
    expect((await server.call('mara', 'POST', `/api/v1/blobs/${id}/links`)).status).toBe(410)
    expect(isKept(bytes)).toBe(true)
    expect(await sweep()).toBe(1)
    expect(isKept(bytes)).toBe(false)
    expect((await server.call(undefined, 'GET', url)).status).toBe(410)
    expect(await database.db.read('row', 1_000, (tx) => tx.one(sql`select name, sha256 from blobs where id = ${id}`))).toEqual({ name: '', sha256: null })
    expect(await sweep()).toBe(0)
  })

  it('[RD3] keeps bytes that another account names too, until that one goes', async () => {
    const bytes = randomBytes(1_000)
    const one = await server.upload('mara', bytes)
    const other = await server.upload('ben', bytes, { conversation: bensTalk })
    const url = await server.link('ben', other.id)
    await release(hotel.id, one.id, other.id)   // the other is not the hotel's to delete
    await sweep()
    expect(Buffer.from(await (await server.call(undefined, 'GET', url)).arrayBuffer())).toEqual(bytes)
    await release(harbour.id, other.id)
    await sweep()
    expect(isKept(bytes)).toBe(false)
  })

  it('of a conversation takes all that was uploaded into it', async () => {
    const bytes = randomBytes(1_000)
    await server.upload('ben', bytes, { conversation: bensTalk })
    expect(await database.db.tx('erase', 1_000, (tx) => releaseBlobsOf(tx, hotel.id, [bensTalk]))).toBe(0)
    expect(await database.db.tx('erase', 1_000, (tx) => releaseBlobsOf(tx, harbour.id, [bensTalk]))).toBeGreaterThan(0)
    await sweep()
    expect(isKept(bytes)).toBe(false)
  })

  it('[RD3] never takes bytes that are uploaded again while it is at them', async () => {
    const bytes = randomBytes(1_000)
    const { id } = await server.upload('mara', bytes)
    await release(hotel.id, id)
    const removing = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const { store } = server.deps
    const slow = { ...store, async remove(sha256: string) { removing.resolve(); await goOn.promise; await store.remove(sha256) } }
    const sweeping = sweepBlobs({ ...server.deps, store: slow })
    await removing.promise
    const again = server.upload('mara', bytes)
    await Promise.race([again, sleep(300)])   // it would be complete by now, if it did not wait for the sweep
    goOn.resolve()
    await Promise.all([again, sweeping])
    expect(isKept(bytes)).toBe(true)
  })
})

describe('an upload that ends after its file was deleted and swept', () => {
  async function endsLate(bytes: Buffer): Promise<unknown> {
    const { id } = await (await server.announce('mara', bytes)).json() as Upload
    const isUnderWay = Promise.withResolvers<void>(), goOn = Promise.withResolvers<void>()
    async function* slowly() {
      yield bytes.subarray(0, 500)
      isUnderWay.resolve()
      await goOn.promise
      yield bytes.subarray(500)
    }
    const ended = receiver(server.deps)(sessionOf(mara), id, 0, Readable.from(slowly()))
    await isUnderWay.promise
    await release(hotel.id, id)
    expect(await sweep()).toBe(1)
    goOn.resolve()
    return ended.catch((error: unknown) => error)
  }

  it('[RD3] leaves no bytes', async () => {
    const bytes = randomBytes(1_000)
    expect(await endsLate(bytes)).toMatchObject({ code: 'gone' })
    expect(isKept(bytes)).toBe(false)
    expect((await readdir(join(server.folder, 'incoming'))).filter((name) => name.startsWith(hotel.id))).toEqual([])
  })

  it('[RD3] takes none that another file has', async () => {
    const bytes = randomBytes(1_000)
    await server.upload('ben', bytes, { conversation: bensTalk })
    expect(await endsLate(bytes)).toMatchObject({ code: 'gone' })
    expect(isKept(bytes)).toBe(true)
  })
})

describe('the sweep', () => {
  it('gives up uploads after a day, and their bytes', async () => {
    const bytes = randomBytes(1_000)
    const begin = async (): Promise<string> => {
      const { id } = await (await server.announce('mara', bytes)).json() as Upload
      await server.put('mara', id, 0, bytes.subarray(0, 500))
      return id
    }
    const [old, fresh] = [await begin(), await begin()]
    await age(old, 2)
    const past = new Date(Date.now() - 2 * 86_400_000)
    await utimes(join(server.folder, 'incoming', `${hotel.id}_${old}`), past, past)
    await sweep()
    expect(await readdir(join(server.folder, 'incoming'))).toEqual([`${hotel.id}_${fresh}`])
    expect((await server.put('mara', old, 500, bytes.subarray(500))).status).toBe(410)
    expect((await server.put('mara', fresh, 500, bytes.subarray(500))).status).toBe(200)
  })

  it('gives up files that no message named for a month', async () => {
    const [named, unnamed, young] = [randomBytes(1_000), randomBytes(1_000), randomBytes(1_000)]
    const ids = [await server.upload('mara', named), await server.upload('mara', unnamed), await server.upload('mara', young)].map((one) => one.id) as [string, string, string]
    await database.db.tx('name', 1_000, (tx) => checkAttachments(tx, { session: sessionOf(mara), conversation: marasTalk, audience: 'everyone' }, [{ blob: ids[0], name: '', mediaType: '', sizeBytes: 0 }]))
    await age(ids[0], 31)
    await age(ids[1], 31)
    await age(ids[2], 29)
    await sweep()
    expect([isKept(named), isKept(unnamed), isKept(young)]).toEqual([true, false, true])
  })
})
