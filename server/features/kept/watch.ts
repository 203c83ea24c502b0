import type { Pool } from '#server/db/pool.ts'

interface Options {
  pool: Pick<Pool, 'onState' | 'stats'>
  now: () => number
  queueMs: number
  suspect: (why: string) => void
  /** The pool has a connection again. */
  returned: () => void
  ping: () => Promise<unknown>
  /** Of the oldest command that could be kept instead. */
  waitingSinceMs: () => number | undefined
  /** When the journal took something last. */
  storedMs: () => number
  /** Nothing waits, so that the queue tells nothing. */
  isIdle: () => boolean
}

/** So many times as long may a command wait while others are stored before it. */
const busyTimes = 8
const tickMs = 50
const pingEveryMs = 500

/**
 * Notices that the journal is away: the pool says so, a command waits for too long, or, when nobody asks for anything, the writer's
 * connection does not answer. A queue that moves is only long: what is kept because of it comes back as a replay and makes it longer, which after
 * an outage of two minutes never ended. So while something is stored all the time, a command may wait for two seconds. When it was this process that stood still, nobody is suspected: what came meanwhile has a chance first.
 */
export function watchJournal({ pool, now, queueMs, suspect, returned, ping, waitingSinceMs, storedMs, isIdle }: Options): { stop(): void } {
  let tickedMs = now()
  let believedFromMs = 0
  let pingedMs = 0
  let asked: { sinceMs: number } | undefined

  const off = pool.onState((state) => { if (state === 'down') suspect('the database is away'); else returned() })
  if (pool.stats().downSinceMs !== undefined) suspect('the database is away')

  function tick(): void {
    const nowMs = now()
    if (nowMs - tickedMs > 3 * tickMs) believedFromMs = nowMs
    tickedMs = nowMs
    const sinceMs = waitingSinceMs() ?? asked?.sinceMs
    const patienceMs = nowMs - storedMs() < queueMs ? busyTimes * queueMs : queueMs
    if (sinceMs !== undefined && nowMs - Math.max(sinceMs, believedFromMs) > patienceMs) {
      asked = undefined
      suspect('the queue stands')
    } else if (!asked && nowMs - pingedMs > pingEveryMs && isIdle()) {
      pingedMs = nowMs
      const mine = asked = { sinceMs: nowMs }
      const over = (): void => { if (asked === mine) asked = undefined }
      ping().then(over, over)
    }
  }
  const timer = setInterval(tick, tickMs)
  return { stop() { clearInterval(timer); off() } }
}
