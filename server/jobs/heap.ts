/** How much room the engine takes, by what is going on (ADR 15). Set for the whole process: for `main.ts` only. */
import { setFlagsFromString } from 'node:v8'

const tickMs = 1_000
const busyPerSecond = 200
/** So long after the last busy second it is quiet. */
const quietMs = 10_000
/** Percent by which old objects may grow before they are looked through; 0 = as the engine decides. */
const quiet = 20, busy = 0

/**
 * Idle visitors want a small heap: old objects are looked through whenever they grew by a fifth. Messages want a large one: each lives for
 * some seconds, in its topic's ring, so at thousands a second that look would be taken twice a second: 27 % of the server's samples were collections.
 * @param entries committed since the start @returns ends it
 */
export function heapByLoad(entries: () => number): () => void {
  let seen = entries()
  let isBusy = false
  let busyMs = 0
  const timer = setInterval(() => {
    const now = performance.now(), perSecond = (entries() - seen) * 1000 / tickMs
    seen = entries()
    if (perSecond > busyPerSecond) busyMs = now
    if (isBusy === (busyMs > 0 && now - busyMs < quietMs)) return
    isBusy = !isBusy
    setFlagsFromString(`--heap-growing-percent=${isBusy ? busy : quiet}`)
  }, tickMs).unref()
  return () => clearInterval(timer)
}
