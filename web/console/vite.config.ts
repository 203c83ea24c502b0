import { fileURLToPath } from 'node:url'
import tailwind from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  base: '/',
  // A browser needs an endpoint's method and path, never its schemas.
  resolve: { alias: { typebox: here('../messenger/no-schemas.ts') } },
  plugins: [react(), tailwind()],
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
      treeshake: { manualPureFunctions: ['Type', 'endpoint', 'Nullable'] },
      input: { index: here('index.html'), worker: here('worker.ts') },
      output: { entryFileNames: (chunk) => chunk.name === 'worker' ? 'worker.js' : 'assets/[name]-[hash].js', chunkFileNames: 'assets/[name]-[hash].js', assetFileNames: 'assets/[name]-[hash][extname]' },
    },
  },
  server: { proxy: { '/api': { target: process.env['LODGE_URL'] ?? 'http://127.0.0.1:4000', ws: true } } },
})
