import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

interface Found { readonly path: string; readonly args: readonly string[] }

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']
const findInstalled = (): Found | undefined => { const path = installed.find((one) => existsSync(one)); return path === undefined ? undefined : { path, args: [] } }

/** The headless shell from npm: the same engine of the same version everywhere, and without a window it needs less than half of the processor that a whole browser needs. Where it cannot run (another system, a missing library) there is none. */
async function findShell(): Promise<Found | undefined> {
  try {
    const { default: shell } = await import('@sparticuz/chromium')
    const path = await shell.executablePath()   // unpacked at the first time
    execFileSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 })
    return { path, args: [] }
  } catch {
    return undefined
  }
}

/**
 * A real browser for the tests: `CHROMIUM` if it is set, else what is asked for, else the other. It never skips: without any it throws and says what to install.
 * @param first `installed` is a whole one, as people have it, with a profile on the disk
 */
export async function findChromium(first: 'shell' | 'installed' = 'shell'): Promise<Found> {
  const wanted = process.env['CHROMIUM']
  if (wanted) {
    if (!existsSync(wanted)) throw new Error(`CHROMIUM names ${wanted}, and there is no such file.`)
    return { path: wanted, args: [] }
  }
  const found = first === 'shell' ? await findShell() ?? findInstalled() : findInstalled() ?? await findShell()
  if (!found) throw new Error('The browser tests need Chromium or Chrome and found none. Install one (Debian: apt-get install chromium) or name it in CHROMIUM.')
  return found
}

/** With the colours, letters and language of every other machine: with the language of none the shell says `en-US@posix`, which is no language tag. */
export async function openBrowser({ isWhole = false, more = [] }: { /** For what the shell has not (notices), or is slow at (a device's own storage). */ isWhole?: boolean; more?: readonly string[] } = {}): Promise<Browser> {
  const { path, args } = await findChromium(isWhole ? 'installed' : 'shell')
  return chromium.launch({ executablePath: path, args: [...args, '--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb', '--font-render-hinting=none', '--lang=en-US', ...more], env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8' } })
}
