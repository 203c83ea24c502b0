/** One visitor without the SDK's patience: sends a message, and says how soon which answer came. */
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { newId } from '#client/id.ts'
import type { ClientFrame, ServerFrame } from '#contract/frames.ts'
import { protocolVersion, socketPath } from '#contract/protocol.ts'
import type { House } from './house.ts'
import { markOf } from './load/mark.ts'
import type { Recorder } from './load/recorder.ts'
import { keysOf, ticketFor } from './load/tickets.ts'

/** `nothing`: within `patienceMs`. */
export interface Answer { readonly what: 'stored' | 'kept' | 'refused' | 'nothing'; readonly tookMs: number; readonly code?: string }
export interface Probe {
  /** One after the other, for so long. */
  ask(forMs: number): Promise<Answer[]>
  close(): void
}

interface Heard { readonly what: Answer['what']; readonly code?: string; readonly offset?: number }

const patienceMs = 5_000
const betweenMs = 100

/** Opens a conversation of its own while all is well. */
export async function openProbe({ address: { url, keys, other } }: House, { record }: Recorder): Promise<Probe> {
  const contact = other.contacts.at(-1)!, topic = `conversation:${newId()}`
  let waiting: ((answer: Heard) => void) | undefined
  let isWelcome = false
  let socket: WebSocket
  const send = (frame: ClientFrame): void => { socket.send(JSON.stringify([frame])) }
  function dial(): void {
    socket = new WebSocket(url.replace(/^http/, 'ws') + socketPath)
    socket.on('error', () => {}).on('close', () => { isWelcome = false })
    socket.on('open', () => { send({ type: 'hello', version: protocolVersion, token: ticketFor(keysOf(keys), { account: other.account, contact }).ticket, joins: [], views: [], inflight: [] }) })
    socket.on('message', (data) => {
      for (const frame of JSON.parse((data as Buffer).toString()) as ServerFrame[]) {
        if (frame.type === 'welcome') isWelcome = true
        else if (frame.type === 'beat') send({ type: 'beat' })
        else if (frame.type === 'ack') waiting?.({ what: frame.state, ...(frame.offset !== undefined && { offset: frame.offset }) })
        else if (frame.type === 'refused') waiting?.({ what: 'refused', code: frame.code })
      }
    })
  }
  async function connected(): Promise<boolean> {
    for (let n = 0; !isWelcome && n < 100; n++, await sleep(50)) if (n % 20 === 0) dial()
    return isWelcome
  }
  async function command(type: 'conversation.open' | 'message.send', body: { text?: string; inbox?: string }): Promise<Answer> {
    const startMs = performance.now(), id = newId(), by = `contact:${contact}`
    const mark = markOf(type === 'message.send' ? 'message.sent' : 'conversation.opened', by, body.text ?? '')
    record({ type: 'offered', by, topic, id, mark })
    const answer = new Promise<Heard>((resolve) => { waiting = resolve })
    send({ type: 'command', id, command: type, topic, body })
    const { what, code, offset } = await Promise.race([answer, sleep(patienceMs, { what: 'nothing' } as Heard)])
    waiting = undefined
    if (what === 'stored') record({ type: 'acked', by, topic, id, offset: offset ?? -1, via: 'lodge' })
    else if (what === 'kept') record({ type: 'kept', by, topic, id, via: 'lodge' })
    record({ type: 'withdrawn', id })   // it does not ask again, whatever came of it
    return { what, tookMs: performance.now() - startMs, ...(code !== undefined && { code }) }
  }
  if (!await connected() || (await command('conversation.open', { inbox: other.inbox })).what !== 'stored') throw new Error('The probe could not open its conversation')
  return {
    async ask(forMs) {
      const answers: Answer[] = []
      for (const untilMs = Date.now() + forMs; Date.now() < untilMs; await sleep(betweenMs)) {
        if (await connected()) answers.push(await command('message.send', { text: 'Is anybody there?' }))
      }
      return answers
    },
    close: () => { socket.close() },
  }
}
