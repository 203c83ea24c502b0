import { ticketLifeMs } from '#contract/limits.ts'
import type { Db } from '#server/db/db.ts'
import type { Remembered } from '#server/db/remembered.ts'
import type { Ticketed } from '#server/kernel/ticket.ts'
import { forgetEndedSessions, forgetRevocations, revocationsSince } from './identity.sql.ts'
import { graceMaxMs } from './grace.ts'

/** After this no ticket from before a revocation is honoured anywhere, whatever happened to the database. */
const keptMs = ticketLifeMs + graceMaxMs

export interface Revoked { readonly account: string; readonly subject: string; readonly atMs: number }

/** Called in the same tick as the verb that revoked. `subject`: `session:<id>`, `token:<id>`, or an actor, `user:<id>` or `contact:<id>`. */
export type OnRevoked = (account: string, subject: string) => void

/**
 * What is revoked, in memory and in the table `revocations`. A verb writes `insertRevocation` in its own transaction and calls
 * `apply` after the commit.
 * @param noted also on this disk: a start without the database must not let in who was sent away
 */
export function openRevocations(db: Db, now: () => number, noted?: Remembered<Revoked>) {
  const known = new Map<string, number>()
  const listeners = new Set<OnRevoked>()
  const keyOf = (account: string, subject: string) => `${account} ${subject}`

  function apply(account: string, subject: string, atMs: number): void {
    const key = keyOf(account, subject)
    if ((known.get(key) ?? 0) >= atMs) return
    known.set(key, atMs)
    noted?.note({ account, subject, atMs })
    for (const listener of listeners) listener(account, subject)
  }

  /** Reads what other nodes and earlier lives of this one revoked: at start, and every few seconds when there are several nodes. */
  async function load(): Promise<void> {
    const rows = await db.read('load revocations', 5_000, (tx) => tx.all(revocationsSince(now() - keptMs)))
    for (const { account, subject, at } of rows) apply(account, subject, Date.parse(at))
  }

  return {
    apply, load,
    isRevoked: (of: Pick<Ticketed, 'account' | 'subject' | 'actor' | 'issuedAtMs'>): boolean =>
      (known.get(keyOf(of.account, of.subject)) ?? 0) >= of.issuedAtMs || (known.get(keyOf(of.account, of.actor)) ?? 0) >= of.issuedAtMs,
    /** For what was accepted at `atMs` and is done only now: void if the session was ended by then; a contact that is gone since does not come back by it. */
    wasRevoked({ account, subject, actor, issuedAtMs }: Pick<Ticketed, 'account' | 'subject' | 'actor' | 'issuedAtMs'>, atMs: number): boolean {
      return [subject, actor].some((name) => {
        const revokedMs = known.get(keyOf(account, name)) ?? -1
        return revokedMs >= issuedAtMs && (revokedMs <= atMs || actor.startsWith('contact:'))
      })
    },
    /** Returns off. */
    onRevoked(listener: OnRevoked): () => void {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    /** What earlier lives of this node knew: before anybody is let in. */
    async recall(): Promise<void> {
      for (const { account, subject, atMs } of await noted?.read() ?? []) if (atMs >= now() - keptMs) known.set(keyOf(account, subject), Math.max(atMs, known.get(keyOf(account, subject)) ?? 0))
    },
    /** Forgets what no ticket can be older than, and sessions that have ended by themselves. Every hour or so. */
    async sweep(): Promise<void> {
      const beforeMs = now() - keptMs
      for (const [key, atMs] of known) if (atMs < beforeMs) known.delete(key)
      await db.read('sweep revocations', 5_000, async (tx) => {
        await tx.run(forgetRevocations(beforeMs))
        await tx.run(forgetEndedSessions(now()))
      })
    },
  }
}
export type Revocations = ReturnType<typeof openRevocations>
