/**
 * What stands in front of `accept` when there is a spool. Every verb authorises and validates first; what it then accepts either goes to the journal, or is
 * handed over to the spool by whoever called the verb. So what is kept has passed all checks that need no database, and the path of
 * a message has one look at a map more when all is well.
 */
import { ByAccount } from './by-account.ts'
import type { Draft } from './entry-row.ts'
import { HandedOver, type Accept } from './sequencer.ts'
import { Refusal } from './refusal.ts'

/** What it asks of the spool. */
export interface Spooling { readonly isAway: boolean; holds(account: string, lane: string): boolean }
/** `at`: of a replay, when it was accepted first. */
interface Call { at: string | undefined; count: number; readonly handedOver: (() => void) | undefined }

export interface Handover<Tx> {
  readonly accept: Accept<Tx>
  /** Of a command that may be handed over, and is not being replayed. */
  isOpenCall(draft: { account: string; id: string }): boolean
  /** Tells the call of a command that it is handed over. */
  tell(draft: { account: string; id: string }): void
  /**
   * Runs `fn` as a call that may be handed over. `handedOver` is told in the tick in which that happens, so in the order in which
   * commands came; a rejection reaches whoever waits for `fn` some ticks later, and how many depends on what `fn` waited for.
   * Not told of a repeat whose first is under way. @throws HandedOver
   */
  call<T>(account: string, id: string, fn: () => Promise<T>, handedOver?: () => void): Promise<T>
  /** Runs `fn` into the journal in any case; its entry has the time `at`. */
  replay<T>(account: string, id: string, at: string, fn: () => Promise<T>): Promise<T>
}

export function handover<Tx>(accept: Accept<Tx>, spooling: () => Spooling | undefined): Handover<Tx> {
  const calls = new ByAccount<Call>()

  function within<T>(account: string, id: string, at: string | undefined, fn: () => Promise<T>, handedOver?: () => void): Promise<T> {
    const before = calls.get(account, id)
    const call = before ?? { at, count: 0, handedOver }
    // The same id twice at once: a repeat on another line, or while it is being replayed. Which of them it is the replay decides.
    if (before) call.at ??= at
    else calls.set(account, id, call)
    call.count++
    const over = (): void => { if (--call.count === 0) calls.delete(account, id) }
    try {
      const running = fn()
      running.then(over, over)   // before whoever waits for it goes on
      return running
    } catch (error) {
      over()
      return Promise.reject(error as Error)   // refused before anything had to be waited for
    }
  }

  return {
    accept(draft: Draft<Tx>) {
      const spool = spooling()
      if (!spool) return accept(draft)
      const call = calls.get(draft.account, draft.id)
      if (call?.at !== undefined) return accept({ ...draft, at: call.at })
      if (!spool.isAway && !spool.holds(draft.account, draft.topic)) return accept(draft)
      if (!call) return Promise.reject(new Refusal('unavailable', undefined, 2_000))
      call.handedOver?.()
      return Promise.reject(new HandedOver())
    },
    isOpenCall: ({ account, id }) => { const call = calls.get(account, id); return call !== undefined && call.at === undefined },
    tell: ({ account, id }) => calls.get(account, id)?.handedOver?.(),
    call: (account, id, fn, handedOver) => within(account, id, undefined, fn, handedOver),
    replay: (account, id, at, fn) => within(account, id, at, fn),
  }
}
