import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** web/dist, built from the sources as they are now. */
export function builtScreens(): string {
  execFileSync(process.execPath, [root('tools/build.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] })
  return root('web/dist')
}
