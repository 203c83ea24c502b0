import type { Delivery } from '#contract/deliveries.ts'
import type { Db } from '#server/db/db.ts'
import { statements } from '#server/db/handle.ts'
import { every, type Chore, type ChoreOptions } from '#server/jobs/every.ts'
import { markDead, markLater, markSent, putInTray, takeDue, type DueRow } from './deliveries.sql.ts'
import type { Outcome, Smtp } from './smtp.ts'

export interface WorkerOptions extends ChoreOptions {
  db: Db
  /** Without it mails that wait go into the tray. */
  smtp: Smtp | undefined
  /** To a browser. */
  push: (delivery: DueRow) => Promise<Outcome>
  /** To a machine of somebody else's. */
  post: (delivery: DueRow) => Promise<Outcome>
  pollMs?: number
  leaseMs?: number
  /** How long to wait after each failed attempt; one more fails for good. */
  pausesMs?: readonly number[]
}

export const sendAtOnce = 4
const postsPerAccount = 2
const minuteMs = 60_000
/** Eight attempts in 29 hours: a mail server may be down over night. */
const usualPausesMs = [1, 5, 15, 60, 240, 480, 960].map((minutes) => minutes * minuteMs)
const deadlineMs = 5_000
const graceMs = 5_000

/** Sends what is due, at most four at once, until stopped. Any number of nodes may do so on one database. Webhooks have four of their own: receivers are slow at times, and mails do not wait for them. */
export function startWorker(options: WorkerOptions): Chore {
  const both = [startLane(options, options.smtp ? ['mail', 'push'] : ['push'], sendAtOnce), startLane({ ...options, smtp: undefined }, ['webhook'], postsPerAccount)]
  return {
    // What is sent now is no statement of the request that asked for it.
    poke() { statements.exit(() => { for (const one of both) one.poke() }) },
    async stop() { await Promise.all(both.map((one) => one.stop())) },
  }
}

/** @param perAccount of one account at once: a slow receiver leaves room for the others */
function startLane({ db, smtp, push, post, pollMs = 5_000, leaseMs = minuteMs, pausesMs = usualPausesMs, ...options }: WorkerOptions, channels: readonly Delivery['channel'][], perAccount: number): Chore {
  const { random, log } = options
  const isMail = !channels.includes('webhook')
  const tray = smtp || !isMail ? undefined : every('deliveries into the tray', minuteMs, () => db.tx('deliveries.tray', deadlineMs, (tx) => tx.run(putInTray())), options)

  const running = new Map<Promise<void>, string>()
  const stopping = new AbortController()
  let unrecorded = 0

  /** Until the outcome of a sent mail is stored, nothing else is taken: this node would only take the same mail again. */
  async function record(write: () => Promise<unknown>): Promise<void> {
    unrecorded++
    try {
      for (let tries = 0; ; tries++) {
        try {
          await write()
          return
        } catch (error) {
          if (stopping.signal.aborted) throw error
          if (tries === 0) log.warn({ err: error }, 'the outcome of a delivery could not be stored yet')
          await pause(Math.min(10_000, 250 * 2 ** tries) * (0.5 + random()), stopping.signal)
        }
      }
    } finally {
      unrecorded--
    }
  }

  async function attempt(mail: DueRow): Promise<void> {
    const tooOften = mail.attempts > pausesMs.length + 1
    const outcome = tooOften ? { state: 'never', why: 'The server stopped during the last attempt; the mail may have left.' } as const : mail.channel === 'push' ? await push(mail) : mail.channel === 'webhook' ? await post(mail) : await smtp!.send(mail)
    const pauseMs = pausesMs[mail.attempts - 1]
    await record(() => db.tx('deliveries.record', deadlineMs, (tx) => tx.run(
      outcome.state === 'sent' ? markSent(mail)
        : outcome.state === 'never' || pauseMs === undefined ? markDead(mail, outcome.why)
          : markLater(mail, pauseMs * (1 + random() / 4), outcome.why))))
  }

  const chore = every(isMail ? 'deliveries' : 'webhooks', pollMs, async () => {
    for (;;) {
      const free = sendAtOnce - running.size
      if (free === 0 || unrecorded > 0) return
      const counts = [...Map.groupBy(running.values(), (account) => account)].map(([account, of]) => [account, of.length] as const)
      const busy = counts.flatMap(([account, n]) => n >= perAccount ? [account] : [])
      // All that are taken may be one account's: no more than whoever has most under way may still have.
      const room = Math.min(free, perAccount - Math.max(0, ...counts.flatMap(([, n]) => n < perAccount ? [n] : [])))
      const taken = await db.tx('deliveries.take', deadlineMs, (tx) => tx.all(takeDue(room, leaseMs, channels, busy)))
      for (const mail of taken) begin(mail)
      if (taken.length < room) return
    }
  }, options)
  function begin(mail: DueRow): void {
    const attempted = attempt(mail)
      .catch((error: unknown) => { log.warn({ err: error, delivery: mail.id }, 'a delivery was not recorded; it will be sent again') })
      .finally(() => {
        running.delete(attempted)
        chore.poke()
      })
    running.set(attempted, mail.account)
  }

  return {
    poke: () => { chore.poke() },
    async stop() {
      await tray?.stop()
      await chore.stop()
      const ended = Promise.all(running.keys())
      const patience = setTimeout(() => { smtp?.close() }, graceMs)   // a mail broken off after its last byte arrives twice
      stopping.abort()
      await ended
      clearTimeout(patience)
      smtp?.close()
    },
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => new Promise((resolve) => {
  const over = (): void => {
    clearTimeout(timer)
    signal.removeEventListener('abort', over)
    resolve()
  }
  const timer = setTimeout(over, ms)
  signal.addEventListener('abort', over)
})
