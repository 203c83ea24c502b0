/**
 * What a rule posts, signed as standardwebhooks.com says, so that receivers find a library for it: `webhook-signature` is `v1,` and
 * the HMAC-SHA256 of `id.timestamp.body` in base64. The secret follows from the rule's salt and a key that is not in the database.
 */
import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { post } from '#server/http/post.ts'
import { OutOfReach, type Reach } from '#server/http/reach.ts'

export const newSalt = (): string => randomBytes(24).toString('base64url')
const keyOf = (master: string, account: string, rule: string, salt: string): Buffer =>
  Buffer.from(hkdfSync('sha256', Buffer.from(master, 'base64url'), salt, `lodge rule webhooks ${account} ${rule}`, 24))
/** What the receiver is given, once. */
export const secretOf = (master: string, account: string, rule: string, salt: string): string => `whsec_${keyOf(master, account, rule, salt).toString('base64')}`

export interface Hook { id: string; account: string; rule: string; salt: string; url: string; body: string; attempt: number }
const timeoutMs = 10_000

/** Never throws. The receiver has ten seconds; what it answers beyond a few words is not read. */
export async function postHook(h: Hook, master: string, reach: Reach, nowMs: number): Promise<{ state: 'sent' } | { state: 'later' | 'never'; why: string }> {
  const unfit = reach.refuses(h.url)
  if (unfit !== undefined) return { state: 'never', why: unfit }
  const timestamp = String(Math.floor(nowMs / 1000))
  const signature = createHmac('sha256', keyOf(master, h.account, h.rule, h.salt)).update(`${h.id}.${timestamp}.${h.body}`).digest('base64')
  try {
    const { status, text } = await post(h.url, {
      headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(h.body)), 'user-agent': 'Lodge', 'webhook-id': h.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
      body: h.body, timeoutMs, answerMaxBytes: 2_000,
    }, reach)
    if (status >= 200 && status < 300) return { state: 'sent' }
    const why = `${status} ${text}`.trim()
    // 410: it is wanted no more. A redirect is an answer too, and not followed.
    return { state: status === 410 || (status >= 300 && status < 400) || (status >= 400 && status < 500 && status !== 408 && status !== 425 && status !== 429) ? 'never' : 'later', why }
  } catch (error) {
    return { state: error instanceof OutOfReach ? 'never' : 'later', why: (error as Error).name === 'TimeoutError' ? 'No answer came within ten seconds.' : (error as Error).message || 'No answer came.' }
  }
}
