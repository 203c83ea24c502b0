/** What stands beside the database: the bytes of attachments, keys, the spool, the status page, the log of erasures. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, copyFile, link, lstat, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { mkdirs } from '#server/db/folder.ts'
import { syncFile } from './copying.ts'
import type { FileCopy } from './manifest.ts'

/** Nothing of these is taken along: the database has its own way, bytes of attachments theirs, ballast is there to be thrown off, what this disk knows of the database is not true of another one, and the sign of life (features/status/life.ts) would say of a server that was stopped that it was killed. */
export const leftOut = /^(?:postgres|blobs|incoming|backups|before-upgrade|run|last-known|alive)$|^ballast|^process\.json$|\.(?:partial|lock|sock|pid)$/

/** Every file in the data folder that no other part of a backup holds, the keys first. Not links, sockets, pipes. */
export async function sideFiles(dataFolder: string, keys: string): Promise<{ from: string; path: string }[]> {
  const found = [{ from: keys, path: 'keys' }]
  async function walk(folder: string): Promise<void> {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (leftOut.test(entry.name) || resolve(path) === resolve(keys)) continue
      if (entry.isDirectory()) await walk(path)
      else if (entry.isFile()) found.push({ from: path, path: relative(dataFolder, path) })
    }
  }
  await walk(dataFolder)
  return (await Promise.all(found.map(async (one) => await isFile(one.from) ? [one] : []))).flat()
}
const isFile = async (path: string): Promise<boolean> => (await lstat(path).catch(() => undefined))?.isFile() ?? false

/** A file that is gone meanwhile (a segment of the spool that was replayed) is left out. */
export async function copySideFiles(files: readonly { from: string; path: string }[], to: string): Promise<FileCopy[]> {
  const copies: FileCopy[] = []
  for (const { from, path } of files) {
    const target = join(to, path)
    await mkdirs(dirname(target), 0o700)
    const isThere = await copyFile(from, target).then(() => true, (error: NodeJS.ErrnoException) => { if (error.code === 'ENOENT') return false; throw error })
    if (!isThere) continue
    const mode = (await stat(from)).mode & 0o777
    await chmod(target, 0o600)
    await syncFile(target)
    copies.push({ path, mode, ...await sumOf(target) })
  }
  return copies
}

export async function sumOf(file: string): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  await pipeline(createReadStream(file), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) { hash.update(chunk); sizeBytes += chunk.length }
  })
  return { sizeBytes, sha256: hash.digest('hex') }
}

export const blobPath = (folder: string, sha256: string): string => join(folder, sha256.slice(0, 2), sha256)

/**
 * Puts bytes under their sum from one folder into another, once: a link where both are on one file system (they are never
 * changed, only removed), a copy elsewhere. Bytes that are there already cost a look.
 */
export async function shareBlobs(sums: readonly string[], from: string, to: string, onDone: (count: number) => void = () => {}): Promise<{ count: number; sizeBytes: number; missing: string[] }> {
  const missing: string[] = []
  const folders = new Set<string>()
  let count = 0, sizeBytes = 0
  for (const sum of sums) {
    const target = blobPath(to, sum)
    const source = blobPath(from, sum)
    const here = await stat(target).catch(() => undefined)
    if (here) sizeBytes += here.size
    else {
      const there = await stat(source).catch(() => undefined)
      if (!there) { missing.push(sum); continue }
      await mkdirs(dirname(target), 0o700)
      if (!await link(source, target).then(() => true, () => false)) {
        const half = `${target}.partial`
        await rm(half, { force: true })
        await copyFile(source, half)
        await syncFile(half)
        await rename(half, target)
      }
      folders.add(dirname(target))
      sizeBytes += there.size
    }
    onDone(++count)
  }
  for (const folder of folders) await syncFile(folder)
  return { count, sizeBytes, missing }
}
