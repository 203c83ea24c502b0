/**
 * The file in which the status page is kept: one line of JSON for each change, only ever appended, on disk before it counts. Several
 * processes write (Lodge, the page's own process, the command line), also while others are dead, so there is no lock that somebody could
 * leave behind: a line carries the number after the last one its writer had read, and of two lines with one number the first in the
 * file counts. Each writer reads after itself and does again what was overtaken.
 */
import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { mkdirs } from '#server/db/folder.ts'

export interface Line { readonly n: number; readonly token: string }
export interface Journal<L extends Line> {
  /** What was appended since the last call and counts, in order. `restart`: the file is another one (restored, removed); forget what you had. */
  read(): Promise<{ lines: readonly L[]; restart: boolean }>
  /** On disk when it resolves; whether it counts, `read` says. @throws when the disk is full or broken */
  append(line: L): Promise<void>
  /** Lines that are none: torn by a crash, or broken on disk. */
  readonly broken: number
}

export function openJournal<L extends Line>(path: string): Journal<L> {
  let inode = 0, offset = 0, last = 0, broken = 0
  return {
    get broken() { return broken },
    async read() {
      const file = await openOrNone(path)
      if (!file) {
        const restart = offset > 0
        inode = offset = last = broken = 0
        return { lines: [], restart }
      }
      try {
        const { ino, size } = await file.stat()
        const restart = offset > 0 && (ino !== inode || size < offset)
        if (restart) offset = last = broken = 0
        inode = ino
        if (size === offset) return { lines: [], restart }
        const bytes = Buffer.alloc(size - offset)
        const { bytesRead } = await file.read(bytes, 0, bytes.length, offset)
        // What has no end yet may still be being written.
        const end = bytes.subarray(0, bytesRead).lastIndexOf(10) + 1
        const lines: L[] = []
        for (const text of bytes.subarray(0, end).toString('utf8').split('\n')) {
          if (text === '') continue
          const line = parsed<L>(text)
          if (!line) broken++
          else if (line.n > last) {
            last = line.n
            lines.push(line)
          }
        }
        offset += end
        return { lines, restart }
      } finally {
        await file.close()
      }
    },
    async append(line) {
      // The first line break ends whatever a crash left without an end.
      const bytes = Buffer.from(`\n${JSON.stringify(line)}\n`)
      let file: FileHandle | undefined = await openOrNone(path, 'a')
      if (!file) {
        await mkdirs(dirname(path))
        file = await open(path, 'a', 0o600)
        const folder = await open(dirname(path), 'r')
        try { await folder.sync() } finally { await folder.close() }
      }
      try {
        const { bytesWritten } = await file.write(bytes)   // in one piece: two writers never mix within a line
        if (bytesWritten < bytes.length) throw Object.assign(new Error('The disk is full.'), { code: 'ENOSPC' })
        await file.datasync()
      } finally {
        await file.close()
      }
    },
  }
}

/** For appending it must exist already: who makes it also has to make its name last. */
async function openOrNone(path: string, flags: 'r' | 'a' = 'r'): Promise<FileHandle | undefined> {
  try {
    return await open(path, flags === 'a' ? constants.O_WRONLY | constants.O_APPEND : constants.O_RDONLY)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function parsed<L extends Line>(text: string): L | undefined {
  try {
    const line = JSON.parse(text) as L | null
    return typeof line === 'object' && line !== null && Number.isSafeInteger(line.n) && typeof line.token === 'string' ? line : undefined
  } catch {
    return undefined
  }
}
