/** How Lodge itself is, seen from outside: whether it answers, and whether it says that it is ready. One answer that fails to come is no news; three are. */
import { request as plain } from 'node:http'
import { request as secure } from 'node:https'
import type { Seen } from './pages/view.ts'

export interface Probe { readonly seen: Seen | undefined; /** Looks once. */ look(): Promise<void> }
interface Options {
  /** Of Lodge, without a slash at the end. */
  url: string
  now: () => number
  /** When it became another; once more at the next look when it throws. */
  changed: (seen: Seen) => Promise<unknown>
  /** It threw: called once in a row. */
  failed: (error: unknown) => void
  timeoutMs?: number
}
const believed = 3

export function probe({ url, now, changed, failed, timeoutMs = 4_000 }: Options): Probe {
  let seen: Seen | undefined
  let isTold = true
  let doubt: { level: Seen['level']; sinceMs: number; times: number } | undefined
  return {
    get seen() { return seen },
    async look() {
      const startedMs = now()
      const { level, reasons } = await ask(`${url}/readyz`, timeoutMs)
      if (seen?.level === level) {
        doubt = undefined
        seen = { ...seen, reasons }
        if (!isTold) await tell(seen)
        return
      }
      doubt = doubt?.level === level ? { ...doubt, times: doubt.times + 1 } : { level, sinceMs: startedMs, times: 1 }
      // Good news is believed at once; at the first look there is nothing to hold it against.
      if (level !== 'works' && doubt.times < believed) return
      seen = { level, sinceMs: doubt.sinceMs, reasons }
      doubt = undefined
      await tell(seen)
    },
  }
  async function tell(now: Seen): Promise<void> {
    const isFirst = isTold
    isTold = false
    try {
      await changed(now)
      isTold = true
    } catch (error) {
      if (isFirst) failed(error)
    }
  }
}

const ask = async (url: string, timeoutMs: number): Promise<{ level: Seen['level']; reasons: readonly string[] }> => new Promise((resolve) => {
  const isSecure = url.startsWith('https:')
  // The certificate is for the public name; this is the same machine by its inner one.
  const asked = (isSecure ? secure : plain)(url, { agent: false, signal: AbortSignal.timeout(timeoutMs), ...(isSecure && { rejectUnauthorized: false }) }, (answer) => {
    let text = ''
    answer.setEncoding('utf8')
    answer.on('data', (part: string) => { text = (text + part).slice(0, 10_000) })
    answer.on('error', failed)
    answer.on('end', () => {
      if (answer.statusCode === 200) resolve({ level: 'works', reasons: [] })
      else resolve({ level: 'disrupted', reasons: reasonsIn(text) ?? [`It answered ${answer.statusCode}.`] })
    })
  })
  const failed = (error: Error): void => resolve({ level: 'down', reasons: [error.name === 'TimeoutError' ? `No answer within ${timeoutMs / 1000} s.` : `It cannot be reached (${(error as NodeJS.ErrnoException).code ?? error.message}).`] })
  asked.on('error', failed)
  asked.end()
})

function reasonsIn(text: string): string[] | undefined {
  try {
    const { reasons } = JSON.parse(text) as { reasons?: unknown }
    return Array.isArray(reasons) ? reasons.filter((r): r is string => typeof r === 'string') : undefined
  } catch {
    return undefined
  }
}
