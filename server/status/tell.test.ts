import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { copyFile, mkdir, mkdtemp, rename, rm, rmdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { anywhere } from '#server/http/reach.ts'
import { openBook, type Book } from './book.ts'
import { incidents } from './incidents.ts'
import { subscribers } from './subscribers.ts'
import { openTeller } from './tell.ts'

let folder: string, book: Book, receiver: Server, got: { headers: IncomingMessage['headers']; body: string }[], answer: number, nowMs: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lodge-tell-'))
  nowMs = Date.now()
  book = openBook({ folder, now: () => nowMs })
  got = []
  answer = 200
  receiver = createServer((request, reply) => {
    let body = ''
    request.on('data', (part: Buffer) => { body += part.toString() })
    request.on('end', () => { got.push({ headers: request.headers, body }); reply.writeHead(answer).end() })
  })
  await new Promise<void>((done) => { receiver.listen(0, '127.0.0.1', done) })
})
afterEach(async () => {
  receiver.close()
  receiver.closeAllConnections()
  await rm(folder, { recursive: true, force: true })
})

const start = async (of: Book) => openTeller({ book: of, folder, now: () => nowMs, baseUrl: () => 'https://status.example/', mail: undefined, reach: anywhere, log: { info() {}, warn() {} } })
const subscribe = async (components: string[] = []) => subscribers({ book, reach: anywhere }).subscribe('Ada', { kind: 'webhook', to: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`, components, confirmed: true })

it('[SG12] posts each word once, signed, of the components that were asked for; tries again what may pass, and goes on after a crash', async () => {
  const teller = await start(book)
  const { key } = await subscribe(['bookings'])
  const verbs = incidents({ book, now: () => nowMs })
  await verbs.open('Ada', { id: 'other', title: 'Reports', text: 'x', affected: [{ component: 'reports', level: 'slow' }] })
  answer = 503
  await verbs.open('Ada', { id: 'hang', title: 'Bookings hang', text: 'We look.', affected: [{ component: 'bookings', level: 'down' }] })
  await teller.round()
  await teller.round()   // not yet again
  expect([got.length, teller.waiting]).toEqual([1, 1])
  // It is killed; the next one knows what is left.
  answer = 200
  const other = openBook({ folder, now: () => nowMs })
  const next = await start(other)
  await other.refresh()
  await next.round()
  await next.round()
  expect([got.length, next.waiting]).toEqual([2, 0])
  const [first, second] = got
  expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id'])
  expect(JSON.parse(second!.body)).toMatchObject({ type: 'incident', id: 'hang', title: 'Bookings hang', state: 'investigating', text: 'We look.', url: 'https://status.example/incidents/hang/' })
  const signature = createHmac('sha256', Buffer.from(key.slice('whsec_'.length), 'base64')).update(`${String(second!.headers['webhook-id'])}.${String(second!.headers['webhook-timestamp'])}.${second!.body}`).digest('base64')
  expect(second!.headers['webhook-signature']).toBe(`v1,${signature}`)
  const third = openBook({ folder, now: () => nowMs }), last = await start(third)
  await third.refresh()
  await last.round()
  expect([got.length, last.waiting]).toEqual([2, 0])
})

it('[SG12] tries again although the disk took nothing when it failed, and tells nobody twice whom it told then', async () => {
  const teller = await start(book)
  await subscribe()
  await mkdir(join(folder, 'told.jsonl'))   // nothing can be written there
  answer = 503
  const verbs = incidents({ book, now: () => nowMs })
  await verbs.open('Ada', { id: 'hang', title: 'Bookings hang', text: 'We look.', affected: [{ component: 'bookings', level: 'down' }] })
  await teller.round()
  answer = 200
  nowMs += 30_000
  await teller.round()
  expect([got.length, teller.waiting]).toEqual([2, 0])
  nowMs += 30_000
  await teller.round()
  expect(got.length).toBe(2)
  await rmdir(join(folder, 'told.jsonl'))
})

it('[SG12] [SG1] tells nobody again when its journal is restored from elsewhere and read anew', async () => {
  const teller = await start(book)
  await subscribe()
  await incidents({ book, now: () => nowMs }).open('Ada', { id: 'hang', title: 'Bookings hang', text: 'We look.', affected: [{ component: 'bookings', level: 'down' }] })
  await teller.round()
  expect([got.length, teller.waiting]).toEqual([1, 0])
  await copyFile(join(folder, 'journal.jsonl'), join(folder, 'restored'))
  await rename(join(folder, 'restored'), join(folder, 'journal.jsonl'))
  await book.refresh()
  await teller.round()
  expect([got.length, teller.waiting]).toEqual([1, 0])
})
