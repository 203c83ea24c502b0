import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import type { Reach } from './reach.ts'

export interface Post { headers: Record<string, string>; body: string | Buffer | null; timeoutMs: number; answerMaxBytes: number }

/** Follows no redirect: nobody has a reason to send a machine elsewhere. `text`: the beginning of the answer. @throws also OutOfReach */
export const post = (address: string, { headers, body, timeoutMs, answerMaxBytes }: Post, { lookup }: Reach): Promise<{ status: number; text: string }> => new Promise((resolve, reject) => {
  const url = new URL(address)
  const request = url.protocol === 'http:' ? plainRequest : secureRequest
  const asked = request(url, { method: 'POST', headers, agent: false, signal: AbortSignal.timeout(timeoutMs), ...(lookup && { lookup }) }, (answer) => {
    let text = ''
    answer.setEncoding('utf8')
    answer.on('data', (part: string) => { text = (text + part).slice(0, answerMaxBytes) })
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: text.replace(/\s+/g, ' ').slice(0, 300) }))
    answer.on('error', reject)
  })
  asked.on('error', reject)
  asked.end(body ?? undefined)
})
