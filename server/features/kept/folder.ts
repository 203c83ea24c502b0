/** The spool's folder on a real disk. */
import { open, readFile, readdir, rename, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { mkdirs } from '#server/db/folder.ts'
import type { SpoolDisk, SpoolFile } from '#server/kernel/spool.ts'

export function spoolFolder(folder: string): SpoolDisk {
  const path = (name: string): string => join(folder, name)
  const made = (): Promise<unknown> => mkdirs(folder, 0o700)   // what people wrote stands in it

  return {
    async list() {
      await made()
      return readdir(folder)
    },
    read: (name) => readFile(path(name)),
    async readAt(name, offset, bytes) {
      const file = await open(path(name), 'r')
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, offset)
        return buffer.subarray(0, bytesRead)
      } finally { await file.close() }
    },
    async create(name) {
      await made()
      const file = await open(path(name), 'ax', 0o600)
      try { await syncFolder(folder) } catch (error) { await file.close(); throw error }
      return fileOn(file)
    },
    async put(name, bytes) {
      const file = await open(path(`${name}.new`), 'w', 0o600)
      try { await file.writeFile(bytes); await file.sync() } finally { await file.close() }
      await rename(path(`${name}.new`), path(name))
      await syncFolder(folder)
    },
    remove: (name) => rm(path(name), { force: true }),
  }
}

const fileOn = (file: FileHandle): SpoolFile => ({
  async append(bytes) { await file.appendFile(bytes) },
  sync: () => file.datasync(),
  cut: (bytes) => file.truncate(bytes),
  close: () => file.close(),
})

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try { await handle.sync() } finally { await handle.close() }
}
