/** The page as plain files in a folder, for any web server anywhere else. Each file is put in place whole. */
import { rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { mkdirs } from '#server/db/folder.ts'
import type { Book } from './book.ts'
import { site } from './site.ts'

/** @returns how many files were written */
export async function publish(book: Book, folder: string, now: () => number, base = 'https://status.example'): Promise<number> {
  const { at, paths } = site({ book, now, seen: () => undefined, takesMail: false, isStatic: true, base: () => base })
  const all = paths()
  for (const path of all) {
    const told = await at(path)
    if (!told) continue
    const file = join(folder, path === '' || path.endsWith('/') ? `${path}index.html` : path)
    await mkdirs(dirname(file))
    await writeFile(`${file}.part`, told.body)
    await rename(`${file}.part`, file)
  }
  return all.length
}
