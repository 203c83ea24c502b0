/**
 * Whether the last end of this server was a stop. A file of the data folder is there while it runs, and its time is the last sign of
 * life; a stop takes it away. A kill that is over in seconds is otherwise noticed by nobody: the page's process needs three looks.
 */
import { rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { every, type ChoreOptions } from '#server/jobs/every.ts'

export interface Life {
  /** Of the server before, if it was not stopped. */
  readonly lastMs: number | undefined
  /** This one was stopped, and not killed. */
  stop(): Promise<void>
}
const signMs = 1_000

/** To be called when the address is ours: a second server on the same data fails before, and must not take the first one's file away. */
export async function openLife({ folder, ...chores }: ChoreOptions & { folder: string }): Promise<Life> {
  const path = join(folder, 'alive')
  const lastMs = (await stat(path).catch(() => undefined))?.mtimeMs
  async function sign(): Promise<void> {
    const at = new Date(chores.now())
    // The time alone can be changed on a full disk as well.
    await utimes(path, at, at).catch(() => writeFile(path, 'Lodge runs, or was killed. Its time is the last sign of life.\n'))
  }
  await sign().catch((error: unknown) => { chores.log.warn({ err: error }, 'No sign of life can be left in the data folder') })
  const signing = every('leave a sign of life', signMs, sign, chores)
  return {
    lastMs,
    async stop() {
      await signing.stop()
      await rm(path, { force: true })
    },
  }
}
