/** What the host and its delegates are told when a visitor arrives, by mail and in their browsers. One per visit and person or browser, whatever is replayed: the delivery's id follows from both. */
import type { Tx } from '#server/db/db.ts'
import type { Browser } from '#server/features/pushes/pushes.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import * as statements from './visits.sql.ts'
import type { State } from './visits.sql.ts'

export interface Arrived { id: string; to: string; name: string; visitor: string; group: 'first' | 'last' | undefined; at: string; isLate: boolean; zone: string; location: string; visit: string }
type Notice = Omit<Arrived, 'id' | 'to' | 'name'>
interface Ways {
  mail: (tx: Tx, account: string, arrived: Arrived) => Promise<void>
  browsersOf: (tx: Tx, account: string, users: readonly string[]) => Promise<Browser[]>
  push: (tx: Tx, account: string, to: readonly (Browser & { delivery: string })[], notice: Notice) => Promise<void>
}
/** @param whom a person or a browser */
export const arrivalId = (visit: string, whom: string): string => derivedId('arrived', visit, whom)
/** @returns the deliveries that tell the host */
export type Tell = (tx: Tx, of: { account: string; visit: string; state: Pick<State, 'name' | 'host' | 'group' | 'location'>; arrivedAt: string; isLate: boolean }) => Promise<string[]>

export function arrivalNotices({ mail, browsersOf, push }: Ways): Tell {
  return async (tx, { account, visit, state, arrivedAt, isLate }) => {
    if (!state.host) return []
    let group: Arrived['group']
    if (state.group) {
      const { here, awaited } = await tx.one(statements.groupState(account, state.group, visit))
      group = here === 0 ? 'first' : awaited === 0 ? 'last' : undefined
      if (!group) return []
    }
    const place = await tx.one(statements.placeOf(account, state.location))
    const notice = { visitor: state.name, group, at: arrivedAt, isLate, zone: place.zone, location: place.location, visit }
    const people = await tx.all(statements.recipients(account, state.host))
    const told: string[] = []
    for (const r of people) {
      if (!r.mail) continue
      const id = arrivalId(visit, r.id)
      await mail(tx, account, { ...notice, id, to: r.email, name: r.name })
      if (r.isHost) told.push(id)
    }
    const browsers = (await browsersOf(tx, account, people.map((r) => r.id))).map((b) => ({ ...b, delivery: arrivalId(visit, b.id) }))
    await push(tx, account, browsers, notice)
    return [...told, ...browsers.filter((b) => b.user === state.host).map((b) => b.delivery)]
  }
}
