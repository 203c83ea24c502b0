import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']

/**
 * A real browser for the tests: `CHROMIUM` if it is set, else an installed Chromium or Chrome, else the one that comes with
 * `@sparticuz/chromium`. It never skips: without any of them it throws and says what to install.
 */
export async function openBrowser(): Promise<Browser> {
  const { path, args } = await findChromium()
  return chromium.launch({ executablePath: path, args: [...args, '--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb', '--font-render-hinting=none'] })
}

export async function findChromium(): Promise<{ path: string; args: readonly string[] }> {
  const wanted = process.env['CHROMIUM']
  if (wanted) {
    if (!existsSync(wanted)) throw new Error(`CHROMIUM names ${wanted}, and there is no such file.`)
    return { path: wanted, args: [] }
  }
  const found = installed.find((path) => existsSync(path))
  if (found) return { path: found, args: [] }
  try {
    const { default: bundled } = await import('@sparticuz/chromium')
    return { path: await bundled.executablePath(), args: bundled.args }
  } catch (cause) {
    throw new Error('The browser tests need Chromium or Chrome and found none. Install one (Debian: apt-get install chromium) or name it in CHROMIUM.', { cause })
  }
}
