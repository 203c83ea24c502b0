import { fileURLToPath } from 'node:url'
import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { endpointsOnly } from '../endpoints-only.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [endpointsOnly, react(), tailwind()],
  // The tab compares this with the build that the server names, and reloads at rest when they differ.
  define: { __BUILD__: JSON.stringify(process.env['LODGE_BUILD'] ?? 'dev') },
  build: {
    outDir: here('../dist/console'),
    emptyOutDir: true,
    target: 'es2024',
    modulePreload: { polyfill: false },
    // The service worker reads from it which files make up the shell.
    manifest: 'files.json',
    rolldownOptions: {
      treeshake: { manualPureFunctions: ['Type'] },
      input: { index: here('index.html'), worker: here('worker.ts') },
      output: { entryFileNames: (chunk) => chunk.name === 'worker' ? 'worker.js' : 'assets/[name]-[hash].js', chunkFileNames: 'assets/[name]-[hash].js', assetFileNames: 'assets/[name]-[hash][extname]',
        // A few files instead of fifty: what changes with every build, what seldom does, and what a screen brings along.
        codeSplitting: { groups: [{ name: 'frame', test: /node_modules\/(react|react-dom|scheduler|@tanstack|use-sync-external-store)\//, priority: 2 }, { name: 'shared', minShareCount: 2, test: /web\/(?!console\/visits\/qr-code)|client\/|contract\/|node_modules\/(?!cmdk|qr\/)/, priority: 1 }] },
      },
    },
  },
  server: { proxy: { '/api': { target: process.env['LODGE_URL'] ?? 'http://127.0.0.1:4000', ws: true } } },
})
