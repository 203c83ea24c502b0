/** The live board: how it stands now, pushed when something changes, at most 4 times a second, to accounts where somebody looks (MK4). */
import type { Board } from '#contract/reports.ts'
import type { Db } from '#server/db/db.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { isInside, type Session } from '#server/kernel/session.ts'
import type { ViewKind } from '#server/realtime/plugs.ts'
import { board as boardOf } from './board.sql.ts'

interface Options {
  db: Db
  present: (account: string) => Record<string, 'online' | 'away'>
  push: (account: string, view: string, body: Board) => void
  isWatched: (account: string, view: string) => boolean
  log: { error(o: object, m: string): void }
  everyMs?: number
}

const deadlineMs = 5_000
/** A tenth of the time at most goes into it, however long it takes: with many open conversations it comes less often. */
const restShare = 9

export function liveBoard({ db, present, push, isWatched, log, everyMs = 250 }: Options) {
  const timers = new Map<string, NodeJS.Timeout>()
  const tookMs = new Map<string, number>()
  const watchers = new Set<string>()   // accounts; some may have stopped looking

  async function make(account: string): Promise<Board> {
    const startMs = performance.now()
    const { agents, ...now } = await db.read('live board', deadlineMs, (tx) => tx.one(boardOf(account)))
    tookMs.set(account, performance.now() - startMs)
    const there = present(account)
    return { ...now, agents: agents.map(({ active: _, ...a }) => ({ ...a, state: there[a.id] ?? 'offline' })) }
  }
  async function flush(account: string): Promise<void> {
    timers.delete(account)
    if (!isWatched(account, 'board')) { watchers.delete(account); tookMs.delete(account); return }
    try {
      push(account, 'board', await make(account))
    } catch (error) {
      if (!(error instanceof Refusal)) log.error({ err: error }, 'The live board could not be made')
      soon(account)
    }
  }
  function soon(account: string): void {
    if (!watchers.has(account) || timers.has(account)) return
    timers.set(account, setTimeout(() => void flush(account), Math.max(everyMs, restShare * (tookMs.get(account) ?? 0))))
  }

  const view: ViewKind = {
    kind: 'board',
    async open(session: Session): Promise<Board> {
      if (!isInside(session)) throw new Refusal('not_found')
      watchers.add(session.account)
      return make(session.account)
    },
  }
  return {
    view, soon,
    /** For what changes by the clock alone: bookings begin and end, and a day begins. */
    tick(): void { for (const account of watchers) soon(account) },
    stop(): void { for (const timer of timers.values()) clearTimeout(timer); timers.clear() },
  }
}
export type LiveBoard = ReturnType<typeof liveBoard>
