/**
 * What was erased, outside of the database: a backup from before does not know of it, and a restore erases again. The log follows
 * the journal, so it has every erasure whatever ends the process, some twice. It holds ids, never what was erased.
 */
import { open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Subscriber } from '#server/db/feed.ts'
import { mkdirs } from '#server/db/folder.ts'
import { sql } from '#server/db/sql.ts'
import { syncFile } from './copying.ts'

export const erasing = ['message.deleted', 'contact.erased', 'conversation.erased', 'visit.erased', 'person.erased'] as const
export interface Erasure {
  readonly account: string; readonly topic: string; readonly id: string; readonly type: (typeof erasing)[number]; readonly actor: string; readonly at: string; readonly body: object
  /** Of a deleted message: whose it was, so that its author's device cannot bring it back. */
  readonly of?: { readonly type: string; readonly actor: string } | undefined
}

export const erasureFile = (dataFolder: string): string => join(dataFolder, 'erasures.jsonl')
const isErasing = (type: string): type is Erasure['type'] => (erasing as readonly string[]).includes(type)

/** The line is on the disk before the cursor moves. */
export const erasureLog = (dataFolder: string): Subscriber => ({
  name: 'erasures',
  only: erasing,
  async handle(tx, entries) {
    const erasures: Erasure[] = []
    for (const { account, topic, id, type, actor, at, body } of entries) {
      if (!isErasing(type) || body === null) continue   // redacted since
      const message = type === 'message.deleted' ? (body as { message: string }).message : undefined
      const of = message === undefined ? undefined : await tx.maybe(sql<{ type: string; actor: string }>`select type, actor from journal where account_id = ${account} and id = ${message}`)
      erasures.push({ account, topic, id, type, actor, at, body, ...(of && { of }) })
    }
    if (erasures.length > 0) await appendErasures(dataFolder, erasures)
  },
})

export async function appendErasures(dataFolder: string, erasures: readonly Erasure[]): Promise<void> {
  const path = erasureFile(dataFolder)
  await mkdirs(dirname(path))
  const handle = await open(path, 'a+', 0o600)
  try {
    const { size } = await handle.stat()
    const last = Buffer.alloc(1)
    if (size > 0) await handle.read(last, 0, 1, size - 1)
    const isTorn = size > 0 && last[0] !== 10   // the end of a line that a power cut left: it must not swallow the next one
    await handle.appendFile(`${isTorn ? '\n' : ''}${erasures.map((one) => `${JSON.stringify(one)}\n`).join('')}`)
    await handle.datasync()
    if (size === 0) await syncFile(dirname(path))
  } finally {
    await handle.close()
  }
}

/** Each once, in their order; several files are put together. `unreadable`: lines that are none, apart from one that a power cut left at the end. */
export async function readErasures(files: readonly string[]): Promise<{ erasures: Erasure[]; unreadable: number }> {
  const erasures = new Map<string, Erasure>()
  let unreadable = 0
  for (const file of files) {
    const lines = (await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => { if (error.code === 'ENOENT') return ''; throw error })).split('\n')
    for (const [i, line] of lines.entries()) {
      if (line === '') continue
      const one = parse(line)
      if (one) erasures.set(`${one.account} ${one.id}`, one)
      else if (i < lines.length - 1) unreadable++
    }
  }
  return { erasures: [...erasures.values()].sort((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : 0), unreadable }
}
function parse(line: string): Erasure | undefined {
  try {
    const one = JSON.parse(line) as Erasure
    return typeof one.id === 'string' && typeof one.account === 'string' && isErasing(one.type) ? one : undefined
  } catch { return undefined }
}
