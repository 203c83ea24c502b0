import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { endpointsOnly } from '../endpoints-only.ts'
import { browsers } from '../shell-build.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * `messenger.js` is what host pages name, so it keeps its name and is a classic script; everything else has its hash in its
 * name. It is told here which file to bring, and the launcher which file the panel is.
 */
const names: Plugin = {
  name: 'lodge-names',
  generateBundle(_, bundle) {
    const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
    const fileOf = (name: string): string => {
      const found = chunks.find((chunk) => chunk.name === name)
      if (!found) throw new Error(`The build has no chunk ${name}.`)
      return found.fileName
    }
    for (const chunk of chunks) chunk.code = chunk.code.replaceAll('__START__', fileOf('start')).replaceAll('__PANEL__', fileOf('panel'))
    const start = chunks.find((chunk) => chunk.name === 'start')
    if (start?.imports.length) throw new Error('The launcher must be one file, since the loader sees to one only.')
    const loader = bundle['messenger.js']
    if (loader?.type !== 'chunk' || /\b(?:import|export)\s*[{*"']/.test(loader.code)) throw new Error('messenger.js must be a classic script: it may import nothing statically and export nothing.')
  },
}

export default defineConfig({
  root: here('.'),
  base: './',
  // The guest page is served at /guest, beside the folder of its files.
  experimental: { renderBuiltUrl: (file, { hostType }) => hostType === 'html' ? `/messenger/${file}` : { relative: true } },
  plugins: [endpointsOnly, names],
  build: {
    outDir: here('../dist/messenger'),
    emptyOutDir: true,
    target: browsers,
    modulePreload: false,
    rolldownOptions: {
      input: { messenger: here('loader.ts'), start: here('start.tsx'), guest: here('guest/index.html') },
      preserveEntrySignatures: 'allow-extension',
      output: {
        entryFileNames: (chunk) => chunk.name === 'messenger' ? 'messenger.js' : '[name]-[hash].js',
        chunkFileNames: '[name]-[hash].js',
        assetFileNames: '[name]-[hash][extname]',
      },
    },
  },
  server: { proxy: { '/api': { target: process.env['LODGE_URL'] ?? 'http://127.0.0.1:4000', ws: true } } },
})
