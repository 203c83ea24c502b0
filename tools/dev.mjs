// `npm run dev`: the server starts anew when a file of it changes, the console changes while one edits it (Vite's dev server,
// with the API of the server behind it), and the messenger is built again at each change. Arguments go to the server: -- --demo
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build, createServer } from 'vite'

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const port = process.env.PORT ?? '4000'
process.env.LODGE_URL ??= `http://127.0.0.1:${port}`

const server = spawn(process.execPath, ['--watch', '--watch-preserve-output', at('server/main.ts'), ...process.argv.slice(2)], { stdio: 'inherit', env: process.env })
const screens = await createServer({ configFile: at('web/console/vite.config.ts'), server: { host: '127.0.0.1' }, clearScreen: false })
await screens.listen()
const messenger = await build({ configFile: at('web/messenger/vite.config.ts'), build: { watch: {} }, logLevel: 'warn' })
console.log(`Console while you edit: ${screens.resolvedUrls?.local[0] ?? ''} (sign in with the link below, on that port)`)

let stopping = false
async function stop() {
  if (stopping) return
  stopping = true
  server.kill('SIGTERM')
  await screens.close()
  if ('close' in messenger) await messenger.close()
}
process.on('SIGINT', () => void stop())
process.on('SIGTERM', () => void stop())
server.on('exit', (code) => { void stop().then(() => process.exit(code ?? 0)) })
