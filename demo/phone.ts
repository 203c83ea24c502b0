/** The demo's phone: a channel to the demo's carrier, and what the page `/phone` asks. Served in a demo only, to whoever opens it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { v7 as newId } from 'uuid'
import type { PhoneFaults, PhoneMessage, PhoneState } from '#contract/demo-phone.ts'
import type { App } from '#server/app/app.ts'
import type { Session } from '#server/kernel/session.ts'
import { noFaults } from './carrier.ts'
import { forkCarrier, type CarrierProcess, type CarrierState } from './carrier-process.ts'

export const hotelNumber = '+46850001000'
const login = { systemId: 'lantern', password: newId().slice(0, 8) }
const name = 'Guests’ phones'
/** As much as a slow network does. */
const slowMs = 4_000

export interface Phones { readonly carrier: CarrierProcess; state(number: string): PhoneState; follow(fn: () => void): () => void; close(): Promise<void> }

export async function openPhones(): Promise<Phones> {
  const followers = new Set<() => void>()
  let now: CarrierState
  const carrier = await forkCarrier(login, (state) => { now = state; for (const fn of followers) fn() })
  now = await carrier.state()
  return {
    carrier,
    follow(fn) { followers.add(fn); return () => { followers.delete(fn) } },
    state(number) {
      const { fromPhones, onPhones, faults, isBound } = now
      const messages: PhoneMessage[] = [
        ...fromPhones.filter((m) => m.from === number).map((m) => ({ key: `out ${m.id}`, by: 'phone' as const, text: m.text, state: m.acknowledged ? 'taken' as const : 'sent' as const, atMs: m.atMs })),
        ...onPhones.filter((m) => m.to === number).map((m) => ({ key: `in ${m.atMs} ${m.text}`, by: 'hotel' as const, text: m.text, state: 'arrived' as const, atMs: m.atMs })),
      ].sort((a, b) => a.atMs - b.atMs)
      return { hotel: hotelNumber, messages, isBound, faults: { loseReports: faults.loseReports > 0, slow: faults.delayMs > 0, throttle: faults.throttle > 0 } }
    },
    close: () => carrier.close(),
  }
}

/** Lodge binds to the carrier like to any other. Its port is another at every start. */
export async function connectPhones({ verbs: { channels } }: App, { carrier }: Phones, admin: Session, inbox: string): Promise<{ isNew: boolean }> {
  const known = (await channels.list(admin.account)).find((c) => c.name === name)
  await channels.save(admin, known?.id ?? newId(), {
    kind: 'smpp', name, inbox: known?.inbox ?? inbox, numbers: [hotelNumber], ratePerSecond: 5, secret: login.password, active: true,
    settings: { host: '127.0.0.1', port: carrier.port, tls: false, systemId: login.systemId, systemType: '' },
    ...(!known && { languages: ['en', 'sv', 'de', 'fr'], automaticAnswer: '', zone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC' }),
  })
  return { isNew: !known }
}

const numberIn = (value: unknown): string | undefined => typeof value === 'string' && /^\+467055\d{5}$/.test(value) ? value : undefined

/** @param screens web/dist */
export async function phoneRoutes(http: FastifyInstance, phones: Phones, screens: string): Promise<void> {
  const folder = join(screens, 'phone')
  const hide = { schema: { hide: true } }
  if (existsSync(folder)) {
    await http.register(fastifyStatic, { root: folder, prefix: '/phone/', decorateReply: false, index: false })
    http.get('/phone', hide, async (_request, reply) => reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(readFileSync(join(folder, 'index.html'))))
  }
  const open = new Set<FastifyReply['raw']>()
  http.addHook('preClose', async () => { for (const raw of open) raw.end() })
  http.get('/demo/phone/events', hide, (request, reply) => {
    const number = numberIn((request.query as { number?: string }).number)
    if (!number) return void reply.code(404).send()
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const say = (): void => { raw.write(`data: ${JSON.stringify(phones.state(number))}\n\n`) }
    const off = phones.follow(say)
    open.add(raw)
    raw.on('close', () => { off(); open.delete(raw) })
    say()
  })
  http.post('/demo/phone/messages', hide, async (request, reply) => {
    const { number, text } = request.body as { number?: unknown; text?: unknown }
    const from = numberIn(number)
    if (!from || typeof text !== 'string' || text.trim() === '' || text.length > 2_000) return reply.code(400).send()
    await phones.carrier.send(from, hotelNumber, text)
    return reply.code(204).send()
  })
  http.put('/demo/phone/faults', hide, async (request, reply) => {
    const { loseReports, slow, throttle } = request.body as PhoneFaults
    await phones.carrier.faults({ ...noFaults, loseReports: loseReports ? 1 : 0, delayMs: slow ? slowMs : 0, throttle: throttle ? 0.7 : 0 })
    return reply.code(204).send()
  })
}
