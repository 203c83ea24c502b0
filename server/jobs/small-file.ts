/** A small file of JSON that is replaced whole, for what must be known while the database is away. */
import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { mkdirs } from '#server/db/folder.ts'

export interface SmallFile<T> {
  /** Undefined when it was never written, or cannot be understood: then nothing is known. @throws what the disk throws otherwise */
  read(): Promise<T | undefined>
  /** One after the other; resolves when it is on the disk. @throws what the disk throws; the old one is then still there */
  write(value: T): Promise<void>
}

export function smallFile<T>(path: string): SmallFile<T> {
  let last: Promise<void> = Promise.resolve()
  async function replace(text: string): Promise<void> {
    await mkdirs(dirname(path))
    const file = await open(`${path}.new`, 'w', 0o600)
    try { await file.writeFile(text); await file.sync() } finally { await file.close() }
    await rename(`${path}.new`, path)
  }
  return {
    async read() {
      let text: string
      try { text = await readFile(path, 'utf8') }
      catch (error) { if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; throw error }
      try { return JSON.parse(text) as T } catch { return undefined }
    },
    write(value) {
      const text = JSON.stringify(value)   // as it is now, not when its turn comes
      return last = last.catch(() => {}).then(() => replace(text))
    },
  }
}
