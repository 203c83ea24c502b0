/** Mails to the host and its delegates when a visitor arrives. One per visit and person, whatever is replayed: the delivery's id follows from both. */
import type { Tx } from '#server/db/db.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import * as statements from './visits.sql.ts'
import type { State } from './visits.sql.ts'

export interface Arrived { id: string; to: string; name: string; visitor: string; group: 'first' | 'last' | undefined; at: string; isLate: boolean; zone: string; location: string; visit: string }
/** @returns the delivery that tells the host, if one does */
export type Tell = (tx: Tx, of: { account: string; visit: string; state: Pick<State, 'name' | 'host' | 'group' | 'location'>; arrivedAt: string; isLate: boolean }) => Promise<string | null>

export function arrivalNotices(deliver: (tx: Tx, account: string, arrived: Arrived) => Promise<void>): Tell {
  return async (tx, { account, visit, state, arrivedAt, isLate }) => {
    if (!state.host) return null
    let group: Arrived['group']
    if (state.group) {
      const { here, awaited } = await tx.one(statements.groupState(account, state.group, visit))
      group = here === 0 ? 'first' : awaited === 0 ? 'last' : undefined
      if (!group) return null
    }
    const place = await tx.one(statements.placeOf(account, state.location))
    let hostNotice: string | null = null
    for (const r of await tx.all(statements.recipients(account, state.host))) {
      const id = derivedId('arrived', visit, r.id)
      await deliver(tx, account, { id, to: r.email, name: r.name, visitor: state.name, group, at: arrivedAt, isLate, zone: place.zone, location: place.location, visit })
      if (r.isHost) hostNotice = id
    }
    return hostNotice
  }
}
