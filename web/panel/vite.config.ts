import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { endpointsOnly } from '../endpoints-only.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const build = process.env['LODGE_BUILD'] ?? 'dev'

/** The worker keeps the page only if it is of its own build. */
const signed: Plugin = { name: 'lodge-signed', transformIndexHtml: (html) => html.replace('__BUILD__', build) }

export default defineConfig({
  root: here('.'),
  base: '/panel/',
  plugins: [endpointsOnly, signed],
  define: { __BUILD__: JSON.stringify(build) },
  build: {
    outDir: here('../dist/panel'),
    emptyOutDir: true,
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    // The service worker reads from it which files make up the shell.
    manifest: 'files.json',
    rolldownOptions: {
      treeshake: { manualPureFunctions: ['Type'] },
      input: { index: here('index.html'), worker: here('worker.ts') },
      output: { entryFileNames: (chunk) => chunk.name === 'worker' ? 'worker.js' : 'assets/[name]-[hash].js', chunkFileNames: 'assets/[name]-[hash].js', assetFileNames: 'assets/[name]-[hash][extname]' },
    },
  },
  server: { proxy: { '/api': { target: process.env['LODGE_URL'] ?? 'http://127.0.0.1:4000' } } },
})
