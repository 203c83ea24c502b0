/** Folders, made with those that they are in. The only way to make one: Node's own `recursive` tries for ever where a folder is there and takes none, as /proc does. */
import { existsSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CannotStart } from '#server/kernel/cannot-start.ts'

/** @param named what whoever asked knows it by @throws CannotStart */
export async function makeFolder(path: string, named = path): Promise<void> {
  await mkdirs(path, 0o700).catch((error: Error) => {
    throw new CannotStart(`Nothing can be written to ${named} (${error.message}). Name another folder, or let this user write there.`)
  })
}

/**
 * What a setting names, before anything else asks for it; not for room, which a disk that is full or broken may have again.
 * @param inside also this one in it: whether a folder that was there takes any @throws CannotStart that names the setting
 */
export async function makeFolderOf(setting: string, path: string, { mode, inside }: { mode?: number; inside?: string } = {}): Promise<void> {
  try {
    await mkdirs(path, mode)
    if (inside !== undefined) await mkdirs(join(path, inside), 0o700)
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    if (!['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'].includes(code)) throw new CannotStart(`${setting} is "${path}", and nothing can be written there (${message}). Set it to another folder, or let this user write there.`)
  }
}

/** @throws what the disk throws */
export async function mkdirs(path: string, mode?: number): Promise<void> {
  try {
    await mkdir(path, { mode })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return orThere(path, error)
    if (!existsSync(dirname(path))) await mkdirs(dirname(path), mode)
    // What it is in is there, perhaps since a moment ago, by somebody else: once more, and then it counts.
    await mkdir(path, { mode }).catch(async (again: unknown) => orThere(path, again))
  }
}

/** @throws it unless a folder is there */
async function orThere(path: string, error: unknown): Promise<void> {
  if (!await isFolder(path)) throw error
}
const isFolder = (path: string): Promise<boolean> => stat(path).then((found) => found.isDirectory(), () => false)
