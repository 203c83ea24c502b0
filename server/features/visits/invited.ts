/** What a person outside does with the code of an invitation. The code is the key; it opens one visit, for two days after it. */
import type * as contract from '#contract/visits.ts'
import type { Db } from '#server/db/db.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import type { Series } from './series.ts'
import type { Visits } from './visits.ts'
import * as statements from './visits.sql.ts'
import type { Change } from './visits.sql.ts'

export function invitedVisits({ db, visits, series }: { db: Db; visits: Visits; series: Series }) {
  const find = async (code: string) => {
    const found = await db.read('visit by code', 3_000, (tx) => tx.maybe(statements.selectByCode(code)))
    if (!found) throw new Refusal('not_found', 'This invitation is not known, or its day is over.')
    return found
  }
  const get = async (code: string): Promise<contract.Invited> => {
    const { accountId: _, id: __, visitLocation: ___, series: ____, day: _____, ...shown } = await find(code)
    return shown
  }
  /** The account is the visit's own, the actor nobody in the house. */
  const as = (account: string) => ({ account, actor: 'system', role: 'contact', subject: 'invitation', expiresAtMs: 0 }) as const
  /** They act as `system`, whose own ids can be foretold: theirs must never be one of them. */
  const commandOf = (code: string, id: string): string => derivedId('invited', code, id)

  return {
    get,
    /** Only the fields that its visitor type asks for; of a series for this visit and those that follow. @throws Refusal `not_found`, `gone` */
    async fill(code: string, id: string, { fields, ...said }: Pick<Change, 'name' | 'company' | 'phone' | 'fields'>): Promise<contract.Invited> {
      const found = await find(code)
      if (found.status !== 'expected') throw new Refusal('gone', 'This visit has begun or was called off; nothing can be filled in any more.')
      const asked = new Set(found.asks.map((a) => a.key))
      const to = { ...said, ...(fields && { fields: Object.fromEntries(Object.entries(fields).filter(([key]) => asked.has(key))) }) }
      if (found.series) await series.change(as(found.accountId), found.series, commandOf(code, id), found.day, to)
      else await visits.change(as(found.accountId), found.id, commandOf(code, id), to)
      return get(code)
    },
    /** @throws Refusal `not_found`, `wrong_status` */
    async leave(code: string, id: string): Promise<contract.Invited> {
      const found = await find(code)
      await visits.checkOut(as(found.accountId), found.id, commandOf(code, id), undefined, 'link')
      return get(code)
    },
  }
}
export type Invited = ReturnType<typeof invitedVisits>
