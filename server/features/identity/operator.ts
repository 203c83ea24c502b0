/**
 * Which account runs the house: the first one. Its administrators see the operations page and write the status page. It never becomes
 * another, since accounts are not removed, so it is remembered on this disk as well: the page is written most of all while the database is away.
 */
import type { Db } from '#server/db/db.ts'
import type { Remembered } from '#server/db/remembered.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Session } from '#server/kernel/session.ts'
import { operatorAccount } from './identity.sql.ts'

export interface Operator {
  /** Undefined: there is no account yet. @throws Refusal `unavailable` when nobody knows */
  account(): Promise<string | undefined>
  /** For what cannot wait: undefined also while nobody has asked. */
  readonly known: string | undefined
  /** Is it an administrator of the operator's account? */
  is(session: Session): Promise<boolean>
  /** @throws Refusal `forbidden` with this sentence */
  refuseUnless(session: Session, sentence: string): Promise<void>
}

export async function openOperator({ db, noted }: { db: Db; noted: Remembered<{ account: string }> }): Promise<Operator> {
  /** Another database may have been put here since: what it says wins. */
  const before = (await noted.read()).at(-1)?.account
  let known: string | undefined

  async function account(): Promise<string | undefined> {
    if (known !== undefined) return known
    try {
      known = (await db.read('operator', 3_000, (tx) => tx.maybe(operatorAccount())))?.id
    } catch (error) {
      if (before === undefined || !(error instanceof Refusal && error.code === 'unavailable')) throw error
      return before
    }
    if (known !== undefined && known !== before) noted.note({ account: known })
    return known
  }
  const is = async (session: Session): Promise<boolean> => session.role === 'admin' && session.account === await account()
  return {
    account, is,
    get known() { return known ?? before },
    async refuseUnless(session, sentence) { if (!await is(session)) throw new Refusal('forbidden', sentence) },
  }
}
