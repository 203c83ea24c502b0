import { fileURLToPath } from 'node:url'
import type { Plugin, UserConfig } from 'vite'
import { endpointsOnly } from './endpoints-only.ts'

/** What the screens run in that are not the console's: messenger, kiosk, room panel, the demo's phone. */
export const browsers = ['chrome123', 'edge123', 'firefox120', 'safari17.5']

/** How a shell is built that keeps itself on its device: `web/kiosk` stands at `/kiosk`, with its worker beside it. */
export function shellBuild(name: 'kiosk' | 'panel'): UserConfig {
  const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
  const build = process.env['LODGE_BUILD'] ?? 'dev'
  /** The worker keeps the page only if it is of its own build. */
  const signed: Plugin = { name: 'lodge-signed', transformIndexHtml: (html) => html.replace('__BUILD__', build) }
  return {
    root: here(name),
    base: `/${name}/`,
    plugins: [endpointsOnly, signed],
    define: { __BUILD__: JSON.stringify(build) },
    build: {
      outDir: here(`dist/${name}`),
      emptyOutDir: true,
      target: browsers,
      modulePreload: { polyfill: false },
      // The service worker reads from it which files make up the shell.
      manifest: 'files.json',
      rolldownOptions: {
        treeshake: { manualPureFunctions: ['Type'] },
        input: { index: here(`${name}/index.html`), worker: here(`${name}/worker.ts`) },
        output: { entryFileNames: (chunk) => chunk.name === 'worker' ? 'worker.js' : 'assets/[name]-[hash].js', chunkFileNames: 'assets/[name]-[hash].js', assetFileNames: 'assets/[name]-[hash][extname]' },
      },
    },
    server: { proxy: { '/api': { target: process.env['LODGE_URL'] ?? 'http://127.0.0.1:4000' } } },
  }
}
