import { existsSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CannotStart } from '#server/kernel/cannot-start.ts'

/** With the folders that it is in. @param named what whoever asked knows it by @throws CannotStart */
export async function makeFolder(path: string, named = path): Promise<void> {
  await make(path).catch((error: Error) => {
    throw new CannotStart(`Nothing can be written to ${named} (${error.message}). Name another folder, or let this user write there.`)
  })
}

/** Not `recursive`: Node tries for ever where a folder is there and takes none, as /proc does. */
async function make(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error
    await make(dirname(path))
    await make(path)
  }
}
