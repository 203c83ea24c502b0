/**
 * What stands in front of `accept` when there is a spool. Every verb authorises and validates first; what it then accepts either goes to the journal, or is
 * handed over to the spool by whoever called the verb. So what is kept has passed all checks that need no database, and the path of
 * a message has one look at a map more when all is well.
 */
import type { Draft } from './entry-row.ts'
import { HandedOver, type Accept } from './sequencer.ts'
import { Refusal } from './refusal.ts'

/** What it asks of the spool. */
export interface Spooling { readonly isAway: boolean; holds(account: string, lane: string): boolean }
/** `at`: of a replay, when it was accepted first. */
interface Call { at: string | undefined; count: number }

export interface Handover<Tx> {
  readonly accept: Accept<Tx>
  /** Of a command that may be handed over, and is not being replayed. */
  isOpenCall(draft: { account: string; id: string }): boolean
  /** Runs `fn` as a call that may be handed over. @throws HandedOver */
  call<T>(account: string, id: string, fn: () => Promise<T>): Promise<T>
  /** Runs `fn` into the journal in any case; its entry has the time `at`. */
  replay<T>(account: string, id: string, at: string, fn: () => Promise<T>): Promise<T>
}

export function handover<Tx>(accept: Accept<Tx>, spooling: () => Spooling | undefined): Handover<Tx> {
  const calls = new Map<string, Call>()
  const keyOf = (account: string, id: string): string => `${account} ${id}`

  async function within<T>(account: string, id: string, at: string | undefined, fn: () => Promise<T>): Promise<T> {
    const key = keyOf(account, id)
    const call = calls.get(key)
    // The same id twice at once: a repeat on another line, or while it is being replayed. Which of them it is the replay decides.
    if (call) { call.count++; call.at ??= at } else calls.set(key, { at, count: 1 })
    try { return await fn() } finally {
      const now = calls.get(key)!
      if (--now.count === 0) calls.delete(key)
    }
  }

  return {
    accept(draft: Draft<Tx>) {
      const spool = spooling()
      if (!spool) return accept(draft)
      const call = calls.get(keyOf(draft.account, draft.id))
      if (call?.at !== undefined) return accept({ ...draft, at: call.at })
      if (!spool.isAway && !spool.holds(draft.account, draft.topic)) return accept(draft)
      return Promise.reject(call ? new HandedOver() : new Refusal('unavailable', undefined, 2_000))
    },
    isOpenCall: ({ account, id }) => { const call = calls.get(keyOf(account, id)); return call !== undefined && call.at === undefined },
    call: (account, id, fn) => within(account, id, undefined, fn),
    replay: (account, id, at, fn) => within(account, id, at, fn),
  }
}
