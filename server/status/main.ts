/** The status page's own process. It has no database and no framework, and goes on when Lodge stops; `process.ts` starts and adopts it. */
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import pino from 'pino'
import { cannotListen, readConfig, tlsOf } from '#server/config.ts'
import { makeFolderOf, mkdirs } from '#server/db/folder.ts'
import { publicOnly } from '#server/http/reach.ts'
import { whenAskedToEnd } from '#server/jobs/asked-to-end.ts'
import { every } from '#server/jobs/every.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { absence } from './absence.ts'
import { suspicionOfAway } from './away.ts'
import { openBook } from './book.ts'
import { settled, firstPage } from './components.ts'
import { noteLevel, running } from './outages.ts'
import { probe } from './probe.ts'
import { forgetProcess, readProcess, writeProcess } from './process.ts'
import { proposals } from './proposals.ts'
import { serve } from './serve.ts'
import { site } from './site.ts'
import { subscribers } from './subscribers.ts'
import { openTeller } from './tell.ts'

/** Between two looks at the files, and at Lodge. */
const refreshMs = 700, lookMs = 2_000

try {
  await main()
} catch (error) {
  console.error(error instanceof CannotStart ? `The status page cannot start. ${error.message}` : error)
  process.exit(1)
}

async function main(): Promise<void> {
  const config = readConfig(process.env)
  const now = Date.now, random = Math.random
  const log = pino({ level: config.logLevel, name: 'status' }, pino.destination({ dest: 2, sync: false }))
  const folder = join(config.folder, 'status')
  await makeFolderOf('LODGE_DATA', config.folder)
  await mkdirs(folder)
  const book = openBook({ folder, now })
  const watches = process.env['LODGE_WATCH'] ?? `${config.tlsCert ? 'https' : 'http'}://${['0.0.0.0', '::', 'localhost'].includes(config.host) ? '127.0.0.1' : config.host.includes(':') ? `[${config.host}]` : config.host}:${config.port}`
  const token = randomBytes(24).toString('base64url')
  const smtp = config.smtpUrl && config.mailFrom ? (await import('#server/features/deliveries/smtp.ts')).openSmtp({ url: config.smtpUrl, from: config.mailFrom, atOnce: 4 }) : undefined
  let base = ''

  const teller = await openTeller({ book, folder, now, baseUrl: () => pages.baseUrl(), mail: smtp && (async (letter) => smtp.send({ ...letter, html: null, files: null })), reach: publicOnly, log })
  await book.change('status page', 'start', (state) => ({ puts: [...settled(state), ...(state.page.size === 0 ? [{ kind: 'page' as const, id: 'page', value: firstPage }] : [])], result: undefined }))
  const { propose, over } = proposals({ book })
  const failed = (error: unknown): void => { log.error({ err: error }, 'What was seen of Lodge could not be noted or proposed') }
  const away = absence({
    data: config.folder, failed,
    async propose(level, reasons) {
      const suspicion = suspicionOfAway(book.state, level, 'status page', reasons.join(' '))
      if (suspicion) await propose(suspicion)
    },
  })
  const lodge = probe({
    url: watches, now, failed,
    async changed({ level, sinceMs, reasons }) {
      await noteLevel(book, level, reasons, sinceMs)
      if (level === 'works') await over('status page', 'It answers again, and is ready.')
      await away.note(level, reasons)
    },
  })
  // What was open when the last process ended is open until Lodge is seen again.
  const before = running(book.state.outage.values())
  if (before) log.info({ since: before.from }, 'An outage is open')

  const pages = site({ book, now, seen: () => lodge.seen, takesMail: smtp !== undefined, isStatic: false, base: () => base })
  const chores = { now, random, log }
  const looking = every('look at Lodge', lookMs, async () => lodge.look(), chores)
  const telling = every('tell subscribers', 1_000, async () => teller.round(), chores)
  const reading = every('read the files', refreshMs, async () => { await book.refresh() }, chores)

  let isStopping = false
  async function stop(why: string): Promise<void> {
    if (isStopping) return
    isStopping = true
    log.info({ why }, 'stopping')
    setTimeout(() => process.exit(0), 5_000).unref()
    away.stop()
    http.close()
    http.closeIdleConnections()
    for (const chore of [looking, telling, reading]) await chore.stop()
    smtp?.close()
    await forgetProcess(folder, token)
    process.exit(0)
  }
  const tls = tlsOf(config)
  const http = serve({ site: pages, book, subscribers: subscribers({ book, reach: publicOnly }), now, takesMail: smtp !== undefined, tls, trustProxy: config.trustProxy, token, stop: () => void stop('asked'), changed: () => { telling.poke() }, log })
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error) => reject(cannotListen(error, config.host, 'STATUS_PORT', config.statusPort)))
    http.listen(config.statusPort, config.host, resolve)
  })
  const { port } = http.address() as AddressInfo
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host
  base = `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
  await writeProcess(folder, { pid: process.pid, url: base, token, identity: process.env['LODGE_STATUS_IDENTITY'] ?? '' })
  let misses = 0   // one that cannot be read for a moment is no end
  // Whose folder is gone, or in which another was started, serves nobody.
  every('look whether this is still the one', 5_000, async () => {
    misses = (await readProcess(folder))?.token === token ? 0 : misses + 1
    if (misses > 1) void stop('it is not the one any more')
  }, chores)
  looking.poke()
  log.info({ url: base, watches }, 'The status page is open')
  whenAskedToEnd((why) => void stop(why))
  process.on('SIGHUP', () => {})   // the terminal that started it may go
}
