/** Sends what waits on one channel, as fast as it may: tokens per own number, a window of parts that await their answer, and silence when the carrier asks for it. */
import type { BaseLogger } from 'pino'
import type { Db } from '#server/db/db.ts'
import type { Channel, Cutter, Sent } from './channel.ts'
import { idForms, type Leaves, type Outbound } from './outbound.ts'
import * as statements from './outbound.sql.ts'
import type { TakenPart } from './outbound.sql.ts'

export interface SendingOptions {
  db: Db
  of: Leaves
  channel: Channel
  cutter: Cutter
  ratePerSecond: number
  settle: Outbound['settle']
  mayStillSend: () => boolean
  log: Pick<BaseLogger, 'warn'>
  now: () => number
  random: () => number
  /** How long to wait after each failed attempt. */
  pausesMs?: readonly number[]
  /** What could not leave for this long is given up. */
  patienceMs?: number
}
const windowParts = 10
const usualPausesMs = [1, 5, 15, 60, 300, 900, 3_600].map((seconds) => seconds * 1000)
const deadlineMs = 5_000

export interface Sending {
  /** One round: takes what may leave now. */
  round(): Promise<void>
  readonly throttledUntilMs: number
  /** Resolves when what was handed over is answered and recorded. */
  idle(): Promise<void>
}

export function sending({ db, of, channel, cutter, ratePerSecond, settle, mayStillSend, log, now, random, pausesMs = usualPausesMs, patienceMs = 86_400_000 }: SendingOptions): Sending {
  const { account, id } = of
  const buckets = new Map<string, { tokens: number; atMs: number }>()
  const running = new Set<Promise<void>>()
  let throttledUntilMs = 0, throttles = 0, share = 1   // of the rate, while the carrier finds it too much
  let unrecorded = 0

  function tokens(sender: string): number {
    const rate = ratePerSecond * share, most = Math.max(1, rate)
    const old = buckets.get(sender) ?? { tokens: most, atMs: now() }
    const bucket = { tokens: Math.min(most, old.tokens + Math.max(0, now() - old.atMs) / 1000 * rate), atMs: now() }
    buckets.set(sender, bucket)
    return Math.floor(bucket.tokens)
  }

  async function attempt(part: TakenPart): Promise<void> {
    const cut = part.text === null || part.recipient === '' ? undefined : cutter(part.text)
    const text = cut?.parts[part.seq - 1]
    const sent: Sent = part.isStopped ? { state: 'never', reason: 'opted_out', detail: '' }
      : text === undefined ? { state: 'never', reason: 'given_up', detail: 'erased' }
      : part.ageMs > patienceMs ? { state: 'never', reason: 'given_up', detail: `not taken in ${Math.round(patienceMs / 3_600_000)} h` }
        : await channel.send({ ...part, text, coding: cut!.coding })
    if (sent.state === 'later' && sent.throttledMs !== undefined) {
      // Full jitter above what was asked for, doubling: all who were throttled would come back together.
      if (now() >= throttledUntilMs) {   // the rest of the window is told the same
        throttledUntilMs = now() + sent.throttledMs + random() * Math.min(30_000, 500 * 2 ** throttles++)
        share = Math.max(0.1, share / 2)
      }
    } else if (sent.state === 'taken') {
      throttles = 0
      share = Math.min(1, share * 1.1)
    }
    await record(part, sent)
    await settle(of, part.message).catch(() => {})   // the next settling of all finds it
  }

  /** Until an outcome is stored nothing else is taken: a part would be `unclear` that is not. */
  async function record(part: TakenPart, sent: Sent): Promise<void> {
    unrecorded++
    try {
      for (let tries = 0; ; tries++) {
        try {
          await db.tx('record part', deadlineMs, async (tx) => {
            if (sent.state === 'later') {
              const isThrottled = sent.throttledMs !== undefined
              const pauseMs = isThrottled ? Math.max(0, throttledUntilMs - now()) : pausesMs[Math.min(part.attempts, pausesMs.length - 1)]! * (1 + random() / 4)
              await tx.run(statements.markLater(account, part, pauseMs, sent.detail, !isThrottled))
              await tx.run(statements.failStopped(account, part.message))
            } else if (sent.state === 'never') await tx.run(statements.markNever(account, part, sent.reason, sent.detail))
            else if (sent.state === 'unclear') await tx.run(statements.markUnclear(account, part, sent.detail))
            else {
              await tx.run(statements.oneAfterTheOther(id))
              await tx.run(statements.markTaken(account, part, sent.carrierId))
              for (const early of await tx.all(statements.takeEarly(account, id, idForms(sent.carrierId)))) {
                await tx.run(statements.markReported(account, part, early.state, { carrierId: sent.carrierId, reason: early.state === 'failed' ? 'undeliverable' : null, detail: early.detail }))
              }
            }
          })
          return
        } catch (error) {
          if (tries === 0) log.warn({ err: error, channel: id }, 'what became of a part could not be stored yet')
          if (!mayStillSend()) throw error   // whoever speaks for the channel next finds it handed over, and unclear
          await new Promise((resolve) => { setTimeout(resolve, Math.min(5_000, 200 * 2 ** tries) * (0.5 + random())) })
        }
      }
    } finally {
      unrecorded--
    }
  }

  return {
    get throttledUntilMs() { return throttledUntilMs },
    async round() {
      if (!channel.isReady || !mayStillSend() || unrecorded > windowParts || now() < throttledUntilMs || running.size >= windowParts) return
      for (const { sender } of await db.read('senders that wait', deadlineMs, (tx) => tx.all(statements.waitingSenders(account, id)))) {
        const free = Math.min(tokens(sender), windowParts - running.size)
        if (free < 1 || !channel.isReady || !mayStillSend()) continue
        const parts = await db.tx('take parts', deadlineMs, (tx) => tx.all(statements.takeParts(account, id, sender, free)))
        buckets.get(sender)!.tokens -= parts.length
        for (const part of parts) {
          const attempted = attempt(part).catch((error: unknown) => { log.warn({ err: error, message: part.message }, 'what became of a part was not recorded') }).finally(() => { running.delete(attempted) })
          running.add(attempted)
        }
      }
    },
    async idle() { await Promise.all(running) },
  }
}
