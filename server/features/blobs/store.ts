import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { mkdirs } from '#server/db/folder.ts'

/** Where bytes are, by their SHA-256 in hex. A folder here; S3 has the same three verbs. */
export interface BlobStore {
  /** Takes over a file on this disk that holds exactly these bytes and is fsynced. Doing it twice does no harm. */
  put(sha256: string, file: string): Promise<void>
  /** From `start` to `end`, both included. @throws when there are no such bytes. */
  get(sha256: string, range?: { start: number; end: number }): Promise<Readable>
  /** Doing it twice does no harm. */
  remove(sha256: string): Promise<void>
}

/** `folder/ab/abcdef…`. The file must be on the folder's own file system, since it is moved. */
export function folderStore(folder: string): BlobStore {
  const pathOf = (sha256: string): string => join(folder, sha256.slice(0, 2), sha256)
  return {
    async put(sha256, file) {
      const path = pathOf(sha256)
      await mkdirs(dirname(path))
      await rename(file, path)
      await syncFolder(dirname(path))   // else the name may be gone after a power cut, though the bytes are there
      await syncFolder(folder)
    },
    async get(sha256, range) {
      const path = pathOf(sha256)
      await stat(path)   // a stream would tell only after the answer has begun
      return createReadStream(path, range)
    },
    remove: (sha256) => rm(pathOf(sha256), { force: true }),
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
