// Installs the packages when they are missing or when package-lock.json changed, and with --web builds the screens when their
// sources changed; does nothing otherwise. Only Node's own modules and only old syntax: on the first start it runs on whatever
// Node the machine has.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const stop = (why) => { console.error(why); process.exit(1) }
const node = at('node_modules/node/bin/node')
const stamp = at('node_modules/.installed-from')
const claim = at('.installing')
const platform = `${process.platform}-${process.arch}`
const wanted = `${platform} ${createHash('sha256').update(readFileSync(at('package-lock.json'))).digest('hex')}`

const isWritable = (path) => { try { accessSync(path, constants.W_OK); return true } catch { return false } }
const packages = (path) => JSON.parse(readFileSync(at(path), 'utf8')).packages

/** Somebody ran npm: its own record in node_modules says the same as the lock file, but for optional packages of other machines. */
function installedByHand() {
  try {
    const want = packages('package-lock.json')
    const have = packages('node_modules/.package-lock.json')
    return Object.keys(have).every((name) => want[name]) &&
      Object.keys(want).every((name) => name === '' || (have[name] ? have[name].version === want[name].version : want[name].optional))
  } catch { return false }
}

function isCurrent() {
  if (!existsSync(node)) return false
  const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8') : platform
  if (installed === wanted) return true
  if (installed.split(' ')[0] !== platform || !installedByHand()) return false
  if (isWritable(at('node_modules'))) writeFileSync(stamp, wanted)
  return true
}

if (!isCurrent()) {
  if (isWritable(at('.'))) await install()
  else if (!existsSync(node)) stop('The packages are not installed, and this folder is read-only. Run "npm ci" in a writable copy first.')
  else console.error('package-lock.json changed since the packages were installed, and this folder is read-only: starting with what is there.')
}
// On the pinned Node: the machine's own may be too old for Vite.
if (process.argv.includes('--web')) process.exit(spawnSync(node, [at('tools/build.mjs')], { stdio: ['ignore', 2, 2] }).status ?? 1)

function install() {
  try { mkdirSync(claim) } catch {
    if (Date.now() - statSync(claim).mtimeMs < 300000) stop(`Another start is installing the packages. Wait for it; if none is running, remove ${claim}.`)
  }
  console.error('Installing the packages; this happens on the first start and when package-lock.json changes.')
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm']
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
  const child = spawn(npm[0], [...npm.slice(1), 'ci', ...flags], { cwd: at('.'), stdio: ['ignore', 2, 2] })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  return new Promise((done) => {
    child.on('error', (error) => ended(error.message))
    child.on('exit', (code, signal) => ended(signal || code))
    function ended(how) {
      rmSync(claim, { recursive: true, force: true })
      if (how !== 0) stop(`npm ci failed (${how}); nothing was started.`)
      if (!existsSync(node)) stop('The pinned Node was not installed, because npm was told to ignore scripts. Run "npm rebuild node --ignore-scripts=false".')
      writeFileSync(stamp, wanted)
      done()
    }
  })
}
