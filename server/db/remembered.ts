/**
 * What the database said last, beside it on this disk, for a start without it (spec SP13): lines of JSON, the newest last. Nobody waits for them and
 * nothing is synced: they only have to outlive this process. What cannot be written is not remembered, and then not known after a crash.
 */
import { appendFile, readFile, rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BaseLogger } from 'pino'
import { mkdirs } from './folder.ts'

export interface Remembered<T> {
  /** Oldest first, the same thing possibly several times. A line that was torn is left out. */
  read(): Promise<T[]>
  note(value: T): void
  /** Resolves when what was noted is written, or could not be. */
  settled(): Promise<void>
}

/** In `LODGE_DATA`; readable by its owner only. */
export const rememberedIn = (folder: string, name: string): string => join(folder, 'last-known', name)
/** Beyond it a second file is begun, and the one before the last is gone. */
const defaultMaxBytes = 8 * 2 ** 20

export function remembered<T>({ folder, name, log, maxBytes = defaultMaxBytes }: { folder: string; name: string; log: Pick<BaseLogger, 'warn'>; maxBytes?: number }): Remembered<T> {
  const path = rememberedIn(folder, name), before = `${path}.before`
  let lines: string[] = []
  let writing: Promise<void> | undefined
  let bytes: number | undefined
  let hasFailed = false

  async function write(): Promise<void> {
    while (lines.length > 0) {
      const text = `${lines.splice(0).join('\n')}\n`
      try {
        if (bytes === undefined) {
          await mkdirs(dirname(path), 0o700)
          bytes = (await stat(path).catch(() => undefined))?.size ?? 0
          // A torn last line must not take the next one with it.
          if (bytes > 0) await appendFile(path, '\n')
        }
        if (bytes > maxBytes) { await rename(path, before); bytes = 0 }
        await appendFile(path, text, { mode: 0o600 })
        bytes += text.length
        hasFailed = false
      } catch (error) {
        if (!hasFailed) log.warn({ err: error, path }, 'What the database says cannot be noted on this disk; a start without it would not know it')
        hasFailed = true
      }
    }
  }

  return {
    async read() {
      const texts = await Promise.all([before, path].map((file) => readFile(file, 'utf8').catch(() => '')))
      return texts.flatMap((text) => text.split('\n')).flatMap((line) => { try { return line === '' ? [] : [JSON.parse(line) as T] } catch { return [] } })
    },
    note(value) {
      lines.push(JSON.stringify(value))
      writing ??= write().finally(() => { writing = undefined })
    },
    async settled() { while (writing) await writing },
  }
}
