/** The part of Twilio's API that Lodge calls, over real HTTP; and its calls back, signed by the official library. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import twilioHooks from 'twilio/lib/webhooks/webhooks.js'

export const sid = `AC${'0'.repeat(32)}`
export const authToken = 'f'.repeat(32)
/** `lose`: it takes the message, and the line breaks before the answer. */
export type Mood = 'take' | 'throttle' | 'refuse' | 'lose' | 'break' | 'strangers'
export interface TwilioPeer {
  readonly url: string
  mood: Mood
  readonly taken: readonly { sid: string; form: Record<string, string> }[]
  close(): Promise<void>
}

export async function startTwilioPeer(): Promise<TwilioPeer> {
  const taken: { sid: string; form: Record<string, string> }[] = []
  const peer = { url: '', mood: 'take' as Mood, taken, close }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => { body += chunk.toString() })
    request.on('end', () => {
      const say = (status: number, json: object): void => { response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json)) }
      const knows = request.headers.authorization === `Basic ${Buffer.from(`${sid}:${authToken}`).toString('base64')}`
      if (!knows || peer.mood === 'strangers') return say(401, { code: 20003, message: 'Authenticate', status: 401 })
      if (request.method !== 'POST' || request.url !== `/2010-04-01/Accounts/${sid}/Messages.json`) return say(404, { code: 20404, message: 'Not found', status: 404 })
      if (peer.mood === 'throttle') return say(429, { code: 20429, message: 'Too Many Requests', status: 429 })
      if (peer.mood === 'refuse') return say(400, { code: 21211, message: `Invalid 'To' Phone Number: ${new URLSearchParams(body).get('To')}`, status: 400 })
      if (peer.mood === 'break') { request.socket.destroy(); return }
      const message = { sid: `SM${String(taken.length).padStart(32, '0')}`, form: Object.fromEntries(new URLSearchParams(body)) }
      taken.push(message)
      if (peer.mood === 'lose') { request.socket.destroy(); return }
      say(201, { sid: message.sid, status: 'queued', account_sid: sid, to: message.form['To'], from: message.form['From'], body: message.form['Body'] })
    })
  })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  peer.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return peer
  async function close(): Promise<void> {
    server.closeAllConnections()
    await new Promise<void>((done) => { server.close(() => { done() }) })
  }
}

/** As Twilio calls. @param with_ another token, or a signature of something else */
export function callBack(url: string, form: Record<string, string>, { token = authToken, signed = form }: { token?: string; signed?: Record<string, string> } = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': twilioHooks.getExpectedTwilioSignature(token, url, signed) },
    body: new URLSearchParams(form).toString(),
  })
}
