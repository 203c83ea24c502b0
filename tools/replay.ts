/** `npm run replay -- FILE`: plays dialogues through a Lodge and proves that nothing is lost, doubled, reordered or changed. */
import { parseArgs } from 'node:util'
import { listInboxes, saveInbox } from '#contract/inboxes.ts'
import { caller } from '#client/call.ts'
import { newId } from '#client/lodge.ts'
import { openFaultProxyTo } from '#drills/proxy.ts'
import { whenAskedToEnd } from '#server/jobs/asked-to-end.ts'
import { BadInput, readDialogues } from './replay/dialogues.ts'
import { startOwnServer } from './replay/own-server.ts'
import type { House } from './replay/play.ts'
import { replay } from './replay/replay.ts'
import { startTrouble, type Trouble } from './replay/trouble.ts'

const usage = `npm run replay -- FILE [--url URL] [--at-once N] [--kill SECONDS] [--kill-database SECONDS] [--drop SECONDS]

  FILE             dialogues, one a line: {"id": "…", "turns": [{"speaker": "user" or "system", "text": "…"}]}
  --url            a running Lodge; LODGE_TOKEN holds an API token of it. Without, one is started in a temporary folder
  --at-once        how many dialogues are played at the same time (20)
  --kill           kills the server with SIGKILL after so many seconds, again and again, and starts it again
  --kill-database  does that to PostgreSQL
  --drop           cuts all connections, again and again`

/** Run backwards at the end, whatever ends it. */
const endings: (() => Promise<unknown>)[] = []
async function end(): Promise<void> {
  for (const ending of endings.splice(0).reverse()) await ending().catch((error: unknown) => console.error(error))
}
whenAskedToEnd((_, isAgain) => { if (isAgain) process.exit(130); void end().then(() => process.exit(130)) })

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof BadInput ? error.message : error)
  process.exitCode = 2
} finally {
  await end()
}

async function main(): Promise<number> {
  const asked = readArguments()
  const dialogues = await readDialogues(asked.file)
  const own = asked.url === undefined ? await startOwnServer() : undefined
  if (own) endings.push(() => own.stop())
  const house: House = own ?? await theirHouse(asked.url!)
  const troubles: Trouble[] = []
  if (own && asked.kill) troubles.push({ what: 'the server is killed', everySeconds: asked.kill, make: () => own.kill() })
  if (own && asked.killDatabase) troubles.push({ what: 'PostgreSQL is killed', everySeconds: asked.killDatabase, make: () => own.killDatabase() })
  let { url } = house
  if (asked.drop) {
    const proxy = await openFaultProxyTo(url)
    endings.push(() => proxy.close())
    troubles.push({ what: 'all connections are cut', everySeconds: asked.drop, make: async () => proxy.cut() })
    ;({ url } = proxy)
  }

  const progress = { played: 0, read: 0, messages: 0 }
  const made = new Map<string, number>()
  const hush = show(() => `${progress.played} of ${dialogues.length} dialogues played, ${progress.messages} messages`
    + [...made].map(([what, times]) => `, ${what} (${times} ×)`).join('') + (progress.read ? `; ${progress.read} read back` : ''))
  endings.push(async () => hush())
  const trouble = startTrouble(troubles, (what) => made.set(what, (made.get(what) ?? 0) + 1))
  endings.push(() => trouble.end())
  const { token, inbox } = house
  const result = await Promise.race([trouble.failed, replay(dialogues, {
    house: { url, token, inbox }, atOnce: asked.atOnce, progress: (what) => { progress[what]++ }, calm: () => trouble.end(), complain: (sentence) => console.error(`\n${sentence}`),
  })])
  hush()
  console.log(JSON.stringify(result))
  return result.lost + result.duplicated + result.reordered + result.changed === 0 ? 0 : 1
}

function readArguments() {
  let parsed
  try {
    parsed = parseArgs({ allowPositionals: true, options: { 'url': { type: 'string' }, 'at-once': { type: 'string', default: '20' }, 'kill': { type: 'string' }, 'kill-database': { type: 'string' }, 'drop': { type: 'string' } } })
  } catch (error) {
    throw new BadInput(`${(error as Error).message}\n\n${usage}`)
  }
  const { positionals: [file, ...more], values } = parsed
  if (file === undefined || more.length > 0) throw new BadInput(usage)
  const number = (name: 'at-once' | 'kill' | 'kill-database' | 'drop'): number | undefined => {
    const text = values[name]
    if (text === undefined) return undefined
    if (!(Number(text) > 0)) throw new BadInput(`--${name} takes a number above 0, not "${text}".`)
    return Number(text)
  }
  const { url } = values
  const kill = number('kill'), killDatabase = number('kill-database'), drop = number('drop')
  if (url !== undefined && !URL.canParse(url)) throw new BadInput(`--url takes an address such as http://127.0.0.1:4000, not "${url}".`)
  if (url !== undefined && (kill || killDatabase)) throw new BadInput('--kill and --kill-database are for a server that the replay starts itself: leave --url out.')
  if (drop && url?.startsWith('https:')) throw new BadInput('--drop cannot stand between TLS and its server: use an http address, or leave --url out.')
  return { file, url: url?.replace(/\/+$/, ''), atOnce: Math.floor(number('at-once')!) || 1, kill, killDatabase, drop }
}

/** An inbox of our own, so that the replay stands beside what is there. @throws BadInput when the address or the token is wrong */
async function theirHouse(url: string): Promise<House> {
  const token = process.env['LODGE_TOKEN']
  if (!token) throw new BadInput('LODGE_TOKEN is not set. Make an API token as an administrator and put it there.')
  const call = caller({ url, bearer: async () => token })
  const refused = ({ status, code, message }: { status: number; code: string; message: string }): BadInput => new BadInput(
    code === 'unreachable' ? `Nothing that speaks Lodge answers at ${url}: ${message}.` : status === 401 ? `${url} does not accept the token in LODGE_TOKEN. ${message}` : `${url} refuses: ${code}. ${message}`)
  const listed = await call(listInboxes, {})
  if (!listed.ok) throw refused(listed)
  const known = listed.value.inboxes.find(({ name }) => name === 'Replay')
  if (known) return { url, token, inbox: known.id }
  const saved = await call(saveInbox, { params: { inbox: newId() }, body: { name: 'Replay' } })
  if (!saved.ok) throw refused(saved)
  return { url, token, inbox: saved.value.id }
}

/** Progress on stderr: one line that changes in a terminal, else a line every five seconds. */
function show(text: () => string): () => void {
  const { isTTY } = process.stderr
  const write = (last: boolean): void => { process.stderr.write(isTTY ? `\r\x1b[K${text()}${last ? '\n' : ''}` : `${text()}\n`) }
  const timer = setInterval(write, isTTY ? 200 : 5_000, false)
  let isShown = true
  return () => {
    if (isShown) write(true)
    isShown = false
    clearInterval(timer)
  }
}
