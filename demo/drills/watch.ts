/** Looks at the server from outside, as a monitor would: `/readyz` and `/metrics`, again and again. */
import { setTimeout as sleep } from 'node:timers/promises'

export interface Watch {
  /** Of the last look. */
  readonly answers: boolean
  readonly reasons: readonly string[]
  /** Of `/metrics`; of several with this name the sum, and of none undefined. */
  metric(name: string): number | undefined
  /** The label `id` of the first finding that matches. */
  finding(pattern: RegExp): string | undefined
  stop(): void
}

const readyEveryMs = 40, metricsEveryMs = 150

/** @param seen called after each look */
export function watch(url: string, seen: () => void): Watch {
  let answers = true, reasons: readonly string[] = [], metrics = '', isOver = false
  const ask = (path: string): Promise<Response> => fetch(url + path, { signal: AbortSignal.timeout(1_000) })
  const round = async (everyMs: number, look: () => Promise<void>): Promise<void> => {
    for (; !isOver; await sleep(everyMs)) {
      await look()
      if (!isOver) seen()
    }
  }
  void round(readyEveryMs, async () => {
    try { ({ reasons } = await (await ask('/readyz')).json() as { reasons: string[] }); answers = true }
    catch { answers = false; metrics = '' }
  })
  void round(metricsEveryMs, async () => { metrics = await ask('/metrics').then((r) => r.text()).catch(() => '') })
  return {
    get answers() { return answers },
    get reasons() { return reasons },
    metric(name) {
      const values = [...metrics.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))].map(([, value]) => Number(value))
      return values.length > 0 ? values.reduce((a, b) => a + b) : undefined
    },
    finding(pattern) { return [...metrics.matchAll(/^lodge_findings\{id="([^"]+)".*\} 1$/gm)].map(([, id]) => id!).find((id) => pattern.test(id)) },
    stop() { isOver = true },
  }
}
