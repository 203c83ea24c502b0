// Builds the screens when their sources changed since the last build. The hash of the sources is the build's name: the server
// tells it to open tabs, which bring themselves up to date.
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const at = (path) => join(root, path)
const dist = at('web/dist')
const stamp = join(dist, '.built-from')
const claim = at('node_modules/.building')
const configs = ['web/console/vite.config.ts', 'web/messenger/vite.config.ts', 'web/kiosk/vite.config.ts', 'web/panel/vite.config.ts', 'web/phone/vite.config.ts', 'web/drills/vite.config.ts'].filter((path) => existsSync(at(path)))

/** All files below `folder` that end up on a screen, in a fixed order. */
function sources(folder) {
  return readdirSync(at(folder), { withFileTypes: true })
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory()) return path === 'web/dist' ? [] : sources(path)
      return /\.test\.tsx?$/.test(entry.name) ? [] : [path]
    })
}

function hash() {
  const sum = createHash('sha256')
  for (const path of [...['web', 'client', 'contract'].flatMap(sources), 'package-lock.json', 'tools/build.mjs']) {
    const bytes = readFileSync(at(path))
    sum.update(`${path} ${bytes.length}\n`).update(bytes)
  }
  return sum.digest('hex')
}
const built = () => existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined
const isWritable = (path) => { try { accessSync(path, constants.W_OK); return true } catch { return false } }

async function build() {
  const wanted = hash()
  if (built() === wanted) return
  if (!isWritable(existsSync(dist) ? dist : at('web'))) {
    if (built() === undefined) throw new Error('the screens have not been built, and this folder is read-only. Run "npm run build" in a writable copy first')
    console.error('The sources of the screens changed since they were built, and this folder is read-only: starting with what is there.')
    return
  }
  if (!await claimed()) return build()
  try {
    const from = performance.now()
    process.stderr.write('Building the screens … ')
    rmSync(stamp, { force: true })   // what follows is half a build until it is whole
    process.env.LODGE_BUILD = wanted.slice(0, 12)
    process.env.NODE_ENV = 'production'
    const vite = await import('vite')
    for (const path of configs) await vite.build({ configFile: at(path), logLevel: 'silent' })
    mkdirSync(dist, { recursive: true })
    writeFileSync(stamp, wanted)
    process.stderr.write(`${((performance.now() - from) / 1000).toFixed(1)} s\n`)
  } finally {
    rmSync(claim, { recursive: true, force: true })
  }
}

/** False when another build was waited for: then look again. */
async function claimed() {
  try {
    mkdirSync(claim)
    return true
  } catch {
    for (let waitedMs = 0; existsSync(claim); waitedMs += 200) {
      if (waitedMs > 120_000 || Date.now() - statSync(claim).mtimeMs > 300_000) rmSync(claim, { recursive: true, force: true })
      else await sleep(200)
    }
    return false
  }
}

try {
  await build()
} catch (error) {
  const lines = stripVTControlCharacters(error.message).split('\n').slice(0, 20)
  console.error(`\nThe screens could not be built, and nothing was started.\n${lines.join('\n')}`)
  process.exitCode = 1
}
