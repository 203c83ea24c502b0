/** The next version of Lodge, as an upgrade brings it: the same sources, and screens of another build in files of other names. */
import { cp, mkdir, readFile, readdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const parts = ['contract', 'server', 'client', 'demo', 'migrations', 'tools', 'web/dist', 'package.json']
/** They know their build; the messenger stands in pages of others, and is of its files. */
const shells = ['console', 'kiosk', 'panel']

export interface Version { readonly tree: string; /** Twelve hexadecimal digits. */ readonly build: string }

/** @param n a version has one of its own */
export async function nextVersion(folder: string, n: number): Promise<Version> {
  const tree = join(folder, `version-${n}`), build = n.toString(16).padStart(12, 'b')
  for (const part of parts) await cp(join(root, part), join(tree, part), { recursive: true })
  await symlink(join(root, 'node_modules'), join(tree, 'node_modules'))
  const stamp = join(tree, 'web/dist/.built-from')
  const was = (await readFile(stamp, 'utf8')).slice(0, 12)
  await writeFile(stamp, build)
  await mkdir(join(tree, '.lodge'))
  for (const shell of shells) {
    const at = join(tree, 'web/dist', shell), assets = join(at, 'assets')
    const [main] = /index-[\w-]{8}\.js/.exec(await readFile(join(at, 'index.html'), 'utf8')) ?? []
    if (main === undefined) throw new Error(`${shell}/index.html names no script. Run "npm run build" first.`)
    const next = mainOf(build)
    for (const name of [...(await readdir(at)).filter((f) => /\.(?:html|js|json)$/.test(f)).map((f) => join(at, f)), ...(await readdir(assets)).filter((f) => f.endsWith('.js')).map((f) => join(assets, f))]) {
      await writeFile(name, (await readFile(name, 'utf8')).replaceAll(was, build).replaceAll(main, next))
    }
    await rename(join(assets, main), join(assets, next))
  }
  return { tree, build }
}
/** The script by which a page of this build is known. */
export const mainOf = (build: string): string => `index-${build.slice(-8)}.js`
