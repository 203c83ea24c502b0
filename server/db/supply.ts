import type { BaseLogger } from 'pino'
import { Refusal } from '#server/kernel/refusal.ts'
import { turns } from '#server/kernel/turns.ts'
import { asRefusal, isTooManyConnections, type Connection } from './connection.ts'
import type { Owner } from './on-behalf.ts'

export interface SupplyOptions {
  open: () => Promise<Connection>
  /** Never more open connections than this. */
  max: number
  /** Kept open when nobody needs them; the first is also the probe that notices the database's return. */
  min: number
  log: Pick<BaseLogger, 'info' | 'warn'>
  /** One account may not have them all. */
  isFair: boolean
  now: () => number
  random: () => number
  /** 'down' when the last connection is lost and the next attempt fails, 'up' with the first that opens. */
  onState: (state: 'up' | 'down') => void
}

export interface Supply {
  /**
   * Accounts in turns, within one first come, first served; an account has at most three quarters of the connections at once.
   * @throws Refusal `overloaded` when none is free by `untilMs`, `unavailable` at once while the database is away.
   */
  take(untilMs: number, label: string, owner: Owner): Promise<Connection>
  /** A connection comes back from who took it: clean and alive it serves the next, else it is closed and replaced. */
  giveBack(connection: Connection, reusable: boolean, owner: Owner): void
  /** Closes one that nobody has: the server does not know it any more. @returns false when it is not idle */
  discard(pid: number): boolean
  setMax(max: number): void
  /** Something says that it can be reached again: tries at once instead of in a while. */
  retryNow(): void
  readonly retryAfterMs: () => number
  readonly open: number
  readonly idle: number
  readonly waiting: number
  readonly isConnecting: boolean
  /** Process numbers of the backends. */
  readonly pids: readonly number[]
  readonly downSinceMs: number | undefined
  close(): void
}

interface Waiter { give: (connection: Connection) => void; refuse: (why: unknown) => void; timer: NodeJS.Timeout }

const backoffFirstMs = 100
const backoffCapMs = 3_000
/** What nobody needed for so long is closed. */
export const idleMs = 60_000
const overloadedRetryMs = 1_000
const tickMs = 5_000
/** Of the connections, at most for one account: what it leaks or is slow with leaves the others theirs. */
const mostOfOne = 0.75

const capOf = (max: number): number => Math.max(1, Math.floor(max * mostOfOne))

/**
 * Who gets which connection. At most one connect is in flight, so that a herd of waiters never becomes a herd of connects; failed
 * ones back off with full jitter. "Too many connections" halves our ceiling, which grows back by one per tick.
 */
export function openSupply({ open, min, isFair, log, now, random, onState, ...options }: SupplyOptions): Supply {
  let max = options.max
  let ceiling = max
  const all = new Set<Connection>()
  const idle: { connection: Connection; sinceMs: number }[] = []
  const queue = turns<Waiter>(() => isFair ? capOf(Math.min(ceiling, max)) : Infinity)
  let connecting = false
  let failures = 0
  let retry: NodeJS.Timeout | undefined
  let retryAtMs = 0
  let downSinceMs: number | undefined
  let closed = false

  const retryAfterMs = (): number => Math.max(backoffFirstMs, Math.ceil(retryAtMs - now()))

  function settle(waiter: Waiter): void {
    clearTimeout(waiter.timer)
  }

  function hand(connection: Connection): void {
    const next = queue.next()
    if (next) {
      settle(next)
      next.give(connection)
    } else idle.push({ connection, sinceMs: now() })
  }

  function drop(connection: Connection): void {
    all.delete(connection)
    const at = idle.findIndex((one) => one.connection === connection)
    if (at >= 0) idle.splice(at, 1)
    connection.destroy()
    replenish()
  }

  function replenish(): void {
    if (closed || connecting || retry || all.size >= Math.min(ceiling, max)) return
    if (all.size < min || queue.waiting > 0 && idle.length === 0) void connect()
  }

  async function connect(): Promise<void> {
    connecting = true
    try {
      const connection = await open()
      connecting = false
      if (closed) return connection.destroy()
      failures = 0
      if (!connection.isAlive) return failed(new Error('Connection terminated at once'))
      connection.onLost = (why) => {
        log.warn({ err: why }, 'lost a database connection')
        drop(connection)
      }
      all.add(connection)
      if (downSinceMs !== undefined) {
        log.info({ downMs: now() - downSinceMs }, 'the database is back')
        downSinceMs = undefined
        onState('up')
      }
      hand(connection)
      replenish()
    } catch (error) {
      connecting = false
      failed(error)
    }
  }

  function failed(error: unknown): void {
    if (closed) return
    if (isTooManyConnections(error)) ceiling = Math.max(1, Math.floor(all.size / 2))
    const delayMs = random() * Math.min(backoffCapMs, backoffFirstMs * 2 ** failures++)
    retryAtMs = now() + delayMs
    retry = setTimeout(() => { retry = undefined; replenish() }, delayMs)
    if (all.size > 0) return   // those who wait may still get one of the others
    if (downSinceMs === undefined) {
      downSinceMs = now()
      log.warn({ err: error }, 'the database is away')
      onState('down')
    }
    for (const waiter of queue.clear()) {
      settle(waiter)
      waiter.refuse(asRefusal(error, retryAfterMs()))
    }
  }

  const tick = setInterval(() => {
    if (ceiling < max) ceiling++
    const stale = now() - idleMs
    for (const one of idle.filter((i) => i.sinceMs < stale)) if (all.size > min) drop(one.connection)
    replenish()
  }, tickMs).unref()
  replenish()

  return {
    take(untilMs, label, owner) {
      if (closed) return Promise.reject(new Refusal('draining'))
      if (idle.length > 0 && queue.enter(owner)) return Promise.resolve(idle.pop()!.connection)   // the warmest
      if (downSinceMs !== undefined) return Promise.reject(new Refusal('unavailable', undefined, retryAfterMs()))
      return new Promise((give, refuse) => {
        const late = (): void => {
          queue.forget(owner, waiter)
          refuse(all.size === 0
            ? new Refusal('unavailable', undefined, retryAfterMs())
            : new Refusal('overloaded', `No database connection became free for "${label}" in time.`, overloadedRetryMs))
        }
        const waiter: Waiter = { give, refuse, timer: setTimeout(late, Math.max(0, untilMs - now())) }
        queue.wait(owner, waiter)
        replenish()
      })
    },
    giveBack(connection, reusable, owner) {
      queue.leave(owner)
      if (!reusable || !connection.isAlive || closed || all.size > Math.min(ceiling, max)) drop(connection)
      else hand(connection)
      // Its place may be what one waits for who was held back beside idle connections.
      if (idle.length > 0 && queue.waiting > 0) hand(idle.pop()!.connection)
    },
    discard(pid) {
      const found = idle.find((one) => one.connection.pid === pid)
      if (found) drop(found.connection)
      return found !== undefined
    },
    setMax(value) {
      max = ceiling = value
      while (all.size > max && idle[0]) drop(idle[0].connection)
      replenish()
    },
    retryNow() {
      clearTimeout(retry)
      retry = undefined
      replenish()
    },
    retryAfterMs,
    get open() { return all.size },
    get idle() { return idle.length },
    get waiting() { return queue.waiting },
    get isConnecting() { return connecting },
    get pids() { return [...all].map((one) => one.pid) },
    get downSinceMs() { return downSinceMs },
    close() {
      closed = true
      clearInterval(tick)
      clearTimeout(retry)
      for (const waiter of queue.clear()) {
        settle(waiter)
        waiter.refuse(new Refusal('draining'))
      }
      while (idle[0]) drop(idle[0].connection)
    },
  }
}
