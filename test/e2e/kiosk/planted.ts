/**
 * Bugs that other kiosks had, built into ours for a moment: the drill must catch each, or it proves nothing. Each replaces
 * one file of web/kiosk/log while Vite builds it into a folder of its own.
 */
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { FaultProxy } from './proxy.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const types: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json', '.webmanifest': 'application/manifest+json', '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2' }

async function built(replaced: string, by: string): Promise<NonNullable<FaultProxy['instead']>> {
  process.env['LODGE_BUILD'] = 'planted'   // or there is no service worker
  const folder = await mkdtemp(join(tmpdir(), 'lodge-planted-'))
  await build({
    configFile: here('../../../web/kiosk/vite.config.ts'), logLevel: 'error', build: { outDir: folder, emptyOutDir: true },
    plugins: [{
      name: 'planted', enforce: 'pre',
      async resolveId(source, importer) {
        const found = await this.resolve(source, importer, { skipSelf: true })
        return found?.id.endsWith(`/web/kiosk/log/${replaced}`) && !importer?.includes('/plants/') ? here(`plants/${by}`) : undefined
      },
    }],
  })
  return async (path) => {
    if (path !== '/kiosk' && !path.startsWith('/kiosk/')) return undefined
    const name = path === '/kiosk' || path === '/kiosk/' ? 'index.html' : path.slice('/kiosk/'.length)
    try { return { body: await readFile(join(folder, name)), type: types[extname(name)] ?? 'application/octet-stream' } } catch { return undefined }
  }
}

export const plantedBugs = {
  /** As Workbox does: an entry leaves the queue before it is sent. */
  removesEarly: () => built('flush.ts', 'removes-early.ts'),
  /** "Checked in" at the request's success; the transaction may still be aborted. */
  earlySuccess: () => built('record.ts', 'early-success.ts'),
  /** What the server does not take stays in front, and everything behind it waits. */
  blocks: () => built('flush.ts', 'blocks.ts'),
} as const
export type Bug = keyof typeof plantedBugs
