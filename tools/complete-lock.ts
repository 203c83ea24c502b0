// Run it after npm changed package-lock.json: `node tools/complete-lock.ts`. npm leaves optional packages that its registry does
// not have (a mirror that lacks some platforms) out of the lock file, and `npm ci` then refuses the whole lock as out of step.
// Here they are named again, with what their names say; only a machine of that platform ever asks for one.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url))
interface Lock { packages: Record<string, { version?: string; optionalDependencies?: Record<string, string>; [field: string]: unknown }> }
interface Missing { name: string; version: string }

/** Optional packages that a package of the lock asks for and the lock does not hold. */
export function missing({ packages }: Lock): Missing[] {
  return Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) => Object.entries(optionalDependencies).flatMap(([name, version]) => {
    const places = [`${from}/node_modules/${name}`, `node_modules/${name}`]
    return places.some((place) => packages[place]) ? [] : [{ name, version }]
  }))
}

function entry({ name, version }: Missing): Lock['packages'][string] {
  const words = name.split(/[/-]/)
  const named = (field: string, known: string[]) => {
    const found = words.filter((word) => known.includes(word))
    return found.length > 0 && { [field]: found }
  }
  return {
    version, resolved: `https://registry.npmjs.org/${name}/-/${name.split('/').at(-1)}-${version}.tgz`,
    ...named('cpu', ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']), optional: true,
    ...named('os', ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']),
    ...(/musl/.test(name) && { libc: ['musl'] }), ...(/-gnu/.test(name) && { libc: ['glibc'] }),
  }
}

if (import.meta.main) {
  const lock = JSON.parse(readFileSync(path, 'utf8')) as Lock
  const found = missing(lock)
  for (const one of found) {
    if (!/^\d/.test(one.version)) throw new Error(`${one.name} is asked for as ${one.version}, which is no exact version`)
    lock.packages[`node_modules/${one.name}`] = entry(one)
  }
  const { '': root, ...rest } = lock.packages
  lock.packages = { '': root!, ...Object.fromEntries(Object.entries(rest).sort(([a], [b]) => a.localeCompare(b, 'en'))) }
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`${found.length} optional packages added`)
}
