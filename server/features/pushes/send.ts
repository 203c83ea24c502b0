import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import webPush from 'web-push'
import type { PushMessage } from '#contract/pushes.ts'
import type { Subscribed } from './pushes.sql.ts'
import { OutOfReach, type Reach } from './reach.ts'
import type { Vapid } from './vapid.ts'

/** `gone`: the browser takes no more. `later`: it may work another time. `never`: this message is refused. */
export type Pushed = { state: 'sent' } | { state: 'gone' | 'later' | 'never'; why: string }

/** A phone that was off in the morning is told when it is back, until the evening. */
const ttlSeconds = 12 * 3600
/** Short: mails wait in the same queue. */
const sendMaxMs = 10_000
const answerMaxBytes = 2000

/** Never throws. */
export async function sendPush(to: Subscribed, message: PushMessage, vapid: Vapid, reach: Reach): Promise<Pushed> {
  const unfit = reach.refuses(to.endpoint)
  if (unfit !== undefined) return { state: 'never', why: unfit }
  let details: webPush.RequestDetails
  try {
    details = webPush.generateRequestDetails({ endpoint: to.endpoint, keys: { p256dh: to.p256dh, auth: to.auth } }, JSON.stringify(message), {
      vapidDetails: vapid, TTL: ttlSeconds, urgency: 'high', contentEncoding: 'aes128gcm', topic: message.tag.replace(/[^\w-]/g, '').replaceAll('-', '').slice(0, 32),
    })
  } catch (error) { return { state: 'never', why: (error as Error).message } }
  try {
    const { status, text } = await post(to.endpoint, details, reach)
    if (status >= 200 && status < 300) return { state: 'sent' }
    const why = `${status} ${text}`.trim()
    if (status === 404 || status === 410) return { state: 'gone', why }
    return { state: status === 429 || status >= 500 ? 'later' : 'never', why }
  } catch (error) {
    return { state: error instanceof OutOfReach ? 'never' : 'later', why: (error as Error).message || 'No answer came.' }
  }
}

/** Follows no redirect: a push service has no reason to send anybody elsewhere. */
const post = (endpoint: string, { headers, body }: webPush.RequestDetails, { lookup }: Reach): Promise<{ status: number; text: string }> => new Promise((resolve, reject) => {
  const url = new URL(endpoint)
  const request = url.protocol === 'http:' ? plainRequest : secureRequest
  const asked = request(url, { method: 'POST', headers: headers as Record<string, string>, agent: false, signal: AbortSignal.timeout(sendMaxMs), ...(lookup && { lookup }) }, (answer) => {
    let text = ''
    answer.setEncoding('utf8')
    answer.on('data', (part: string) => { text = (text + part).slice(0, answerMaxBytes) })
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: text.replace(/\s+/g, ' ').slice(0, 300) }))
    answer.on('error', reject)
  })
  asked.on('error', reject)
  asked.end(body)
})
