/**
 * The order in which work gets to the database: by class, then fairly between accounts, in queues that are bounded in time.
 *
 *   enter(class, account) ──► free: at once     busy: waits ──► its turn: higher classes first, account after account
 *                                                          └──► refused: its deadline is over, or its class is overloaded and it waited too long
 *
 * CoDel as in folly: a class is overloaded when there was always somebody who waited longer than `targetMs`, for `intervalMs`. Then the newest goes first,
 * since the oldest have been given up by those who asked, and whoever waited longer than the class allows is refused, so that the queue
 * does not stay full of the dead. Classes without such a limit are never shed: they wait until their own deadline.
 */
import { Refusal } from './refusal.ts'

export interface GateClass<C extends string> {
  readonly name: C
  /** How many of `limit` it may hold at most; the rest stays for those above it. */
  readonly share: (limit: number) => number
  /** In overload nobody of it waits longer; undefined = never shed. */
  readonly shedAfterMs?: number
  /** What it is called in a refusal: "Too many <words> at once." */
  readonly words: string
}
interface Options<C extends string> {
  /** Highest first. */
  classes: readonly GateClass<C>[]
  now: () => number
  after: (ms: number, fn: () => void) => () => void
  limit: () => number
}
export interface ClassStats { readonly inUse: number; readonly waiting: number; readonly isOverloaded: boolean; readonly entered: number; readonly refused: number; readonly waitedMs: number }
export type Leave = () => void

const targetMs = 20
const intervalMs = 200
const tickMs = 25
const retryAfterMs = 1_000

interface Waiting { readonly sinceMs: number; readonly untilMs: number; readonly go: (leave: Leave) => void; readonly refuse: (why: Refusal) => void }
interface Queue<C extends string> {
  readonly of: GateClass<C>
  /** In turn: whose turn was goes to the end. */
  readonly accounts: Map<string, Waiting[]>
  inUse: number; waiting: number; entered: number; refused: number; waitedMs: number
  leastWaitMs: number; intervalSinceMs: number; isOverloaded: boolean
}

export function gate<C extends string>({ classes, now, after, limit }: Options<C>) {
  const queues = classes.map((of): Queue<C> => ({ of, accounts: new Map(), inUse: 0, waiting: 0, entered: 0, refused: 0, waitedMs: 0, leastWaitMs: Infinity, intervalSinceMs: now(), isOverloaded: false }))
  const byName = new Map(queues.map((q) => [q.of.name, q]))
  let inUse = 0
  let cancelTick: (() => void) | undefined

  const hasRoom = (q: Queue<C>): boolean => inUse < limit() && q.inUse < Math.max(1, q.of.share(limit()))

  /** Judges an interval when it is over. When nobody was served in it, whoever waits speaks for it. */
  function judge(q: Queue<C>): void {
    if (now() - q.intervalSinceMs < intervalMs) return
    q.isOverloaded = (q.leastWaitMs === Infinity ? oldestMs(q) : q.leastWaitMs) > targetMs
    q.leastWaitMs = Infinity
    q.intervalSinceMs = now()
  }

  function oldestMs(q: Queue<C>): number {
    let mostMs = 0
    if (q.waiting > 0) for (const list of q.accounts.values()) mostMs = Math.max(mostMs, now() - (list[0]?.sinceMs ?? now()))
    return mostMs
  }

  function hold(q: Queue<C>, waitedMs: number): Leave {
    judge(q)
    q.leastWaitMs = Math.min(q.leastWaitMs, Math.max(waitedMs, oldestMs(q)))   // the newest, served first, says nothing of those behind it
    q.entered++; q.waitedMs += waitedMs; q.inUse++; inUse++
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      q.inUse--; inUse--
      serve()
    }
  }

  function take(q: Queue<C>): Waiting {
    const [account, list] = q.accounts.entries().next().value!
    const one = q.isOverloaded ? list.pop()! : list.shift()!
    q.accounts.delete(account)
    if (list.length > 0) q.accounts.set(account, list)
    q.waiting--
    return one
  }
  function serve(): void {
    for (const q of queues) {
      while (q.waiting > 0 && hasRoom(q)) {
        const one = take(q)
        one.go(hold(q, now() - one.sinceMs))
      }
    }
  }

  function tooMany(q: Queue<C>): Refusal {
    q.refused++
    return new Refusal('overloaded', `Too many ${q.of.words} at once. Try again shortly.`, retryAfterMs)
  }
  /** Refuses those whose time is over. */
  function tick(): void {
    cancelTick = undefined
    for (const q of queues) {
      if (q.waiting === 0) continue
      judge(q)
      for (const [account, list] of q.accounts) {
        const kept = list.filter((one) => {
          const isDead = now() >= one.untilMs || (q.isOverloaded && q.of.shedAfterMs !== undefined && now() - one.sinceMs > q.of.shedAfterMs)
          if (isDead) { q.waiting--; one.refuse(tooMany(q)) }
          return !isDead
        })
        if (kept.length === 0) q.accounts.delete(account)
        else if (kept.length < list.length) q.accounts.set(account, kept)
      }
    }
    serve()   // the limit may have grown
    wind()
  }
  function wind(): void {
    if (!cancelTick && queues.some((q) => q.waiting > 0)) cancelTick = after(tickMs, tick)
  }

  return {
    /** At once where there is room, so that nothing is awaited for nothing. @throws Refusal `overloaded` */
    enter(name: C, account: string, deadlineMs: number): Leave | Promise<Leave> {
      const q = byName.get(name)!
      if (q.waiting === 0 && hasRoom(q)) return hold(q, 0)
      return new Promise((go, refuse) => {
        const list = q.accounts.get(account) ?? []
        q.accounts.set(account, list)
        list.push({ sinceMs: now(), untilMs: now() + deadlineMs, go, refuse })
        q.waiting++
        wind()
      })
    },
    get inUse() { return inUse },
    stats: (): Record<C, ClassStats> => Object.fromEntries(queues.map(({ of, inUse, waiting, isOverloaded, entered, refused, waitedMs }) =>
      [of.name, { inUse, waiting, isOverloaded, entered, refused, waitedMs }])) as Record<C, ClassStats>,
    stop(): void {
      cancelTick?.()
      for (const q of queues) {
        for (const list of q.accounts.values()) for (const one of list) one.refuse(new Refusal('draining'))
        q.accounts.clear()
        q.waiting = 0
      }
    },
  }
}
