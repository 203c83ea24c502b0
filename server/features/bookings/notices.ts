/** Mails to the person of a booking when somebody else, or nobody, did something to it. In the commit of what they tell. */
import type { Tx } from '#server/db/db.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import * as statements from './bookings.sql.ts'

export type What = 'booked' | 'moved' | 'cancelled' | 'closed' | 'released'
export interface Notice {
  id: string; to: string; what: What; name: string; by: string | null; booking: string; title: string; code: string; spaceName: string; zone: string; startsAt: string; endsAt: string; wholeDay: boolean
}
export interface Told { booking: string; space: string; spaceName: string; title: string; zone: string; startsAt: string; endsAt: string; wholeDay: boolean; user: string | null }
/** @param because the command: one mail for each, whatever is replayed @param by the user who did it; the person is not told of what they did */
export type Tell = (tx: Tx, account: string, what: What, of: Told, because: string, by: string | null) => Promise<void>

export function bookingNotices(deliver: (tx: Tx, account: string, notice: Notice) => Promise<void>): Tell {
  return async (tx, account, what, { user, space, ...of }, because, by) => {
    if (user === null || user === by) return
    const [person, { code }, other] = await Promise.all([tx.maybe(statements.selectUser(account, user)), tx.one(statements.selectCode(account, space)), by === null ? undefined : tx.maybe(statements.selectUser(account, by))])
    if (person) await deliver(tx, account, { id: derivedId('booking notice', of.booking, because, user), to: person.email, name: person.name, what, by: other?.name ?? null, code, ...of })
  }
}
