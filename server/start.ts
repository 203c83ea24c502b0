/** What `npm start` runs: the server itself, or for a demo a small parent that brings it back when a drill has killed it. */
import { fileURLToPath } from 'node:url'
import { keepDemo } from '#demo/keeper.ts'

if (process.argv.includes('--demo')) keepDemo(fileURLToPath(new URL('main.ts', import.meta.url)))
else await import('./main.ts')
