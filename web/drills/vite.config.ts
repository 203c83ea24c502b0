import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { browsers } from '../shell-build.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  base: '/drills/',
  build: { outDir: here('../dist/drills'), emptyOutDir: true, target: browsers, modulePreload: { polyfill: false } },
})
