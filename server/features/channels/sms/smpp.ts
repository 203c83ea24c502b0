/** SMPP 3.4 as a transceiver over one TCP connection (spec SM11–SM13). */
import smpp, { type Pdu, type Session } from 'smpp'
import type { ChannelHealth, SmppSettings } from '#contract/channels.ts'
import { smsParts } from '#contract/sms-parts.ts'
import { atMost } from '../at-most.ts'
import type { Channel, Cutter, Host, Leaving, PartRef, Sent } from '../channel.ts'
import type { Hosts } from './hosts.ts'
import { partOf, textOf, toAddress } from './pdu.ts'
import { readReceipt } from './receipt.ts'

export const smppCutter: Cutter = smsParts

export interface SmppOptions {
  settings: SmppSettings
  password: string
  host: Host
  hosts: Hosts
  now: () => number
  random: () => number
  /** How often the line is asked whether it still is one. */
  enquireMs?: number
  answerMs?: number
  retryFromMs?: number
  retryMaxMs?: number
}

const nameOf = (status: number): string => Object.entries(smpp.errors).find(([, n]) => n === status)?.[0] ?? `status 0x${status.toString(16)}`
const throttled = new Set(['ESME_RTHROTTLED', 'ESME_RMSGQFUL'])
/** Certainly not taken, and may be another time. */
const passing = new Set(['ESME_RSYSERR', 'ESME_RSUBMITFAIL', 'ESME_RX_T_APPN', 'ESME_RINVBNDSTS'])
const badLogin = new Set(['ESME_RBINDFAIL', 'ESME_RINVPASWD', 'ESME_RINVSYSID', 'ESME_RINVSYSTYP'])

export function smppChannel({ settings, password, host, hosts, now, random, enquireMs = 30_000, answerMs = 10_000, retryFromMs = 1_000, retryMaxMs = 30_000 }: SmppOptions): Channel {
  let session: Session | undefined
  let bound = false, stopped = false, failures = 0
  let retry: NodeJS.Timeout | undefined, enquiry: NodeJS.Timeout | undefined
  let health: ChannelHealth = { state: 'connecting', since: new Date(now()).toISOString() }
  const pending = new Set<(sent: Sent) => void>()
  const busy = new Set<Promise<void>>()

  function become(state: ChannelHealth['state'], more: Partial<ChannelHealth> = {}): void {
    const { lastError, lastErrorAt } = health
    health = { state, since: state === health.state ? health.since : new Date(now()).toISOString(), ...(lastError !== undefined && { lastError }), ...(lastErrorAt !== undefined && { lastErrorAt }), ...more }
    host.healthChanged()
  }

  async function connect(): Promise<void> {
    if (stopped) return
    become('connecting')
    let address: string
    try { address = await hosts.addressOf(settings.host) } catch (error) { return comeBack((error as Error).message) }
    if (stopped) return
    const line = smpp.connect({ host: address, port: settings.port, ...(settings.tls && { tls: true, servername: settings.host }) }, () => { bind(line) })
    session = line
    const patience = setTimeout(() => { fail(line, 'The carrier does not answer.') }, answerMs)
    line.once('bound', () => { clearTimeout(patience) })
    line.on('error', (error: Error) => { fail(line, error.message || 'The connection broke.') })   // also what the library cannot read: the stream is out of step then
    line.on('close', () => {
      clearTimeout(patience)
      fail(line, 'The carrier closed the connection.')
    })
    line.on('deliver_sm', (pdu: Pdu) => { track(delivered(line, pdu)) })
    line.on('enquire_link', (pdu: Pdu) => { line.send(pdu.response()) })
    line.on('unbind', (pdu: Pdu) => { line.send(pdu.response(), undefined, () => { fail(line, 'The carrier ended the session.') }) })
    line.on('unknown', (pdu: Pdu) => { line.send(pdu.response()) })
    line.on('data_sm', (pdu: Pdu) => { line.send(pdu.response({ command_status: smpp.errors['ESME_RINVCMDID'] })) })
  }

  function bind(line: Session): void {
    const { systemId, systemType } = settings
    line.bind_transceiver({ system_id: systemId, password, system_type: systemType, interface_version: 0x34 }, (answer) => {
      line.emit('bound')
      if (line !== session) return
      if (answer.command_status !== 0) {
        const name = nameOf(answer.command_status)
        return fail(line, `The carrier does not let us in: ${name}.`, badLogin.has(name))
      }
      bound = true
      failures = 0
      become('ready')
      enquiry = setInterval(() => { enquire(line) }, enquireMs)
      enquire(line)
    })
  }

  /** A line that does not answer is none, whatever TCP says. What was acknowledged before the question has been read when it is answered. */
  function enquire(line: Session): void {
    const acknowledged = toConfirm.splice(0)
    const silence = setTimeout(() => { fail(line, 'The line went dead.') }, answerMs)
    silences.add(silence)
    line.enquire_link({}, () => {
      clearTimeout(silence)
      silences.delete(silence)
      if (acknowledged.length > 0) track(host.confirm(acknowledged).catch(() => { toConfirm.push(...acknowledged) }))
    })
  }
  const silences = new Set<NodeJS.Timeout>()
  const toConfirm: PartRef[] = []
  let confirming: NodeJS.Timeout | undefined

  function fail(line: Session, why: string, isRefused = false): void {
    if (line !== session) return
    session = undefined
    bound = false
    toConfirm.length = 0   // whether these acknowledgements arrived will not be known
    clearInterval(enquiry)
    for (const silence of silences) clearTimeout(silence)
    silences.clear()
    line.on('error', () => {})
    line.destroy()
    for (const answer of pending) answer({ state: 'unclear', detail: why })
    pending.clear()
    if (!stopped) comeBack(why, isRefused)
  }
  function comeBack(why: string, isRefused = false): void {
    const pauseMs = Math.max(retryFromMs / 4, random() * Math.min(retryMaxMs, retryFromMs * 2 ** Math.min(failures++, 10)))
    const at = now()
    become(isRefused ? 'refused' : 'waiting', { retryAt: new Date(at + pauseMs).toISOString(), lastError: why, lastErrorAt: new Date(at).toISOString() })
    retry = setTimeout(() => void connect(), pauseMs)
  }

  async function delivered(line: Session, pdu: Pdu): Promise<void> {
    try {
      const isReceipt = (pdu.esm_class & 0x3c) === 0x04 || (pdu.esm_class & 0x3c) === 0x20
      const source_addr = toAddress(pdu.source_addr, pdu['source_addr_ton'])
      if (isReceipt) {
        const report = readReceipt({ ...pdu, source_addr, text: textOf(pdu) })
        if (report) await host.report(report)
        line.send(pdu.response())
        return
      }
      const part = partOf(pdu)
      const mark = typeof pdu['user_message_reference'] === 'number' ? String(pdu['user_message_reference']) : undefined
      const carrierId = typeof pdu['receipted_message_id'] === 'string' && pdu['receipted_message_id'] !== '' ? pdu['receipted_message_id'] : undefined
      const ref = await host.receive({
        sender: source_addr, recipient: toAddress(pdu.destination_addr, pdu['dest_addr_ton']), text: textOf(pdu),
        ...(part && { part }), ...(mark !== undefined && { mark }), ...(carrierId !== undefined && !part && { carrierId }),
      })
      line.send(pdu.response())
      if (line !== session) return
      toConfirm.push(ref)
      confirming ??= setTimeout(() => { confirming = undefined; if (session && bound) enquire(session) }, Math.min(1_000, enquireMs))
    } catch {
      // It could not be kept: the carrier shall deliver it again.
      line.send(pdu.response({ command_status: smpp.errors['ESME_RX_T_APPN'] }))
    }
  }
  function track(work: Promise<void>): void {
    busy.add(work)
    void work.finally(() => { busy.delete(work) })
  }

  void connect()

  return {
    get isReady() { return bound },
    health: () => health,
    send: (part) => new Promise<Sent>((resolve) => {
      const line = session
      if (!line || !bound || !host.mayStillSend()) return resolve({ state: 'later', detail: 'not connected' })
      const answer = (sent: Sent): void => {
        clearTimeout(silence)
        if (pending.delete(answer)) resolve(sent)
      }
      const silence = setTimeout(() => { answer({ state: 'unclear', detail: 'no answer' }) }, answerMs)
      pending.add(answer)
      const written = line.submit_sm(submitOf(part), (pdu) => { answer(toSent(pdu)) })
      if (!written) answer({ state: 'later', detail: 'not connected' })
    }),
    async stop() {
      stopped = true
      clearTimeout(retry)
      clearTimeout(confirming)
      clearInterval(enquiry)
      const line = session
      // What came is kept and acknowledged, what left is answered; not for ever.
      await atMost(3_000, Promise.all(busy))
      if (line && bound) await atMost(500, new Promise<void>((done) => {
        line.once('close', () => { done() })
        line.unbind({}, () => { done() })
      }))
      if (line) fail(line, 'stopped')
      become('off')
    },
  }

  function toSent(pdu: Pdu): Sent {
    if (pdu.command_status === 0) return { state: 'taken', carrierId: String(pdu.message_id ?? '').replace(/\0+$/, '') }
    const name = nameOf(pdu.command_status)
    if (throttled.has(name)) return { state: 'later', detail: name, throttledMs: 1_000 }
    if (passing.has(name)) return { state: 'later', detail: name }
    return { state: 'never', reason: 'refused', detail: name }
  }
}

function submitOf({ sender, recipient, text, coding, reference, concatenated, seq, total }: Leaving): object {
  const bytes = coding === 'gsm7' ? smpp.encodings.ASCII.encode(text) : Buffer.from(text, 'utf16le').swap16()
  const header = Buffer.from([5, 0, 3, concatenated, total, seq])
  return {
    ...from(sender), dest_addr_ton: recipient.startsWith('+') ? 1 : 0, dest_addr_npi: 1, destination_addr: recipient.replace('+', ''),
    esm_class: total > 1 ? 0x40 : 0, data_coding: coding === 'gsm7' ? 0 : 8, registered_delivery: 1, user_message_reference: reference,
    short_message: total > 1 ? Buffer.concat([header, bytes]) : bytes,
  }
}
/** International, a short code, or a name. */
const from = (sender: string): object => sender.startsWith('+') ? { source_addr_ton: 1, source_addr_npi: 1, source_addr: sender.slice(1) }
  : /^\d+$/.test(sender) ? { source_addr_ton: 3, source_addr_npi: 0, source_addr: sender } : { source_addr_ton: 5, source_addr_npi: 0, source_addr: sender }
