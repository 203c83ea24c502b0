import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { browsers } from '../shell-build.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  base: '/phone/',
  build: { outDir: here('../dist/phone'), emptyOutDir: true, target: browsers, modulePreload: { polyfill: false } },
  server: { proxy: { '/demo': { target: process.env['LODGE_URL'] ?? 'http://127.0.0.1:4000' } } },
})
