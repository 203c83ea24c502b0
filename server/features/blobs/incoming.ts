import { createReadStream } from 'node:fs'
import { open, readdir, rm, stat, statfs } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { mkdirs } from '#server/db/folder.ts'
import { Refusal } from '#server/kernel/refusal.ts'

/** Uploads under way, one file each, on this node's disk. How far one has come is the size of its file and stands nowhere else. */
export interface Incoming {
  pathOf(key: string): string
  receivedBytes(key: string): Promise<number>
  /**
   * Writes what comes at `offset` and returns the bytes received in all. A second call for the same key ends the first:
   * after a break the client is back before the server has noticed that the old connection is dead.
   * @throws Refusal `wrong_offset`, `too_large` (more than `maxBytes` in all), `storage_full`, `invalid` (cut or stalled; what has come is kept)
   */
  append(key: string, offset: number, maxBytes: number, bytes: Readable): Promise<number>
  /** Makes the bytes durable and returns their SHA-256 in hex and the first 256 kB. After a failed fsync the file is gone: a second try could claim a success that is none. */
  seal(key: string): Promise<{ sha256: string; head: Buffer }>
  remove(key: string): Promise<void>
  /** @throws Refusal `storage_full` unless `sizeBytes` leave room for messages. */
  reserve(sizeBytes: number): Promise<void>
  /** Removes what nobody has touched for this long. */
  sweep(olderThanMs: number, nowMs: number): Promise<void>
}

const headBytes = 256 * 1024
const fullRetryMs = 60_000

/** @param keepFreeBytes of the disk, for messages @param stallMs without a byte end an upload's connection */
export async function openIncoming(folder: string, keepFreeBytes: number, stallMs = 30_000): Promise<Incoming> {
  await mkdirs(folder)
  const pathOf = (key: string): string => join(folder, key)
  const writers = new Map<string, { bytes: Readable; ended: Promise<void> }>()

  const receivedBytes = async (key: string): Promise<number> => {
    try {
      return (await stat(pathOf(key))).size
    } catch (error) {
      if (isCode(error, 'ENOENT')) return 0
      throw error
    }
  }

  async function write(key: string, offset: number, maxBytes: number, bytes: Readable): Promise<number> {
    const received = await receivedBytes(key)
    if (offset !== received) throw new Refusal('wrong_offset', `The upload goes on at offset ${received}.`)
    const stall = setTimeout(() => bytes.destroy(cut(`Nothing came for ${stallMs / 1000} s.`)), stallMs)
    const file = await open(pathOf(key), received === 0 ? 'w' : 'r+')
    let at = offset
    try {
      // Not destroyed when we stop reading, but let run dry: a socket that closes or blocks would never bring the refusal over.
      for await (const chunk of bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        stall.refresh()
        if (at + chunk.length > maxBytes) throw new Refusal('too_large', `More bytes came than the ${maxBytes} that were announced.`)
        for (let done = 0; done < chunk.length;) {
          const { bytesWritten } = await file.write(chunk, done, chunk.length - done, at)
          done += bytesWritten
          at += bytesWritten
        }
      }
      return at
    } catch (error) {
      bytes.resume()
      if (isCode(error, 'ENOSPC', 'EDQUOT')) throw new Refusal('storage_full', undefined, fullRetryMs)
      if (!(error instanceof Refusal) && bytes.destroyed) throw cut('The connection broke.')
      throw error
    } finally {
      clearTimeout(stall)
      await file.close()
    }
  }

  return {
    pathOf, receivedBytes,
    async append(key, offset, maxBytes, bytes) {
      const before = writers.get(key)
      const { promise: ended, resolve } = Promise.withResolvers<void>()
      const mine = { bytes, ended }
      writers.set(key, mine)
      try {
        before?.bytes.destroy(cut('It was taken up again elsewhere.'))
        await before?.ended
        return await write(key, offset, maxBytes, bytes)
      } finally {
        if (writers.get(key) === mine) writers.delete(key)
        resolve()
      }
    },
    async seal(key) {
      const hash = createHash('sha256')
      for await (const chunk of createReadStream(pathOf(key))) hash.update(chunk as Buffer)
      const file = await open(pathOf(key), 'r+')
      try {
        await file.sync().catch(async (error: unknown) => {
          await rm(pathOf(key), { force: true })
          throw error
        })
        const head = Buffer.alloc(headBytes)
        const { bytesRead } = await file.read(head, 0, headBytes, 0)
        return { sha256: hash.digest('hex'), head: head.subarray(0, bytesRead) }
      } finally {
        await file.close()
      }
    },
    remove: (key) => rm(pathOf(key), { force: true }),
    async reserve(sizeBytes) {
      const { bavail, bsize } = await statfs(folder)
      if (bavail * bsize - sizeBytes < keepFreeBytes) throw new Refusal('storage_full', undefined, fullRetryMs)
    },
    async sweep(olderThanMs, nowMs) {
      for (const name of await readdir(folder)) {
        const path = join(folder, name)
        const found = await stat(path).catch(() => undefined)   // another round or a finished upload may have taken it
        if (found && nowMs - found.mtimeMs > olderThanMs) await rm(path, { force: true })
      }
    },
  }
}

const cut = (why: string): Refusal => new Refusal('invalid', `${why} Ask how far the upload has come and go on there.`)
const isCode = (error: unknown, ...codes: string[]): boolean => error instanceof Error && 'code' in error && codes.includes(error.code as string)
