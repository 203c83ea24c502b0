import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SMTPServer } from 'smtp-server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ensureStatusProcess, isAlive, readProcess, stopStatusProcess } from './process.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 })
const patient = { timeout: 40_000 }
const tool = fileURLToPath(new URL('../../tools/lodge.ts', import.meta.url))
let data: string
let lodgeAnswers: number | 'nothing'
let standIn: Server   // what the page looks at: answers as Lodge's /readyz does
let env: Record<string, string | undefined>
const messageIdOf = (mail: string): string | undefined => /^message-id:\s*(\S+)/im.exec(mail)?.[1]
let mails: string[]
let post: SMTPServer | undefined

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'lodge-status-'))
  lodgeAnswers = 200
  mails = []
  standIn = createServer((request, reply) => {
    if (lodgeAnswers === 'nothing') request.socket.destroy()
    else reply.writeHead(lodgeAnswers, { 'content-type': 'application/json' }).end(JSON.stringify({ reasons: ['The database has been away for 7 s.'] }))
  })
  await new Promise<void>((done) => { standIn.listen(0, '127.0.0.1', done) })
  env = { PATH: process.env['PATH'], LOG_LEVEL: 'warn' }
})
afterEach(async () => {
  await stopStatusProcess(join(data, 'status'))
  standIn.close()
  standIn.closeAllConnections()
  await new Promise<void>((done) => { if (post) post.close(() => done()); else done() })
  post = undefined
  await rm(data, { recursive: true, force: true, maxRetries: 5 })
})
const ensure = async (more: { port?: number; version?: string } = {}) => ensureStatusProcess({ data, port: 0, watches: `http://127.0.0.1:${(standIn.address() as AddressInfo).port}`, env, version: '1', ...more })
const page = async (url: string, path = ''): Promise<string> => (await fetch(`${url}/${path}`)).text()
const status = async (...args: string[]): Promise<string> => (await promisify(execFile)(process.execPath, [tool, 'status', ...args], { env: { PATH: process.env['PATH'], LODGE_DATA: data } })).stdout
const refused = async (...args: string[]): Promise<{ code: number; stderr: string }> => status(...args).then((said) => { throw new Error(`It did: ${said}`) }, (error: { code: number; stderr: string }) => error)

describe('the page’s own process', () => {
  it('[SG3] is adopted while it answers, replaced when it was started from other settings, and started anew when it was killed', async () => {
    const first = await ensure()
    expect(first.how).toBe('started')
    expect(await page(first.url)).toContain('Everything works')
    expect(await ensure()).toMatchObject({ how: 'adopted', pid: first.pid })
    const second = await ensure({ version: '2' })
    expect(second).toMatchObject({ how: 'started' })
    expect([second.pid === first.pid, await isAlive(first)]).toEqual([false, false])
    process.kill(second.pid, 'SIGKILL')
    await expect.poll(() => isAlive(second), patient).toBe(false)
    const third = await ensure({ version: '2' })
    expect(third).toMatchObject({ how: 'started' })
    expect(await page(third.url)).toContain('Everything works')
  })

  it('[SG3] leaves the port to whoever has it, and says so', async () => {
    const { port } = standIn.address() as AddressInfo
    await expect(ensure({ port })).rejects.toThrow(`Port ${port} is taken`)
    expect(await readProcess(join(data, 'status'))).toBeUndefined()
  })

  it('[SG3] finds the files that Lodge was given by a path from its own folder', async () => {
    const here = relative(process.cwd(), fileURLToPath(import.meta.url))
    env = { ...env, TLS_CERT: here, TLS_KEY: here }
    await expect(ensure()).rejects.toThrow('they must be a certificate in PEM')   // read, and not one
  })

  it('[SG3] ends when its folder is gone', async () => {
    const one = await ensure()
    await rm(data, { recursive: true, force: true, maxRetries: 5 })
    await expect.poll(() => isAlive(one), patient).toBe(false)
  })

  it('[SG8] says truthfully since when Lodge does not answer, proposes an incident with what it saw, and notes the outage', async () => {
    const { url } = await ensure()
    await expect.poll(() => page(url), patient).toContain('Lodge answers.')
    lodgeAnswers = 503
    await expect.poll(() => page(url), patient).toContain('says of itself that it is not ready since')
    expect(await status('proposals')).toMatch(/Lodge is not ready[\s\S]+The database has been away for 7 s\./)
    lodgeAnswers = 'nothing'
    await expect.poll(() => page(url), patient).toContain('Lodge has not answered since')
    expect(await page(url)).toContain('Something is down')
    lodgeAnswers = 200
    await expect.poll(() => page(url), patient).toContain('Everything works')
    expect(await status('proposals')).toContain('It answers again')
    const { outages } = JSON.parse(await status('export')) as { outages: { level: string; to: string | null }[] }
    expect(outages.map((o) => [o.level, o.to !== null])).toEqual([['disrupted', true], ['down', true]])
  })

  it('[SG3] answers its own questions to nobody without its token', async () => {
    const { url } = await ensure()
    expect((await fetch(`${url}/-/alive`)).status).toBe(404)
    expect((await fetch(`${url}/-/stop`, { method: 'POST' })).status).toBe(404)
    expect(await page(url)).toContain('Everything works')
  })
})

describe('lodge status', () => {
  it('[SG14] writes what the page shows, with everything else dead, and the page takes it up within seconds', async () => {
    expect(await status('open', 'Bookings hang', '--component', 'bookings=down', '--text', 'We <b>look</b> & see.', '--from', '-20m', '--next-update', '+30m')).toMatch(/^Opened \d{4}-\d\d-\d\d-bookings-hang/)
    const { url } = await ensure()
    const shown = await page(url)
    for (const part of ['Bookings hang', 'We &lt;b&gt;look&lt;/b&gt; &amp; see.', 'Next update']) expect(shown).toContain(part)
    const id = /incidents\/([\w.-]+)\//.exec(shown)![1]!
    await status('update', id, '--text', 'Found it.', '--state', 'monitoring')
    await expect.poll(() => page(url, `incidents/${id}/`), patient).toContain('Found it.')
    expect(await refused('resolve', id, '--text', 'Done.')).toMatchObject({ code: 1, stderr: expect.stringContaining('It must be quiet for 10 minutes') })
    await status('resolve', id, '--text', 'Done.', '--now', 'It was a rehearsal')
    await expect.poll(() => page(url, `incidents/${id}/`), patient).toContain('It was a rehearsal')
    expect(await page(url, 'feed.atom')).toContain('Resolved: Bookings hang')
    expect(JSON.parse(await page(url, 'status.json'))).toMatchObject({ overall: 'works', incidents: [] })
    expect(await status('list')).toContain(`The page is open at ${url}`)
  })

  it('[SG14] says in a sentence what is wrong', async () => {
    for (const [args, said] of [[['update', 'nothing', '--text', 'x'], 'no incident "nothing"'], [['open', 'x', '--component', 'lift=down'], 'no component "lift"'], [['open', 'x', '--component', 'inbox=bad'], '"bad" is no level'], [['open', 'x', '--from', 'soon'], '"soon" is no time'], [['open', 'x', '--colour', 'red'], 'Unknown option']] as const) {
      expect((await refused(...args)).stderr).toContain(said)
    }
    expect(existsSync(join(data, 'status', 'journal.jsonl'))).toBe(false)
  })

  it('[SG15] publishes a folder in which every link leads to a file', async () => {
    await status('open', 'Bookings hang', '--component', 'bookings=down', '--text', 'x')
    const folder = join(data, 'out')
    await status('publish', folder)
    const { readFile } = await import('node:fs/promises')
    const look = async (path: string): Promise<void> => {
      const html = await readFile(join(folder, path, 'index.html'), 'utf8')
      for (const [, to] of html.matchAll(/(?:href|src)="([^"#:]+)"/g)) expect(existsSync(join(folder, path, to!, to!.endsWith('/') ? 'index.html' : '')), `${path} → ${to}`).toBe(true)
      expect(html).not.toContain('<form')
    }
    const [incident] = (JSON.parse(await status('export')) as { incidents: { id: string }[] }).incidents
    for (const path of ['', 'ar', `incidents/${incident!.id}`, `ar/incidents/${incident!.id}`, `history/${new Date().getUTCFullYear()}`]) await look(path)
  })
})

describe('subscribers', () => {
  async function mailServer(): Promise<void> {
    post = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'], onData(stream, _session, done) {
      let text = ''
      stream.on('data', (part: Buffer) => { text += part.toString() })
      // One Message-ID is one mail, as for those who receive it: killed between the acceptance and its note, the process sends it once more.
      stream.on('end', () => { if (!mails.some((mail) => messageIdOf(mail) === messageIdOf(text))) mails.push(text.replace(/=\r\n/g, '').replace(/=3D/g, '=')); done() })
    } })
    await new Promise<void>((done) => { post!.listen(0, '127.0.0.1', done) })
    env = { ...env, SMTP_URL: `smtp://127.0.0.1:${(post.server.address() as AddressInfo).port}`, MAIL_FROM: 'Status <status@lantern.example>' }
  }
  const form = async (url: string, email: string): Promise<Response> => fetch(`${url}/subscribe`, { method: 'POST', body: new URLSearchParams({ email, language: 'en' }) })

  it('[SG12] are told once of each word, by a process that was killed in between, and no more when they want no more', async () => {
    await mailServer()
    const first = await ensure()
    expect((await form(first.url, 'mara@example.com')).status).toBe(200)
    await expect.poll(() => mails.length, patient).toBe(1)
    const confirm = /(http\S+\/confirm\/\S+)/.exec(mails[0]!)![1]!
    // A guard that opens links has confirmed nothing.
    await fetch(confirm)
    await status('open', 'Too early', '--component', 'inbox=slow', '--text', 'x')
    expect(await (await fetch(confirm, { method: 'POST' })).text()).toContain('You will be told')
    await status('open', 'Bookings hang', '--component', 'bookings=down', '--text', 'We look.')
    await expect.poll(() => mails.length, patient).toBe(2)
    expect(mails[1]).toMatch(/Subject: \[Lodge\] Investigating: Bookings hang/)
    process.kill(first.pid, 'SIGKILL')
    await expect.poll(() => isAlive(first), patient).toBe(false)
    const id = /incidents\/([\w.-]+)\//.exec(mails[1]!)![1]!
    await status('update', id, '--text', 'Found it.', '--state', 'identified')
    const second = await ensure()
    await expect.poll(() => mails.length, patient).toBe(3)
    expect(mails[2]).toContain('Found it.')
    const end = /(\/end\/[\w-]+)/.exec(mails[2]!)![1]!
    // The link of every mail asks before it ends anything, and lets one choose: of what is not chosen nothing comes.
    expect(await (await fetch(`${second.url}${end}`)).text()).toContain('Only about some of it')
    const only = (component: string): Promise<Response> => fetch(`${second.url}${end}`, { method: 'POST', body: new URLSearchParams({ only: '1', component }) })
    expect((await only('elevator')).status).toBe(400)
    expect(await (await only('kiosk')).text()).toContain('Your choice is kept')
    await status('update', id, '--text', 'Of no kiosk.')
    await status('open', 'Kiosks hang', '--component', 'kiosk=down', '--text', 'We look.')
    await expect.poll(() => mails.length, patient).toBe(4)
    expect(mails[3]).toMatch(/Subject: \[Lodge\] Investigating: Kiosks hang/)
    expect(await (await fetch(`${second.url}${end}`, { method: 'POST' })).text()).toContain('You will be told no more')
    await status('update', id, '--text', 'Nobody hears this.')
    await expect.poll(() => page(second.url, `incidents/${id}/`), patient).toContain('Nobody hears this.')
    expect((JSON.parse(await status('export')) as { subscribers: unknown[] }).subscribers).toEqual([])
    expect(mails).toHaveLength(4)
  })

  it('[SG12] cannot be entered by the hundred, and not without a mail server', async () => {
    const without = await ensure()
    expect(await page(without.url)).not.toContain('<form')
    expect((await form(without.url, 'mara@example.com')).status).toBe(405)
    await stopStatusProcess(join(data, 'status'))
    await mailServer()
    const { url } = await ensure()
    expect((await form(url, 'no address')).status).toBe(400)
    const answers: number[] = []
    for (let i = 0; i < 6; i++) answers.push((await form(url, `${i}@example.com`)).status)
    expect(answers).toEqual([200, 200, 200, 200, 429, 429])
  })

  it('[SG12] are counted by their own addresses behind a proxy that is trusted; what is no address and what is too long is refused', async () => {
    await mailServer()
    env = { ...env, TRUST_PROXY: '127.0.0.1' }
    const { url } = await ensure()
    const from = async (address: string, body: URLSearchParams): Promise<number> => (await fetch(`${url}/subscribe`, { method: 'POST', headers: { 'x-forwarded-for': address }, body })).status
    const answers: number[] = []
    for (let i = 0; i < 8; i++) answers.push(await from(`198.51.100.${i}`, new URLSearchParams({ email: `${i}@example.com` })))
    expect(answers).toEqual(Array.from({ length: 8 }, () => 200))
    expect(await from('198.51.100.9', new URLSearchParams({ email: 'x'.repeat(20_000) }))).toBe(413)
    expect((await fetch(`${url}//`)).status).toBe(400)
  })
})
