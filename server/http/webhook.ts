/**
 * A webhook, signed as standardwebhooks.com says, so that receivers find a library for it: `webhook-signature` is `v1,` and
 * the HMAC-SHA256 of `id.timestamp.body` in base64.
 */
import { createHmac } from 'node:crypto'
import { post } from './post.ts'
import { OutOfReach, type Reach } from './reach.ts'

/** `id` stays the same whenever it is sent again. `key`: the bytes behind `whsec_`. */
export interface Signed { readonly id: string; readonly url: string; readonly body: string; readonly key: Buffer }
/** `later`: it may work another time. `never`: this receiver will refuse it again. */
export type Posted = { state: 'sent' } | { state: 'later' | 'never'; why: string }
const timeoutMs = 10_000

/** Never throws. The receiver has ten seconds; what it answers beyond a few words is not read. */
export async function postSigned({ id, url, body, key }: Signed, reach: Reach, nowMs: number): Promise<Posted> {
  const unfit = reach.refuses(url)
  if (unfit !== undefined) return { state: 'never', why: unfit }
  const timestamp = String(Math.floor(nowMs / 1000))
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  try {
    const { status, text } = await post(url, {
      headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), 'user-agent': 'Lodge', 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
      body, timeoutMs, answerMaxBytes: 2_000,
    }, reach)
    if (status >= 200 && status < 300) return { state: 'sent' }
    const why = `${status} ${text}`.trim()
    // 410: it is wanted no more. A redirect is an answer too, and not followed.
    return { state: status === 410 || (status >= 300 && status < 400) || (status >= 400 && status < 500 && status !== 408 && status !== 425 && status !== 429) ? 'never' : 'later', why }
  } catch (error) {
    return { state: error instanceof OutOfReach ? 'never' : 'later', why: (error as Error).name === 'TimeoutError' ? 'No answer came within ten seconds.' : (error as Error).message || 'No answer came.' }
  }
}
