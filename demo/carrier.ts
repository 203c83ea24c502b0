/**
 * A carrier with its phones, as an SMPP server: the demo's, and the one that tests are hard on. What a phone sends is delivered
 * until it is acknowledged; what it is given arrives on a phone and is reported. Its faults are those of real ones.
 */
import smpp, { type Pdu, type Session } from 'smpp'
import type { AddressInfo } from 'node:net'
import { smsParts } from '#contract/sms-parts.ts'

/** Chances from 0 to 1, and times. */
export interface Faults {
  /** The carrier takes a message and does not say so. */
  loseResponses: number
  /** It does not report on a message. */
  loseReports: number
  /** It refuses for now: too much. */
  throttle: number
  /** It refuses for good. */
  refuse: number
  /** It delivers a phone's message a second time. */
  duplicate: number
  /** The connection breaks after a message was taken, or before one was. */
  drop: number
  /** It does not answer when it is asked whether the line is alive. */
  silent: number
  /** Answers, deliveries and reports are late by up to this. */
  delayMs: number
}
export const noFaults: Faults = { loseResponses: 0, loseReports: 0, throttle: 0, refuse: 0, duplicate: 0, drop: 0, silent: 0, delayMs: 0 }

/** What stands on a phone. `count`: how often it arrived. */
export interface OnPhone { from: string; to: string; text: string; count: number; atMs: number }
/** What a phone sent. `acknowledged`: all its parts are. */
export interface FromPhone { id: number; from: string; to: string; text: string; acknowledged: boolean; atMs: number }

export interface CarrierOptions {
  port?: number
  systemId: string; password: string
  seed?: number
  /** How long an answer is waited for before a delivery is tried again over the same line. */
  retryMs?: number
  changed?: () => void
}
export interface Carrier {
  readonly port: number
  faults: Faults
  readonly onPhones: readonly OnPhone[]
  readonly fromPhones: readonly FromPhone[]
  /** Reports and messages that were not acknowledged yet. */
  readonly waiting: number
  /** The texts of parts on which it did not report. */
  readonly lostReports: readonly string[]
  readonly isBound: boolean
  send(from: string, to: string, text: string): FromPhone
  /** Delivers a PDU as it is given, until it is acknowledged. */
  deliver(fields: object): void
  /** Breaks all connections. */
  drop(): void
  close(): Promise<void>
}

const windowSize = 20

interface Delivery { fields: object; of: FromPhone | undefined; left: Set<Delivery> | undefined; sentMs: number; done: boolean; lost: boolean }

export async function startCarrier({ port = 0, systemId, password, seed = 1, retryMs = 3_000, changed = () => {} }: CarrierOptions): Promise<Carrier> {
  const random = mulberry(seed)
  const chance = (p: number): boolean => p > 0 && random() < p
  const onPhones: OnPhone[] = [], fromPhones: FromPhone[] = []
  const pieces = new Map<string, Map<number, string>>()
  const lostReports: string[] = []
  const queue = new Set<Delivery>()
  const bound = new Set<Session>()
  const timers = new Set<NodeJS.Timeout>()
  let ids = 1000 + Math.floor(random() * 1000), reference = Math.floor(random() * 256), closed = false

  function after(ms: number, fn: () => void): void {
    const timer = setTimeout(() => { timers.delete(timer); if (!closed) fn() }, ms)
    timers.add(timer)
  }
  const late = (): number => carrier.faults.delayMs * random()

  const server = smpp.createServer((session) => {
    session.on('error', () => { session.destroy() })
    session.on('close', () => { bound.delete(session); changed() })
    session.on('bind_transceiver', (pdu: Pdu) => {
      if (pdu['system_id'] !== systemId || pdu['password'] !== password) return void session.send(pdu.response({ command_status: smpp.errors['ESME_RINVPASWD'] }))
      session.send(pdu.response())
      bound.add(session)
      for (const one of queue) one.sentMs = 0
      changed()
      pump()
    })
    session.on('enquire_link', (pdu: Pdu) => { if (!chance(carrier.faults.silent)) session.send(pdu.response()) })
    session.on('unbind', (pdu: Pdu) => { session.send(pdu.response()); bound.delete(session); session.close() })
    session.on('submit_sm', (pdu: Pdu) => { submitted(session, pdu) })
  })

  function submitted(session: Session, pdu: Pdu): void {
    const refusal = chance(carrier.faults.throttle) ? 'ESME_RTHROTTLED' : chance(carrier.faults.refuse) ? 'ESME_RINVDSTADR' : undefined
    if (refusal) return after(late(), () => { session.send(pdu.response({ command_status: smpp.errors[refusal] })) })
    if (chance(carrier.faults.drop / 2)) { session.destroy(); return }
    const id = String(++ids)
    arrives(pdu)
    after(20 + late(), () => { if (chance(carrier.faults.loseReports)) lostReports.push((pdu.short_message as { message: string }).message); else reports(pdu, id) })
    if (chance(carrier.faults.drop / 2)) { session.destroy(); return }
    if (chance(carrier.faults.loseResponses)) return
    after(late(), () => { session.send(pdu.response({ message_id: id })) })
  }

  function arrives(pdu: Pdu): void {
    const [from, to] = [`+${pdu.source_addr}`, `+${pdu.destination_addr}`]
    const body = pdu.short_message as { message: string; udh?: Buffer[] }
    const header = body.udh?.find((h) => h[0] === 0)
    if (!header) return shows(from, to, body.message)
    const [ref, total, seq] = [header[2]!, header[3]!, header[4]!]
    const key = `${from} ${to} ${ref} ${total}`
    const parts = pieces.get(key) ?? new Map<number, string>()
    if (parts.has(seq)) return   // a phone shows a part once
    pieces.set(key, parts.set(seq, body.message))
    if (parts.size < total) return
    pieces.delete(key)
    shows(from, to, Array.from({ length: total }, (_, i) => parts.get(i + 1)).join(''))
  }
  function shows(from: string, to: string, text: string): void {
    const before = onPhones.find((m) => m.to === to && m.text === text)
    if (before) before.count++
    else onPhones.push({ from, to, text, count: 1, atMs: Date.now() })
    changed()
  }

  function reports(pdu: Pdu, id: string): void {
    const text = `id:${id} sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:DELIVRD err:000 text:`
    enqueue({
      source_addr: pdu.destination_addr, source_addr_ton: 1, destination_addr: pdu.source_addr, dest_addr_ton: 1, esm_class: 4, short_message: text, receipted_message_id: id, message_state: 2,
      ...(pdu['user_message_reference'] !== undefined && { user_message_reference: pdu['user_message_reference'] }),
    }, undefined, undefined)
  }

  function enqueue(fields: object, of: FromPhone | undefined, left: Set<Delivery> | undefined): void {
    const one: Delivery = { fields, of, left, sentMs: 0, done: false, lost: false }
    left?.add(one)
    queue.add(one)
    pump()
  }

  /** In order; each again and again until somebody says that it is kept. */
  function pump(): void {
    const [session] = bound
    if (!session) return
    let asked = 0
    for (const one of queue) {
      if (++asked > windowSize) return   // carriers wait for answers, too
      if (Date.now() - one.sentMs < retryMs) continue
      one.sentMs = Date.now()
      after(late(), () => { deliver(session, one) })
      if (chance(carrier.faults.duplicate)) after(late(), () => { deliver(session, one) })
    }
  }
  function deliver(session: Session, one: Delivery): void {
    if (!bound.has(session)) return
    session.deliver_sm({ ...one.fields }, (answer) => {
      if (one.done) return
      if (answer.command_status !== 0) {
        one.sentMs = Date.now() - retryMs + 200   // it was told: not now
        return
      }
      one.done = true
      queue.delete(one)
      one.left?.delete(one)
      pump()
      if (one.of && one.left?.size === 0) { one.of.acknowledged = true; changed() }
    })
    if (chance(carrier.faults.drop / 4)) session.destroy()
  }

  const retrying = setInterval(pump, 100)
  await new Promise<void>((done) => { server.listen(port, '127.0.0.1', done) })

  const carrier: Carrier = {
    port: (server.address() as AddressInfo).port, faults: noFaults, onPhones, fromPhones, lostReports,
    get waiting() { return queue.size },
    get isBound() { return bound.size > 0 },
    send(from, to, text) {
      const message: FromPhone = { id: fromPhones.length + 1, from, to, text, acknowledged: false, atMs: Date.now() }
      fromPhones.push(message)
      const { coding, parts } = smsParts(text)
      const ref = ++reference % 256
      const left = new Set<Delivery>()
      for (const [i, part] of parts.entries()) {
        const bytes = coding === 'gsm7' ? smpp.encodings.ASCII.encode(part) : Buffer.from(part, 'utf16le').swap16()
        const header = Buffer.from([5, 0, 3, ref, parts.length, i + 1])
        enqueue({
          source_addr: from.slice(1), source_addr_ton: 1, source_addr_npi: 1, destination_addr: to.replace('+', ''), dest_addr_ton: 1, dest_addr_npi: 1,
          esm_class: parts.length > 1 ? 0x40 : 0, data_coding: coding === 'gsm7' ? 0 : 8, short_message: parts.length > 1 ? Buffer.concat([header, bytes]) : bytes,
        }, message, left)
      }
      changed()
      return message
    },
    deliver(fields) { enqueue(fields, undefined, undefined) },
    drop() { for (const session of server.sessions) session.destroy() },
    async close() {
      closed = true
      clearInterval(retrying)
      for (const timer of timers) clearTimeout(timer)
      for (const session of server.sessions) session.destroy()
      await new Promise<void>((done) => { server.close(() => { done() }) })
    },
  }
  return carrier
}

/** Small and repeatable. */
function mulberry(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
