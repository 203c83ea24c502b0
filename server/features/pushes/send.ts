import webPush from 'web-push'
import type { PushMessage } from '#contract/pushes.ts'
import { post } from '#server/http/post.ts'
import { OutOfReach, type Reach } from '#server/http/reach.ts'
import type { Subscribed } from './pushes.sql.ts'
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
    const { status, text } = await post(to.endpoint, { headers: details.headers as Record<string, string>, body: details.body, timeoutMs: sendMaxMs, answerMaxBytes }, reach)
    if (status >= 200 && status < 300) return { state: 'sent' }
    const why = `${status} ${text}`.trim()
    if (status === 404 || status === 410) return { state: 'gone', why }
    return { state: status === 429 || status >= 500 ? 'later' : 'never', why }
  } catch (error) {
    return { state: error instanceof OutOfReach ? 'never' : 'later', why: (error as Error).message || 'No answer came.' }
  }
}
